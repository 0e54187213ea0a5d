"""Calls and assignments that define names where nobody can see the names: `exec`, `globals()[…] =`, IPython's shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.magics import PYTHON_CELL_MAGICS, Magic, parse, translate
from nbpeer.checks.program import Part, Program

_NAMESPACES = ("globals", "locals", "vars")
_LONGEST = 60


class Code(NamedTuple):
    """Python that runs in the notebook's own namespace."""

    text: str


class File(NamedTuple):
    """A file of Python that runs there, named as the notebook names it."""

    path: str


class Binding(NamedTuple):
    """One such place. `brings` is what defines names there; None when that is only known once it runs."""

    part: Part
    node: ast.Call | ast.Subscript
    brings: Code | File | Magic | frozenset[str] | None

    @property
    def text(self) -> str:
        """The source of the place, for messages: its first line, not too long."""
        line = self.part.segment(self.node)[0].partition("\n")[0]
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def bindings(program: Program) -> Iterator[Binding]:
    """Every such place of a notebook, cell by cell."""
    for part, call in program.nodes(ast.Call):
        for brings in _of_call(program, call):
            yield Binding(part, call, brings)
    for part, place in program.nodes(ast.Subscript):
        if isinstance(place.ctx, ast.Store) and _is_namespace(place.value):
            name = _literal(place.slice)
            yield Binding(part, place, None if name is None else frozenset((name,)))


def _of_call(program: Program, call: ast.Call) -> Iterator[Code | File | Magic | frozenset[str] | None]:
    """Nothing for a call that defines no names."""
    function = call.func
    if isinstance(function, ast.Name) and function.id == "exec" and call.args:
        if all(_is_namespace(namespace) for namespace in _namespaces(call)):
            yield _code(program, call.args[0])
    elif isinstance(function, ast.Attribute):
        shell = _is_shell(function.value)
        if function.attr in ("update", "setdefault") and _is_namespace(function.value):
            yield _keys(call)
        elif function.attr in ("run_line_magic", "run_cell_magic") or (shell and function.attr == "magic"):
            yield _magic(call, function.attr)
        elif function.attr == "run_cell" or (shell and function.attr == "ex"):
            yield _code(program, call.args[0]) if call.args else None
        elif shell and function.attr == "push":
            yield _keys(call)


def _namespaces(call: ast.Call) -> list[ast.expr]:
    """Where an `exec` is told to define its names; nowhere means: here."""
    given = [*call.args[1:], *(keyword.value for keyword in call.keywords)]
    return given[-1:]


def _is_shell(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "get_ipython"


def _is_namespace(node: ast.expr) -> bool:
    """Whether an expression is the notebook's own namespace."""
    if isinstance(node, ast.Attribute):
        return node.attr in ("user_ns", "user_global_ns")
    return (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _NAMESPACES and not node.args
    )


def _literal(node: ast.expr) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def _code(program: Program, node: ast.expr) -> Code | File | None:
    """The code that an expression is: a text, or all of a file."""
    text = _literal(node)
    if text is not None:
        return Code(text)
    if isinstance(node, ast.Call) and program.dotted(node.func) == "compile" and node.args:
        return _code(program, node.args[0])
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call):
        opened, opener = node.func.value, program.dotted(node.func.value.func)
        if (opener, node.func.attr) in (("open", "read"), ("pathlib.Path", "read_text")) and opened.args:
            path = _literal(opened.args[0])
            return None if path is None else File(path)
    return None


def _keys(call: ast.Call) -> frozenset[str] | None:
    """The names that a mapping and keywords bring: `update({"a": 1}, b=2)`, `setdefault("a", 1)`."""
    found = {keyword.arg for keyword in call.keywords if keyword.arg != "interactive"}
    for argument in call.args[:1]:
        keys = argument.keys if isinstance(argument, ast.Dict) else [argument]
        found |= {_literal(key) if key else None for key in keys}
    names = frozenset(name for name in found if name is not None)
    return names if len(names) == len(found) else None


def _magic(call: ast.Call, method: str) -> Magic | frozenset[str] | Code | None:
    texts = [_literal(argument) for argument in call.args]
    known = [text for text in texts if text is not None]
    if not known or len(known) < len(texts) or call.keywords:
        return None
    if method == "magic":
        name, _, text = known[0].lstrip("%").partition(" ")
        return Magic("line", name, text.strip(), call.lineno)
    if method == "run_line_magic":
        return Magic("line", known[0], " ".join(known[1:2]).strip(), call.lineno)
    if known[0] in PYTHON_CELL_MAGICS:
        return Code(known[2] if len(known) > 2 else "")
    return Magic("cell", known[0], "\n".join(known[1:]), call.lineno)


def bound_by(code: Code) -> frozenset[str] | None:
    """The names that code binds; None when it is not Python, or brings names from elsewhere itself."""
    tree = parse(translate(code.text).text)
    if tree is None:
        return None
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.alias):
            names.add(node.asname or node.name.partition(".")[0])
    return None if "*" in names else frozenset(names)
