from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from nbpeer.errors import NbpeerError
from nbpeer.model.review import (
    TIERS,
    AnalysisGate,
    Answer,
    Condition,
    GateVerdict,
    SignOff,
    decode_sign_off,
    encode_sign_off,
    sign_off_path,
    signed_content,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
answers = st.builds(
    Answer, texts, st.sampled_from(["yes", "no", "na"]), texts, st.sampled_from(["human", "auto"]), texts
)
sign_offs = st.builds(
    SignOff,
    analysis=texts,
    content=texts,
    source=texts,
    results=st.none() | texts,
    reviewer=texts,
    checklist=texts,
    checklist_version=texts,
    tier=st.sampled_from(TIERS),
    answers=st.lists(answers, max_size=3).map(tuple),
    decision=st.sampled_from(["approve", "request_changes"]),
    time=texts,
    comment=texts,
    signature=texts,
)


@given(sign_offs)
def test_a_sign_off_says_again_what_was_written(sign_off: SignOff) -> None:
    content = encode_sign_off(sign_off)
    assert decode_sign_off(content, "a.json") == sign_off
    assert content.endswith(b"}\n")


@given(sign_offs, sign_offs)
def test_a_signature_covers_everything_but_itself(sign_off: SignOff, other: SignOff) -> None:
    assert signed_content(replace(sign_off, signature=other.signature)) == signed_content(sign_off)
    for name in set(SignOff.__struct_fields__) - {"signature"}:
        altered = replace(sign_off, **{name: getattr(other, name)})
        assert (signed_content(altered) == signed_content(sign_off)) == (
            getattr(other, name) == getattr(sign_off, name)
        )


@given(sign_offs)
def test_a_sign_off_is_always_kept_in_its_folder(sign_off: SignOff) -> None:
    folder, _, name = sign_off_path(sign_off).rpartition("/")
    assert "/../" not in f"/{folder}/"
    assert name.endswith(".json")


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b"<<<<<<< ours", b'{"tier": "huge"}'])
def test_an_invalid_sign_off_is_named(content: bytes) -> None:
    with pytest.raises(NbpeerError, match=r"s\.json is not a valid sign-off"):
        decode_sign_off(content, "s.json")


def test_the_gate_is_met_when_every_condition_of_every_analysis_is() -> None:
    met, unmet = Condition("fresh", True, ""), Condition("signed", False, "nobody did")
    good, bad = AnalysisGate("a", "", (met,)), AnalysisGate("b", "", (met, unmet))
    assert GateVerdict("main", (good,)).met
    assert not GateVerdict("main", (good, bad)).met
    assert GateVerdict("main", ()).met
