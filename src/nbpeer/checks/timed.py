"""Random splits of data that are ordered in time."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbpeer.checks.flow import root_name
from nbpeer.checks.program import Part, Program

_SPLITS = re.compile(r"sklearn\.model_selection\.(?:.*\.)?(?:train_test_split|(?:Stratified)?ShuffleSplit)")
_FOLDS = re.compile(r"sklearn\.model_selection\.(?:.*\.)?(?:Stratified)?KFold")
_FORECASTING = tuple("prophet fbprophet pmdarima sktime darts statsforecast neuralprophet statsmodels.tsa".split())
_TIME = re.compile(r"(?:.*_)?(?:date|time|day|month|year|week|timestamp|datetime|ds)(?:_.*)?", re.IGNORECASE)


def shuffled_splits(program: Program) -> Iterator[tuple[Part, ast.Call, str]]:
    """Every split at random, and why it should not be one."""
    splits = [(part, call) for part, call in program.nodes(ast.Call) if _is_random_split(program, call)]
    if not splits:
        return
    everywhere = _why_everywhere(program)
    timed = _timed_names(program)
    for part, call in splits:
        names = {node.id for value in call.args for node in ast.walk(value) if isinstance(node, ast.Name)}
        made = next((timed[name] for name in sorted(names) if name in timed), "")
        why = everywhere or made
        if why:
            yield part, call, why


def _is_random_split(program: Program, call: ast.Call) -> bool:
    name = program.dotted(call.func)
    shuffle = next((keyword.value for keyword in call.keywords if keyword.arg == "shuffle"), None)
    off = isinstance(shuffle, ast.Constant) and not shuffle.value
    return not off and bool(_SPLITS.fullmatch(name) or (shuffle is not None and _FOLDS.fullmatch(name)))


def _why_everywhere(program: Program) -> str:
    if program.front_matter.kind == "forecast":
        return "the analysis is a forecast"
    used = [name for name in program.imported.values() if name.startswith(_FORECASTING)]
    return f"the notebook forecasts with {used[0]}" if used else ""


def _timed_names(program: Program) -> dict[str, str]:
    """Names whose rows are ordered in time, and how one can tell. What is made of such a name is one too."""
    found: dict[str, str] = {}
    for part in program.parts:
        for statement in ast.walk(part.tree):
            if isinstance(statement, ast.Assign):
                for target in statement.targets:
                    _note(target, statement.value, found)
            call = statement.value if isinstance(statement, ast.Expr) else None
            if isinstance(call, ast.Call) and _sets_time_index(call) and (name := root_name(call)):
                found[name] = f"`{name}` has a time index"
    return found


def _note(target: ast.expr, value: ast.expr, found: dict[str, str]) -> None:
    names = [target.id] if isinstance(target, ast.Name) else []
    if isinstance(target, ast.Tuple):
        names = [item.id for item in target.elts if isinstance(item, ast.Name)]
    made_of = {node.id for node in ast.walk(value) if isinstance(node, ast.Name)} & found.keys()
    calls = [node for node in ast.walk(value) if isinstance(node, ast.Call)]
    indexed = any(_sets_time_index(call) for call in calls)
    lagged = any(isinstance(c.func, ast.Attribute) and c.func.attr in ("shift", "rolling", "ewm") for c in calls)
    root = root_name(target) if isinstance(target, ast.Subscript) else ""
    if root and lagged:
        found[root] = f"`{root}` has lags of its own rows"
    for name in names:
        if indexed:
            found[name] = f"`{name}` has a time index"
        elif made_of:
            found[name] = found[sorted(made_of)[0]]


def _sets_time_index(call: ast.Call) -> bool:
    """`set_index("date")`, `read_csv(…, index_col="date", parse_dates=True)`."""
    name = call.func.attr if isinstance(call.func, ast.Attribute) else ""
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    if name == "set_index":
        key = call.args[0] if call.args else keywords.get("keys")
        return isinstance(key, ast.Constant) and isinstance(key.value, str) and bool(_TIME.fullmatch(key.value))
    return name.startswith("read_") and "index_col" in keywords and "parse_dates" in keywords
