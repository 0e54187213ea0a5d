"""The named results before and after, and what they rest on."""

from __future__ import annotations

import msgspec

from nbpeer.commands.results_diff import analysis_results
from nbpeer.commands.status import changed_path, compared_with, facts_for
from nbpeer.lab.changes import PieceRow, pieces
from nbpeer.lab.here import require
from nbpeer.lab.pictures import PictureRow
from nbpeer.lab.review import ReviewAsked
from nbpeer.lab.session import Session
from nbpeer.model.change import AnalysisDiff, ValueChange
from nbpeer.model.result import Expectation
from nbpeer.render.changes import value_change_text, value_groups, version_text
from nbpeer.render.packet_results import Grid, ResultView, result_views
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.gate import results_fresh

_PNG = "data:image/png;base64,iVBORw0KGgo"  # what every PNG begins with


class GridCellRow(msgspec.Struct, frozen=True):
    """One cell of a table; `before` is "" when only one text is to be seen."""

    text: str
    before: str
    change: str
    numeric: bool


class GridRow(msgspec.Struct, frozen=True):
    """One row of a table: whether it is new or gone, and its cells."""

    change: str
    cells: tuple[GridCellRow, ...]


class GridTable(msgspec.Struct, frozen=True):
    """A table with what moved in it; `left_out` is how many rows are not shown."""

    columns: tuple[str, ...]
    rows: tuple[GridRow, ...]
    left_out: int


class ResultRow(msgspec.Struct, frozen=True):
    """One named result; `said` and `detail` are the verdict in words."""

    name: str
    verdict: str
    said: str
    detail: str
    note: str
    before: str
    after: str
    delta: str
    unit: str
    old_unit: str
    words: tuple[PieceRow, ...]
    grid: GridTable | None
    pictures: tuple[PictureRow, ...]


class ValueRow(msgspec.Struct, frozen=True):
    """One value before and after, and both in words."""

    name: str
    before: str | None
    after: str | None
    said: str


class Group(msgspec.Struct, frozen=True):
    """What else changed, of one sort."""

    title: str
    rows: tuple[ValueRow, ...]


class Results(msgspec.Struct, frozen=True):
    """The results of an analysis against `before`; `stale` says why they are not of the present source or inputs."""

    path: str
    before: str
    recorded: bool
    stale: str
    problem: str
    results: tuple[ResultRow, ...]
    groups: tuple[Group, ...]
    expectations: tuple[Expectation, ...]
    caveats: tuple[str, ...]
    metrics: tuple[str, ...]


def results(asked: ReviewAsked, session: Session) -> Results:
    """The recorded results of a notebook. Raises NbpeerError when there is no base."""
    here = require(session.server_root, asked.path)
    before = compared_with(here.root, here.config, asked.base or None)
    facts = facts_for(here.root, here.config, here.name, before)
    found, figures = analysis_results(here.root, before, changed_path(here.root, before, here.name))
    recorded = facts.results
    return Results(
        path=asked.path,
        before=version_text(before),
        recorded=recorded is not None,
        stale=_stale(facts),
        problem=facts.problem or found.problem,
        results=tuple(_row(view) for view in result_views(found.results, figures)),
        groups=_groups(found),
        expectations=recorded.result_set.expectations if recorded else (),
        caveats=recorded.caveats if recorded else (),
        metrics=recorded.metrics if recorded else (),
    )


def _stale(facts: AnalysisFacts) -> str:
    fresh = results_fresh(facts)
    return "" if fresh.met or facts.results is None else fresh.reason


def _row(view: ResultView) -> ResultRow:
    return ResultRow(
        name=view.name,
        verdict=view.verdict,
        said=view.said,
        detail=view.detail,
        note=view.note,
        before=view.before,
        after=view.after,
        delta=view.delta,
        unit=view.unit,
        old_unit=view.old_unit,
        words=pieces(view.words),
        grid=_grid(view.grid) if view.grid else None,
        pictures=tuple(PictureRow(one.label, one.uri) for one in view.pictures if one.uri.startswith(_PNG)),
    )


def _grid(grid: Grid) -> GridTable:
    rows = (GridRow(change, tuple(GridCellRow(*cell) for cell in cells)) for change, cells in grid.rows)
    return GridTable(grid.columns, tuple(rows), grid.left_out)


def _groups(found: AnalysisDiff) -> tuple[Group, ...]:
    return tuple(Group(title, tuple(map(_value, rows))) for title, rows in value_groups(found))


def _value(change: ValueChange) -> ValueRow:
    return ValueRow(change.name, change.before, change.after, value_change_text(change))
