"""The front end, built while the wheel or the source distribution is; and the one version number of both.
Used by hatchling, see pyproject.toml.

A bundle that is as new as its sources is taken as it is, so that a source distribution installs without Node. Without
Node the command line and the server are packed alone, with a warning. An editable install builds nothing: `make lab`
does.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface
from packaging.version import Version

VERSION = str(Version(json.loads((Path(__file__).parent / "package.json").read_text(encoding="utf-8"))["version"]))
_BUNDLE = "src/nbpeer/labextension"
_SEARCH = "src/nbpeer/render/assets/vendor/minisearch.js"
_SHARED = "share/jupyter/labextensions/nbpeer"
_SOURCES = ("package.json", "yarn.lock", "tsconfig.json", "vendor.mjs", "src", "style", "schema")


class FrontEndHook(BuildHookInterface[Any]):
    """Builds the front end where it is wanted and can be built."""

    def dependencies(self) -> list[str]:
        """What building takes: nothing where nothing will be built."""
        root = Path(self.root)
        return ["jupyter-builder>=1.2"] if shutil.which("node") and not fresh(root) else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the bundle if it is stale, and have the wheel install it where JupyterLab looks."""
        root = Path(self.root)
        if version == "editable":
            return
        if not fresh(root):
            if shutil.which("node"):
                build(root)
            else:
                self.app.display_warning(
                    "Node is not installed: nbpeer is packed without its part of JupyterLab and its site's search"
                )
        if self.target_name == "wheel" and (root / _BUNDLE).is_dir():
            build_data["shared_data"][_BUNDLE] = _SHARED
            build_data["shared_data"]["src/nbpeer-lab/install.json"] = f"{_SHARED}/install.json"


def fresh(root: Path) -> bool:
    """Whether the bundle and the site's search library are there, and none of their sources is newer."""
    bundle = root / _BUNDLE / "package.json"
    if not bundle.is_file() or not (root / _SEARCH).is_file():
        return False
    places = (root / "src/nbpeer-lab" / name for name in _SOURCES)
    files = [file for place in places for file in ([place] if place.is_file() else place.rglob("*")) if file.is_file()]
    return all(file.stat().st_mtime <= bundle.stat().st_mtime for file in files)


def build(root: Path) -> None:
    """Build the bundle with exactly the locked packages. Raises CalledProcessError when that fails."""
    scripts = str(Path(sys.executable).parent)  # jlpm and jupyter-builder are there, unless pip says where else
    environment = {**os.environ, "PATH": os.pathsep.join((os.environ.get("PATH", os.defpath), scripts))}
    jlpm = shutil.which("jlpm", path=environment["PATH"]) or "jlpm"
    for command in (("install", "--immutable"), ("build:prod",)):
        subprocess.run([jlpm, *command], cwd=root / "src/nbpeer-lab", env=environment, check=True)
