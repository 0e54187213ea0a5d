"""`nbpeer due`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from nbpeer.cli.options import counting, day, show, show_json
from nbpeer.model.due import DueReport

_FORMATS = ["text", "json", "markdown", "icalendar"]


@click.command(name="due")
@click.option("--on", type=day, metavar="DATE", help="The day to look from; without it today.")
@click.option("--days", type=click.IntRange(0, 36_500), default=30, show_default=True, help="How far to look ahead.")
@click.option("--all", "everything", is_flag=True, help="However far ahead.")
@click.option("--check", is_flag=True, help="Exit 1 when something is overdue.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="text for people, markdown for a message, icalendar for a calendar, json for programs.",
)
def command(on: datetime.date | None, days: int, everything: bool, check: bool, output_format: str) -> int:
    """List what is due, what is overdue, and by whom.

    Due are the outcomes of decisions (the first of: a predicted value that is not observed yet, the review), and
    decisions on analyses that name a day of review and have none, or one that is only proposed. What is superseded
    waits for nothing.

    \b
    Examples:
      nbpeer due --on 2027-03-01
      nbpeer due --all --format icalendar > due.ics
    """
    from nbpeer.commands.due import due
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    with counting("Reading days of review") as progress:
        report = due(root, load_config(root), on or datetime.date.today(), None if everything else days, progress)
    _show(report, output_format)
    return 1 if check and (report.count("overdue") or report.broken) else 0


def _show(report: DueReport, output_format: str) -> None:
    from nbpeer.render.due import due_calendar, due_markdown, due_text

    if output_format == "json":
        show_json(report)
    elif output_format == "markdown":
        click.echo(due_markdown(report), nl=False)
    elif output_format == "icalendar":
        click.echo(due_calendar(report).encode(), nl=False)  # as bytes: its line ends are the standard's
    else:
        show(due_text(report))
