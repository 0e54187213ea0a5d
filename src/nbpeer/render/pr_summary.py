"""The summary comment of a pull request, in forms that become shorter until one fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from nbpeer.model.marks import SUMMARY, mark
from nbpeer.model.posting import AnalysisPosting, PlacedFinding, Posting
from nbpeer.render.escape import code, escaped
from nbpeer.render.gate import MET, UNMET
from nbpeer.render.pr_analysis import Pictures, analysis_section, findings_table, folded
from nbpeer.render.pr_lede import lede
from nbpeer.render.pr_words import (
    WAITING,
    counted,
    failed_expectations,
    gate_word,
    headline,
    name_of,
    severities,
)

# UTF-8 bytes. GitHub says 65,536 characters and has refused less; a step summary holds 1 MiB.
MOST_COMMENT = 60_000
MOST_STEP = 1_000_000
MARK = mark(SUMMARY)
POSTED = "posted"
_MOST_ANALYSES = 150
_MOST_UNPLACED = 40


class Around(NamedTuple):
    """What a summary says besides the analyses. `packet` is the address of the packet; `unplaced` are the findings
    that no inline comment holds; `unlisted` the analyses without a checklist of their own; `refused` the fingerprints
    of inline comments that the forge would not take at this head."""

    packet: str = ""
    unplaced: tuple[PlacedFinding, ...] = ()
    unlisted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    pictures: Mapping[str, tuple[Pictures, ...]] = {}


NOTHING = Around()


def summary_forms(posting: Posting, around: Around = NOTHING) -> Iterator[str]:
    """The comment from its whole form to its shortest: without outputs, without cells, counts only, a link only."""
    forms: tuple[Callable[[AnalysisPosting], str] | None, ...] = (
        lambda one: analysis_section(one, pictures=around.pictures.get(one.path, ())),
        lambda one: analysis_section(one, outputs=False, pictures=around.pictures.get(one.path, ())),
        lambda one: analysis_section(one, cells=False),
        None,
    )
    for number, section in enumerate(forms):
        yield _form(posting, around, section, shorter=number > 0)
    yield "\n".join([_top(posting), _shortened(around), _bottom(posting, around)])


def fitting(forms: Iterator[str], most: int = MOST_COMMENT) -> Iterator[str]:
    """The forms that are at most `most` bytes of UTF-8; the last one whatever it is."""
    last = ""
    for last in forms:
        if len(last.encode("utf-8", "replace")) <= most:
            yield last
            last = ""
    if last:
        yield last


def _form(posting: Posting, around: Around, section: Callable[[AnalysisPosting], str] | None, *, shorter: bool) -> str:
    parts = [_top(posting)]
    analyses = sorted(posting.analyses, key=lambda one: (not one.diff.problem, not one.diff.changed_results, one.path))
    parts += [_overview(analyses)] if len(analyses) > 1 or section is None else []
    parts += [_unplaced(around.unplaced)] if around.unplaced else []
    parts += [section(one) for one in analyses] if section else []
    parts += [f"Removed: {_paths(posting.removed)}\n"] if posting.removed else []
    parts += [_shortened(around)] if shorter else []
    return "\n".join([*parts, _bottom(posting, around)])


def _top(posting: Posting) -> str:
    """What a mail and a notification show of the comment: what moved furthest, and whose turn it is."""
    lines = [f"### {headline(posting)}\n"]
    lines += [f"{said}\n"] if (said := lede(posting)) else []
    if posting.analyses:
        failed = sum(len(failed_expectations(one)) for one in posting.analyses)
        found = severities(placed for one in posting.analyses for placed in one.open_findings)
        words = [
            gate_word(posting.analyses),
            f"{UNMET} {counted(failed, 'expectation')} did not hold" if failed else "",
            f"findings: {found}" if found else f"{MET} no findings",
        ]
        lines.append(f"**{' · '.join(part for part in words if part)}**\n")
    lines += [f"> {escaped(note)}\n" for note in posting.notes]
    return "\n".join(lines)


def _overview(analyses: Sequence[AnalysisPosting]) -> str:
    lines = ["| analysis | results changed | expectations | findings | gate |", "| --- | ---: | --- | --- | --- |"]
    for one in analyses[:_MOST_ANALYSES]:
        failed = len(failed_expectations(one))
        moved = len(one.diff.changed_results)
        results = "new" if one.diff.status == "added" else f"**{moved}**" if moved else "0"
        results = UNMET if one.diff.problem else results
        held = f"{UNMET} {failed} failed" if failed else MET if one.expectations or one.external else "none"
        gate = gate_word([one]).replace(" gate", "", 1)
        found = severities(one.open_findings) or MET
        lines.append(f"| {name_of(one, table=True)} | {results} | {held} | {found} | {gate} |")
    more = f"\nand {len(analyses) - _MOST_ANALYSES} more analyses\n" if len(analyses) > _MOST_ANALYSES else ""
    return "\n".join(lines) + "\n" + more


def _unplaced(findings: Sequence[PlacedFinding]) -> str:
    """Findings that stand on no line of the pull request, by analysis."""
    title = f"{counted(len(findings), 'finding')} not on a line of this pull request"
    by_path: dict[str, list[PlacedFinding]] = {}
    for placed in findings[:_MOST_UNPLACED]:
        by_path.setdefault(placed.finding.path, []).append(placed)
    tables = [f"{code(path)}\n\n{findings_table(found, len(found))}" for path, found in by_path.items()]
    more = f"\nand {len(findings) - _MOST_UNPLACED} more\n" if len(findings) > _MOST_UNPLACED else ""
    return folded(title, "\n".join(tables) + more)


def _shortened(around: Around) -> str:
    where = "The packet" if around.packet else "`nbpeer packet`"
    return f"> {WAITING} This is a short form: the whole is longer than a comment may be. {where} shows everything.\n"


def _bottom(posting: Posting, around: Around) -> str:
    how = "both versions run on one machine" if posting.rerun else "results as recorded in both versions"
    lines = []
    if around.unlisted:
        lines.append(f"{counted(len(around.unlisted), 'analysis has', 'analyses have')} no checklist here: "
                     f"`nbpeer review` asks it. Smaller pull requests are reviewed better.\n")  # fmt: skip
    packet = f"[**Review packet**]({around.packet}) · " if around.packet else ""
    compared = f"{code(posting.base)} ({posting.before[:7]}) → {posting.head[:7]}"
    state = mark(POSTED, head=posting.head, refused=",".join(around.refused))
    return "\n".join([*lines, f"<sub>{packet}{compared} · {how}</sub>\n", MARK, state])


def _paths(paths: Sequence[str]) -> str:
    shown = ", ".join(map(code, paths[:10]))
    return shown + (f" and {len(paths) - 10} more" if len(paths) > 10 else "")
