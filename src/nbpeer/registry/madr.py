"""A decision as text, in MADR's layout: written once, and afterwards changed a line at a time.

MADR (Markdown Architectural Decision Records, 4.0): front matter with `status`, `date` and `decision-makers`, then the
sections Context and Problem Statement, Considered Options, Decision Outcome with Consequences and Confirmation, and
More Information. Predictions and outcomes stand in the front matter, one a line, so that git merges and shows them so.
"""

from __future__ import annotations

import datetime
import json
import posixpath
import re
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.decision import DECISIONS, Decision, DecisionConflictError, OutcomeRecord, Prediction, front_block

# What YAML takes for the end of a line or may not hold, and half a character; and what no line of prose should hold.
_ODD = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")
_UNWRITABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_ENTRY = re.compile(r"^[ \t]*- \{.*\}[ \t]*\r?$")
_HUNK = re.compile(
    r"^<{7} .*\n((?:(?!={7}|\|{7}).*\n)*)(?:\|{7}.*\n(?:(?!={7}).*\n)*)?={7}\r?\n((?:(?!>{7} ).*\n)*)>{7} .*\n?",
    re.MULTILINE,
)


class Story(NamedTuple):
    """What the body of a decision says besides the front matter, taken from the analysis."""

    question: str
    title: str
    to_decide: str = ""
    because: str = ""
    results: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()


def slug(title: str) -> str:
    """A title as a part of a file name: lower-case letters and digits of any script, joined by hyphens."""
    words = re.findall(r"[^\W_]+", title.lower())
    short = ""
    for word in words:
        if short and len(short) + len(word) > 50:
            break
        short = f"{short}-{word}".strip("-")[:60]
    return short or "decision"


def write(decision: Decision, story: Story) -> str:
    """The whole text of a new decision."""
    return f"---\n{_front(decision)}---\n{_body(decision, story)}"


def with_front(text: str, decision: Decision) -> str:
    """The text with other front matter; the prose, which people may have edited, stays."""
    start, end = _block(text, decision.path)
    return text[:start] + _front(decision) + text[end:]


def with_outcome(text: str, record: OutcomeRecord, path: str) -> str:
    """The text with one more outcome after those it has, every other byte kept."""
    start, end = _block(text, path)
    lines = re.findall(r"[^\n]*\n", text[start:end])
    place = next((n for n, line in enumerate(lines) if re.match(r"outcomes[ \t]*:", line)), None)
    entry = f"  - {_flow(msgspec.to_builtins(record, builtin_types=(datetime.date,)))}\n"
    if place is None:
        lines += ["outcomes:\n", entry]
    else:
        lines[place] = re.sub(r":[ \t]*(?:\[[ \t]*\])?[ \t]*(?=\r?\n?$)", ":", lines[place])
        after = place + 1
        while after < len(lines) and re.match(r"[ \t]+\S|- ", lines[after]):
            after += 1
        lines.insert(after, entry)
    return text[:start] + "".join(lines) + text[end:]


def with_key(text: str, key: str, value: str | int, path: str) -> str:
    """The text with a plain key of the front matter set, added when it is not there."""
    start, end = _block(text, path)
    block = text[start:end]
    line = re.compile(rf"^{re.escape(key)}[ \t]*:[^\r\n]*", re.MULTILINE)
    changed = line.sub(f"{key}: {value}", block, count=1) if line.search(block) else f"{block}{key}: {value}\n"
    return text[:start] + changed + text[end:]


def both_sides(text: str, path: str, number: int) -> str:
    """The text without conflict markers where both sides of a merge only recorded outcomes: those of both, each once.

    Raises DecisionConflictError for a conflict about anything else; NbpeerError when there is none.
    """
    merged, hunks = _HUNK.subn(lambda hunk: _joined(hunk, path, number), text)
    if re.search(r"^(?:<{7} |>{7} )", merged, re.MULTILINE):
        raise DecisionConflictError(path, number)
    if not hunks:
        raise NbpeerError(f"{path} has no conflict", "record an outcome with --observed, --hypothesis or --used")
    return merged


def _joined(hunk: re.Match[str], path: str, number: int) -> str:
    ours, theirs = (side.splitlines(keepends=True) for side in hunk.groups())
    every = dict.fromkeys([*ours, *theirs])
    heads = [line for line in every if re.match(r"outcomes[ \t]*:[ \t]*(\[\])?[ \t]*\r?$", line)]
    entries = [line for line in every if line not in heads]
    if not all(_ENTRY.match(line.rstrip("\n")) for line in entries):
        raise DecisionConflictError(path, number)
    return "".join(["outcomes:\n"] * bool(heads) + entries)


def _block(text: str, path: str) -> tuple[int, int]:
    found = front_block(text)
    if found is None:
        raise NbpeerError(f"{path} has no front matter", "restore it from git")
    return found


