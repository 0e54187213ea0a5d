"""The text a notebook shows: sources, and what a reader sees of its outputs."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.model.notebook import Cell, Notebook, Output, join

_NO_TEXT = re.compile(r"<(script|style|svg)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_IMAGE = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")


class OutputText(NamedTuple):
    """One text of one output. `where` names it in messages; `diagnostic` is a warning or a traceback."""

    cell: Cell
    text: str
    where: str
    diagnostic: bool = False


def output_texts(notebook: Notebook) -> Iterator[OutputText]:
    """Every text output, in order: streams, errors, `text/*`; markup, colours and scripts taken out, no images."""
    for cell in notebook.cells:
        for output in cell.outputs if cell.raw_outputs else ():
            yield from _texts(cell, output)


def _texts(cell: Cell, output: Output) -> Iterator[OutputText]:
    if output.output_type == "stream":
        yield OutputText(cell, _ANSI.sub("", join(output.text)), output.name or "stdout", output.name == "stderr")
    elif output.output_type == "error":
        text = "\n".join([*output.traceback, f"{output.ename}: {output.evalue}"])
        yield OutputText(cell, _ANSI.sub("", text), "traceback", True)
    for mime in output.data:
        if mime.startswith("text/"):
            value = str(output.mime(mime))
            shown = html.unescape(_TAG.sub(" ", _NO_TEXT.sub(" ", value))) if mime == "text/html" else value
            yield OutputText(cell, _IMAGE.sub("", shown), mime)
