"""`nbpeer doctor`: what is wrong with this set-up, what it means, and the command that mends it.

Each question is one small function that returns one diagnosis: about the installation here, about a clone in
`doctor_clone`.
"""

from __future__ import annotations

import platform
import re
from collections.abc import Callable
from functools import partial
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from nbpeer.commands.doctor_clone import QUESTIONS, Clone
from nbpeer.commands.doctor_decisions import decisions
from nbpeer.commands.front_end import front_end
from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.setup import Diagnosis, DoctorReport
from nbpeer.repo import clone, git

# `rev-parse --end-of-options` came with git 2.24.
_OLDEST_GIT = (2, 24)
_EXTRAS = ("run", "packet", "checks")
_REQUIREMENT = re.compile(r"([\w.-]+).*\bextra == ['\"](\w+)['\"]")


def doctor(folder: Path) -> DoctorReport:
    """Look at this installation, and at the clone that holds `folder` when there is one."""
    found = [_answer(partial(question, folder)) for question in _EVERYWHERE]
    try:
        root = git.find_root(folder)
    except NbpeerError as error:
        return DoctorReport((*found, Diagnosis("repository", "problem", error.message, "", error.hint)))
    found.append(Diagnosis("repository", "ok", "a git work tree"))
    config = Config()
    try:
        config = load_config(root)
        found.append(Diagnosis("configuration", "ok", "valid"))
    except NbpeerError as error:
        meaning = "every verb stops there; the rest of this report uses the defaults"
        found.append(Diagnosis("configuration", "problem", error.message, meaning, error.hint))
    here, readable = _read(root, config)
    return DoctorReport((*found, readable, *(_answer(partial(question, here)) for question in (*QUESTIONS, decisions))))


def _answer(question: partial[Diagnosis]) -> Diagnosis:
    """A question that cannot be answered is a problem, never a pass."""
    try:
        return question()
    except NbpeerError as error:
        name = question.func.__name__.strip("_").replace("_", " ")
        return Diagnosis(name, "problem", error.message, "this could not be looked at", error.hint)


def _read(root: Path, config: Config) -> tuple[Clone, Diagnosis]:
    paths = git.notebooks(root, config.include, config.exclude)
    readable, broken = [], []
    for path in paths:
        try:
            content = git.read(root, WORKTREE, path)
            if content is not None:
                readable.append(parse_notebook(content, path))
        except NbpeerError as error:
            broken.append(str(error))
    here = Clone(root, config, paths, tuple(readable))
    if broken:
        meaning = "no verb can work on them, and the filter passes them through as they are"
        return here, Diagnosis("notebooks", "problem", "; ".join(broken), meaning)
    return here, Diagnosis("notebooks", "ok", f"{len(readable)} found, all readable")


def _python(folder: Path) -> Diagnosis:
    try:
        ours = version("nbpeer")
    except PackageNotFoundError:
        return Diagnosis("python", "warning", f"Python {platform.python_version()}, nbpeer not installed as a package")
    return Diagnosis("python", "ok", f"Python {platform.python_version()}, nbpeer {ours}")


def _git(folder: Path) -> Diagnosis:
    found = clone.git_version(folder)
    text = ".".join(map(str, found))
    if found < _OLDEST_GIT:
        oldest = ".".join(map(str, _OLDEST_GIT))
        return Diagnosis("git", "problem", f"git {text}", f"nbpeer needs git {oldest} or newer", "install a newer git")
    return Diagnosis("git", "ok", f"git {text}")


def installed_extras() -> dict[str, bool]:
    """Whether each extra is there: each distribution it asks for. Raises PackageNotFoundError when nbpeer is none."""
    wanted = [match for match in map(_REQUIREMENT.match, requires("nbpeer") or []) if match]
    missing = {match[2] for match in wanted if match[2] in _EXTRAS and not _installed(match[1])}
    return {name: name not in missing for name in _EXTRAS}


def _extras(folder: Path) -> Diagnosis:
    try:
        found = installed_extras()
    except PackageNotFoundError:
        return Diagnosis("extras", "warning", "unknown: nbpeer is not installed as a package")
    if all(found.values()):
        return Diagnosis("extras", "ok", f"{', '.join(_EXTRAS)} are installed")
    names = ",".join(sorted(name for name, there in found.items() if not there))
    return Diagnosis(
        "extras",
        "warning",
        f"not installed: {names}",
        "the verbs that need them say so",
        f'pip install "nbpeer[{names}]"',
    )


def _jupyterlab(folder: Path) -> Diagnosis:
    return front_end()


def _installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True


_EVERYWHERE: tuple[Callable[[Path], Diagnosis], ...] = (_python, _git, _extras, _jupyterlab)
