"""What a notebook publishes: looked at in a real kernel, and as values."""

from __future__ import annotations

import base64
import datetime
import decimal
import io
import json
import math
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import narwhals as nw
import numpy as np
import pandas as pd
import pandera.pandas as pandera
import pandera.polars as pandera_polars
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import nbpeer
from nbpeer.errors import NbpeerError
from nbpeer.model.result import RESULT_MIME
from nbpeer.publish.judging import judge
from nbpeer.publish.shown import shown_caveat, shown_expectation, shown_scalar, shown_table, spell
from nbpeer.publish.values import typed_value

Published = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Run code in one real kernel; the MIME bundles it displays."""
    from jupyter_client.manager import start_new_kernel

    environment = {**os.environ, "IPYTHONDIR": str(tmp_path_factory.mktemp("ipython")), "MPLBACKEND": "agg"}
    manager, client = start_new_kernel(kernel_name="python3", env=environment)

    def run(code: str) -> list[dict[str, Any]]:
        messages: list[dict[str, Any]] = []
        reply = client.execute_interactive(code, timeout=60, output_hook=messages.append)
        content = reply["content"]
        assert content["status"] == "ok", content
        displayed = [message for message in messages if message["msg_type"] == "display_data"]
        return [message["content"]["data"] for message in displayed]

    run("import nbpeer, numpy as np, pandas as pd")
    yield run
    client.stop_channels()
    manager.shutdown_kernel(now=True)


def payload(published: Published, code: str) -> dict[str, Any]:
    (bundle,) = published(code)
    found = bundle[RESULT_MIME]
    assert isinstance(found, dict)
    return found


def test_a_number_is_published_with_its_unit_and_tolerance(published: Published) -> None:
    (bundle,) = published("nbpeer.result('conversion', np.float64(0.0412), unit='%', tolerance=0.002)")
    assert bundle[RESULT_MIME] == {
        "schema": 1,
        "type": "number",
        "name": "conversion",
        "value": 0.0412,
        "unit": "%",
        "tolerance": 0.002,
        "relative_tolerance": 0.0,
    }
    assert bundle["text/plain"] == "conversion: 0.0412 %"
    words = [word for word in re.split(r"<[^>]*>| ", bundle["text/html"]) if word]
    assert words == ["conversion", "0.0412", "%", "tolerance", "0.002", "%"]


def test_a_number_json_cannot_spell_arrives_as_text(published: Published) -> None:
    found = [payload(published, f"nbpeer.result('x', float('{text}'))") for text in ("nan", "inf", "-inf")]
    assert [item["type"] for item in found] == ["number"] * 3
    assert [item["value"] for item in found] == ["NaN", "Infinity", "-Infinity"]


def test_a_table_is_published_with_scalars_json_knows(published: Published) -> None:
    found = payload(
        published,
        "nbpeer.result('by day', pd.DataFrame({'day': pd.to_datetime(['2026-01-01', None]), 'n': [1.5, np.nan]}))",
    )
    assert (found["type"], found["value"]) == (
        "table",
        {"columns": ["day", "n"], "rows": [["2026-01-01", 1.5], [None, None]]},
    )


def test_a_figures_tolerance_travels_with_it_and_has_to_make_sense(published: Published) -> None:
    (bundle,) = published(
        "import nbpeer; from PIL import Image; nbpeer.figure('t', Image.new('L', (2, 2)), tolerance=0.005)"
    )
    assert bundle[RESULT_MIME]["tolerance"] == 0.005
    with pytest.raises(NbpeerError, match="tolerance is -1"):
        nbpeer.figure("t", b"", tolerance=-1)


def test_a_figure_is_published_as_the_same_picture_every_time_and_shown_once(published: Published) -> None:
    draw = (
        "import matplotlib.pyplot as plt; fig, ax = plt.subplots(figsize=(2, 1)); ax.plot([1, 2]); "
        "nbpeer.figure('trend', {what}); assert not plt.get_fignums()"
    )
    bundles = [bundle for what in ("fig", "ax", "None") for bundle in published(draw.format(what=what))]
    assert [bundle[RESULT_MIME] for bundle in bundles] == [{"schema": 1, "type": "figure", "name": "trend"}] * 3
    assert len({bundle["image/png"] for bundle in bundles}) == 1
    assert all("text/html" not in bundle for bundle in bundles)
    image = Image.open(io.BytesIO(base64.b64decode(bundles[0]["image/png"])))
    assert (image.format, set(image.info)) == ("PNG", {"dpi"})


def test_an_expectation_is_published_and_returned_and_raises_nothing(published: Published) -> None:
    found = payload(published, "assert nbpeer.expect('paid', pd.Series([1, 2, -3]) > 0, 'refunds') is False")
    assert found == {
        "schema": 1,
        "type": "expectation",
        "name": "paid",
        "passed": False,
        "detail": "refunds; 1 of 3 fail",
    }
    found = payload(published, "assert nbpeer.expect('paid', np.bool_(True), 'refunds') is True")
    assert (found["passed"], found["detail"]) == (True, "")


def test_a_caveat_is_published_on_one_line(published: Published) -> None:
    assert payload(published, "nbpeer.caveat('Sundays are\\n missing')") == {
        "schema": 1,
        "type": "caveat",
        "text": "Sundays are missing",
    }


METRICS = """
semantic_model:
  - name: product
    datasets: [{name: events, source: data/events.parquet}]
    metrics:
      - name: wau
        expression: COUNT(DISTINCT user_id)
        custom_extensions: [{vendor_name: NBPEER, data: {version: 2.1.0}}]
