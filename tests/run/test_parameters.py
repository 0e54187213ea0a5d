from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from nbpeer.errors import NbpeerError
from nbpeer.model.kind import Parameter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.run.parameters import Given, resolve, spellable

SOURCE = "alpha = 0.05\ndays: int = 7\nstore = 'x'\nclean = True\ncountries = ['de']\nlimit = None\n"


def notebook(source: str = SOURCE) -> Notebook:
    return parse_notebook(making.text(making.notebook(making.code(source, tags=("parameters",)))), "a.ipynb")


def typed(**values: str) -> Given:
    return Given(typed=tuple(values.items()))


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("alpha", "0.1", 0.1),
        ("alpha", "-1", -1),
        ("days", "14", 14),
        ("clean", "False", False),
        ("limit", "5", 5),
        ("limit", "five", "five"),
        ("limit", "None", None),
        ("alpha", "None", None),
        ("store", "007", "007"),
        ("store", "True", "True"),
    ],
)
def test_text_becomes_the_declared_type_or_else_what_papermill_infers(name: str, text: str, value: Any) -> None:
    found = resolve(notebook(), typed(**{name: text}))[name]
    assert (found, type(found)) == (value, type(value))


def test_undeclared_types_are_inferred_exactly_as_by_papermill() -> None:
    from papermill.cli import _resolve_type

    for text in ("True", "False", "None", "true", "1", "-2", "1_000", "1.5", "1e3", "nan", "", "a b", "0x10", "1,5"):
        found = resolve(notebook("limit = None"), typed(limit=text))["limit"]
        assert repr(found) == repr(_resolve_type(text))


@pytest.mark.parametrize(
    ("name", "text", "wanted"),
    [
        ("alpha", "high", "a number"),
        ("alpha", "True", "a number"),
        ("days", "1.5", "a whole number"),
        ("days", "None", "a whole number"),
        ("clean", "yes", "True or False"),
        ("clean", "1", "True or False"),
        ("countries", "de", "a list"),
    ],
)
def test_a_value_of_another_type_is_refused_by_name(name: str, text: str, wanted: str) -> None:
    with pytest.raises(NbpeerError, match=f"parameter '{name}' has to be {wanted}, not") as caught:
        resolve(notebook(), typed(**{name: text}))
    assert caught.value.exit_code == 2


def test_an_unknown_parameter_is_refused_with_the_closest_name() -> None:
    with pytest.raises(NbpeerError, match=r"a.ipynb declares no parameter 'alhpa'") as caught:
        resolve(notebook(), typed(alhpa="1"))
    assert caught.value.hint == "did you mean 'alpha'?"


def test_an_unknown_parameter_like_no_other_is_refused_with_the_list() -> None:
    with pytest.raises(NbpeerError) as caught:
        resolve(notebook("alpha = 1"), typed(zzz="1"))
    assert caught.value.hint == "cell 2 declares: alpha"


def test_parameters_for_a_notebook_without_a_parameters_cell_are_refused() -> None:
    plain = parse_notebook(making.text(making.notebook(making.code("alpha = 1"))), "a.ipynb")
    with pytest.raises(NbpeerError, match="no cell tagged `parameters`, so 'alpha' cannot be set"):
        resolve(plain, typed(alpha="1"))


def test_a_value_outside_the_choices_is_refused_and_one_of_them_is_taken_as_it_is_spelled() -> None:
    sizes = notebook("size: Literal['1', '2'] = '1'")
    assert resolve(sizes, typed(size="2")) == {"size": "2"}
    with pytest.raises(NbpeerError, match=r"'size' is 3.*give one of '1', '2'"):
        resolve(sizes, typed(size="3"))


def test_later_ways_of_giving_win_over_earlier_ones(tmp_path: Path) -> None:
    file = tmp_path / "p.yml"
    file.write_text("limit: file\nstore: file\nalpha: 1\n")
    given = Given((file,), ("{limit: text, store: text}",), (("limit", "typed"),), (("limit", "3"),))
    assert resolve(notebook(), given) == {"limit": "3", "store": "text", "alpha": 1}


