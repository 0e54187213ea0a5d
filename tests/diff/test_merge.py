"""Three notebooks made one: what merges, what conflicts, and what the file looks like afterwards."""

from __future__ import annotations

import json
import re
from typing import Any

import nbformat
import pytest

import making
from making import code, markdown, stream
from nbpeer.diff.merge import Merge, merge
from nbpeer.errors import NbpeerError

MARKED = "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs"
SETUP, LOAD, MODEL, PLOT = (
    "import pandas as pd\nimport numpy as np",
    "orders = pd.read_csv('orders.csv')\norders = orders.dropna()\nlen(orders)",
    "model = fit(orders)\nmodel.summary()",
    "model.plot(kind='residuals')\nplt.show()",
)
ALL = (SETUP, LOAD, MODEL, PLOT)


def written(*cells: dict[str, Any] | str, metadata: dict[str, Any] | None = None, minor: int = 5) -> bytes:
    """A notebook without front matter; a text is a code cell, whose id is made of its first letters."""
    made = [code(cell) if isinstance(cell, str) else dict(cell) for cell in cells]
    for cell in made:
        cell.setdefault("id", "".join(re.findall(r"[a-zA-Z0-9]", "".join(cell["source"])[:12])) or "empty")
    return making.text({**making.notebook(*made, header=None, metadata=metadata), "nbformat_minor": minor}).encode()


def merged(base: bytes, ours: bytes, theirs: bytes) -> tuple[Merge, dict[str, Any]]:
    found = merge(base, ours, theirs)
    value = json.loads(found.content)
    nbformat.validate(value)
    return found, value


def sources(value: dict[str, Any]) -> list[str]:
    return ["".join(cell["source"]) for cell in value["cells"]]


def changed(place: int, source: str) -> list[str]:
    return [source if number == place else old for number, old in enumerate(ALL)]


def test_edits_of_different_cells_are_both_there() -> None:
    result, value = merged(written(*ALL), written(*changed(0, "import polars")), written(*changed(3, "pass")))
    assert result.clean
    assert sources(value) == ["import polars", LOAD, MODEL, "pass"]


def test_edits_of_different_lines_of_one_cell_are_both_there() -> None:
    ours, theirs = LOAD.replace("orders.csv", "all.csv"), LOAD.replace("len(orders)", "orders.shape")
    _, value = merged(written(*ALL), written(*changed(1, ours)), written(*changed(1, theirs)))
    assert sources(value)[1] == "orders = pd.read_csv('all.csv')\norders = orders.dropna()\norders.shape"


def test_a_conflict_is_marked_inside_its_cell_and_the_notebook_says_so() -> None:
    ours, theirs = MODEL.replace("fit(orders)", "fit(x)"), MODEL.replace("fit(orders)", "fit(y)")
    result, value = merged(written(*ALL), written(*changed(2, ours)), written(*changed(2, theirs)))
    assert result.conflicts == (3,)
    assert sources(value) == [
        SETUP,
        LOAD,
        MARKED.format("model = fit(x)", "model = fit(y)") + "\nmodel.summary()",
        PLOT,
    ]
    assert value["cells"][2]["metadata"]["nbpeer"]["conflict"] == {"base": MODEL, "ours": ours, "theirs": theirs}
    assert value["metadata"]["nbpeer"] == {"conflicts": 1}


def test_lines_that_look_like_markers_get_longer_markers_around_them() -> None:
    base, ours, theirs = (markdown(f"{title}\n=======\n", id="a") for title in ("Old", "Ours", "Theirs"))
    ours["source"] = ["Ours\n", "========\n"]
    theirs["source"] = ["Theirs\n", "=\n"]
    _, value = merged(written(base), written(ours), written(theirs))
    assert sources(value)[0].startswith("<<<<<<<<< ours\nOurs\n========\n=========\nTheirs\n=\n>>>>>>>>> theirs")


@pytest.mark.parametrize("swap", [False, True])
def test_a_cell_deleted_by_one_side_and_untouched_by_the_other_is_gone(swap: bool) -> None:
    sides = [written(SETUP, MODEL, PLOT), written(*changed(1, LOAD)[:3], PLOT + "\n# more")]
    result, value = merged(written(*ALL), *(sides[::-1] if swap else sides))
    assert result.clean
    assert sources(value) == [SETUP, MODEL, PLOT + "\n# more"]


