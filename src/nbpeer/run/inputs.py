"""What a run read: the files front matter declares and those the kernel was seen to open."""

from __future__ import annotations

import ast
import inspect
import json
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from nbpeer.model.result import results_path
from nbpeer.run import probe
from nbpeer.run.file_digests import FileDigests

if TYPE_CHECKING:
    from nbpeer.run.client import NbpeerClient

_MODULE = "_nbpeer_probe"
# The location of data that the notebook makes itself.
SYNTHETIC = "synthetic"


class Observed(NamedTuple):
    """What the probe saw. `read` are files of the repository relative to it; `complete` is False when it knows that
    something else was read too, might have been read unseen, or that a file was read and then overwritten.

    For the cache of this machine only, all by absolute path: `outside` are files read elsewhere, `written` files
    written, `listed` folders listed; `places` the folders that packages are installed in, `executable` the
    interpreter. `doubts` say why more may have been read."""

    packages: dict[str, str]
    read: tuple[str, ...]
    complete: bool
    outside: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    executable: str = ""


class Inputs(NamedTuple):
    """Digests of the files read, by path relative to the repository, and whether these are all."""

    digests: dict[str, str]
    complete: bool


def watch(client: NbpeerClient) -> None:
    """Have a Python kernel watch what the notebook opens from now on."""
    module = f"__import__('sys').modules.setdefault({_MODULE!r}, __import__('types').ModuleType({_MODULE!r}))"
    program = f"exec(compile({inspect.getsource(probe)!r}, '<nbpeer>', 'exec'), vars({module}))"
    client.ask(program, f"{module}.start()")


def observed(client: NbpeerClient, root: Path) -> Observed | None:
    """What the kernel saw since `watch`; None when it does not say."""
    answer = client.ask("", f"__import__('sys').modules[{_MODULE!r}].report({str(root.resolve())!r})")
    try:
        found: dict[str, Any] = json.loads(ast.literal_eval(answer or ""))
        lists: dict[str, Any] = {
            name: tuple(found.pop(name)) for name in ("read", "outside", "written", "listed", "doubts", "places")
        }
        return Observed(**found, **lists)
    except (ValueError, SyntaxError, TypeError, KeyError, AttributeError):
        return None


def digest_inputs(
    root: Path,
    notebook: str,
    declared: Iterable[str],
    seen: Observed | None,
    digest: Callable[[Path], str] | None = None,
) -> Inputs:
    """The digests of the declared locations that are files of the repository, and of the files seen.

    A location is relative to the notebook's folder; a folder stands for every file in it, and `synthetic` for none.
    Not complete when nobody watched, a location is no file here (a table, an address, a file that is not there), or a
    file is gone.
    """
    complete = seen is not None and seen.complete
    own = {notebook, results_path(notebook)}
    wanted = {root / path for path in (seen.read if seen else ()) if path not in own}
    for location in declared:
        files = _located(root, notebook, location)
        complete = complete and files is not None
        wanted.update(files or ())
    found = {}
    digest = digest or FileDigests().of
    for file in wanted:
        try:
            found[file.relative_to(root).as_posix()] = digest(file)
        except OSError:
            complete = False
    return Inputs(dict(sorted(found.items())), complete)


def missing_locations(root: Path, notebook: str, declared: Iterable[str]) -> tuple[str, ...]:
    """The declared locations that are no file of the repository, so that nobody can tell whether they changed."""
    return tuple(location for location in declared if _located(root, notebook, location) is None)


def _located(root: Path, notebook: str, location: str) -> list[Path] | None:
    """The files that a location stands for; None when it is none here."""
    if location.strip().lower() == SYNTHETIC:
        return []
    return (_files(root, root / Path(notebook).parent / location) if location else []) or None


def vouched(root: Path, notebook: str, declared: Sequence[str]) -> bool:
    """Whether every declared location is a file here, so that an analyst's word on all inputs can be checked."""
    return bool(declared) and digest_inputs(root, notebook, declared, Observed({}, (), True)).complete


def _files(root: Path, place: Path) -> list[Path]:
    named = Path(os.path.normpath(place))
    try:
        if not named.is_relative_to(root):
            return []
        if named.is_dir():
            return [file for file in named.rglob("*") if file.is_file() and not _hidden(file.relative_to(named))]
        return [named] if named.is_file() else []
    except (OSError, ValueError):  # an address too long for a path, or with a null in it
        return []


def _hidden(place: Path) -> bool:
    return any(part.startswith(".") for part in place.parts)
