"""Which models a test set scores, and whether the best of them is then chosen."""

from __future__ import annotations

import ast
import re
from typing import NamedTuple

from nbpeer.checks.flow import root_name, statements
from nbpeer.checks.program import Part, Program

_TEST = re.compile(
    r"(?:[xy]_?)?(?:test|holdout)(?:_?(?:[xy]|data|set|df|labels?|features|target))?(?:_\w+)?", re.IGNORECASE
)
_VALIDATION = re.compile(
    r"(?:\w+_)?val(?:id(?:ation)?)?(?:_\w+)?|GridSearchCV|RandomizedSearchCV|cross_val\w*|cross_validate|\w*KFold"
)
_PREDICTS = frozenset("predict predict_proba decision_function".split())
_CHOOSES = re.compile(r"(?:\w+_)?best(?:_\w+)?|winner|champion")
_RANKS = frozenset("max min argmax argmin idxmax idxmin sort_values sorted nlargest nsmallest".split())


class Score(NamedTuple):
    """One score of a model on a test set; `model` tells fitted models apart."""

    part: Part
    call: ast.Call
    model: str


class Reuse(NamedTuple):
    """The first score of a second model on a test set; `chosen`: the notebook goes on to take the best."""

    part: Part
    call: ast.Call
    models: int
    chosen: bool


def test_reuse(program: Program) -> Reuse | None:
    """Where a test set scores a second model, when no validation data are in sight; None when it does not."""
    if not any(name.startswith(("sklearn", "xgboost", "lightgbm", "catboost")) for name in program.imported.values()):
        return None
    if any(_VALIDATION.fullmatch(node.id) for _, node in program.nodes(ast.Name)):
        return None
    scores = _scores(program)
    models = list(dict.fromkeys(score.model for score in scores))
    if len(models) < 2:
        return None
    second = next(score for score in scores if score.model == models[1])
    return Reuse(second.part, second.call, len(models), _chooses(program))


def _chooses(program: Program) -> bool:
    if any(_CHOOSES.fullmatch(node.id) and isinstance(node.ctx, ast.Store) for _, node in program.nodes(ast.Name)):
        return True
    ranked = (program.dotted(call.func).rpartition(".")[2] for _, call in program.nodes(ast.Call))
    return any(name in _RANKS for name in ranked)


def _scores(program: Program) -> list[Score]:
    fitted: dict[str, str] = {}
    predicted: dict[str, str] = {}
    found: list[Score] = []
    helpers = _scoring_functions(program)
    for part in program.parts:
        for statement in statements(part.tree.body):
            looped = isinstance(statement, ast.For)
            calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
            if isinstance(statement, ast.If | ast.With | ast.Try | ast.While):
                continue  # what is in them comes by itself
            for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
                _note_fit(call, fitted)
                model = _scored(program, call, fitted, predicted, helpers)
                if model:
                    found.append(Score(part, call, model))
                    if looped and _depends_on(statement, model):
                        found.append(Score(part, call, f"{model}, another round"))
            if isinstance(statement, ast.Assign) and isinstance(statement.value, ast.Call):
                _note_prediction(statement, statement.value, fitted, predicted)
    return found


def _note_fit(call: ast.Call, fitted: dict[str, str]) -> None:
    if isinstance(call.func, ast.Attribute) and call.func.attr == "fit" and (name := root_name(call.func.value)):
        fitted[name] = f"{name}@{id(call)}"


def _note_prediction(statement: ast.Assign, call: ast.Call, fitted: dict[str, str], predicted: dict[str, str]) -> None:
    if isinstance(call.func, ast.Attribute) and call.func.attr in _PREDICTS and _about_test(call):
        model = root_name(call.func.value)
        for target in statement.targets:
            if isinstance(target, ast.Name) and model:
                predicted[target.id] = fitted.get(model, model)


def _scored(
    program: Program, call: ast.Call, fitted: dict[str, str], predicted: dict[str, str], helpers: frozenset[str]
) -> str:
    """The model that a call scores on test data; empty when it scores none."""
    func = call.func
    if isinstance(func, ast.Attribute) and func.attr == "score" and _about_test(call):
        model = root_name(func.value)
        return fitted.get(model, model)
    if program.dotted(func).startswith("sklearn.metrics.") and _is_score(program.dotted(func)) and _about_test(call):
        return _model_in(call, fitted, predicted)
    if isinstance(func, ast.Name) and func.id in helpers:
        names = [node.id for value in call.args for node in ast.walk(value) if isinstance(node, ast.Name)]
        return next((fitted[name] for name in names if name in fitted), "") or _made_inline(call)
    return ""


def _made_inline(call: ast.Call) -> str:
    """`evaluate(RandomForestClassifier())`: the model made in the call."""
    made = [node for value in call.args for node in ast.walk(value) if isinstance(node, ast.Call)]
    return ast.dump(made[0].func) if made else ""


def _is_score(name: str) -> bool:
    return name.endswith(("_score", "_error", "_loss", "score")) and not name.endswith("silhouette_score")


def _model_in(call: ast.Call, fitted: dict[str, str], predicted: dict[str, str]) -> str:
    for value in call.args:
        for node in ast.walk(value):
            if isinstance(node, ast.Name) and node.id in predicted:
                return predicted[node.id]
            inner = node.func if isinstance(node, ast.Call) else None
            if isinstance(inner, ast.Attribute) and inner.attr in _PREDICTS and (model := root_name(inner.value)):
                return fitted.get(model, model)
    return ""


def _about_test(call: ast.Call) -> bool:
    values = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(isinstance(node, ast.Name) and _TEST.fullmatch(node.id) for v in values for node in ast.walk(v))


def _scoring_functions(program: Program) -> frozenset[str]:
    """Functions of the notebook that fit or predict, and score on test data."""
    found = set()
    for _, function in program.nodes(ast.FunctionDef):
        calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
        metric = any(_is_score(program.dotted(call.func)) and _about_test(call) for call in calls)
        method = any(isinstance(c.func, ast.Attribute) and c.func.attr == "score" and _about_test(c) for c in calls)
        if metric or method:
            found.add(function.name)
    return frozenset(found)


def _depends_on(loop: ast.stmt, model: str) -> bool:
    """Whether the model is another one in each round of a loop: fitted there."""
    calls = (node for node in ast.walk(loop) if isinstance(node, ast.Call))
    return any(getattr(call.func, "attr", "") == "fit" and f"@{id(call)}" in model for call in calls)