@pytest.mark.parametrize("swap", [False, True])
def test_a_cell_deleted_by_one_side_and_edited_by_the_other_is_kept_and_marked(swap: bool) -> None:
    sides = [written(SETUP, MODEL, PLOT), written(*changed(1, LOAD + "\n# more"))]
    result, value = merged(written(*ALL), *(sides[::-1] if swap else sides))
    kept = LOAD + "\n# more"
    assert result.conflicts == (2,)
    assert sources(value)[1] == (
        f"<<<<<<< ours\n{kept}\n=======\n>>>>>>> theirs" if swap else f"<<<<<<< ours\n=======\n{kept}\n>>>>>>> theirs"
    )
    record = value["cells"][1]["metadata"]["nbpeer"]["conflict"]
    assert (record["ours"], record["theirs"]) == ((kept, None) if swap else (None, kept))


def test_a_cell_that_both_deleted_does_not_come_back() -> None:
    result, value = merged(written(*ALL), written(SETUP, MODEL, PLOT), written(SETUP, MODEL, PLOT, "extra()"))
    assert result.clean
    assert sources(value) == [SETUP, MODEL, PLOT, "extra()"]


def test_cells_inserted_by_both_at_one_place_are_both_there_ours_first() -> None:
    result, value = merged(
        written(*ALL), written(SETUP, "ours = 1", *ALL[1:]), written(SETUP, "completely('different')", *ALL[1:])
    )
    assert result.clean
    assert sources(value) == [SETUP, "ours = 1", "completely('different')", LOAD, MODEL, PLOT]


@pytest.mark.parametrize("behind", [False, True])
def test_an_insertion_beside_a_cell_that_the_other_side_replaced_stays_on_its_side_of_it(behind: bool) -> None:
    new = "check(orders)"
    pair = (LOAD, new) if behind else (new, LOAD)
    one, other = written(*changed(1, "import dask.dataframe")), written(SETUP, *pair, MODEL, PLOT)
    expected = [new if cell == new else "import dask.dataframe" for cell in pair]
    for ours, theirs in ((one, other), (other, one)):
        result, value = merged(written(*ALL), ours, theirs)
        assert result.clean
        assert sources(value) == [SETUP, *expected, MODEL, PLOT]


def test_different_parameters_set_by_the_two_sides_do_not_conflict() -> None:
    base, ours, theirs = (
        written(code(f"alpha = {alpha}\nbeta = {beta}", metadata={"tags": ["parameters"]}), *ALL)
        for alpha, beta in ((0.05, 0.2), (0.01, 0.2), (0.05, 0.1))
    )
    result, value = merged(base, ours, theirs)
    assert result.clean
    assert sources(value)[0] == "alpha = 0.01\nbeta = 0.1"


@pytest.mark.parametrize("swap", [False, True])
def test_a_cell_deleted_by_one_side_while_the_other_only_trimmed_blanks_is_gone(swap: bool) -> None:
    sides = written(SETUP, LOAD, PLOT), written(*changed(2, MODEL + "\n"))
    result, value = merged(written(*ALL), *(reversed(sides) if swap else sides))
    assert result.clean
    assert sources(value) == [SETUP, LOAD, PLOT]


def test_equal_cells_inserted_by_both_are_there_once() -> None:
    ours = written(SETUP, code("check(orders)", id="one"), *ALL[1:])
    theirs = written(SETUP, code("check(orders)", id="two"), "theirs()", *ALL[1:])
    _, value = merged(written(*ALL), ours, theirs)
    assert sources(value) == [SETUP, "check(orders)", "theirs()", LOAD, MODEL, PLOT]


def test_versions_of_one_new_cell_conflict_inside_it() -> None:
    one, other = "table = orders.groupby('country').agg(sum)", "table = orders.groupby('country').agg(mean)"
    result, value = merged(written(*ALL), written(*ALL, one), written(*ALL, other))
    assert result.conflicts == (5,)
    assert sources(value)[4] == MARKED.format(one, other)


def test_a_cell_that_both_rewrote_is_one_conflict_and_not_two_cells() -> None:
    result, value = merged(written(*ALL), written(*changed(1, "ours = 1")), written(*changed(1, "theirs()")))
    assert result.conflicts == (2,)
    assert sources(value) == [SETUP, MARKED.format("ours = 1", "theirs()"), MODEL, PLOT]


def test_a_move_by_one_side_is_followed_and_its_cell_keeps_the_edit_of_the_other() -> None:
    moved = written(LOAD, MODEL, PLOT, SETUP)
    edited = written(*changed(0, SETUP + "\nimport scipy"))
    for ours, theirs in ((moved, edited), (edited, moved)):
        result, value = merged(written(*ALL), ours, theirs)
        assert result.clean
        assert sources(value) == [LOAD, MODEL, PLOT, SETUP + "\nimport scipy"]


