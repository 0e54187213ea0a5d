"""Three versions of a text by line; git's own merge-file is the judge."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.diff.merge_conflict import resolved
from nbpeer.diff.merge_lines import marked, merge_lines
from nbpeer.model.conflict import has_markers

LINES = [f"line {number}" for number in range(9)]
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d", ""]), max_size=8)


def changed(**at: str) -> list[str]:
    """LINES with `l3="text"` in place of line 3; "" takes the line out."""
    lines = [at.get(f"l{number}", line) for number, line in enumerate(LINES)]
    return [line for line in lines if line]


CASES = {
    "each side changes another line": (LINES, changed(l1="ours"), changed(l7="theirs")),
    "both change one line differently": (LINES, changed(l3="ours"), changed(l3="theirs")),
    "both change one line equally": (LINES, changed(l3="same"), changed(l3="same")),
    "neighbouring lines": (LINES, changed(l3="ours"), changed(l4="theirs")),
    "one line between": (LINES, changed(l3="ours"), changed(l5="theirs")),
    "removed and changed": (LINES, changed(l3=""), changed(l3="theirs")),
    "both remove": (LINES, changed(l3=""), changed(l3="")),
    "both append": (LINES, [*LINES, "ours"], [*LINES, "theirs"]),
    "both append, beginning alike": (LINES, [*LINES, "same", "ours"], [*LINES, "same", "theirs"]),
    "one removes all": (LINES, [], LINES),
    "conflict with shared lines inside": (
        LINES,
        changed(l3="x", l4="ours", l5="shared", l6="ours too"),
        changed(l3="x", l4="theirs", l5="shared", l6="theirs too"),
    ),
    "conflicts far enough apart": (
        LINES,
        changed(l1="a", l2="ours", l3="1", l4="2", l5="3", l6="4", l7="ours too"),
        changed(l1="b", l2="theirs", l3="1", l4="2", l5="3", l6="4", l7="theirs too"),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_lines_merge_as_git_merge_file_merges_them(case: str, tmp_path: Path) -> None:
    base, ours, theirs = CASES[case]
    for name, lines in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text("".join(f"{line}\n" for line in lines))
    command = ["git", "merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs", "ours", "base", "theirs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert marked(merge_lines(base, ours, theirs)) == done.stdout.splitlines()


@pytest.mark.parametrize(
    ("base", "ours", "theirs", "expected"),
    [
        pytest.param(["fit()  "], ["fit(x)"], ["fit()"], ["fit(x)"], id="only one changed what is to be seen"),
        pytest.param(["fit()", ""], ["fit(x)", ""], ["fit()"], ["fit(x)"], id="the other took the last line end away"),
        pytest.param([], ["fit(x)"], ["fit(x)  "], ["fit(x)  "], id="equal but for blanks: the longer"),
        pytest.param([], ["", "fit(x)"], ["fit(x)", ""], ["", "fit(x)", ""], id="blank lines of both"),
        pytest.param(["fit()"], ["fit() "], [], [], id="removed by theirs"),
    ],
)
def test_what_is_not_to_be_seen_never_conflicts(
    base: list[str], ours: list[str], theirs: list[str], expected: list[str]
) -> None:
    assert marked(merge_lines(base, ours, theirs)) == expected
    assert marked(merge_lines(base, theirs, ours)) == expected


def test_other_indentation_and_another_edit_of_one_line_conflict() -> None:
    assert has_markers("\n".join(marked(merge_lines(["fit()"], ["    fit()"], ["fit(x)"]))))


FULLER = {
    "one made the other's edit and another": ("fit(x, 3)", "fit(z, 3)", "fit(z, 4)", "fit(z, 4)"),
    "and a comment more": ("y = old(x)", "y = new(x)", "# once old\ny = new(x)", "# once old\ny = new(x)"),
    "two lines of which one side changed one": ("a = 1\nb = 2", "a = 1\nb = 3", "a = 3\nb = 3", "a = 3\nb = 3"),
    "each has an edit of its own": ("fit(x, 3, y)", "fit(z, 3, w)", "fit(z, 4, y)", None),
    "the same word, another way": ("fit(x, 3)", "fit(z, 3)", "fit(w, 4)", None),
    "a word of the other's insertion": ("fit()", "fit(x)", "fit(x, y)", None),
    "the other took the edited word out": ("fit(x, 3)", "fit(z, 3)", "fit(3)", None),
    "another indent": ("fit(x)", "    fit(x)", "fit(z)", None),
    "the same indent and more": ("if y:\nfit(x)", "if y:\n    fit(x)", "if z:\n    fit(x)", "if z:\n    fit(x)"),
    "another blank inside": ("a = 'x y'", "a = 'xy'", "a = 'z y'", None),
}


@pytest.mark.parametrize("case", FULLER)
def test_a_side_that_made_every_edit_of_the_other_and_more_is_the_merged_text(case: str) -> None:
    base, ours, theirs, expected = FULLER[case]
    for one, other in ((ours, theirs), (theirs, ours)):
        merged = "\n".join(marked(merge_lines(*(text.split("\n") for text in (base, one, other)))))
        assert merged == expected if expected else has_markers(merged)


@given(st.lists(st.sampled_from(["x", "y", "3"]), min_size=2, max_size=6), st.data())
def test_edits_that_both_made_and_one_more_of_one_side_never_conflict(words: list[str], data: st.DataObject) -> None:
    places = st.lists(st.integers(0, len(words) - 1), unique=True, min_size=1)
    edited = data.draw(places)
    more = [place for place in range(len(words)) if place not in edited]
    one = [f"new{place}" if place in edited else word for place, word in enumerate(words)]
    both = [f"more{place}" if place in more[:1] else word for place, word in enumerate(one)]
    texts = [[" ".join(version)] for version in (words, one, both)]
    assert marked(merge_lines(*texts)) == marked(merge_lines(texts[0], texts[2], texts[1])) == texts[2]


APART = {
    "each another parameter": (["a = 1", "b = 2"], ["a = 9", "b = 2"], ["a = 1", "b = 9"], ["a = 9", "b = 9"]),
    "three in a row": (["a", "b", "c"], ["A", "b", "C"], ["a", "B", "c"], ["A", "B", "C"]),
    "the same parameter": (["a = 1", "b = 2"], ["a = 3", "b = 2"], ["a = 4", "b = 2"], None),
    "one more behind a changed one": (["a = 1", "b = 2"], ["a = 9", "b = 2"], ["a = 1", "c = 3", "b = 2"], None),
    "one of them two lines for one": (["a = 1", "b = 2"], ["a = 9", "x = 0", "b = 2"], ["a = 1", "b = 9"], None),
}


@pytest.mark.parametrize("case", APART)
def test_neighbouring_lines_that_are_each_about_something_else_do_not_conflict(case: str) -> None:
    base, ours, theirs, expected = APART[case]
    merged = marked(merge_lines(base, ours, theirs, apart=True))
    assert merged == expected if expected else has_markers("\n".join(merged))


@given(TEXTS, TEXTS)
def test_a_side_that_changed_nothing_decides_nothing(base: list[str], other: list[str]) -> None:
    assert marked(merge_lines(base, base, other)) == other
    assert marked(merge_lines(base, other, base)) == other
    assert marked(merge_lines(base, other, other)) == other


@given(TEXTS, TEXTS, TEXTS)
def test_swapping_the_sides_swaps_the_conflicts_and_nothing_else(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    one, other = merge_lines(base, ours, theirs), merge_lines(base, theirs, ours)
    assert any(region.theirs is not None for region in one) == any(region.theirs is not None for region in other)
    if all(region.theirs is None for region in one):
        assert marked(one) == marked(other)


@given(TEXTS, TEXTS, TEXTS)
def test_what_a_side_added_is_in_the_merged_text(base: list[str], ours: list[str], theirs: list[str]) -> None:
    merged = marked(merge_lines(base, ours, theirs))
    for line in ("a", "b", "c", "d"):
        added = max(side.count(line) - base.count(line) for side in (ours, theirs))
        assert merged.count(line) >= added


@given(TEXTS, TEXTS, TEXTS)
def test_taking_one_side_of_every_conflict_leaves_no_marker(
    base: list[str], ours: list[str], theirs: list[str]
) -> None:
    text = "\n".join(marked(merge_lines(base, ours, theirs)))
    for side in ("ours", "theirs", "both"):
        assert not has_markers(resolved(text, side))  # type: ignore[arg-type]
