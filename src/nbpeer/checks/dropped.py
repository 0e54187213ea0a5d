"""Rows of loaded data that are dropped, and whether the notebook ever counts what is left or was there."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from nbpeer.checks.assertions import assertions
from nbpeer.checks.frames import LIBRARIES, frame_names, is_frame, reached, reads_data
from nbpeer.checks.program import Part, Program

_DROPS = frozenset("dropna drop_nulls drop_nans drop_duplicates dropDuplicates".split())
_MASKS = frozenset(
    "isin between is_between notna notnull is_not_null isna isnull is_null contains startswith endswith match eq ne gt "
    "ge lt le duplicated".split()
)
# After these a row is no longer a row of the data.
_OTHER_ROWS = frozenset(
    "groupby group_by pivot pivot_table melt stack unstack agg aggregate corr crosstab resample rolling head tail "
    "sample nlargest nsmallest explode value_counts unique join merge".split()
)
_COUNTS = frozenset("shape size count height nunique n_unique info describe value_counts glimpse len".split())
_MISSING = frozenset("isna isnull is_null notna notnull duplicated is_duplicated null_count".split())


class Drop(NamedTuple):
    """One statement that drops rows. `before` is the frame it takes them from ("" when that has no name), `after` the
    one that is left; `how` is the method or what a reader sees; `sure`: not just a subset for one question."""

    part: Part
    node: ast.AST
    before: str
    after: str
    how: str
    sure: bool


def silent_drops(program: Program) -> Iterator[Drop]:
    """The statements that drop rows of loaded data whose number no cell tells, neither before nor after.

    Functions are not followed, and data whose origin cannot be seen are left alone.
    """
    frames = frame_names(program)
    statements = [(part, found) for part in program.parts for found in _top_level(part.tree.body)]
    lineage = _lineage(program, statements, frames)
    # Counted is a drop by what its frame was made of, or by what was made of the result.
    before, after = (reached(_counted(program), links) for links in (lineage.made_into, lineage.made_of))
    for part, statement in statements:
        drop = _drop(program, part, statement, frames)
        if drop is None or drop.after not in lineage.loaded or not _used_later(program, drop.after, drop):
            continue
        narrows = drop.sure or not _used_later(program, drop.before, drop)
        if narrows and drop.before not in before and drop.after not in after:
            yield drop


class _Lineage(NamedTuple):
    """Which names hold loaded data, which frames each name was made of, and which were made of it."""

    loaded: set[str]
    made_of: dict[str, set[str]]
    made_into: dict[str, set[str]]


def _lineage(program: Program, statements: list[tuple[Part, ast.stmt]], frames: frozenset[str]) -> _Lineage:
    found = _Lineage(set(), {}, {})
    for _, statement in statements:
        for name in _targets(statement):
            assert isinstance(statement, ast.Assign)  # noqa: S101 - only these have targets
            names = _names(statement.value) & frames
            found.made_of.setdefault(name, set()).update(names)
            for parent in names:
                found.made_into.setdefault(parent, set()).add(name)
            reads = any(isinstance(node, ast.Call) and reads_data(program, node) for node in ast.walk(statement.value))
            if reads or (name in frames and names & found.loaded):
                found.loaded.add(name)
    return found


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield statement
        for inner in ("body", "orelse", "finalbody"):
            yield from _top_level(getattr(statement, inner, []))


def _targets(statement: ast.stmt) -> list[str]:
    targets = statement.targets if isinstance(statement, ast.Assign) else []
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _drop(program: Program, part: Part, statement: ast.stmt, frames: frozenset[str]) -> Drop | None:
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
        return _in_place(part, statement.value, frames)
    names = _targets(statement)
    if (
        not isinstance(statement, ast.Assign)
        or len(names) != 1
        or not is_frame(program, _bare(statement.value), frames)
    ):
        return None
    steps = list(_steps(statement.value))
    methods = {step.func.attr for step in steps if isinstance(step, ast.Call) and isinstance(step.func, ast.Attribute)}
    if methods & _OTHER_ROWS or (isinstance(statement.value, ast.Call) and not steps):
        return None
    root = _root(statement.value)
    before = root.id if isinstance(root, ast.Name) and root.id in frames else ""
    columns_first = any(isinstance(step, ast.Subscript) and isinstance(step.slice, ast.List) for step in steps)
    for step in steps:
        how = _how(program, step)
        if not how or (how in _DROPS and columns_first and "dup" in how.lower()):
            continue
        rebinds = before == names[0]
        sure = rebinds or (how in _DROPS and not columns_first)
        return Drop(part, step, before, names[0], how, sure)
    return None


def _in_place(part: Part, call: ast.Call, frames: frozenset[str]) -> Drop | None:
    func = call.func
    if not (isinstance(func, ast.Attribute) and isinstance(func.value, ast.Name) and func.value.id in frames):
        return None
    in_place = any(k.arg == "inplace" and isinstance(k.value, ast.Constant) and k.value.value for k in call.keywords)
    if in_place and func.attr in (*_DROPS, "query") and _drops_rows(call):
        return Drop(part, call, func.value.id, func.value.id, func.attr, True)
    return None


def _steps(value: ast.expr) -> Iterator[ast.expr]:
    """The calls and selections of a chain, the last one first."""
    while isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute):
            yield value
            value = value.func.value
        elif isinstance(value, ast.Call):
            return
        else:
            if isinstance(value, ast.Subscript):
                yield value
            value = value.value


def _root(value: ast.expr) -> ast.expr:
    while isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value


def _bare(value: ast.expr) -> ast.expr:
    """A frame for `df[mask]` and `df.loc[mask, columns]`, whose masks `is_frame` does not take for one."""
    while isinstance(value, ast.Subscript) and _selects_rows(value):
        inner = value.value
        value = inner.value if isinstance(inner, ast.Attribute) and inner.attr == "loc" else inner
    return value


def _how(program: Program, step: ast.expr) -> str:
    """What drops rows in one step of a chain; empty when nothing does."""
    if isinstance(step, ast.Subscript):
        return "a filter" if _selects_rows(step) else ""
    assert isinstance(step, ast.Call) and isinstance(step.func, ast.Attribute)  # noqa: S101 - see _steps
    name = step.func.attr
    if name in _DROPS:
        return name if _drops_rows(step) else ""
    # In pandas `filter` and `where` select columns and blank cells.
    pandas = "pandas" in {module.partition(".")[0] for module in program.imported.values()}
    other = {module.partition(".")[0] for module in program.imported.values()} & LIBRARIES - {"pandas"}
    return name if name == "query" or (name in ("filter", "where") and other and not pandas) else ""


def _drops_rows(call: ast.Call) -> bool:
    for keyword in call.keywords:
        value = keyword.value.value if isinstance(keyword.value, ast.Constant) else None
        if (keyword.arg == "axis" and value in (1, "columns")) or (keyword.arg == "how" and value == "all"):
            return False
    return True


def _selects_rows(step: ast.Subscript) -> bool:
    mask = step.slice
    if isinstance(mask, ast.Tuple):
        by_label = isinstance(step.value, ast.Attribute) and step.value.attr == "loc" and len(mask.elts) == 2
        if not by_label or isinstance(mask.elts[1], ast.Constant):
            return False
        mask = mask.elts[0]
    if isinstance(mask, ast.Call):
        return isinstance(mask.func, ast.Attribute) and mask.func.attr in _MASKS
    if isinstance(mask, ast.UnaryOp):
        return isinstance(mask.op, ast.Invert)
    return isinstance(mask, ast.Compare) or (
        isinstance(mask, ast.BinOp) and isinstance(mask.op, ast.BitAnd | ast.BitOr)
    )


def _used_later(program: Program, name: str, drop: Drop) -> bool:
    here = (drop.part.cell.index, getattr(drop.node, "end_lineno", 0))
    return _last_uses(program).get(name, (-1, 0)) > here


@lru_cache(maxsize=2)  # a notebook is looked at many times and then never again
def _last_uses(program: Program) -> dict[str, tuple[int, int]]:
    """The cell and line of each name's last use."""
    found: dict[str, tuple[int, int]] = {}
    for part, node in program.nodes(ast.Name):
        if isinstance(node.ctx, ast.Load):
            found[node.id] = max(found.get(node.id, (-1, 0)), (part.cell.index, node.lineno))
    return found


