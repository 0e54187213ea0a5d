"""Notebooks, and the files nbpeer keeps in a user's repository: results, sign-offs, executed notebooks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.baseline import BASELINE, Baseline, decode_baseline, encode_baseline
from nbpeer.model.change import Version
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import ResultsFile, decode_results, results_path
from nbpeer.model.review import SIGN_OFFS, SignOff, decode_sign_off, encode_sign_off, sign_off_path
from nbpeer.repo import git
from nbpeer.repo.history import deleted_files

RUNS = ".nbpeer/runs"
CACHE = ".nbpeer/cache"
_DIGEST = re.compile(r"sha256:([0-9a-f]{64})")
# What is kept of earlier runs, so that a comparison finds the outputs of both sides.
_MOST_RUNS = 100
_MOST_BYTES = 500_000_000


def read_notebook(root: Path, version: Version, path: str) -> Notebook | None:
    """The notebook at `path` in a version; None when it is not there. Raises NbpeerError when it is no notebook."""
    content = git.read(root, version, path)
    return None if content is None else parse_notebook(content, path)


def read_results_file(root: Path, version: Version, path: str) -> ResultsFile | None:
    """The results recorded beside the notebook `path`; None when there are none. Raises NbpeerError when invalid."""
    recorded = results_path(path)
    content = git.read(root, version, recorded)
    return None if content is None else decode_results(content, recorded)


def read_sign_offs(root: Path, version: Version) -> tuple[SignOff, ...]:
    """Every sign-off kept in a version, by file name. Raises NbpeerError naming an invalid one."""
    return tuple(decode_sign_off(content, path) for path, content in _sign_off_contents(root, version))


def deleted_objections(root: Path, before: Version) -> tuple[SignOff, ...]:
    """Requests for changes whose file was there since `before` and is gone.

    Whoever made one takes it back by another sign-off of the same content, which has the same file name.
    """
    found = []
    for path, content in deleted_files(root, before, SIGN_OFFS).items():
        try:
            sign_off = decode_sign_off(content, path)
        except NbpeerError:  # it never counted
            continue
        if sign_off.decision == "request_changes":
            found.append(sign_off)
    return tuple(found)


def sign_off_files(root: Path, version: Version) -> dict[str, SignOff | str]:
    """Every sign-off kept in a version by its file's path, or why that file is none."""
    found: dict[str, SignOff | str] = {}
    for path, content in _sign_off_contents(root, version):
        try:
            found[path] = decode_sign_off(content, path)
        except NbpeerError as error:
            found[path] = error.message
    return found


def _sign_off_contents(root: Path, version: Version) -> Iterator[tuple[str, bytes]]:
    """The files of sign-offs in a version and what they hold, all read by one git process."""
    with git.reading(root) as read:
        for path in git.files(root, version, SIGN_OFFS):
            content = read(version, path) if path.endswith(".json") else None
            if content is not None:
                yield path, content


def write_sign_off(root: Path, sign_off: SignOff) -> str:
    """Keep a sign-off, in place of the same reviewer's earlier one on the same content; its path in the repository.

    Raises NbpeerError when the file system refuses.
    """
    path = sign_off_path(sign_off)
    write_atomic(root / path, encode_sign_off(sign_off))
    return path


def read_baseline(root: Path, version: Version) -> Baseline:
    """The baseline of a version; an empty one when there is none. Raises NbpeerError when it is invalid."""
    content = git.read(root, version, BASELINE)
    return Baseline() if content is None else decode_baseline(content)


def write_baseline(root: Path, baseline: Baseline) -> bool:
    """Write the baseline; False when it already says just that. Raises NbpeerError when the file system refuses."""
    return write_atomic(root / BASELINE, encode_baseline(baseline))


def executed_path(root: Path, path: str) -> Path:
    """Where the last executed notebook of the analysis `path` is kept, outside git."""
    return root / RUNS / path


def read_executed(root: Path, path: str) -> bytes | None:
    """The last executed notebook of the analysis `path`; None when it never ran here. Raises NbpeerError."""
    executed = executed_path(root, path)
    try:
        return executed.read_bytes() if executed.is_file() else None
    except OSError as error:
        raise NbpeerError(f"{executed} could not be read ({error.strerror})", "run the analysis again") from None


def holds_runs(root: Path) -> bool:
    """Whether any analysis ran on this machine."""
    return (root / RUNS).is_dir() or (root / CACHE).is_dir()


def keep_run(root: Path, source: str, executed: bytes) -> None:
    """Keep an executed notebook outside git under the digest of the source it ran, in place of an earlier run of it.

    The newest hundred are kept, and no more than 500 MB. Raises NbpeerError when the file system refuses.
    """
    kept = _run_path(root, source)
    if kept is None or len(executed) > _MOST_BYTES:
        return
    write_atomic(root / CACHE / ".gitignore", b"*\n")
    write_atomic(kept, executed)
    kept.touch()
    room = _MOST_BYTES
    by_age = sorted(((path.stat(), path) for path in kept.parent.glob("*.ipynb")), key=lambda one: -one[0].st_mtime_ns)
    for place, (status, path) in enumerate(by_age):
        room -= status.st_size
        if place >= _MOST_RUNS or room < 0:
            path.unlink(missing_ok=True)


def read_run(root: Path, source: str) -> bytes | None:
    """The last executed notebook of the source with this digest; None when none is kept on this machine."""
    kept = _run_path(root, source)
    try:
        return kept.read_bytes() if kept else None
    except OSError:  # a cache that is gone costs a few outputs, not the comparison
        return None


def _run_path(root: Path, source: str) -> Path | None:
    found = _DIGEST.fullmatch(source)
    return root / CACHE / "outputs" / f"{found[1]}.ipynb" if found else None


def keep_figure(root: Path, pixels: str, png: bytes) -> None:
    """Keep the picture of a named figure outside git, under the digest of its pixels, for later comparison.

    Raises NbpeerError when the file system refuses.
    """
    kept = _figure_path(root, pixels)
    if kept and not kept.is_file():
        write_atomic(root / CACHE / ".gitignore", b"*\n")
        write_atomic(kept, png)


def read_figure(root: Path, pixels: str) -> bytes | None:
    """The picture whose pixels have this digest; None when it was never drawn on this machine."""
    kept = _figure_path(root, pixels)
    return kept.read_bytes() if kept and kept.is_file() else None


def _figure_path(root: Path, pixels: str) -> Path | None:
    """Where a picture is kept; None for what is no digest, since it may come from anybody's results file."""
    found = _DIGEST.fullmatch(pixels)
    return root / CACHE / "figures" / f"{found[1]}.png" if found else None
