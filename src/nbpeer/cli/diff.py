"""`nbpeer diff`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from nbpeer.cli.options import show_json
from nbpeer.cli.revisions import WithPaths, asked, named_paths

if TYPE_CHECKING:
    from nbpeer.model.change import DiffReport

_WIDE = 100


@click.command(name="diff", cls=WithPaths, options_metavar="[OPTIONS]")
@click.argument("words", nargs=-1, metavar="[BASE [HEAD]] [--] [PATH]...")
@click.option("--staged", "--cached", is_flag=True, help="Compare HEAD, or BASE, with the index.")
@click.option("--since-review", "reviewer", metavar="REVIEWER", help="Compare with what that address last signed.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown", "html", "nbdime"]),
    default="text",
    show_default=True,
    help="text for people, html for a page with outputs, markdown for pull requests, json for programs, nbdime for its "
    "viewers.",
)
@click.option("--stat", "brief", flag_value="stat", help="One line an analysis.")
@click.option("--name-only", "brief", flag_value="names", help="Only the paths of the analyses that changed.")
@click.option("-w", "--ignore-all-space", "ignore_space", is_flag=True, help="White space in lines does not count.")
@click.option("-O", "--ignore-outputs", is_flag=True, help="Outputs do not count.")
@click.option("--side-by-side", is_flag=True, help="Both sides beside each other on a screen of 100 columns or more.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when an analysis changed.")
def command(words: tuple[str, ...], output_format: str, brief: str | None, exit_code: bool, **options: Any) -> int:
    """Show changed cells and changed results, analysis by analysis.

    Without BASE: what changed since HEAD left the base branch, up to the working tree. BASE: from exactly that commit
    to the working tree. BASE HEAD, or BASE..HEAD: two commits. BASE...HEAD: from where HEAD left BASE. Two files
    without --: these two, wherever they are. Outputs are compared where both sides have some, or ran on this machine;
    notebooks in which only noise in them, ids or formatting differ are left out.

    As with git diff the exit code is 0 whether or not something changed, unless --exit-code is given; it is 2 when
    a notebook could not be read. On a terminal the text goes through git's pager.

    \b
    Example:
      nbpeer diff main -- analyses/pricing.ipynb
    """
    if brief and output_format != "text":
        raise click.UsageError("--stat and --name-only are text: leave --format out.")
    if options["ignore_space"] and output_format in ("json", "nbdime"):
        raise click.UsageError(f"-w would make {output_format} that cannot be applied: leave one of them out.")
    found = _compared(words, named_paths(), options)
    report = found.report
    if options["ignore_outputs"]:
        from nbpeer.commands.diff import without_outputs

        report = without_outputs(report)
    if options["ignore_space"]:
        from nbpeer.commands.diff import ignoring_white_space

        report = ignoring_white_space(report)
    if output_format == "nbdime":
        _show_nbdime(found)
    elif output_format == "html":
        _show_html(report, found.root)
    else:
        _show(report, brief or output_format, side_by_side=options["side_by_side"])
    if any(analysis.problem for analysis in report.analyses):
        return 2
    return 1 if exit_code and report.analyses else 0


class _Compared(NamedTuple):
    """A comparison, and the repository it was made in; None for two plain files."""

    report: DiffReport
    root: Path | None


def _compared(words: tuple[str, ...], named: tuple[str, ...] | None, options: dict[str, Any]) -> _Compared:
    from nbpeer.commands.diff import diff, files_diff, versions

    if named is None and len(words) == 2 and all(Path(word).is_file() for word in words):
        if options["staged"] or options["reviewer"]:
            raise click.UsageError("Two files are compared as they are: leave --staged and --since-review out.")
        return _Compared(files_diff(*map(Path, words)), None)

    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root, relative

    root = find_root(Path.cwd())
    said = asked(root, words, named)
    config = load_config(root)
    paths = tuple(relative(root, Path.cwd() / path) for path in said.paths)
    if options["reviewer"]:
        from nbpeer.commands.since_review import since_review

        if said.base or options["staged"]:
            raise click.UsageError("--since-review says what to compare with: leave BASE and --staged out.")
        return _Compared(since_review(root, config, options["reviewer"], paths), root)
    before, after = versions(root, config, said.base, said.head, options["staged"])
    return _Compared(diff(root, config, before, after, paths), root)


def _show(report: DiffReport, face: str, *, side_by_side: bool) -> None:
    if face == "json":
        from nbpeer.render.diff_values import diff_values

        show_json(diff_values(report))
    elif face == "markdown":
        from nbpeer.render.diff_markdown import diff_markdown

        click.echo(diff_markdown(report), nl=False)
    elif face == "names":
        click.echo("".join(f"{analysis.path}\n" for analysis in report.analyses), nl=False)
    else:
        _show_text(report, brief=face == "stat", side_by_side=side_by_side)


def _show_text(report: DiffReport, *, brief: bool, side_by_side: bool) -> None:
    from nbpeer.render import diff as faces
    from nbpeer.render.diff_cells import Look

    columns = _columns() if side_by_side else 0
    beside = columns if columns >= _WIDE else 0
    if sys.stdout.isatty() or os.environ.get("FORCE_COLOR"):
        from nbpeer.cli.paging import show_paged

        show_paged(
            lambda coloured: faces.stat_text(report) if brief else faces.diff_text(report, Look(coloured, beside))
        )
    else:
        click.echo(faces.stat_plain(report) if brief else faces.diff_plain(report, Look(columns=beside)))


def _show_nbdime(found: _Compared) -> None:
    from nbpeer.commands.diff import read_file
    from nbpeer.commands.diff_nbdime import nbdime_values

    if found.root is None:
        show_json(nbdime_values(read_file, found.report))
        return
    from nbpeer.repo.git import reading

    with reading(found.root) as read:
        show_json(nbdime_values(read, found.report))


def _show_html(report: DiffReport, root: Path | None) -> None:
    """A page that opens from disk. Pictures of named figures are those of runs on this machine, if there are any."""
    from nbpeer.commands.packet import figures_of
    from nbpeer.render.diff_html import diff_html

    figures = {analysis.path: figures_of(root, analysis) for analysis in report.analyses} if root else {}
    click.echo(diff_html(report, figures), nl=False)


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((120, 24)).columns
