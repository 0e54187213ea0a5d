"""The parameters an analysis declares, as values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbpeer.model.notebook import Notebook

if TYPE_CHECKING:
    import ast


def declared_parameters(notebook: Notebook | None) -> dict[str, str]:
    """The parameters of a Python notebook by name, in order: what its cell tagged `parameters` assigns, as text.

    A literal is spelled as Python spells its value, so that `0.050` and `0.05` are one; anything else as its code.
    Empty when there is no such cell, it is not Python, or does not parse.
    """
    if notebook is None or notebook.language not in ("python", "ipython", "python3"):
        return {}
    found: dict[str, str] = {}
    for cell in notebook.cells:
        if cell.cell_type == "code" and "parameters" in cell.tags:
            found |= _assigned(cell.source)
    return found


def value_text(value: object) -> str:
    """A parameter's value as text, the same for a literal in a cell and a value in a certificate."""
    return repr(value)


def _assigned(source: str) -> dict[str, str]:
    import ast

    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError):
        return {}
    found = {}
    for statement in body:
        targets: list[ast.expr] = []
        if isinstance(statement, ast.Assign):
            targets = statement.targets
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            targets = [statement.target]
        for target in targets:
            if isinstance(target, ast.Name):
                found[target.id] = _text(statement.value)  # type: ignore[attr-defined]
    return found


def _text(value: ast.expr) -> str:
    import ast

    try:
        return value_text(ast.literal_eval(value))
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return ast.unparse(value)