"""


@pytest.fixture
def analyses(tmp_path: Path, published: Published) -> Path:
    """A folder of a repository with a registry, as the folder that the kernel is in."""
    (tmp_path / ".git").mkdir()
    folder = tmp_path / "team" / "analyses"
    folder.mkdir(parents=True)
    published(f"import os; os.chdir({str(folder)!r})")
    return tmp_path


def test_a_metric_is_cited_in_full_and_gives_its_sql_as_seen_from_the_notebook(
    analyses: Path, published: Published
) -> None:
    (analyses / "metrics.yml").write_text(METRICS)
    assert payload(published, "sql = nbpeer.metric('wau')") == {"schema": 1, "type": "metric", "name": "wau@2.1.0"}
    published("assert ' '.join(sql.split()).endswith('AS wau FROM \"../../data/events.parquet\" AS events'), sql")
    published("assert '`../../data/events.parquet`' in nbpeer.metric('wau@2.1.0', 'bigquery')")


@pytest.mark.parametrize(
    ("call", "said"),
    [
        ("nbpeer.metric('wau@1.0.0')", "wau@1.0.0 is not there: metrics.yml has 2.1.0: cite wau@2.1.0"),
        ("nbpeer.metric('wauu')", "metrics.yml defines no metric 'wauu': did you mean 'wau'?"),
        ("nbpeer.metric('wau', 'duckbd')", "there is no SQL dialect 'duckbd': did you mean 'duckdb'?"),
    ],
)
def test_a_metric_that_is_not_there_is_one_line_and_is_not_cited(
    analyses: Path, published: Published, call: str, said: str
) -> None:
    (analyses / "metrics.yml").write_text(METRICS)
    code = f"try:\n    {call}\n    said = ''\nexcept nbpeer.errors.NbpeerError as error:\n    said = str(error)"
    assert published(code) == []
    published(f"assert said == {said!r}, said")


def test_without_a_registry_no_metric_is_cited(analyses: Path, published: Published) -> None:
    code = "try:\n    nbpeer.metric('wau@2.1.0')\nexcept nbpeer.errors.NbpeerError as error:\n    said = str(error)"
    assert published(code) == []
    published("assert said.startswith('no metric registry was found in this repository'), said")


def test_a_registry_elsewhere_is_found_by_the_configuration(analyses: Path, published: Published) -> None:
    (analyses / "dbt").mkdir()
    (analyses / "dbt/agreed.yml").write_text(METRICS)
    (analyses / "nbpeer.toml").write_text('[metrics]\nfile = "dbt/agreed.yml"\n')
    assert payload(published, "sql = nbpeer.metric('wau')")["name"] == "wau@2.1.0"


def test_publishing_other_things_loads_no_sql(tmp_path: Path) -> None:
    program = "import sys, nbpeer; nbpeer.caveat('x'); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert {"sqlglot", "duckdb", "ruamel.yaml", "nbpeer.registry"} & set(done.stdout.split()) == set()


def test_outside_a_kernel_the_text_is_written(capsys: pytest.CaptureFixture[str]) -> None:
    nbpeer.result("rows", 1234567, "orders")
    nbpeer.figure("trend", Image.new("RGB", (2, 2)))
    nbpeer.caveat("Few rows.")
    assert capsys.readouterr().out == "rows: 1,234,567 orders\nfigure: trend\ncaveat: Few rows.\n"


def test_publishing_a_number_loads_neither_ipython_nor_narwhals() -> None:
    program = "import sys, nbpeer; nbpeer.result('n', 1); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert not {"IPython", "narwhals", "matplotlib", "PIL", "ruamel"} & set(done.stdout.split())


@pytest.mark.parametrize(
    ("value", "kind", "expected"),
    [
        (3, "number", 3),
        (10**30, "number", 10**30),
        (0.1, "number", 0.1),
        (decimal.Decimal("0.25"), "number", 0.25),
        (np.int64(4), "number", 4),
        (np.float32(0.5), "number", 0.5),
        (np.array(7), "number", 7),
        ("undecided", "text", "undecided"),
        (np.str_("undecided"), "text", "undecided"),
        (datetime.date(2026, 1, 2), "text", "2026-01-02"),
        (pd.Timestamp("2026-01-02 03:04"), "text", "2026-01-02T03:04:00"),
        (np.datetime64("2026-01-02"), "text", "2026-01-02"),
        (datetime.timedelta(hours=30), "text", "1 day, 6:00:00"),
        (pd.Timedelta(hours=30), "text", "1 day, 6:00:00"),
        (np.timedelta64(30, "h"), "text", "1 day, 6:00:00"),
        (pd.Timedelta(1, "ns"), "text", "0 days 00:00:00.000000001"),
        (pd.Period("2026-01"), "text", "2026-01"),
        (pd.Interval(0, 1), "text", "(0, 1]"),
        (decimal.Decimal("NaN"), "number", "NaN"),
        (np.longdouble("-inf"), "number", "-Infinity"),
    ],
)
def test_a_scalar_becomes_a_json_scalar(value: Any, kind: str, expected: Any) -> None:
    found = typed_value("x", value)
    assert found == {"type": kind, "value": expected}
    assert type(found["value"]) in (int, float, str)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "nbpeer.expect"),
        (np.bool_(False), "nbpeer.expect"),
        (None, "missing"),
        (pd.NaT, "missing"),
        (pd.NA, "missing"),
        ("", "0 characters"),
        ("a" * 5001, "5,001 characters"),
        ([1, 2], "is a list: make it a data frame"),
        ({"a": 1}, "publish each value under its own name"),
        (np.array([1, 2]), r"is a ndarray: publish its \.item\(\)"),
        (1j, "its real and its imaginary part"),
        (b"a", "is a bytes"),
        (pd.DataFrame({"a": [1]}).groupby("a"), "aggregate it first"),
        (pd.DataFrame(), "has no columns"),
        (pd.DataFrame({"g": [1]}, index=pd.Index(["a"], name="g")), "its index and a column have one name"),
        (pd.DataFrame({"a": range(201)}), "larger than 200 rows by 30 columns"),
        (pd.DataFrame({str(number): [1] for number in range(31)}), "aggregate it first"),
        (pd.DataFrame({"a": [[1, 2]]}), "holds a list"),
        (pd.DataFrame({"a": [object()]}), "holds a object"),
        (pd.DataFrame({1: [1], "1": [2]}), "two columns of one name"),
    ],
)
def test_what_is_no_result_is_refused(value: Any, said: str) -> None:
    with pytest.raises(NbpeerError, match=said):
        nbpeer.result("x", value)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"g": ["a", "b"], "n": [1, 2]}),
        pd.DataFrame({"g": ["a", "b"], "n": [1, 2]}).set_index("g"),
        pd.DataFrame({"g": ["a", "b"], "n": [1, 2]}).set_index("g")["n"],
        pd.DataFrame({"g": pd.Categorical(["a", "b"]), "n": pd.array([1, 2], dtype="Int64")}),
        pd.DataFrame({"g": ["b", "a"], "n": [2, 1]}).sort_values("g"),
        pa.table({"g": ["a", "b"], "n": [1, 2]}),
        nw.from_native(pa.table({"g": ["a", "b"], "n": [1, 2]})),
        pl.DataFrame({"g": ["a", "b"], "n": [1, 2]}),
        pl.DataFrame({"g": pl.Series(["a", "b"], dtype=pl.Categorical), "n": pl.Series([1, 2], dtype=pl.UInt8)}),
        pl.LazyFrame({"g": ["a", "b"], "n": [1, 2]}),
    ],
    ids=[
        "pandas",
        "index",
        "series",
        "extension types",
        "sorted",
        "pyarrow",
        "narwhals",
        "polars",
        "polars types",
        "lazy polars",
    ],
)
def test_a_table_is_the_same_from_every_frame(frame: Any) -> None:
    assert typed_value("x", frame)["value"] == {"columns": ["g", "n"], "rows": [["a", 1], ["b", 2]]}


def test_an_index_of_two_levels_becomes_two_columns_and_an_interval_a_text() -> None:
    data = pd.DataFrame({"g": ["a", "a"], "age": [1, 12], "n": [1.0, 3.0]})
    grouped = data.groupby(["g", pd.cut(data["age"], [0, 10, 20])], observed=True)[["n"]].mean()
    assert typed_value("x", grouped)["value"] == {
        "columns": ["g", "age", "n"],
        "rows": [["a", "(0, 10]", 1.0], ["a", "(10, 20]", 3.0]],
    }


@pytest.mark.parametrize("series", [pd.Series([1, 2]), pl.Series([1, 2]), pa.chunked_array([[1, 2]])])
def test_a_series_without_a_name_is_a_column_called_value(series: Any) -> None:
    assert typed_value("x", series)["value"] == {"columns": ["value"], "rows": [[1], [2]]}


def test_a_series_without_a_name_keeps_the_labels_of_its_index() -> None:
    found = typed_value("x", pd.Series([1, 2], index=pd.Index(["a", "b"], name="g")))
    assert found["value"] == {"columns": ["g", "value"], "rows": [["a", 1], ["b", 2]]}


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame, pa.table])
def test_every_library_gives_the_same_values(make: Any) -> None:
    frame = make(
        {
            "decimal": [decimal.Decimal("1.10"), None],
            "duration": [datetime.timedelta(days=1), None],
            "moment": [datetime.datetime(2026, 1, 2, 3), None],
            "flag": [True, None],
            "infinite": [math.inf, None],
        }
    )
    assert typed_value("x", frame)["value"]["rows"] == [
        [1.1, "1 day, 0:00:00", "2026-01-02T03:00:00", True, "Infinity"],
        [None, None, None, None, None],
    ]


def test_columns_of_two_levels_are_joined() -> None:
    frame = pd.DataFrame([[1, 2]], columns=pd.MultiIndex.from_tuples([("a", "mean"), ("a", "std")]))
    assert typed_value("x", frame)["value"]["columns"] == ["a mean", "a std"]


@given(st.lists(st.tuples(st.floats(), st.integers(), st.text(), st.booleans()), max_size=200))
def test_every_table_is_json_and_keeps_its_values(rows: list[tuple[float, int, str, bool]]) -> None:
    frame = pd.DataFrame(rows, columns=["f", "i", "s", "b"], dtype=object)
    found = typed_value("x", frame)["value"]
    spelled = [[json.loads(json.dumps(value, allow_nan=False)) for value in row] for row in found["rows"]]
    infinite = {math.inf: "Infinity", -math.inf: "-Infinity"}
    expected = [[None if math.isnan(f) else infinite.get(f, f), *rest] for f, *rest in rows]
    assert spelled == expected


@pytest.mark.parametrize("name", ["", " a", "two\nlines", "a" * 81, 3, None])
def test_a_name_is_one_line_of_at_most_80_characters(name: Any) -> None:
    for publish in (
        lambda: nbpeer.result(name, 1),
        lambda: nbpeer.expect(name, True),
        lambda: nbpeer.figure(name, b""),
    ):
        with pytest.raises(NbpeerError, match="cannot be a name"):
            publish()


@pytest.mark.parametrize("tolerance", [-1, math.nan, math.inf, "0.1", True, None])
def test_a_tolerance_is_a_number_that_is_zero_or_more(tolerance: Any) -> None:
    with pytest.raises(NbpeerError, match="tolerance is"):
        nbpeer.result("x", 1, tolerance=tolerance)
    with pytest.raises(NbpeerError, match="relative_tolerance is"):
        nbpeer.result("x", 1, relative_tolerance=tolerance)


def test_a_text_has_no_tolerance() -> None:
    with pytest.raises(NbpeerError, match="cannot have a tolerance"):
        nbpeer.result("verdict", "undecided", tolerance=0.1)


@pytest.mark.parametrize("unit", [3, None, "a\nb", "a" * 81])
def test_a_unit_is_a_short_text(unit: Any) -> None:
    with pytest.raises(NbpeerError, match="cannot be a unit"):
        nbpeer.result("x", 1, unit)


@pytest.mark.parametrize(
    ("condition", "passed", "detail"),
    [
        (True, True, ""),
        (np.bool_(False), False, ""),
        ([True, False], False, "1 of 2 fail"),
        (np.array([True, True]), True, ""),
        (pd.Series([True, None], dtype="boolean"), False, "1 of 2 fail"),
        (pa.chunked_array([[True, None, False]]), False, "2 of 3 fail"),
        (pd.Series([], dtype=bool), False, "no rows to look at"),
        (lambda frame: frame["n"] > 1, False, "1 of 2 fail"),
        (lambda frame: len(frame) == 2, True, ""),
    ],
)
def test_a_condition_is_judged(condition: Any, passed: bool, detail: str) -> None:
    assert judge("x", condition, pd.DataFrame({"n": [1, 2]})) == (passed, detail)


@pytest.mark.parametrize(
    "condition", [1, "yes", None, pd.Series([1, 0]), pd.Series(["a"]), pd.DataFrame({"a": [True]}), np.array([[True]])]
)
def test_what_is_no_condition_is_refused(condition: Any) -> None:
    with pytest.raises(NbpeerError, match="not a bool or bools"):
        nbpeer.expect("x", condition)


SCHEMA = pandera.DataFrameSchema(
    {
        "id": pandera.Column(int, pandera.Check.gt(0), unique=True),
        "email": pandera.Column(str, pandera.Check.str_matches(".+@.+")),
    },
    checks=pandera.Check(lambda frame: frame["id"] < 9, name="small"),
)


class Orders(pandera.DataFrameModel):
    id: int = pandera.Field(gt=0)


def orders(*rows: tuple[Any, str]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["id", "email"])


def test_a_pandera_schema_is_judged_on_its_frame_and_all_that_fails_is_counted_without_its_values() -> None:
    assert judge("x", SCHEMA, orders((1, "a@x"), (2, "b@x"))) == (True, "")
    assert judge("x", SCHEMA, orders((1, "a@x"), (2, "secret"), (2, "b@x"), (-1, "c@x"), (9, "d@x"))) == (
        False,
        "email: str_matches('.+@.+') (1), id: field_uniqueness (2), id: greater_than(0) (1), small (1)",
    )
    assert judge("x", SCHEMA, orders((1, "a@x"))[["id"]]) == (False, "column email is missing (1)")


def test_a_pandera_model_is_a_schema() -> None:
    assert judge("x", Orders, orders((1, ""))) == (True, "")
    assert judge("x", Orders, orders((0, ""), (-1, ""))) == (False, "id: greater_than(0) (2)")


@pytest.mark.parametrize("kind", [pl.DataFrame, pl.LazyFrame])
def test_a_schema_looks_at_the_rows_of_polars_even_when_they_are_lazy(kind: Any) -> None:
    schema = pandera_polars.DataFrameSchema({"id": pandera_polars.Column(int, pandera_polars.Check.gt(0))})
    assert judge("x", schema, kind({"id": [1, 2]})) == (True, "")
    assert judge("x", schema, kind({"id": [1, -2, -3]})) == (False, "id: greater_than(0) (2)")


class Mistaken:
    """A schema with a mistake of the notebook's in it."""

    def validate(self, frame: pd.DataFrame, lazy: bool) -> pd.DataFrame:
        return frame.no_such_method(lazy)  # type: ignore[operator]


