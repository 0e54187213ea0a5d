from __future__ import annotations

import pytest

import making
from nbpeer.diff.align import align
from nbpeer.diff.whitespace import ignoring_space
from nbpeer.model.change import CellChange
from nbpeer.model.notebook import parse_notebook

LOAD = "def load(path):\n    orders = read(path)\n    return orders[orders.country != 'XX']"


def changes(before: list[str], after: list[str]) -> tuple[CellChange, ...]:
    sides = (making.text(making.notebook(*map(making.code, side), header=None)) for side in (before, after))
    return ignoring_space(align(*map(parse_notebook, sides)))


@pytest.mark.parametrize("after", [LOAD.replace("    ", "\t"), LOAD.replace(" = ", "="), LOAD.replace("\n", "  \n")])
def test_a_cell_in_which_only_white_space_differs_is_unchanged(after: str) -> None:
    (change,) = changes([LOAD], [after])
    assert (change.kind, change.aspects) == ("unchanged", ())


def test_it_may_still_have_moved() -> None:
    rest = [f"step_{n} = load_{n}(table_{n}, limit_{n})" for n in range(5)]
    found = changes([LOAD, *rest], [*rest, LOAD.replace("    ", "\t")])
    assert [change.kind for change in found] == [*["unchanged"] * 5, "moved"]


def test_lines_in_which_only_white_space_differs_look_the_same() -> None:
    (change,) = changes([LOAD], [LOAD.replace("    ", "\t").replace("XX", "YY")])
    assert change.kind == "changed"
    assert change.before and change.after
    pairs = zip(change.before.source.split("\n"), change.after.source.split("\n"), strict=True)
    assert [one == other for one, other in pairs] == [True, True, False]


def test_a_line_more_is_a_change() -> None:
    assert [change.kind for change in changes([LOAD], [LOAD + "\n"])] == ["changed"]
