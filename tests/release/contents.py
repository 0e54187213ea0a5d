"""What a distribution must hold, by the names of its files."""

from __future__ import annotations

import tarfile
import zipfile
from fnmatch import fnmatch
from pathlib import Path

LAB = "share/jupyter/labextensions/nbpeer"
OF_THE_WHEEL = (
    "nbpeer/py.typed",
    "nbpeer/cli/main.py",
    "nbpeer/render/assets/page.js",
    "nbpeer/repo/workflows/branches.yml",
    "nbpeer/run/inside/*.py",
    "nbpeer/templates/checklist.yml",
    "nbpeer/templates/exploratory/analysis.ipynb",
    "*.data/data/etc/jupyter/jupyter_server_config.d/nbpeer.json",
    "*.data/data/share/man/man1/nbpeer-status.1",
    "*.dist-info/licenses/LICENSE",
)
# What Node builds: without it a wheel does everything else.
OF_NODE = (
    "nbpeer/render/assets/vendor/minisearch.js",
    f"*.data/data/{LAB}/package.json",
    f"*.data/data/{LAB}/install.json",
    f"*.data/data/{LAB}/static/remoteEntry.*.js",
    f"*.data/data/{LAB}/static/third-party-licenses.json",
    f"*.data/data/{LAB}/schemas/nbpeer/*.json",
)
OF_THE_SOURCES = (
    "*/pyproject.toml",
    "*/README.md",
    "*/LICENSE",
    "*/CHANGELOG.md",
    "*/SECURITY.md",
    "*/CITATION.cff",
    "*/constraints.txt",
    "*/Makefile",
    "*/tests/conftest.py",
    "*/src/nbpeer-lab/yarn.lock",
    "*/src/nbpeer-lab/build_hook.py",
    "*/src/nbpeer/labextension/package.json",
    "*/src/nbpeer/render/assets/vendor/minisearch.js",
)
# Of no distribution: what tools leave, and what is not ours to pass on.
NEVER = ("*/node_modules/*", "*.pyc", "*/.venv/*", "*.tsbuildinfo", "nbpeer/labextension/*", "*/.nbpeer/runs/*")


def names(path: Path) -> list[str]:
    """The files of a wheel or a source distribution."""
    if path.suffix == ".whl":
        return zipfile.ZipFile(path).namelist()
    with tarfile.open(path) as packed:
        return packed.getnames()


def missing(path: Path, *, node: bool = True) -> list[str]:
    """What a distribution lacks, and "no NAME" for what it should not hold."""
    wanted = (*OF_THE_WHEEL, *(OF_NODE if node else ())) if path.suffix == ".whl" else OF_THE_SOURCES
    held = names(path)
    lacks = [pattern for pattern in wanted if not any(fnmatch(name, pattern) for name in held)]
    return lacks + [f"no {name}" for name in held if any(fnmatch(name, pattern) for pattern in NEVER)]
