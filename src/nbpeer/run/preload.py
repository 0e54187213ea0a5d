"""Which modules a notebook imports whatever happens, so that they can be imported before it is forked.

Importing must be all that this changes. So only what stands at the top level of a cell counts, nothing that the team
wrote itself, and nothing at all when the notebook changes what an import finds or does.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from nbpeer.model.notebook import Notebook

# The environment, the search path, installed packages, the import system: what an import may find or do by them.
_CHANGES_IMPORTS = re.compile(
    r"environ|putenv|dotenv|%\s*(?:env|set_env|pip|conda|mamba|uv|cd)\b|\bpip\b.*\binstall|\b(?:conda|mamba|uv)\s+(?:install|add)"
    r"|sys\.(?:path|modules|meta_path)|importlib|__import__|chdir|site\.add"
)
# IPython's own syntax, line by line: magics, shell commands, help.
_IPYTHON = re.compile(r"^\s*(?:[%!?]|\S+\s*=\s*[%!]|.*\?\s*$)")
_KNOWN = {"ipykernel", "IPython", "zmq", "tornado", "traitlets", "jupyter_client", "comm"}


def imports(notebook: Notebook, root: Path, folder: Path) -> frozenset[str]:
    """The modules a notebook run in `folder`, below `root`, surely imports; the standard library's are left out."""
    sources = [cell.source for cell in notebook.cells if cell.cell_type == "code" and "skip-execution" not in cell.tags]
    if any(map(_CHANGES_IMPORTS.search, sources)):
        return frozenset()
    names = {name for source in sources for name in _top_level(source)}
    tops = {name.partition(".")[0] for name in names}
    own = {top for top in tops if top in sys.stdlib_module_names or top in _KNOWN or _is_local(top, root, folder)}
    if "matplotlib" in tops and (folder / "matplotlibrc").exists():  # read when it is imported, from where one is
        return frozenset()
    return frozenset(name for name in names if name.partition(".")[0] not in own)


def _top_level(source: str) -> Iterator[str]:
    if source.lstrip().startswith("%%"):
        return
    code = "\n".join("" if _IPYTHON.match(line) else line for line in source.splitlines())
    try:
        body = ast.parse(code).body
    except (SyntaxError, ValueError):
        return
    for node in body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level and node.module != "__future__":
            yield node.module


def _is_local(name: str, root: Path, folder: Path) -> bool:
    """Whether the team has a module of this name: beside the notebook, in a folder above it up to the root, or in one
    of theirs."""
    try:
        above = [folder, *(parent for parent in folder.parents if parent == root or root in parent.parents)]
        places = {place for start in above for place in (start, *_folders(start))}
        return any((place / f"{name}.py").exists() or (place / name).is_dir() for place in places)
    except OSError:
        return True


def _folders(place: Path) -> list[Path]:
    return [entry for entry in place.iterdir() if entry.is_dir() and not entry.name.startswith(".")]
