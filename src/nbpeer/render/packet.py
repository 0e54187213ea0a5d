"""A review packet as one self-contained HTML file: opens from disk, loads nothing, runs no script of a notebook's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from nbpeer.model.finding import SEVERITIES, Finding
from nbpeer.model.packet import Packet
from nbpeer.model.review import Question
from nbpeer.render.changes import analysis_summary
from nbpeer.render.packet_code import CellChangeView, Stretch, code_views
from nbpeer.render.packet_notebook import CellView, notebook_views
from nbpeer.render.packet_results import ResultView, result_views
from nbpeer.render.page import page_html, require_page_parts


class PacketPage(NamedTuple):
    """One analysis as the template sees it. `slug` starts every anchor; `level` is the level of its title's heading."""

    slug: str
    level: int
    packet: Packet
    summary: str
    results: tuple[ResultView, ...]
    unchanged: tuple[ResultView, ...]
    findings: tuple[Finding, ...]
    waived: tuple[Finding, ...]
    for_person: tuple[Question, ...]
    answered: tuple[Question, ...]
    code: tuple[CellChangeView | Stretch, ...]
    cells: tuple[CellView, ...]
    no_cells: str
    numbers: frozenset[int]
    published_in: dict[str, int]
    marks: dict[int, str]

    @property
    def failed(self) -> int:
        """How many expectations did not hold, of the recorded run and of other tools' files."""
        recorded = self.packet.results.expectations if self.packet.results else {}
        others = sum(len(file.failed) or bool(file.problem or file.stale) for file in self.packet.external)
        return sum(not item.passed for item in recorded.values()) + others


def require_packet_parts() -> None:
    """Raise NbpeerError, naming what to install, when a library that packets need is not here."""
    require_page_parts("a packet")


def packet_html(packets: Sequence[Packet]) -> str:
    """One HTML file about one or more analyses. The same packets give the same text.

    Raises NbpeerError when the libraries of the extra `packet` are not installed.
    """
    require_packet_parts()
    level = 1 if len(packets) == 1 else 2
    return page_html("packet.html", pages=[packet_page(packet, f"a{n}", level) for n, packet in enumerate(packets, 1)])


def packet_page(packet: Packet, slug: str, level: int) -> PacketPage:
    """What the template shows of one packet."""
    results = result_views(packet.diff.results, packet.figures)
    cells, no_cells = notebook_views(packet, min(level + 2, 6))
    by_severity = sorted(packet.findings, key=lambda found: (SEVERITIES.index(found.severity), found.cell, found.line))
    marks: dict[int, str] = {change.after.number: change.kind for change in packet.diff.changed_cells if change.after}
    return PacketPage(
        slug=slug,
        level=level,
        packet=packet,
        summary=analysis_summary(packet.diff),
        results=tuple(view for view in results if view.verdict != "unchanged"),
        unchanged=tuple(view for view in results if view.verdict == "unchanged"),
        findings=tuple(finding for finding in by_severity if not finding.waived),
        waived=tuple(finding for finding in by_severity if finding.waived),
        for_person=tuple(question for question in packet.questions if not _settled(question)),
        answered=tuple(question for question in packet.questions if _settled(question)),
        code=code_views(packet.diff),
        cells=cells,
        no_cells=no_cells,
        numbers=frozenset(cell.number for cell in cells if cell.number),
        published_in={
            shown.result: cell.number for cell in cells for shown in cell.outputs if shown.result and cell.number
        },
        marks=marks if packet.diff.status != "added" else {},
    )


def _settled(question: Question) -> bool:
    """Whether the rules said yes; a "no" of theirs is for a person to look at."""
    return question.answer is not None and question.answer.answer == "yes"


def packet_values(path: str | None, packets: Sequence[Packet]) -> dict[str, Any]:
    """What was built, as JSON values: the file (None: none was written) and each analysis with its digests."""
    return {
        "path": path,
        "analyses": [
            {
                "path": packet.path,
                "title": packet.title,
                "content": packet.content,
                "source": packet.source,
                "results": packet.results_digest,
                "gate_met": packet.gate.met,
            }
            for packet in packets
        ],
    }
