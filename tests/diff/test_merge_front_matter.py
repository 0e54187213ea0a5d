"""Front matter by key."""

from __future__ import annotations

from nbpeer.diff.merge_front_matter import merge_front_matter
from nbpeer.diff.merge_lines import marked

BASE = ["---", "title: Price", "kind: ab_test", "tags: [a]", "---", "text"]


def merged(ours: list[str], theirs: list[str], base: list[str] = BASE) -> list[str] | None:
    regions = merge_front_matter(base, ours, theirs)
    return None if regions is None else marked(regions)


def replaced(**values: str) -> list[str]:
    """BASE with other values of some keys."""
    keys = [line.partition(": ")[0] for line in BASE]
    return [f"{key}: {values[key]}" if key in values else line for key, line in zip(keys, BASE, strict=True)]


def test_different_keys_on_neighbouring_lines_do_not_conflict() -> None:
    assert merged(replaced(title="Cost"), replaced(kind="exploratory")) == replaced(title="Cost", kind="exploratory")


def test_one_key_changed_by_both_conflicts_in_its_own_lines() -> None:
    assert merged(replaced(title="Cost"), replaced(title="Fee")) == [
        "---",
        "<<<<<<< ours",
        "title: Cost",
        "=======",
        "title: Fee",
        ">>>>>>> theirs",
        *BASE[2:],
    ]


def test_keys_that_both_sides_added_at_one_place_are_both_there() -> None:
    ours = [*BASE[:4], "tier: low", *BASE[4:]]
    theirs = [*BASE[:4], "review_on: 2027-01-01", *BASE[4:]]
    assert merged(ours, theirs) == [*BASE[:4], "review_on: 2027-01-01", "tier: low", *BASE[4:]]


def test_a_removed_key_stays_removed_and_a_list_goes_with_its_key() -> None:
    base = ["---", "a: 1", "sources:", "  - one", "b: 2", "---"]
    ours = ["---", "a: 1", "b: 2", "---"]
    theirs = ["---", "a: 9", "sources:", "  - one", "b: 2", "---"]
    assert merged(ours, theirs, base) == ["---", "a: 9", "b: 2", "---"]


def test_a_comment_belongs_to_the_key_below_it() -> None:
    ours = ["---", "# money", "title: Price", *BASE[2:]]
    assert merged(ours, replaced(kind="exploratory")) == [
        "---",
        "# money",
        "title: Price",
        *replaced(kind="exploratory")[2:],
    ]


def test_a_cell_that_is_no_front_matter_or_repeats_a_key_is_left_to_the_lines() -> None:
    assert merged(["text"], ["other"], ["base"]) is None
    assert merged(["---", "title: x"], BASE) is None
    assert merged(["---", "title: x", "title: y", "---"], BASE) is None