def test_a_cell_that_both_moved_is_where_ours_put_it_and_there_once() -> None:
    result, value = merged(written(*ALL), written(LOAD, SETUP, MODEL, PLOT), written(LOAD, MODEL, PLOT, SETUP))
    assert result.clean
    assert sources(value) == [LOAD, SETUP, MODEL, PLOT]


LINES = [f"value_{number} = compute({number})" for number in range(8)]
HALVES = "\n".join(LINES[:4]), "\n".join(LINES[4:])
WHOLE = "\n".join(LINES)


@pytest.mark.parametrize("swap", [False, True])
def test_an_edit_finds_its_line_in_a_cell_that_the_other_side_split(swap: bool) -> None:
    sides = [written(SETUP, *HALVES), written(SETUP, WHOLE.replace("compute(4)", "estimate(4)"))]
    result, value = merged(written(SETUP, WHOLE), *(sides[::-1] if swap else sides))
    assert result.clean
    assert sources(value) == [SETUP, HALVES[0], HALVES[1].replace("compute(4)", "estimate(4)")]


@pytest.mark.parametrize("swap", [False, True])
def test_edits_find_their_lines_in_cells_that_the_other_side_joined(swap: bool) -> None:
    edited = HALVES[0].replace("(0)", "(10)"), HALVES[1].replace("(7)", "(17)")
    sides = [written(SETUP, WHOLE), written(SETUP, *edited)]
    result, value = merged(written(SETUP, *HALVES), *(sides[::-1] if swap else sides))
    assert result.clean
    assert sources(value) == [SETUP, WHOLE.replace("(0)", "(10)").replace("(7)", "(17)")]


def test_renumbered_ids_do_not_hide_which_cell_is_which() -> None:
    theirs = written(*(code(source, id=f"new-{number}") for number, source in enumerate(changed(1, LOAD + "\n# more"))))
    _, value = merged(written(*ALL), written(*changed(3, "pass")), theirs)
    assert sources(value) == [SETUP, LOAD + "\n# more", MODEL, "pass"]


def test_outputs_never_conflict_and_go_with_the_side_whose_source_was_taken() -> None:
    def run(source: str, count: int, text: str) -> dict[str, Any]:
        return code(source, id="x", outputs=[stream(text)], execution_count=count)

    def outcome(ours: dict[str, Any], theirs: dict[str, Any]) -> tuple[Any, Any]:
        result, value = merged(written(run(LOAD, 1, "base")), written(ours), written(theirs))
        assert result.clean
        cell = value["cells"][0]
        return cell["execution_count"], ["".join(output["text"]) for output in cell["outputs"]]

    edited = LOAD + "\n# more"
    assert outcome(run(LOAD, 2, "ours"), run(LOAD, 3, "theirs")) == (2, ["ours"])
    assert outcome(run(LOAD, 1, "base"), run(LOAD, 3, "theirs")) == (3, ["theirs"])
    assert outcome(run(LOAD, 2, "ours"), run(edited, 3, "theirs")) == (3, ["theirs"])
    assert outcome(run(edited, 2, "ours"), run(LOAD, 3, "theirs")) == (2, ["ours"])
    both = run("# ours\n" + LOAD, 2, "ours"), run(edited, 3, "theirs")
    assert outcome(*both) == (None, [])


def test_a_cell_whose_type_one_side_changed_follows_it() -> None:
    text = markdown(LOAD, id="load")
    _, value = merged(written(SETUP, LOAD), written(SETUP + "\n#", LOAD), written(SETUP, text))
    assert [cell["cell_type"] for cell in value["cells"]] == ["code", "markdown"]


def test_cell_metadata_merges_by_key_and_tags_as_a_set() -> None:
    def tagged(*tags: str, **more: Any) -> bytes:
        return written(code(LOAD, id="x", metadata={"tags": list(tags), **more}))

    result, value = merged(
        tagged("a", "b"), tagged("a", "ours", scrolled=True), tagged("a", "b", "theirs", scrolled=False, note={"x": 1})
    )
    assert result.clean
    assert value["cells"][0]["metadata"] == {"tags": ["a", "ours", "theirs"], "scrolled": True, "note": {"x": 1}}


