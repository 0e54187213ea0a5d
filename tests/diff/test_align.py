from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import making
from nbpeer.diff.align import align
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import Notebook, parse_notebook

LOAD = "import pandas as pd\norders = pd.read_csv('orders.csv')\norders = orders[orders.country != 'XX']"
RATES = "rates = orders.groupby('variant').converted.mean()\nrates.sort_values()"
PLOT = "fig, ax = plt.subplots(figsize=(8, 4))\nax.bar(rates.index, rates.values)\nax.set_title('Conversion')"
TEXT = "We test whether the lower price raises conversion in all the countries that we sell to."

sources = st.sampled_from(["", "x", "df.head()", LOAD, RATES, PLOT, TEXT]) | st.text("ab =\n", max_size=12)
cells = st.builds(
    lambda source, kind, tags, number: {**kind(source), "metadata": {"tags": tags}, "id": f"c{number}"},
    sources,
    st.sampled_from([making.code, making.markdown, making.raw]),
    st.sampled_from([[], ["note"], ["parameters"]]),
    st.integers(0, 9),
)
notebooks = st.lists(cells, max_size=8).map(lambda found: parsed(*found))


def parsed(*found: dict[str, Any]) -> Notebook:
    return parse_notebook(making.text(making.notebook(*found, header=None)))


def of(*texts: str, ids: list[str] | None = None) -> Notebook:
    found = [making.code(text) for text in texts]
    for cell, name in zip(found, ids or [], strict=False):
        cell["id"] = name
    return parsed(*found)


def kinds(before: Notebook | None, after: Notebook | None) -> list[str]:
    return [change.kind for change in align(before, after)]


def rows(before: Notebook, after: Notebook) -> list[tuple[Any, ...]]:
    return [
        (change.kind, change.before and change.before.index, change.after and change.after.index)
        for change in align(before, after)
    ]


@settings(max_examples=300)
@given(notebooks, notebooks)
def test_every_cell_of_either_side_is_there_once_and_in_order(before: Notebook, after: Notebook) -> None:
    changes = align(before, after)
    assert sorted(change.before.index for change in changes if change.before) == list(range(len(before.cells)))
    assert [change.after.index for change in changes if change.after] == list(range(len(after.cells)))
    for change in changes:
        assert bool(change.group) == (change.kind in ("split", "joined"))
        if not change.group:
            assert (change.before is None) == (change.kind == "added")
            assert (change.after is None) == (change.kind == "removed")
            assert bool(change.aspects) == (change.kind in ("changed", "moved_changed"))
    for group in range(1, max((change.group for change in changes), default=0) + 1):
        places = [place for place, change in enumerate(changes) if change.group == group]
        assert places == list(range(places[0], places[0] + len(places)))
        assert len({changes[place].kind for place in places}) == 1
        first, *others = [changes[place] for place in places]
        assert first.before and first.after and others
        assert all((other.before is None) == (first.kind == "split") for other in others)
        assert all((other.after is None) == (first.kind == "joined") for other in others)


@settings(max_examples=300)
@given(notebooks, notebooks)
def test_all_is_unchanged_exactly_when_the_source_digests_are_equal(before: Notebook, after: Notebook) -> None:
    same = set(kinds(before, after)) <= {"unchanged"}
    assert same == (source_digest(before) == source_digest(after))


@settings(max_examples=200)
@given(notebooks, notebooks)
def test_cells_that_did_not_move_kept_their_order(before: Notebook, after: Notebook) -> None:
    changes = align(before, after)
    stayed = [change.before.index for change in changes if change.before and change.kind in ("unchanged", "changed")]
    assert stayed == sorted(stayed)
    left = ("moved" in change.kind or "place" in change.aspects for change in changes)
    still_there = [
        change.before.index for change, moved in zip(changes, left, strict=True) if change.before and not moved
    ]
    assert still_there == sorted(still_there)


@given(notebooks)
def test_a_notebook_is_itself(notebook: Notebook) -> None:
    assert set(kinds(notebook, notebook)) <= {"unchanged"}


@given(notebooks)
def test_one_side_alone_came_or_went(notebook: Notebook) -> None:
    assert kinds(None, notebook) == ["added"] * len(notebook.cells)
    assert kinds(notebook, None) == ["removed"] * len(notebook.cells)


