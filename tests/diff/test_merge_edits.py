"""What holds when two people edit one notebook: cells changed, taken out, put in, moved and run again."""

from __future__ import annotations

import json
from typing import Any

import nbformat
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.diff.merge import merge
from nbpeer.diff.merge_resolve import resolve

# Every cell has words of its own, so that nobody can take one for another.
WORDS = "ant bee cat dog eel fox gnu hen ibis jay kite lynx mole newt owl pig quail ram seal toad".split()
BASE = [f"{word} = load('{word}')\n\nfirst({word})\n{word}.plot()\nlast({word})" for word in WORDS[:7]]


@st.composite
def edits(draw: st.DrawFn, side: str) -> list[str]:
    """BASE as one person left it; what `side` added says so."""
    sources = list(BASE)
    for number in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, len(sources) - 1)) if sources else 0
        what = draw(st.sampled_from(["change", "delete", "insert", "move"]))
        if what == "insert" or not sources:
            word = WORDS[7 + draw(st.integers(0, 12))]
            sources.insert(place, f"{side}{number}_{word} = {word}.{side}({number})\nshow({side}{number}_{word})")
        elif what == "delete":
            del sources[place]
        elif what == "move":
            sources.insert(draw(st.integers(0, len(sources) - 1)), sources.pop(place))
        else:
            lines = sources[place].split("\n")
            line = draw(st.integers(0, len(lines) - 1))
            lines[line] = f"{lines[line]}  # {side} {number}".strip()
            sources[place] = "\n".join(lines)
    return sources


def notebook(sources: list[str], run: str = "") -> bytes:
    cells = [
        making.code(source, id=f"c{number}", outputs=[making.stream(f"{run}{source}")] if run else [])
        for number, source in enumerate(sources)
    ]
    return making.text(making.notebook(*cells, header=None)).encode()


def sources(content: bytes) -> list[str]:
    return ["".join(cell["source"]) for cell in json.loads(content)["cells"]]


@given(edits("ours"), edits("theirs"))
def test_no_line_that_a_side_added_is_lost(ours: list[str], theirs: list[str]) -> None:
    merged = "\n".join(sources(merge(notebook(BASE), notebook(ours), notebook(theirs)).content)).split("\n")
    before = set("\n".join(BASE).split("\n"))
    for side in (ours, theirs):
        assert set("\n".join(side).split("\n")) - before <= set(merged)


@given(edits("ours"), edits("theirs"))
def test_a_cell_that_a_side_deleted_comes_back_only_as_a_conflict(ours: list[str], theirs: list[str]) -> None:
    result = merge(notebook(BASE), notebook(ours), notebook(theirs))
    merged = sources(result.content)
    for source in BASE:
        first_line = source.split("\n")[0]
        for side, other in ((ours, theirs), (theirs, ours)):
            if not any(first_line in cell for cell in side) and source in other:
                assert source not in merged


@given(edits("ours"), edits("theirs"))
def test_every_cell_is_there_once(ours: list[str], theirs: list[str]) -> None:
    merged = sources(merge(notebook(BASE), notebook(ours), notebook(theirs)).content)
    assert len(set(merged)) == len(merged) or len(set(ours)) < len(ours) or len(set(theirs)) < len(theirs)


@given(edits("ours"), edits("theirs"))
def test_both_orders_of_the_sides_agree_on_what_conflicts(ours: list[str], theirs: list[str]) -> None:
    one = merge(notebook(BASE), notebook(ours), notebook(theirs))
    other = merge(notebook(BASE), notebook(theirs), notebook(ours))
    assert len(one.conflicts) == len(other.conflicts)
    if one.clean:
        assert sorted(sources(one.content)) == sorted(sources(other.content))


@given(edits("ours"), edits("theirs"))
def test_a_clean_merge_has_nothing_more_to_take_from_a_side(ours: list[str], theirs: list[str]) -> None:
    result = merge(notebook(BASE), notebook(ours), notebook(theirs))
    if result.clean:
        for side in (ours, theirs):
            again = merge(notebook(side), result.content, notebook(side))
            assert (again.content, again.clean) == (result.content, True)


@given(edits("ours"), edits("theirs"))
def test_outputs_stand_only_under_the_source_that_made_them(ours: list[str], theirs: list[str]) -> None:
    result = merge(notebook(BASE, "base "), notebook(ours, "ours "), notebook(theirs, "theirs "))
    value = json.loads(result.content)
    nbformat.validate(value)
    for cell in value["cells"]:
        source = "".join(cell["source"])
        for output in cell["outputs"]:
            assert "".join(output["text"]) in (f"ours {source}", f"theirs {source}")


@given(st.dictionaries(st.integers(0, 6), st.tuples(st.integers(0, 4), st.sampled_from(WORDS)), min_size=1))
def test_a_side_taken_everywhere_is_that_side(changes: dict[int, tuple[int, str]]) -> None:
    sides: dict[Any, list[str]] = {}
    for side in ("ours", "theirs"):
        cells = [source.split("\n") for source in BASE]
        for cell, (line, word) in changes.items():
            cells[cell][line] = f"{side}({word})"
        sides[side] = ["\n".join(lines) for lines in cells]
    result = merge(notebook(BASE), notebook(sides["ours"]), notebook(sides["theirs"]))
    assert result.conflicts == tuple(cell + 1 for cell in sorted(changes))
    for side, expected in sides.items():
        content = resolve(result.content, dict.fromkeys(result.conflicts, side), "x.ipynb")
        assert sources(content) == expected
