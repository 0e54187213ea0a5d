"""The checklist comment of one analysis: its reviewers own the boxes, nbpeer only asks."""

from __future__ import annotations

import textwrap
from collections.abc import Collection, Sequence

from nbpeer.model.marks import CHECKLIST, ITEM, mark, marks
from nbpeer.model.posting import AnalysisPosting
from nbpeer.model.review import Excerpt, Question
from nbpeer.render.escape import code, escaped, html, prose
from nbpeer.render.gate import MET
from nbpeer.render.pr_analysis import folded
from nbpeer.render.pr_words import counted

SUPERSEDED = "superseded"
_MOST_LINES = 12
_SHORT = 160
_MOST_ITEMS = 60
_LONGEST = 240
_WHY = 100


def checklist_marker(path: str) -> str:
    """What the checklist comment of the analysis at `path` begins with, whatever its content."""
    return mark(CHECKLIST, path=path).removesuffix("-->")


def checklist_comment(analysis: AnalysisPosting, ticked: Collection[str] = (), *, brief: bool = False) -> str:
    """The comment with the boxes of `ticked` items (ids) ticked; `brief` without what stands beside them."""
    first = mark(
        CHECKLIST,
        path=analysis.path,
        content=analysis.gate.content,
        checklist=analysis.checklist,
        version=analysis.version,
        tier=analysis.tier,
    )
    asked = [question for question in analysis.questions if _asks(question)][:_MOST_ITEMS]
    answered = [question for question in analysis.questions if not _asks(question)][:_MOST_ITEMS]
    lines = [
        first,
        f"### Checklist: {escaped(analysis.title, 120) or code(analysis.path, 200)}\n",
        _about(analysis),
        "",
    ]
    for question in asked:
        box = "x" if question.item.id in ticked else " "
        lines += _item(question, () if brief else analysis.shown.get(question.item.id, ()), box)
    lines += _answered(answered)
    return "\n".join([*lines, "", _how()])


def superseded_comment(current: str) -> str:
    """A checklist whose analysis is not in the pull request any more, from its text: kept to read, without boxes."""
    found = next((one for one in marks(current) if one.kind == CHECKLIST), None)
    if found is None or found.values.get("state") == SUPERSEDED:
        return current
    path = found.values.get("path", "")
    first = mark(CHECKLIST, **{**found.values, "state": SUPERSEDED})
    kept = [_unboxed(line) for line in current[found.end :].splitlines()]
    content = "\n".join(kept).strip()
    title = f"### <del>Checklist: {code(path, 200)}</del>"
    said = "This analysis is not in the pull request any more."
    return f"{first}\n{title}\n\n{said}\n\n{folded('What was asked and ticked', content)}".rstrip("\n")


def is_superseded(body: str) -> bool:
    """Whether a checklist comment is one that was superseded."""
    return any(one.kind == CHECKLIST and one.values.get("state") == SUPERSEDED for one in marks(body))


def _asks(question: Question) -> bool:
    """Whether a person has to answer: the rules could not, or say no."""
    return question.answer is None or question.answer.answer == "no"


def _about(analysis: AnalysisPosting) -> str:
    people = counted(analysis.reviewers, "reviewer")
    tier = analysis.tier.replace("_", "-")
    return f"<sub>{code(analysis.path)} · tier {tier} · about {analysis.minutes} minutes · {people}</sub>"


def _item(question: Question, excerpts: Sequence[Excerpt], box: str) -> list[str]:
    item = question.item
    lines = [f"- [{box}] **{escaped(item.id)}** {escaped(item.question)} {mark(ITEM, id=item.id)}"]
    small = [escaped(item.why, _WHY)] if item.why else []
    evidence = [prose(line, _LONGEST) for line in question.evidence]
    small += [f"**{evidence[0]}**", *evidence[1:]] if question.flagged and evidence else evidence
    if question.answer:
        small.append("the rules say no: an approval needs your own answer")
    lines += [f"  <br><sub>{' · '.join(small)}</sub>"] if small else []
    return [*lines, *_beside(excerpts)]


def _beside(excerpts: Sequence[Excerpt]) -> list[str]:
    """What the analysis says about a question: at once when it is short, else folded away, indented into its item."""
    if not excerpts:
        return [""]
    if len(excerpts) == 1 and len(" ".join(excerpts[0].lines)) <= _SHORT:
        return ["", f"  > **{escaped(excerpts[0].label)}**: {escaped(' '.join(excerpts[0].lines), _SHORT)}", ""]
    labels = " · ".join(html(one.label, 60) for one in excerpts)
    inside = [line for one in excerpts for line in _excerpt(one)]
    return ["", f"  <details><summary>{labels}</summary>", "", *inside, "  </details>", ""]


def _excerpt(excerpt: Excerpt) -> list[str]:
    parts = [part for line in excerpt.lines for part in textwrap.wrap(" ".join(line.split()), _LONGEST)]
    lines = [f"  > **{escaped(excerpt.label)}**"]
    lines += [f"  > <br>{escaped(part)}" for part in parts[:_MOST_LINES]]
    more = len(parts) - _MOST_LINES
    return [*lines, *([f"  > <br><sub>and {counted(more, 'more line', 'more lines')}</sub>"] if more > 0 else []), ""]


def _answered(questions: Sequence[Question]) -> list[str]:
    if not questions:
        return []
    lines = ["**Answered by the rules**\n"]
    for question in questions:
        evidence = escaped("; ".join(question.evidence), _LONGEST)
        lines.append(
            f"- {MET} **{escaped(question.item.id)}** {escaped(question.item.question)}  <sub>{evidence}</sub>"
        )
    return lines


def _how() -> str:
    return (
        "<sub>A tick means yes. For no or not applicable, comment a line such as `nbpeer C3 na: why` or "
        "`nbpeer C3 no: why`. Who has write access and is no author of the changes may tick; then approve the pull "
        "request. Ticks stay when the author pushes, approvals only while source and results are the same.</sub>"
    )


def _unboxed(line: str) -> str:
    """A task line as a plain one, so that nobody ticks it and no box is counted."""
    for box, sign in (("- [ ] ", "- ☐ "), ("- [x] ", "- ☑ "), ("- [X] ", "- ☑ ")):
        if line.lstrip().startswith(box):
            return line.replace(box, sign, 1)
    return line
