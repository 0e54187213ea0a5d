"""A comparison as one self-contained HTML file: named results first, then every cell with its outputs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from nbpeer.model.change import AnalysisDiff, CellChange, DiffReport, ValueChange
from nbpeer.model.notebook import Cell
from nbpeer.model.packet import FigureImage
from nbpeer.render.changes import CellBlock, analysis_summary, cell_blocks, headline, value_groups, version_text
from nbpeer.render.markdown_html import markdown_html
from nbpeer.render.outputs_diff import OutputView, output_view
from nbpeer.render.packet_code import CellChangeView, cell_view, first_words
from nbpeer.render.packet_results import ResultView, result_views
from nbpeer.render.page import page_html, require_page_parts
from nbpeer.render.words import Piece, changed_words

_MOST_SOURCE = 20_000
_MOST_PROSE = 20_000
# What one file may show of outputs and named figures, so that a browser opens it.
_MOST_SHOWN = 24_000_000


class Quiet(NamedTuple):
    """A cell in which nothing changed."""

    number: int
    cell_type: str
    first_words: str
    source: str


class Stretch(NamedTuple):
    """Cells that did not change, one after the other."""

    cells: tuple[Quiet, ...]


class Changed(NamedTuple):
    """A cell that changed, or whose outputs did. `prose` is the text of a text cell with its changed words marked,
    `rendered` is each side (before, after) as the notebook shows it."""

    view: CellChangeView
    outputs: tuple[OutputView, ...]
    no_room: int
    prose: tuple[Piece, ...]
    rendered: tuple[tuple[str, str], ...]


class DiffPage(NamedTuple):
    """One analysis as the template sees it. `slug` starts every anchor; `level` is the level of its title's heading.

    `whole` tells that all of the analysis came or went, so that its cells are one change.
    """

    slug: str
    level: int
    analysis: AnalysisDiff
    title: str
    summary: str
    results: tuple[ResultView, ...]
    unchanged: tuple[ResultView, ...]
    values: tuple[tuple[str, tuple[ValueChange, ...]], ...]
    entries: tuple[Changed | Stretch, ...]
    numbers: frozenset[int]
    published_in: dict[str, int]
    whole: bool

    @property
    def cell_count(self) -> int:
        """How many changed cells the page shows."""
        return sum(isinstance(entry, Changed) for entry in self.entries)


def diff_html(report: DiffReport, figures: Mapping[str, Sequence[FigureImage]] | None = None) -> str:
    """One HTML file about every analysis of a comparison. The same comparison gives the same text.

    `figures` are the pictures of named figures, by the path of their analysis, where they are at hand. Raises
    NbpeerError when the libraries of the extra `packet` are not installed.
    """
    require_page_parts("an HTML diff")
    level = 1 if len(report.analyses) == 1 else 2
    room = [_MOST_SHOWN]
    pages = [
        _page(analysis, (figures or {}).get(analysis.path, ()), f"a{number}", level, room)
        for number, analysis in enumerate(report.analyses, 1)
    ]
    return page_html(
        "diff.html",
        ("page.css", "diff.css"),
        pages=pages,
        headline=headline(report),
        before=version_text(report.before),
        after=version_text(report.after),
    )


def _page(analysis: AnalysisDiff, figures: Sequence[FigureImage], slug: str, level: int, room: list[int]) -> DiffPage:
    results = result_views(analysis.results, figures)
    entries = tuple(_entries(analysis, level + 2, room))
    return DiffPage(
        slug=slug,
        level=level,
        analysis=analysis,
        title=analysis.path,
        summary=analysis_summary(analysis),
        results=tuple(view for view in results if view.verdict != "unchanged"),
        unchanged=tuple(view for view in results if view.verdict == "unchanged"),
        values=value_groups(analysis),
        entries=entries,
        numbers=frozenset(entry.view.number for entry in entries if isinstance(entry, Changed)) - {0},
        published_in={},
        whole=analysis.status in ("added", "removed"),
    )


def _entries(analysis: AnalysisDiff, heading: int, room: list[int]) -> Iterator[Changed | Stretch]:
    for quiet, group in groupby(
        analysis.cells, lambda change: change.kind == "unchanged" and not change.changed_outputs
    ):
        if quiet:
            cells = (change.after or change.before for change in group)
            yield Stretch(tuple(_quiet(cell) for cell in cells if cell))
        else:
            for block in cell_blocks(group):
                yield _changed(block, heading, room)


def _quiet(cell: Cell) -> Quiet:
    more = len(cell.source) - _MOST_SOURCE
    source = cell.source if more <= 0 else f"{cell.source[:_MOST_SOURCE]}\n… {more:,} more characters"
    return Quiet(cell.number, cell.cell_type, first_words(cell), source)


def _changed(block: CellBlock, heading: int, room: list[int]) -> Changed:
    change = block.change
    view = cell_view(block)
    if change.kind == "unchanged" and change.after:
        view = view._replace(notes=(first_words(change.after),), lines=())
    outputs = []
    seen = [output for output in change.outputs if output.verdict != "unchanged"]
    for output in seen:
        shown = output_view(output, min(heading + 1, 6))
        if shown.size <= room[0]:
            room[0] -= shown.size
            outputs.append(shown)
    reads_otherwise = bool(view.lines) or "attachments" in change.aspects
    prose, rendered = _prose(change, heading) if view.cell_type == "markdown" and reads_otherwise else ((), ())
    return Changed(view, tuple(outputs), len(seen) - len(outputs), prose, rendered)


def _prose(change: CellChange, heading: int) -> tuple[tuple[Piece, ...], tuple[tuple[str, str], ...]]:
    sides = [
        (label, cell)
        for label, cell in (("before", change.before), ("after", change.after))
        if cell and cell.cell_type == "markdown"
    ]
    if any(len(cell.source) > _MOST_PROSE for _, cell in sides):
        return (), ()
    texts = {label: cell.source for label, cell in sides}
    rendered = ((label, markdown_html(cell.source, cell.attachments, heading=heading)) for label, cell in sides)
    return changed_words(texts.get("before", ""), texts.get("after", "")), tuple(rendered)
