"""Inline comments: one finding on one line of a pull request's notebook."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator

from nbpeer.model.finding import Finding
from nbpeer.model.marks import FINDING, mark, marks
from nbpeer.model.posting import PlacedFinding
from nbpeer.render.escape import code, escaped, fenced, prose
from nbpeer.render.pr_words import place, rule

FIXED = "fixed"


def prints(findings: Iterable[PlacedFinding]) -> Iterator[tuple[str, PlacedFinding]]:
    """Each finding with a fingerprint that stays while its source does, wherever that moves; no two are the same."""
    seen: dict[str, int] = {}
    for placed in findings:
        finding = placed.finding
        what = finding.fingerprint or f"{finding.message}\n{finding.excerpt}"
        same = json.dumps([finding.path, finding.code, what])
        seen[same] = seen.get(same, 0) + 1
        yield hashlib.sha256(f"{same}{seen[same]}".encode("utf-8", "replace")).hexdigest()[:16], placed


def inline_body(placed: PlacedFinding, fingerprint: str) -> str:
    """The comment: what was found, how to mend it, and the mark it is found again by."""
    finding = placed.finding
    lines = [f"**{rule(finding)}** ({finding.severity}): {prose(finding.message)}"]
    where = place(finding)
    if not placed.exact and finding.excerpt.strip():
        lines += ["", f"{where}: {code(finding.excerpt.strip(), 200)}"]
    if finding.fix:
        lines += ["", f"<sub>{where} · fix: {prose(finding.fix)}</sub>"]
    if suggestion := _suggestion(placed):
        lines += ["", suggestion.rstrip("\n")]
    return "\n".join([*lines, "", mark(FINDING, print=fingerprint)])


def fixed_body(posted: str, fingerprint: str, said: str) -> str:
    """A posted comment once its finding is gone: struck, and how it went."""
    first = posted.strip().partition("\n")[0].removeprefix("<del>").removesuffix("</del>")
    return f"<del>{first}</del>\n\n{said}\n\n{mark(FINDING, print=fingerprint, state=FIXED)}"


def fingerprint_in(body: str) -> tuple[str, bool] | None:
    """The fingerprint of one of our inline comments and whether it is marked fixed; None for any other comment."""
    found = [one for one in marks(body) if one.kind == FINDING and one.values.get("print")]
    return (found[-1].values["print"], found[-1].values.get("state") == FIXED) if found else None


def gone_words(head: str, waived: str = "", *, there: bool = True) -> str:
    """How a finding went: fixed in a commit, waived with a reason, or with its analysis."""
    if waived:
        return f"Waived: {escaped(waived)}"
    return f"Fixed in {head[:7]}." if there else "This analysis is not in the pull request any more."


def _suggestion(placed: PlacedFinding) -> str:
    """The line of the file that mends the finding, for one press of a button; only while it surely is JSON.

    Where it is not, the mended line is shown as plain code.
    """
    text = placed.replacement
    if not text or not placed.exact or "\n" in text or "\r" in text:
        return ""
    source = _string(text)
    if source is None:
        return ""
    if _is_plain(text):
        return fenced([text], "suggestion")
    return fenced(source.rstrip("\n").split("\n"), "python")


def _string(line: str) -> str | None:
    """The text of a file's line that is one JSON string, be it followed by a comma; None for any other line."""
    try:
        found = json.loads(line.strip().removesuffix(","))
    except ValueError:
        return None
    return found if isinstance(found, str) else None


def _is_plain(line: str) -> bool:
    """Whether a block of code gives the line back byte for byte."""
    return fenced([line], "").split("\n")[1] == line


def waived_reason(finding: Finding) -> str:
    """Why a finding does not count any more, "" when it does or is only gone."""
    return finding.waived or ("it is in the baseline" if finding.known else "")
