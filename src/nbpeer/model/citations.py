"""Where an analysis cites metrics: front matter, `nbpeer.metric("wau@2.1.0")`, a comment `-- metric: wau@2.1.0`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.metric import split_citation
from nbpeer.model.notebook import Notebook

_NAME = r"[A-Za-z_][\w.\-]*(?:@[\w.+\-]*[\w])?"
_COMMENT = re.compile(rf"(?:--|\#|//)[ \t]*metric:[ \t]*({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)")
_CALL = re.compile(r"""\bnbpeer\.metric\(\s*(?P<quote>["'])(?P<text>[^"'\n]+)(?P=quote)""")


class Citation(NamedTuple):
    """One citation. `how` says where: front matter, a call, a comment or a prediction.

    Line and column count from 1 in the cell; `line` is 0 where only the whole cell is known.
    """

    text: str
    how: str
    cell: int
    line: int
    column: int = 0

    @property
    def name(self) -> str:
        """The metric's name."""
        return split_citation(self.text)[0]

    @property
    def version(self) -> str:
        """The version cited, "" for none."""
        return split_citation(self.text)[1]

    @property
    def sure(self) -> bool:
        """Whether it can be nothing else: `# metric: accuracy` may be a remark, with a version it is none."""
        return self.how != "comment" or bool(self.version)


def citations(notebook: Notebook, front: FrontMatter) -> tuple[Citation, ...]:
    """Every citation of a notebook, in order."""
    return tuple(_citations(notebook, front))


def predicted(notebook: Notebook, front: FrontMatter) -> tuple[Citation, ...]:
    """The metrics of predictions that are a registry's by their names: `wau@2.1.0`, not `conversion`."""
    line = front.lines.get("predictions", 0)
    named = dict.fromkeys(one.metric for one in front.predictions if is_versioned(one.metric))
    return tuple(Citation(text, "prediction", 0, *_place(notebook, text, line)) for text in named)


def is_versioned(text: str) -> bool:
    """Whether a name looks like a metric's with its version."""
    return re.fullmatch(r"[A-Za-z_][\w.\-]*@v?\d[\w.+\-]*", text) is not None


def _citations(notebook: Notebook, front: FrontMatter) -> Iterator[Citation]:
    line = front.lines.get("metrics", 0)
    for text in front.metrics:
        yield Citation(text, "front matter", 0, *_place(notebook, text, line))
    for cell in notebook.cells:
        if cell.cell_type != "code" or "metric" not in cell.source:
            continue
        for match in _CALL.finditer(cell.source):
            yield Citation(match["text"], "call", cell.index, *_at(cell.source, match.start("text")))
        for match in _COMMENT.finditer(cell.source):
            for found in re.finditer(_NAME, match[1]):
                start = match.start(1) + found.start()
                yield Citation(found.group(), "comment", cell.index, *_at(cell.source, start))


def _at(source: str, start: int) -> tuple[int, int]:
    return source.count("\n", 0, start) + 1, start - (source.rfind("\n", 0, start) + 1) + 1


def _place(notebook: Notebook, text: str, first: int) -> tuple[int, int]:
    """The line and column of a text at or below the line of its key; the key's when it is not found."""
    lines = notebook.cells[0].source.split("\n") if first else []
    for number in range(first, len(lines) + 1):
        column = lines[number - 1].find(text)
        if column >= 0:
            return number, column + 1
    return first, 1 if first else 0