def test_metadata_both_sides_changed_differently_is_a_conflict_that_keeps_both_values() -> None:
    versions = [written(code(LOAD, id="x", metadata={"role": role})) for role in ("base", "ours", "theirs")]
    result, value = merged(*versions)
    assert result.conflicts == (1,)
    assert sources(value) == [LOAD]
    metadata = value["cells"][0]["metadata"]
    assert metadata["role"] == "ours"
    assert metadata["nbpeer"]["conflict"]["values"] == [
        {"key": ["metadata", "role"], "base": "base", "ours": "ours", "theirs": "theirs"}
    ]


def test_notebook_metadata_merges_by_key_and_kernels_never_conflict() -> None:
    def with_kernel(name: str, **more: Any) -> bytes:
        return written(LOAD, metadata={"kernelspec": {"name": name, "display_name": name}, **more})

    result, value = merged(with_kernel("a", x=1), with_kernel("b", x=1, y=2), with_kernel("c"))
    assert result.clean
    assert value["metadata"] == {"kernelspec": {"name": "b", "display_name": "b"}, "y": 2}
    result, value = merged(with_kernel("a", x=1), with_kernel("a", x=2), with_kernel("a", x=3))
    assert result.conflicts == (0,)
    assert (value["metadata"]["x"], value["metadata"]["nbpeer"]["conflicts"]) == (2, 1)


def test_front_matter_merges_by_key() -> None:
    versions = [
        making.text(making.notebook(code(LOAD), header=header)).encode()
        for header in (
            making.HEADER,
            making.HEADER.replace("decision: Roll the lower price out", "decision: Keep the price"),
            making.HEADER.replace("decision_owner: pricing lead", "decision_owner: head of sales"),
        )
    ]
    result, value = merged(*versions)
    assert result.clean
    assert "decision: Keep the price\ndecision_owner: head of sales\n" in sources(value)[0]


def test_ids_are_unique_and_there_where_the_format_has_them() -> None:
    ours = written(*ALL, code("ours = here()", id="same"))
    theirs = written(code("and_theirs('elsewhere')", id="same"), *ALL)
    _, value = merged(written(*ALL), ours, theirs)
    ids = [cell["id"] for cell in value["cells"]]
    assert len(set(ids)) == len(ids) == 6
    old = [{key: item for key, item in code(source).items() if key != "id"} for source in ALL]
    without = json.loads(written(*ALL, minor=4))
    without["cells"] = old
    base = making.text(without).encode()
    _, value = merged(base, written(*ALL), base.replace(b"len(orders)", b"orders.shape"))
    assert value["nbformat_minor"] == 5
    assert all(cell["id"] for cell in value["cells"])
    _, value = merged(base, base.replace(b"len(orders)", b"orders.shape"), base.replace(b"plt.show", b"show"))
    assert not any("id" in cell for cell in value["cells"])


@pytest.mark.parametrize("theirs", [4, 5])
@pytest.mark.parametrize("ours", [4, 5])
@pytest.mark.parametrize("base", [4, 5])
def test_mixtures_of_minor_versions_are_valid(base: int, ours: int, theirs: int) -> None:
    def version(minor: int, *cells: str) -> bytes:
        value = json.loads(written(*cells, minor=minor))
        for cell in value["cells"] if minor < 5 else []:
            del cell["id"]
        return json.dumps(value).encode()

    result, value = merged(version(base, *ALL), version(ours, "ours()", *ALL), version(theirs, *changed(3, "pass")))
    assert result.clean
    assert sources(value) == ["ours()", *changed(3, "pass")]


@pytest.mark.parametrize("name", ["two words", "x" * 65, "", "é"])
def test_an_id_that_the_format_does_not_allow_is_made_anew(name: str) -> None:
    _, value = merged(written(*ALL), written(code("ours()", id=name), *ALL), written(*ALL, "theirs()"))
    assert sources(value) == ["ours()", *ALL, "theirs()"]


def test_metadata_that_is_missing_everywhere_does_no_harm() -> None:
    texts = [json.dumps({"cells": [{"cell_type": "raw", "source": text}], "nbformat": 4}) for text in "abc"]
    result = merge(*(text.encode() for text in texts))
    assert result.conflicts == (1,)
    assert json.loads(result.content)["metadata"] == {"nbpeer": {"conflicts": 1}}


def test_what_both_added_without_a_base_is_merged_cell_by_cell() -> None:
    result, value = merged(b"", written(*changed(3, "ours()")), written(*changed(3, "and_something_else(of, theirs)")))
    assert result.clean
    assert sources(value) == [SETUP, LOAD, MODEL, "ours()", "and_something_else(of, theirs)"]


