"""`nbpeer template`."""

from __future__ import annotations

from pathlib import Path

import click

from nbpeer.cli.options import format_option, show_json


@click.group(name="template")
def command() -> None:
    """Look after a team's own kinds: folders of analysis.ipynb, template.toml and checklist.yml.

    \b
    Example:
      nbpeer template check nbpeer_templates/cohort --run
    """


@command.command(short_help="Find what is wrong with a kind.")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--run", is_flag=True, help="Also execute it, as it stands, in a folder of its own.")
@format_option
def check(folder: Path, run: bool, output_format: str) -> int:
    """Find what is wrong with the kind in FOLDER, before anybody starts an analysis from it.

    Looks at the three files and at how they fit together: the notebook is valid and stripped, its parameters cell is
    what template.toml declares, sections and front matter are there, items name rules that exist. Exit code 0 when
    nothing is wrong, 1 when something is.

    \b
    Example:
      nbpeer template check nbpeer_templates/cohort
    """
    from nbpeer.commands.template import check_template

    report = check_template(folder, run=run)
    if output_format == "json":
        show_json(report)
    else:
        for problem in report.problems:
            click.echo(f"{folder / problem.file}: {problem.message}" if problem.file else problem.message)
        ran = " and runs" if report.ran else ""
        count = len(report.problems)
        said = (
            f"{count} {'problem' if count == 1 else 'problems'}" if count else f"the kind {report.kind} is sound{ran}"
        )
        click.echo(f"{folder}: {said}")
    return 1 if report.problems else 0
