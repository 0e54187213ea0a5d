"""The rule about data sources that the front matter does not name."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from nbpeer.checks.frames import reads_data
from nbpeer.checks.program import Part, Program
from nbpeer.checks.rule import CheckContext, Hit, rule
from nbpeer.checks.sql import Fault, queries
from nbpeer.checks.sql_faults import tables
from nbpeer.model.front_matter import DataSource, front_matter_text


@rule("NBP308", "source-undeclared", "warning", needs=("python", "sqlglot"))
def source_undeclared(program: Program, context: CheckContext) -> Iterator[Hit]:
    """A file or table that is read and that the front matter does not name.

    ## What it does
    Looks for files that are loaded by name, and for tables in SQL, that are not among `data_sources` of the front
    matter: neither by location nor by name. A folder declares what is in it. Tables that a query defines itself, and
    data frames that SQL reads, are left out. Without front matter there is nothing to say.

    ## Why is this bad?
    The reviewer judges the sources that are listed. One that is not listed nobody judges, and nobody asks for its date.

    ## Bad
    ```yaml
    title: Price test
    data_sources:
      - name: orders
        location: data/orders.csv
    ```
    ```python
    import pandas as pd
    refunds = pd.read_csv("data/refunds.csv")
    ```

    ## Good
    ```yaml
    title: Price test
    data_sources:
      - name: orders
        location: data/orders.csv
      - name: refunds
        location: data/refunds.csv
    ```
    ```python
    import pandas as pd
    refunds = pd.read_csv("data/refunds.csv")
    ```

    ## How to fix
    Add it to `data_sources` with its location, the date it is of and its licence.

    ## Source
    Duck Book, "Quality assurance of code"; AQuA Book, 2nd edition (2025), on the provenance of data.
    """
    if front_matter_text(program.notebook) is None:
        return
    declared = program.front_matter.data_sources
    seen: set[str] = set()
    for read in (*_files(program), *_tables(program)):
        if read.name.lower() not in seen and not any(_declares(source, read.name) for source in declared):
            seen.add(read.name.lower())
            yield read.hit


_PATH = ("path", "filepath_or_buffer", "io", "name")


class _Read(NamedTuple):
    name: str
    hit: Hit


def _files(program: Program) -> Iterator[_Read]:
    texts = _constants(program)
    for part, call in program.nodes(ast.Call):
        if not reads_data(program, call):
            continue
        named = (keyword.value for keyword in call.keywords if keyword.arg in _PATH)
        for value in [*call.args[:1], *named][:1]:
            name = _text(value, texts)
            if name and "\n" not in name and not re.match(r"\s*(?:select|with)\s", name, re.IGNORECASE):
                yield _Read(name, _hit(part, call, name))


def _hit(part: Part, call: ast.Call, name: str) -> Hit:
    return part.at(call, f"`{name}` is read here and not among `data_sources`")


def _tables(program: Program) -> Iterator[_Read]:
    bound = {name.id.lower() for _, name in program.nodes(ast.Name) if isinstance(name.ctx, ast.Store)}
    for query in queries(program):
        for name, offset in tables(query):
            placeholder = set(name) <= {"_", "."}
            if name.lower() not in bound and not placeholder and "information_schema" not in name.lower():
                yield _Read(name, query.hit(Fault(offset, f"`{name}` is read here and not among `data_sources`")))


def _constants(program: Program) -> dict[str, str]:
    """Texts that a name holds all along, so that `read_csv(PATH)` can be told."""
    found: dict[str, str] = {}
    several: set[str] = set()
    for _, node in program.nodes(ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                several |= {target.id} & found.keys()
                if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
                    found[target.id] = node.value.value
    return {name: text for name, text in found.items() if name not in several}


def _text(value: ast.expr, texts: dict[str, str]) -> str:
    """The file an expression names; empty when that takes more than reading it."""
    if isinstance(value, ast.Constant):
        return value.value if isinstance(value.value, str) else ""
    if isinstance(value, ast.Name):
        return texts.get(value.id, "")
    if isinstance(value, ast.BinOp) and isinstance(value.op, ast.Div):
        last = _text(value.right, texts)
        return last and f"{_text(value.left, texts)}/{last}".lstrip("/")
    if (
        isinstance(value, ast.Call)
        and getattr(value.func, "id", getattr(value.func, "attr", "")) == "Path"
        and value.args
    ):
        return _text(value.args[0], texts)
    return ""


def _declares(source: DataSource, name: str) -> bool:
    """Whether a source is what is read: the same path or table, the folder it is in, or its bare name."""
    wanted = _plain(name)
    for said in (_plain(source.location), _plain(source.name)):
        if said and (
            wanted == said
            or wanted.startswith(f"{said.rstrip('/')}/")
            or wanted.endswith((f"/{said}", f".{said}"))
            or said.endswith((f"/{wanted}", f".{wanted}"))
            or re.search(rf"(?<![\w/.-]){re.escape(wanted)}(?![\w/-])", said) is not None
        ):
            return True
    return False


def _plain(text: str) -> str:
    return text.strip().strip("`\"'").replace("\\", "/").removeprefix("./").lower()
