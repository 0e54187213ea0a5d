"""The notebook at the end of a packet: every cell as safe HTML, numbered as in its source."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import front_matter_text
from nbpeer.model.notebook import Cell, Notebook, parse_notebook
from nbpeer.model.packet import Packet
from nbpeer.render.markdown_html import code_html, markdown_html
from nbpeer.render.outputs_html import OutputHtml, show_output
from nbpeer.render.sanitise import highest_heading, lowered

# Together these keep a packet of an unreasonable notebook at a size that a browser opens.
_MOST_SOURCE = 100_000
_MOST_SHOWN = 24_000_000
_MOST_OUTPUTS = 50
_INJECTED = "injected-parameters"


class CellView(NamedTuple):
    """One cell. `number` is 0 for the cell that a run injected; `html` is the rendered text or the highlighted code."""

    number: int
    role: str
    html: str
    first_line: str
    lines: int
    outputs: tuple[OutputHtml, ...]
    left_out: int


def notebook_views(packet: Packet, heading: int) -> tuple[tuple[CellView, ...], str]:
    """The cells of the packet's notebook, and why there are none. `heading` is the level of its first headings."""
    if packet.view is None:
        return (), "The notebook is not in this version."
    try:
        notebook = parse_notebook(packet.view.content, packet.path)
    except NbpeerError as error:
        return (), str(error)
    views = tuple(_views(notebook, heading))
    # Many notebooks begin with a second-level heading; the packet's outline must not skip a level for it.
    top = min((highest_heading(view.html) for view in views if view.role == "markdown"), default=1)
    return tuple(view._replace(html=lowered(view.html, heading - top)) for view in views), ""


def _numbered(notebook: Notebook) -> Iterator[tuple[int, Cell]]:
    """The cells with the numbers they have in the source: the one that a run injected has none."""
    number = 0
    for cell in notebook.cells:
        injected = _INJECTED in cell.tags
        number += not injected
        yield (0 if injected else number), cell


def _views(notebook: Notebook, heading: int) -> Iterator[CellView]:
    room = _MOST_SHOWN
    has_header = front_matter_text(notebook) is not None
    for number, cell in _numbered(notebook):
        role = "header" if has_header and cell.index == 0 else cell.cell_type if number else "injected"
        view = _view(number, cell, role, notebook.language, heading)
        size = sum(len(shown.html) + len(shown.text) + len(shown.picture) for shown in view.outputs)
        if size > room:
            note = OutputHtml(note="left out: the outputs above already fill the packet")
            view = view._replace(outputs=(note,), left_out=0)
        else:
            room -= size
        yield view


def _view(number: int, cell: Cell, role: str, language: str, heading: int) -> CellView:
    source = cell.source
    if len(source) > _MOST_SOURCE:
        source = source[:_MOST_SOURCE] + f"\n… {len(cell.source) - _MOST_SOURCE:,} more characters"
    if role == "markdown":
        html = markdown_html(source, cell.attachments, heading=1)
    else:
        html = code_html(source, {"code": language, "injected": language, "header": "yaml"}.get(role, "text"))
    outputs = cell.outputs
    return CellView(
        number=number,
        role=role,
        html=html,
        first_line=source.strip().partition("\n")[0][:100],
        lines=source.count("\n") + 1 if source else 0,
        outputs=tuple(show_output(output, min(heading + 1, 6)) for output in outputs[:_MOST_OUTPUTS]),
        left_out=max(0, len(outputs) - _MOST_OUTPUTS),
    )