@lru_cache(maxsize=2)
def _counted(program: Program) -> frozenset[str]:
    """The names of which some cell tells how many rows there are, or asserts or publishes something."""
    counting = _counting(program)
    found: set[str] = set()
    for _, call in program.nodes(ast.Call):
        name = program.dotted(call.func)
        if name in counting or name in ("len", "nbpeer.result"):
            found |= _arguments(call)
        if name in ("print", "display"):
            found |= {value.id for value in call.args if isinstance(value, ast.Name)}
    for _, attribute in program.nodes(ast.Attribute):
        root = _root(attribute)
        if isinstance(root, ast.Name) and _is_count(attribute):
            found.add(root.id)
    for _, node in assertions(program):
        found |= _names(node)
    ends = (part.tree.body[-1] for part in program.parts if part.tree.body)
    found |= {end.value.id for end in ends if isinstance(end, ast.Expr) and isinstance(end.value, ast.Name)}
    return frozenset(found)


@lru_cache(maxsize=2)
def _counting(program: Program) -> frozenset[str]:
    """The functions of the notebook that count rows."""
    return frozenset(
        function.name
        for _, function in program.nodes(ast.FunctionDef)
        if any(isinstance(n, ast.Attribute) and n.attr in _COUNTS for n in ast.walk(function)) or _calls_len(function)
    )


def _calls_len(function: ast.FunctionDef) -> bool:
    return any(isinstance(node, ast.Name) and node.id == "len" for node in ast.walk(function))


def _is_count(attribute: ast.Attribute) -> bool:
    if attribute.attr in _COUNTS:
        return True
    inner = {node.attr for node in ast.walk(attribute.value) if isinstance(node, ast.Attribute)}
    return attribute.attr in ("sum", "mean", "any") and bool(inner & _MISSING)


def _arguments(call: ast.Call) -> set[str]:
    return {name for value in (*call.args, *(k.value for k in call.keywords)) for name in _names(value)}


def _names(value: ast.AST) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}
