"""`nbpeer strip`."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import console, format_option, paths_argument, show_json
from nbpeer.config import StripConfig, load_config
from nbpeer.repo.listing import work_tree
from nbpeer.strip import NotANotebook, StripOptions, parse_size, strip

if TYPE_CHECKING:
    from nbpeer.commands.strip import StripReport


@click.command()
@paths_argument
@click.option("--check", "--verify", is_flag=True, help="Change nothing; exit 1 when something would change.")
@click.option("--dry-run", is_flag=True, help="Change nothing; say what would.")
@click.option("-t", "--textconv", is_flag=True, help="Print the stripped notebooks, for git's textconv.")
@click.option("--unless-filtered", is_flag=True, help="Leave files that git's filter strips anyway, for hooks.")
@click.option("--keep-output", is_flag=True, help="Leave outputs.")
@click.option("--keep-count", is_flag=True, help="Leave execution counts.")
@click.option("--keep-id", is_flag=True, help="Accepted for nbstripout's sake: cell ids are always left.")
@click.option("--extra-keys", multiple=True, metavar="KEYS", help="More to take out: metadata.KEY, cell.metadata.KEY.")
@click.option("--drop-empty-cells", is_flag=True, help="Take out cells without any source.")
@click.option("--drop-tagged-cells", multiple=True, metavar="TAGS", help="Take out cells with one of these tags.")
@click.option("--max-size", metavar="SIZE", help="Leave outputs of at most so many bytes of text (500, 10k, 2M).")
@format_option
def command(paths: tuple[Path, ...], output_format: str, **flags: Any) -> int:
    """Take outputs, execution counts and volatile metadata out of notebooks.

    PATHS are notebooks and folders; - reads standard input and writes standard output. In a repository, what git
    ignores is left alone. Cells tagged keep_output, or with keep_output or init_cell in their metadata, keep their
    outputs. Every byte that is not volatile stays, and a clean notebook is not written. What cannot be read as a
    notebook is left as it is and named.

    \b
    Examples:
      nbpeer strip analyses/
      nbpeer strip --check analyses/pricing.ipynb
    """
    if not paths:
        raise click.UsageError("name notebooks or folders, or - for standard input")
    config = _config(flags)
    change_nothing = flags["check"] or flags["dry_run"]
    if Path("-") in paths:
        if len(paths) > 1:
            raise click.UsageError("- cannot be combined with other paths")
        return _strip_standard_input(config, flags["check"], change_nothing)
    if flags["textconv"]:
        return _print_stripped(paths, config)
    if flags["unless_filtered"]:
        from nbpeer.repo.drivers import unfiltered

        paths = unfiltered(Path.cwd(), paths)
    from nbpeer.commands.strip import strip_paths

    report = strip_paths(paths, config, check=change_nothing, watch=_watch)
    _show(report, output_format)
    if report.unreadable:
        return 2
    return 1 if flags["check"] and report.changed else 0


def _config(flags: dict[str, Any]) -> StripConfig:
    """The configuration of the repository we stand in, and what the flags add to it."""
    import msgspec

    found = load_config(work_tree(Path.cwd()) or Path.cwd()).strip
    given: dict[str, Any] = {name: True for name in ("keep_output", "keep_count", "drop_empty_cells") if flags[name]}
    for name in ("extra_keys", "drop_tagged_cells"):
        given[name] = (*getattr(found, name), *" ".join(flags[name]).split())
    if flags["max_size"] is not None:
        given["max_size"] = parse_size(flags["max_size"])
    return msgspec.structs.replace(found, **given)


def _strip_standard_input(config: StripConfig, check: bool, change_nothing: bool) -> int:
    from nbpeer.commands.strip import strip_options

    options = strip_options(config)
    content = sys.stdin.buffer.read()
    stripped = _stripped(content, options, "standard input")
    if not change_nothing:
        _write(content if stripped is None else stripped)
    if stripped is None:
        return 2
    return 1 if check and stripped is not content else 0


def _print_stripped(paths: tuple[Path, ...], config: StripConfig) -> int:
    """git's textconv: exit code 0 also for what is no notebook, because `git diff` would stop at any other."""
    from nbpeer.commands.strip import find_notebooks, strip_options

    options = strip_options(config)
    for path in find_notebooks(paths):
        content = path.read_bytes()
        stripped = _stripped(content, options, click.format_filename(path))
        _write(content if stripped is None else stripped)
    return 0


def _stripped(content: bytes, options: StripOptions, name: str) -> bytes | None:
    """The stripped notebook; None, and a line on standard error, when it is none."""
    try:
        return strip(content, options)
    except NotANotebook as error:
        click.echo(f"nbpeer: {name} {error.problem}, left as it is; {error.hint}", err=True)
        return None


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _show(report: StripReport, output_format: str) -> None:
    for unreadable in report.unreadable:
        click.echo(f"nbpeer: {unreadable.path} {unreadable.problem}, left as it is; {unreadable.hint}", err=True)
    if output_format == "json":
        show_json(report)
        return
    done = "would strip" if report.change_nothing else "stripped"
    for path in report.changed:
        click.echo(f"{done} {path}")
    taken_out = f", {_size(report.removed)} less" if report.removed > 0 else ""
    click.echo(f"{done} {len(report.changed)} of {_notebooks(report.notebooks)}{taken_out}")


def _size(count: int) -> str:
    for unit, factor in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if abs(count) >= factor:
            return f"{count / factor:.1f} {unit}"
    return f"{count} bytes"


def _notebooks(count: int) -> str:
    return "1 notebook" if count == 1 else f"{count} notebooks"


def _watch(notebooks: list[Path]) -> Iterator[Path]:
    """The notebooks, one by one; work that takes longer than a second shows how far it is."""
    begun = time.monotonic()
    unseen = iter(notebooks)
    for number, path in enumerate(unseen):
        yield path
        if time.monotonic() - begun > 1:
            yield from _shown_progress(list(unseen), number + 1)


def _shown_progress(rest: list[Path], done: int) -> Iterator[Path]:
    if not sys.stderr.isatty():
        click.echo(f"nbpeer: stripping {_notebooks(done + len(rest))}", err=True)
        yield from rest
        return
    from rich.progress import Progress

    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("Stripping", total=done + len(rest), completed=done)
        for path in rest:
            yield path
            progress.advance(task)
