"""`nbpeer ledger`."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from nbpeer.cli.options import counting, day, show, show_json


@click.command(name="ledger")
@click.option("--on", type=day, metavar="DATE", help="The day to look from; without it today.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text for people, markdown for a message, json for programs.",
)
def command(on: datetime.date | None, output_format: str) -> int:
    """Say how often reviews, decisions and predictions held: six figures, each with what it rests on.

    Outcomes reviewed on time, approved analyses used in decisions, hypotheses supported, 80 % intervals that held the
    observed value, the median time to a first approval, and sign-offs lapsed. Below five there is no figure.

    \b
    Example:
      nbpeer ledger --format markdown
    """
    from nbpeer.commands.ledger import ledger
    from nbpeer.render.ledger import ledger_markdown, ledger_text
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    with counting("Reading history") as progress:
        found = ledger(root, on or datetime.date.today(), progress)
    if output_format == "json":
        show_json(found)
    elif output_format == "markdown":
        click.echo(ledger_markdown(found), nl=False)
    else:
        show(ledger_text(found))
    return 0
