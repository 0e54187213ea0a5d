from __future__ import annotations

import base64
import datetime
import io
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pandas as pd
import pytest
from PIL import Image

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import RESULT_MIME, Expectation, Figure, NamedResult, Table
from nbpeer.results.bundle import bundle_schema
from nbpeer.results.read import figure_pngs, read_results


def png(colour: str = "red") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (4, 3), colour).save(out, "PNG")
    return out.getvalue()


SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "result.json"


def published(*payloads: Any, **mime: Any) -> Notebook:
    """A notebook with a cell a payload, each with the other MIME types `mime`."""
    cells = [making.code("x", outputs=[making.named_result({"schema": 1, **item}, **mime)]) for item in payloads]
    return parse_notebook(making.text(making.notebook(*cells, header=None)), "a.ipynb")


def number(**more: Any) -> dict[str, Any]:
    return {"type": "number", "name": "n", "value": 1.5, **more}


def test_every_sort_of_result_is_read_and_sorted() -> None:
    found = read_results(
        published(
            number(name="z", unit="%", tolerance=0.1, relative_tolerance=0.01),
            {"type": "text", "name": "a", "value": "yes"},
            {"type": "table", "name": "t", "value": {"columns": ["k", "v"], "rows": [["x", None], ["y", 2.5]]}},
            {"type": "expectation", "name": "no twins", "passed": False, "detail": "3 rows"},
            {"type": "caveat", "text": "Sundays are missing"},
            {"type": "caveat", "text": "Sundays are missing"},
            {"type": "metric", "name": "wau@2"},
        )
    )
    assert found.results == (
        NamedResult("a", "text", "yes"),
        NamedResult("t", "table", Table(("k", "v"), (("x", None), ("y", 2.5)))),
        NamedResult("z", "number", 1.5, "%", 0.1, 0.01),
    )
    assert found.expectations == (Expectation("no twins", False, "3 rows"),)
    assert (found.caveats, found.metrics) == (("Sundays are missing",), ("wau@2",))


def test_a_figure_is_kept_by_its_pixels_and_its_picture_can_be_had() -> None:
    encoded = base64.encodebytes(png()).decode().splitlines(keepends=True)
    notebook = published({"type": "figure", "name": "trend"}, **{"image/png": encoded})
    (figure,) = read_results(notebook).results
    assert isinstance(figure.value, Figure)
    assert (figure.value.width, figure.value.height) == (4, 3)
    assert figure_pngs(notebook) == {"trend": png()}


@pytest.mark.parametrize("value", ["NaN", "Infinity", "-Infinity", 0, -1.5, 10**20])
def test_a_number_may_be_one_json_cannot_spell(value: Any) -> None:
    assert read_results(published(number(value=value))).results[0].value == value


def glued(*scraps: tuple[str, Any, str]) -> Any:
    """A notebook that glued scraps (name, data, encoder)."""
    outputs = [
        {
            "output_type": "display_data",
            "metadata": {"scrapbook": {"name": name, "data": True, "display": False}},
            "data": {
                f"application/scrapbook.scrap.{encoder}+json": {
                    "name": name,
                    "data": data,
                    "encoder": encoder,
                    "version": 1,
                }
            },
        }
        for name, data, encoder in scraps
    ]
    return parse_notebook(making.text(making.notebook(making.code("x", outputs=outputs))), "a.ipynb")


def as_parquet(frame: pd.DataFrame) -> str:
    """A data frame as scrapbook's encoder for pandas keeps it."""
    content = io.BytesIO()
    frame.to_parquet(content, engine="pyarrow")
    return base64.b64encode(content.getvalue()).decode()


def test_scrapbooks_scraps_are_results_whatever_their_encoder() -> None:
    frame = pd.DataFrame({"country": ["DE", "FR"], "n": [1.5, None], "day": [datetime.date(2026, 1, 2)] * 2})
    found = read_results(
        glued(
            ("a", 1.5, "json"),
            ("b", "text", "text"),
            ("c", [1, 2], "json"),
            ("d", True, "json"),
            ("e", as_parquet(frame), "pandas"),
            ("f", {"k": 1}, "of_our_own"),
        )
    )
    assert found.results == (
        NamedResult("a", "number", 1.5),
        NamedResult("b", "text", "text"),
        NamedResult("c", "text", "[1,2]"),
        NamedResult("d", "text", "true"),
        NamedResult(
            "e",
            "table",
            Table(("country", "n", "day"), (("DE", 1.5, "2026-01-02"), ("FR", None, "2026-01-02"))),
        ),
        NamedResult("f", "text", '{"k":1}'),
    )


def test_a_glued_frame_too_large_for_a_table_is_known_by_its_values() -> None:
    one, same, other = (
        read_results(glued(("t", as_parquet(pd.DataFrame({"n": range(start, start + 201)})), "pandas")))
        .results[0]
        .value
        for start in (0, 0, 1)
    )
    assert str(one).startswith("table of 201 rows by 1 columns, values sha256:")
    assert one == same != other


