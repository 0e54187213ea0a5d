from __future__ import annotations

import copy
import json
import math
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.model.digests import behaviour_tags, canonical_json, content_hash, digest, results_digest, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import Expectation, NamedResult, ResultSet

SAFE_INTEGER = 2**53 - 1
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-SAFE_INTEGER, SAFE_INTEGER)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


def of(*cells: dict[str, Any], **options: Any) -> str:
    return source_digest(parse_notebook(making.text(making.notebook(*copy.deepcopy(cells), **options))))


@given(json_values)
def test_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [5e-324, 1e21, 1e20, 123456789012345680000.0, 1e-6, 1e-7, -0.0, 0.1 + 0.2, 1e300])
def test_numbers_are_spelled_as_rfc_8785_spells_them(value: float) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_canonical_json_refuses_what_is_no_json_number(value: float) -> None:
    with pytest.raises(ValueError, match="not a JSON number"):
        canonical_json([value])


def test_canonical_json_refuses_what_json_does_not_know() -> None:
    with pytest.raises(TypeError, match="set is not a JSON value"):
        canonical_json({"a": {1}})


def test_an_unpaired_surrogate_has_one_spelling() -> None:
    assert canonical_json("a\ud800b") == b'"a\\ud800b"'


def test_a_digest_names_its_algorithm() -> None:
    assert digest({}) == "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


CELLS = (making.markdown("# Title"), making.code("x = 1\ny = 2", tags=("parameters",)), making.code("print(x)"))


@pytest.mark.parametrize("indent", [None, 0, 4, "\t"])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_the_source_digest_ignores_how_the_json_is_written(indent: Any, ascii_only: bool) -> None:
    notebook = making.notebook(making.markdown("größer"), *CELLS)
    written = json.dumps(notebook, indent=indent, ensure_ascii=ascii_only)
    assert source_digest(parse_notebook(written)) == source_digest(parse_notebook(making.text(notebook)))


def test_the_source_digest_ignores_one_string_or_lines_and_line_ends() -> None:
    lines = making.code("x = 1\ny = 2")
    assert of(lines) == of({**lines, "source": "x = 1\ny = 2"}) == of({**lines, "source": "x = 1\r\ny = 2"})


def test_the_source_digest_ignores_outputs_counts_ids_metadata_and_note_tags() -> None:
    plain = making.code("x = 1")
    executed = making.code(
        "x = 1", tags=("my-note",), outputs=[making.stream("hello")], execution_count=7, id="another"
    )
    executed["metadata"]["collapsed"] = True
    assert of(plain) == of(executed, metadata={"language_info": {"name": "python", "version": "3.13"}})


@pytest.mark.parametrize(
    "changed",
    [
        (making.markdown("# Title"), making.code("x = 1\ny = 3", tags=("parameters",)), making.code("print(x)")),
        (making.raw("# Title"), *CELLS[1:]),
        (CELLS[1], CELLS[0], CELLS[2]),
        (CELLS[0], making.code("x = 1\ny = 2"), CELLS[2]),
        (*CELLS[:2], making.code("print(x)", tags=("skip_execution",))),
        (making.markdown("# Title", attachments={"a.png": {"image/png": "aGk="}}), *CELLS[1:]),
        (*CELLS, making.code("")),
        CELLS[:2],
        (making.markdown("# Title\n"), *CELLS[1:]),
    ],
    ids="source type order parameters-tag skip-tag attachment added removed newline".split(),
)
def test_the_source_digest_changes_with_what_the_analyst_wrote(changed: tuple[dict[str, Any], ...]) -> None:
    assert of(*CELLS) != of(*changed)


def test_the_source_digest_covers_the_front_matter() -> None:
    assert of(*CELLS) != of(*CELLS, header=making.HEADER.replace("tier: medium", "tier: low"))


def test_two_cells_are_not_one_cell_of_both_sources() -> None:
    assert of(making.code("ab"), making.code("")) != of(making.code("a"), making.code("b"))


def test_tags_are_known_in_nbconverts_spelling_too() -> None:
    assert behaviour_tags(("Remove_Cell", "note", "parameters", "remove-cell")) == ["parameters", "remove-cell"]


RESULTS = ResultSet((NamedResult("a", "number", 1.5, "%", 0.1),), (Expectation("ok", True),))


@pytest.mark.parametrize(
    "other",
    [
        ResultSet((NamedResult("a", "number", 1.6, "%", 0.1),), RESULTS.expectations),
        ResultSet((NamedResult("a", "number", 1.5, "", 0.1),), RESULTS.expectations),
        ResultSet((NamedResult("a", "number", 1.5, "%", 0.2),), RESULTS.expectations),
        ResultSet((NamedResult("b", "number", 1.5, "%", 0.1),), RESULTS.expectations),
        ResultSet(RESULTS.results, (Expectation("ok", False),)),
        ResultSet(RESULTS.results),
    ],
    ids="value unit tolerance name outcome missing".split(),
)
def test_the_results_digest_changes_with_results_and_expectations(other: ResultSet) -> None:
    assert results_digest(RESULTS) != results_digest(other)


def test_the_results_digest_ignores_caveats_metrics_and_how_a_whole_number_is_written() -> None:
    one = ResultSet((NamedResult("a", "number", 2.0),), (), ("a caveat",), ("m@1",))
    assert results_digest(one) == results_digest(ResultSet((NamedResult("a", "number", 2),)))


def test_the_content_hash_changes_with_either_digest_and_knows_none_from_empty() -> None:
    hashes = {content_hash("a", "b"), content_hash("a", None), content_hash("a", ""), content_hash("b", "a")}
    assert len(hashes) == 4
