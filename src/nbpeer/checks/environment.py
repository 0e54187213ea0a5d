"""Rules about the environment an analysis runs in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from nbpeer.checks.dependencies import is_standard, provides
from nbpeer.checks.program import Part, Program
from nbpeer.checks.rule import CheckContext, Hit, rule

# Installers of Python, conda and system packages, as a word of a shell command or as a magic of its own.
_INSTALL = re.compile(
    r"(?:^|[\s;&|/}!])(?:(?:python[\d.]*|\{?sys\.executable\}?)\s+-m\s+)?"
    r"(?:pip[\d.]*|uv(?:\s+pip)?|conda|mamba|micromamba|poetry|apt|apt-get|brew)\s+(?:-\S+\s+)*(?:install|add)\b"
)
_MAGICS = frozenset("pip conda mamba micromamba uv".split())
# The same of other languages: https://rdrr.io/r/utils/install.packages.html, https://pkgdocs.julialang.org/v1/api/
_OTHER = {
    "r": re.compile(
        r"^\s*(?:utils::)?install\.packages\(|^\s*(?:remotes|devtools|pak)::(?:install_|pkg_install)", re.MULTILINE
    ),
    "julia": re.compile(r"^\s*Pkg\.add\(|^\s*\]\s*add\s", re.MULTILINE),
}


@rule("NBP801", "deps-unpinned", "warning", needs=("python",))
def deps_unpinned(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A package that is imported and that no dependency file names.

    ## What it does
    Compares imports with the repository's requirements, constraints, lock, environment and project files, and with the
    packages that the last run's certificate records. An import that none of them names is a warning; one that is named
    without an exact version anywhere is an info. Python's own modules and those of the repository do not count. Where
    there is no such file and no recorded run there is nothing to compare with, and one info says so.

    ## Why is this bad?
    In a year another version is installed, or none. Missing dependencies are a leading cause of notebooks that fail.

    ## Bad
    ```python
    import pandas as pd
    import lifelines
    ```
    ```requirements
    pandas==3.0.1
    ```

    ## Good
    ```python
    import pandas as pd
    import lifelines
    ```
    ```requirements
    pandas==3.0.1
    lifelines==0.30.0
    ```

    ## How to fix
    Add the package with its version to the requirements or lock file of the repository.

    ## Source
    Pimentel et al. 2019; Julynter i2; pynblint, `missing-requirements`.
    """
    known = context.dependencies
    if known is None:
        return
    recorded = frozenset(context.results.certificate.environment.packages) if context.results else frozenset()
    pinned = known.pinned | {name.lower().replace("_", "-") for name in recorded}
    foreign = [found for found in _imports(program) if not is_standard(found[2]) and found[2] not in known.local]
    if foreign and not known.files and not recorded:
        yield Hit("no file of this repository says which packages it needs, and no run is recorded", severity="info")
        return
    for part, node, top in foreign:
        if not provides(known.listed | pinned, top):
            yield part.at(node, f"`{top}` is imported, and no dependency file names it")
        elif not provides(pinned, top):
            yield part.at(node, f"`{top}` has no exact version in any dependency file")._replace(severity="info")


def _imports(program: Program) -> Iterator[tuple[Part, ast.stmt, str]]:
    """The top-level modules that are imported outside of `try`, each once, where first."""
    guarded = {id(inner) for _, block in program.nodes(ast.Try) for inner in ast.walk(block)}
    found: dict[str, tuple[Part, ast.stmt]] = {}
    for part, node in program.nodes(ast.Import):
        for alias in node.names if id(node) not in guarded else ():
            found.setdefault(alias.name.partition(".")[0], (part, node))
    for part, origin in program.nodes(ast.ImportFrom):
        if origin.module and not origin.level and id(origin) not in guarded:
            found.setdefault(origin.module.partition(".")[0], (part, origin))
    for top, (place, statement) in sorted(found.items(), key=lambda item: (item[1][0].cell.index, item[1][1].lineno)):
        yield place, statement, top


@rule("NBP802", "in-cell-install", "warning")
def in_cell_install(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A package that is installed by a cell.

    ## What it does
    Looks for `!pip install`, `%pip install`, `%conda install` and the like, also in `%%bash` cells, and for
    `install.packages` (R) and `Pkg.add` (Julia).

    ## Why is this bad?
    Each run may get another version, and changes the environment under every other notebook.

    ## Bad
    ```python
    !pip install pandas
    import pandas as pd
    ```

    ## Good
    ```python
    import pandas as pd
    ```

    ## How to fix
    List the package with its version in the repository's requirements or lock file.

    ## Source
    Pimentel et al. 2019: dependencies that are not declared are a leading cause of failing notebooks.
    """
    for item in program.magics:
        magic = item.magic
        if magic.kind == "help":
            continue
        by_magic = magic.name in _MAGICS and re.match(r"\s*(?:-\S+\s+)*(?:install|add)\b", magic.text)
        by_command = magic.kind == "shell" or magic.name in ("sh", "bash", "script", "!", "sx", "system", "cmd")
        if by_magic or (by_command and _INSTALL.search(magic.text)):
            yield Hit("this cell installs packages", item.cell, magic.line)
    other = _OTHER.get(program.language)
    for cell in program.notebook.cells if other else ():
        match = other.search(cell.source) if other and cell.cell_type == "code" else None
        if match:
            yield Hit("this cell installs packages", cell, cell.source.count("\n", 0, match.end()) + 1)