STYLES: dict[str, dict[str, Any]] = {
    "nbformat's": {"indent": 1, "sort_keys": True, "ensure_ascii": False},
    "indented by four, escaped": {"indent": 4, "sort_keys": True, "ensure_ascii": True},
    "unsorted": {"indent": 2, "ensure_ascii": False},
    "on one line": {"ensure_ascii": False},
    "compact": {"separators": (",", ":"), "ensure_ascii": False},
}


@pytest.mark.parametrize("theirs_style", STYLES)
@pytest.mark.parametrize("style", STYLES)
def test_the_file_is_written_as_ours_was(style: str, theirs_style: str) -> None:
    base = written("a = 'é'", LOAD, MODEL, metadata={})
    theirs = json.loads(written("a = 'é'", LOAD + "\n# ü", MODEL, "new('ö')", metadata={}))
    ours = json.loads(written("a = 'é'", LOAD, metadata={}))
    want = json.loads(written("a = 'é'", LOAD + "\n# ü", "new('ö')", metadata={}))
    content = merge(
        base, json.dumps(ours, **STYLES[style]).encode(), json.dumps(theirs, **STYLES[theirs_style]).encode()
    )
    assert json.loads(content.content) == want
    if style == theirs_style or "sort_keys" in STYLES[style]:
        assert content.content.decode() == json.dumps(want, **STYLES[style])


def test_line_ends_byte_order_mark_and_what_did_not_change_keep_their_bytes() -> None:
    base = written(*ALL, metadata={}).decode()
    ours = base.replace('"metadata": {}', '"metadata": {"x": 1E5, "y": "\\u00e9"}', 1).replace("\n", "\r\n")
    theirs = base.replace('"len(orders)"', '"orders.shape"')
    result = merge(base.encode(), b"\xef\xbb\xbf" + ours.encode(), theirs.encode())
    assert result.content == b"\xef\xbb\xbf" + ours.replace('"len(orders)"', '"orders.shape"').encode()


def test_nbformat_3_is_merged_as_nbformat_3() -> None:
    def old(*inputs: str) -> bytes:
        cells = [
            {"cell_type": "code", "collapsed": False, "input": text.splitlines(keepends=True), "language": "python"}
            | {"metadata": {}, "outputs": [], "prompt_number": 1}
            for text in inputs
        ]
        value = {"metadata": {"name": "x"}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": cells}]}
        return json.dumps(value | {"worksheets": [{"cells": cells, "metadata": {}}]}, indent=1).encode()

    result = merge(old(*ALL), old(*changed(0, "pass")), old(*changed(3, "ours()"), "more()"))
    assert result.clean
    assert result.content == old(*("pass", LOAD, MODEL, "ours()", "more()"))
    conflict = merge(old(LOAD), old(LOAD + "\n1"), old(LOAD + "\n2"))
    assert conflict.conflicts == (1,)
    nbformat.validate(json.loads(conflict.content))


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"{not json", "not JSON"),
        (b"[]", "not a notebook"),
        (b'{"nbformat": 4}', "not a valid notebook"),
        (b'{"nbformat": 4, "cells": [null]}', "not a valid notebook"),
        (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 3}]}', "not a valid notebook"),
        (b"<<<<<<< HEAD\n{}", "merge conflict markers"),
        (b"", "is empty"),
        (b'{"nbformat": 3, "worksheets": []}', "0 worksheets"),
        (b'{"metadata": {}, "nbformat": 3, "worksheets": [{"cells": []}]}', "nbformat 3 and 4"),
        (b'{"nbformat": 2, "worksheets": [{"cells": []}]}', "nbformat 2"),
        (b'{"nbformat": 5, "cells": []}', "nbformat 5"),
        (b'{"nbformat": 4, "cells": [], "metadata": ' + b'{"a":' * 9000 + b"1" + b"}" * 9000 + b"}", "too deeply"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_merged_is_refused_by_name(content: bytes, problem: str) -> None:
    good = written(*ALL)
    with pytest.raises(NbpeerError, match=problem) as caught:
        merge(good, good, content, "pricing.ipynb")
    assert "pricing.ipynb" in caught.value.message


def test_conflicts_that_a_version_already_has_are_counted() -> None:
    conflicted = merge(written(LOAD), written(LOAD + "\n1"), written(LOAD + "\n2")).content
    result = merge(written(LOAD), written(LOAD), conflicted)
    assert result.conflicts == (1,)
    assert json.loads(result.content) == json.loads(conflicted)