@given(notebooks, notebooks)
def test_the_answer_is_always_the_same(before: Notebook, after: Notebook) -> None:
    assert align(before, after) == align(before, after)


edits = st.lists(
    st.tuples(st.sampled_from("insert remove move edit split join".split()), st.integers(0, 9), st.integers(0, 9)),
    max_size=12,  # no more cells than there are ids
)


@settings(max_examples=200)
@given(edits, st.permutations(range(20)))
def test_ids_that_an_unchanged_cell_did_not_keep_change_nothing(
    found: list[tuple[str, int, int]], ids: list[int]
) -> None:
    original = [f"step_{n} = load_{n}(table_{n}, limit_{n})\nshow_{n}(step_{n}.column_{n})" for n in range(8)]
    edited = list(original)
    for place, (edit, one, other) in enumerate(found):
        if edit == "insert":
            edited.insert(one, f"new_{place} = other_{place}(thing_{place})")
        elif edited and edit == "remove":
            edited.pop(one % len(edited))
        elif edited and edit == "split":
            first, _, second = edited.pop(one % len(edited)).partition("\n")
            edited[one:one] = [first, second]
        elif len(edited) > 1 and edit == "join":
            place = one % (len(edited) - 1)
            edited[place : place + 2] = ["\n".join(edited[place : place + 2])]
        elif edited and edit == "move":
            edited.insert(other, edited.pop(one % len(edited)))
        elif edited:
            edited[one % len(edited)] += f"\n# {place}"
    kept = [ids[edited.index(text)] == number for number, text in enumerate(original) if edited.count(text) == 1]
    assume(not kept or not all(kept))
    before = of(*original, ids=[f"cell{number}" for number in range(8)])
    renumbered = of(*edited, ids=[f"cell{number}" for number in ids])
    assert rows(before, renumbered) == rows(before, of(*edited, ids=[f"new{number}" for number in ids]))


def test_moves_edits_insertions_and_removals_are_told_apart() -> None:
    before = of("import this", LOAD, RATES, PLOT, "old_helper = 1")
    after = of("import this", PLOT, LOAD.replace("XX", "YY"), "summary = rates.describe()", RATES)
    assert rows(before, after) == [
        ("unchanged", 0, 0),
        ("moved", 3, 1),
        ("changed", 1, 2),
        ("added", None, 3),
        ("unchanged", 2, 4),
        ("removed", 4, None),
    ]


def test_a_cell_that_moved_and_changed_is_followed() -> None:
    before = of(PLOT, LOAD, RATES, "a = 1", "b = 2")
    after = of(LOAD, RATES, "a = 1", "b = 2", PLOT.replace("Conversion", "Rate"))
    assert [change.kind for change in align(before, after)][-1] == "moved_changed"


def test_a_moved_cell_is_not_taken_for_its_old_neighbour() -> None:
    near = PLOT.replace("rates", "costs").replace("Conversion", "Cost").replace("bar", "plot")
    before = of(LOAD, PLOT, RATES)
    after = of(LOAD, near, RATES, PLOT + "\nax.grid()")
    assert rows(before, after)[-1] == ("moved_changed", 1, 3)


def test_a_removed_cell_stands_at_its_old_place_before_what_was_added_there() -> None:
    assert rows(of("a = 1", "q", "b = 2"), of("a = 1", "zz + yy", "b = 2")) == [
        ("unchanged", 0, 0),
        ("removed", 1, None),
        ("added", None, 1),
        ("unchanged", 2, 2),
    ]
    assert rows(of("q", "a = 1"), of("a = 1")) == [("removed", 0, None), ("unchanged", 1, 0)]


def test_the_smaller_block_moves() -> None:
    assert rows(of("a", "b", "c", "d", "e"), of("d", "e", "a", "b", "c")) == [
        ("moved", 3, 0),
        ("moved", 4, 1),
        ("unchanged", 0, 2),
        ("unchanged", 1, 3),
        ("unchanged", 2, 4),
    ]


