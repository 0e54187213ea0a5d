"""Rules about what differs from run to run: random draws without a seed, and the clock."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbpeer.checks.frames import frame_names, is_frame
from nbpeer.checks.program import Part, Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sql import queries
from nbpeer.checks.sql_faults import clock_readings
from nbpeer.model.finding import Severity


@rule("NBP107", "unseeded-random", "warning", needs=("python",))
def unseeded_random(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A random draw that nobody can repeat.

    ## What it does
    Looks for generators made without a seed (`default_rng()`), draws from the global generators of numpy, Python, torch
    and TensorFlow that no cell seeds, `.sample(…)` of data frames, and scikit-learn's splits and models that draw
    without `random_state=`.

    ## Why is this bad?
    Every run gives other numbers. Nobody can tell whether a number moved because of a change or by chance.

    ## Bad
    ```python
    import numpy as np
    rng = np.random.default_rng()
    print(rng.normal(size=100).mean())
    ```

    ## Good
    ```python
    import numpy as np
    rng = np.random.default_rng(20260301)
    print(rng.normal(size=100).mean())
    ```

    ## How to fix
    Make the seed a parameter and give it to whatever draws: `default_rng(seed)`, `sample(frac=0.1, random_state=seed)`.

    ## Source
    Zhang et al. 2022, code smells for machine learning applications, "Randomness uncontrolled"; Pineau et al. 2021.
    """
    seeded = _seeded(program)
    frames = frame_names(program)
    waiting: dict[str, list[tuple[Part, ast.Call]]] = {}
    for part, call in program.nodes(ast.Call):
        name = _library_name(program, call.func)
        family = _global_generator(name)
        if family and family not in seeded:
            waiting.setdefault(family, []).append((part, call))
        elif _without_seed(name, call) or _unrepeatable_sample(program, call, frames, seeded):
            yield part.at(call, f"`{_written(call)}` draws without a seed")
        elif "numpy" not in seeded and _model_without_state(name, call):
            yield part.at(call, f"`{_written(call)}` draws at random without `random_state`")
    for calls in waiting.values():
        part, call = calls[0]
        uses = f" ({len(calls)} uses)" if len(calls) > 1 else ""
        yield part.at(call, f"`{_written(call)}` draws, and no cell sets the seed{uses}")


