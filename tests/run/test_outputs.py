from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from nbpeer.run.outputs import Outputs


def outputs(*messages: tuple[str, dict[str, Any]], most: int = 1000) -> list[Any]:
    found: list[Any] = []
    taking = Outputs(most=most)
    taking.begin(found)
    for kind, content in messages:
        taking.take(kind, content)
    taking.settle()
    return found


def printed(text: str, name: str = "stdout") -> tuple[str, dict[str, Any]]:
    return "stream", {"name": name, "text": text}


def shown(text: str, display_id: str = "") -> tuple[str, dict[str, Any]]:
    return "display_data", {"data": {"text/plain": text}, "metadata": {}, "transient": {"display_id": display_id}}


def test_text_goes_on_in_its_stream_until_something_else_comes() -> None:
    found = outputs(printed("a"), printed("b"), printed("e", "stderr"), printed("c"), shown("d"), printed("f"))
    assert [output.get("text", output.get("data")) for output in found] == ["ab", "e", "c", {"text/plain": "d"}, "f"]


def test_a_display_is_updated_wherever_it_was_shown() -> None:
    taking = Outputs()
    first: list[Any] = []
    taking.begin(first)
    taking.take(*shown("old", "one"))
    second: list[Any] = []
    taking.begin(second)
    taking.take("update_display_data", shown("new", "one")[1])
    assert first[0]["data"] == {"text/plain": "new"}
    assert second == []


def test_clearing_is_at_once_or_with_what_comes_next() -> None:
    assert outputs(printed("a"), ("clear_output", {"wait": False})) == []
    assert [output["text"] for output in outputs(printed("a"), ("clear_output", {"wait": True}))] == ["a"]
    assert [output["text"] for output in outputs(printed("a"), ("clear_output", {"wait": True}), printed("b"))] == ["b"]


def test_what_is_no_output_is_passed_over() -> None:
    assert outputs(("status", {"execution_state": "idle"}), ("debug_event", {}), ("execute_input", {"code": "1"})) == []


pieces = st.lists(st.tuples(st.sampled_from(["stdout", "stderr"]), st.text("ab\n", max_size=30)), max_size=20)


@given(pieces, st.integers(1, 60))
def test_beyond_the_limit_the_beginning_and_the_end_are_kept_and_the_rest_is_counted(
    messages: list[tuple[str, str]], most: int
) -> None:
    whole = "".join(text for _, text in messages)
    found = outputs(*(printed(text, name) for name, text in messages), most=most)
    notices = [output for output in found if output["text"].startswith("[nbpeer: ")]
    kept = "".join(output["text"] for output in found if output not in notices)
    if len(whole) <= 2 * most:
        assert (kept, notices) == (whole, [])
    else:
        assert kept == whole[:most] + whole[-most:]
        assert notices[0]["text"] == (
            f"[nbpeer: {len(whole) - 2 * most:,} characters that this cell printed here are not kept]\n"
        )
