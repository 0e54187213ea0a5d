"""`nbpeer check`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.cli.options import console, paths_argument, show, show_json

if TYPE_CHECKING:
    from nbpeer.checks.apply import Pair
    from nbpeer.model.finding import CheckReport


@click.command(name="check")
@paths_argument
@click.option("--select", metavar="CODES", default="", help="Apply only these: codes, beginnings of codes, names.")
@click.option("--ignore", metavar="CODES", default="", help="Do not apply these.")
@click.option("--extend-ignore", metavar="CODES", default="", help="Do not apply these either.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="text for people, github for annotations in a workflow, json for programs.",
)
def command(paths: tuple[Path, ...], select: str, ignore: str, extend_ignore: str, output_format: str) -> int:
    """Apply the rules to notebooks.

    PATHS are notebooks and folders; without them every analysis of the repository is checked. What the configuration
    excludes is left out. --select and --ignore replace those of the configuration, --extend-ignore
    adds to what is ignored; CODES are separated by commas.

    A finding is accepted with its reason where it stands: `# nbpeer: waive NBP301 reason`.

    Exit code 0: nothing, or only infos; 1: errors or warnings; 2: a notebook could not be read, or bad usage.

    \b
    Examples:
      nbpeer check analyses/pricing.ipynb
      nbpeer check --select NBP3,NBP601 --format github
    """
    from nbpeer.commands.check import check

    report = check(paths, _codes(select), _codes(ignore), _codes(extend_ignore), _watch)
    _show(report, output_format)
    if {finding.path for finding in report.findings} - set(report.checked):
        return 2
    return 0 if report.clean else 1


def _codes(text: str) -> tuple[str, ...]:
    return tuple(text.replace(",", " ").split())


def _show(report: CheckReport, output_format: str) -> None:
    from nbpeer.render.findings import findings_github, findings_text

    if output_format == "json":
        show_json(report)
    elif output_format == "github":
        click.echo(findings_github(report), nl=False)
    else:
        show(findings_text(report))


def _watch(pairs: Sequence[Pair]) -> Iterator[Pair]:
    """The notebooks, one by one; work that takes longer than a second shows how far it is."""
    begun = time.monotonic()
    for done, pair in enumerate(pairs, 1):
        yield pair
        if time.monotonic() - begun > 1:
            yield from _shown_progress(pairs, done)
            return


def _shown_progress(pairs: Sequence[Pair], done: int) -> Iterator[Pair]:
    if not sys.stderr.isatty():
        click.echo(f"nbpeer: checking {len(pairs)} notebooks", err=True)
        yield from pairs[done:]
        return
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("Checking", total=len(pairs), completed=done)
        for pair in pairs[done:]:
            yield pair
            progress.advance(task)