@rule("NBP108", "wall-clock", "warning", needs=("python", "sqlglot"))
def wall_clock(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A date or time that is taken from the clock.

    ## What it does
    Looks for `now()`, `today()` and the like of datetime, pandas, numpy, arrow and pendulum, and in SQL for
    `CURRENT_DATE`, `NOW()` and the like. Measuring how long something takes does not count. What is only printed, or
    the default of a parameter, is an info.

    ## Why is this bad?
    Tomorrow the same notebook selects other rows, and a re-run cannot tell a change of the data from a change of day.

    ## Bad
    ```python
    from datetime import date, timedelta
    start = date.today() - timedelta(days=28)
    ```

    ## Good
    ```python
    from datetime import date, timedelta
    end = date(2026, 3, 1)
    start = end - timedelta(days=28)
    ```

    ## How to fix
    Make the date a parameter, and pass it when the notebook runs: `nbpeer run PATH -p end 2026-03-01`.

    ## Source
    Duck Book, "Quality assurance of code"; ruff DTZ005, DTZ011.
    """
    timing = _timing(program)
    shown = {
        id(inner)
        for _, call in program.nodes(ast.Call)
        if program.dotted(call.func) in ("print", "display", "IPython.display.display")
        for inner in ast.walk(call)
    }
    for part, call in program.nodes(ast.Call):
        if _reads_clock(program, call) and id(call) not in timing:
            harmless = id(call) in shown or "parameters" in part.cell.tags
            severity: Severity | None = "info" if harmless else None
            yield part.at(call, f"`{_written(call)}()` is another value at every run")._replace(severity=severity)
    for query in queries(program):
        for fault in clock_readings(query):
            yield query.hit(fault)


_ALL = frozenset(("numpy", "random", "torch", "tensorflow"))
_SEEDERS = {
    "numpy.random.seed": {"numpy"},
    "random.seed": {"random"},
    "torch.manual_seed": {"torch"},
    "torch.random.manual_seed": {"torch"},
    "tensorflow.random.set_seed": {"tensorflow"},
    "tensorflow.set_random_seed": {"tensorflow"},
}
_SEED_EVERYTHING = re.compile(r"(?:seed_everything|set_(?:all_|random_|global_)?seeds?|fix_seeds?|seed_all)")
_NUMPY = re.compile(
    r"numpy\.random\.(?:rand|randn|randint|random|random_sample|ranf|sample|choice|shuffle|permutation|bytes|uniform|normal"
    r"|standard_\w+|binomial|poisson|exponential|beta|gamma|lognormal|multinomial|multivariate_normal|dirichlet"
    r"|geometric|laplace|logistic|pareto|chisquare|triangular|weibull|zipf|negative_binomial|hypergeometric)"
)
_PYTHON = re.compile(
    r"random\.(?:random|randint|randrange|choice|choices|shuffle|sample|uniform|gauss|normalvariate|triangular|\w+variate)"
)
_TORCH = re.compile(r"torch\.(?:rand|randn|randint|randperm|normal|bernoulli|multinomial)(?:_like)?")
_TENSORFLOW = re.compile(r"tensorflow\.random\.(?:normal|uniform|shuffle|truncated_normal|categorical|gamma|poisson)")
_GENERATORS = re.compile(r"numpy\.random\.(?:default_rng|RandomState|PCG64|Philox|MT19937|SFC64)|random\.Random")
# These draw from numpy's global generator when they get no `random_state`.
_MODELS = re.compile(
    r"(?:sklearn|imblearn|umap|lightgbm)\..*\b(?:train_test_split|ShuffleSplit|StratifiedShuffleSplit|GroupShuffleSplit"
    r"|RandomForest\w+|ExtraTrees\w+|Bagging\w+|IsolationForest|RandomizedSearchCV|KMeans|MiniBatchKMeans|TSNE|UMAP|MLP\w+"
    r"|SGD(?:Classifier|Regressor)|GaussianMixture|SMOTE|RandomOverSampler|RandomUnderSampler|resample)"
)
_FOLDS = re.compile(r"sklearn\.model_selection\.(?:KFold|StratifiedKFold|StratifiedGroupKFold)")


def _library_name(program: Program, func: ast.expr) -> str:
    """The dotted name of a function that comes from an import; empty for anything else, such as a local `random`."""
    root = func
    while isinstance(root, ast.Attribute):
        root = root.value
    return program.dotted(func) if isinstance(root, ast.Name) and root.id in program.imported else ""


def _seeded(program: Program) -> frozenset[str]:
    """The global generators that some cell seeds, wherever it stands."""
    found: set[str] = set()
    for _, call in program.nodes(ast.Call):
        name = program.dotted(call.func)
        if _has_seed(call):
            found |= _SEEDERS.get(name, set())
            found |= _ALL if _SEED_EVERYTHING.fullmatch(name.rpartition(".")[2]) else set()
    return frozenset(found)


def _global_generator(name: str) -> str:
    for family, pattern in (("numpy", _NUMPY), ("random", _PYTHON), ("torch", _TORCH), ("tensorflow", _TENSORFLOW)):
        if pattern.fullmatch(name):
            return family
    return ""


def _without_seed(name: str, call: ast.Call) -> bool:
    return bool(_GENERATORS.fullmatch(name)) and not _has_seed(call)


def _has_seed(call: ast.Call) -> bool:
    """Whether a call is given something that is not None."""
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in given)


def _unrepeatable_sample(program: Program, call: ast.Call, frames: frozenset[str], seeded: frozenset[str]) -> bool:
    if not (isinstance(call.func, ast.Attribute) and call.func.attr == "sample") or "numpy" in seeded:
        return False
    return is_frame(program, call.func.value, frames) and not _states(call, "random_state", "seed")


def _model_without_state(name: str, call: ast.Call) -> bool:
    shuffles = any(
        keyword.arg == "shuffle" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value)
        for keyword in call.keywords
    )
    draws = bool(_MODELS.fullmatch(name)) or (bool(_FOLDS.fullmatch(name)) and shuffles)
    unshuffled = name.endswith("train_test_split") and any(k.arg == "shuffle" for k in call.keywords) and not shuffles
    return draws and not unshuffled and not _states(call, "random_state")


def _states(call: ast.Call, *names: str) -> bool:
    """Whether one of these keywords is given and not None; options that cannot be seen (`**options`) may give it."""
    return any(
        keyword.arg is None
        or (keyword.arg in names and not (isinstance(keyword.value, ast.Constant) and keyword.value.value is None))
        for keyword in call.keywords
    )


_CLOCK = re.compile(
    r"(?:datetime\.(?:datetime|date)|pandas\.(?:Timestamp|datetime))\.(?:now|today|utcnow)|(?:arrow|pendulum)\.(?:now|utcnow"
    r"|today)|time\.(?:localtime|gmtime|ctime|asctime)"
)
_TAKES_WORD = frozenset(("pandas.to_datetime", "pandas.Timestamp", "numpy.datetime64"))


def _reads_clock(program: Program, call: ast.Call) -> bool:
    name = _library_name(program, call.func)
    if name in _TAKES_WORD:
        return any(isinstance(value, ast.Constant) and value.value in ("now", "today") for value in call.args)
    return bool(_CLOCK.fullmatch(name)) and not (name.startswith("time.") and call.args)


def _timing(program: Program) -> frozenset[int]:
    """The ids of clock readings that are only subtracted from each other, to tell how long something took."""
    assigned: dict[str, list[ast.Call]] = {}
    for _, node in program.nodes(ast.Assign):
        if isinstance(node.value, ast.Call) and _reads_clock(program, node.value):
            for target in node.targets:
                if isinstance(target, ast.Name):
                    assigned.setdefault(target.id, []).append(node.value)

    def readings(side: ast.expr) -> list[ast.Call]:
        if isinstance(side, ast.Name):
            return assigned.get(side.id, [])
        return [side] if isinstance(side, ast.Call) and _reads_clock(program, side) else []

    found: set[int] = set()
    for _, minus in program.nodes(ast.BinOp):
        sides = readings(minus.left), readings(minus.right)
        if isinstance(minus.op, ast.Sub) and all(sides):
            found |= {id(call) for side in sides for call in side}
    return frozenset(found)


def _written(call: ast.Call) -> str:
    """The function as the cell names it; the method's name at the end of a chain."""
    text = ast.unparse(call.func)
    return text if len(text) <= 40 else text.rpartition(".")[2]
