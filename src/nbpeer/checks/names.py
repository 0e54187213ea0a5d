"""Names that come from outside the notebook's own Python: `%store -r`, `%run`, `import *`, `exec`, other languages."""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from functools import partial
from pathlib import PurePosixPath
from typing import NamedTuple

from nbpeer.checks.dynamic import Binding, Code, File, bindings, bound_by
from nbpeer.checks.magics import Magic
from nbpeer.checks.program import Lint, Program, Read, build, may_raise
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Cell, Notebook, parse_notebook

# https://ipython.readthedocs.io/en/stable/interactive/reference.html, and what a notebook host defines.
_SHELL_NAME = re.compile(r"_{1,3}|_i{1,3}|_[io]?h|_dh|_i?\d+|In|Out|get_ipython|display|exit|quit")
_SPARK_NAMES = frozenset("spark sc sqlContext sqlc dbutils displayHTML table udf".split())
# Looked up by importing them, which for these does nothing else. Other modules are never imported.
_SAFE_MODULES = frozenset(
    "cmath collections datetime decimal fractions functools heapq itertools math operator os random re statistics "
    "string time typing".split()
)
# Their argument is Python or nothing that could bind a name.
_NOT_BINDING = frozenset(
    "time timeit prun memit lprun mprun run cd env pip conda matplotlib load_ext autoreload".split()
)


class Source(NamedTuple):
    """Where names come from. `names` is None when they could not be found out; `cell` counts from 0."""

    text: str
    cell: int
    line: int
    names: frozenset[str] | None


def sources(program: Program) -> tuple[Source, ...]:
    """Every `%run`, `%pylab`, bare `%store -r`, `import *`, `exec` and the like of a notebook, in order, with the names
    each brings."""
    return tuple(sorted(_sources(program, frozenset()), key=lambda source: (source.cell, source.line)))


def bound_elsewhere(program: Program) -> frozenset[str]:
    """Names a notebook has without any Python of its own that binds them, `import *` and `%run` aside."""
    names = set(program.elsewhere)
    for item in program.magics:
        names |= _named_in(item.magic)
    kernel = str(program.notebook.metadata.get("kernelspec", {}).get("name", "")).lower()
    if "spark" in kernel or any("databricks" in key for key in program.notebook.metadata):
        names |= _SPARK_NAMES
    return frozenset(names)


def _named_in(magic: Magic) -> frozenset[str]:
    """The names that a magic may bind because they stand in its text: `%store -r orders`, `%%sql result <<`."""
    storing = magic.name == "store" and "-r" not in magic.text.split()
    if magic.kind not in ("line", "cell") or magic.name in _NOT_BINDING or storing:
        return frozenset()
    return frozenset(re.findall(r"[^\W\d]\w*", magic.text))


def is_shell_name(name: str) -> bool:
    """Whether IPython itself defines a name: `_`, `Out`, `display` …"""
    return bool(_SHELL_NAME.fullmatch(name))


def _sources(program: Program, seen: frozenset[str]) -> Iterator[Source]:
    for item in program.magics:
        found = _from_magic(item.magic, program.read, seen)
        if found is not None:
            yield Source(f"%{item.magic.name} {item.magic.text}".strip(), item.cell.index, item.magic.line, found.names)
    for part, node in program.nodes(ast.ImportFrom):
        if node.names[0].name == "*":
            module = "." * node.level + (node.module or "")
            names = _star(module, program.read, seen)
            yield Source(f"from {module} import *", part.cell.index, node.lineno, names)
    for binding in bindings(program):
        names = _brought(binding, program.read, seen)
        yield Source(binding.text, binding.part.cell.index, binding.node.lineno, names)


def _brought(binding: Binding, read: Read, seen: frozenset[str]) -> frozenset[str] | None:
    brings = binding.brings
    if isinstance(brings, Code):
        return bound_by(brings)
    if isinstance(brings, File):
        return _file(brings.path, read, seen)
    if isinstance(brings, Magic):
        found = _from_magic(brings, read, seen)
        return found.names if found is not None else _named_in(brings)
    return brings


