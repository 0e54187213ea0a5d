"""A decision as text: what is written is what is read, and an edit changes nothing else."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbpeer.errors import NbpeerError
from nbpeer.model.decision import (
    Decision,
    DecisionConflictError,
    OutcomeRecord,
    OutcomeReview,
    Prediction,
    decode_decision,
)
from nbpeer.registry.madr import Story, both_sides, slug, with_key, with_outcome, write
from registry.deciding import PATH, decision, record

STORY = Story("Does it pay?", "Price test", "Out or not", "it pays", ("conversion: 4.5 %",), ("Sundays are missing",))
DAYS = st.dates(datetime.date(2000, 1, 1), datetime.date(2100, 1, 1))
NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
PREDICTIONS = st.builds(Prediction, TEXTS, NUMBERS, st.none() | NUMBERS, st.none() | NUMBERS, TEXTS, st.none() | DAYS)
RECORDS = st.builds(
    OutcomeRecord,
    DAYS,
    TEXTS,
    st.sampled_from([None, "supported", "refuted", "undecided"]),
    st.sampled_from([None, "yes", "partly", "no", "unknown"]),
    st.none(),
    st.dictionaries(TEXTS, NUMBERS, max_size=3),
    TEXTS,
)


@settings(max_examples=120)
@given(TEXTS, TEXTS, TEXTS, st.lists(PREDICTIONS, max_size=3), st.lists(RECORDS, max_size=3), st.none() | DAYS)
def test_what_is_written_is_what_is_read(
    chosen: str, hypothesis: str, owner: str, predictions: Any, outcomes: Any, due: Any
) -> None:
    made = decision(
        status="proposed",
        chosen=chosen,
        hypothesis=hypothesis,
        decision_makers=(owner,),
        predictions=tuple(predictions),
        outcome_review=OutcomeReview(due, owner),
    )
    made = msgspec.structs.replace(made, outcomes=tuple(outcomes))
    text = write(made, Story(chosen, hypothesis, owner, chosen, (owner,), (owner,)))
    assert decode_decision(text.encode(), PATH) == made


@given(st.lists(RECORDS, min_size=1, max_size=4), st.sampled_from(["\n", "\r\n"]))
def test_an_outcome_is_one_more_line_and_every_other_byte_stays(records: list[OutcomeRecord], end: str) -> None:
    text = write(decision(), STORY).replace("\n", end)
    for number, one in enumerate(records, 1):
        longer = with_outcome(text, one, PATH)
        assert len(longer.split("\n")) == len(text.split("\n")) + 1
        before, after = text.split("\n"), longer.split("\n")
        gone = set(before) - set(after)
        assert gone <= ({f"outcomes: []{end.strip(chr(10))}"} if number == 1 else set())
        text = longer
    found = decode_decision(text.encode(), PATH)
    assert found
    assert found.outcomes == tuple(records)
    assert msgspec.structs.replace(found, outcomes=()) == decision()


@pytest.mark.parametrize("key", ["outcomes:", "outcomes: []", "outcomes:   ", ""])
def test_an_outcome_finds_its_place_however_the_key_is_written(key: str) -> None:
    text = write(decision(), STORY).replace("outcomes: []\n", f"{key}\n" if key else "")
    found = decode_decision(with_outcome(text, record(note="late"), PATH).encode(), PATH)
    assert found
    assert [one.note for one in found.outcomes] == ["late"]


def test_a_key_is_set_where_it_stands_and_added_where_it_does_not() -> None:
    text = with_key(with_key(write(decision(), STORY), "status", "superseded", PATH), "superseded_by", 9, PATH)
    found = decode_decision(text.encode(), PATH)
    assert found
    assert (found.status, found.superseded_by) == ("superseded", 9)
    assert msgspec.structs.replace(found, status="decided", superseded_by=None) == decision()


def merged(folder: Path, base: str, ours: str, theirs: str) -> str:
    """What git makes of it, with conflict markers where it has to."""
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs)):
        (folder / name).write_bytes(text.encode())
    done = subprocess.run(["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=folder, capture_output=True)
    assert done.returncode >= 0
    return done.stdout.decode()


@settings(max_examples=40)
@given(
    st.lists(RECORDS, max_size=2), st.lists(RECORDS, min_size=1, max_size=2), st.lists(RECORDS, min_size=1, max_size=2)
)
def test_outcomes_recorded_in_parallel_are_all_kept(
    tmp_path_factory: pytest.TempPathFactory, before: Any, ours: Any, theirs: Any
) -> None:
    base = write(msgspec.structs.replace(decision(), outcomes=tuple(before)), STORY)
    one, other = base, base
    for item in ours:
        one = with_outcome(one, item, PATH)
    for item in theirs:
        other = with_outcome(other, item, PATH)
    text = merged(tmp_path_factory.mktemp("merge"), base, one, other)
    if "<<<<<<< " in text:
        text = both_sides(text, PATH, 7)
    found = decode_decision(text.encode(), PATH)
    assert found
    assert all(item in found.outcomes for item in [*before, *ours, *theirs])
    assert msgspec.structs.replace(found, outcomes=()) == decision()


def test_a_conflict_about_anything_else_is_left_to_people(tmp_path: Path) -> None:
    base = write(decision(), STORY)
    text = merged(tmp_path, base, base.replace("it pays", "it pays well"), base.replace("it pays", "it pays badly"))
    with pytest.raises(DecisionConflictError, match="conflict markers"):
        both_sides(text, PATH, 7)
    with pytest.raises(NbpeerError, match="has no conflict"):
        both_sides(base, PATH, 7)


def test_a_conflict_in_diff3_style_keeps_both_sides_once() -> None:
    entries = [
        with_outcome(write(decision(), STORY), record(note=note), PATH).split("outcomes:\n")[1].split("\n---")[0]
        for note in "ab"
    ]
    conflict = f"<<<<<<< ours\n{entries[0]}\n||||||| base\n=======\n{entries[1]}\n{entries[0]}\n>>>>>>> theirs\n"
    text = write(decision(), STORY).replace("outcomes: []\n", f"outcomes:\n{conflict}")
    found = decode_decision(both_sides(text, PATH, 7).encode(), PATH)
    assert found
    assert [one.note for one in found.outcomes] == ["a", "b"]


def test_the_body_has_madrs_sections_and_tells_the_story() -> None:
    text = write(decision(), STORY)
    headings = [line for line in text.split("\n") if line.startswith("#")]
    assert headings == [
        "# Price test",
        "## Context and Problem Statement",
        "## Considered Options",
        "## Decision Outcome",
        "### Consequences",
        "### Confirmation",
        "## More Information",
    ]
    assert 'Chosen option: "Roll it out", because it pays.' in text
    assert "| conversion | 4.5 % | 4.1 to 4.9 | 2026-06-01 |" in text
    assert "[Price test](../analyses/pricing.ipynb)" in text
    assert "* conversion: 4.5 %" in text
    assert "To decide: Out or not" in text
    assert "* Sundays are missing" in text


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Price test", "price-test"),
        ("Über die Größe: 3 Länder!", "über-die-größe-3-länder"),
        ("…", "decision"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 40, "-".join(["word"] * 10)),
        ("x" * 300, "x" * 60),
    ],
)
def test_a_slug_is_short_and_holds_words_only(title: str, name: str) -> None:
    assert slug(title) == name


def test_a_record_of_another_kind_is_not_ours() -> None:
    adr = b"---\nstatus: accepted\ndate: 2020-01-01\n---\n# Use PostgreSQL\n"
    assert decode_decision(adr, "decisions/0001-use-postgresql.md") is None
    assert decode_decision(b"# no front matter\n", "decisions/0001-x.md") is None


def without(key: str) -> bytes:
    lines = write(decision(), STORY).split("\n")
    return "\n".join(line for line in lines if not line.startswith(key)).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            without("analysis:")
            .replace(b"  path:", b"x_path:")
            .replace(b"  content:", b"x_c:")
            .replace(b"  appr", b"x_a"),
            "names no analysis",
        ),
        (write(decision(), STORY).replace("status: decided", "status: done").encode(), "key status: invalid enum"),
        (write(decision(), STORY).replace("date: 2026-03-01", "date: soon").encode(), "key date: invalid"),
        (write(decision(), STORY).replace("expect: 4.5", "expect: .nan").encode(), "not a finite number"),
        (write(decision(), STORY).replace("status:", "status: [").encode(), "line 3"),
        (b"---\nfrozen: x\n---\n\xff", "is not UTF-8"),
        (b"---\nfrozen: x\n<<<<<<< HEAD\n---\n", "has conflict markers"),
    ],
    ids=["no analysis", "status", "date", "nan", "yaml", "utf-8", "conflict"],
)
def test_a_decision_that_is_wrong_is_one_clear_line(content: bytes, said: str) -> None:
    with pytest.raises(NbpeerError) as error:
        decode_decision(content, PATH)
    assert said in error.value.message
    assert error.value.message.startswith(PATH)
    assert "\n" not in str(error.value)


def test_the_number_is_in_the_name_of_the_file_only() -> None:
    found = decode_decision(write(decision(), STORY).encode(), "decisions/0123-x.md")
    assert isinstance(found, Decision)
    assert found.number == 123
    assert decode_decision(write(decision(), STORY).encode(), "decisions/readme.md") is None
