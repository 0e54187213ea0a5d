"""Every error that nbpeer raises on purpose, collected from the code: one line, what is wrong, and what to do.

`python tests/test_errors.py` prints them all, to be read in one sitting.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PACKAGE = Path(__file__).parent.parent / "src" / "nbpeer"
RAISED = {"NbpeerError", "ForgeError", "TooLongError"}
# What says the same in other words, or nothing.
AVOIDED = re.compile(
    r"does not exist|cannot find|not found|invalid|illegal|please|oops|sorry|!|failed to|an error", re.I
)


class Error(NamedTuple):
    """One place that raises, its message and hint as they stand in the code; {…} for what is filled in."""

    place: str
    message: str
    hint: str | None


def text(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{…}" for part in node.values)
    return "{…}"


def collected() -> Iterator[Error]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in RAISED and node.args:
                given = [*node.args, *(word.value for word in node.keywords if word.arg == "hint")]
                hint = text(given[1]) if len(given) > 1 else None
                yield Error(f"{path.relative_to(PACKAGE)}:{node.lineno}", text(node.args[0]), hint)


ERRORS = list(collected())


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: error.place)
def test_an_error_is_one_line_that_says_what_and_what_to_do(error: Error) -> None:
    for said in (error.message, error.hint or ""):
        assert "\n" not in said
        assert not said.endswith((".", ",", ":")) or said.endswith("…}")
        assert not AVOIDED.search(said)
    assert error.message
    assert error.hint is not None or error.message.endswith("{…}")


if __name__ == "__main__":
    for one in ERRORS:
        print(f"{one.place}\n    {one.message}" + (f"; {one.hint}" if one.hint else ""))
