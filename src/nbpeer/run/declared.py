"""Which parameters a notebook declares, read from the first cell tagged `parameters` without running it."""

from __future__ import annotations

import ast
import contextlib
import re
from typing import Any, Literal, NamedTuple

from nbpeer.model.notebook import Cell, Notebook

Accepts = Literal["anything", "boolean", "integer", "number", "text", "list", "mapping"]

# How most languages with a kernel assign: R's arrow, Scala's `val`, shell's and Julia's equals sign.
_ASSIGNED = re.compile(r"^[ \t]*(?:(?:let|var|val|const|local|set)[ \t]+)?([^\W\d][\w.]*)[ \t]*(?:<-|:?=)(?!=)", re.M)

_TYPES: dict[str, Accepts] = {
    "bool": "boolean",
    "int": "integer",
    "float": "number",
    "str": "text",
    "list": "list",
    "List": "list",
    "Sequence": "list",
    "tuple": "list",
    "Tuple": "list",
    "dict": "mapping",
    "Dict": "mapping",
    "Mapping": "mapping",
}


class Declared(NamedTuple):
    """One parameter: what values it accepts, whether None is one, and the only values when it says so."""

    name: str
    accepts: Accepts = "anything"
    optional: bool = True
    choices: tuple[Any, ...] = ()


def parameters_cell(notebook: Notebook) -> Cell | None:
    """The first cell tagged `parameters`, the one papermill writes its values after; None when there is none."""
    return next((cell for cell in notebook.cells if "parameters" in cell.tags), None)


def declared_parameters(notebook: Notebook) -> dict[str, Declared]:
    """What the parameters cell assigns, by name. Types are known for Python only: of the annotation, else of the
    default, where an integer also stands for any number."""
    cell = parameters_cell(notebook)
    if cell is None:
        return {}
    if notebook.language in ("python", "ipython"):
        try:
            return {found.name: found for node in ast.parse(cell.source).body for found in _assigned(node)}
        except (SyntaxError, ValueError):  # a magic, or a half-written cell: names are still worth checking
            pass
    return {name: Declared(name) for name in _ASSIGNED.findall(cell.source)}


def default_values(notebook: Notebook) -> dict[str, Any]:
    """The values that the parameters cell assigns, by name; only of Python, and only those that are plain literals."""
    cell = parameters_cell(notebook)
    if cell is None or notebook.language not in ("python", "ipython"):
        return {}
    try:
        body = ast.parse(cell.source).body
    except (SyntaxError, ValueError):
        return {}
    found: dict[str, Any] = {}
    for node in body:
        for declared in _assigned(node):
            found.pop(declared.name, None)
            if isinstance(node, ast.Assign | ast.AnnAssign) and node.value:
                with contextlib.suppress(ValueError):
                    found[declared.name] = ast.literal_eval(node.value)
    return found


def _assigned(node: ast.stmt) -> list[Declared]:
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
        declared = _annotated(node.target.id, node.annotation)
        return [declared._replace(optional=declared.optional or _is_none(node.value))]
    if isinstance(node, ast.Assign):
        names = [name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)]
        return [Declared(name, _of_default(node.value) if len(names) == 1 else "anything") for name in names]
    return []


def _annotated(name: str, annotation: ast.expr) -> Declared:
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        try:
            return _annotated(name, ast.parse(annotation.value, mode="eval").body)
        except SyntaxError:
            return Declared(name)
    if isinstance(annotation, ast.BinOp) and isinstance(annotation.op, ast.BitOr):
        sides = [side for side in (annotation.left, annotation.right) if not _is_none(side)]
        return _annotated(name, sides[0])._replace(optional=True) if len(sides) == 1 else Declared(name)
    if isinstance(annotation, ast.Subscript):
        return _subscripted(name, annotation)
    accepts = _TYPES.get(_last_name(annotation), "anything")
    return Declared(name, accepts, optional=accepts == "anything")


def _subscripted(name: str, annotation: ast.Subscript) -> Declared:
    outer, inner = _last_name(annotation.value), annotation.slice
    if outer == "Optional":
        return _annotated(name, inner)._replace(optional=True)
    if outer == "Literal":
        values = inner.elts if isinstance(inner, ast.Tuple) else [inner]
        choices = tuple(value.value for value in values if isinstance(value, ast.Constant))
        return Declared(name, "anything", optional=None in choices, choices=choices)
    return _annotated(name, annotation.value) if outer in _TYPES else Declared(name)


def _of_default(value: ast.expr) -> Accepts:
    try:
        default = ast.literal_eval(value)
    except ValueError:
        return "anything"
    found = _TYPES.get(type(default).__name__, "anything")
    return "number" if found == "integer" else found


def _last_name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _is_none(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
