"""The rules' pages: for a terminal, and as the document docs/rules.md."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from nbpeer.model.finding import RulePage

if TYPE_CHECKING:
    from rich.console import RenderableType

_INTRODUCTION = """# Rules

`nbpeer check` applies these rules; `nbpeer explain NBP301` prints one of them. This page is made of the rules' own
docstrings by `nbpeer explain --format markdown`.

An error keeps the gate shut, a warning is to be fixed or waived with a reason, an info informs. A waiver stands on the
line itself, or on a line of its own above it:

```python
total = orders.merge(payments)  # nbpeer: waive NBP301 payments has one row an order, asserted in Checks
```

in Markdown `<!-- nbpeer: waive NBP203 reason -->`. A finding about a whole cell is waived anywhere in that cell, one
about the whole notebook in the first Markdown cell after the front matter. A waived finding stays in the report.
"""


def page_text(page: RulePage) -> RenderableType:
    """One rule's page for a terminal."""
    from rich.markdown import Markdown

    return Markdown(rule_markdown(page))


def list_text(pages: Sequence[RulePage]) -> RenderableType:
    """One line a rule."""
    from rich.text import Text

    width = max(len(page.name) for page in pages)
    text = Text()
    for page in pages:
        severity = page.severity + ("" if page.default else ", off")
        text.append(page.code, "bold").append(f"  {page.name:{width}}  {severity:12}  {page.summary}\n")
    text.rstrip()
    return text


def rule_markdown(page: RulePage, level: int = 1) -> str:
    """One rule's page as Markdown, its title a heading of `level`."""
    off = "" if page.default else ", off unless selected by its code"
    body = page.page.replace("\n## ", f"\n{'#' * (level + 1)} ")
    return f"{'#' * level} {page.code} {page.name}\n\n*{page.severity}, {page.group}{off}*\n\n{body}\n"


def rules_markdown(pages: Sequence[RulePage]) -> str:
    """All rules in one document: a table, then the pages by group."""
    rows = [
        f"| [{page.code}](#{page.code.lower()}-{page.name}) | {page.name} | {page.severity} | {page.summary} |"
        for page in pages
    ]
    table = "\n".join(["| code | name | severity | what it finds |", "|---|---|---|---|", *rows])
    parts = [_INTRODUCTION, table + "\n"]
    for group, members in groupby(pages, key=lambda page: page.group):
        parts.append(f"## {group.capitalize()}\n")
        parts += [rule_markdown(page, 3) for page in members]
    return "\n".join(parts)
