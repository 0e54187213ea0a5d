"""JSON values, and every way to write them down."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import strategies as st

SEEDS = st.integers(0, 2**32)
_WORDS = st.sampled_from(["{", "}", '"', "\\", ",", ']"', "é", "\u2028", '": [', "null"])
_KEYS = st.text("ab{}\"\\,:'é", max_size=3)


def json_values(*, finite: bool = False) -> st.SearchStrategy[Any]:
    """Values of JSON, with lone surrogates, NaN and infinities unless `finite`."""
    text = st.text(max_size=6) | _WORDS
    numbers = st.integers() | st.floats(allow_nan=not finite, allow_infinity=not finite)
    return st.recursive(
        st.none() | st.booleans() | numbers | (text if finite else text | st.just("\ud800")),
        lambda below: st.lists(below, max_size=3) | st.dictionaries(_KEYS, below, max_size=3),
        max_leaves=6,
    )


def spelled(value: Any, random: Random) -> str:
    """One JSON text of a value; white space and escapes are the luck of the draw."""
    before, after = _blank(random), _blank(random)
    if isinstance(value, dict):
        members = (f"{spelled(key, random)}:{spelled(item, random)}" for key, item in value.items())
        return f"{before}{{{','.join(members) or _blank(random)}}}{after}"
    if isinstance(value, list):
        return f"{before}[{','.join(spelled(item, random) for item in value) or _blank(random)}]{after}"
    return before + json.dumps(value, ensure_ascii=random.random() < 0.5) + after


def _blank(random: Random) -> str:
    return "".join(random.choices(" \t\n\r", k=random.choice((0, 0, 1, 3))))
