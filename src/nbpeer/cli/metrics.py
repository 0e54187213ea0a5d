"""`nbpeer metrics`."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import console, format_option, show_json
from nbpeer.cli.suggest import metrics, revisions

if TYPE_CHECKING:
    from nbpeer.config import Config
    from nbpeer.render.spans import Span


@click.group(name="metrics")
def command() -> None:
    """Show the team's metrics, what changed in their definitions, and whether analyses compute them as agreed.

    The registry is metrics.yml, an Ossie document, or dbt's semantic_manifest.json.

    \b
    Examples:
      nbpeer metrics list
      nbpeer metrics diff main
      nbpeer metrics reconcile wau --window 2026-01-01..2026-03-31
    """


@command.command(name="list", short_help="List every metric.")
@format_option
def list_command(output_format: str) -> int:
    """List every metric: version, status, owner, and how many analyses cite it.

    \b
    Example:
      nbpeer metrics list --format json
    """
    from nbpeer.commands.metrics import metric_uses
    from nbpeer.render.metrics import metrics_spans

    found = metric_uses(*_repository())
    if output_format == "json":
        show_json(found)
    else:
        _show(metrics_spans(found))
    return 0


@command.command(short_help="Print one metric and its SQL.")
@click.argument("name", shell_complete=metrics)
@click.option("--dialect", default="", metavar="NAME", help="Write the SQL in this dialect: duckdb, snowflake …")
@format_option
def show(name: str, dialect: str, output_format: str) -> int:
    """Print one metric, its SQL, and the analyses that cite it. NAME may have a version: wau@2.1.0.

    \b
    Example:
      nbpeer metrics show wau --dialect bigquery
    """
    from nbpeer.commands.metrics import find_metric
    from nbpeer.registry.metrics_query import metric_query
    from nbpeer.render.metrics import metric_spans

    found = find_metric(*_repository(), name)
    query = metric_query(found.metric, dialect) if found.metric.query else ""
    if output_format == "json":
        show_json({"metric": found.metric, "analyses": found.analyses, "sql": query})
    else:
        _show(metric_spans(found, query))
    return 0


@command.command(short_help="Show which definitions changed.")
@click.argument("base", required=False, shell_complete=revisions)
@click.argument("head", required=False, shell_complete=revisions)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when anything differs.")
@format_option
def diff(base: str | None, head: str | None, exit_code: bool, output_format: str) -> int:
    """Show which metrics changed between two commits, which analysis explains it, and who cites them.

    BASE and HEAD are named as for `nbpeer diff`; without them the working tree is compared with where HEAD left the
    base branch. Formatting, aliases and dialects are no change of a definition.

    Exit code 1: a definition changed, or was removed, and no metric_change analysis goes with it.

    \b
    Example:
      nbpeer metrics diff main
    """
    from nbpeer.commands.diff import versions
    from nbpeer.commands.metrics import metric_changes
    from nbpeer.render.metrics import changes_spans

    root, config = _repository()
    found = metric_changes(root, config, *versions(root, config, base, head))
    if output_format == "json":
        show_json(found)
    else:
        _show(changes_spans(found))
    return 1 if any(one.unexplained for one in found.changes) or (exit_code and found.changes) else 0


@command.command(short_help="Show what a change would touch.")
@click.argument("names", nargs=-1, required=True, metavar="NAME...", shell_complete=metrics)
@format_option
def impact(names: tuple[str, ...], output_format: str) -> int:
    """Show which analyses cite a metric, or one computed of it, and whose approvals a change makes questionable.

    \b
    Example:
      nbpeer metrics impact wau
    """
    from nbpeer.commands.metrics import metric_impact
    from nbpeer.render.metrics import impacts_spans

    found = metric_impact(*_repository(), names)
    if output_format == "json":
        show_json(found)
    else:
        _show(impacts_spans(found))
    return 0


@command.command(short_help="Run definition and query, and compare.")
@click.argument("name", shell_complete=metrics)
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--window", required=True, metavar="FIRST..LAST", help="Days to compare, both included.")
@click.option("--tolerance", type=click.FloatRange(0, 1), default=0.0, show_default=True, help="Share that may differ.")
@click.option("--result", default="", metavar="RESULT", help="Compare this recorded result instead of queries.")
@format_option
def reconcile(name: str, paths: tuple[Path, ...], window: str, output_format: str, **terms: Any) -> int:
    """Run a metric's definition and the queries of the analyses that cite it over one window, and compare.

    PATHS are notebooks and folders; without any, every analysis that cites it. Conditions on time that a query has give
    way to the window. DuckDB runs them, or the database that [metrics] configures.

    Exit code 0: all agree; 1: one differs, or could not be compared; 2: bad input; 3: the database cannot be reached.

    \b
    Example:
      nbpeer metrics reconcile wau --window 2026-01-01..2026-03-31 --tolerance 0.001
    """
    from nbpeer.cli.metrics_window import days
    from nbpeer.commands.metrics_reconcile import Asked
    from nbpeer.commands.metrics_reconcile import reconcile as held
    from nbpeer.render.metrics import reconciliations_spans
    from nbpeer.repo.git import relative

    root, config = _repository()
    named = tuple(relative(root, Path.cwd() / path) for path in paths)
    found = held(root, config, Asked(name, days(window), named, **terms), _step)
    if output_format == "json":
        show_json(found)
    else:
        _show(reconciliations_spans(found))
    return 0 if all(one.verdict == "agree" for one in found) else 1


@command.command(short_help="Write analyses as dbt exposures.")
@click.option("--dbt-exposures", is_flag=True, required=True, help="One exposure an analysis, in dbt's YAML.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Write to this file instead of printing.")
def export(dbt_exposures: bool, output: Path | None) -> int:
    """Write every analysis as a dbt exposure that depends on the metrics it cites.

    \b
    Example:
      nbpeer metrics export --dbt-exposures -o models/analyses.yml
    """
    from nbpeer.commands.metrics_export import dbt_exposures as exposures
    from nbpeer.commands.metrics_export import exposures_yaml, write_exposures

    found = exposures(*_repository())
    if output is None:
        click.echo(exposures_yaml(found), nl=False)
        return 0
    written = write_exposures(found, output)
    said = f"{len(found)} {'exposure' if len(found) == 1 else 'exposures'}"
    click.echo(f"{output}: {said}" if written else f"{output}: {said}, as they were")
    return 0


def _repository() -> tuple[Path, Config]:
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    return root, load_config(root)


def _step(what: str) -> None:
    click.echo(f"nbpeer: {what}", err=True)


def _show(spans: Iterator[Span]) -> None:
    from nbpeer.render.spans import plain, styled

    if sys.stdout.isatty() or os.environ.get("FORCE_COLOR"):
        console().print(styled(spans))
    else:
        click.echo(plain(spans))
