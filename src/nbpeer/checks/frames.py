"""Which names of a program are data frames, as far as its text tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from itertools import chain

from nbpeer.checks.program import Part, Program

LIBRARIES = frozenset("pandas geopandas polars dask modin cudf pyspark databricks fireducks".split())
_CONSTRUCTORS = re.compile(
    r"(?:DataFrame|GeoDataFrame|LazyFrame|read_\w+|scan_\w+|concat|merge\w*|json_normalize|melt|pivot(?:_table)?"
    r"|crosstab|get_dummies|from_\w+|sql|load_dataset)"
)
_KEEPS_FRAME = frozenset(
    "agg aggregate apply assign astype bfill clip collect compute copy corr dropna drop drop_duplicates eval explode "
    "ffill fillna filter groupby head iloc interpolate isin join limit loc mask melt merge nlargest nsmallest pipe "
    "pivot pivot_table query reindex rename replace reset_index round sample select select_dtypes set_axis set_index "
    "shift sort_index sort_values stack tail to_crs to_frame transform transpose unstack where with_columns T".split()
)
_FRAME_PARAMETER = re.compile(r"df\d*|\w+_df|df_\w+|(?:data|)frame")


def uses_frames(program: Program) -> bool:
    """Whether the program imports a library of data frames."""
    return any(name.partition(".")[0] in LIBRARIES for name in program.imported.values())


def reads_data(program: Program, call: ast.Call) -> bool:
    """Whether a call loads data from outside: `pd.read_csv(…)`, `spark.read.parquet(…)`, `sns.load_dataset(…)`."""
    name = program.dotted(call.func)
    top, last = name.partition(".")[0], name.rpartition(".")[2]
    if top in LIBRARIES and re.fullmatch(r"(?:read|scan)_(?!clipboard)\w+|read_file", last):
        return True
    return last in ("load_dataset", "load_pandas", "loadtxt", "genfromtxt") or ".read." in name


def frame_names(program: Program) -> frozenset[str]:
    """Names that hold a data frame wherever the program assigns them, parameters that are called like one included."""
    if not uses_frames(program):
        return frozenset()
    found = {argument.arg for _, argument in program.nodes(ast.arg) if _FRAME_PARAMETER.fullmatch(argument.arg)}
    other: set[str] = set()
    # Frames are made of frames: one pass for each link of the longest chain that is worth following.
    for _ in range(4):
        for _, node in program.nodes(ast.Assign):
            names = {target.id for target in node.targets if isinstance(target, ast.Name)}
            if is_frame(program, node.value, found):
                found |= names
            elif isinstance(node.value, _CONTAINERS) or _makes_array(program, node.value):
                other |= names
    return frozenset(found - other)


_CONTAINERS = (ast.Dict, ast.List, ast.Set, ast.DictComp, ast.ListComp, ast.Constant, ast.Tuple)


def _makes_array(program: Program, value: ast.expr) -> bool:
    if not isinstance(value, ast.Call):
        return isinstance(value, ast.Attribute) and value.attr == "values"
    name = program.dotted(value.func)
    return name.startswith("numpy.") or name.rpartition(".")[2] in (
        "dict",
        "list",
        "defaultdict",
        "to_numpy",
        "to_dict",
    )


def is_frame(program: Program, value: ast.expr, known: frozenset[str] | set[str]) -> bool:
    """Whether an expression is a data frame, given the names that are known to hold one."""
    if isinstance(value, ast.Name):
        return value.id in known
    if isinstance(value, ast.Subscript):
        selects_rows = isinstance(
            value.slice, ast.Compare | ast.BoolOp | ast.BinOp | ast.UnaryOp | ast.List | ast.Slice
        )
        return selects_rows and is_frame(program, _before_loc(value.value), known)
    if isinstance(value, ast.Attribute):
        return value.attr == "T" and is_frame(program, value.value, known)
    if not isinstance(value, ast.Call):
        return False
    name = program.dotted(value.func)
    if name.partition(".")[0] in LIBRARIES and _CONSTRUCTORS.fullmatch(name.rpartition(".")[2]):
        return True
    if isinstance(value.func, ast.Attribute) and value.func.attr in _KEEPS_FRAME:
        return is_frame(program, value.func.value, known)
    return reads_data(program, value) and not name.startswith("numpy.")


def _before_loc(value: ast.expr) -> ast.expr:
    return value.value if isinstance(value, ast.Attribute) and value.attr in ("loc", "iloc") else value


def merges(program: Program) -> Iterator[tuple[Part, ast.Call, str]]:
    """Every `merge` and `join` of data frames, cross joins aside, with the name it is called by."""
    if not uses_frames(program):
        return
    frames = frame_names(program)
    for part, call in program.nodes(ast.Call):
        name = program.dotted(call.func)
        how = next((keyword.value for keyword in call.keywords if keyword.arg == "how"), None)
        if isinstance(how, ast.Constant) and how.value == "cross":
            continue
        if name == "pandas.merge" or (name.endswith(".merge") and (call.args or call.keywords)):
            yield part, call, name if name == "pandas.merge" else "merge"
        elif name.endswith(".join") and isinstance(call.func, ast.Attribute):
            keywords = {keyword.arg for keyword in call.keywords}
            if {"on", "how", "lsuffix", "rsuffix", "left_on"} & keywords or is_frame(program, call.func.value, frames):
                yield part, call, "join"


def right_side_is_unique(program: Program, call: ast.Call) -> bool:
    """Whether the right side of a merge was made so that its keys cannot repeat: grouped, counted, de-duplicated."""
    position = 1 if program.dotted(call.func) == "pandas.merge" else 0
    sides = [keyword.value for keyword in call.keywords if keyword.arg in ("right", "other")]
    right = next(iter(sides + call.args[position : position + 1]), None)
    made = [right] if right is not None else []
    if isinstance(right, ast.Name):
        made = _assigned(program).get(right.id, [])
    return bool(made) and all(_MAKES_UNIQUE & _methods(value) for value in made)


@lru_cache(maxsize=2)  # a notebook is looked at many times and then never again
def _assigned(program: Program) -> dict[str, list[ast.expr]]:
    """What each name is set to, by every assignment."""
    found: dict[str, list[ast.expr]] = {}
    for _, node in program.nodes(ast.Assign):
        for name in {target.id for target in node.targets if isinstance(target, ast.Name)}:
            found.setdefault(name, []).append(node.value)
    return found


_Statement = ast.Assign | ast.Expr | ast.Return


@lru_cache(maxsize=2)
def _statements(program: Program) -> dict[Part, list[_Statement]]:
    """The statements of each cell that have a value."""
    found: dict[Part, list[_Statement]] = {}
    every: tuple[Iterator[tuple[Part, _Statement]], ...] = (
        program.nodes(ast.Assign),
        program.nodes(ast.Expr),
        program.nodes(ast.Return),
    )
    for part, node in chain(*every):
        found.setdefault(part, []).append(node)
    return found


def is_aggregated(program: Program, part: Part, call: ast.Call) -> bool:
    """Whether what a merge gives is summed, averaged, counted or published: in its chain, or later by its name."""
    names: set[str] = set()
    for statement in _statements(program).get(part, ()):
        if statement.lineno <= call.lineno <= (statement.end_lineno or 0):
            if statement.value is not None and _AGGREGATES & _methods(statement.value):
                return True
            names |= {target.id for target in getattr(statement, "targets", []) if isinstance(target, ast.Name)}
    return bool(names & _leading_to_aggregates(program))


@lru_cache(maxsize=2)
def _leading_to_aggregates(program: Program) -> frozenset[str]:
    """The names of which something is summed, averaged or published, and those of which such a name is made."""
    made_of: dict[str, set[str]] = {}
    for _, node in program.nodes(ast.Assign):
        targets = {target.id for target in node.targets if isinstance(target, ast.Name)}
        names = _names(node.value) if targets else set()
        for target in targets:
            made_of.setdefault(target, set()).update(names)
    aggregated: set[str] = set()
    for _, call in program.nodes(ast.Call):
        by_method = isinstance(call.func, ast.Attribute) and call.func.attr in _AGGREGATES
        if by_method or program.dotted(call.func) in ("nbpeer.result", "pandas.crosstab"):
            aggregated.update(_names(call))
    return reached(aggregated, made_of)


def reached(names: Collection[str], links: Mapping[str, set[str]]) -> frozenset[str]:
    """The names, those that they lead to, and so on."""
    found, new = set(names), set(names)
    while new:
        new = {there for name in new for there in links.get(name, ())} - found
        found |= new
    return frozenset(found)


def _names(node: ast.AST) -> set[str]:
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}


_AGGREGATES = frozenset(
    "sum mean median std var count size groupby group_by agg aggregate value_counts nunique pivot_table crosstab corr "
    "describe quantile cumsum resample".split()
)
_MAKES_UNIQUE = frozenset(
    "groupby group_by drop_duplicates value_counts pivot_table pivot crosstab unique get_dummies describe".split()
)


def _methods(value: ast.expr) -> set[str]:
    """The methods of a chain: `{"groupby", "sum"}` for `df.groupby("a").sum()`."""
    found: set[str] = set()
    while isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        if isinstance(value, ast.Attribute):
            found.add(value.attr)
        value = value.func if isinstance(value, ast.Call) else value.value
    return found


_LOCATORS = ("loc", "iloc", "at", "iat")


def assigned_items(program: Program) -> Iterator[tuple[Part, ast.Subscript]]:
    """Every `….[…] = value` and `….[…] += value`."""
    for part, node in program.nodes(ast.Assign):
        yield from ((part, target) for target in node.targets if isinstance(target, ast.Subscript))
    for part, change in program.nodes(ast.AugAssign):
        if isinstance(change.target, ast.Subscript):
            yield part, change.target


def is_copy(program: Program, value: ast.expr, frames: frozenset[str]) -> bool:
    """Whether an expression is a selection from a data frame, so that changing it leaves the frame as it was."""
    if isinstance(value, ast.Attribute) and value.attr in _LOCATORS:
        value = value.value
    if not isinstance(value, ast.Subscript):
        return False
    owner = value.value
    if isinstance(owner, ast.Attribute) and owner.attr in _LOCATORS:
        owner = owner.value
    return is_frame(program, owner, frames) or is_copy(program, owner, frames)
