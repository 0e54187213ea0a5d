"""A question on the screen, with what the analysis says about it."""

from __future__ import annotations

import pytest

from nbpeer.model.review import Excerpt, Item, Question
from nbpeer.render.checklist import Beside, question_text


def beside(*lengths: int, whole: bool = False) -> list[str]:
    parts = tuple(Excerpt(f"part {place}", ("said",) * length) for place, length in enumerate(lengths))
    question = Question(Item("C1", "Clear?"), (), False, None)
    return question_text(question, "1 of 3", Beside(parts, whole)).plain.splitlines()


@pytest.mark.parametrize(
    ("lengths", "more"),
    [
        ((14,), []),
        ((40,), ["26 more lines"]),
        ((2, 12), []),
        ((2, 40), ["28 more lines"]),
        ((40, 2), ["28 more lines"]),
        ((40, 40), ["33 more lines", "33 more lines"]),
        ((15,), []),
        ((3, 3, 3), []),
        ((), []),
    ],
)
def test_long_parts_share_the_screen_with_what_short_ones_leave(lengths: tuple[int, ...], more: list[str]) -> None:
    lines = beside(*lengths)
    assert [line.partition("… ")[2].partition(":")[0] for line in lines if "…" in line] == more
    assert len(lines) <= 1 + 2 * len(lengths) + 14 + 1


def test_all_of_it_is_shown_on_demand() -> None:
    assert len(beside(40, 40, whole=True)) == 1 + 2 + 80
