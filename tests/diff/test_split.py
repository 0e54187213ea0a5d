from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.diff.align import align
from nbpeer.model.change import CellChange
from nbpeer.model.notebook import Notebook, parse_notebook

LOAD = "import pandas as pd\norders = pd.read_csv('orders.csv')\norders = orders[orders.country != 'XX']"
RATES = "rates = orders.groupby('variant').converted.mean()\nrates = rates.sort_values(ascending=False)"
PLOT = "fig, ax = plt.subplots(figsize=(8, 4))\nax.bar(rates.index, rates.values)\nax.set_title('Conversion')"
STEPS = [f"step_{n} = load_{n}(table_{n}, limit_{n})\nshow_{n}(step_{n}.column_{n}, n={n})" for n in range(9)]


def of(*texts: str, kind: str = "code") -> Notebook:
    make = making.code if kind == "code" else making.markdown
    return parse_notebook(making.text(making.notebook(*map(make, texts), header=None)))


def rows(before: Notebook, after: Notebook) -> list[tuple[object, ...]]:
    return [
        (change.kind, change.before and change.before.index, change.after and change.after.index)
        for change in align(before, after)
    ]


def grouped(changes: tuple[CellChange, ...]) -> list[CellChange]:
    return [change for change in changes if change.group]


def test_a_cell_split_in_two_is_one_before_and_two_after() -> None:
    assert rows(of("first = 1", f"{LOAD}\n\n{RATES}", PLOT), of("first = 1", LOAD, RATES, PLOT)) == [
        ("unchanged", 0, 0),
        ("split", 1, 1),
        ("split", None, 2),
        ("unchanged", 2, 3),
    ]


def test_cells_joined_are_several_before_and_one_after() -> None:
    assert rows(of(LOAD, RATES, PLOT, "last = 1"), of(f"{LOAD}\n{RATES}\n\n{PLOT}", "last = 1")) == [
        ("joined", 0, 0),
        ("joined", 1, None),
        ("joined", 2, None),
        ("unchanged", 3, 1),
    ]


def test_a_split_into_many_small_pieces_is_found_from_its_first_line() -> None:
    whole = "\n".join(STEPS)
    found = align(of("first = 1", whole), of("first = 1", *STEPS))
    assert [change.kind for change in found] == ["unchanged", *["split"] * 9]
    assert {change.group for change in found[1:]} == {1}


def test_only_lines_that_differ_are_an_aspect_of_a_split() -> None:
    exact = grouped(align(of(f"{LOAD}\n\n\n{RATES}"), of(LOAD, RATES)))
    assert exact[0].aspects == ()
    edited = grouped(align(of(f"{LOAD}\n{RATES}"), of(LOAD.replace("XX", "YY"), RATES)))
    assert [change.aspects for change in edited] == [("source",), ()]


def test_a_split_of_a_moved_cell_says_so() -> None:
    found = grouped(align(of(f"{LOAD}\n{RATES}", *STEPS), of(*STEPS, LOAD, RATES)))
    assert [change.aspects for change in found] == [("place",), ()]


def test_two_groups_have_numbers_of_their_own() -> None:
    found = grouped(align(of(f"{LOAD}\n{RATES}", *STEPS[:4]), of(LOAD, RATES, STEPS[0], "\n".join(STEPS[1:4]))))
    assert [(change.kind, change.group) for change in found] == [
        ("split", 1),
        ("split", 1),
        ("joined", 2),
        ("joined", 2),
        ("joined", 2),
    ]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((LOAD,), (LOAD.replace("XX", "YY"), RATES)),  # something new beside a changed cell
        ((LOAD, PLOT), (LOAD, RATES, PLOT.replace("Conversion", "Rate"))),
        ((f"{LOAD}\nx",), (LOAD, "x")),  # a piece too small to tell
        ((f"{LOAD}\n{RATES}",), (LOAD, PLOT)),
    ],
)
def test_what_only_looks_like_a_split_is_none(before: tuple[str, ...], after: tuple[str, ...]) -> None:
    assert grouped(align(of(*before), of(*after))) == []
    assert grouped(align(of(*after), of(*before))) == []


def test_code_is_not_split_into_prose() -> None:
    before = parse_notebook(making.text(making.notebook(making.code(f"{LOAD}\n{RATES}"), header=None)))
    after = making.notebook(making.code(LOAD), making.markdown(RATES), header=None)
    assert grouped(align(before, parse_notebook(making.text(after)))) == []


@settings(max_examples=60)
@given(st.integers(0, 7), st.integers(1, 8), st.booleans())
def test_any_neighbours_that_become_one_cell_are_found(start: int, length: int, split: bool) -> None:
    end = min(start + 1 + length, 9)
    one = [*STEPS[:start], "\n".join(STEPS[start:end]), *STEPS[end:]]
    before, after = (of(*one), of(*STEPS)) if split else (of(*STEPS), of(*one))
    found = align(before, after)
    assert len(grouped(found)) == end - start
    assert {change.kind for change in found if not change.group} <= {"unchanged"}
