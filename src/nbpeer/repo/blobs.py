"""What each tracked or new file of a work tree holds, by name of its content, without reading what did not change."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nbpeer.repo.process import git


def blobs(root: Path, wanted: Callable[[str], bool]) -> dict[str, str]:
    """A name of the content of every wanted file of the work tree that git tracks or would add, by path.

    The same name is the same content; a file that differs from the index has git's name of what would be added.
    """
    staged = git(root, "ls-files", "-z", "--stage").split("\0")
    entries = (entry.partition("\t") for entry in staged if entry)
    found = {path: words.split()[1] for words, _, path in entries if wanted(path)}
    listed = git(root, "ls-files", "-z", "--modified", "--deleted", "--others", "--exclude-standard").split("\0")
    changed = sorted({path for path in listed if path and wanted(path)})
    there = [path for path in changed if (root / path).is_file()]
    for path in set(changed) - set(there):
        found.pop(path, None)
    plain = [path for path in there if "\n" not in path]
    names = git(root, "hash-object", "--stdin-paths", given="".join(f"{path}\n" for path in plain)).split()
    found |= zip(plain, names, strict=True)
    return found | {path: git(root, "hash-object", "--", path).strip() for path in there if "\n" in path}