def test_what_is_glued_again_replaces_what_was_glued_but_nothing_else() -> None:
    assert read_results(glued(("a", 1, "json"), ("a", 2, "json"))).results == (NamedResult("a", "number", 2),)
    both = glued(("n", 1, "json"))
    outputs = [making.named_result(number()), *(dict(raw) for raw in json.loads(both.raw)["cells"][1]["outputs"])]
    mixed = parse_notebook(making.text(making.notebook(making.code("x", outputs=outputs))), "a.ipynb")
    with pytest.raises(NbpeerError, match="two results are named 'n'"):
        read_results(mixed)


@pytest.mark.parametrize(
    ("data", "encoder", "said"),
    [("%%%", "pandas", "whose data frame cannot be read"), (3, "pandas", "whose data frame cannot be read")],
)
def test_a_scrap_that_cannot_be_read_is_refused_with_its_cell(data: Any, encoder: str, said: str) -> None:
    with pytest.raises(NbpeerError, match=r"a\.ipynb, cell 2: a scrap") as caught:
        read_results(glued(("s", data, encoder)))
    assert said in caught.value.message


def test_glue_that_is_only_shown_is_an_output_like_any_other() -> None:
    shown = {"output_type": "display_data", "metadata": {"scrapbook": {"name": "p", "display": True}}, "data": {}}
    notebook = parse_notebook(making.text(making.notebook(making.code("x", outputs=[shown]))))
    assert read_results(notebook).results == ()


def test_a_bundle_that_a_kernel_sends_as_json_text_is_read() -> None:
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {RESULT_MIME: '{"schema": 1, "type": "number", "name": "n", "value": 0.5}'},
    }
    notebook = parse_notebook(making.text(making.notebook(making.code("x", outputs=[output]))), "a.ipynb")
    assert read_results(notebook).results == (NamedResult("n", "number", 0.5),)
    broken = parse_notebook(
        making.text(making.notebook(making.code("x", outputs=[{**output, "data": {RESULT_MIME: "{"}}]))), "a.ipynb"
    )
    with pytest.raises(NbpeerError, match=r"a\.ipynb, cell 2: a result is not what nbpeer.result writes"):
        read_results(broken)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.041234567", 0.041234567),
        ("-3", -3),
        ("1e-9", 1e-9),
        ("Inf", "Infinity"),
        ("-Inf", "-Infinity"),
        ("NaN", "NaN"),
    ],
)
def test_a_number_may_be_its_digits_where_a_languages_json_would_round_it(text: str, value: Any) -> None:
    (found,) = read_results(published(number(value=text))).results
    assert (found.value, type(found.value)) == (value, type(value))


def test_the_examples_of_the_documentation_are_read() -> None:
    page = (SCHEMA.parents[1] / "results.md").read_text()
    block = re.search(r"```json\n(.*?)```", page, re.DOTALL)
    assert block
    examples = [json.loads(line) for line in block[1].splitlines()]
    found = read_results(published(*examples))
    assert len(found.results) + len(found.expectations) + len(found.caveats) == len(examples) == 5
    for example in examples:
        jsonschema.validate(example, json.loads(SCHEMA.read_text()))


def test_what_irkernel_and_ijulia_send_is_read() -> None:
    """The lines of docs/results.md: R's list as JSON with scalars unboxed, Julia's text beside the same as plain."""
    in_r = {"schema": 1, "type": "number", "name": "conversion", "value": "0.0412345678", "unit": "%"}
    in_julia = '{"schema": 1, "type": "number", "name": "rate", "value": 0.0412345678, "unit": "%"}'
    outputs = [
        {"output_type": "display_data", "metadata": {}, "data": {RESULT_MIME: in_r, "text/plain": "conversion: 0.04"}},
        {"output_type": "display_data", "metadata": {}, "data": {RESULT_MIME: in_julia, "text/plain": in_julia}},
    ]
    found = read_results(parse_notebook(making.text(making.notebook(making.code("x", outputs=outputs)))))
    assert [(result.name, result.value) for result in found.results] == [
        ("conversion", 0.0412345678),
        ("rate", 0.0412345678),
    ]


def test_the_schema_of_the_bundle_is_documented() -> None:
    assert json.loads(SCHEMA.read_text()) == bundle_schema(), (
        "write it again: python -c 'from nbpeer.results.bundle import *; import json; "
        "print(json.dumps(bundle_schema(), indent=2))' > docs/schemas/result.json"
    )


