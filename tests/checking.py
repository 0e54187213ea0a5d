"""Checks of notebooks that are made for a test, and notebooks made of a rule's own examples."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import making
from nbpeer.checks.apply import Subject, check_notebooks
from nbpeer.checks.rule import CheckContext
from nbpeer.config import CheckConfig
from nbpeer.model.finding import Finding
from nbpeer.model.kind import Kind
from nbpeer.model.notebook import parse_notebook

TEMPLATE = making.notebook(
    making.markdown("## Summary\n\nWrite the answer first."),
    making.markdown("## Method\n\nThe effect is a difference of shares."),
    making.code("effect = 0"),
    making.markdown("## Limitations\n\nSay what limits the answer."),
)
KIND = Kind(
    name="exploratory",
    title="Exploration",
    description="",
    folder="templates/exploratory",
    notebook=making.text(TEMPLATE).encode(),
    required=("title", "kind", "question", "decision"),
    sections=("Summary", "Limitations"),
)
CONTEXT = CheckContext(CheckConfig(), KIND, ("ab_test", "exploratory"))


def nothing_to_read(path: str) -> bytes | None:
    return None


def check(
    *cells: dict[str, Any] | str,
    select: str = "NBP",
    ignore: str = "",
    context: CheckContext = CONTEXT,
    read: Callable[[str], bytes | None] = nothing_to_read,
    **notebook: Any,
) -> list[Finding]:
    """The findings in a notebook of these cells; a text is a code cell. Without `header=` it has no front matter."""
    made = [making.code(cell) if isinstance(cell, str) else cell for cell in cells]
    content = making.text(making.notebook(*made, **{"header": None, **notebook}))
    config = CheckConfig(select=tuple(select.split(",")), ignore=tuple(filter(None, ignore.split(","))))
    subject = Subject(parse_notebook(content, "analysis.ipynb"), context._replace(config=config), read)
    return list(check_notebooks([subject]))


def codes(findings: list[Finding]) -> list[str]:
    return [finding.code for finding in findings]


_FENCE = re.compile(r"^```(\w+)(?: repeated (\d+) times)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def example(section: str) -> dict[str, Any]:
    """The notebook that the fences of a page's section make: python (cells from `# %%`, with `In [1]`), markdown, yaml
    (front matter), output and error (of the code cell before)."""
    cells: list[dict[str, Any]] = []
    header = None
    for language, times, text in _FENCE.findall(section):
        text = text * int(times or 1)
        if language == "yaml":
            header = f"---\n{text}---\n"
        elif language == "markdown":
            cells.append(making.markdown(text))
        elif language == "output":
            cells[-1]["outputs"].append(making.stream(text))
        elif language == "error":
            name, _, value = text.strip().partition(": ")
            cells[-1]["outputs"].append({"output_type": "error", "ename": name, "evalue": value, "traceback": [text]})
        else:
            assert language == "python", language
            cells += _code_cells(text)
    return making.notebook(*cells, header=header)


def _code_cells(text: str) -> list[dict[str, Any]]:
    found = []
    for part in re.split(r"^# %%", text, flags=re.MULTILINE):
        count, _, source = part.partition("\n") if text.startswith("# %%") else ("", "", part)
        if source.strip():
            number = re.search(r"In \[(\d+)\]", count)
            found.append(making.code(source.rstrip("\n"), execution_count=int(number.group(1)) if number else None))
    return found
