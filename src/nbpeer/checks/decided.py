"""Rules about the decisions on an analysis: what was predicted holds still, and a number means one decision."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule


@rule("NBP207", "decision-number-shared", "warning")
def decision_number_shared(program: Program, context: CheckContext) -> Iterator[Hit]:
    """Two decisions that have the same number.

    ## What it does
    Compares the numbers of the files `decisions/NNNN-slug.md` in the working tree, where one of them is a decision on
    this analysis.

    ## Why is this bad?
    Two branches can each give the next number, and git merges them without a word. "As decided in 0007" then means
    two things, and `nbpeer outcome 7` cannot tell which.

    ## Bad
    ```decisions
    decisions/0007-price.md shares its number with decisions/0007-delivery.md
    ```

    ## Good
    ```decisions
    decisions/0007-price.md
    ```

    ## How to fix
    Give the one that was merged last the next free number: `git mv decisions/0007-price.md decisions/0008-price.md`.
    The number is in the file's name only, and no digest covers it.

    ## Source
    Judgement; MADR numbers its records consecutively, each once.
    """
    for decision in context.decisions:
        if decision.shares:
            yield Hit(f"{decision.path} shares its number with {', '.join(decision.shares)}")


@rule("NBP411", "prediction-edited", "error")
def prediction_edited(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A decision whose predictions, or what else was frozen, changed after it was decided.

    ## What it does
    Compares each decision on this analysis with its own digest `frozen`, which survives every rebase and squash, and
    with what git's first commit that holds it as decided said. Frozen are the day, the choice, the hypothesis, what
    would change minds, the predictions, the day of the outcome review, and the content hash of the analysis. A decided
    file that is gone, or cannot be read any more, is found too.

    ## Why is this bad?
    A prediction that moves after the fact always comes true. Intervals are only worth something when reality had a
    chance to miss them.

    ## Bad
    ```decisions
    decisions/0007-price.md: high80 of conversion was 0.049 and is 0.06
    ```

    ## Good
    ```decisions
    decisions/0007-price.md
    ```

    ## How to fix
    Put back what was decided: `git show COMMIT:PATH` shows it. A decision that was wrong stays, and another takes its
    place: `nbpeer decide PATH --supersedes N`.

    ## Source
    Nosek et al. 2018, the preregistration revolution; Tetlock and Gardner 2015, Superforecasting, on keeping score.
    """
    for decision in context.decisions:
        since = f" since it was decided (commit {decision.commit[:10]})" if decision.commit else ""
        for edit in decision.edits:
            yield Hit(f"{decision.path} was changed{since}: {edit}")