def test_at_most_eight_failing_checks_are_listed() -> None:
    schema = pandera.DataFrameSchema({f"c{number}": pandera.Column(int) for number in range(10)})
    passed, found = judge("x", schema, pd.DataFrame({"c0": [1]}))
    assert (passed, found.count("is missing"), found[-17:]) == (False, 8, "and 1 more checks")


def test_a_schema_needs_a_frame_and_its_other_errors_are_the_notebooks() -> None:
    with pytest.raises(NbpeerError, match="pass frame=DATA"):
        nbpeer.expect("x", SCHEMA)
    with pytest.raises(AttributeError, match="no_such_method"):
        nbpeer.expect("x", Mistaken(), frame=orders((1, "a@x")))


@pytest.mark.parametrize(
    ("fig", "said"),
    [(b"GIF89a", "not a PNG"), ("trend.png", "is a str"), (np.zeros((2, 2)), "is a ndarray")],
)
def test_what_is_no_picture_is_refused(fig: Any, said: str) -> None:
    with pytest.raises(NbpeerError, match=said):
        nbpeer.figure("x", fig)


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "CMYK"])
def test_an_image_of_any_mode_is_a_picture(mode: str, capsys: pytest.CaptureFixture[str]) -> None:
    nbpeer.figure("x", Image.new(mode, (3, 2)))
    assert capsys.readouterr().out == "figure: x\n"


