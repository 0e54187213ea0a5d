"""Metrics for people: the list, one definition, changes, what a change touches, two numbers side by side."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nbpeer.model.metric import Metric, MetricChange, MetricChanges, MetricImpact, MetricUse, Reconciliation
from nbpeer.render.visible import shortened, visible

if TYPE_CHECKING:
    from nbpeer.render.spans import Span

_LONGEST = 60
_MARKS = {"agree": ("✓", "green"), "differ": ("✗", "bold red"), "undecided": ("?", "yellow")}
_CHANGED = {
    "added": "new",
    "removed": "removed",
    "definition": "definition changed",
    "version": "version changed",
    "described": "described differently",
}


def metrics_spans(uses: Iterable[MetricUse]) -> Iterator[Span]:
    """One line a metric: how it is cited, its status, who owns it, how many analyses cite it, what it is."""
    found = list(uses)
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*map(_row, found), strict=True)]
    for use in found:
        cited, status, owner, count = (text.ljust(width) for text, width in zip(_row(use), widths, strict=True))
        yield visible(cited), "bold"
        yield f"  {status}", "" if use.metric.status == "active" else "yellow"
        said = visible(shortened(use.metric.description or use.metric.problem, _LONGEST))
        yield f"  {visible(owner)}  {count}  {said}".rstrip() + "\n", ""


def metric_spans(use: MetricUse, query: str) -> Iterator[Span]:
    """One metric: what is said of it, its query, the analyses that cite it."""
    metric = use.metric
    yield f"{visible(metric.cited)}\n", "bold"
    for key, value in _facts(metric):
        yield f"  {key:<11}  {visible(value)}\n", ""
    if query:
        yield "\n", ""
        yield "".join(f"  {line}\n" for line in visible(query).split("\n")), "cyan"
    yield "\n", ""
    if not use.analyses:
        yield "  no analysis cites it\n", "dim"
    for path, version in use.analyses:
        old = version and version != metric.version
        yield (
            f"  {visible(path)}  {visible(f'cites {version}' if version else 'cites no version')}\n",
            ("yellow" if old else ""),
        )


def changes_spans(found: MetricChanges) -> Iterator[Span]:
    """Each metric that changed: how, what explains it, who cites it."""
    if not found.changes:
        yield f"no metric differs between {visible(found.before)} and {visible(found.after)}\n", ""
    for change in found.changes:
        yield from _change(change)


def impacts_spans(impacts: Iterable[MetricImpact]) -> Iterator[Span]:
    """For each metric the analyses a change of it touches, and whose approvals it makes questionable."""
    for impact in impacts:
        yield f"{visible(impact.metric)}\n", "bold"
        if impact.derived:
            yield f"  also in  {visible(', '.join(impact.derived))}, computed of it\n", ""
        if not impact.analyses:
            yield "  no analysis cites it\n", "dim"
        for analysis in impact.analyses:
            yield f"  {visible(analysis.path)}", ""
            yield f"  cites {visible(analysis.cites)}", "dim"
            if analysis.reviewers:
                yield f"  approved by {visible(', '.join(analysis.reviewers))}: questionable after a change", "yellow"
            yield "\n", ""


def reconciliations_spans(found: Iterable[Reconciliation], most: int = 20) -> Iterator[Span]:
    """Each place with its verdict, and the numbers that differ; all of them when they are few."""
    for one in found:
        mark, style = _MARKS[one.verdict]
        where = f"cell {one.cell}" if one.cell else f"result {one.result!r}"
        yield f"{mark} {one.verdict:<9}", style
        yield f"  {visible(one.analysis)}, {visible(where)}", ""
        yield f"  {visible(one.metric)}  {one.window}\n", "dim"
        if one.problem:
            yield f"  {visible(one.problem)}\n", ""
        wrong = [row for row in one.rows if not row.agrees]
        for row in (wrong or list(one.rows))[:most]:
            named = f"{visible(row.key)}: " if row.key else ""
            yield (
                f"  {named}defined {_number(row.defined)}, here {_number(row.found)}{_off(row.defined, row.found)}\n",
                "",
            )
        left = len(wrong or one.rows) - most
        if left > 0:
            yield f"  and {left} more\n", "dim"


def _row(use: MetricUse) -> tuple[str, str, str, str]:
    count = len({path for path, _ in use.analyses})
    return (
        use.metric.cited,
        use.metric.status,
        use.metric.owner or "no owner",
        f"{count} {'analysis' if count == 1 else 'analyses'}",
    )


def _facts(metric: Metric) -> Iterator[tuple[str, str]]:
    pairs = (
        ("what", metric.description),
        ("owner", metric.owner),
        ("status", metric.status),
        ("valid from", metric.valid_from.isoformat() if metric.valid_from else ""),
        ("expression", metric.expression),
        ("filter", metric.filter),
        ("reads", ", ".join(source.relation for source in metric.sources)),
        ("computed of", ", ".join(metric.inputs)),
        ("time", metric.time),
        ("grain", metric.grain),
        ("definition", metric.definition[:23]),
        ("no SQL", metric.problem),
    )
    yield from ((key, value) for key, value in pairs if value)


def _change(change: MetricChange) -> Iterator[Span]:
    now = change.after or change.before
    yield visible(now.cited if now else change.name), "bold"
    yield f"  {_CHANGED[change.kind]}\n", "bold red" if change.unexplained else "yellow"
    for detail in change.details:
        yield f"  {visible(detail)}\n", ""
    if change.explained:
        yield f"  explained by {visible(change.explained)}\n", "green"
    elif change.unexplained:
        yield "  no metric_change analysis explains it: `nbpeer new metric_change PATH`\n", "bold red"
    if change.kind != "added":
        said = ", ".join(change.analyses) or "no analysis"
        yield f"  cited by {visible(said)}\n", "dim"


def _number(value: float | None) -> str:
    if value is None:
        return "nothing"
    return f"{value:,.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:,.6g}"


def _off(defined: float | None, found: float | None) -> str:
    if not defined or found is None or defined == found:
        return ""
    return f" ({(found - defined) / abs(defined):+.2%})"
