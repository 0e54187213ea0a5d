"""What `nbpeer diff` does with a command line that is taken apart. Does not import click, see `cli.flags`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbpeer.cli.flags import Flag, Given
from nbpeer.cli.revisions import asked
from nbpeer.errors import NbpeerError
from nbpeer.naming import is_notebook

if TYPE_CHECKING:
    from nbpeer.model.change import DiffReport

_WIDE = 100
FLAGS = (
    Flag(("--staged", "--cached"), "staged", "Compare HEAD, or BASE, with the index."),
    Flag(("--since-review",), "reviewer", "Compare with what that address last signed or saw.", metavar="REVIEWER"),
    Flag(
        ("--format",),
        "output_format",
        "text for people, html for a page with outputs, markdown for pull requests, json for programs, nbdime for its "
        "viewers.",
        choices=("text", "json", "markdown", "html", "nbdime"),
        default="text",
    ),
    Flag(("--stat",), "brief", "One line an analysis.", value="stat"),
    Flag(("--name-only",), "brief", "Only the paths of the analyses that changed.", value="names"),
    Flag(("-w", "--ignore-all-space"), "ignore_space", "White space in lines does not count."),
    Flag(("-O", "--ignore-outputs"), "ignore_outputs", "Outputs do not count."),
    Flag(("--side-by-side",), "side_by_side", "Both sides beside each other on a screen of 100 columns or more."),
    Flag(("--exit-code",), "exit_code", "Exit with 1 when an analysis changed."),
)


def show(given: Given) -> int:
    """Compare, print, and return the exit code. Raises NbpeerError for words and flags that mean nothing."""
    options = given.options
    face = options["output_format"]
    if options["brief"] and face != "text":
        raise NbpeerError("--stat and --name-only are text", "leave --format out")
    if (options["ignore_space"] or options["ignore_outputs"]) and face == "nbdime":
        raise NbpeerError("nbdime's format holds everything", "leave -w and --ignore-outputs out")
    if options["ignore_space"] and face == "json":
        raise NbpeerError("-w would make JSON that cannot be applied", "leave one of them out")
    found = _compared(given)
    report = _ignoring(found.report, options)
    if face == "nbdime":
        _show_nbdime(found)
    elif face == "html":
        _show_html(report, found.root)
    else:
        _show(report, options["brief"] or face, side_by_side=options["side_by_side"])
    if any(analysis.problem for analysis in report.analyses):
        return 2
    return 1 if options["exit_code"] and report.analyses else 0


def _ignoring(report: DiffReport, options: dict[str, Any]) -> DiffReport:
    from nbpeer.commands.diff import ignoring_white_space, without_outputs

    if options["ignore_outputs"]:
        report = without_outputs(report)
    return ignoring_white_space(report) if options["ignore_space"] else report


class _Compared(NamedTuple):
    """A comparison, and the repository it was made in; None for two plain files."""

    report: DiffReport
    root: Path | None


def _compared(given: Given) -> _Compared:
    from nbpeer.commands.diff import diff, files_diff, versions

    words, named, options = given
    if named is None and len(words) == 2 and all(Path(word).is_file() for word in words):
        if options["staged"] or options["reviewer"]:
            raise NbpeerError("two files are compared as they are", "leave --staged and --since-review out")
        return _Compared(files_diff(*map(Path, words)), None)

    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root, relative

    try:
        root = find_root(Path.cwd())
    except NbpeerError:
        for word in words:
            if len(words) == 2 and is_notebook(word) and not Path(word).exists():
                raise NbpeerError(f"there is no {word} here", "name two notebooks") from None
        raise
    said = asked(root, words, named, "nbpeer diff")
    config = load_config(root)
    paths = tuple(relative(root, Path.cwd() / path) for path in said.paths)
    if options["reviewer"]:
        from nbpeer.commands.since_review import since_review

        if said.base or options["staged"]:
            raise NbpeerError("--since-review says what to compare with", "leave BASE and --staged out")
        return _Compared(since_review(root, config, options["reviewer"], paths), root)
    before, after = versions(root, config, said.base, said.head, options["staged"])
    return _Compared(diff(root, config, before, after, paths), root)


def _show(report: DiffReport, face: str, *, side_by_side: bool) -> None:
    if face == "json":
        from nbpeer.render.diff_values import diff_values

        _write_json(diff_values(report))
    elif face == "markdown":
        from nbpeer.render.diff_markdown import diff_markdown

        _write(diff_markdown(report))
    elif face == "names":
        _write("".join(f"{analysis.path}\n" for analysis in report.analyses))
    else:
        _show_text(report, brief=face == "stat", side_by_side=side_by_side)


def _show_text(report: DiffReport, *, brief: bool, side_by_side: bool) -> None:
    from nbpeer.render import diff as faces
    from nbpeer.render.diff_cells import Look

    columns = _columns()
    beside = columns if side_by_side and columns >= _WIDE else 0
    look = Look(columns=beside)
    if sys.stdout.isatty() or os.environ.get("FORCE_COLOR"):
        from nbpeer.cli.paging import show_paged

        look = look._replace(width=min(look.width, columns))
        show_paged(
            lambda coloured: (
                faces.stat_text(report) if brief else faces.diff_text(report, look._replace(highlight=coloured))
            )
        )
    else:
        text = faces.stat_plain(report) if brief else faces.diff_plain(report, look)
        _write(f"{text}\n")


def _show_nbdime(found: _Compared) -> None:
    from nbpeer.commands.diff import read_file
    from nbpeer.commands.diff_nbdime import nbdime_values

    if found.root is None:
        _write_json(nbdime_values(read_file, found.report))
        return
    from nbpeer.repo.git import reading

    with reading(found.root) as read:
        _write_json(nbdime_values(read, found.report))


def _show_html(report: DiffReport, root: Path | None) -> None:
    """A page that opens from disk. Pictures of named figures are those of runs on this machine, if there are any."""
    from nbpeer.commands.packet import figures_of
    from nbpeer.render.diff_html import diff_html

    figures = {analysis.path: figures_of(root, analysis) for analysis in report.analyses} if root else {}
    _write(diff_html(report, figures))


def _columns() -> int:
    from shutil import get_terminal_size

    return get_terminal_size((120, 24)).columns


def _write_json(value: Any) -> None:
    from nbpeer.render.json import to_json

    _write(to_json(value))


def _write(text: str) -> None:
    """Print as UTF-8, whatever the locale: programs read it. A file name that is no UTF-8 keeps its bytes."""
    try:
        content = text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        content = text.encode("utf-8", "replace")
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
