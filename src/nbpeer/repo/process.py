"""git as a process: one command and its answer, or many objects from one process. Imports nothing that is heavy."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version

Read = Callable[[Version, str], bytes | None]
Settings = Sequence[tuple[str, str]]

# Commands whose patterns are to match as globs; every other takes a path as it is.
_GLOBS = ("diff", "ls-files", "grep", "check-ignore")
# What git tells its hooks about the work tree they run in.
_OF_A_HOOK = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE", "GIT_PREFIX")


class GitRefusedError(NbpeerError):
    """A git command that failed; `stderr` is what git said."""

    def __init__(self, command: str, stderr: str, exit_code: int) -> None:
        super().__init__(f"git {command} failed ({stderr.strip().splitlines()[-1] if stderr.strip() else exit_code})")
        self.stderr = stderr


def git(folder: Path, *arguments: str, given: str = "", apart: bool = False, settings: Settings = ()) -> str:
    """What one git command prints; `given` is its standard input. Raises GitRefusedError, NbpeerError without git.

    `apart` is for a command about another work tree: the index that a hook named is not its index. `settings` are
    git's for this command alone; nobody reads them in a list of processes.
    """
    content = given.encode("utf-8", "surrogateescape")
    found = git_bytes(folder, *arguments, given=content, apart=apart, settings=settings)
    return found.decode("utf-8", "surrogateescape")


def git_bytes(folder: Path, *arguments: str, given: bytes = b"", apart: bool = False, settings: Settings = ()) -> bytes:
    """What one git command prints, byte for byte; `given` is its standard input. Raises as `git`."""
    literal = [] if arguments[0] in _GLOBS else ["--literal-pathspecs"]
    command = ["git", "-c", "core.quotePath=false", *literal, *arguments]
    try:
        environment = {name: value for name, value in _environment().items() if not (apart and name in _OF_A_HOOK)}
        environment |= _told(settings, environment)
        done = subprocess.run(command, cwd=folder, env=environment, input=given, capture_output=True, check=False)
    except FileNotFoundError:
        raise NbpeerError("git is not installed", "install git and put it on PATH") from None
    if done.returncode:
        raise GitRefusedError(arguments[0], done.stderr.decode("utf-8", "replace"), done.returncode)
    return done.stdout


def _told(settings: Settings, environment: Mapping[str, str]) -> dict[str, str]:
    """Settings as git reads them from its environment, after those that are there."""
    if not settings:
        return {}
    first = int(environment.get("GIT_CONFIG_COUNT") or 0)
    told = {"GIT_CONFIG_COUNT": str(first + len(settings))}
    for number, (key, value) in enumerate(settings, first):
        told |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
    return told


def name_commits(folder: Path, revisions: Iterable[str]) -> list[str | None]:
    """The commit each revision names, by one process; None where git knows none."""
    asked = [None if "\n" in revision else f"{revision}^{{commit}}" for revision in revisions]
    given = "".join(f"{name}\n" for name in asked if name)
    answers = iter(git(folder, "cat-file", "--batch-check", given=given).splitlines())
    found = (_commit(next(answers)) if name else None for name in asked)
    return list(found)


@contextmanager
def reading(root: Path) -> Iterator[Read]:
    """A function that reads files of any version as `repo.git.read` does, all by one git process, begun when needed.

    The index is as it was at the first read.
    """
    process: subprocess.Popen[bytes] | None = None

    def read(version: Version, path: str) -> bytes | None:
        nonlocal process
        if version.kind == "worktree":
            return read_worktree(root, path)
        name = object_name(version, path)
        if "\n" in name:
            return read_object(root, name)
        process = process or _start(root)
        return _request(process, name)

    try:
        yield read
    finally:
        if process:
            process.communicate()


def read_worktree(root: Path, path: str) -> bytes | None:
    """The content of a file of the working tree; None when it is not there. Raises NbpeerError."""
    try:
        return (root / path).read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "look at its permissions") from None


def read_object(root: Path, name: str) -> bytes | None:
    """The content of a blob by its name in git; None when there is none."""
    try:
        return git_bytes(root, "cat-file", "blob", name)
    except GitRefusedError:
        return None


def object_name(version: Version, path: str) -> str:
    """What git calls the file `path` of a commit or of the index."""
    return f":0:{path}" if version.kind == "index" else f"{version.commit}:{path}"


def _start(root: Path) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            ["git", "cat-file", "--batch"],
            cwd=root,
            env=_environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except FileNotFoundError:
        raise NbpeerError("git is not installed", "install git and put it on PATH") from None


def _request(process: subprocess.Popen[bytes], name: str) -> bytes | None:
    assert process.stdin and process.stdout  # noqa: S101 - opened as pipes
    try:
        process.stdin.write(name.encode("utf-8", "surrogateescape") + b"\n")
        process.stdin.flush()
        head = process.stdout.readline()
    except BrokenPipeError:
        head = b""
    if not head:
        raise NbpeerError(f"git cat-file stopped at {name}", "run `git fsck`", exit_code=3)
    words = head.split()
    if words[-1] in (b"missing", b"ambiguous"):
        return None
    content = process.stdout.read(int(words[-1]) + 1)[:-1]
    return content if words[-2] == b"blob" else None


def _commit(answer: str) -> str | None:
    words = answer.split()
    return words[0] if len(words) == 3 and words[1] == "commit" else None


def _environment() -> dict[str, str]:
    """Messages in English, because some are read; no lock on the index for a question."""
    return {**os.environ, "LC_ALL": "C", "LANGUAGE": "C", "GIT_OPTIONAL_LOCKS": "0"}
