"""A checklist for its reviewer: on the terminal question by question, and as an answers file to fill."""

from __future__ import annotations

import shlex
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from nbpeer.model.change import AnalysisDiff
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.review import Answer, Checklist, Excerpt, Question
from nbpeer.render.changes import analysis_summary, cell_blocks, result_row, value_change_text
from nbpeer.render.visible import visible

if TYPE_CHECKING:
    from rich.text import Text

_RESULTS_SHOWN = 12
_CELLS_SHOWN = 8
_ROOM = 14  # lines of the analysis beside a question, so that all of it fits the usual 24 of a terminal
_WRAP = 72  # with what stands before it, the narrowest usual terminal
_VALUES_SHOWN = 4
_LABEL = 10
_SPOKEN = {"yes": "yes", "no": "no", "na": "not applicable"}


def header_text(
    front_matter: FrontMatter, checklist: Checklist, diff: AnalysisDiff, base: str, *, brief: bool = False
) -> Text:
    """What is being decided, how long the review should take, and what changed, results first; counted when `brief`."""
    from rich.text import Text

    text = Text().append(f"{visible(front_matter.title) or diff.path}\n", "bold")
    for label, said in header_rows(front_matter, checklist, diff, base):
        _row(text, label, said)
    return text if brief else text.append_text(_changed_lines(diff))


def header_rows(
    front_matter: FrontMatter, checklist: Checklist, diff: AnalysisDiff, base: str
) -> tuple[tuple[str, str], ...]:
    """What is being decided and how long the review should take, as labels and texts."""
    owner = f" ({front_matter.decision_owner})" if front_matter.decision_owner else ""
    people = f", {checklist.reviewers} reviewers" if checklist.reviewers > 1 else ""
    return (
        ("analysis", diff.path),
        ("question", front_matter.question or "not stated"),
        ("decision", f"{front_matter.decision or 'not stated'}{owner}"),
        ("tier", f"{checklist.tier.replace('_', '-')}, about {checklist.minutes} minutes{people}"),
        ("changed", f"{analysis_summary(diff)} (against {base})"),
    )


def since_text(diff: AnalysisDiff, time: str) -> Text:
    """What changed since the reviewer's last look at other content, in place of all that changed."""
    from rich.text import Text

    text = Text().append(f"Since you last looked, on {visible(time[:10])}\n", "bold")
    _row(text, "changed", analysis_summary(diff) or "nothing that is shown")
    return text.append_text(_changed_lines(diff))


def look_text(path: str, pull_request: bool) -> Text:
    """How to see the changes whole: a packet is of the working tree, which for a pull request is another."""
    from rich.text import Text

    text = Text()
    packet = f"nbpeer packet {shlex.quote(path)} makes a page of everything"
    page = "the summary in the pull request leads to a page of everything" if pull_request else packet
    _row(text, "look at", f"d shows the changed cells; {page}")
    return text


def progress_text(answered: int, asked: int, minutes: int) -> Text:
    """How far the review is, as a bar, and how long the rest should take."""
    from rich.text import Text

    left = round(minutes * (asked - answered) / asked) if asked else 0
    bar = "▰" * answered + "▱" * (asked - answered)
    return Text(f"{bar}  {answered} of {asked} answered, about {max(left, 1)} of {minutes} minutes left", "dim")


def automatic_text(questions: Sequence[Question]) -> Text:
    """The items no person need answer, a line each with the evidence; empty when there is none."""
    from rich.text import Text

    text = Text()
    for question in questions:
        if question.answer and question.answer.answer == "yes":
            text.append("  ✓ ", "green").append(f"{question.item.id:<4}{visible(question.item.question)}  ")
            text.append(f"{visible('; '.join(question.evidence))}\n", "dim")
    text.rstrip()
    return Text().append("Answered by the rules\n", "bold").append_text(text) if text.plain else text


class Beside(NamedTuple):
    """What stands beside a question: parts of the analysis, in full or their first lines; the answer given to this
    content; and, of other content, the answer `earlier` and when that was."""

    excerpts: tuple[Excerpt, ...] = ()
    whole: bool = False
    given: Answer | None = None
    earlier: Answer | None = None
    earlier_time: str = ""


