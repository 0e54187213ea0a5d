from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from nbpeer.commands.diff import compare
from nbpeer.commands.patch import patch
from nbpeer.errors import NbpeerError
from nbpeer.model.change import ChangedPath, DiffReport, Version
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.render.diff_values import diff_schema, diff_values
from nbpeer.render.json import to_json

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "diff.json"
BEFORE, AFTER = Version("file", label="before"), Version("file", label="after")

LINES = [f"step_{n} = load_{n}(table_{n}, limit_{n})" for n in range(6)]
sources = st.lists(st.sampled_from(LINES), max_size=4).map("\n".join) | st.text("ab \n\r\u2028é\ud800", max_size=8)
cells = st.builds(
    lambda source, kind, tags, number, attached: {
        **kind(""),
        "source": source,
        "metadata": {"tags": tags, "other": number} if tags else {"other": number},
        "id": f"c{number}",
        **({"attachments": {"a.png": {"image/png": attached}}} if attached and kind is making.markdown else {}),
    },
    sources,
    st.sampled_from([making.code, making.markdown, making.raw]),
    st.sampled_from([[], ["note"], ["parameters"], ["hide-input", "note"]]),
    st.integers(0, 9),
    st.sampled_from(["", "x", "y"]),
)
notebooks = st.lists(cells, max_size=7).map(lambda found: making.notebook(*found, header=None))


def encoded(notebook: dict[str, Any]) -> bytes:
    return json.dumps(notebook).encode()


def document(before: bytes, after: bytes, *, path: str = "a.ipynb") -> bytes:
    sides = {"before": before, "after": after}

    def read(version: Version, name: str) -> bytes | None:
        return sides[version.label] if name == path else None

    found = compare(read, BEFORE, AFTER, ChangedPath(path, "changed", path))
    return to_json(diff_values(DiffReport(BEFORE, AFTER, (found,)))).encode()


def shown(content: bytes) -> list[tuple[Any, ...]]:
    notebook = parse_notebook(content)
    return [(cell.cell_type, cell.source, cell.tags, cell.attachments, cell.id) for cell in notebook.cells]


@settings(max_examples=200)
@given(notebooks, notebooks)
def test_the_old_notebook_and_the_json_make_the_new_one(before: dict[str, Any], after: dict[str, Any]) -> None:
    old, new = encoded(before), encoded(after)
    found = patch(old, document(old, new), "a.ipynb")
    assert shown(found) == shown(new)
    assert source_digest(parse_notebook(found)) == source_digest(parse_notebook(new))


@settings(max_examples=100)
@given(notebooks, notebooks)
def test_every_json_is_what_the_published_schema_says(before: dict[str, Any], after: dict[str, Any]) -> None:
    import jsonschema

    jsonschema.validate(json.loads(document(encoded(before), encoded(after))), json.loads(SCHEMA.read_text()))


def test_the_published_schema_is_what_the_code_gives() -> None:
    assert json.loads(SCHEMA.read_text()) == diff_schema(), "write it anew: see docs/diff.md"


@given(notebooks)
def test_nothing_to_change_gives_the_same_bytes(notebook: dict[str, Any]) -> None:
    old = making.text(notebook).encode("utf-8", "surrogatepass") + b"\n\n"
    assert patch(old, document(old, old), "a.ipynb") == old


def test_outputs_stay_where_the_source_stays_and_no_cell_keeps_those_of_another_source() -> None:
    kept = making.code("show(orders)", outputs=[making.stream("1")], execution_count=2)
    edited = making.code(LINES[0], outputs=[making.stream("2")], execution_count=1)
    old = encoded(making.notebook(edited, kept))
    new = encoded(making.notebook(making.code(LINES[0] + "  # seen"), making.code("show(orders)")))
    found = json.loads(patch(old, document(old, new), "a.ipynb"))
    assert [cell.get("outputs") for cell in found["cells"]] == [None, [], [making.stream("1")]]
    assert found["cells"][2]["execution_count"] == 2


def test_a_cell_that_became_prose_has_no_outputs_and_one_that_became_code_has_a_place_for_them() -> None:
    text = "We test whether the lower price raises conversion"
    code, prose = making.code(text, outputs=[making.stream("2")]), making.markdown(text)
    old, new = encoded(making.notebook(code, header=None)), encoded(making.notebook(prose, header=None))
    assert json.loads(patch(old, document(old, new), "a.ipynb"))["cells"] == [making.markdown(text, id="cell0")]
    back = json.loads(patch(new, document(new, old), "a.ipynb"))["cells"][0]
    assert (back["outputs"], back["execution_count"]) == ([], None)


def test_another_notebook_is_refused() -> None:
    one, two, three = (encoded(making.notebook(making.code(text))) for text in ("a = 1", "b = 2", "c = 3"))
    with pytest.raises(NbpeerError, match=r"old\.ipynb is not what the comparison was made of \(cell 2 differs\)"):
        patch(three, document(one, two), "old.ipynb")
    with pytest.raises(NbpeerError, match="1 cells instead of 2"):
        patch(encoded(making.notebook()), document(one, two), "old.ipynb")


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"analyses": 1}', b"\xff"])
def test_what_is_no_comparison_is_refused(content: bytes) -> None:
    with pytest.raises(NbpeerError, match="not a comparison as JSON"):
        patch(encoded(making.notebook()), content, "a.ipynb")


def test_one_of_several_analyses_is_chosen_by_its_path() -> None:
    one, two = (encoded(making.notebook(making.code(text))) for text in ("a = 1", "b = 2"))
    both = json.loads(document(one, two))
    both["analyses"] += json.loads(document(two, one, path="b.ipynb"))["analyses"]
    several = json.dumps(both).encode()
    assert shown(patch(two, several, "old.ipynb", "b.ipynb")) == shown(one)
    assert shown(patch(one, several, "a.ipynb")) == shown(two)
    with pytest.raises(NbpeerError, match=r"has 2 analyses: name one with --analysis: a\.ipynb, b\.ipynb"):
        patch(one, several, "old.ipynb")
    with pytest.raises(NbpeerError, match=r"has no c\.ipynb"):
        patch(one, several, "a.ipynb", "c.ipynb")


def test_an_analysis_that_could_not_be_read_is_refused() -> None:
    one = encoded(making.notebook(making.code("a = 1")))
    with pytest.raises(NbpeerError, match="could not be compared"):
        patch(one, document(one, b"{"), "a.ipynb")
