"""How data flows through the names of a program into splits of training and test data.

Names are followed in cell order through assignments; loops and branches are read once, each function on its own.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from nbpeer.checks.program import Part, Program

# They learn from the rows they see. Encoders of labels and of categories are left out: they learn names only.
_LEARNS = re.compile(
    r"(?:Standard|MinMax|MaxAbs|Robust)Scaler|PowerTransformer|QuantileTransformer|KBinsDiscretizer|TargetEncoder"
    r"|(?:Simple|KNN|Iterative)?Imputer|(?:Incremental|Kernel|Sparse)?PCA|TruncatedSVD|NMF|FastICA|FactorAnalysis"
    r"|LinearDiscriminantAnalysis|SelectKBest|SelectPercentile|SelectFromModel|SelectF\w\w|RFE|RFECV"
    r"|VarianceThreshold|(?:Tfidf|Count)Vectorizer|TfidfTransformer|(?:make_)?[Cc]olumn_?[Tt]ransformer|\w*SMOTE\w*|ADASYN"
    r"|\w+Sampler|NearMiss|TomekLinks"
)
_FUNCTIONS = re.compile(
    r"sklearn\.preprocessing\.(?:scale|minmax_scale|maxabs_scale|robust_scale|quantile_transform|power_transform)"
)
# They learn what is put into them.
_COMPOSED = frozenset("Pipeline make_pipeline FeatureUnion make_union DataFrameMapper".split())
_SUMMARIES = frozenset("mean median mode std min max quantile".split())
_SPLIT = re.compile(r"train_test_split|random_split|iterative_train_test_split")
_CROSS = frozenset("cross_val_score cross_validate cross_val_predict".split())
_TEST = re.compile(r"(?:[xy]_?)?test(?:_\w+)?", re.IGNORECASE)
_TRAINING = re.compile(r"(?:\w+_)?train(?:ing)?(?:_\w+)?", re.IGNORECASE)


class Origin(NamedTuple):
    """Something fitted on all rows: the call, and what it is called."""

    part: Part
    node: ast.expr
    what: str


class Leak(NamedTuple):
    """A split of rows that an origin had seen, and the cell the split is in."""

    origin: Origin
    split: Part


Sight = frozenset[Origin]


class Flow:
    """What is known of the names of one scope after the statements followed so far.

    `helpers` are functions of the notebook that fit on what they are given, `splitters` those that split it. `seen`
    holds the origins behind each name, `made` the class of each transformer, `fitted` the origin of each one fitted on
    all rows, `held` the names that come out of a split.
    """

    def __init__(self, program: Program, helpers: frozenset[str] = frozenset()) -> None:
        self.program = program
        self.helpers = helpers
        self.splitters = _splitters(program)
        self.seen: dict[str, Sight] = {}
        self.made: dict[str, str] = {}
        self.fitted: dict[str, Origin] = {}
        self.held: set[str] = set()

    def follow(self, part: Part, statement: ast.stmt) -> Iterator[Leak]:
        """The leaks of one statement; what it assigns is remembered."""
        for call in (call for head in heads(statement) for call in calls_in(head)):
            yield from self._splits(part, call)
            self._fits(part, call)
        if isinstance(statement, ast.Assign | ast.AnnAssign | ast.AugAssign) and statement.value is not None:
            targets = [*statement.targets] if isinstance(statement, ast.Assign) else [statement.target]
            yield from self._sliced(part, targets, statement.value)
            self._assign(part, targets, statement.value)
        elif isinstance(statement, ast.For):
            self._assign(part, [statement.target], statement.iter)

    def _splits(self, part: Part, call: ast.Call) -> Iterator[Leak]:
        name = self.program.dotted(call.func).rpartition(".")[2]
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        folds = (
            name == "split"
            and isinstance(call.func, ast.Attribute)
            and self._class(call.func.value).endswith(("Fold", "Split"))
        )
        if not (_SPLIT.fullmatch(name) or name in _CROSS or folds or name in self.splitters):
            return
        for value in given[1:] if name in _CROSS else given:
            if not self._is_held(value):
                yield from (Leak(origin, part) for origin in self.sight(part, value))

    def _sliced(self, part: Part, targets: Sequence[ast.expr], value: ast.expr) -> Iterator[Leak]:
        """A split by position: `X_train = X[:800]`."""
        if self._is_cut(targets, value) and not self._is_held(value):
            yield from (Leak(origin, part) for origin in self.sight(part, value))

    def _is_cut(self, targets: Sequence[ast.expr], value: ast.expr) -> bool:
        names = [name for target in targets for name in _stored(target)]
        selections = (node for node in ast.walk(value) if isinstance(node, ast.Subscript))
        cut = any(isinstance(node.slice, ast.Slice | ast.Tuple) for node in selections)
        return cut and bool(names) and bool(_TRAINING.fullmatch(names[0]))

    def _fits(self, part: Part, call: ast.Call) -> None:
        """`scaler.fit(X)` on rows that no split has divided yet."""
        func = call.func
        if not (isinstance(func, ast.Attribute) and call.args):
            return
        if func.attr in ("fit", "fit_transform") and isinstance(func.value, ast.Name):
            if _LEARNS.fullmatch(self._class(func.value)) and not self._is_held(call.args[0]):
                self.fitted[func.value.id] = Origin(part, call, self._class(func.value))
            else:
                self.fitted.pop(func.value.id, None)
        in_place = any(k.arg == "inplace" for k in call.keywords)
        if in_place and func.attr == "fillna" and (root := root_name(func.value)):
            self.seen[root] = self.seen.get(root, frozenset()) | self._origins(part, call)

    def _note_fitted(self, part: Part, name: str, value: ast.expr) -> None:
        """`scaler = StandardScaler().fit(X)`."""
        fits = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "fit"
        if isinstance(value, ast.Call) and fits and value.args and _LEARNS.fullmatch(self.made[name]):
            if self._is_held(value.args[0]):
                self.fitted.pop(name, None)
            else:
                self.fitted[name] = Origin(part, value, self.made[name])

    def fits_test_rows(self, call: ast.Call) -> str:
        """What a call fits on test rows; empty when it does not."""
        func = call.func
        if not (isinstance(func, ast.Attribute) and func.attr in ("fit", "fit_transform") and call.args):
            return ""
        made = self._class(func.value)
        return made if _LEARNS.fullmatch(made) and _TEST.fullmatch(root_name(call.args[0])) else ""

    def _assign(self, part: Part, targets: Sequence[ast.expr], value: ast.expr) -> None:
        sight = self.sight(part, value)
        split = any(
            isinstance(node, ast.Call) and _SPLIT.fullmatch(self.program.dotted(node.func).rpartition(".")[2])
            for node in ast.walk(value)
        )
        held = split or self._is_held(value) or self._is_cut(targets, value)
        for target in targets:
            for name in _stored(target):
                self.seen[name] = sight
                (self.held.add if held else self.held.discard)(name)
                if made := self._class(value):
                    self.made[name] = made
                    self._note_fitted(part, name, value)
            if isinstance(target, ast.Subscript | ast.Attribute) and (root := root_name(target)):
                self.seen[root] = self.seen.get(root, frozenset()) | sight

    def sight(self, part: Part, value: ast.expr) -> Sight:
        """The origins that the rows of an expression have been through."""
        found = set(self._origins(part, value))
        for name in _loaded(value):
            found |= self.seen.get(name, frozenset())
        return frozenset(found)

    def _origins(self, part: Part, value: ast.expr) -> Sight:
        return frozenset(origin for node in ast.walk(value) if (origin := self._origin(part, node)))

    def _origin(self, part: Part, node: ast.AST) -> Origin | None:
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div) and self._standardises(node):
            return Origin(part, node, "a mean or deviation of all rows")
        if not isinstance(node, ast.Call) or not node.args or self._is_held(node.args[0]):
            return None
        if what := self._function(node):
            return Origin(part, node, what)
        return self._method(part, node, node.func) if isinstance(node.func, ast.Attribute) else None

    def _function(self, call: ast.Call) -> str:
        """What a function learns from all rows: one of scikit-learn, or one of the notebook itself; else empty."""
        full = self.program.dotted(call.func)
        if isinstance(call.func, ast.Name) and call.func.id in self.helpers:
            return f"`{call.func.id}`"
        if isinstance(call.func, ast.Attribute) and call.func.attr in ("apply", "transform"):
            applied = call.args[0]
            if isinstance(applied, ast.Name) and applied.id in self.helpers and not self._is_held(call.func):
                return f"`{applied.id}`"
        return full.rpartition(".")[2] if _FUNCTIONS.fullmatch(full) or full == "sklearn.utils.resample" else ""

    def _method(self, part: Part, node: ast.Call, func: ast.Attribute) -> Origin | None:
        made = self._class(func.value)
        if func.attr in ("fit_transform", "fit_resample", "fit_sample") and _LEARNS.fullmatch(made):
            return Origin(part, node, made)
        if func.attr == "transform" and isinstance(func.value, ast.Name):
            return self.fitted.get(func.value.id)
        if func.attr == "fillna" and self._summarises(node.args[0]) and not self._is_held(func.value):
            return Origin(part, node, "fillna with a summary of all rows")
        return None

    def _standardises(self, node: ast.BinOp) -> bool:
        left, right = root_name(node.left), node.right
        return bool(left) and self._summarises(right) and root_name(right) == left and left not in self.held

    def _summarises(self, value: ast.expr) -> bool:
        """`df.mean()`, `df.mode()[0]`, `np.mean(df)`."""
        call = value.value if isinstance(value, ast.Subscript) else value
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)):
            return False
        return call.func.attr.removeprefix("nan") in _SUMMARIES

    def _class(self, value: ast.expr) -> str:
        """The class of a transformer: of a name that holds one, or of the call that makes it."""
        if isinstance(value, ast.Name):
            return self.made.get(value.id, "")
        if isinstance(value, ast.Call):
            if isinstance(value.func, ast.Attribute) and value.func.attr == "fit":
                return self._class(value.func.value)
            name = self.program.dotted(value.func).rpartition(".")[2]
            if name in _COMPOSED:
                return next((known for known in map(self._class, calls_in(value)[1:]) if _LEARNS.fullmatch(known)), "")
            return name if name[:1].isupper() or name.startswith("make_column") else ""
        return ""

    def _is_held(self, value: ast.expr) -> bool:
        """Whether an expression is made of the outcome of a split, or of training rows that come from elsewhere."""
        return any(
            name in self.held or (name not in self.seen and _TRAINING.fullmatch(name)) for name in _loaded(value)
        )


def root_name(value: ast.expr) -> str:
    """The name at the bottom of a chain of attributes, selections and calls; empty when there is none."""
    while isinstance(value, ast.Call | ast.Attribute | ast.Subscript):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value.id if isinstance(value, ast.Name) else ""


def heads(statement: ast.stmt) -> list[ast.expr]:
    """The expressions that belong to a statement itself, and not to a block in it."""
    return [node for node in ast.iter_child_nodes(statement) if isinstance(node, ast.expr)]


def _stored(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for item in target.elts for name in _stored(item)]
    return _stored(target.value) if isinstance(target, ast.Starred) else []


def _loaded(value: ast.expr) -> set[str]:
    return {node.id for node in ast.walk(value) if isinstance(node, ast.Name)}


@lru_cache(maxsize=2)  # a notebook is looked at many times and then never again
def _splitters(program: Program) -> frozenset[str]:
    """Functions of the notebook that split what they are given."""
    return frozenset(
        function.name
        for _, function in program.nodes(ast.FunctionDef)
        if any(_SPLIT.fullmatch(program.dotted(call.func).rpartition(".")[2]) for call in calls_in(function))
    )


def calls_in(node: ast.AST) -> list[ast.Call]:
    """Every call below a node."""
    return [inner for inner in ast.walk(node) if isinstance(inner, ast.Call)]


def statements(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements of a body and of the blocks in it, in order; functions and classes are left out."""
    for statement in body:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        yield statement
        for inner in ("body", "orelse", "finalbody"):
            yield from statements(getattr(statement, inner, []))
        for handler in getattr(statement, "handlers", []):
            yield from statements(handler.body)
