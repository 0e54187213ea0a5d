"""Whether JupyterLab, where it is installed, finds nbpeer's part of it."""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import msgspec

from nbpeer.model.setup import Diagnosis

_NAME = "jupyterlab"
_MEND = 'pip install --force-reinstall --no-deps "nbpeer[lab]"; in a checkout: make lab'


def front_end() -> Diagnosis:
    """What JupyterLab finds: its own absence is no fault, a missing or another version's front end a warning."""
    try:
        lab = f"JupyterLab {version('jupyterlab')}"
        ours = version("nbpeer")
    except PackageNotFoundError:
        return Diagnosis(_NAME, "ok", "JupyterLab is not installed here, or not with nbpeer")
    theirs = _installed()
    if theirs is None:
        return Diagnosis(
            _NAME, "warning", f"{lab}, without nbpeer's front end", "JupyterLab shows nothing of nbpeer", _MEND
        )
    if _plain(theirs) != _plain(ours):
        found = f"{lab}, with the front end of nbpeer {theirs} beside nbpeer {ours}"
        return Diagnosis(_NAME, "warning", found, "the panel may ask what the server does not know", _MEND)
    return Diagnosis(_NAME, "ok", f"{lab}, with nbpeer's front end")


def _installed() -> str | None:
    """The version of the front end that JupyterLab finds first; None when it finds none."""
    from jupyter_core.paths import jupyter_path

    for folder in jupyter_path("labextensions"):
        try:
            package = msgspec.json.decode((Path(folder) / "nbpeer/package.json").read_bytes(), type=dict[str, Any])
        except (OSError, msgspec.DecodeError):
            continue
        return str(package.get("version"))
    return None


def _plain(text: str) -> str:
    """A version without what npm and Python write differently: 0.1.0-dev0 is 0.1.0.dev0."""
    return re.sub(r"[^0-9a-z]", "", text.lower())
