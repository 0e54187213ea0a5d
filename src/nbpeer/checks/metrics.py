"""Rules about metrics that the team has agreed on: cited, current, computed as defined, changed with a reason."""

from __future__ import annotations

from collections.abc import Iterator

from nbpeer.checks.facts import MetricFacts
from nbpeer.checks.metric_claims import Claim, cited, claims, named_results
from nbpeer.checks.program import Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sql import Fault
from nbpeer.model.citations import Citation, predicted
from nbpeer.model.finding import Edit, Suggestion
from nbpeer.model.metric import Metric, Registry
from nbpeer.sql.compare import Comparison, compare


@rule("NBP701", "metric-uncited", "warning", needs=("python", "sqlglot"))
def metric_uncited(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A number that looks like a metric of the registry and does not cite it.

    ## What it does
    Looks for queries that compute the aggregate of a metric from the metric's table, whatever their filters, or give a
    column its name; and for results published under its name. Counting the rows of a table is like a metric only when
    the filters fit as well. Data frames are not looked into. Without a registry there is nothing to say.

    ## Why is this bad?
    Two numbers of one name are soon two different numbers. A citation says which definition was meant, and lets
    everybody who used it be found when the definition changes.

    ## Bad
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```python
    query = "SELECT COUNT(DISTINCT user_id) AS people FROM events WHERE day >= '2026-01-01'"
    ```

    ## Good
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```python
    import nbpeer
    query = nbpeer.metric("wau@2.1.0")
    ```

    ## How to fix
    Take the SQL from the registry, `nbpeer.metric("wau@2.1.0")`, or cite it beside your own: `-- metric: wau@2.1.0`.

    ## Source
    Judgement: one agreed definition a number.
    """
    if context.metrics and context.metrics.registry:
        yield from _uncited(program, context.metrics.registry)


@rule("NBP702", "metric-stale", "error")
def metric_stale(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A citation of a metric that is not there, is retired, or has moved on to another version.

    ## What it does
    Looks up every metric that is cited, in the front matter, by `nbpeer.metric` or in a comment, and, where there is a
    registry, every predicted one that names a version. A deprecated metric, a draft, and a citation without a version
    are a warning. Where only the version moved and the definition is the same as it was, `nbpeer check --fix` writes
    the new version.

    ## Why is this bad?
    The number means what an older definition said, and whoever reads it believes today's.

    ## Bad
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```python
    import nbpeer
    query = nbpeer.metric("wau@2.0.0")
    ```

    ## Good
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```python
    import nbpeer
    query = nbpeer.metric("wau@2.1.0")
    ```

    ## How to fix
    Cite the version that the registry has, run the analysis again, and read whether the answer is still the same.

    ## Source
    Judgement: a definition without a version cannot change in the open.
    """
    facts = context.metrics or MetricFacts()
    if facts.registry is None:
        for citation in cited(program, None)[:1]:
            if context.metrics is not None and not facts.problem:  # NBP001 says what cannot be read
                message = f"`{citation.text}` is cited, and this repository has no metric registry"
                yield _at(program, citation, message, mild=True)
    else:
        for citation in (*cited(program, facts.registry), *predicted(program.notebook, program.front_matter)):
            hit = _looked_up(program, citation, facts, facts.registry)
            if hit:
                yield hit


@rule("NBP703", "metric-differs", "warning", needs=("python", "sqlglot"))
def metric_differs(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A query that cites a metric and computes something else.

    ## What it does
    Holds every query of a cited metric against its definition: the aggregate, the tables, the filters. Aliases,
    formatting, dialect, the order of conditions and conditions on time do not matter. Where reading cannot tell, in
    subqueries and joins of another shape, or because no query is there, it says so as an info.

    ## Why is this bad?
    The number carries the metric's name. A filter that is missing is the most frequent way for two teams to have two
    numbers.

    ## Bad
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```python
    query = '''
    -- metric: wau@2.1.0
    SELECT COUNT(DISTINCT user_id) AS wau FROM events WHERE day >= '2026-01-01'
    '''
    ```

    ## Good
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```python
    query = '''
    -- metric: wau@2.1.0
    SELECT COUNT(DISTINCT e.user_id) AS wau FROM events e WHERE e.day >= '2026-01-01' AND 'login' <> e.kind
    '''
    ```

    ## How to fix
    Compute it as it is defined, or do not cite it; `nbpeer metrics reconcile NAME --window FIRST..LAST` runs both.

    ## Source
    Judgement; that pairs of a metric and a query often differ by filters alone was measured on MetricFlow's own cases.
    """
    if context.metrics and context.metrics.registry:
        yield from _differing(program, context.metrics.registry)


@rule("NBP704", "definition-unexplained", "error")
def definition_unexplained(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A cited metric whose definition changed, without an analysis that says what that does.

    ## What it does
    Compares the definition of every cited metric with the one on the base branch. When it changed, an analysis of kind
    `metric_change` that is new or changed since has to name the metric, in its front matter or its `metric` parameter.
    Formatting, aliases, dialects and descriptions are no change of a definition.

    ## Why is this bad?
    A series that breaks looks like something that happened. Whoever is measured by the number has to know why it moved.

    ## Bad
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```metrics before
    wau@2.0.0 = COUNT(DISTINCT events.user_id)
    ```
    ```python
    import nbpeer
    query = nbpeer.metric("wau@2.1.0")
    ```

    ## Good
    ```metrics
    wau@2.1.0 = COUNT(DISTINCT events.user_id) where events.kind <> 'login'
    ```
    ```metrics before
    wau@2.0.0 = count( distinct events.user_id ) where events.kind != 'login'
    ```
    ```python
    import nbpeer
    query = nbpeer.metric("wau@2.1.0")
    ```

    ## How to fix
    `nbpeer new metric_change PATH`: old and new side by side, and what moves the number; `nbpeer metrics diff` lists
    the changes.

    ## Source
    Judgement; AQuA Book, 2nd edition (2025), on the change log of an analysis.
    """
    yield from _unexplained(program, context.metrics or MetricFacts())


def _uncited(program: Program, registry: Registry) -> Iterator[Hit]:
    known = {citation.name for citation in cited(program, registry)}
    for claim in claims(program, registry):
        if not claim.said and claim.metric.name not in known:
            said = f"this looks like `{claim.metric.cited}` ({claim.found.detail}) and does not cite it"
            yield claim.query.hit(Fault(claim.found.offset, said))._replace(fix=_cite(claim.metric))
    for metric, call in named_results(program, registry):
        if metric.name not in known:
            part = next(part for part, node in program.nodes(type(call)) if node is call)
            said = f"a result has the name of the metric `{metric.cited}` and does not cite it"
            yield part.at(call, said, _cite(metric))


def _differing(program: Program, registry: Registry) -> Iterator[Hit]:
    all_cited = cited(program, registry)
    known = {citation.name for citation in all_cited}
    seen: set[str] = {citation.name for citation in all_cited if citation.how == "call"}
    found = [(claim, _verdict(claim)) for claim in claims(program, registry) if claim.metric.name in known]
    seen |= {claim.metric.name for claim, comparison in found if comparison.verdict == "agree"}
    for claim, comparison in found:
        if claim.said or claim.metric.name not in seen:
            yield from _compared(claim, comparison)
    seen |= {claim.metric.name for claim, _ in found}
    for citation in all_cited:
        metric = registry.find(citation.name)
        if metric and citation.name not in seen:
            seen.add(citation.name)
            said = f"no query here can be held against `{metric.cited}`"
            yield _at(program, citation, said)._replace(severity="info", fix=_reconcile(metric))


def _unexplained(program: Program, facts: MetricFacts) -> Iterator[Hit]:
    if facts.registry is None or facts.before is None:
        return
    seen: set[str] = set()
    for citation in cited(program, facts.registry):
        before, after = facts.before.find(citation.name), facts.registry.find(citation.name)
        changed = before and after and before.definition != after.definition
        if changed and citation.name not in facts.explained | seen:
            seen.add(citation.name)
            message = f"the definition of `{citation.name}` changed since {facts.base}"
            yield _at(program, citation, f"{message}, and no metric_change analysis says why")


def _looked_up(program: Program, citation: Citation, facts: MetricFacts, registry: Registry) -> Hit | None:
    metric, how = registry.find(citation.name), "predicted" if citation.how == "prediction" else "cited"
    if metric is None:
        return _at(program, citation, f"`{citation.text}` is {how}, and {registry.path} defines no such metric")
    if metric.status == "retired":
        return _at(program, citation, f"`{metric.name}` is retired", fix="Ask its owner what took its place.")
    if citation.version and citation.version != metric.version:
        now = f"has {metric.version}" if metric.version else "gives it no version"
        hit = _at(program, citation, f"`{citation.text}` is {how}, and {registry.path} {now}")
        earlier = facts.earlier(citation.text)
        same = earlier is not None and earlier.definition == metric.definition
        return hit._replace(suggestion=_new_version(citation, metric)) if same and citation.column else hit
    if metric.status in ("deprecated", "draft"):
        said = "deprecated" if metric.status == "deprecated" else "a draft that nobody has agreed to"
        return _at(program, citation, f"`{metric.name}` is {said}")._replace(severity="warning")
    if metric.version and not citation.version:
        said = f"`{citation.name}` is cited without its version"
        return _at(program, citation, said, fix=f"Cite `{metric.cited}`.")._replace(severity="warning")
    return None


def _new_version(citation: Citation, metric: Metric) -> Suggestion:
    edit = Edit(citation.line, citation.column, citation.column + len(citation.text), metric.cited)
    return Suggestion((edit,), safe=True)


def _verdict(claim: Claim) -> Comparison:
    return compare(claim.metric, claim.shapes)


def _compared(claim: Claim, found: Comparison) -> Iterator[Hit]:
    if found.verdict == "differ":
        message = f"this is not `{claim.metric.cited}` as it is defined: {found.detail}"
        yield claim.query.hit(Fault(found.offset, message))
    elif found.verdict == "undecided":
        message = f"whether this is `{claim.metric.cited}` cannot be told by reading: {found.detail}"
        hit = claim.query.hit(Fault(found.offset, message))
        yield hit._replace(severity="info", fix=_reconcile(claim.metric))


def _at(program: Program, citation: Citation, message: str, fix: str = "", *, mild: bool = False) -> Hit:
    cell = program.notebook.cells[citation.cell]
    return Hit(message, cell, citation.line, citation.column, fix, "warning" if mild else None)


def _cite(metric: Metric) -> str:
    return (
        f'Take the SQL from the registry, `nbpeer.metric("{metric.cited}")`, or cite it: `-- metric: {metric.cited}`.'
    )


def _reconcile(metric: Metric) -> str:
    return f"`nbpeer metrics reconcile {metric.name} --window FIRST..LAST` runs both and compares."
