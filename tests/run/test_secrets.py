from __future__ import annotations

import base64
import json
from urllib.parse import quote_plus

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.run.secrets import MASK, masked, read_secrets

SECRET = 's3cr"et\n/+é value'


def test_a_secret_is_read_from_the_variable_of_its_name_or_another() -> None:
    assert read_secrets(("key", "password=DB"), {"key": "abcdef", "DB": "ghijkl"}) == {
        "key": "abcdef",
        "password": "ghijkl",
    }


@pytest.mark.parametrize(
    ("word", "problem"),
    [
        ("gone", "the secret gone: the environment has no variable gone"),
        ("key=GONE", "the secret key: the environment has no variable GONE"),
        ("key=EMPTY", "the environment has no variable EMPTY"),
        ("a b", "'a b' cannot be a parameter"),
        ("SHORT", "the secret SHORT is too short"),
    ],
)
def test_a_secret_that_is_not_there_or_cannot_be_masked_is_refused_by_name(word: str, problem: str) -> None:
    with pytest.raises(NbpeerError, match=problem) as refused:
        read_secrets((word,), {"EMPTY": "", "SHORT": "12345"})
    assert "12345" not in str(refused.value)


@pytest.mark.parametrize(
    "written",
    [
        SECRET,
        repr(SECRET),
        json.dumps({"key": SECRET}),
        json.dumps([SECRET], ensure_ascii=False),
        f"https://example.org/?key={quote_plus(SECRET)}",
        base64.b64encode(SECRET.encode()).decode(),
        base64.b64encode(f"user:{SECRET}".encode()).decode(),
        base64.urlsafe_b64encode(f"u:{SECRET}@host".encode()).decode(),
        base64.b64encode(f"us:{SECRET}, and more".encode()).decode(),
        SECRET.encode().hex(),
    ],
)
def test_a_secret_is_masked_however_it_is_written(written: str) -> None:
    assert MASK in masked(written, {"key": SECRET})
    shown = masked(written, {"key": SECRET})
    for encoded in shown.split(MASK):
        assert "s3cr" not in encoded
        assert base64.b64encode(SECRET.encode()).decode()[4:-4] not in encoded


@given(st.text(min_size=6, alphabet=st.characters(codec="utf-8")), st.text(), st.text())
def test_no_trace_is_left_in_any_json_value(secret: str, before: str, after: str) -> None:
    assume(secret not in MASK)
    value = {"text": [before + secret + after, 3, None], before + secret: ({"x": secret},)}
    found = masked(value, {"s": secret})
    assert secret not in json.dumps(found, ensure_ascii=False).replace(MASK, "")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_without_the_secret_nothing_changes(value: object) -> None:
    assume("S3CRET" not in repr(value))
    assert masked(value, {"s": "S3CRET!!"}) == value
    assert masked(value, {}) is value
