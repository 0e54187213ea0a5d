"""The house rules, read from the code: floors, owners of heavy libraries, what the light paths import."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import nbpeer

PACKAGE = Path(nbpeer.__file__).parent

# docs/architecture.md: a room imports from lower floors only. The package itself is the notebook's door.
FLOORS = {
    "errors": 1, "files": 1, "yaml": 1, "strip": 1, "volatile": 1, "metadata": 1, "outline": 1, "quick_cells": 1,
    "edits": 1, "rewrite": 1, "quick_strip": 1, "packets": 1, "scanner": 1, "starting": 1, "filtering": 1,
    "gitfilter": 1, "textconv": 1, "naming": 1,
    "model": 2, "config": 2, "sql": 2,
    "checks": 3, "diff": 3, "results": 3, "review": 3, "registry": 3, "render": 3, "repo": 3, "run": 3, "forge": 3,
    "commands": 4,
    "cli": 5,
    "__main__": 6, "lab": 5,
    "publish": 4,
}  # fmt: skip

OWNERS = {
    "ruamel": "yaml",
    "papermill": "run",
    "nbclient": "run",
    "ipykernel": "run",
    "dask": "run",
    "distributed": "run",
    "github": "forge",
    "requests": "forge",
    "rich": "render",
    "jinja2": "render",
    "mistune": "render",
    "pygments": "render",
    "nh3": "render",
    "jupyter_server": "lab",
    "tornado": "lab",
    "jupyterlab": "lab",
    "rapidfuzz": "diff",
    "PIL": "results",
    "narwhals": "publish",
    "IPython": "publish",
    "detect_secrets": "checks",
    "sqlglot": "sql",
    "duckdb": "registry",
    "click": "cli",
}
# A console to print what render made; the loop that a kernel runs on; the nodes of trees that `sql` made.
ALSO_MAY = {("rich", "cli"), ("tornado", "run"), ("sqlglot", "checks")}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path: Path) -> list[str]:
    """Every module a file imports, wherever the import stands, as absolute dotted names."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_run_downwards_only_and_heavy_libraries_have_one_owner(path: Path) -> None:
    here = room(path)
    for name in imports(path):
        parts = name.split(".")
        if parts[0] == "nbpeer" and len(parts) > 1 and here != "__init__":
            there = parts[1]
            if there in FLOORS and there != here:
                sideways_on_the_ground = FLOORS[here] == FLOORS[there] <= 2
                assert FLOORS[there] < FLOORS[here] or sideways_on_the_ground, f"{here} imports {name}"
        owner = OWNERS.get(parts[0])
        if owner and here != owner:
            assert (parts[0], here) in ALSO_MAY, f"{here} imports {name}, which {owner} owns"


def test_every_room_has_a_floor() -> None:
    rooms = {room(path) for path in modules()} - {"__init__"}
    assert rooms <= FLOORS.keys()


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_command_line_and_the_filter_print(path: Path) -> None:
    if room(path) in ("cli", "gitfilter"):
        return
    calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
    printed = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"]
    assert not printed


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_files_and_functions_stay_small(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 320
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno <= 50, node.name


def test_the_strip_path_loads_only_the_standard_library_and_msgspec() -> None:
    program = (
        "import sys; before = set(sys.modules); import nbpeer.strip, nbpeer.gitfilter; "
        "print('\\n'.join(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    foreign = set(done.stdout.split()) - set(sys.stdlib_module_names) - {"nbpeer", "msgspec"}
    assert foreign == set()


def test_importing_nbpeer_loads_nothing_else() -> None:
    program = "import sys; before = set(sys.modules); import nbpeer; print(*sorted(set(sys.modules) - before))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"nbpeer", "__future__"}
