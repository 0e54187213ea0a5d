"""`nbpeer merge`: three versions of a notebook in files made one."""

from __future__ import annotations

from pathlib import Path

from nbpeer.diff.merge import Merge, merge
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic


def merge_files(base: Path, ours: Path, theirs: Path, out: Path | None = None, name: str = "") -> Merge:
    """Merge the changes of two notebooks since their base; with `out`, write the result there, conflicts and all.

    `name` is what messages call the notebook: git's driver is given temporary files. Raises NbpeerError for what cannot
    be merged; `out` is then left as it is, which git takes for a conflict.
    """
    merged = merge(_read(base), _read(ours), _read(theirs), name or str(ours))
    if out is not None:
        write_atomic(out, merged.content)
    return merged


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name three notebooks") from None
