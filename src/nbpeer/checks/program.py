"""The notebook as one program in cell order, with every place mapped back to its cell, line and column."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

import msgspec

from nbpeer.checks.magics import Magic, Translation, parse, translate
from nbpeer.checks.rule import Hit
from nbpeer.checks.secrets import Secret, find_secrets
from nbpeer.model.front_matter import FrontMatter, FrontMatterError, parse_front_matter
from nbpeer.model.notebook import Cell, Notebook

if TYPE_CHECKING:
    from nbpeer.checks.sql import Query

Node = TypeVar("Node", bound=ast.AST)
# Reads a file named relative to the notebook's folder; None when there is none.
Read = Callable[[str], bytes | None]

# What a tree may be deep: Python stops at 1,000 calls, and rules take up to three a level.
_DEPTH = 250
_IDENTIFIER = re.compile(r"[^\W\d]\w*")


class Part(msgspec.Struct, frozen=True, eq=False, dict=True):
    """One code cell as Python: its tree, and the text the tree was made of (same lines as the cell)."""

    cell: Cell
    tree: ast.Module
    text: str
    shifts: Mapping[int, int] = {}

    def at(self, node: ast.AST, message: str, fix: str = "") -> Hit:
        """A hit at a node. A method call is at the method's name, where a reader of a long chain looks for it."""
        line, column = getattr(node, "lineno", 0), getattr(node, "col_offset", 0)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            line = node.func.end_lineno or line
            column = (node.func.end_col_offset or 0) - len(node.func.attr.encode())
        return Hit(message, self.cell, line, self.column(line, column), fix)

    def segment(self, node: ast.expr) -> tuple[str, int, int]:
        """The source of an expression, the line it begins on, and how many characters of that line stand before it."""
        start = (node.lineno, node.col_offset)
        return self.between(start, node), node.lineno, self.column(*start) - 1

    def between(self, start: tuple[int, int], node: ast.expr) -> str:
        """The text from a place (line, UTF-8 offset) to the end of an expression."""
        end = node.end_lineno or node.lineno
        lines = [line.encode() for line in self.lines[start[0] - 1 : end]]
        lines[-1] = lines[-1][: node.end_col_offset]
        lines[0] = lines[0][start[1] :]
        return b"\n".join(lines).decode(errors="replace")

    @cached_property
    def lines(self) -> list[str]:
        """The text's lines."""
        return self.text.split("\n")

    def column(self, line: int, offset: int) -> int:
        """The column, from 1, of a UTF-8 offset in a line."""
        text = self.lines[line - 1].encode()
        return len(text[:offset].decode(errors="replace")) + 1 + self.shifts.get(line, 0)


class Unread(msgspec.Struct, frozen=True):
    """Python that could not be parsed: `line` of the cell, and why. `too_deep_for` says for whom, when it is that."""

    cell: Cell
    line: int
    problem: str
    too_deep_for: str = ""


class CellMagic(msgspec.Struct, frozen=True):
    """A magic and the cell it is in."""

    cell: Cell
    magic: Magic


class Lint(msgspec.Struct, frozen=True):
    """One thing ruff found: its code, what it says, and where."""

    code: str
    message: str
    part: Part
    line: int
    column: int


class Program(msgspec.Struct, frozen=True, eq=False, dict=True):
    """A notebook ready for rules. `language` is what the code cells are written in; only `python` has `parts`.

    Left out of `parts`: cells tagged skip-execution, cells that a cell magic hands to another language, cells that
    could not be parsed (these are `unread`). `elsewhere` are the identifiers in cells left out, which may define them.
    `lint` is what ruff found, None when ruff is not installed.
    """

    notebook: Notebook
    language: str
    read: Read
    parts: tuple[Part, ...] = ()
    magics: tuple[CellMagic, ...] = ()
    unread: tuple[Unread, ...] = ()
    elsewhere: frozenset[str] = frozenset()
    lint: tuple[Lint, ...] | None = None

    def nodes(self, kind: type[Node]) -> Iterator[tuple[Part, Node]]:
        """Every node of a type, in cell order, inside a cell from the outside inwards."""
        for part, node in self._index.get(kind, ()):
            assert isinstance(node, kind)  # noqa: S101 - the index is by type
            yield part, node

    @cached_property
    def secrets(self) -> tuple[Secret, ...] | None:
        """The secrets in sources and text outputs; None when detect-secrets is not installed."""
        return find_secrets(self.notebook)

    @cached_property
    def queries(self) -> tuple[Query, ...] | None:
        """The SQL in cells, strings and files; None when there is some and sqlglot is not installed."""
        from nbpeer.checks.sql import find_queries

        return find_queries(self)

    @cached_property
    def front_matter(self) -> FrontMatter:
        """What the analyst says of the analysis; empty when there is none, or none that can be read."""
        try:
            return parse_front_matter(self.notebook) or FrontMatter()
        except FrontMatterError:  # NBP201 reports it
            return FrontMatter()

    @cached_property
    def _index(self) -> dict[type[ast.AST], list[tuple[Part, ast.AST]]]:
        index: dict[type[ast.AST], list[tuple[Part, ast.AST]]] = {}
        for part in self.parts:
            for node in ast.walk(part.tree):
                index.setdefault(type(node), []).append((part, node))
        return index

    @cached_property
    def imported(self) -> dict[str, str]:
        """What each imported name stands for: `pd` → `pandas`, `merge` → `pandas.merge`."""
        found: dict[str, str] = {}
        for _, node in self.nodes(ast.Import):
            for alias in node.names:
                name = alias.asname or alias.name.partition(".")[0]
                found[name] = alias.name if alias.asname else name
        for _, origin in self.nodes(ast.ImportFrom):
            for alias in origin.names:
                found[alias.asname or alias.name] = f"{origin.module or ''}.{alias.name}"
        return found

    def dotted(self, node: ast.expr) -> str:
        """The full dotted name of an expression, imports resolved: `pandas.read_csv`, `df.merge`.

        What is not a name stands for nothing, so that `f(x).merge` is `.merge`.
        """
        if isinstance(node, ast.Name):
            return self.imported.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            return f"{self.dotted(node.value)}.{node.attr}"
        return ""


