"""Paths that exist on one machine only."""

from __future__ import annotations

import re

# Folders of a person, of a mounted disk, of a notebook service; a drive letter; a network share.
_IN_CODE = re.compile(
    r"(?:file://)?(?:/(?:home|Users)/[^/\s]+|/(?:root|mnt|media|Volumes|scratch|content|kaggle|dbfs)/[^/\s]"
    r"|[A-Za-z]:[\\/]{1,2}[\w. -]+[\\/]|\\\\[\w.-]+\\[\w$.-]+)"
)
_HOME = re.compile(
    r"(?:/(?:home|Users)/|\b[A-Za-z]:[\\/]{1,2}(?:Users|Documents and Settings)[\\/]{1,2})(?P<user>[\w.@-]+)"
)
# Accounts that containers and services give to everybody.
_NOBODY = frozenset("jovyan runner runneradmin ubuntu user users public shared vscode codespace app www-data".split())
_INSTALLED = re.compile(
    r"site-packages|dist-packages|lib[\\/]python|[\\/](?:ana|mini)conda|[\\/]\.?(?:venv|pyenv|virtualenvs)\b"
)


def machine_path(text: str) -> str:
    """The path at the start of a text that only one machine has; empty when there is none."""
    match = _IN_CODE.match(text.strip())
    return match.group() if match else ""


def machine_path_in_command(text: str) -> str:
    """The first such path among the words of a shell command or magic; empty when there is none."""
    return next((path for word in re.split(r"[\s'\"=]+", text) if (path := machine_path(word))), "")


def home_in_text(text: str) -> tuple[str, bool] | None:
    """The first line of a text that names somebody's home folder, and whether it names only installed packages."""
    best: tuple[str, bool] | None = None
    for match in _HOME.finditer(text):
        if match["user"].lower() in _NOBODY:
            continue
        rest = re.match(r"[^\s:;,'\"<>|]*", text[match.end() :])
        installed = bool(_INSTALLED.search(rest.group() if rest else ""))
        if not installed:
            return match.group(), False
        best = best or (match.group(), True)
    return best
