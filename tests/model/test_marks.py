"""Hidden marks: what is written is read again, whatever it holds, and nothing in a value can end the mark."""

from hypothesis import given
from hypothesis import strategies as st

from nbpeer.model.marks import mark, marks, ticked

# Lone surrogates have no UTF-8, in which marks are percent-encoded.
texts = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.dictionaries(st.from_regex(r"[a-z]+", fullmatch=True), texts, max_size=4), texts)
def test_a_mark_is_read_as_it_was_written_wherever_it_stands(values: dict[str, str], around: str) -> None:
    around = around.replace("<", "")
    written = mark("item", **values)
    found = list(marks(f"{around}{written}{around}"))
    assert [(one.kind, one.values) for one in found] == [("item", values)]
    assert f"{around}{written}"[found[0].start :] == written


@given(texts)
def test_no_value_ends_the_comment_that_holds_it(value: str) -> None:
    inside = mark("item", id=value).removeprefix("<!-- ").removesuffix(" -->")
    assert "--" not in inside
    assert ">" not in inside
    assert "\n" not in inside


def test_what_is_no_mark_of_ours_is_not_read() -> None:
    assert list(marks("<!-- other:item id=A --> <!--nbpeer:item id=A--> &lt;!-- nbpeer:item id=A -->")) == []


def test_ticked_are_the_items_whose_box_has_a_cross() -> None:
    text = "\n".join(
        f"- [{box}] **{item}** Right sources? {mark('item', id=item)}"
        for box, item in (("x", "C1"), (" ", "C3"), ("X", "C4"))
    )
    assert ticked(f"{text}\r\n- [x] no item of ours\n- [x] {mark('finding', print='a')}") == {"C1", "C4"}
    assert ticked(text.replace("\n", "\r\n")) == {"C1", "C4"}