class _Found(NamedTuple):
    names: frozenset[str] | None


def _from_magic(magic: Magic, read: Read, seen: frozenset[str]) -> _Found | None:
    words = magic.text.split()
    if magic.name == "pylab" or (magic.name == "store" and words == ["-r"]):
        return _Found(None)
    if magic.name != "run" or magic.kind != "line":
        return None
    names = [word.strip("'\"") for word in words if not word.startswith("-")]
    return _Found(_run(names[0], read, seen) if names else None)


def _run(name: str, read: Read, seen: frozenset[str]) -> frozenset[str] | None:
    path = name if name.endswith((".py", ".ipynb", ".ipy")) else f"{name}.py"
    return _file(path, read, seen)


def _star(module: str, read: Read, seen: frozenset[str]) -> frozenset[str] | None:
    """The public names of a module: one of the safe ones, or a file beside the notebook."""
    if module in _SAFE_MODULES:
        found = importlib.import_module(module)
        return frozenset(getattr(found, "__all__", [name for name in dir(found) if not name.startswith("_")]))
    path = module.lstrip(".").replace(".", "/")
    for candidate in (f"{path}.py", f"{path}/__init__.py"):
        names = _file(candidate, read, seen)
        if names is not None:
            return frozenset(name for name in names if not name.startswith("_"))
    return None


def _file(path: str, read: Read, seen: frozenset[str]) -> frozenset[str] | None:
    """The names a Python file or a notebook binds, whatever it imports with `*` included; None when that is unknown."""
    content = None if path in seen else read(path)
    if content is None:
        return None
    try:
        notebook = parse_notebook(content, path) if path.endswith(".ipynb") else _as_notebook(content, path)
    except NbpeerError:
        return None
    program = build(notebook, partial(_read_below, PurePosixPath(path).parent, read))
    if program.language != "python" or program.unread:
        return None
    names = set(_bound(program)) | bound_elsewhere(program)
    for source in _sources(program, seen | {path}):
        if source.names is None:
            return None
        names |= source.names
    return frozenset(names)


def _as_notebook(content: bytes, path: str) -> Notebook:
    text = content.decode(errors="replace").removeprefix("\ufeff").replace("\r\n", "\n")
    return Notebook(path, (Cell(0, "code", text),), {}, 5)


def _read_below(folder: PurePosixPath, read: Read, path: str) -> bytes | None:
    return read(str(folder / path))


def _bound(program: Program) -> Iterator[str]:
    """Every name that is bound anywhere in a program: rather one too many than a false alarm."""
    for _, name in program.nodes(ast.Name):
        if isinstance(name.ctx, ast.Store):
            yield name.id
    yield from (node.name for _, node in program.nodes(ast.FunctionDef))
    yield from (node.name for _, node in program.nodes(ast.AsyncFunctionDef))
    yield from (node.name for _, node in program.nodes(ast.ClassDef))
    yield from program.imported


def undefined(program: Program) -> tuple[tuple[Lint, str, Source | None], ...]:
    """Uses of names that nothing seems to define: what ruff says, the name, the source that may define it after all.

    That is the last source before the use whose names could not be found out; None: nothing defines it.
    """
    known = bound_elsewhere(program)
    outside = sources(program)
    brought = known.union(*(source.names for source in outside if source.names is not None))
    found = []
    for item in program.lint or ():
        match = re.search(r"`(.+?)`", item.message) if item.code in ("F821", "F405") else None
        if match is None or match.group(1) in brought or is_shell_name(match.group(1)) or may_raise(item.part.cell):
            continue
        here = (item.part.cell.index, item.line)
        unknown = [source for source in outside if source.names is None and (source.cell, source.line) <= here]
        found.append((item, match.group(1), unknown[-1] if unknown else None))
    return tuple(found)
