"""Other tools' settings in ours: what is kept, what has no counterpart."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nbpeer.repo.rival_settings import Translated, databooks_arguments, stricter, translate
from nbpeer.strip import StripOptions, strip

VERSION = "metadata.language_info.version"
SAME = [
    ("nbstripout", "", {}),
    ("nbstripout", "--keep-output --keep-count", {"keep_output": True, "keep_count": True}),
    ("nbstripout", "--drop-empty-cells --max-size 10k", {"drop_empty_cells": True, "max_size": 10_000}),
    ("nbstripout", "--max-size=2M --keep-id", {"max_size": 2_000_000}),
    ("nb-clean", "", {"extra_keys": (VERSION,)}),
    ("nb-clean", "-n", {}),
    ("nb-clean", "-eocn", {"drop_empty_cells": True, "keep_output": True, "keep_count": True}),
    ("nb-clean", "-n --preserve-cell-metadata tags foo -o", {"keep_output": True}),
    ("nb-clean", "-o -n -- -c", {"keep_output": True}),
    ("nb-clean", "--preserve-cell-outputs --preserve-notebook-metadata", {"keep_output": True}),
    ("databooks", "", {"keep_output": True}),
    ("databooks", "--rm-outs", {}),
    ("databooks", "--rm-outs --no-rm-exec", {"keep_count": True}),
    ("databooks", "--rm-outs --no-rm-outs", {"keep_output": True}),
    ("databooks", "--no-rm-outs --rm-outs", {}),
    ("databooks", "--rm-outs --cell-fields-keep outputs", {"keep_output": True}),
    ("databooks", "--rm-outs --cell-fields-keep=execution_count", {"keep_count": True}),
]


@pytest.mark.parametrize("tool, arguments, wanted", SAME)
def test_what_has_a_counterpart_becomes_it(tool: str, arguments: str, wanted: dict[str, Any]) -> None:
    assert stricter([translate(tool, arguments.split())]).strip == wanted


def test_lists_of_keys_and_tags_are_split_as_nbstripout_does() -> None:
    given = ["--extra-keys", "metadata.a cell.metadata.b", "--drop-tagged-cells", "x y", "a.ipynb"]
    wanted = {"extra_keys": ("metadata.a", "cell.metadata.b"), "drop_tagged_cells": ("x", "y")}
    assert stricter([translate("nbstripout", given)]).strip == wanted


NO_COUNTERPART = [
    ("nbstripout", "--strip-init-cells", "--strip-init-cells: nbpeer keeps the outputs"),
    ("nbstripout", "--keep-metadata-keys cell.metadata.scrolled", "--keep-metadata-keys cell.metadata.scrolled: "),
    ("nbstripout", "--drop-output-type error stream --keep-id", "--drop-output-type error stream: "),
    ("nbstripout", "--keep-output-type=error", "--keep-output-type error: "),
    ("nbstripout", "-m zeppelin", "--mode zeppelin: nbpeer does not know Zeppelin"),
    ("nbstripout", "--verify", "--verify: the hook nbpeer-strip strips"),
    ("nbstripout", "--max-size 3G", "--max-size 3G: "),
    ("nbstripout", "", "cell ids: nbstripout numbers them anew"),
    ("nbstripout", "--newer-than 3", "--newer-than: nbpeer does not know this option"),
    ("nbstripout", "--extra-keys cell.id", "--extra-keys cell.id: left out"),
    ("nb-clean", "-M", "--remove-all-notebook-metadata: nbpeer keeps"),
    ("nb-clean", "-q", "-q: nbpeer does not know this option"),
    ("nb-clean", "", "metadata: nb-clean drops all cell metadata, tags among it; "),
    ("nb-clean", "-m", "metadata: nb-clean keeps all cell metadata; "),
    ("nb-clean", "-m tags foo", "metadata: nb-clean drops all cell metadata but tags, foo; "),
    ("nb-clean", "", "outputs: nbpeer keeps those of cells that are marked keep_output"),
    ("databooks", "", "outputs: databooks keeps them, so keep-output = true"),
    (
        "databooks",
        "--nb-meta-keep kernelspec --cell-meta-keep=tags",
        "databooks drops all metadata but kernelspec, tags",
    ),
    ("databooks", "--cell-fields-keep id", "ids, attachments and the like but id"),
    ("databooks", "--ignore old/* --check", "--ignore old/*: "),
    ("databooks", "--ignore old/* --check", "--check: "),
]


@pytest.mark.parametrize("tool, arguments, said", NO_COUNTERPART)
def test_what_has_no_counterpart_is_said(tool: str, arguments: str, said: str) -> None:
    assert [note for note in translate(tool, arguments.split()).notes if said in note]


def test_a_key_that_the_stripper_refuses_is_not_taken_over() -> None:
    found = translate("nbstripout", ["--extra-keys", "cell.source metadata.a nonsense"])
    assert found.strip["extra_keys"] == ("metadata.a",)
    assert len([note for note in found.notes if "left out" in note]) == 2


def test_a_table_of_databooks_is_read_in_either_spelling() -> None:
    table = {"rm-outs": True, "rm_exec": False, "cell_meta_keep": ["tags", "x"], "verbose": False}
    assert databooks_arguments(table) == ("--rm-outs", "--no-rm-exec", "--cell-meta-keep=tags", "--cell-meta-keep=x")


def test_where_filter_and_hook_differ_the_one_that_takes_out_more_counts() -> None:
    one = Translated({"keep_output": True, "keep_count": True, "max_size": 10, "extra_keys": ("metadata.a",)}, ("x",))
    other = Translated(
        {"keep_count": True, "max_size": 0, "extra_keys": ("metadata.b",), "drop_empty_cells": True}, ("x", "y")
    )
    strip_settings = {"keep_count": True, "extra_keys": ("metadata.a", "metadata.b"), "drop_empty_cells": True}
    assert stricter([one, other]) == (strip_settings, ("x", "y"))
    assert stricter([]) == ({}, ())


WORDS = st.sampled_from(
    "-e -o -c -m -M -n -t -- --keep-output --max-size 10k 3G --extra-keys metadata.a cell.source --rm-outs "
    "--no-rm-outs --cell-fields-keep outputs --config --mode a.ipynb - -x --unknown=3 --drop-output-type".split()
)


@given(st.sampled_from(["nbstripout", "nb-clean", "databooks"]), st.lists(WORDS, max_size=8))
def test_whatever_the_arguments_the_settings_are_ones_the_stripper_takes(tool: str, arguments: list[str]) -> None:
    found = stricter([translate(tool, arguments)])
    strip(b'{"cells": []}', StripOptions(**found.strip))
    assert all("\n" not in note for note in found.notes)
