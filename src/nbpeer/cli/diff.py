"""`nbpeer diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from nbpeer.cli.options import console, show_json
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.model.change import DiffReport

_PATHS = "nbpeer.diff.paths"


class _WithPaths(click.Command):
    """A command that keeps what stands after `--` apart, as git does."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the paths after `--` away before click forgets where it stood."""
        if "--" in args:
            place = args.index("--")
            ctx.meta[_PATHS] = tuple(args[place + 1 :])
            args = args[:place]
        return super().parse_args(ctx, args)


@click.command(name="diff", cls=_WithPaths, options_metavar="[OPTIONS]")
@click.argument("words", nargs=-1, metavar="[BASE [HEAD]] [--] [PATH]...")
@click.option("--staged", "--cached", is_flag=True, help="Compare HEAD, or BASE, with the index.")
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["text", "json", "markdown"]),
    default="text",
    show_default=True,
    help="text for people, markdown for pull requests, json for programs.",
)
@click.option("--stat", "brief", flag_value="stat", help="One line an analysis.")
@click.option("--name-only", "brief", flag_value="names", help="Only the paths of the analyses that changed.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when an analysis changed.")
def command(words: tuple[str, ...], staged: bool, output_format: str, brief: str | None, exit_code: bool) -> int:
    """Show changed cells and changed results, analysis by analysis.

    Without BASE: what changed since HEAD left the base branch, up to the working tree. BASE: from exactly that commit
    to the working tree. BASE HEAD, or BASE..HEAD: two commits. BASE...HEAD: from where HEAD left BASE. Notebooks in
    which only outputs, ids or formatting differ are left out.

    As with git diff the exit code is 0 whether or not something changed, unless --exit-code is given; it is 2 when
    a notebook could not be read.

    \b
    Example:
      nbpeer diff main -- analyses/pricing.ipynb
    """
    from nbpeer.commands.diff import diff, versions
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root, relative

    if brief and output_format != "text":
        raise click.UsageError("--stat and --name-only are text: leave --format out.")
    root = find_root(Path.cwd())
    asked = _asked(root, words, click.get_current_context().meta.get(_PATHS))
    config = load_config(root)
    before, after = versions(root, config, asked.base, asked.head, staged)
    report = diff(root, config, before, after, tuple(relative(root, Path.cwd() / path) for path in asked.paths))
    _show(report, brief or output_format)
    if any(analysis.problem for analysis in report.analyses):
        return 2
    return 1 if exit_code and report.analyses else 0


class _Asked(NamedTuple):
    base: str | None
    head: str | None
    paths: tuple[str, ...]


def _asked(root: Path, words: tuple[str, ...], named: tuple[str, ...] | None) -> _Asked:
    """Which words are revisions and which are paths. As with git, `--` decides; without it no word may be both."""
    count = len(words)
    if named is None:
        count = next((place for place, word in enumerate(words) if not _is_revision(root, word)), count)
        named = words[count:]
        for path in named:
            if not (Path.cwd() / path).exists():
                raise NbpeerError(f"there is no {path} here", f"if it was removed: `nbpeer diff -- {path}`")
    if count > 2:
        raise NbpeerError(f"{words[2]} is a third revision", "name two at most")
    base, head = [*words[:count], None, None][:2]
    return _Asked(base, head, named)


def _is_revision(root: Path, word: str) -> bool:
    """Whether a word names a revision. One that names nothing does too, unless it looks like a notebook, so that git's
    own reason is given."""
    from nbpeer.repo.git import resolve

    if not (Path.cwd() / word).exists():
        return not word.endswith(".ipynb")
    try:
        resolve(root, word)
    except NbpeerError:
        return False
    raise NbpeerError(f"{word} is both a revision and a path", f"`nbpeer diff {word} --` or `nbpeer diff -- {word}`")


def _show(report: DiffReport, face: str) -> None:
    from nbpeer.render.diff import diff_text, stat_text
    from nbpeer.render.diff_markdown import diff_markdown
    from nbpeer.render.diff_values import diff_values

    if face == "json":
        show_json(diff_values(report))
    elif face == "markdown":
        click.echo(diff_markdown(report), nl=False)
    elif face == "names":
        click.echo("".join(f"{analysis.path}\n" for analysis in report.analyses), nl=False)
    else:
        screen = console()
        coloured = screen.color_system is not None and not screen.no_color
        screen.print(stat_text(report) if face == "stat" else diff_text(report, highlight=coloured))
