"""`nbpeer results`."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from nbpeer.cli.options import WithPaths, console, named_paths, show_json
from nbpeer.cli.revisions import asked
from nbpeer.cli.suggest import revisions_and_files

if TYPE_CHECKING:
    from nbpeer.commands.fresh_run import FreshOptions
    from nbpeer.commands.results_diff import ResultsDiff
    from nbpeer.config import Config
    from nbpeer.render.spans import Span
    from nbpeer.run.execute import Step

Verb = TypeVar("Verb", bound=Callable[..., Any])


def _format_option(*formats: str) -> Callable[[Verb], Verb]:
    return click.option(
        "--format",
        "output_format",
        type=click.Choice(formats),
        default="text",
        show_default=True,
        help="text for people, markdown for pull requests, json for programs."
        + (" html is a page with pictures and outputs." if "html" in formats else ""),
    )


def _run_options(function: Verb) -> Verb:
    """The options of runs that record nothing."""
    at_once = click.option("-j", "--jobs", type=click.IntRange(1), metavar="N", help="How many notebooks at once.")
    secret = click.option("--secret", "secrets", multiple=True, metavar="NAME", help="Read from the environment.")
    return at_once(secret(function))


@click.group(name="results")
def command() -> None:
    """Show the named results of analyses, compare them between versions, verify them by a fresh run.

    \b
    Examples:
      nbpeer results show analyses/
      nbpeer results diff main --rerun
      nbpeer results verify analyses/pricing.ipynb --repeat 3
    """


@command.command(short_help="Print what is recorded.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@_format_option("text", "json", "markdown")
def show(paths: tuple[Path, ...], output_format: str) -> int:
    """Print the recorded results of analyses, with expectations and caveats.

    PATHS are notebooks and folders; without any, every analysis that has recorded results. What was recorded of
    another source than the notebook has now is called stale.

    \b
    Example:
      nbpeer results show analyses/pricing.ipynb --format markdown
    """
    from nbpeer.commands.results_show import recorded_results
    from nbpeer.render.results_show import recorded_markdown, recorded_spans

    root, config = _repository()
    found = recorded_results(root, config, _relative(root, paths))
    if output_format == "json":
        show_json(found)
    elif output_format == "markdown":
        click.echo(recorded_markdown(found), nl=False)
    elif found:
        _show_spans(recorded_spans(found))
    else:
        click.echo("no results are recorded")
    return 2 if any(one.problem for one in found) else 0


@command.command(name="diff", cls=WithPaths, options_metavar="[OPTIONS]", short_help="Compare two versions.")
@click.argument("words", nargs=-1, metavar="[BASE [HEAD]] [--] [PATH]...", shell_complete=revisions_and_files)
@click.option("--rerun", is_flag=True, help="Run both versions here and compare what they give.")
@click.option("--staged", "--cached", is_flag=True, help="Compare HEAD, or BASE, with the index.")
@click.option("--exit-code", is_flag=True, help="Exit with 1 when a result changed.")
@_run_options
@_format_option("text", "json", "markdown", "html")
def diff(words: tuple[str, ...], output_format: str, jobs: int | None, secrets: tuple[str, ...], **flags: bool) -> int:
    """Compare the results of two versions, side by side.

    Versions and paths are named as for `nbpeer diff`. Without --rerun the recorded results are compared. With --rerun
    both versions run here, one after the other, in clean temporary folders, with the same data and environment, each
    with the parameters of its recorded run; your work tree, index and branches are not touched.

    Every result is said to be unchanged, within tolerance, changed, new or gone. The exit code is 0 whether or not
    something changed, unless --exit-code is given; it is 2 when a notebook could not be read or did not complete.

    \b
    Example:
      nbpeer results diff main --rerun -- analyses/pricing.ipynb
    """
    from nbpeer.commands.diff import versions
    from nbpeer.commands.results_diff import committed_diff, is_moved, rerun_diff

    if flags["rerun"] and flags["staged"]:
        raise click.UsageError("--rerun takes commits and the working tree: leave --staged out.")
    root, config = _repository()
    said = asked(root, words, named_paths(), "nbpeer results diff")
    before, after = versions(root, config, said.base, said.head, flags["staged"])
    paths = _relative(root, map(Path, said.paths))
    if flags["rerun"]:
        with stoppable(), run_progress() as watched:
            asked_for = watched._replace(jobs=jobs or 0, secrets=secrets)
            found = rerun_diff(root, config, (before, after), paths, asked_for)
    else:
        found = committed_diff(root, config, before, after, paths)
    _show_diff(found, output_format)
    if any(analysis.problem for analysis in found.report.analyses):
        return 2
    return 1 if flags["exit_code"] and any(map(is_moved, found.report.analyses)) else 0


@command.command(short_help="Run again, and compare with what is recorded.")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--repeat", type=click.IntRange(1), default=1, show_default=True, metavar="N", help="Run N times.")
@_run_options
@_format_option("text", "json", "markdown")
def verify(paths: tuple[Path, ...], repeat: int, output_format: str, jobs: int | None, secrets: tuple[str, ...]) -> int:
    """Run analyses again in a clean temporary folder and compare with their recorded results. Nothing is recorded.

    PATHS are notebooks and folders; without any, every analysis that has recorded results. Each runs with the
    parameters of its recorded run. With --repeat 3 the runs are also compared with each other, so that what is not
    deterministic is found, with its spread, instead of guessed.

    Exit code 0 when every result is as recorded, within its tolerance; 1 when one is not, or a run did not complete,
    or nothing is recorded of a notebook that was named. A result that varies within its tolerance is said, and passes.

    \b
    Example:
      nbpeer results verify analyses/ --repeat 3
    """
    from nbpeer.commands.results_verify import verify
    from nbpeer.render.results_changes import verification_markdown, verification_spans

    root, config = _repository()
    with stoppable(), run_progress() as watched:
        asked_for = watched._replace(jobs=jobs or 0, secrets=secrets)
        found = verify(root, config, _relative(root, paths), repeat, asked_for)
    if output_format == "json":
        show_json(found)
    elif output_format == "markdown":
        click.echo(verification_markdown(found), nl=False)
    else:
        _show_spans(verification_spans(found))
    return 1 if any(one.status != "verified" for one in found) else 0


def _repository() -> tuple[Path, Config]:
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    return root, load_config(root)


def _relative(root: Path, paths: Iterable[Path]) -> tuple[str, ...]:
    from nbpeer.repo.git import relative

    return tuple(relative(root, Path.cwd() / path) for path in paths)


def _show_diff(found: ResultsDiff, output_format: str) -> None:
    from nbpeer.render import results_changes as faces

    if output_format == "html":
        from nbpeer.render.diff_html import diff_html

        click.echo(diff_html(found.report, found.figures), nl=False)
        for path, notes in found.notes.items():
            click.echo("".join(f"nbpeer: {path}: {note}\n" for note in notes), nl=False, err=True)
    elif output_format == "json":
        show_json(faces.comparison_values(found.report, found.rerun, found.notes))
    elif output_format == "markdown":
        click.echo(faces.comparison_markdown(found.report, found.rerun, found.notes), nl=False)
    else:
        _show_spans(faces.comparison_spans(found.report, found.rerun, found.notes))


def _show_spans(spans: Iterator[Span]) -> None:
    from nbpeer.render.spans import plain, styled

    if sys.stdout.isatty() or os.environ.get("FORCE_COLOR"):
        console().print(styled(spans))
    else:
        click.echo(plain(spans))


@contextmanager
def stoppable() -> Iterator[None]:
    """SIGTERM ends all as Ctrl-C does, so that the temporary folder goes too."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def run_progress() -> Iterator[FreshOptions]:
    """One moving line on a terminal, else a line a notebook; on standard error."""
    from nbpeer.commands.fresh_run import FreshOptions

    if not sys.stderr.isatty():
        yield FreshOptions(step=_line, stage=lambda label: click.echo(f"{label}:", err=True))
        return
    from rich.text import Text

    with console(stderr=True).status("checking out") as status:
        side = ""

        def announce(label: str) -> None:
            nonlocal side
            side = label

        def on_step(step: Step) -> None:
            where = f"cell {step.cell} of {step.cells}" if step.cell else step.title
            status.update(Text(": ".join(part for part in (side, f"{step.path}, {where}") if part)))

        yield FreshOptions(step=on_step, stage=announce)


def _line(step: Step) -> None:
    if step.cell == 0:
        click.echo(f"  {step.path}", err=True)
