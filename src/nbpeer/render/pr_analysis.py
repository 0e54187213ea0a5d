"""One analysis in the summary comment of a pull request: results first, cells last and folded away."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import msgspec

from nbpeer.model.change import ResultChange
from nbpeer.model.posting import AnalysisPosting, PlacedFinding
from nbpeer.render.changes import (
    analysis_summary,
    cell_blocks,
    table_changes,
    value_change_text,
    value_groups,
)
from nbpeer.render.diff_markdown import cell_markdown, values_list
from nbpeer.render.escape import code, escaped, html, prose
from nbpeer.render.gate import MET, UNMET
from nbpeer.render.packet_results import ResultView, result_views
from nbpeer.render.pr_lede import far_first
from nbpeer.render.pr_words import (
    SIGNED_OFF,
    SIGNS,
    WAITING,
    counted,
    failed_expectations,
    name_of,
    place,
    rule,
    severities,
)

# The character, not its entity: a mail shows the Markdown as it is.
_NO_BREAK = "\N{NO-BREAK SPACE}"
_MOST_RESULTS = 30
_MOST_ROWS = 40
_MOST_LINES = 10
_MOST_CELLS = 200


class Pictures(NamedTuple):
    """The addresses of a figure's pictures, "" where there is none."""

    name: str
    before: str = ""
    after: str = ""
    difference: str = ""


def analysis_section(
    analysis: AnalysisPosting, *, cells: bool = True, outputs: bool = True, pictures: Sequence[Pictures] = ()
) -> str:
    """The analysis from its title to its last changed cell; without `cells` or their `outputs` it is shorter."""
    parts = [f"#### {name_of(analysis)}\n", _about(analysis)]
    if analysis.diff.problem:
        parts.append(f"> {UNMET} Could not be compared: {escaped(analysis.diff.problem)}\n")
    parts += [f"> {WAITING} {prose(note)}\n" for note in analysis.notes]
    parts += _results(analysis)
    parts += [_picture_row(one) for one in pictures]
    parts += _expectations(analysis) + _caveats(analysis)
    parts.append(_gate(analysis))
    parts += _findings(analysis.open_findings)
    parts += _values(analysis)
    return "\n".join(parts + (_cells(analysis, outputs=outputs) if cells else []))


def folded(title: str, content: str) -> str:
    """Content folded away under a title of ours."""
    return f"<details><summary>{title}</summary>\n\n{content}\n</details>\n"


def _about(analysis: AnalysisPosting) -> str:
    tier = f"tier {analysis.tier.replace('_', '-')}"
    summary = "new" if analysis.diff.status == "added" else analysis_summary(analysis.diff)
    lines = [f"<sub>{code(analysis.path)} · {tier} · about {analysis.minutes} minutes · {summary}</sub>\n"]
    if analysis.question:
        owner = f" ({escaped(analysis.decision_owner, 80)})" if analysis.decision_owner else ""
        decision = f" Decision: {escaped(analysis.decision, 200)}{owner}." if analysis.decision else ""
        lines.append(f"*{escaped(analysis.question, 300)}*{decision}\n")
    return "\n".join(lines)


def _results(analysis: AnalysisPosting) -> list[str]:
    every = analysis.diff.results
    views = [view for view in result_views(every) if view.verdict != "unchanged"]
    if not views:
        if analysis.diff.problem:
            return []
        said = (
            f"{MET} {counted(len(every), 'result')} recorded, none changed."
            if every
            else "No named result is recorded."
        )
        return [f"{said}\n"]
    changes = {change.name: change for change in every}
    ranked = sorted(views, key=lambda view: far_first(changes[view.name]))[:_MOST_RESULTS]
    rows = [view for view in ranked if not _needs_room(view)]
    apart = [view for view in ranked if _needs_room(view)]
    same = len(every) - len(views)
    more = [f"and {len(views) - _MOST_RESULTS} more"] if len(views) > _MOST_RESULTS else []
    more += [f"{counted(same, 'result')} unchanged"] if same else []
    parts = [_table_of(rows)] if rows else []
    parts += [_apart(view, changes[view.name]) for view in apart]
    return [*parts, *([f"<sub>{' · '.join(more)}</sub>\n"] if more else [])]


def _needs_room(view: ResultView) -> bool:
    return view.grid is not None or bool(view.note)


