from __future__ import annotations

import io
import json
import re
from typing import Any

import pytest
from rich.console import Console

import making
from nbpeer.diff.align import align
from nbpeer.model.change import WORKTREE, AnalysisDiff, CellChange, DiffReport, ResultChange, ValueChange, Version
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import Figure, NamedResult, Table
from nbpeer.render.changes import (
    ResultRow,
    analysis_summary,
    cell_title,
    column_widths,
    headline,
    result_row,
    value_change_text,
)
from nbpeer.render.diff import diff_text, stat_text
from nbpeer.render.diff_cells import Look
from nbpeer.render.diff_markdown import diff_markdown
from nbpeer.render.diff_values import diff_values
from nbpeer.render.escape import escaped
from nbpeer.render.json import to_json
from nbpeer.render.visible import shortened, visible
from nbpeer.results.compare import compare_result

MINUS = "\N{MINUS SIGN}"
LONG = "\n".join(f"line_{number} = {number}" for number in range(30))


def cells(before: list[Any], after: list[Any]) -> tuple[CellChange, ...]:
    sides = (parse_notebook(making.text(making.notebook(*side, header=None))) for side in (before, after))
    return align(*sides)


def report(**parts: Any) -> DiffReport:
    before = Version("commit", "0123456789abcdef", "main")
    return DiffReport(before, WORKTREE, (AnalysisDiff("a.ipynb", "changed", "a.ipynb", **parts),))


def printed(found: DiffReport, *, colour: bool = False) -> str:
    out = io.StringIO()
    Console(
        file=out, width=120, force_terminal=colour, no_color=False, color_system="standard" if colour else None
    ).print(diff_text(found, Look(colour)), soft_wrap=True)
    return out.getvalue()


def number(value: Any, tolerance: float = 0.0, *, unit: str = "", relative: float = 0.0) -> NamedResult:
    return NamedResult("n", "number", value, unit, tolerance, relative)


@pytest.mark.parametrize(
    ("before", "after", "row"),
    [
        (
            number(4, 0.5, unit="%"),
            number(3, 0.5, unit="%"),
            ("4 %", "3 %", f"{MINUS}1 points ({MINUS}25 %)", "beyond"),
        ),
        (number(4, 2), number(5, 2), ("4", "5", "+1 (+25 %)", "within tolerance 2")),
        (number(4, unit="people"), number(5, unit="people"), ("4", "5 people", "+1 (+25 %)", "changed")),
        (number(100, relative=0.01), number(103, relative=0.01), ("100", "103", "+3 (+3 %)", "beyond tolerance 1 %")),
        (number(0), number(2, unit="EUR"), ("0", "2 EUR", "", "unit none → EUR")),
        (number(1), number(2), ("1", "2", "+1 (+100 %)", "changed")),
        (number(0.123456789), number(0.123456788), ("0.123456789", "0.123456788", f"{MINUS}1e", "changed")),
        (number("NaN"), number(1.5), ("NaN", "1.5", "", "changed")),
        (NamedResult("n", "text", "yes"), NamedResult("n", "text", "no\nway"), ("yes", "no way", "", "changed")),
    ],
)
def test_a_moved_result_is_a_row(before: NamedResult, after: NamedResult, row: tuple[str, ...]) -> None:
    found = result_row(compare_result(before, after))
    assert (found.before, found.after) == row[:2]
    assert found.delta.startswith(row[2])
    assert found.verdict.startswith(row[3])


def test_results_that_came_or_went_are_rows_too() -> None:
    table = NamedResult("t", "table", Table(("a",), ((1,), (2,))))
    figure = NamedResult("f", "figure", Figure(4, 3, "", ""))
    assert result_row(ResultChange("t", "added", None, table))[2:] == ("table, 2 by 1", "", "new")
    assert result_row(ResultChange("f", "removed", figure, None))[1::3] == ("figure, 4 by 3", "gone")
    assert result_row(ResultChange("n", "unchanged", number(1), number(1))).verdict == "unchanged"


def test_one_long_text_does_not_push_every_row_to_the_right() -> None:
    rows = [ResultRow("effect", "1.76", "1.49", "", "changed"), ResultRow("verdict", "no", "yes, " * 9, "", "changed")]
    assert column_widths(rows) == [7, 4, 4, 0]


def test_a_summary_counts_and_a_headline_names_both_sides() -> None:
    changed = cells([making.code("a = 1"), making.code("b")], [making.code("a = 2"), making.markdown("new thing")])
    found = report(cells=changed, caveats=(ValueChange("x", None, "x"), ValueChange("y", "y", None)))
    assert analysis_summary(found.analyses[0]) == "1 caveat added, 1 removed · 1 cell changed, 1 removed, 1 added"
    assert headline(found) == "main (012345678) → working tree: 1 analysis changed"
    assert analysis_summary(report().analyses[0]) == "no change inside"


def test_values_that_came_went_or_turned() -> None:
    assert value_change_text(ValueChange("a", None, "1")) == "1 (new)"
    assert value_change_text(ValueChange("a", "1", None)) == "1 (gone)"
    assert value_change_text(ValueChange("a", "1", "2")) == "1 → 2"


def test_a_cell_is_titled_by_the_numbers_people_see() -> None:
    changes = cells([making.code("a = 1"), making.code(LONG)], [making.code(LONG), making.code("a = 1")])
    assert sorted(map(cell_title, changes)) == ["cell 1 → 2, moved", "cell 2 → 1, unchanged"]


