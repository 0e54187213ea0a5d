from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.result import (
    Certificate,
    Environment,
    Expectation,
    Figure,
    NamedResult,
    ResultsFile,
    Table,
    decode_results,
    encode_results,
    results_path,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(2**53), 2**53)
scalars = numbers | texts | st.booleans() | st.none()
tolerances = st.floats(0, 1)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    columns = tuple(draw(st.lists(texts, unique=True, max_size=3)))
    rows = draw(st.lists(st.tuples(*[scalars] * len(columns)), max_size=3))
    return Table(columns, tuple(rows))


values = st.one_of(
    st.tuples(st.just("number"), numbers | st.sampled_from(["NaN", "Infinity", "-Infinity"])),
    st.tuples(st.just("text"), texts),
    st.tuples(st.just("table"), tables()),
    st.tuples(st.just("figure"), st.builds(Figure, st.integers(1, 9), st.integers(1, 9), texts, texts)),
)
results = st.builds(
    lambda name, value, unit, absolute, relative: NamedResult(name, value[0], value[1], unit, absolute, relative),
    texts,
    values,
    texts,
    tolerances,
    tolerances,
)
certificates = st.builds(
    Certificate,
    texts,
    st.dictionaries(texts, scalars, max_size=2),
    st.dictionaries(texts, texts, max_size=2),
    st.booleans(),
    st.builds(Environment, texts, texts, st.dictionaries(texts, texts, max_size=2)),
)
files = st.builds(
    lambda certificate, named, expected, caveats, metrics: ResultsFile(
        certificate,
        {result.name: result for result in named},
        {item.name: item for item in expected},
        tuple(caveats),
        tuple(metrics),
    ),
    certificates,
    st.lists(results, max_size=3),
    st.lists(st.builds(Expectation, texts, st.booleans(), texts), max_size=2),
    st.lists(texts, max_size=2),
    st.lists(texts, max_size=2),
)


@given(files)
def test_a_results_file_says_again_what_was_written(found: ResultsFile) -> None:
    content = encode_results(found)
    again = decode_results(content, "a.results.json")
    assert again == found
    assert encode_results(again) == content
    assert json.loads(content)["schema"] == 1
    assert content.endswith(b"}\n")


def test_a_row_of_a_table_is_a_line_of_the_file_and_keys_are_sorted() -> None:
    table = Table(("country", "rate"), (("DE", 4.1), ("a ] [ ,", 3.9)))
    found = ResultsFile(Certificate("sha256:1"), {"by_country": NamedResult("by_country", "table", table)})
    lines = [line.strip() for line in encode_results(found).decode().split("\n")]
    assert '["DE", 4.1],' in lines
    assert '["a ] [ ,", 3.9]' in lines
    written = json.loads(encode_results(found))
    assert list(written) == sorted(written)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"certificate": {}}', b'{"certificate": {"source": "a"}, "results": []}', b"\xff"]
)
def test_an_invalid_results_file_is_named(content: bytes) -> None:
    with pytest.raises(NbpeerError, match=r"a\.results\.json is not a valid results file") as caught:
        decode_results(content, "a.results.json")
    assert "\n" not in str(caught.value)


def test_the_result_set_of_a_file_is_sorted_by_name() -> None:
    named = {name: NamedResult(name, "number", 1) for name in ("b", "a")}
    found = ResultsFile(Certificate("s"), named, {"z": Expectation("z", True), "y": Expectation("y", True)})
    assert [result.name for result in found.result_set.results] == ["a", "b"]
    assert [item.name for item in found.result_set.expectations] == ["y", "z"]


def test_results_stand_beside_the_notebook() -> None:
    assert results_path("a/pricing.ipynb") == "a/pricing.results.json"


def test_a_row_of_a_table_and_a_caveat_stand_on_lines_of_their_own() -> None:
    table = NamedResult("t", "table", Table(("a", "b"), ((1, "x["), (2, "y"))))
    lines = encode_results(ResultsFile(Certificate("s"), {"t": table}, caveats=("one", "two"))).decode().splitlines()
    assert [line.strip() for line in lines if "x[" in line or '"two"' in line] == ['"two"', '[1, "x["],']
