"""`nbpeer strip`: take what is volatile out of notebooks, each written only when it changes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from nbpeer.config import StripConfig
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.repo.listing import notebooks_below
from nbpeer.strip import NotANotebook, StripOptions, strip

Outcome = TypeVar("Outcome")
THREADS = 4
WORTH_THREADS = 20  # notebooks; importing what makes threads takes as long as writing ten


class Unreadable(msgspec.Struct, frozen=True):
    """A file that was left as it is, why, and what to do."""

    path: str
    problem: str
    hint: str


class StripReport(msgspec.Struct, frozen=True):
    """What stripping did, or would do with `change_nothing`. `removed` is in bytes, over all changed notebooks."""

    notebooks: int
    changed: tuple[str, ...]
    unreadable: tuple[Unreadable, ...]
    removed: int
    change_nothing: bool


def strip_paths(
    paths: Sequence[Path],
    config: StripConfig,
    *,
    check: bool = False,
    watch: Callable[[list[Path]], Iterable[Path]] = iter,
) -> StripReport:
    """Strip notebooks and folders of notebooks; with `check` nothing is written.

    A file that cannot be read as a notebook, or not be written, is left as it is and reported, and the rest is done.
    `watch` iterates over the notebooks in the caller's stead, to show progress. Raises NbpeerError, before anything
    is changed, for a path that does not exist and for an extra key that is none.
    """
    notebooks = find_notebooks(paths)
    options = strip_options(config)
    changed: dict[str, int] = {}
    unreadable: list[Unreadable] = []
    threads = 1 if check or len(notebooks) < WORTH_THREADS else THREADS
    outcomes = _in_threads(lambda path: _strip_file(path, options, check), notebooks, threads)
    for path, outcome in zip(watch(notebooks), outcomes, strict=True):
        if isinstance(outcome, Unreadable):
            unreadable.append(outcome)
        elif outcome is not None:
            changed[_text(path)] = outcome
    return StripReport(len(notebooks), tuple(changed), tuple(unreadable), sum(changed.values()), check)


def find_notebooks(paths: Iterable[Path]) -> list[Path]:
    """The files named, and the notebooks below the folders named, each once, under the name that comes first.

    Raises NbpeerError for a missing path.
    """
    found: dict[str, Path] = {}
    for path in paths:
        if not path.exists():
            raise NbpeerError(f"{_text(path)} is not there", "look at its spelling; nothing was changed")
        for notebook in notebooks_below(path) if path.is_dir() else (path,):
            found.setdefault(os.path.realpath(notebook), notebook)
    return list(found.values())


def strip_options(config: StripConfig) -> StripOptions:
    """The configuration as the stripper takes it. Raises NbpeerError for an extra key that is none."""
    options = StripOptions(**{field: getattr(config, field) for field in StripOptions.DEFAULTS})
    strip(b'{"cells": []}', options)
    return options


def _strip_file(path: Path, options: StripOptions, check: bool) -> int | Unreadable | None:
    """How many bytes stripping takes out; None when the notebook is clean."""
    try:
        content = path.read_bytes()
        stripped = strip(content, options)
        if stripped is content:
            return None
        if not check:
            write_atomic(path, stripped)
        return len(content) - len(stripped)
    except NotANotebook as error:
        return Unreadable(_text(path), error.problem, error.hint)
    except NbpeerError as error:
        return Unreadable(_text(path), error.message.removeprefix(f"{path} "), error.hint)
    except OSError as error:
        return Unreadable(_text(path), f"could not be read ({error.strerror})", "check its permissions")


def _in_threads(work: Callable[[Path], Outcome], notebooks: list[Path], threads: int) -> Iterator[Outcome]:
    """What comes of every notebook, in order. Threads wait for the disk together, which halves the time it takes."""
    if threads == 1:
        yield from map(work, notebooks)
        return
    from concurrent.futures import ThreadPoolExecutor

    executor = ThreadPoolExecutor(threads)
    try:
        yield from executor.map(work, notebooks)
    finally:
        executor.shutdown(cancel_futures=True)


def _text(path: Path) -> str:
    """A path as text, whatever its bytes."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")
