"""A review packet as one self-contained HTML file: opens from disk, loads nothing, runs no script of a notebook's."""

from __future__ import annotations

import base64
import hashlib
import shlex
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbpeer.errors import missing_extra
from nbpeer.model.finding import SEVERITIES, Finding
from nbpeer.model.packet import Packet
from nbpeer.model.review import Question
from nbpeer.render.changes import analysis_summary
from nbpeer.render.numbers import number_text
from nbpeer.render.packet_code import CellChangeView, Stretch, code_views
from nbpeer.render.packet_notebook import CellView, notebook_views
from nbpeer.render.packet_results import ResultView, result_views
from nbpeer.render.sanitise import well_formed

if TYPE_CHECKING:
    from jinja2 import Environment

_ASSETS = Path(__file__).parent / "assets"


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
        """How many expectations the recorded run did not meet."""
        recorded = self.packet.results.expectations if self.packet.results else {}
        return sum(not item.passed for item in recorded.values())


def require_packet_parts() -> None:
    """Raise NbpeerError, naming what to install, when a library that packets need is not here."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("jinja2", "nbconvert", "nh3")):
        raise missing_extra("a packet", "packet")


def packet_html(packets: Sequence[Packet]) -> str:
    """One HTML file about one or more analyses. The same packets give the same text.

    Raises NbpeerError when the libraries of the extra `packet` are not installed.
    """
    require_packet_parts()
    style, script = _asset("packet.css"), _asset("packet.js")
    level = 1 if len(packets) == 1 else 2
    pages = [packet_page(packet, f"a{number}", level) for number, packet in enumerate(packets, 1)]
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    template = _environment().get_template("packet.html")
    return well_formed(template.render(pages=pages, style=style, script=script, policy=policy))


def packet_page(packet: Packet, slug: str, level: int) -> PacketPage:
    """What the template shows of one packet."""
    results = result_views(packet)
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


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = number_text
    # Only for what sanitise.py has made, and for our own style and script.
    environment.filters["trusted"] = Markup
    environment.filters["short"] = short_digest
    environment.filters["quoted"] = shlex.quote
    return environment


def short_digest(digest: str | None) -> str:
    """The first sixteen digits of a digest, as in the name of a sign-off."""
    return (digest or "").removeprefix("sha256:")[:16]


@cache
def _asset(name: str) -> str:
    return (_ASSETS / name).read_text(encoding="utf-8").strip()


def _hash(text: str) -> str:
    """What a Content-Security-Policy calls an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")


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
