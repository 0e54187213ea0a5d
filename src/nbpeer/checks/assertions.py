"""The checks that a program itself makes: assertions, expectations, schemas."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache

from nbpeer.checks.program import Part, Program

_CHECKING_CALLS = frozenset(
    "expect validate assert_frame_equal assert_series_equal assert_index_equal assert_array_equal assert_allclose "
    "assert_equal assert_almost_equal assertEqual assertTrue verify check_schema".split()
)
_CHECKING_LIBRARIES = ("pandera", "great_expectations", "pointblank", "dataframely", "patito")
_ABOUT_ROWS = frozenset(
    "len shape height count size is_unique duplicated nunique n_unique is_duplicated is_unique_index sum".split()
)


def assertions(program: Program) -> Iterator[tuple[Part, ast.AST]]:
    """Every `assert`, `nbpeer.expect`, schema validation, `if` that raises, and `validate=` of a merge."""
    yield from program.nodes(ast.Assert)
    for part, node in program.nodes(ast.If):
        if any(isinstance(statement, ast.Raise) for statement in node.body):
            yield part, node
    for part, call in program.nodes(ast.Call):
        name = program.dotted(call.func)
        by_keyword = any(keyword.arg in ("validate", "verify_integrity") for keyword in call.keywords)
        if by_keyword or name.rpartition(".")[2] in _CHECKING_CALLS or name.startswith(_CHECKING_LIBRARIES):
            yield part, call


def looks_at_data(program: Program, after: Part) -> bool:
    """Whether anything from a cell on counts or describes data, so that a person at least could have seen a fault."""
    later = (part for part in program.parts if part.cell.index >= after.cell.index)
    return any(_LOOKS & _words(part.tree) for part in later)


def rows_counted_nearby(program: Program, part: Part) -> bool:
    """Whether a cell, or a code cell beside it, counts rows or asks where they came from; nothing need be asserted."""
    return any(_COUNTING & _words(other.tree) for other in _beside(program, part))


def _beside(program: Program, part: Part) -> tuple[Part, ...]:
    place = _places(program)[part]
    return program.parts[max(0, place - 1) : place + 2]


@lru_cache(maxsize=2)  # a notebook is looked at many times and then never again
def _places(program: Program) -> dict[Part, int]:
    return {part: place for place, part in enumerate(program.parts)}


def rows_asserted_nearby(program: Program, part: Part) -> bool:
    """Whether an assertion about row counts or unique keys stands in a cell or in the code cells beside it."""
    found = _by_cell(program)
    near = (node for other in _beside(program, part) for node in found.get(other.cell.index, ()))
    return any(_ABOUT_ROWS & _words(node) for node in near)


@lru_cache(maxsize=2)
def _by_cell(program: Program) -> dict[int, list[ast.AST]]:
    found: dict[int, list[ast.AST]] = {}
    for part, node in assertions(program):
        found.setdefault(part.cell.index, []).append(node)
    return found


_COUNTING = frozenset("len shape _merge indicator value_counts duplicated nunique is_unique".split())
# What a person reads with their own eyes.
_LOOKS = frozenset(
    "len shape describe info isna isnull is_null notna notnull duplicated nunique n_unique value_counts glimpse head "
    "tail sample dtypes".split()
)


def _words(node: ast.AST) -> set[str]:
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    names |= {inner.arg for inner in ast.walk(node) if isinstance(inner, ast.keyword) and inner.arg}
    return names | {inner.attr for inner in ast.walk(node) if isinstance(inner, ast.Attribute)}
