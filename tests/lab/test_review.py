"""The checklist beside the notebook: questions, ticks that nobody loses, sign-offs; the notebook's bytes stay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository
from lab.conftest import Answer, Ask
from reviewing import ANALYST, PATH, REVIEWER, SECOND

Golden = Callable[[str, Any], None]
ANSWERS = {"C1": "yes", "C3": "na", "C8": "yes"}
HEADER = making.HEADER.replace("tier: medium", "tier: low")


@pytest.fixture
def analysis(repo: GitRepository) -> GitRepository:
    """Tier low: C1, C3 and C8 are asked, all of them of a person."""
    reviewing.begin(repo, reviewing.pricing(header=HEADER))
    return repo


async def saved(ask: Ask, answers: dict[str, str | None], person: str = "") -> Answer:
    """Tick on top of what is kept."""
    seen = (await ask("GET", "sitting", person, path=PATH)).json
    rows = {item: {"answer": answer} if answer else None for item, answer in answers.items()}
    return await ask(
        "PUT", "sitting", person, path=PATH, content=seen["content"], revision=seen["revision"], answers=rows
    )


async def test_the_panel_asks_what_the_terminal_asks(analysis: GitRepository, ask: Ask, golden: Golden) -> None:
    found = await ask("GET", "review", path=PATH)
    golden("review", found.json)
    assert [one["id"] for one in found.json["questions"] if one["asks"]] == list(ANSWERS)
    assert found.json["refusal"] is None
    assert {"label": "tier", "text": "low, about 5 minutes"} in found.json["header"]


async def test_ticks_are_kept_where_the_terminal_goes_on(
    analysis: GitRepository, ask: Ask, golden: Golden, nbpeer: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    golden("sitting", (await saved(ask, {"C1": "yes", "C3": "na"})).json)
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("y\na\n\n"))
    assert "2 of 3 questions are answered from last time" in nbpeer("review", PATH).out


async def test_a_tick_can_be_taken_back(analysis: GitRepository, ask: Ask) -> None:
    await saved(ask, {"C1": "yes", "C3": "na"})
    assert (await saved(ask, {"C1": None})).json["answers"] == {"C3": {"answer": "na", "note": ""}}


async def test_a_lost_update_is_a_conflict_and_no_tick_is_lost(
    analysis: GitRepository, ask: Ask, golden: Golden
) -> None:
    old = (await ask("GET", "sitting", path=PATH)).json
    await saved(ask, {"C1": "yes"})
    late = {"path": PATH, "content": old["content"], "revision": old["revision"]}
    found = await ask("PUT", "sitting", **late, answers={"C3": {"answer": "no", "note": "too old"}})
    assert found.status == 409
    golden("error-sitting", found.json)
    assert found.json["current"]["answers"] == {"C1": {"answer": "yes", "note": ""}}
    late["revision"] = found.json["current"]["revision"]
    merged = await ask("PUT", "sitting", **late, answers={"C3": {"answer": "no", "note": "too  old "}})
    assert merged.json["answers"]["C3"] == {"answer": "no", "note": "too old"}
    assert merged.json["answers"]["C1"] == {"answer": "yes", "note": ""}


async def test_ticks_on_content_that_is_gone_are_refused(analysis: GitRepository, ask: Ask) -> None:
    old = (await ask("GET", "sitting", path=PATH)).json
    analysis.write(PATH, reviewing.pricing("rate = 0.05\n", HEADER))
    late = {"path": PATH, "content": old["content"], "revision": old["revision"]}
    found = await ask("PUT", "sitting", **late, answers={"C1": {"answer": "yes"}})
    assert (found.status, found.json["message"]) == (409, f"{PATH} changed while you were reviewing it")
    assert found.json["current"]["content"] != old["content"]


async def test_two_people_see_each_others_ticks_and_only_change_their_own(
    analysis: GitRepository, ask: Ask, golden: Golden
) -> None:
    await saved(ask, {"C1": "yes"}, REVIEWER)
    await saved(ask, {"C1": "no", "C3": "yes"}, SECOND)
    golden("sitting-two", (await ask("GET", "sitting", SECOND, path=PATH)).json)
    found = (await ask("GET", "sitting", REVIEWER.upper(), path=PATH)).json
    assert (found["reviewer"], found["answers"]) == (REVIEWER, {"C1": {"answer": "yes", "note": ""}})
    assert [(one["reviewer"], set(one["answers"])) for one in found["others"]] == [(SECOND, {"C1", "C3"})]


async def test_signing_writes_the_sign_off_that_the_gate_counts(
    analysis: GitRepository, ask: Ask, golden: Golden
) -> None:
    before = (analysis.path / PATH).read_bytes()
    kept = (await saved(ask, ANSWERS)).json
    asked = {"path": PATH, "content": kept["content"], "revision": kept["revision"], "decision": "approve"}
    found = await ask("POST", "sign", **asked, comment="fine by me")
    assert found.status == 200, found.json
    golden("sign", found.json)
    assert found.json["gate"]["met"] is True
    (sign_off,) = reviewing.sign_offs(analysis)
    assert (sign_off.reviewer, sign_off.decision, sign_off.comment) == (REVIEWER, "approve", "fine by me")
    assert (analysis.path / PATH).read_bytes() == before
    golden("signoffs", (await ask("GET", "signoffs", path=PATH)).json)


async def test_an_approval_with_open_questions_is_refused_and_writes_nothing(
    analysis: GitRepository, ask: Ask, golden: Golden
) -> None:
    kept = (await saved(ask, {"C1": "yes"})).json
    asked = {"path": PATH, "content": kept["content"], "revision": kept["revision"], "decision": "approve"}
    found = await ask("POST", "sign", **asked)
    assert found.status == 400
    assert found.json["message"].startswith("not answered: C3 (")
    golden("error-sign", found.json)
    assert reviewing.sign_offs(analysis) == []


async def test_answers_that_nobody_saw_are_not_signed(analysis: GitRepository, ask: Ask) -> None:
    old = (await saved(ask, ANSWERS)).json
    await saved(ask, {"C1": None})
    asked = {"path": PATH, "content": old["content"], "revision": old["revision"], "decision": "approve"}
    assert (await ask("POST", "sign", **asked)).status == 409
    assert reviewing.sign_offs(analysis) == []


async def test_an_author_sees_the_questions_and_why_they_cannot_sign(
    analysis: GitRepository, ask: Ask, golden: Golden
) -> None:
    analysis.be(ANALYST)
    found = (await ask("GET", "review", path=PATH)).json
    assert found["refusal"]["message"].startswith(f"{ANALYST} is an author of the changes")
    assert found["questions"]
    kept = (await saved(ask, ANSWERS)).json
    asked = {"path": PATH, "content": kept["content"], "revision": kept["revision"], "decision": "approve"}
    assert (await ask("POST", "sign", **asked)).status == 400


async def test_an_edit_lapses_the_sign_off_and_shows_what_was_answered_before(
    analysis: GitRepository, ask: Ask, golden: Golden
) -> None:
    kept = (await saved(ask, ANSWERS)).json
    asked = {"path": PATH, "content": kept["content"], "revision": kept["revision"], "decision": "approve"}
    await ask("POST", "sign", **asked)
    analysis.commit("sign-off")
    analysis.be(ANALYST)
    analysis.write(PATH, reviewing.pricing("rate = 0.05\nprint(rate)\n", HEADER))
    reviewing.record(analysis, 0.05)
    analysis.commit("edit")
    analysis.be(REVIEWER)
    found = (await ask("GET", "review", path=PATH)).json
    golden("review-again", found)
    assert found["since"]["summary"] == "1 result changed · 1 cell changed"
    assert found["questions"][0]["earlier"] == {"answer": "yes", "note": ""}
    assert found["sitting"]["answers"] == {}
    lapsed = (await ask("GET", "signoffs", path=PATH)).json
    golden("signoffs-lapsed", lapsed)
    assert (lapsed["approved"], lapsed["sign_offs"][0]["standing"]) == (False, "lapsed")
