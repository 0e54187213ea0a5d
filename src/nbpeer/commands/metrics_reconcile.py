"""`nbpeer metrics reconcile`: a definition and the analyses' own queries, run over one window and held side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

from nbpeer.checks.metric_claims import cited, claims
from nbpeer.checks.program import Program, build
from nbpeer.commands.check_facts import read_beside
from nbpeer.commands.metric_facts import needed_registry
from nbpeer.commands.metrics import citing, content_of
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.metric import Metric, MetricVerdict, ReconciledRow, Reconciliation, Registry
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import NamedResult, ResultsFile, Table
from nbpeer.registry.metrics_reconcile import reconciled
from nbpeer.registry.metrics_run import Answer, Database, connected
from nbpeer.repo import git
from nbpeer.sql.window import Window, bare_name, in_dialect, windowed

Step = Callable[[str], None]


class Asked(NamedTuple):
    """What to reconcile: a metric, first and last day; notebooks and folders (none: all that cite it); the share that
    may differ; a recorded result to take in place of queries."""

    metric: str
    window: tuple[str, str]
    paths: tuple[str, ...] = ()
    tolerance: float = 0.0
    result: str = ""


class _Place(NamedTuple):
    """One number of an analysis: its query, or the recorded result `result` (cell 0). `is_definition`: it takes the SQL
    from the registry."""

    analysis: str
    cell: int
    query: str = ""
    result: NamedResult | None = None
    problem: str = ""
    is_definition: bool = False


class _Run(NamedTuple):
    """What every comparison of one call has in common; `defined` is what the definition gave."""

    database: Database
    root: Path
    metric: Metric
    asked: Asked
    defined: Answer


def reconcile(root: Path, config: Config, asked: Asked, step: Step) -> tuple[Reconciliation, ...]:
    """The definition and every query of it in the analyses, both run over the window.

    `step` is told what is run. Raises NbpeerError for a metric, analysis or result that is not there, a metric without
    SQL or time column, and a database that cannot be asked.
    """
    registry = needed_registry(root, config)
    metric = registry.cited(asked.metric)
    if not metric.query:
        raise NbpeerError(f"{metric.name} has no SQL: {metric.problem}", "ask the tool that defines it")
    places = list(_places(root, config, registry, metric, asked))
    if not places:
        raise NbpeerError(
            f"no analysis has a query of {metric.cited}", f"cite it beside one: -- metric: {metric.cited}"
        )
    with connected(*_connection(config), root) as database:
        what = f"{metric.cited}, as defined"
        step(what)
        run = _Run(database, root, metric, asked, database.ask(_definition(database, metric, asked, what), root, what))
        found = []
        for place in places:
            step(f"{place.analysis}, cell {place.cell}" if place.cell else f"{place.analysis}, {asked.result}")
            found.append(_held(run, place))
    return tuple(found)


def _connection(config: Config) -> tuple[str, str, dict[str, object], dict[str, str]]:
    settings = config.metrics
    return settings.driver, settings.dialect, settings.connect, settings.tables


def _places(root: Path, config: Config, registry: Registry, metric: Metric, asked: Asked) -> Iterator[_Place]:
    for path in _analyses(root, config, metric, asked.paths):
        notebook, recorded = content_of(root, WORKTREE, path)
        if notebook is None:
            raise NbpeerError(f"{path} cannot be read as a notebook", "`nbpeer check` says why")
        yield from (
            _recorded(path, recorded, asked.result) if asked.result else _queries(root, registry, metric, notebook)
        )


def _analyses(root: Path, config: Config, metric: Metric, paths: Sequence[str]) -> list[str]:
    """The notebooks that are named, or those that cite the metric, below a named folder or anywhere."""
    for path in paths:
        if not (root / path).exists():
            raise NbpeerError(f"{path} is not there", "name a notebook or a folder of this repository")
    named = [path for path in paths if path.endswith(".ipynb")]
    folders = [path for path in paths if path not in named]
    every = citing(root, config, WORKTREE) if folders or not paths else {}
    citers = [path for path, found in every.items() if any(name == metric.name for name, _ in found)]
    below = [path for path in citers if not folders or any(git.is_below(path, folder) for folder in folders)]
    return sorted({*named, *below})


def _recorded(path: str, recorded: ResultsFile | None, name: str) -> Iterator[_Place]:
    found = recorded.results.get(name) if recorded else None
    if found is None:
        raise NbpeerError(f"{path} has no recorded result {name!r}", f"`nbpeer results show {path}` lists what it has")
    yield _Place(path, 0, result=found)


def _queries(root: Path, registry: Registry, metric: Metric, notebook: Notebook) -> Iterator[_Place]:
    program: Program = build(notebook, partial(read_beside, root, notebook.path))
    found = [claim for claim in claims(program, registry) if claim.metric.name == metric.name]
    said = [claim for claim in found if claim.said] or found
    for claim in said:
        yield _Place(notebook.path, claim.query.cell.number, claim.query.text)
    if said:
        return
    for citation in cited(program, registry):
        if citation.name == metric.name:
            calls = citation.how == "call"
            why = "it takes the definition itself" if calls else "it has no query in SQL: compare a --result of it"
            yield _Place(notebook.path, citation.cell + 1, problem=why, is_definition=calls)
            return


def _definition(database: Database, metric: Metric, asked: Asked, what: str) -> str:
    if not metric.time:
        raise NbpeerError(f"{metric.name} has no time column, so it has no window", "name its `time` in the registry")
    query = windowed(metric.query, metric.dialect, _window(metric, asked), what)
    return in_dialect(query, metric.dialect, database.dialect, what)


def _held(run: _Run, place: _Place) -> Reconciliation:
    """One number of an analysis held against the definition's; what keeps it from that is the `problem`."""
    metric, asked = run.metric, run.asked
    rows: tuple[ReconciledRow, ...] = ()
    problem, query = place.problem, ""
    try:
        if not problem:
            query = _query(run.database, metric, asked, place)
            folder = (run.root / place.analysis).parent
            answer = run.database.ask(query, folder, "the query") if query else _recorded_answer(place)
            rows = reconciled(metric, run.defined, answer, asked.tolerance)
            problem = "" if rows else "neither gives a row in this window"
    except NbpeerError as error:
        problem = str(error)
    verdict, window = _verdict(place, rows, problem), "..".join(asked.window)
    about = (metric.cited, place.analysis, place.cell, window, verdict)
    return Reconciliation(*about, rows, problem, asked.result, query)


def _verdict(place: _Place, rows: tuple[ReconciledRow, ...], problem: str) -> MetricVerdict:
    if place.is_definition:
        return "agree"
    if problem:
        return "undecided"
    return "agree" if all(row.agrees for row in rows) else "differ"


def _query(database: Database, metric: Metric, asked: Asked, place: _Place) -> str:
    if place.result is not None:
        return ""
    return windowed(place.query, database.dialect, _window(metric, asked), f"cell {place.cell}")


def _window(metric: Metric, asked: Asked) -> Window:
    names = {name for source in metric.sources for name in (source.name.lower(), bare_name(source.relation))}
    return Window(metric.time, *asked.window, frozenset(names))


def _recorded_answer(place: _Place) -> Answer:
    value = place.result.value if place.result else None
    if isinstance(value, Table):
        return Answer(value.columns, value.rows)
    if isinstance(value, int | float):
        return Answer(("value",), ((value,),))
    named = place.result.name if place.result else ""
    raise NbpeerError(f"{place.analysis}: the result {named!r} is neither a number nor a table", "name one that is")
