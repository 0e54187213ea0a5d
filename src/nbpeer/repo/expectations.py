"""Where a repository keeps the result files of other tools that check data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from nbpeer.errors import NbpeerError


def expectation_files(root: Path, patterns: Iterable[str]) -> Iterator[tuple[str, bytes | None, bytes | None]]:
    """Each file that the patterns name, once: its path, its content, and the manifest.json beside it.

    A pattern is a path or a glob relative to `root`; one that finds no file gives itself without content, for a missing
    file is not one that passes. Only files of the working tree are read. Raises NbpeerError for a pattern that leaves
    the repository, and when the file system refuses.
    """
    seen: set[Path] = set()
    for pattern in patterns:
        if Path(pattern).is_absolute() or ".." in Path(pattern).parts or not pattern:
            raise NbpeerError(f"expectations.files: {pattern!r} is not inside the repository", "name a path inside it")
        found = sorted(path for path in root.glob(pattern) if path.is_file())
        if not found:
            yield pattern, None, None
        for path in found:
            if path not in seen:
                seen.add(path)
                beside = path.with_name("manifest.json")
                yield path.relative_to(root).as_posix(), _read(path), _read(beside) if beside.is_file() else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "look at its permissions") from None
