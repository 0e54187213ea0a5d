"""The commits that touched one analysis."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from nbpeer.model.change import Version
from nbpeer.model.result import results_path
from nbpeer.repo.git import AUTHOR_FIELDS, addresses, files, former_names, has_commits, read, resolve
from nbpeer.repo.process import git
from nbpeer.repo.timeline import touches_between

_MOST_PATHS = 50
_FIELDS = "%H%n%P%n%at%n%an%n%s"


class Entry(msgspec.Struct, frozen=True):
    """One commit that touched an analysis, which was called `path` there.

    `time` is seconds since 1970, UTC. `parents` are the commits before it that touched the analysis too; two or more
    for a merge that took from all of them.
    """

    commit: str
    parents: tuple[str, ...]
    time: int
    author: str
    subject: str
    path: str


def history(root: Path, path: str) -> tuple[Entry, ...]:
    """The commits up to HEAD that touched the notebook `path` or its results file, newest first, renames followed."""
    if not has_commits(root):
        return ()
    names = former_names(root, ["HEAD"], path)
    files = [file for name in names for file in (name, results_path(name))]
    log = git(root, "log", "--topo-order", "--parents", "-z", f"--format={_FIELDS}", "HEAD", "--", *files)
    entries = [_entry(record, path) for record in log.split("\0") if record]
    return tuple(entries if len(names) == 1 else [_named(root, entry, names) for entry in entries])


def commit_authors(root: Path, revisions: str) -> dict[str, frozenset[str]]:
    """Who wrote each commit of `revisions` (`HEAD`, `A..B`): e-mail addresses in lower case, co-authors included."""
    log = git(root, "log", f"--format=%H%n{AUTHOR_FIELDS}", revisions)
    found = {}
    for entry in log.split("\0"):
        commit, _, rest = entry.lstrip("\n").partition("\n")
        found[commit] = addresses(rest)
    return found


def authors_between(root: Path, since: Version, until: Version) -> dict[str, frozenset[str]]:
    """Who wrote the changes to each analysis between two commits, by the analysis's last name, for all at once.

    Who changed it under an earlier name counts too: a colleague's rename does not make its author a stranger. So does
    who resolved a conflict in it.
    """
    touched = touches_between(root, since.commit, until.commit)
    wrote = commit_authors(root, f"{since.commit}..{until.commit}") if touched else {}
    return {
        path: frozenset[str]().union(*(wrote[touch.commit] for touch in touches)) for path, touches in touched.items()
    }


def authored(root: Path, since: Version, until: Version) -> dict[str, str]:
    """One commit between two versions for each address of an author or co-author of such commits, in lower case."""
    found: dict[str, str] = {}
    for commit, people in commit_authors(root, f"{since.commit}..{until.commit}").items():
        found |= dict.fromkeys(people, commit)
    return found


def first_results(root: Path, paths: Collection[str]) -> dict[str, str]:
    """The first commit up to HEAD that holds a results file, by notebook; one that has none is not in it.

    By one process, for all notebooks at once; renames are not followed.
    """
    if not paths or not has_commits(root):
        return {}
    wanted = {results_path(path): path for path in paths}
    names = [
        "--full-history",
        "--topo-order",
        "--no-renames",
        "--diff-filter=A",
        "--name-only",
        "-z",
        "--format=%x01%H",
    ]
    asked = wanted if len(wanted) <= _MOST_PATHS else ()
    found: dict[str, str] = {}
    for record in git(root, "log", *names, "HEAD", "--", *asked).split("\x01")[1:]:
        commit, *added = (word.strip("\n") for word in record.split("\0"))
        found |= {wanted[file]: commit for file in added if file in wanted}
    return found


def last_commit(root: Path, folder: str) -> str:
    """The newest commit up to HEAD that touched anything below a folder; empty when there is none."""
    return git(root, "log", "-1", "--format=%H", "HEAD", "--", folder).strip() if has_commits(root) else ""


def commits_of(root: Path, path: str, most: int = 200) -> tuple[str, ...]:
    """The commits up to HEAD that touched the file `path`, newest first, no more than `most`."""
    if not has_commits(root):
        return ()
    return tuple(git(root, "log", f"-{most}", "--format=%H", "HEAD", "--", path).split())


def deleted_files(root: Path, before: Version, folder: str) -> dict[str, bytes]:
    """The files below `folder` that are gone though a commit since `before`, or HEAD, had them: what they last held."""
    log = ["log", "--full-history", "--no-renames", "--diff-filter=D", "-z", "--format=%H", "--name-only"]
    found: dict[str, bytes] = {}
    head = resolve(root, "HEAD")
    places = [(path, head) for path in files(root, head, folder)]
    commit = ""
    for word in git(root, *log, f"{before.commit}..HEAD", "--", folder).replace("\n", "\0").split("\0"):
        if word and "/" not in word:
            commit = word
        elif word:
            places.append((word, Version("commit", f"{commit}^")))
    for path, version in places:
        content = None if os.path.exists(f"{root}/{path}") else read(root, version, path)  # noqa: PTH110 - of many
        if content is not None:
            found.setdefault(path, content)
    return found


def touching(root: Path, paths: Sequence[str]) -> dict[str, list[tuple[str, int]]]:
    """The commits up to HEAD that added or changed each file, with the author's time in seconds since 1970.

    By one process, for all files at once; renames are not followed. Newest first.
    """
    if not paths or not has_commits(root):
        return {}
    names = ["--no-renames", "--diff-filter=AM", "--name-only", "-z", "--format=%x01%H %at"]
    # git compares every entry of every tree with each path it is given: of many it is quicker to be told of all files.
    asked = paths if len(paths) <= _MOST_PATHS else ()
    wanted = set(paths)
    found: dict[str, list[tuple[str, int]]] = {}
    for record in git(root, "log", *names, "HEAD", "--", *asked).split("\x01")[1:]:
        head, *changed = (word.strip("\n") for word in record.split("\0"))
        commit, time = head.split()
        for path in wanted.intersection(changed):
            found.setdefault(path, []).append((commit, int(time)))
    return found


def _entry(record: str, path: str) -> Entry:
    commit, parents, time, author, subject = [*record.split("\n", 4), "", "", "", ""][:5]
    return Entry(commit, tuple(parents.split()), int(time), author, subject, path)


def _named(root: Path, entry: Entry, names: list[str]) -> Entry:
    """The entry with the newest of the names that the commit's tree has."""
    listed = set(git(root, "ls-tree", "-z", "--name-only", entry.commit, "--", *names).split("\0"))
    return msgspec.structs.replace(entry, path=next((name for name in names if name in listed), entry.path))