def question_text(question: Question, place: str, beside: Beside) -> Text:
    """One question with why it is asked, the evidence, what the analysis says about it, and answers given before."""
    from rich.text import Text

    text = Text().append(f"{question.item.id}  {visible(question.item.question)}", "bold")
    text.append(f"  ({place})\n", "dim")
    if question.item.why:
        _row(text, "why", question.item.why)
    for number, line in enumerate(question.evidence):
        _row(text, "" if number else "evidence", line, "yellow" if question.flagged else "")
    if question.answer and question.answer.answer == "no":
        _row(text, "the rules", "say no; an approval needs your own answer", "red")
    parts = [[row for line in part.lines for row in textwrap.wrap(visible(line), _WRAP)] for part in beside.excerpts]
    rooms = list(map(len, parts)) if beside.whole else _rooms(list(map(len, parts)))
    for excerpt, lines, room in zip(beside.excerpts, parts, rooms, strict=True):
        _excerpt(text, excerpt, lines, room)
    if beside.earlier and not beside.given:
        said = f"{_spoken(beside.earlier)}, to what you saw on {beside.earlier_time[:10]}; k keeps it"
        _row(text, "earlier", said, "cyan")
    if beside.given:
        _row(text, "answered", _spoken(beside.given), "green")
    text.rstrip()
    return text


def _excerpt(text: Text, excerpt: Excerpt, lines: Sequence[str], room: int) -> None:
    """A part of the analysis under its name; of a long one its first lines."""
    text.append(f"  │ {visible(excerpt.label)}\n", "bold dim")
    for line in lines[:room]:
        text.append("  │   ", "dim").append(f"{line}\n")
    if more := len(lines[room:]):
        text.append(f"  │   … {more} more lines: e shows them\n", "dim")


def _rooms(lengths: Sequence[int]) -> list[int]:
    """How many lines each part may have: what a short one leaves is the others', and no single line is held back."""
    left, rooms = _ROOM, dict.fromkeys(range(len(lengths)), 0)
    for done, place in enumerate(sorted(rooms, key=lengths.__getitem__)):
        room = min(lengths[place], left // (len(lengths) - done))
        rooms[place] = lengths[place] if lengths[place] - room == 1 else room
        left -= room
    return list(rooms.values())


def _spoken(answer: Answer) -> str:
    return f"{_SPOKEN[answer.answer]}: {answer.note}" if answer.note else _SPOKEN[answer.answer]


def answers_template(heading: str, questions: Sequence[Question]) -> str:
    """An answers file to fill: YAML, each question and its evidence in comments above it.

    An item the rules have answered is a comment as well.
    """
    lines = [*_comment(heading), '# Answer yes, no or na. A "no" needs a line: {answer: no, note: "why"}', ""]
    for question in questions:
        item = question.item
        lines += _comment(f"{item.id}  {item.question}")
        lines += _comment(f"why: {item.why}", "    ") if item.why else []
        for evidence in question.evidence:
            lines += _comment(f"evidence: {evidence}", "    ")
        answered = question.answer is not None and question.answer.answer == "yes"
        lines += [f"# {item.id}: yes  # by the rules" if answered else f"{item.id}:", ""]
    return "\n".join(lines)


def _changed_lines(diff: AnalysisDiff) -> Text:
    """The changes, a line each: results, then what they were computed with, then cells."""
    from rich.text import Text

    text = Text()
    if diff.problem:
        _row(text, "", diff.problem, "red")
    for line in [*_changes(diff), *_cells(diff)]:
        text.append(f"    {visible(line)}\n")
    return text


def _cells(diff: AnalysisDiff) -> list[str]:
    if diff.status == "added":
        return []
    titles = [block.title for block in cell_blocks(diff.changed_cells)]
    more = [f"and {len(titles) - _CELLS_SHOWN} more cells"] if len(titles) > _CELLS_SHOWN else []
    return [*titles[:_CELLS_SHOWN], *more]


def _changes(diff: AnalysisDiff) -> list[str]:
    moved = [change for change in diff.results if change.verdict != "unchanged"]
    lines = []
    for change in moved[:_RESULTS_SHOWN]:
        row = result_row(change)
        delta = f"  {row.delta}" if row.delta else ""
        before = f"{row.before} → " if change.before else ""
        lines.append(f"{row.name}: {before}{row.after}{delta}  {row.verdict}")
    if len(moved) > _RESULTS_SHOWN:
        lines.append(f"and {len(moved) - _RESULTS_SHOWN} more results; `nbpeer diff` shows them")
    for noun, changes in (
        ("expectation", diff.expectations),
        ("input", diff.inputs),
        ("parameter", diff.parameters),
    ):
        said = [f"{noun} {change.name}: {' '.join(value_change_text(change).split())}" for change in changes]
        lines += said[:_VALUES_SHOWN]
        lines += [f"and {len(said) - _VALUES_SHOWN} more {noun}s"] if len(said) > _VALUES_SHOWN else []
    lines += [f"caveat {'gone: ' * (change.after is None)}{change.name}" for change in diff.caveats]
    return lines


def _comment(line: str, indent: str = "") -> list[str]:
    return [f"# {indent}{part}" for part in textwrap.wrap(visible(" ".join(line.split())), 110)]


def _row(text: Text, label: str, value: str, style: str = "") -> None:
    text.append(f"  {label:<{_LABEL}}", "dim").append(f"{visible(' '.join(value.split()))}\n", style)