@pytest.mark.parametrize("text", ["", "  \n", 3, "a" * 5001])
def test_a_caveat_says_something(text: Any) -> None:
    with pytest.raises(NbpeerError, match="a caveat is a text"):
        nbpeer.caveat(text)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1234567, "1,234,567"),
        (1234567.891, "1,234,568"),
        (-0.5, "-0.5"),
        (0.1 + 0.2, "0.3"),
        (1e-7, "1e-07"),
        (12.5, "12.5"),
        (100.0, "100"),
        (None, ""),
        (True, "True"),
        ("NaN", "NaN"),
    ],
)
def test_a_value_is_spelled_for_people(value: Any, text: str) -> None:
    assert spell(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_spelled_number_is_the_number_to_six_digits(value: float) -> None:
    assert float(spell(value).replace(",", "")) == pytest.approx(value, rel=1e-5, abs=0)


def test_what_is_shown_is_escaped() -> None:
    name = "<script>"
    exact = {"tolerance": 0.0, "relative_tolerance": 0.0}
    scalar = {"type": "text", "name": name, "value": name, "unit": name, **exact}
    table = {"name": name, "unit": name, "value": {"columns": [name], "rows": [[name]]}, **exact}
    expectation = {"name": name, "passed": False, "detail": name}
    shown = (shown_scalar(scalar), shown_table(table), shown_expectation(expectation), shown_caveat(name))
    assert all("<script>" not in item.html and "&lt;script&gt;" in item.html for item in shown)


def test_a_table_is_aligned_as_text() -> None:
    table = {
        "name": "t",
        "unit": "%",
        "value": {"columns": ["group", "n"], "rows": [["a", 1000], [None, 2]]},
        "tolerance": 0.5,
        "relative_tolerance": 0.0,
    }
    assert '<td style="text-align: right">1,000</td>' in shown_table(table).html
    assert "tolerance 0.5 %" in shown_table(table).html
    assert shown_table(table).text == "t (%):\ngroup  n\na      1,000\n       2"
