"""Rules about the environment an analysis runs in."""

from __future__ import annotations

import re
from collections.abc import Iterator

from nbpeer.checks.program import Program
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
