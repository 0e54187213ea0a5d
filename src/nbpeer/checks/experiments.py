"""Rules about experiments: fixed beforehand, and assigned as planned."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule

_RATIO = re.compile(r"sample[\s_-]?ratio|\bsrm\b|chisquare|chi2_contingency|proportions_ztest", re.IGNORECASE)
_RATIO_TEST = re.compile(
    r"\bchisquare\b|chi2_contingency|power_divergence|binomtest|binom_test|multinomial|srm_test|\bsrm\("
)
_PLANNED = re.compile(r"planned_?n|sample_size|target_n|n_planned|planned_(?:users|people|size)", re.IGNORECASE)
_END = re.compile(r"end(?:_date)?|until|last_day|stop(?:_date)?", re.IGNORECASE)


@rule("NBP408", "no-srm-check", "error", needs=("python",))
def no_srm_check(program: Program, context: CheckContext) -> Iterator[Hit]:
    """An A/B test that does not test its own assignment.

    ## What it does
    In analyses of the kind `ab_test`, looks for a test of the sample ratio (`chisquare` of the counts, a binomial test)
    that the code or the text calls by that name, and for a planned number of people (`planned_n`) or a planned end.

    ## Why is this bad?
    A split of 50.2 to 49.8 where half and half was planned means that people got lost on one side, and never at random.
    Everything computed from such a test is wrong, whatever its p-value. A test without a planned end is stopped when
    it looks good.

    ## Bad
    ```yaml
    title: Price test
    kind: ab_test
    ```
    ```python
    planned_n = 20000
    print(users.groupby("variant")["converted"].mean())
    ```

    ## Good
    ```yaml
    title: Price test
    kind: ab_test
    ```
    ```python
    from scipy import stats
    planned_n = 20000
    # sample ratio: half and half was planned
    assert stats.chisquare(users["variant"].value_counts()).pvalue > 0.001
    print(users.groupby("variant")["converted"].mean())
    ```

    ## How to fix
    Test the counts against the planned split before anything else: `scipy.stats.chisquare(counts, planned)`; write the
    planned number of people as the parameter `planned_n`.

    ## Source
    Fabijan et al. 2019, diagnosing sample ratio mismatch in online controlled experiments.
    """
    if program.front_matter.kind != "ab_test":
        return
    code = "\n".join(part.text for part in program.parts)
    everything = "\n".join(cell.source for cell in program.notebook.cells)
    if not (_RATIO_TEST.search(code) and _RATIO.search(everything)):
        yield Hit("this A/B test does not test its sample ratio")
    if not (_PLANNED.search(code) or _END.search("\n".join(_parameters(program)))):
        yield Hit("this A/B test has no planned number of people and no planned end")


def _parameters(program: Program) -> Iterator[str]:
    for part in program.parts:
        if "parameters" in part.cell.tags:
            yield part.text


@rule("NBP409", "hypothesis-edited", "warning")
def hypothesis_edited(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A hypothesis that changed after the results were known.

    ## What it does
    Compares the front matter's `hypothesis` with the one in the first commit that holds results of this analysis (its
    results file). White space and a final full stop do not count. Without such a commit there is nothing to say.

    ## Why is this bad?
    A hypothesis written after the fact always holds. Readers take it for a prediction.

    ## Bad
    ```yaml
    title: Price test
    hypothesis: Conversion rises in the smaller countries.
    ```
    ```hypothesis of the first results
    Conversion rises by half a point.
    ```

    ## Good
    ```yaml
    title: Price test
    hypothesis: Conversion rises by half a point.
    ```
    ```hypothesis of the first results
    Conversion rises by half a point.
    ```

    ## How to fix
    Put the old hypothesis back and say that it was refuted; call the new one exploratory, or waive this with the reason
    for the change.

    ## Source
    Judgement; Nosek et al. 2018, the preregistration revolution, on hypothesising after the results are known.
    """
    first, now = context.first, program.front_matter
    # Front matter that is not there or cannot be read is NBP201's.
    if first and now.lines and _plain(first.hypothesis) and _plain(first.hypothesis) != _plain(now.hypothesis):
        line = now.lines.get("hypothesis", 0)
        message = f"the hypothesis is another one than at the first results (commit {first.commit[:10]})"
        yield Hit(message, program.notebook.cells[0], line, 1 if line else 0)


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(".").casefold()
