"""The comments of a pull request, whatever an analysis or another job's document says: read by GitHub's own parser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.external import ExpectationsFile, ExternalExpectation
from nbpeer.model.finding import Edit, Suggestion
from nbpeer.model.marks import marks, ticked
from nbpeer.model.posting import AnalysisPosting, PlacedFinding, Posting, decode_posting, encode_posting, slim
from nbpeer.model.review import Excerpt
from nbpeer.render.pr_check import check_run
from nbpeer.render.pr_checklist import checklist_comment, is_superseded, superseded_comment
from nbpeer.render.pr_inline import fingerprint_in, fixed_body, gone_words, inline_body, prints
from nbpeer.render.pr_summary import MOST_COMMENT, Around, fitting, summary_forms
from render import sample
from render.gfm import read
from render.test_escape import texts

# Values of these keys are words of the format, which the document's type allows or refuses.
WORDS = set("status verdict kind severity tier type by answer ticked_by origin outcome before head category".split())
OURS = set("a b blockquote br code del details em h3 h4 hr input li p pre s span strong sub summary table tbody td th "
           "thead tr ul".split())  # fmt: skip


def posting() -> Posting:
    """One analysis with one of everything."""
    found = [PlacedFinding(sample.FINDINGS[0], 12, exact=True, replacement='    "orders = 1\\n",')]
    found[0] = msgspec.structs.replace(
        found[0],
        finding=msgspec.structs.replace(found[0].finding, suggestion=Suggestion((Edit(1, 1, 2, "x"),))),
    )
    found += [PlacedFinding(finding) for finding in sample.FINDINGS[1:]]
    external = ExpectationsFile(
        "dbt.json", "dbt", expectations=(ExternalExpectation("unique_id", "failed"),), stale="old"
    )
    shown = {"C1": (Excerpt("question", ("Does it?",)), Excerpt("Summary", ("It does.",) * 20))}
    recorded = sample.results()
    one = AnalysisPosting(
        path=sample.PATH,
        diff=slim(sample.compared()),
        gate=sample.GATE,
        tier="medium",
        minutes=15,
        reviewers=1,
        checklist="ab_test",
        version="1.1",
        title="Price test",
        question="Does it?",
        decision="Roll it out",
        decision_owner="pricing lead",
        findings=tuple(found),
        questions=sample.QUESTIONS,
        shown=shown,
        expectations=recorded.result_set.expectations,
        external=(external,),
        caveats=recorded.caveats,
        notes=("a note",),
    )
    other = msgspec.structs.replace(one, path="analyses/other.ipynb")
    return Posting("main", "a" * 40, "b" * 40, (one, other), ("analyses/gone.ipynb",), ("a note",))


def with_texts(value: Any, text: Callable[[], str], key: str = "") -> Any:
    """The document with every text that is free replaced."""
    if isinstance(value, dict):
        return {name: with_texts(item, text, str(name)) for name, item in value.items()}
    if isinstance(value, list):
        return [with_texts(item, text, key) for item in value]
    return text() or "x" if isinstance(value, str) and key not in WORDS else value


@st.composite
def hostile_postings(draw: st.DrawFn) -> Posting:
    return saying(draw(st.lists(texts, min_size=1, max_size=6)))


def saying(some: list[str]) -> Posting:
    """The posting with these texts in turn wherever a text may stand."""
    chosen = iter(range(10**9))
    document = json.loads(encode_posting(posting()))
    replaced = with_texts(document, lambda: some[next(chosen) % len(some)].encode("utf-8", "replace").decode())
    for number, one in enumerate(replaced["analyses"]):
        one["path"] += str(number)  # no document has an analysis twice
    return decode_posting(json.dumps(replaced).encode(), "review.json")


slowly = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@slowly
@given(hostile_postings())
def test_no_summary_holds_anything_but_ours(found: Posting) -> None:
    around = Around(unplaced=found.analyses[0].findings)
    for form in summary_forms(found, around):
        page = read(form)
        assert page.names <= OURS
        assert page.triggers == []
        assert page.boxes == 0
        assert [one.kind for one in marks(form)] == ["summary", "posted"]
        assert len(page.comments) == 2
        assert ticked(form) == frozenset()
        assert "a" not in page.names


def test_a_pipe_in_a_path_or_in_code_ends_no_cell() -> None:
    harm = "a|b `@team|#12` mail a@b.example"
    first = posting().analyses[0]
    finding = msgspec.structs.replace(first.findings[0].finding, message=harm)
    other = msgspec.structs.replace(first, title=" ", path=harm, findings=(PlacedFinding(finding),))
    found = Posting("main", "a" * 40, "b" * 40, (first, other))
    for form in summary_forms(found, Around(unplaced=other.findings)):
        page = read(form)
        assert page.triggers == []
        assert "a" not in page.names


@slowly
@given(hostile_postings())
def test_no_checklist_has_a_box_mark_or_mention_but_ours(found: Posting) -> None:
    one = found.analyses[0]
    asked = [
        question.item.id for question in one.questions if not (question.answer and question.answer.answer == "yes")
    ]
    body = checklist_comment(one, asked)
    page = read(body)
    assert page.names <= OURS
    assert page.triggers == []
    assert page.boxes == len(asked)
    assert [found.kind for found in marks(body)] == ["checklist", *["item"] * len(asked)]
    assert len(page.comments) == 1 + len(asked)
    assert ticked(body) == frozenset(asked)
    kept = superseded_comment(body)
    assert is_superseded(kept)
    assert superseded_comment(kept) == kept
    assert read(kept).boxes == 0
    assert ticked(kept) == frozenset()
    assert read(kept).names <= OURS


@slowly
@given(hostile_postings())
def test_no_inline_comment_holds_anything_but_ours(found: Posting) -> None:
    for key, placed in prints(found.analyses[0].findings):
        body = inline_body(placed, key)
        for text in (body, fixed_body(body, key, gone_words("b" * 40, placed.finding.waived))):
            page = read(text)
            assert page.names <= OURS
            assert page.triggers == []
            assert (page.boxes, len(page.comments)) == (0, 1)
            assert [one.kind for one in marks(text)] == ["finding"]
            assert (fingerprint_in(text) or ("",))[0] == key
    run = check_run(found, "")
    assert all("##[" not in one.message for one in run.annotations)
    assert all(not line.strip().startswith("::") for one in run.annotations for line in one.message.splitlines())


def test_a_struck_comment_says_what_it_was_and_where_it_was_fixed() -> None:
    placed = posting().analyses[0].findings[0]
    body = fixed_body(inline_body(placed, "k"), "k", gone_words("b" * 40))
    assert body.startswith("<del>**NBP309 no-sanity-check** (warning): no check of the data follows the load</del>\n")
    assert "Fixed in bbbbbbb." in body
    assert fingerprint_in(body) == ("k", True)
    assert fixed_body(body, "k", "Fixed in c.").count("<del>") == 1


@pytest.mark.parametrize(
    ("replacement", "language"),
    [
        ('    "orders = 1\\n",', "suggestion"),
        ("    \"orders = '```'\\n\"", "suggestion"),
        ("    orders = 1", ""),
        ('    "orders = 1\\n", "and more\\n",', ""),
        ('    "orders = \u202e1\\n",', "python"),
    ],
)
def test_a_suggestion_is_one_line_of_json_or_none(replacement: str, language: str) -> None:
    placed = msgspec.structs.replace(posting().analyses[0].findings[0], replacement=replacement)
    body = inline_body(placed, "k")
    assert (f"```{language}\n" in body) if language else ("```" not in body)
    if language == "suggestion":
        assert f"\n{replacement}\n" in body


def test_forms_become_shorter_and_the_first_that_fits_is_taken() -> None:
    forms = list(summary_forms(posting(), Around(packet="https://example.org/p")))
    sizes = [len(form.encode()) for form in forms]
    assert sizes[1:] == sorted(sizes[1:], reverse=True)
    assert next(fitting(iter(forms), MOST_COMMENT)) == forms[0]
    assert list(fitting(iter(forms), sizes[3])) == forms[3:]
    assert list(fitting(iter(forms), 10)) == [forms[4]]
    assert all("https://example.org/p" in form for form in forms)


def test_a_document_that_is_none_is_refused_in_one_line() -> None:
    document = json.loads(encode_posting(posting()))
    for broken in (
        b"",
        b"[]",
        b"{" * 100_000,
        b'{"a": ' * 10_000,
        json.dumps(document | {"extra": 1}).encode(),
        json.dumps(document | {"head": "main"}).encode(),
        json.dumps(document | {"schema": 2}).encode(),
        json.dumps(document | {"analyses": document["analyses"][:1] * 2}).encode(),
        json.dumps(document | {"analyses": [document["analyses"][0] | {"tier": "::error::"}]}).encode(),
        b" " * 20_000_001,
    ):
        with pytest.raises(NbpeerError) as refused:
            decode_posting(broken, "review.json")
        assert refused.value.exit_code == 2
        assert "review.json" in refused.value.message