def build(notebook: Notebook, read: Read) -> Program:
    """The program a notebook is; `read` finds the files that its `%run` and `import *` name."""
    language = code_language(notebook)
    if language != "python":
        return Program(notebook, language, read)
    parts: list[Part] = []
    magics: list[CellMagic] = []
    unread: list[Unread] = []
    left_out: list[str] = []
    with warnings.catch_warnings():
        # Python warns of things like "\d" while parsing; those are the analyst's business, not this process's.
        warnings.simplefilter("ignore")
        for cell in notebook.cells:
            if cell.cell_type != "code" or is_skipped(cell):
                continue
            tree = parse(cell.source)
            translation = Translation(cell.source) if tree else translate(cell.source)
            magics += [CellMagic(cell, magic) for magic in translation.magics]
            if translation.language == "python":
                tree, problem = _tree(cell, tree, translation.text)
            else:
                tree, problem = None, None
            if tree:
                parts.append(Part(cell, tree, translation.text, translation.shifts))
            else:
                left_out.append(cell.source)
            unread += [problem] if problem else []
    elsewhere = frozenset(_IDENTIFIER.findall("\n".join(left_out)))
    return Program(notebook, language, read, tuple(parts), tuple(magics), tuple(unread), elsewhere)


def code_language(notebook: Notebook) -> str:
    """The language of the code cells: the kernel's, with `python 2` for one that `ast` cannot read."""
    info, spec = notebook.metadata.get("language_info") or {}, notebook.metadata.get("kernelspec") or {}
    language = notebook.language
    if language in ("python", "python3", "ipython", "python2"):
        old = language == "python2" or str(spec.get("name")) == "python2" or str(info.get("version")).startswith("2.")
        return "python 2" if old else "python"
    return language


def is_skipped(cell: Cell) -> bool:
    """Whether the cell is tagged so that nothing executes it."""
    return bool({"skip-execution", "skip_execution"} & {tag.lower() for tag in cell.tags})


def may_raise(cell: Cell) -> bool:
    """Whether the cell is tagged as one whose error is expected."""
    return bool({"raises-exception", "raises_exception", "nbval-raises-exception"} & {tag.lower() for tag in cell.tags})


def _tree(cell: Cell, tree: ast.Module | None, text: str) -> tuple[ast.Module | None, Unread | None]:
    """The tree of a cell, or why there is none."""
    try:
        tree = tree or ast.parse(text)
    except SyntaxError as error:
        line, said = min(error.lineno or 1, cell.source.count("\n") + 1), str(error.msg)
        return None, Unread(cell, line, said, "Python" if said.startswith("too many ") else "")
    except (RecursionError, MemoryError):  # how CPython's parser says that its stack is full
        return None, Unread(cell, 1, "its parser gives up", "Python")
    except ValueError as error:
        return None, Unread(cell, 1, str(error))
    deep = _too_deep(tree) if len(text) > _DEPTH else None
    return (None, Unread(cell, deep, f"more than {_DEPTH} levels", "the rules")) if deep else (tree, None)


def _too_deep(tree: ast.Module) -> int | None:
    """The line of a statement that rules cannot follow to its ground, since they go down by calling themselves."""
    level: list[tuple[ast.AST, int]] = [(statement, statement.lineno) for statement in tree.body]
    for _ in range(_DEPTH):
        level = [(node, line) for parent, line in level for node in ast.iter_child_nodes(parent)]
    return level[0][1] if level else None
