"""What `nbpeer check --fix` changes, as a diff of the cells' sources."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import unified_diff

from nbpeer.model.mended import Mended, MendedCell
from nbpeer.render.visible import visible


def mended_text(mended: Sequence[Mended]) -> str:
    """A unified diff of every cell that differs, under its notebook and number; empty when nothing does."""
    return "".join(
        f"{line}\n" for notebook in mended for cell in notebook.cells for line in _lines(notebook.path, cell)
    )


def mended_line(mended: Sequence[Mended], *, written: bool) -> str:
    """How many findings were mended, or would be."""
    count = sum(notebook.findings for notebook in mended)
    findings = f"{count} finding" if count == 1 else f"{count} findings"
    if written:
        return f"{findings} mended"
    return f"{findings} would be mended by `nbpeer check --fix`" if count else "nothing that can be mended by machine"


def _lines(path: str, cell: MendedCell) -> Iterator[str]:
    name = f"{path} cell {cell.cell}"
    before, after = cell.before.split("\n"), cell.after.split("\n")
    yield from map(visible, unified_diff(before, after, name, name, lineterm=""))
    if cell.cleared:
        yield visible(f"--- {name}: outputs")
        yield visible(f"+++ {name}: no outputs")
