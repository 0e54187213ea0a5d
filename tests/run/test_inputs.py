from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from nbpeer.run.inputs import Observed, digest_inputs, missing_locations

QUIET = Observed({}, (), True)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    for name in ("analyses/orders.csv", "data/a.csv", "data/deep/b.csv", "analyses/a.ipynb"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (tmp_path / "outside.csv").write_text("outside")
    return root


def digest(text: str) -> str:
    return "sha256:" + hashlib.sha256(text.encode()).hexdigest()


def test_data_that_the_notebook_makes_are_no_missing_input(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a/orders.csv").write_text("1")
    declared = ["orders.csv", "synthetic", " Synthetic "]
    found = digest_inputs(tmp_path, "a/n.ipynb", declared, Observed({}, (), True))
    assert (list(found.digests), found.complete) == (["a/orders.csv"], True)
    assert missing_locations(tmp_path, "a/n.ipynb", declared) == ()
    assert missing_locations(tmp_path, "a/n.ipynb", [*declared, "", "shop.orders"]) == ("", "shop.orders")
    assert not digest_inputs(tmp_path, "a/n.ipynb", declared, None).complete


def test_a_declared_file_is_found_from_the_notebooks_folder_and_named_from_the_repository(root: Path) -> None:
    found = digest_inputs(root, "analyses/a.ipynb", ["orders.csv", "../data/a.csv"], QUIET)
    assert found.complete
    assert found.digests == {
        "analyses/orders.csv": digest("analyses/orders.csv"),
        "data/a.csv": digest("data/a.csv"),
    }


def test_a_declared_folder_stands_for_every_file_in_it(root: Path) -> None:
    found = digest_inputs(root, "analyses/a.ipynb", ["../data"], QUIET)
    assert list(found.digests) == ["data/a.csv", "data/deep/b.csv"]


@pytest.mark.parametrize(
    "location",
    ["gone.csv", "warehouse.orders", "https://example.org/a.csv", "", "../../outside.csv", "x" * 5000, "a\0b"],
)
def test_what_is_no_file_of_the_repository_makes_the_inputs_incomplete(root: Path, location: str) -> None:
    found = digest_inputs(root, "analyses/a.ipynb", [location, "orders.csv"], QUIET)
    assert not found.complete
    assert list(found.digests) == ["analyses/orders.csv"]


def test_observed_files_are_digested_but_not_the_notebook_and_its_results(root: Path) -> None:
    seen = Observed({}, ("analyses/a.ipynb", "analyses/a.results.json", "data/a.csv"), True)
    assert list(digest_inputs(root, "analyses/a.ipynb", [], seen).digests) == ["data/a.csv"]


def test_an_observed_file_that_is_gone_makes_the_inputs_incomplete(root: Path) -> None:
    assert not digest_inputs(root, "analyses/a.ipynb", [], Observed({}, ("data/gone.csv",), True)).complete


def test_inputs_are_incomplete_when_nobody_watched(root: Path) -> None:
    assert not digest_inputs(root, "analyses/a.ipynb", ["orders.csv"], None).complete


def test_a_linked_file_is_named_by_its_own_place(root: Path) -> None:
    (root / "analyses/linked.csv").symlink_to(root.parent / "outside.csv")
    found = digest_inputs(root, "analyses/a.ipynb", ["linked.csv"], QUIET)
    assert found == ({"analyses/linked.csv": digest("outside")}, True)