@pytest.mark.parametrize(
    "payload",
    [
        number(),
        number(value="NaN"),
        {"type": "text", "name": "t", "value": "x"},
        {"type": "table", "name": "t", "value": {"columns": ["a"], "rows": [[1], ["x"], [None], [True]]}},
        {"type": "figure", "name": "f"},
        {"type": "expectation", "name": "e", "passed": True},
        {"type": "caveat", "text": "c"},
        {"type": "metric", "name": "m"},
    ],
)
def test_what_is_read_follows_the_documented_schema_and_what_is_not_does_not(payload: dict[str, Any]) -> None:
    schema = json.loads(SCHEMA.read_text())
    read_results(published(payload, **{"image/png": base64.b64encode(png()).decode()}))
    jsonschema.validate(payload, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**payload, "type": "sound"}, schema)


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        (number(value="twelve"), "'twelve' is not a number"),
        (number(value=None), "'n'"),
        (number(value=True), "'n'"),
        (number(tolerance=-1), ">= 0"),
        (number(name=""), "length >= 1"),
        (number(type="sound"), "invalid value 'sound'"),
        ({"value": 1}, "missing required field type"),
        ({"type": "table", "name": "t", "value": {"columns": ["a"], "rows": [[1, 2]]}}, "as many cells"),
        ({"type": "table", "name": "t", "value": {"columns": ["a", "a"], "rows": []}}, "two columns"),
        ({"type": "table", "name": "t", "value": {"columns": ["a"], "rows": [[{}]]}}, "'t'"),
        ({"type": "figure", "name": "f"}, "the picture of a figure is missing"),
        ({"type": "expectation", "name": "e"}, "passed"),
        ({"type": "text", "name": "s", "value": "\ud800"}, "an output cannot be read"),
        (number(schema=2), "schema 2, this nbpeer reads 1"),
    ],
)
def test_what_nbpeer_does_not_write_is_refused_with_its_cell(payload: dict[str, Any], said: str) -> None:
    with pytest.raises(NbpeerError) as caught:
        read_results(published({"type": "caveat", "text": "first"}, payload))
    assert caught.value.message.startswith("a.ipynb, cell 2: ")
    assert said in caught.value.message
    assert "\n" not in str(caught.value)


def test_a_text_no_file_can_hold_is_refused() -> None:
    payload = {"schema": 1, "type": "text", "name": "s", "value": "\ud800"}
    notebook = making.notebook(making.code("x", outputs=[making.named_result(payload)], metadata={"a": float("nan")}))
    with pytest.raises(NbpeerError, match=r"cell 2: result 's' .*surrogates not allowed"):
        read_results(parse_notebook(json.dumps(notebook)))


@pytest.mark.parametrize("picture", ["aGVsbG8=", "%%%", base64.b64encode(png()[:40]).decode()])
def test_a_broken_picture_is_refused_with_its_cell(picture: str) -> None:
    with pytest.raises(NbpeerError, match=r"a\.ipynb, cell 1: .*figure"):
        read_results(published({"type": "figure", "name": "f"}, **{"image/png": picture}))


def test_two_results_of_one_name_are_refused_with_both_cells() -> None:
    with pytest.raises(NbpeerError, match=r"two results are named 'n' \(cells 1 and 3\)"):
        read_results(published(number(), number(name="m"), number(value=2)))


def test_two_expectations_of_one_name_are_refused_and_a_result_of_that_name_is_not() -> None:
    expectation = {"type": "expectation", "name": "n", "passed": True}
    assert len(read_results(published(number(), expectation)).expectations) == 1
    with pytest.raises(NbpeerError, match=r"two expectations are named 'n' \(cells 1 and 2\)"):
        read_results(published(expectation, expectation))


def test_a_notebook_that_published_nothing_has_no_results() -> None:
    notebook = parse_notebook(making.text(making.notebook(making.code("x", outputs=[making.stream("hello")]))))
    assert read_results(notebook) == type(read_results(notebook))()


def test_reading_numbers_does_not_load_pillow() -> None:
    program = (
        "import sys; from nbpeer.results.read import read_results; from nbpeer.results.compare import compare_results; "
        "print('PIL' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stdout == "False\n"


def test_what_a_notebook_publishes_in_a_real_kernel_is_what_is_read() -> None:
    import nbformat
    from nbclient import NotebookClient

    code = [
        "import nbpeer, pandas as pd\nfrom PIL import Image",
        "nbpeer.result('rate', 0.0412, unit='%', tolerance=0.002)",
        "nbpeer.result('by_country', pd.DataFrame({'country': ['DE', 'FR'], 'rate': [4.5, float('nan')]}))",
        "nbpeer.figure('square', Image.new('RGB', (4, 3), 'red'))",
        "nbpeer.expect('has rows', False, 'no rows')",
        "nbpeer.caveat('Sundays are missing')",
    ]
    executed = NotebookClient(
        nbformat.reads(making.text(making.notebook(*map(making.code, code))), 4), timeout=60
    ).execute()
    found = read_results(parse_notebook(nbformat.writes(executed), "a.ipynb"))
    assert {result.name: result.type for result in found.results} == {
        "by_country": "table",
        "rate": "number",
        "square": "figure",
    }
    assert found.results[0].value == Table(("country", "rate"), (("DE", 4.5), ("FR", None)))
    assert found.results[1] == NamedResult("rate", "number", 0.0412, "%", 0.002)
    assert found.expectations == (Expectation("has rows", False, "no rows"),)
    assert found.caveats == ("Sundays are missing",)
