"""Which lines of a file a comment may stand on: those that a forge shows in the comparison of two commits."""

from __future__ import annotations

import re
from pathlib import Path

from nbpeer.model.change import Version
from nbpeer.repo.process import git

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
# Lines around a change that forges show and let people comment on.
_CONTEXT = 3


def shown_lines(root: Path, sides: tuple[Version, Version], path: str, old: str = "") -> tuple[range, ...]:
    """The lines of `path` at the second commit that the comparison of the two shows, in order; () for none.

    `old` is the path it had before. As git shows them itself, whatever diff drivers the clone has.
    """
    return _ranges(root, sides, (old, path), _CONTEXT)


def changed_lines(root: Path, sides: tuple[Version, Version], path: str, old: str = "") -> tuple[range, ...]:
    """The lines of `path` at the second commit that are new there, in order."""
    return _ranges(root, sides, (old, path), 0)


def _ranges(root: Path, sides: tuple[Version, Version], paths: tuple[str, str], context: int) -> tuple[range, ...]:
    plain = ["--no-ext-diff", "--no-textconv", "--no-color", "--text", "-M", f"--unified={context}"]
    named = (f":(literal){path}" for path in dict.fromkeys(paths) if path)
    patch = git(root, "diff", *plain, *(side.commit for side in sides), "--", *named)
    found = []
    for match in _HUNK.finditer(patch):
        start, count = int(match[1]), int(match[2]) if match[2] is not None else 1
        if count:
            found.append(range(start, start + count))
    return tuple(found)