def _front(decision: Decision) -> str:
    lines = [
        f"status: {decision.status}",
        f"date: {_scalar(decision.date)}" if decision.date else "",
        f"decision-makers: [{', '.join(map(_scalar, decision.decision_makers))}]",
        "analysis:",
        f"  path: {_scalar(decision.analysis.path)}",
        f"  content: {_scalar(decision.analysis.content)}",
        *_approval(decision),
        f"chosen: {_scalar(decision.chosen)}",
        f"hypothesis: {_scalar(decision.hypothesis)}",
        f"change_my_mind: {_scalar(decision.change_my_mind)}",
        "predictions:" if decision.predictions else "predictions: []",
        *(f"  - {_flow(_values(one))}" for one in decision.predictions),
        f"outcome_review: {_flow(_values(decision.outcome_review))}",
        f"supersedes: {decision.supersedes}" if decision.supersedes is not None else "",
        f"superseded_by: {decision.superseded_by}" if decision.superseded_by is not None else "",
        f"frozen: {_scalar(decision.frozen)}" if decision.frozen else "",
        "outcomes:" if decision.outcomes else "outcomes: []",
        *(f"  - {_flow(_values(one))}" for one in decision.outcomes),
    ]
    return "".join(f"{line}\n" for line in lines if line)


def _approval(decision: Decision) -> list[str]:
    if decision.analysis.not_approved:
        return [f"  not_approved: {_scalar(decision.analysis.not_approved)}"]
    return [f"  approved_by: [{', '.join(map(_scalar, decision.analysis.approved_by))}]"]


def _values(struct: msgspec.Struct) -> dict[str, Any]:
    found: dict[str, Any] = msgspec.to_builtins(struct, builtin_types=(datetime.date,))
    return found


def _flow(values: dict[str, Any]) -> str:
    """A mapping on one line of YAML: plain keys, values as JSON spells them, days bare."""
    return "{" + ", ".join(f"{key}: {_scalar(value)}" for key, value in values.items()) + "}"


def _scalar(value: Any) -> str:
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(str(key))}: {_scalar(item)}" for key, item in value.items()) + "}"
    text = json.dumps(value, ensure_ascii=False)
    return _ODD.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def _body(decision: Decision, story: Story) -> str:
    link = posixpath.relpath(decision.analysis.path, DECISIONS)
    chosen = _plain(decision.chosen) or "nothing yet"
    to_decide = _plain(story.to_decide)
    because = _plain(story.because) or "of what the analysis found"
    parts = [
        f"# {_plain(decision.title)}",
        "## Context and Problem Statement",
        _plain(story.question),
        f"Hypothesis: {_plain(decision.hypothesis)}" if decision.hypothesis else "",
        f"To decide: {to_decide}" if to_decide and to_decide != chosen else "",
        f"Analysis: [{_plain(story.title)}]({quote(link)})",
        "## Considered Options",
        f"* {chosen}\n* Leave things as they are",
        "## Decision Outcome",
        f'Chosen option: "{chosen}", because {because.rstrip(".")}.',
        "\n".join(f"* {_plain(line)}" for line in story.results),
        "### Consequences",
        _table(decision.predictions) or "Nothing was predicted.",
        "### Confirmation",
        _confirmation(decision),
        "## More Information" if story.caveats else "",
        "\n".join(f"* {_plain(caveat)}" for caveat in story.caveats),
    ]
    return "\n" + "\n\n".join(part for part in parts if part) + "\n"


def _confirmation(decision: Decision) -> str:
    review = decision.outcome_review
    who = f" by {_plain(review.owner)}" if review.owner else ""
    said = [f"What became of it is looked at on {review.due}{who}."] if review.due else []
    said += (
        [f"What would change our mind: {_plain(decision.change_my_mind).rstrip('.')}."]
        if decision.change_my_mind
        else []
    )
    return " ".join(said) or "Nobody has said when this is looked at again."


def _table(predictions: tuple[Prediction, ...]) -> str:
    rows = [
        f"| {_cell(one.metric)} | {one.expect:.6g}{_unit(one)} | {_interval(one)} | {one.by or ''} |"
        for one in predictions
    ]
    return "\n".join(["| predicted | expected | 80 % interval | by |", "|---|---|---|---|", *rows]) if rows else ""


def _unit(one: Prediction) -> str:
    return f" {_cell(one.unit)}" if one.unit else ""


def _interval(one: Prediction) -> str:
    return f"{one.low80:.6g} to {one.high80:.6g}" if one.low80 is not None and one.high80 is not None else "none"


def _cell(text: str) -> str:
    return _plain(text).replace("|", "\\|")


def _plain(text: str) -> str:
    """A text on one line, of characters that a text file can hold."""
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(text.split()))