def test_sequential_ids_that_shifted_fool_nobody() -> None:
    """Tools that renumber cells give every cell after an insertion its neighbour's old id."""
    before = of("first = 1", LOAD, RATES, ids=["0", "1", "2"])
    after = of("from pathlib import Path", "first = 1", LOAD, RATES, ids=["0", "1", "2", "3"])
    assert kinds(before, after) == ["added", "unchanged", "unchanged", "unchanged"]


def test_swapped_ids_fool_nobody() -> None:
    assert kinds(of(LOAD, RATES, PLOT, ids=list("abc")), of(LOAD, RATES, PLOT, ids=list("cab"))) == ["unchanged"] * 3


def test_trustworthy_ids_recognise_a_cell_that_was_mostly_rewritten() -> None:
    rewritten = "import polars as pl\nfrom pathlib import Path\nall_sales = pl.scan_csv(Path('orders.csv')).collect()"
    before = of("first", LOAD, "second", ids=["a", "b", "c"])
    after = of("first", "added = 1", rewritten, "second", ids=["a", "x", "b", "c"])
    assert kinds(before, after) == ["unchanged", "added", "changed", "unchanged"]
    strangers = of("first", "added = 1", rewritten, "second", ids=["p", "q", "r", "s"])
    assert sorted(kinds(before, strangers)) == ["added", "added", "removed", "unchanged", "unchanged"]


def test_an_id_does_not_make_one_of_two_cells_that_share_nothing() -> None:
    before, after = of("first", LOAD, ids=["a", "b"]), of("first", TEXT, ids=["a", "b"])
    assert kinds(before, after) == ["unchanged", "removed", "added"]


@pytest.mark.parametrize(
    ("before", "after", "aspects"),
    [
        (making.code("x = 1"), making.code("x = 2"), ("source",)),
        (making.code(TEXT), making.markdown(TEXT), ("type",)),
        (making.code("x = 1"), making.code("x = 1", tags=("parameters",)), ("tags",)),
        (making.markdown(TEXT), making.markdown(TEXT, attachments={"a.png": {"image/png": ""}}), ("attachments",)),
        (making.code(TEXT), making.markdown(TEXT + "!"), ("type", "source")),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "",
)
def test_what_differs_in_a_cell_is_named(before: Any, after: Any, aspects: tuple[str, ...]) -> None:
    (change,) = align(parsed(before), parsed(after))
    assert (change.kind, change.aspects) == ("changed", aspects)


def test_outputs_counts_ids_metadata_and_note_tags_do_not_count() -> None:
    executed = making.code("x", outputs=[making.stream("1")], execution_count=3, id="other", tags=("note",))
    executed["metadata"]["collapsed"] = True
    assert kinds(parsed(making.code("x")), parsed(executed)) == ["unchanged"]


def test_twins_are_matched_in_order_and_empty_cells_never_move() -> None:
    assert kinds(of("a", "a", "b"), of("a", "b")).count("removed") == 1
    assert sorted(kinds(of("", LOAD), of(LOAD, ""))) == ["added", "removed", "unchanged"]


def long_notebook(size: int, start: int = 0) -> list[str]:
    return [
        f"value_{n} = source_{n % 7}.load('file_{n}', {n * 37 % 1000})\nshow(value_{n}, limit={n})"
        for n in range(start, start + size)
    ]


def test_in_a_long_notebook_every_move_and_edit_is_found() -> None:
    original = long_notebook(500)
    edited = [text + "\n# seen" if n % 20 == 3 else text for n, text in enumerate(original)]
    for n in range(25):
        edited.insert((n * 173) % 480, edited.pop((n * 19 + 5) % 480))
    found = Counter(kinds(of(*original), of(*edited)))
    assert found["moved"] + found["moved_changed"] <= 25
    assert found["changed"] + found["moved_changed"] == 25
    assert found["added"] == found["removed"] == 0


def test_notebooks_with_nothing_in_common_or_endless_lines_are_aligned() -> None:
    strangers = of(*long_notebook(600)), of(*[f"w{n}_{n * 7} = 'q{n}'" for n in range(600)])
    endless = of("x = '" + "abc " * 2_000_000 + "'"), of("x = '" + "abd " * 2_000_000 + "'")
    assert Counter(kinds(*strangers)) == {"added": 600, "removed": 600}
    assert set(kinds(*endless)) <= {"added", "removed", "changed"}
