"""What git knows: roots, versions, changed notebooks, people. git itself is asked by `process`."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.model.change import ChangedPath, FileStatus, Version
from nbpeer.model.result import results_path
from nbpeer.naming import EXTENSION, PATHSPEC, is_notebook
from nbpeer.naming import selected as selected
from nbpeer.repo.process import GitRefusedError as GitRefusedError
from nbpeer.repo.process import Read as Read
from nbpeer.repo.process import git as _git
from nbpeer.repo.process import name_commits, object_name, read_object, read_worktree
from nbpeer.repo.process import reading as reading

AUTHOR_FIELDS = "%ae%n%B%x00"
_CO_AUTHOR = r"(?im)^co-authored-by:.*<([^>]+)>"
# Where a CI service says which branch a pull request goes to: GitHub, GitLab, Bitbucket, Azure Pipelines, Jenkins.
_TARGET_BRANCHES = (
    "GITHUB_BASE_REF",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
    "BITBUCKET_PR_DESTINATION_BRANCH",
    "SYSTEM_PULLREQUEST_TARGETBRANCH",
    "CHANGE_TARGET",
)


def find_root(path: Path) -> Path:
    """The top folder of the work tree that holds `path`. Raises NbpeerError outside a repository."""
    start = path if path.is_dir() else path.parent
    while not start.is_dir():
        start = start.parent
    try:
        return Path(_git(start, "rev-parse", "--show-toplevel").rstrip("\n"))
    except GitRefusedError as error:
        if "dubious ownership" in error.stderr:
            command = re.search(r"git config --global --add safe\.directory .*", error.stderr)
            hint = command[0] if command else "git config --global --add safe.directory FOLDER"
            raise NbpeerError(f"git does not trust {path} (dubious ownership)", hint) from None
        if "must be run in a work tree" in error.stderr:
            raise NbpeerError(f"{path} has no work tree (a bare repository, or inside .git)", "use a clone") from None
        raise NbpeerError(f"{path} is not inside a git repository", "run `git init` there first") from None


def relative(root: Path, path: Path) -> str:
    """`path` as git writes it: relative to `root`, with forward slashes. Raises NbpeerError when outside.

    A symbolic link is named by its own place, not by what it points at.
    """
    place = path.resolve() if path.name in ("", "..") else path.parent.resolve() / path.name
    try:
        return place.relative_to(root.resolve()).as_posix()
    except ValueError:
        raise NbpeerError(f"{path} is outside the repository {root}", "name a path inside it") from None


def has_commits(root: Path) -> bool:
    """Whether HEAD exists; False on an unborn branch."""
    try:
        _git(root, "rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    except GitRefusedError:
        return False
    return True


def resolve(root: Path, revision: str) -> Version:
    """The version that `revision` (branch, tag, commit, HEAD~2 …) names.

    Raises NbpeerError for a name git does not know, an unborn branch, and a commit a shallow clone lacks.
    """
    (commit,) = name_commits(root, [revision])
    if commit is None:
        raise _unknown(root, revision)
    return Version("commit", commit, revision)


def merge_base(root: Path, one: Version, other: Version) -> Version:
    """The best common ancestor of two commits, labelled as `one`. Raises NbpeerError when they share none here."""
    if one.commit == other.commit:
        return Version("commit", one.commit, one.label)
    try:
        commit = _git(root, "merge-base", one.commit, other.commit).strip()
    except GitRefusedError:
        hint = "run `git fetch --unshallow`" if is_shallow(root) else "name another base"
        raise NbpeerError(f"{one.label} and {other.label} share no history in this clone", hint) from None
    return Version("commit", commit, one.label)


def parents(root: Path, revision: str) -> tuple[str, ...]:
    """A commit and its parents. Raises NbpeerError as `resolve`."""
    commit = resolve(root, revision).commit
    return tuple(_git(root, "rev-parse", commit, f"{commit}^@").split())


def branches_and_tags(root: Path) -> tuple[str, ...]:
    """The names of branches here, of those of remotes, and of tags."""
    return tuple(
        _git(root, "for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/remotes", "refs/tags").split()
    )


def known(root: Path, revision: str) -> bool:
    """Whether this clone has a revision."""
    return name_commits(root, [revision]) != [None]


def default_base(root: Path, configured: str) -> Version:
    """The version changes are measured against when nobody says: the pull request's base in CI, configuration, the
    remote's default branch, main, master. Raises NbpeerError when there is none.

    In a pull request its base alone counts: the request may have changed the configuration.
    """
    candidates = _bases_in_ci() or ([configured] if configured else [])
    names = candidates or ["origin/HEAD", "origin/main", "origin/master", "main", "master"]
    for name, commit in zip(names, name_commits(root, names), strict=True):
        if commit:
            return Version("commit", commit, name)
    if not has_commits(root):
        raise NbpeerError("this repository has no commit yet", "commit something first")
    named = " or ".join(candidates)
    hint = "pass --base BRANCH, or set `base` in the configuration"
    if is_shallow(root):
        hint = "run `git fetch --unshallow`, or fetch that branch"
    elif named:
        hint = "fetch that branch, or name another base"
    raise NbpeerError(f"the base {named} is not in this clone" if named else "no base branch was found", hint)


def _bases_in_ci() -> list[str]:
    """What the pull request that a CI job runs for is to be merged into: its branch, or the commit it left."""
    branches = (os.environ.get(name, "").removeprefix("refs/heads/") for name in _TARGET_BRANCHES)
    found = [f"origin/{branch}" for branch in branches if branch]
    commit = os.environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA", "")
    return [*found, commit] if commit else found


def is_shallow(root: Path) -> bool:
    """Whether the clone lacks history."""
    return _git(root, "rev-parse", "--is-shallow-repository").strip() == "true"


def read(root: Path, version: Version, path: str) -> bytes | None:
    """The content of `path` in a version; None when it is not there."""
    if version.kind == "worktree":
        return read_worktree(root, path)
    return read_object(root, object_name(version, path))


def files(root: Path, version: Version, folder: str) -> tuple[str, ...]:
    """Every file under `folder` in a version, by path; in the working tree also what git does not know or ignores."""
    if version.kind == "worktree":
        return tuple(sorted(path.relative_to(root).as_posix() for path in (root / folder).rglob("*") if path.is_file()))
    if version.kind == "index":
        listed = _git(root, "ls-files", "-z", "--cached", "--", folder)
    else:
        listed = _git(root, "ls-tree", "-r", "-z", "--name-only", version.commit, "--", f"{folder}/")
    return tuple(sorted(path for path in listed.split("\0") if path))


def notebooks(root: Path, include: tuple[str, ...], exclude: tuple[str, ...]) -> tuple[str, ...]:
    """Every analysis of the working tree, tracked or not yet, that git does not ignore."""
    listed = _git(root, "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", PATHSPEC)
    found = {path for path in listed.split("\0") if path and selected(path, include, exclude)}
    return tuple(path for path in sorted(found) if (root / path).is_file())


def notebooks_in(root: Path, version: Version) -> tuple[str, ...]:
    """Every notebook of a version, by path; in the working tree those git tracks or would add."""
    if version.kind == "worktree":
        return notebooks(root, (f"*{EXTENSION}",), ())
    listed = (
        _git(root, "ls-files", "-z", "--cached")
        if version.kind == "index"
        else _git(root, "ls-tree", "-r", "-z", "--name-only", version.commit)
    )
    return tuple(sorted(path for path in listed.split("\0") if is_notebook(path)))


def changed_files(root: Path, before: Version, after: Version, below: Sequence[str] = ()) -> frozenset[str]:
    """Every file that differs between a commit and another version, as far as git would commit it.

    `below` names the files and folders to look at; without it, or with the root ("", "."), git looks at all.
    """
    sides = [before.commit] + ([after.commit] if after.kind == "commit" else [])
    places = [] if {"", "."} & set(below) else ["--", *(f":(top,literal){place}" for place in below)]
    listed = _git(
        root, "diff", "--name-only", "--no-renames", "-z", *(["--cached"] * (after.kind == "index")), *sides, *places
    )
    if after.kind == "worktree":
        listed += _git(root, "ls-files", "-z", "--others", "--exclude-standard", *places)
    return frozenset(path for path in listed.split("\0") if path)


def changed_notebooks(root: Path, before: Version, after: Version) -> tuple[ChangedPath, ...]:
    """The notebooks whose file or results file differs between two versions, by path, renames followed.

    Only files git would commit count: the working tree is seen through git's filters, with its untracked files.
    """
    changes: dict[str, ChangedPath] = {}
    touched: set[str] = set()
    for status, old, new in _name_status(root, before, after):
        if is_notebook(new):
            changes[new] = ChangedPath(new, status, "" if status == "added" else old)
        elif new.endswith(".results.json"):
            touched.add(new)
    for file in touched - {results_path(path) for path in changes}:
        usual = file.removesuffix(".results.json") + EXTENSION
        there = read(root, after, usual) is not None
        for path in (usual,) if there else notebooks_in(root, after):
            if results_path(path) == file:
                changes[path] = ChangedPath(path, "changed", path)
    return tuple(changes[path] for path in sorted(changes))


def _name_status(root: Path, before: Version, after: Version) -> list[tuple[FileStatus, str, str]]:
    sides = [before.commit]
    if after.kind == "index":
        sides = ["--cached", before.commit]
    elif after.kind == "commit":
        sides = [before.commit, after.commit]
    if before.kind == "index":
        sides = []
    patterns = [PATHSPEC, "*.results.json"]
    fields = iter(_git(root, "diff", "--name-status", "-z", "-M", *sides, "--", *patterns).split("\0"))
    words: dict[str, FileStatus] = {"A": "added", "D": "removed", "R": "renamed"}
    found: list[tuple[FileStatus, str, str]] = []
    for letter in fields:
        if not letter:
            continue
        old = next(fields)
        new = next(fields) if letter[0] in "RC" else old
        found.append((words.get(letter[0], "changed"), old, new))
    if after.kind == "worktree":
        listed = _git(root, "ls-files", "-z", "--others", "--exclude-standard", "--", *patterns)
        found += [("added", path, path) for path in listed.split("\0") if path]
    return found


def is_below(path: str, folder: str) -> bool:
    """Whether `path` is `folder` itself or inside it; everything is inside the root, "" or "."."""
    return folder in ("", ".") or path == folder or path.startswith(f"{folder}/")


def identity(root: Path) -> str:
    """The e-mail address git would commit with, in lower case. Raises NbpeerError when there is none."""
    try:
        ident = _git(root, "var", "GIT_AUTHOR_IDENT")
    except GitRefusedError:
        raise NbpeerError("git does not know who you are", "git config user.email YOU@EXAMPLE.ORG") from None
    return ident.partition("<")[2].partition(">")[0].strip().lower()


def addresses(log: str) -> frozenset[str]:
    """The authors and co-authors in a log of AUTHOR_FIELDS: e-mail addresses in lower case."""
    found: set[str] = set()
    for entry in log.split("\0"):
        email, _, body = entry.lstrip("\n").partition("\n")
        if email:
            found.update({email.strip().lower(), *(match.lower() for match in re.findall(_CO_AUTHOR, body))})
    return frozenset(found)


def former_names(root: Path, scope: list[str], path: str) -> list[str]:
    """What the notebook `path` was called in the commits of `scope`, from its last name to its first."""
    renames = _git(root, "log", "--topo-order", "-M", "--diff-filter=R", "--name-status", "-z", "--format=", *scope)
    fields = iter(field for field in renames.split("\0") if field.strip())
    names = [path]
    for _status in fields:
        old, new = next(fields), next(fields)
        if new in names and old not in names:
            names.append(old)
    return names


def pager(folder: Path) -> str:
    """The pager that git would use: $GIT_PAGER, core.pager, $PAGER, or what git was built with."""
    return _git(folder, "var", "GIT_PAGER").strip()


def ignored(root: Path, path: str) -> bool:
    """Whether git ignores `path`, be it there or not."""
    try:
        _git(root, "check-ignore", "--quiet", "--no-index", "--", path)
    except GitRefusedError:
        return False
    return True


def ask(root: Path, *arguments: str) -> str:
    """What one git command prints; for this room's other modules. Raises GitRefusedError with what git said."""
    return _git(root, *arguments)


def _unknown(root: Path, revision: str) -> NbpeerError:
    if not has_commits(root):
        return NbpeerError(f"{revision} is not there: this repository has no commit yet", "commit something first")
    if is_shallow(root):
        return NbpeerError(
            f"{revision} is not in this shallow clone", "run `git fetch --unshallow`, or fetch that branch"
        )
    return NbpeerError(f"git knows no revision {revision!r}", "see `git branch -a` and `git log --oneline`")
