from __future__ import annotations

import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import msgspec
import pytest

from nbpeer.model.change import AnalysisDiff, CellChange, DiffReport
from nbpeer.model.notebook import Cell
from nbpeer.render.diff_html import diff_html
from render import diff_sample, sample


def text(html: str) -> str:
    """What a reader sees, on one line."""
    body = re.sub(r"<(style|script)>.*?</\1>", "", html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", body)).split())


@pytest.fixture(scope="module")
def html() -> str:
    return diff_html(diff_sample.report(), diff_sample.figures())


def test_named_results_come_before_everything_else(html: str) -> None:
    shown = text(html)
    order = ["Named results", "beyond tolerance 0.05", "What it rests on", "Cells", "Cell 2, changed (source)"]
    places = [shown.index(said) for said in order]
    assert places == sorted(places)
    assert "5 outputs changed" not in shown
    assert "7 outputs changed" in shown


def test_a_named_figure_has_its_pictures_when_they_are_at_hand(html: str) -> None:
    assert html.count("<figure>") == 6
    assert diff_html(diff_sample.report()).count("<figure>") == 3


def test_changed_words_are_marked_inside_lines(html: str) -> None:
    assert "<del>0.62</del>" in html
    assert "<ins>0.41</ins>" in html


def test_every_changed_output_is_there_with_what_moved(html: str) -> None:
    shown = text(html)
    for said in (
        "Cell 6, same source, other output",
        "Table changed 2 values in users, share, 1 row new, 1 row gone",
        "France 21,400 → 21,050",
        "Picture changed 9.9 % of the pixels",
        "Difference: 9.9 % of the pixels",
        "data, trace 1 (users), y 2: 2 → 3",
        "Error changed line: 1 → 2",
        "Printed text gone gone",
    ):
        assert said in shown
    assert "«time» INFO loaded" in shown


def test_unchanged_cells_are_folded_and_hold_their_source(html: str) -> None:
    stretches = re.findall(r'<details class="stretch unchanged">.*?</details>\s*</details>', html, re.DOTALL)
    assert [int(text(stretch).split()[0]) for stretch in stretches] == [1, 2, 2]
    assert "alpha = 0.05" in text(stretches[1])
    assert not any("<details open" in stretch for stretch in stretches)


def test_a_text_cell_can_be_read_as_the_notebook_shows_it(html: str) -> None:
    assert "<strong>0.62 points</strong>" in html
    assert "<strong>0.41 points</strong>" in html


def test_an_attachment_that_changed_is_seen_before_and_after() -> None:
    before, after = (
        Cell(0, "markdown", "![plot](attachment:a.png)", attachments={"a.png": {"image/png": diff_sample.png(height)}})
        for height in (40, 60)
    )
    change = CellChange("changed", before, after, ("attachments",))
    found = diff_html(diff_sample.report(diff_sample.analysis(cells=(change,))))
    assert "attachments changed: a.png" in text(found)
    assert f"data:image/png;base64,{diff_sample.png(40)}" in found
    assert f"data:image/png;base64,{diff_sample.png(60)}" in found


def test_several_analyses_have_a_list_and_one_has_none(html: str) -> None:
    assert 'aria-label="Analyses"' not in html
    several = diff_html(
        diff_sample.report(
            diff_sample.analysis(),
            diff_sample.analysis(path="new.ipynb", status="added"),
            diff_sample.analysis(path="b.ipynb", before_path="a.ipynb", status="renamed"),
            AnalysisDiff(
                "broken.ipynb", "changed", "broken.ipynb", problem="in main: broken.ipynb is not JSON (line 3)"
            ),
        )
    )
    shown = text(several)
    assert "4 analyses changed" in shown
    assert "Renamed from a.ipynb" in shown
    assert "Could not be read in main: broken.ipynb is not JSON (line 3)" in shown
    assert "cells, all new" in shown
    ids = re.findall(r' id="([^"]+)"', several)
    assert len(ids) == len(set(ids))


def test_nothing_changed_is_a_page_that_says_so() -> None:
    assert "no analysis changed" in text(diff_html(DiffReport(diff_sample.BEFORE, diff_sample.BEFORE, ())))


def test_what_the_notebook_says_is_escaped_everywhere() -> None:
    bad = '<script>alert("x")</script>'
    cells = (
        CellChange("changed", Cell(0, "code", bad), Cell(0, "code", bad + "1"), ("source",)),
        CellChange("changed", Cell(1, "markdown", bad), Cell(1, "markdown", bad + "1"), ("source",)),
        CellChange("unchanged", Cell(2, "code", bad), Cell(2, "code", bad)),
    )
    found = diff_html(diff_sample.report(diff_sample.analysis(path=bad, cells=cells, problem=bad)))
    assert found.count("<script>") == 1
    assert "&lt;script&gt;" in found


def test_outputs_beyond_what_a_browser_opens_are_left_out_and_said() -> None:
    picture = "A" * 5_500_000
    outputs = [diff_sample.display(**{"image/png": picture}) for _ in range(6)]
    found = diff_html(diff_sample.report(diff_sample.analysis(extra=outputs)))
    assert len(found) < 26_000_000
    assert "2 more outputs not shown" in text(found)


def test_a_split_cell_keeps_the_outputs_of_all_its_parts() -> None:
    (changed,) = [change for change in diff_sample.analysis().cells if change.after and change.after.number == 6]
    rows = (
        CellChange("split", changed.before, Cell(5, "code", "by_"), ("source",), 1, changed.outputs),
        CellChange("split", None, Cell(6, "code", "country"), ("source",), 1, changed.outputs),
    )
    assert text(diff_html(diff_sample.report(diff_sample.analysis(cells=rows)))).count("Table changed") == 2


def test_the_same_comparison_gives_the_same_bytes_in_another_process(html: str) -> None:
    program = (
        "from render import diff_sample; from nbpeer.render.diff_html import diff_html; import sys; "
        "sys.stdout.write(diff_html(diff_sample.report(), diff_sample.figures()))"
    )
    environment = {**os.environ, "PYTHONHASHSEED": "7", "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == html


def test_a_side_that_only_one_version_has_is_shown() -> None:
    cells = tuple(
        msgspec.structs.replace(change, kind="added", before=None, outputs=())
        for change in diff_sample.analysis().cells
    )
    found = text(diff_html(diff_sample.report(diff_sample.analysis(cells=cells, status="added", results=()))))
    assert "all new" in found
    assert sample.PATH in found
