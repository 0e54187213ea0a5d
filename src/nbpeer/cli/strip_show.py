"""What `nbpeer strip` does with a command line that is taken apart. Does not import click, see `cli.flags`."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbpeer.cli.flags import Flag, Given
from nbpeer.cli.strip_one import summary
from nbpeer.config import StripConfig, load_config
from nbpeer.files import shown
from nbpeer.repo.listing import work_tree
from nbpeer.strip import NotANotebook, StripOptions, parse_size, strip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbpeer.commands.strip import StripReport

FLAGS = (
    Flag(("--check", "--verify"), "check", "Change nothing; exit 1 when something would change."),
    Flag(("--dry-run",), "dry_run", "Change nothing; say what would."),
    Flag(("-t", "--textconv"), "textconv", "Print the stripped notebooks, for git's textconv."),
    Flag(("--unless-filtered",), "unless_filtered", "Leave files that git's filter strips anyway, for hooks."),
    Flag(("--keep-output",), "keep_output", "Leave outputs."),
    Flag(("--keep-count",), "keep_count", "Leave execution counts."),
    Flag(("--keep-id",), "keep_id", "Accepted for nbstripout's sake: cell ids are always left."),
    Flag(
        ("--extra-keys",),
        "extra_keys",
        "More to take out: metadata.KEY, cell.metadata.KEY.",
        metavar="KEYS",
        default=(),
        repeats=True,
    ),
    Flag(("--drop-empty-cells",), "drop_empty_cells", "Take out cells without any source."),
    Flag(
        ("--drop-tagged-cells",),
        "drop_tagged_cells",
        "Take out cells with one of these tags.",
        metavar="TAGS",
        default=(),
        repeats=True,
    ),
    Flag(("--max-size",), "max_size", "Leave outputs of at most so many bytes of text (500, 10k, 2M).", metavar="SIZE"),
    Flag(
        ("--format",),
        "output_format",
        "text for people, json for programs.",
        choices=("text", "json"),
        default="text",
    ),
)


def mistake(given: Given) -> str:
    """What is wrong with the words of a command line; "" for nothing."""
    if not given.paths:
        return "name notebooks or folders, or - for standard input"
    return "- cannot be combined with other paths" if "-" in given.paths and len(given.paths) > 1 else ""


def show(given: Given) -> int:
    """Strip, say so, and return the exit code. Raises NbpeerError."""
    flags = given.options
    paths = tuple(map(Path, given.paths))
    config = _config(flags)
    change_nothing = flags["check"] or flags["dry_run"]
    if given.paths == ("-",):
        return _strip_standard_input(config, flags["check"], change_nothing)
    if flags["textconv"]:
        return _print_stripped(paths, config)
    if flags["unless_filtered"]:
        from nbpeer.repo.drivers import unfiltered

        paths = unfiltered(Path.cwd(), paths)
    from nbpeer.commands.strip import strip_paths

    report = strip_paths(paths, config, check=change_nothing, watch=_watch)
    _show(report, flags["output_format"])
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
        stripped = _stripped(content, options, str(path))
        _write(content if stripped is None else stripped)
    return 0


def _stripped(content: bytes, options: StripOptions, name: str) -> bytes | None:
    """The stripped notebook; None, and a line on standard error, when it is none."""
    try:
        return strip(content, options)
    except NotANotebook as error:
        _warn(name, error.problem, error.hint)
        return None


def _write(content: bytes) -> None:
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def _warn(name: str, problem: str, hint: str) -> None:
    print(f"nbpeer: {shown(name)} {problem}, left as it is; {hint}", file=sys.stderr)


def _show(report: StripReport, output_format: str) -> None:
    for unreadable in report.unreadable:
        _warn(unreadable.path, unreadable.problem, unreadable.hint)
    if output_format == "json":
        from nbpeer.render.json import to_json

        _write(to_json(report).encode())
        return
    print(summary(report.notebooks, report.changed, report.removed, only_look=report.change_nothing))


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
        print(f"nbpeer: stripping {done + len(rest)} notebooks", file=sys.stderr)
        yield from rest
        return
    from rich.progress import Progress

    from nbpeer.cli.options import console

    with Progress(console=console(stderr=True), transient=True) as progress:
        task = progress.add_task("Stripping", total=done + len(rest), completed=done)
        for path in rest:
            yield path
            progress.advance(task)
