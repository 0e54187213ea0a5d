"""`nbpeer explain`."""

from __future__ import annotations

import sys

import click

from nbpeer.cli import suggest
from nbpeer.cli.options import show, show_json


@click.command(name="explain")
@click.argument("rule", required=False, shell_complete=suggest.rule)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text for people, markdown for a documentation site, json for programs.",
)
def command(rule: str | None, output_format: str) -> None:
    """Print the page of a rule: what it finds, why that is bad, examples, how to fix it.

    RULE is a code or a name. Without it all rules are listed.

    \b
    Examples:
      nbpeer explain NBP301
      nbpeer explain merge-unvalidated
    """
    from nbpeer.commands.explain import explain, explain_all
    from nbpeer.render.rules import list_text, page_text, rule_markdown, rules_markdown

    if rule is None:
        pages = explain_all()
        if output_format == "json":
            show_json(pages)
        elif output_format == "markdown":
            click.echo(rules_markdown(pages), nl=False)
        else:
            show(list_text(pages))
        return
    page = explain(rule)
    if output_format == "json":
        show_json(page)
    elif output_format == "markdown" or not sys.stdout.isatty():
        click.echo(rule_markdown(page), nl=False)
    else:
        show(page_text(page))
