"""What the summary of a pull request says first: the results that moved furthest, and what could not be compared."""

from __future__ import annotations

import msgspec
import pytest

from nbpeer.model.change import AnalysisDiff, ResultChange
from nbpeer.model.finding import Finding
from nbpeer.model.posting import AnalysisPosting, PlacedFinding, Posting
from nbpeer.model.result import NamedResult, Table
from nbpeer.render.pr_check import MOST_ANNOTATIONS, check_run
from nbpeer.render.pr_lede import far_first, lede
from nbpeer.render.pr_summary import summary_forms
from nbpeer.render.pr_words import headline
from render import sample
from render.test_pr_comments import posting


def change(name: str, before: float, after: float, tolerance: float = 0.0, relative: float = 0.0) -> ResultChange:
    sides = [NamedResult(name, "number", value, "%", tolerance, relative) for value in (before, after)]
    return ResultChange(name, "changed", *sides, delta=after - before)


def of(*changes: ResultChange, title: str = "Price test", problem: str = "") -> AnalysisPosting:
    diff = AnalysisDiff(sample.PATH, "changed", sample.PATH, results=changes, problem=problem)
    return msgspec.structs.replace(posting().analyses[0], title=title, diff=diff)


def whole(*analyses: AnalysisPosting) -> Posting:
    return Posting("main", "a" * 40, "b" * 40, analyses)


TABLE = NamedResult("t", "table", Table(("a",), ((1,),)))
LONG = NamedResult("l", "text", "a long sentence " * 5)


def test_the_furthest_by_its_tolerance_is_first_then_the_furthest_by_what_it_was_and_texts_and_tables_last() -> None:
    far, near = change("far", 10, 11, tolerance=0.1), change("near", 10, 19, tolerance=5)
    relative, doubled, little = change("r", 100.0, 130.0, relative=0.05), change("d", 1, 2), change("l", 100, 101)
    text = ResultChange("w", "changed", NamedResult("w", "text", "up"), NamedResult("w", "text", "down"))
    table = ResultChange("t", "changed", TABLE, TABLE)
    gone = ResultChange("g", "removed", NamedResult("g", "number", 1.0), None)
    same = msgspec.structs.replace(change("s", 1, 1.01, tolerance=1), verdict="within_tolerance")
    ordered = [far, relative, near, doubled, little, text, table, gone, same]
    assert sorted([*ordered[4:], *ordered[:4]], key=far_first) == ordered


def test_three_are_said_and_the_rest_counted() -> None:
    every = (change("a", 1, 2), change("b", 1, 3), change("c", 1, 4), change("d", 1, 5))
    assert lede(whole(of(*every))) == "d: 1 → **5** % · c: 1 → **4** % · b: 1 → **3** % · and 1 more"
    assert lede(whole(of(every[0]))) == "a: 1 → **2** %"


def test_of_several_analyses_each_result_names_its_own() -> None:
    said = lede(whole(of(change("a", 1, 2)), of(change("a", 1, 3), title="Churn @team")))
    assert said == "a (Churn @&#8203;team): 1 → **3** % · a (Price test): 1 → **2** %"


def test_it_is_told_how_many_of_the_analyses_changed_a_result_and_those_come_first() -> None:
    still = msgspec.structs.replace(of(title="Churn"), path="analyses/a.ipynb")
    text = next(summary_forms(whole(still, of(change("a", 1, 2)))))
    assert text.startswith("### 1 result changed in 1 of 2 analyses\n")
    assert text.index("#### Price test") < text.index("#### Churn")
    assert headline(whole(still, still)) == "No result changed in 2 analyses"


def test_what_fills_no_line_is_only_counted_and_a_new_analysis_has_nothing_before() -> None:
    table, text = ResultChange("t", "changed", TABLE, TABLE), ResultChange("l", "changed", LONG, LONG)
    assert lede(whole(of(table, text))) == ""
    assert lede(whole(of(table, text, change("a", 1, 2)))) == "a: 1 → **2** % · and 2 more"
    new = of(change("a", 1, 2))
    new = msgspec.structs.replace(new, diff=msgspec.structs.replace(new.diff, status="added"))
    assert lede(whole(new)) == ""


@pytest.mark.parametrize("form", range(5))
def test_every_form_begins_with_the_headline_and_what_moved_so_that_a_mail_does(form: int) -> None:
    text = list(summary_forms(whole(of(change("a", 1, 2)))))[form]
    assert text.splitlines()[:3] == ["### 1 result changed in 1 analysis", "", "a: 1 → **2** %"]
    assert text.endswith(" refused= -->")


def test_the_rows_of_the_table_are_in_the_same_order() -> None:
    text = next(summary_forms(whole(of(change("a", 1, 2), change("b", 1, 3)))))
    assert text.index("| **b**") < text.index("| **a**")


def test_what_could_not_be_compared_is_said_first_and_passes_nowhere() -> None:
    found = whole(of(change("a", 1, 2)), of(problem="it broke at cell 3", title="Churn"))
    text = next(summary_forms(found))
    assert text.startswith("### 1 result changed in 1 analysis · 1 analysis could not be compared\n")
    assert text.index("#### Churn") < text.index("#### Price test")
    assert "> ✗ Could not be compared: it broke at cell 3" in text
    assert "No named result is recorded" not in text
    row = next(line for line in text.splitlines() if line.startswith("| Churn |"))
    assert row.startswith("| Churn | ✗ |")
    alone = msgspec.structs.replace(of(problem="it broke"), gate=msgspec.structs.replace(sample.GATE, conditions=()))
    assert "ready for review" not in next(summary_forms(whole(alone)))
    assert check_run(whole(alone), "").conclusion == "neutral"


def test_a_number_that_a_strangers_document_spells_as_something_else_breaks_nothing() -> None:
    odd = msgspec.structs.replace(change("a", 1, 2), before=NamedResult("a", "number", "x"))
    odder = msgspec.structs.replace(change("b", 1, 2), after=NamedResult("b", "number", Table(("c",), ())))
    assert next(summary_forms(whole(of(odd, odder))))


def test_no_more_annotations_than_a_job_may_send_and_errors_are_among_them() -> None:
    info = [PlacedFinding(Finding("NBP101", "x", "info", f"{n}", sample.PATH)) for n in range(MOST_ANNOTATIONS)]
    error = PlacedFinding(Finding("NBP102", "y", "error", "last", sample.PATH))
    run = check_run(whole(msgspec.structs.replace(of(), findings=(*info, error))), "")
    assert len(run.annotations) == MOST_ANNOTATIONS
    assert run.annotations[0].title == "NBP102 y"
    assert "1 error, 1,000 infos" in run.title
