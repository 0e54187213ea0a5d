"""The parameters of a notebook as a form shows them, and values written back into its parameters cell."""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.front_matter import FrontMatterError, parse_front_matter
from nbpeer.model.kind import Parameter, ParameterType
from nbpeer.model.notebook import Notebook
from nbpeer.model.parameter import as_text
from nbpeer.repo.templates import find_kind
from nbpeer.run.declared import Declared, declared_parameters, parameters_cell
from nbpeer.run.parameters import Given, read_yaml, resolve

FieldType = ParameterType | Literal["mapping", "anything"]


class Field(msgspec.Struct, frozen=True):
    """One parameter as a form shows it: `text` is the default as one would type it. `optional`: it may be None."""

    name: str
    type: FieldType
    text: str
    help: str = ""
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    optional: bool = False


def kind_field(parameter: Parameter, text: str | None = None) -> Field:
    """A parameter that a kind declares, with `text` in place of its default."""
    return Field(
        name=parameter.name,
        type=parameter.type,
        text=_typed(parameter.default) if text is None else text,
        help=parameter.help,
        minimum=parameter.minimum,
        maximum=parameter.maximum,
        choices=parameter.choices,
    )


def fields(root: Path | None, config: Config, notebook: Notebook) -> tuple[Field, ...]:
    """The parameters that a notebook declares, in order, with what its kind says of them."""
    kind = {parameter.name: parameter for parameter in kind_parameters(root, config, notebook)}
    defaults = _defaults(notebook)
    return tuple(
        kind_field(kind[name], defaults.get(name)) if name in kind else _field(declared, defaults.get(name, ""))
        for name, declared in declared_parameters(notebook).items()
    )


def kind_parameters(root: Path | None, config: Config, notebook: Notebook) -> tuple[Parameter, ...]:
    """What the kind of a notebook says of its parameters; () when it has none, or invalid front matter."""
    try:
        front = parse_front_matter(notebook)
    except FrontMatterError:
        return ()
    kind = find_kind(root, config, front.kind) if front and front.kind else None
    return kind.parameters if kind else ()


def given_texts(notebook: Notebook, kind: tuple[Parameter, ...], texts: Mapping[str, str]) -> Given:
    """Texts of a form as `nbpeer run` takes them: lists and mappings as YAML, unless the kind reads them itself.

    Raises NbpeerError for what should be YAML and is none.
    """
    declared = declared_parameters(notebook)
    known = {parameter.name for parameter in kind}
    whole = {name for name in texts if name not in known and name in declared and _is_nested(declared[name])}
    return Given(
        texts=tuple(_yaml_line(name, texts[name]) for name in texts if name in whole),
        typed=tuple((name, text) for name, text in texts.items() if name not in whole),
    )


def set_values(root: Path | None, config: Config, notebook: Notebook, texts: Mapping[str, str]) -> tuple[int, str]:
    """The index of the parameters cell, and its source with these values in place of those it assigns.

    Raises NbpeerError for a parameter that is not declared, a value that does not fit, and a cell that is not Python.
    """
    cell = parameters_cell(notebook)
    if cell is None:
        raise NbpeerError(f"{notebook.path} has no cell tagged `parameters`", "tag the cell that sets the defaults")
    kind = kind_parameters(root, config, notebook)
    values = resolve(notebook, given_texts(notebook, kind, texts), kind)
    return cell.index, with_values(cell.source, values, notebook.path)


def with_values(source: str, values: Mapping[str, Any], name: str) -> str:
    """The source of a parameters cell with the assigned values replaced, everything else as it was.

    `name` is the notebook's. Raises NbpeerError when the cell is not Python, or does not assign one of them.
    """
    try:
        body = ast.parse(source).body
    except SyntaxError:
        raise NbpeerError(f"{name}: parameters can only be set in Python", "leave -p out and edit them") from None
    assigned: dict[str, ast.expr] = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            assigned[statement.targets[0].id] = statement.value
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            assigned[statement.target.id] = statement.value
    missing = [name for name in values if name not in assigned]
    if missing:
        raise NbpeerError(f"{name}: the parameters cell does not assign {missing[0]}", "add it there")
    lines = source.encode().splitlines(keepends=True)
    starts = [sum(map(len, lines[:number])) for number in range(len(lines))]
    content = source.encode()
    for name in sorted(values, key=lambda name: assigned[name].lineno, reverse=True):
        value = assigned[name]
        end = starts[(value.end_lineno or value.lineno) - 1] + (value.end_col_offset or 0)
        content = content[: starts[value.lineno - 1] + value.col_offset] + _spell(values[name]) + content[end:]
    return content.decode()


def _spell(value: Any) -> bytes:
    """A value as Python source, with the double quotes of the house."""
    if isinstance(value, list):
        return b"[" + b", ".join(map(_spell, value)) + b"]"
    return (json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)).encode()


def _yaml_line(name: str, text: str) -> str:
    """A line that says one parameter, whatever its text holds. Halves of a character, as JSON escapes them, are one."""
    value = json.loads(json.dumps(read_yaml(text, f"parameter {name}"), default=str))
    line = f"{json.dumps(name)}: {json.dumps(value, ensure_ascii=False)}"
    if any("\ud800" <= character <= "\udfff" for character in line):
        raise NbpeerError(f"parameter {name} holds half a character", "type it anew")
    return line


def _is_nested(declared: Declared) -> bool:
    return declared.accepts in ("list", "mapping")


def _field(declared: Declared, text: str) -> Field:
    if declared.choices:
        choices = tuple(_typed(choice) for choice in declared.choices if choice is not None)
        return Field(declared.name, "choice", text, choices=choices, optional=declared.optional)
    return Field(declared.name, declared.accepts, text, optional=declared.optional)


def _defaults(notebook: Notebook) -> dict[str, str]:
    """The values that the parameters cell assigns, as one would type them; what is no literal as it is written."""
    cell = parameters_cell(notebook)
    try:
        body = ast.parse(cell.source).body if cell else []
    except (SyntaxError, ValueError):
        return {}
    found = {}
    for statement in body:
        if isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name):
            found[statement.targets[0].id] = _written(statement.value)
        elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name) and statement.value:
            found[statement.target.id] = _written(statement.value)
    return found


def _written(value: ast.expr) -> str:
    try:
        found = ast.literal_eval(value)
    except (ValueError, TypeError):
        return ast.unparse(value)
    return "None" if found is None else _typed(found)


def _typed(value: Any) -> str:
    """A value as one would type it for `nbpeer run -p`."""
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, tuple):
        value = list(value)
    try:
        return "" if value is None else as_text(value)
    except (TypeError, ValueError):
        return repr(value)
