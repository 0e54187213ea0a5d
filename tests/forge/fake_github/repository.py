"""What the fake reads from a real git repository: heads, diffs with their hunks, branches of a merge queue."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from forge.fake_github.rules import MOST_DIFF_LINES, MOST_FILES, PATCH_LINES

_HUNK = re.compile(r"@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@")


class ChangedFile(NamedTuple):
    path: str
    status: str
    added: int
    deleted: int
    patch: str | None
    lines: frozenset[int]
    too_large: bool


def git(path: Path, *arguments: str, given: bytes | None = None, **environment: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=path, input=given, capture_output=True, check=True, env=os.environ | environment
    )
    return done.stdout.decode("utf-8", "replace").strip("\n")


def commit(path: Path, name: str) -> str:
    """The full name of a commit, "" for none."""
    done = subprocess.run(
        ["git", "rev-parse", "--verify", "--quiet", f"{name}^{{commit}}"],
        cwd=path,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def commits(path: Path, base: str, head: str) -> list[str]:
    return git(path, "rev-list", f"{base}..{head}").split()


@lru_cache(maxsize=32)
def changed(path: Path, base: str, head: str) -> tuple[ChangedFile, ...]:
    """The files of a pull request, as GitHub compares them: from the merge base, three lines around."""
    text = git(path, "diff", "--no-color", "--no-renames", "-U3", f"{base}...{head}", "--")
    found: list[ChangedFile] = []
    total = 0
    for part in re.split(r"^diff --git ", text, flags=re.MULTILINE)[1:]:
        lines = part.split("\n")
        body = next((number for number, line in enumerate(lines) if line.startswith("@@")), len(lines))
        patch = lines[body:]
        total += len(patch)
        status = (
            "added" if "new file mode" in part[:400] else "removed" if "deleted file mode" in part[:400] else "modified"
        )
        found.append(
            ChangedFile(
                lines[0].rpartition(" b/")[2],
                status,
                sum(line.startswith("+") for line in patch),
                sum(line.startswith("-") for line in patch),
                "\n".join(patch) if len(patch) <= PATCH_LINES else None,
                _lines(patch),
                len(patch) > MOST_DIFF_LINES or total > MOST_DIFF_LINES or len(found) >= MOST_FILES,
            )
        )
    return tuple(found)


def queue(path: Path, base: str, heads: list[tuple[int, str]]) -> str:
    """Put pull requests into a merge queue, each on the one before; the last commit is the group's."""
    parent = commit(path, base)
    for number, head in heads:
        tree = git(path, "merge-tree", "--write-tree", parent, head).split()[0]
        made = git(path, "commit-tree", tree, "-p", parent, "-p", head, "-m", f"Merge pull request #{number}")
        git(path, "update-ref", f"refs/heads/gh-readonly-queue/{base}/pr-{number}-{parent}", made)
        parent = made
    return parent


def refs(path: Path, prefix: str) -> list[tuple[str, str]]:
    """References that begin so, whole names, with their objects."""
    listed = git(path, "for-each-ref", "--format=%(refname) %(objectname)", "refs/heads")
    pairs = [line.split() for line in listed.splitlines()]
    return [(name, sha) for name, sha in pairs if name.startswith(prefix)]


def write_tree(path: Path, base: str, entries: list[dict[str, str]]) -> str:
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
        if base:
            git(path, "read-tree", base, **index)
        for entry in entries:
            git(
                path, "update-index", "--add", "--cacheinfo", f"{entry['mode']},{entry['sha']},{entry['path']}", **index
            )
        return git(path, "write-tree", **index)


def _lines(patch: list[str]) -> frozenset[int]:
    """Lines of the head's side that stand in a hunk."""
    found: set[int] = set()
    for line in patch:
        if at := _HUNK.match(line):
            start, many = int(at[1]), int(at[2] or 1)
            found |= set(range(start, start + many))
    return frozenset(found)
