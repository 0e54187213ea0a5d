"""Any depth is read, with the answer that Python's own scanner gives where it can."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jsontext import SEEDS, json_values, spelled
from nbpeer import scanner
from nbpeer.scanner import scan


@pytest.fixture(scope="module")
def deep() -> Any:
    """The reader without recursion, for values that are not deep."""
    return scanner._deep


def outcome(read: Any, text: str) -> Any:
    try:
        return read(text, 0)
    except (ValueError, IndexError, StopIteration) as error:
        assert isinstance(error, ValueError | IndexError) or error.args
        return "refused"


@given(json_values(), SEEDS)
def test_the_reader_without_recursion_reads_the_same(deep: Any, value: Any, seed: int) -> None:
    text = spelled(value, Random(seed)).strip(" \t\n\r")
    assert deep(text, 0) == scan(text, 0)


@given(st.text(' {}[]":,a1\\', max_size=30))
def test_the_reader_without_recursion_refuses_the_same(deep: Any, text: str) -> None:
    assert outcome(deep, text) == outcome(scan, text)


def test_a_hundred_thousand_levels_are_read() -> None:
    depth = 100_000
    text = '[{"a": ' * depth + "1.50" + "}]" * depth + ","
    value, end = scan(text, 0)
    assert end == len(text) - 1
    for _ in range(depth):
        (holder,) = value
        value = holder["a"]
    assert value == "1.50"


def test_numbers_are_text_and_the_last_of_repeated_keys_counts() -> None:
    text = json.dumps({"a": 1}).replace("}", ', "a": NaN}')
    assert scan(text, 0) == ({"a": "NaN"}, len(text))
