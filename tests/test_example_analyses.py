"""The example analyses: honest notebooks that run as committed, on data whose source and licence are said."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest

from nbpeer.config import Config
from nbpeer.model.digests import digest_bytes, source_digest
from nbpeer.model.front_matter import parse_front_matter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.result import RESULT_MIME, decode_results
from nbpeer.repo.templates import find_kind
from nbpeer.strip import strip

FOLDER = Path(__file__).parents[1] / "example_analyses"
EXAMPLES = sorted(FOLDER.glob("*.ipynb"))
DEMO_FILTER = "morning = dated.query(\"dest == 'ORD' and weekday < 5 and hour < 12\")"


def by_name(path: Path) -> str:
    return path.stem


def read(path: Path) -> Notebook:
    return parse_notebook(path.read_bytes(), path.name)


def sections(notebook: Notebook) -> dict[str, str]:
    """The text under each heading of the second level."""
    text = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    _, *parts = re.split(r"^## (.+)\n", text, flags=re.MULTILINE)
    return {title: body.strip() for title, body in zip(parts[::2], parts[1::2], strict=True)}


def numbers(value: Any) -> list[float]:
    """Every number in a published value."""
    if isinstance(value, dict):
        return [number for row in value["rows"] for item in row for number in numbers(item)]
    return (
        [float(value)] if isinstance(value, int | float) else [float(text) for text in re.findall(r"-?\d+\.\d+", value)]
    )


def test_there_are_three() -> None:
    assert len(EXAMPLES) == 3


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_an_example_is_committed_stripped_valid_and_as_nbformat_writes_it(path: Path) -> None:
    content = path.read_bytes()
    assert strip(content) == content
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert content.decode() == nbformat.writes(notebook) + "\n"


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_an_example_says_all_its_kind_asks_for(path: Path) -> None:
    notebook = read(path)
    front = parse_front_matter(notebook)
    assert front is not None
    kind = find_kind(None, Config(), front.kind)
    assert kind is not None
    assert not [key for key in kind.required if not getattr(front, key)]
    found = sections(notebook)
    assert list(found) == list(kind.sections)
    assert all(found.values())
    assert not re.search(r"TODO|TBD|FIXME|XXX", path.read_text())
    assert all(source.location and source.licence for source in front.data_sources)


def test_every_data_file_has_its_licence_beside_it_and_is_declared() -> None:
    fronts = [parse_front_matter(read(path)) for path in EXAMPLES]
    declared = {source.location for front in fronts if front for source in front.data_sources}
    for data in FOLDER.glob("data/*.csv"):
        assert f"data/{data.name}" in declared
        assert "SPDX-License-Identifier: CC0-1.0" in Path(f"{data}.license").read_text()


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_the_recorded_results_are_of_the_committed_source_and_inputs(path: Path) -> None:
    recorded = path.with_suffix(".results.json")
    certificate = decode_results(recorded.read_bytes(), recorded.name).certificate
    assert certificate.source == source_digest(read(path)), f"nbpeer run {path.name}"
    root = FOLDER.parent
    assert certificate.inputs == {name: digest_bytes((root / name).read_bytes()) for name in certificate.inputs}


def test_the_demo_finds_the_filter_it_changes() -> None:
    sources = [cell.source for cell in read(FOLDER / "chicago_flights.ipynb").cells]
    assert sum(source.count(DEMO_FILTER) for source in sources) == 1


@pytest.mark.parametrize("path", EXAMPLES, ids=by_name)
def test_an_example_runs_and_its_summary_says_what_it_publishes(path: Path) -> None:
    from nbclient import NotebookClient

    executed = nbformat.read(path, as_version=4)
    NotebookClient(executed, timeout=120, resources={"metadata": {"path": str(FOLDER)}}).execute()
    outputs = [output for cell in executed.cells for output in cell.get("outputs", [])]
    assert {output["output_type"] for output in outputs} == {"display_data"}
    published = [output["data"][RESULT_MIME] for output in outputs]
    names = [item["name"] for item in published if "name" in item]
    assert len(set(names)) == len(names)
    assert [item["name"] for item in published if item["type"] == "expectation" and not item["passed"]] == []
    assert {"number", "table", "figure", "expectation", "caveat"} <= {item["type"] for item in published}

    values = [number for item in published if "value" in item for number in numbers(item["value"])]
    claimed = re.findall(r"\d+\.\d", sections(read(path))["Summary"])
    assert len(claimed) >= 3
    assert [text for text in claimed if not any(f"{abs(value):.1f}" == text for value in values)] == []
