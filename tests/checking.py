"""Checks of notebooks that are made for a test, and notebooks made of a rule's own examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import making
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.dependencies import read_dependencies
from nbpeer.checks.facts import DecisionFact, Difference, FirstResults, MetricFacts, Rerun
from nbpeer.checks.rule import CheckContext
from nbpeer.config import CheckConfig
from nbpeer.model.digests import source_digest
from nbpeer.model.finding import Finding
from nbpeer.model.kind import Kind
from nbpeer.model.metric import Registry
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, Table
from nbpeer.registry.metrics import read_registry

TEMPLATE = making.notebook(
    making.markdown("## Summary\n\nWrite the answer first."),
    making.markdown("## Method\n\nThe effect is a difference of shares."),
    making.code("effect = 0"),
    making.markdown("## Limitations\n\nSay what limits the answer."),
)
KIND = Kind(
    name="exploratory",
    title="Exploration",
    description="",
    folder="templates/exploratory",
    notebook=making.text(TEMPLATE).encode(),
    required=("title", "kind", "question", "decision"),
    sections=("Summary", "Limitations"),
)
CONTEXT = CheckContext(CheckConfig(), KIND, ("ab_test", "exploratory"))


def nothing_to_read(path: str) -> bytes | None:
    return None


def check(
    *cells: dict[str, Any] | str,
    select: str = "NBP",
    ignore: str = "",
    context: CheckContext = CONTEXT,
    read: Callable[[str], bytes | None] = nothing_to_read,
    **notebook: Any,
) -> list[Finding]:
    """The findings in a notebook of these cells; a text is a code cell. Without `header=` it has no front matter."""
    made = [making.code(cell) if isinstance(cell, str) else cell for cell in cells]
    content = making.text(making.notebook(*made, **{"header": None, **notebook}))
    config = CheckConfig(select=tuple(select.split(",")), ignore=tuple(filter(None, ignore.split(","))))
    subject = Subject(parse_notebook(content, "analysis.ipynb"), context._replace(config=config), read)
    return list(check_notebooks([subject]))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


def recorded(*results: NamedResult, source: str = "", **other: Any) -> ResultsFile:
    """A results file that holds these; without `source` it is that of no notebook."""
    return ResultsFile(Certificate(source), {result.name: result for result in results}, **other)


def number(name: str, value: float, unit: str = "") -> NamedResult:
    return NamedResult(name, "number", value, unit)


def table(name: str, columns: str, *rows: tuple[Any, ...]) -> NamedResult:
    return NamedResult(name, "table", Table(tuple(columns.split()), rows))


def example_results(section: str, notebook: Notebook) -> ResultsFile | None:
    """What a `results` fence records, of this notebook or "of an earlier source"; lines are `name: value unit`."""
    match = re.search(r"^```results( of an earlier source)?\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    if match is None:
        return None
    lines = [re.fullmatch(r"(.+): (\S+) (.+)", line) for line in match.group(2).splitlines()]
    results = [number(line[1], float(line[2]), line[3]) for line in lines if line]
    return recorded(*results, source="sha256:0" if match.group(1) else source_digest(notebook))


_FENCE = re.compile(r"^```(\w+)(?: repeated (\d+) times| of an earlier source)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def example_context(section: str, notebook: Notebook, context: CheckContext) -> CheckContext:
    """What else the fences of a section say: `requirements`, `decisions`, `hypothesis of the first results`, `a fresh
    run gave`."""
    found = dict(re.findall(r"^```([a-z ]+)\n(.*?)^```$", section, re.DOTALL | re.MULTILINE))
    context = context._replace(results=example_results(section, notebook))
    if "requirements" in found:
        files = {"requirements.txt": found["requirements"].encode()}
        context = context._replace(dependencies=read_dependencies(files))
    if "decisions" in found:
        context = context._replace(decisions=tuple(map(_decision, found["decisions"].splitlines())))
    if "hypothesis of the first results" in found:
        context = context._replace(first=FirstResults("0123456789ab", found["hypothesis of the first results"]))
    if "metrics" in found:
        before = registry(found["metrics before"]) if "metrics before" in found else None
        context = context._replace(metrics=MetricFacts(registry(found["metrics"]), before=before, base="main"))
    if "a fresh run gave" in found:
        lines = re.findall(r"cell (\d+), line (\d+): (.*)", found["a fresh run gave"])
        differences = tuple(Difference(said, int(cell), int(line)) for cell, line, said in lines)
        context = context._replace(rerun=Rerun(differences))
    return context


def _decision(line: str) -> DecisionFact:
    """A line `PATH`, `PATH: what was edited` or `PATH shares its number with PATH`."""
    path, _, edit = line.partition(": ")
    path, _, shares = path.partition(" shares its number with ")
    return DecisionFact(path, "", (edit,) if edit else (), (shares,) if shares else ())


_METRIC = re.compile(r"(\w+)(?:@(\S+))? = (.+?)(?: where (.+?))?(?: \((\w+)\))?")


def registry(lines: str) -> Registry:
    """A registry, metrics.yml, of lines such as `wau@2.1.0 = COUNT(events.x) where events.kind = 1 (retired)`.

    The tables are `events`, with the time column `day`, and `orders`, with `ordered_on`.
    """
    metrics = []
    for line in filter(None, lines.splitlines()):
        match = _METRIC.fullmatch(line)
        assert match, line
        name, version, expression, condition, status = match.groups()
        own = {"version": version, "filter": condition, "status": status}
        extension = {"vendor_name": "NBPEER", "data": {key: value for key, value in own.items() if value}}
        metrics.append({"name": name, "expression": expression, "custom_extensions": [extension]})
    datasets = [
        {
            "name": name,
            "source": f"app.{name}",
            "fields": [{"name": day, "expression": day, "dimension": {"is_time": True}}],
        }
        for name, day in (("events", "day"), ("orders", "ordered_on"))
    ]
    document = {"semantic_model": [{"name": "shop", "datasets": datasets, "metrics": metrics}]}
    return read_registry(json.dumps(document).encode(), "metrics.yml")


_NO_CELLS = ("results", "requirements", "decisions", "metrics")


def example(section: str) -> dict[str, Any]:
    """The notebook that the fences of a page's section make: python (cells from `# %%`, with `In [1]`), markdown, yaml
    (front matter), output and error (of the code cell before). For results see `example_results`."""
    cells: list[dict[str, Any]] = []
    header = None
    for language, times, text in _FENCE.findall(section):
        text = text * int(times or 1)
        if language == "yaml":
            header = f"---\n{text}---\n"
        elif language == "markdown":
            cells.append(making.markdown(text))
        elif language in _NO_CELLS:
            continue
        elif language == "output":
            cells[-1]["outputs"].append(making.stream(text))
        elif language == "error":
            name, _, value = text.strip().partition(": ")
            cells[-1]["outputs"].append({"output_type": "error", "ename": name, "evalue": value, "traceback": [text]})
        else:
            assert language == "python", language
            cells += _code_cells(text)
    return making.notebook(*cells, header=header)


def _code_cells(text: str) -> list[dict[str, Any]]:
    found = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE):
        count, _, source = part.partition("\n") if text.startswith("# %%") else ("", "", part)
        if source.strip():
            number = re.search(r"In \[(\d+)\]", count)
            found.append(making.code(source.rstrip("\n"), execution_count=int(number.group(1)) if number else None))
    return found