KIND = (
    Parameter("alpha", "number", minimum=0.01, maximum=0.5),
    Parameter("store", "choice", choices=("x", "y")),
    Parameter("countries", "list"),
    Parameter("limit", "date"),
)


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("alpha", "0.1", 0.1),
        ("store", "y", "y"),
        ("countries", "de,fr", ["de", "fr"]),
        ("countries", "[1, 2]", [1, 2]),
        ("limit", "2026-03-01", "2026-03-01"),
        ("days", "14", 14),
    ],
)
def test_a_kinds_template_says_what_text_means(name: str, text: str, value: Any) -> None:
    found = resolve(notebook(), typed(**{name: text}), KIND)[name]
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("yaml", "problem"),
    [
        ("alpha: 2", "a.ipynb: parameter alpha is 2"),
        ("alpha: high", "parameter alpha is 'high'.*a number"),
        ("alpha: true", "parameter alpha is 'true'.*a number"),
        ("store: z", "parameter store is 'z'.*choose from x, y"),
        ("limit: 2026-02-30", "parameter limit is '2026-02-30'.*a date"),
        ("countries: {a: 1}", "parameter countries is {'a': 1}.*a list"),
        ("store: ~", "parameter store is None.*a text"),
        ("days: 1.5", "'days' has to be a whole number"),
    ],
)
def test_what_does_not_fit_a_kinds_template_is_refused_by_name(yaml: str, problem: str) -> None:
    with pytest.raises(NbpeerError, match=problem):
        resolve(notebook(), Given(texts=(yaml,)), KIND)


WINDOW = (Parameter("start", "date"), Parameter("end", "date", not_before="start"))


def window(start: str, end: str) -> Notebook:
    return notebook(f"start = '{start}'\nend = '{end}'\n")


@pytest.mark.parametrize(
    "given",
    [typed(end="2026-01-31"), typed(start="2026-03-01"), Given(texts=("start: 2026-03-01\nend: 2026-02-28",)), Given()],
)
def test_an_end_before_its_start_is_refused_whoever_gave_the_two(given: Given) -> None:
    made = window("2026-02-01", "2026-02-28") if given != Given() else window("2026-03-01", "2026-02-28")
    with pytest.raises(
        NbpeerError, match=r"a.ipynb: parameter end is \S+, which comes before start, \S+: give"
    ) as caught:
        resolve(made, given, WINDOW)
    assert (caught.value.exit_code, "an earlier start" in (caught.value.hint or "")) == (2, True)


def test_one_day_is_a_window_and_what_is_no_literal_is_not_compared() -> None:
    assert resolve(window("2026-02-01", "2026-02-28"), typed(start="2026-02-28"), WINDOW) == {"start": "2026-02-28"}
    assert resolve(notebook("start = today()\nend = '2020-01-01'\n"), Given(), WINDOW) == {}


@given(st.dates(), st.dates())
def test_a_window_is_refused_exactly_when_it_ends_before_it_starts(start: datetime.date, end: datetime.date) -> None:
    try:
        resolve(window("2026-02-01", "2026-02-28"), typed(start=start.isoformat(), end=end.isoformat()), WINDOW)
        refused = False
    except NbpeerError:
        refused = True
    assert refused == (end < start)


def test_yaml_is_read_as_by_papermill(tmp_path: Path) -> None:
    from papermill.iorw import read_yaml_file

    file = tmp_path / "p.yml"
    file.write_text("limit: 2024-01-05 10:00:00\ncountries: [NO, 'no', 1e3, ~]\n")
    found = resolve(notebook(), Given(files=(file,)))
    assert found == read_yaml_file(str(file))
    assert found["limit"] == "2024-01-05 10:00:00"


def test_yaml_that_turns_a_country_into_a_boolean_is_noticed() -> None:
    with pytest.raises(NbpeerError, match="'store' has to be a text, not False"):
        resolve(notebook(), Given(texts=("store: NO",)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [("alpha: [1", "line 1: not valid YAML"), ("[1, 2]", "not a mapping"), ("1: 2", "not a mapping")],
)
def test_yaml_that_is_no_mapping_is_refused(text: str, problem: str) -> None:
    with pytest.raises(NbpeerError, match=problem):
        resolve(notebook(), Given(texts=(text,)))


def test_an_empty_yaml_file_sets_nothing(tmp_path: Path) -> None:
    (tmp_path / "p.yml").write_text("# nothing yet\n")
    assert resolve(notebook(), Given(files=(tmp_path / "p.yml",))) == {}


def test_a_parameter_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(NbpeerError, match=r"gone.yml could not be read"):
        resolve(notebook(), Given(files=(tmp_path / "gone.yml",)))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_every_value_can_be_spelled_in_strict_json(value: Any) -> None:
    json.dumps(spellable(value), allow_nan=False)


@given(json_values.filter(lambda value: "nan" not in repr(value).lower() and "inf" not in repr(value).lower()))
def test_values_json_knows_are_kept(value: Any) -> None:
    assert spellable(value) == value
