"""Which distributions a repository's dependency files name, and what a notebook imports. Pure."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from nbpeer.checks.facts import Dependencies

# Files that name what Python code needs, by name or by pattern.
FILES = re.compile(
    r"requirements[\w.-]*\.(?:txt|in)|constraints[\w.-]*\.txt|pyproject\.toml|setup\.cfg|setup\.py|Pipfile(?:\.lock)?"
    r"|(?:uv|poetry|pdm|pixi)\.lock|environment[\w.-]*\.ya?ml|conda-lock\.ya?ml|pylock[\w.-]*\.toml"
)
# Imports that another distribution provides than their name says. https://pypi.org names them.
DISTRIBUTIONS = {
    "sklearn": "scikit-learn", "skimage": "scikit-image", "cv2": "opencv-python", "PIL": "pillow", "yaml": "pyyaml",
    "bs4": "beautifulsoup4", "dateutil": "python-dateutil", "dotenv": "python-dotenv", "docx": "python-docx",
    "pptx": "python-pptx", "attr": "attrs", "git": "gitpython", "github": "pygithub", "google.cloud": "google-cloud",
    "psycopg2": "psycopg2-binary", "MySQLdb": "mysqlclient", "Crypto": "pycryptodome", "jwt": "pyjwt",
    "fitz": "pymupdf",
    "umap": "umap-learn", "imblearn": "imbalanced-learn", "Levenshtein": "levenshtein", "serial": "pyserial",
    "IPython": "ipython", "ipywidgets": "ipywidgets", "sksurv": "scikit-survival", "skopt": "scikit-optimize",
    "mpl_toolkits": "matplotlib", "pylab": "matplotlib", "pkg_resources": "setuptools", "osgeo": "gdal",
    "slugify": "python-slugify", "magic": "python-magic", "zmq": "pyzmq", "ruamel": "ruamel.yaml",
}  # fmt: skip
# What an installation of one distribution brings along in any case.
_BROUGHT = {
    "pandas": {"numpy", "python-dateutil"}, "scikit-learn": {"numpy", "scipy", "joblib"}, "matplotlib": {"numpy"},
    "jupyter": {"ipython", "ipywidgets", "nbformat", "ipykernel"}, "jupyterlab": {"ipython", "ipykernel"},
    "ipykernel": {"ipython"}, "notebook": {"ipython"}, "seaborn": {"pandas", "matplotlib", "numpy"},
}  # fmt: skip
_REQUIREMENT = re.compile(r"^\s*[\"']?([A-Za-z0-9][\w.-]*)(?:\[[^\]]*\])?\s*(={2,3}|@|[<>~!=]=?|;|#|,|\"|'|$|\s)")
_CONDA = re.compile(r"^\s*-\s+(?:[\w-]+::)?([A-Za-z0-9][\w.-]*)\s*(=)?")


def normal(name: str) -> str:
    """A distribution's name as PEP 503 compares it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def read_dependencies(files: Mapping[str, bytes], local: Iterable[str] = ()) -> Dependencies:
    """What dependency files, by path, name and pin. What cannot be read names nothing."""
    listed: set[str] = set()
    pinned: set[str] = set()
    for path, content in files.items():
        for name, exact in _named(path.rpartition("/")[2], content.decode("utf-8", "replace")):
            listed.add(normal(name))
            if exact:
                pinned.add(normal(name))
    return Dependencies(tuple(sorted(files)), frozenset(listed), frozenset(pinned), frozenset(local))


def provides(names: frozenset[str], module: str) -> bool:
    """Whether one of these distributions provides a module."""
    wanted = {normal(DISTRIBUTIONS.get(module, module)), normal(module)}
    wanted |= {f"{name}{end}" for name in set(wanted) for end in ("-binary", "-headless", "-python", "-gpu", "-cpu")}
    if wanted & names or any(wanted & _BROUGHT.get(name, set()) for name in names):
        return True
    # One namespace, many distributions: google.cloud, azure, airflow …
    return any(name.startswith(f"{normal(module)}-") or name == f"python-{normal(module)}" for name in names)


def is_standard(module: str) -> bool:
    """Whether a module comes with Python."""
    return module in sys.stdlib_module_names


def _named(name: str, text: str) -> Iterator[tuple[str, bool]]:
    """The distributions a file names, and whether with an exact version."""
    if name.endswith((".lock", ".toml")) and name != "Pipfile.lock":
        yield from _toml(name, text)
    elif name == "Pipfile.lock":
        yield from ((str(key), True) for group in ("default", "develop") for key in _json(text).get(group, {}))
    elif name == "Pipfile":
        yield from _toml(name, text)
    elif name.endswith((".yml", ".yaml")):
        yield from _conda(name, text)
    else:
        yield from _lines(text)


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    for line in text.splitlines():
        match = _REQUIREMENT.match(line)
        if match and not line.lstrip().startswith(("-", "#", "[")):
            yield match.group(1), match.group(2) in ("==", "===", "@")


def _conda(name: str, text: str) -> Iterator[tuple[str, bool]]:
    locked = name.startswith("conda-lock")
    for line in text.splitlines():
        if locked and (found := re.match(r"\s*(?:- )?name:\s*([\w.-]+)", line)):
            yield found.group(1), True
        elif match := _CONDA.match(line):
            yield match.group(1), bool(match.group(2))


def _toml(name: str, text: str) -> Iterator[tuple[str, bool]]:
    try:
        value = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    locked = name.endswith(".lock") or name.startswith("pylock")
    for package in [*value.get("package", []), *value.get("packages", [])] if locked else []:
        if isinstance(package, dict) and "name" in package:
            yield str(package["name"]), True
    project = value.get("project", {})
    yield from _requirements([*project.get("dependencies", [])])
    for group in (*project.get("optional-dependencies", {}).values(), *value.get("dependency-groups", {}).values()):
        yield from _requirements(group)
    poetry = value.get("tool", {}).get("poetry", {})
    tables = [poetry.get("dependencies", {}), poetry.get("dev-dependencies", {}), value.get("packages", {})]
    tables += [group.get("dependencies", {}) for group in poetry.get("group", {}).values()]
    for table in tables:
        yield from (
            ((str(key), str(said).startswith("==")) for key, said in table.items()) if isinstance(table, dict) else ()
        )


def _requirements(entries: Iterable[Any]) -> Iterator[tuple[str, bool]]:
    for entry in entries:
        yield from _lines(entry) if isinstance(entry, str) else ()


def _json(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
