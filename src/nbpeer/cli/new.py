"""`nbpeer new`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.cli.options import format_option, show_json
from nbpeer.cli.suggest import kinds

if TYPE_CHECKING:
    from nbpeer.commands.new import KindSummary
    from nbpeer.model.kind import Parameter


@click.command(name="new")
@click.argument("kind", required=False, shell_complete=kinds)
@click.argument("path", required=False, type=click.Path(path_type=Path))
@click.option("-p", "--parameters", "given", nargs=2, multiple=True, metavar="NAME VALUE", help="Set a parameter.")
@click.option("--title", default="", metavar="TEXT", help="The title; otherwise made of the file's name.")
@click.option("--force", is_flag=True, help="Replace a file that is there already.")
@click.option("--list", "listing", is_flag=True, help="Show the kinds and their parameters.")
@format_option
def command(
    kind: str | None,
    path: Path | None,
    listing: bool,
    output_format: str,
    given: tuple[tuple[str, str], ...],
    **options: object,
) -> None:
    """Start an analysis of KIND at PATH from its template.

    The template's front matter, sections and checklist are those of the kind; what is still to be written says TODO,
    and `nbpeer check` finds it. A team's own kinds, in nbpeer_templates/KIND, come before the built-in ones.

    \b
    Example:
      nbpeer new ab_test analyses/pricing.ipynb -p alpha 0.01 --title "Does the lower price raise conversion?"
    """
    from nbpeer.commands.new import list_kinds, new

    if listing:
        kinds = list_kinds(Path.cwd())
        if output_format == "json":
            show_json(kinds)
        else:
            click.echo("\n\n".join(map(_describe, kinds)))
        return
    if kind is None or path is None:
        raise click.UsageError("give a KIND and a PATH, or --list to see the kinds")
    created = new(kind, path, dict(given), title=str(options["title"]), overwrite=bool(options["force"]))
    if output_format == "json":
        show_json(created)
    else:
        click.echo(f"{created.path}: {created.title} ({created.kind})")
        click.echo(f"Next: `nbpeer tier {created.path}`, fill in what `nbpeer check {created.path}` finds,")
        click.echo(f"then `nbpeer run {created.path}`")


def _describe(kind: KindSummary) -> str:
    instead = ", in place of the built-in one" if kind.replaces else ""
    head = f"{kind.name}  {kind.title} ({kind.origin}{instead})\n  {kind.description}"
    return "\n".join([head, *map(_parameter, kind.parameters)])


def _parameter(item: Parameter) -> str:
    value = "|".join(item.choices) or item.type.upper()
    ends = [f"from {item.minimum:g}" if item.minimum is not None else ""]
    ends += [f"to {item.maximum:g}" if item.maximum is not None else ""]
    ends += [f"not before {item.not_before}" if item.not_before else ""]
    said = " ".join(end for end in ends if end)
    default = ",".join(map(str, item.default)) if isinstance(item.default, list) else item.default
    return f"  -p {item.name} {value}{f' ({said})' if said else ''}  {item.help} [{default}]"