def _table_of(views: Sequence[ResultView]) -> str:
    lines = ["| result | before | after | moved by | |", "| --- | ---: | ---: | ---: | --- |"]
    for view in views:
        strong = "" if view.verdict == "within_tolerance" else "**"
        unit = f" <sub>{escaped(view.unit, 60)}</sub>" if view.unit else ""
        old = f" <sub>{escaped(view.old_unit, 60)}</sub>" if view.old_unit not in ("", view.unit) else ""
        detail = f"<br><sub>{escaped(view.detail, 200)}</sub>" if view.detail else ""
        cells = [
            f"{strong}{escaped(view.name, 120)}{strong}{unit}",
            f"{escaped(view.before, 120)}{old}",
            f"{strong}{escaped(view.after, 120)}{strong}",
            _moved(view),
            f"{escaped(view.said, 120)}{detail}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _moved(view: ResultView) -> str:
    """By how much, with an arrow that one glance can tell."""
    if not view.delta:
        return ""
    arrow = "▼" if view.delta.startswith("\N{MINUS SIGN}") else "▲"
    return f"{arrow}{_NO_BREAK}{escaped(view.delta).replace(' %', f'{_NO_BREAK}%')}"


def _apart(view: ResultView, change: ResultChange) -> str:
    """A table or a figure: what moved in words, the values of a table folded away."""
    said = "; ".join(part for part in (view.said if view.said != "changed" else "", view.detail) if part) or "changed"
    if not change.cells:
        kind = "table" if view.grid else "figure"
        return f"- **{escaped(view.name, 120)}** ({kind}): {escaped(said, 200)}\n"
    lines = [
        f"- {escaped(cell.name)}: {escaped(value_change_text(cell))}" for cell in table_changes(change)[:_MOST_ROWS]
    ]
    more = [f"- and {len(change.cells) - _MOST_ROWS} more"] if len(change.cells) > _MOST_ROWS else []
    title = f"<b>{html(view.name, 120)}</b> (table): {html(said, 200)}"
    return folded(title, "\n".join([*lines, *more]) + "\n")


def _picture_row(one: Pictures) -> str:
    sides = (("before", one.before), ("after", one.after), ("difference", one.difference))
    there = [(label, address) for label, address in sides if address]
    if not there:
        return ""
    heads, rules = (f"| {' | '.join(row)} |" for row in ([label for label, _ in there], ["---"] * len(there)))
    images = " | ".join(f"![{label}](<{address}>)" for label, address in there)
    return f"{escaped(one.name)}:\n\n{heads}\n{rules}\n| {images} |\n"


def _expectations(analysis: AnalysisPosting) -> list[str]:
    failed = failed_expectations(analysis)
    held = sum(one.passed for one in analysis.expectations) + sum(one.count("held") for one in analysis.external)
    if not failed:
        return [f"{MET} {counted(held, 'expectation')} on the data held.\n"] if held else []
    lines = [f"{UNMET} **{counted(len(failed), 'expectation')} on the data did not hold** ({held} held)\n"]
    return ["\n".join([*lines, *_listed(failed)]) + "\n"]


def _caveats(analysis: AnalysisPosting) -> list[str]:
    new = {change.name for change in analysis.diff.caveats if change.before is None}
    gone = [change.name for change in analysis.diff.caveats if change.after is None]
    said = [f"- {escaped(caveat)}{' (new)' if caveat in new else ''}" for caveat in analysis.caveats[:_MOST_LINES]]
    said += [f"- <del>{escaped(caveat)}</del> (gone)" for caveat in gone[:_MOST_LINES]]
    return ["\n".join(["**Caveats**\n", *said]) + "\n"] if said else []


def _gate(analysis: AnalysisPosting) -> str:
    """The conditions; of the sign-off only where to look, since it changes without a push."""
    own = [one for one in analysis.gate.conditions if one.name != SIGNED_OFF]
    met = [one.name for one in own if one.met]
    lines = [f"- {UNMET} **{escaped(one.name)}**: {prose(one.reason, 300)}" for one in own if not one.met]
    lines += [f"- {WAITING} **{SIGNED_OFF}**: see the commit status `nbpeer/sign-off`"]
    lines += [f"- {MET} {', '.join(map(escaped, met))}"] if met else []
    return "**Gate**\n\n" + "\n".join(lines) + "\n"


def _findings(findings: Sequence[PlacedFinding]) -> list[str]:
    if not findings:
        return []
    title = f"{counted(len(findings), 'finding')}: {severities(findings)}"
    return [folded(title, findings_table(findings[:_MOST_ROWS], len(findings)))]


def findings_table(findings: Sequence[PlacedFinding], total: int) -> str:
    """Findings as a table; `total` is how many there are."""
    lines = ["| | where | finding | rule |", "| --- | --- | --- | --- |"]
    for placed in findings:
        finding = placed.finding
        sign = f"{SIGNS[finding.severity]} {finding.severity}"
        lines.append(f"| {sign} | {place(finding)} | {prose(finding.message, table=True)} | {rule(finding)} |")
    more = f"\nand {total - len(findings)} more\n" if total > len(findings) else ""
    return "\n".join(lines) + "\n" + more


def _values(analysis: AnalysisPosting) -> list[str]:
    if analysis.diff.status == "added":
        return []
    groups = [(title, changes) for title, changes in value_groups(analysis.diff) if title != "Caveats"]
    if not groups:
        return []
    title = ", ".join(f"{counted(len(changes), 'change')} of {name.lower()}" for name, changes in groups)
    lists = [part for name, changes in groups for part in values_list(name, changes[:_MOST_ROWS])]
    return [folded(title, "\n".join(lists))]


def _cells(analysis: AnalysisPosting, *, outputs: bool) -> list[str]:
    if analysis.diff.status == "added":
        return []
    changes = analysis.diff.shown_cells
    if not outputs:
        changes = tuple(msgspec.structs.replace(change, outputs=()) for change in analysis.diff.changed_cells)
    blocks = list(cell_blocks(changes))
    if not blocks:
        return []
    shown = "\n".join(map(cell_markdown, blocks[:_MOST_CELLS]))
    more = f"\nand {len(blocks) - _MOST_CELLS} more\n" if len(blocks) > _MOST_CELLS else ""
    return [folded(counted(len(blocks), "changed cell"), shown + more)]


def _listed(lines: Sequence[str]) -> list[str]:
    more = [f"- and {len(lines) - _MOST_LINES} more"] if len(lines) > _MOST_LINES else []
    return [*(f"- {escaped(line)}" for line in lines[:_MOST_LINES]), *more]