def test_only_changed_lines_and_their_surroundings_are_shown() -> None:
    text = printed(report(cells=cells([making.code(LONG)], [making.code(LONG.replace("= 15", "= 99"))])))
    assert "- line_15 = 15" in text
    assert "+ line_15 = 99" in text
    assert "line_12" in text
    assert "line_11 " not in text
    assert text.count("⋮") == 2


def test_what_else_differs_in_a_cell_is_noted() -> None:
    before = making.markdown("# same", attachments={"a.png": {"image/png": ""}})
    text = printed(report(cells=cells([before], [making.code("# same", tags=("hide-input",))])))
    assert "type: markdown → code" in text
    assert "tags: none → hide-input" in text
    assert "attachments changed: a.png" in text
    assert "- # same" not in text


def test_a_terminal_gets_the_colours_of_the_syntax_and_the_changed_words() -> None:
    changed = cells([making.code("def f(x):\n    return x + 1")], [making.code("def f(x):\n\treturn x + 2")])
    text = printed(report(cells=changed), colour=True)
    assert re.search("\x1b\\[[0-9;]*37;41m1", text)
    assert re.search("\x1b\\[[0-9;]*30;42m2", text)
    assert "\x1b[94mdef" in text
    plain = re.sub("\x1b\\[[0-9;]*m", "", text)
    assert "return x + 2" in plain


def test_nothing_in_a_notebook_steers_the_terminal_or_hides() -> None:
    nasty = "x = 1 \x1b[2J\x07 \u202e hidden \ud800"
    found = report(
        cells=cells([making.code("y")], [making.code(nasty)]),
        caveats=(ValueChange(nasty, None, nasty),),
        problem=nasty,
    )
    for text in (printed(found), diff_markdown(found)):
        assert not set(text) & set("\x1b\x07\u202e\ud800")
        assert "␛[2J" in text.replace("\\", "")


def test_an_endless_line_is_cut_where_it_differs() -> None:
    line = "word " * 300
    changed = cells([making.code(line + "old end")], [making.code(line + "new end")])
    text = printed(report(cells=changed))
    assert "new end (1,507 characters)" in text
    assert len(max(text.split("\n"), key=len)) < 450
    assert len(printed(report(cells=cells([making.code("a")], [making.code("b" * 10**6)])))) < 2_000


def test_a_long_table_names_its_first_values() -> None:
    moved = tuple(ValueChange(f"row {n}, v", "1", "2") for n in range(20))
    change = ResultChange("t", "changed", None, NamedResult("t", "table", Table(("v",), ())), cells=moved)
    for text in (printed(report(results=(change,))), diff_markdown(report(results=(change,)))):
        assert "row 11, v: 1 → 2" in text
        assert "row 12, v" not in text
        assert "and 8 more values" in text


def test_markdown_from_a_notebook_stays_text() -> None:
    assert escaped("<b>|`x`|\n@someone #1 [a](b)") == "\\<b\\>\\|\\`x\\`\\| @&#8203;someone \\#&#8203;1 \\[a\\](b)"
    changed = cells([making.markdown("a")], [making.markdown("a b c\n```\n</details> @someone\n```")])
    text = diff_markdown(report(cells=changed))
    assert text.count("````") == 2


def test_the_brief_face_has_a_line_an_analysis() -> None:
    assert stat_text(report()).plain.split("\n")[1:] == ["  a.ipynb  no change inside"]
    assert "could not be read broken" in stat_text(report(problem="broken")).plain


def test_json_rows_carry_what_the_digest_covers() -> None:
    attachments = {"a.png": {"image/png": "x"}}
    changed = cells([], [making.markdown("a", attachments=attachments, metadata={"tags": ["hide-cell"]})])
    row = json.loads(to_json(diff_values(report(cells=changed))))["analyses"][0]["cells"][0]
    assert row == {
        "kind": "added",
        "group": 0,
        "aspects": [],
        "before": None,
        "after": {
            "index": 0,
            "cell_type": "markdown",
            "source": "a",
            "id": "cell0",
            "tags": ["hide-cell"],
            "attachments": attachments,
        },
        "outputs": [],
    }


def test_json_escapes_what_utf_8_cannot_hold() -> None:
    changed = cells([], [making.code("x = '\ud800'")])
    found = json.loads(to_json(diff_values(report(cells=changed))))
    assert found["analyses"][0]["cells"][0]["after"]["source"] == "x = '\ud800'"


def test_text_is_made_visible_and_short() -> None:
    assert visible("a\tb\nc\r\x7f\x85") == "a\tb\nc␍␡\N{REPLACEMENT CHARACTER}"
    assert shortened("short", 10) == "short"
    assert shortened("x" * 20, 10) == "xxxxxxxxxx… (20 characters)"


@pytest.mark.parametrize(("old", "new"), [("old", "new"), ("", "new"), ("old", "")])
def test_the_one_difference_in_megabytes_of_line_is_found(old: str, new: str) -> None:
    line = "word " * 1_000_000
    text = printed(report(cells=cells([making.code(line + old + line)], [making.code(line + new + line)])))
    removed, added = re.findall(r"^ +1 [-+] …(.*)$", text, re.MULTILINE)
    assert f" {old}word" in removed
    assert f" {new}word" in added
    assert len(text) < 3_000
