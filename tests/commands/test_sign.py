"""Signing off from an answers file: what is written, and what is refused with nothing written."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository, Outcome
from nbpeer.model.digests import content_hash
from reviewing import ANALYST, PATH, REVIEWER

Nbpeer = Callable[..., Outcome]


@pytest.fixture
def analysis(repo: GitRepository) -> GitRepository:
    reviewing.begin(repo)
    return repo


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    return reviewing.answers_file(tmp_path)


def test_the_sign_off_names_content_reviewer_checklist_and_answers(
    analysis: GitRepository, nbpeer: Nbpeer, answers: Path
) -> None:
    done = nbpeer("sign", PATH, "--answers", answers, "--comment", "clear and short", "--format", "json")
    assert done.code == 0, done.err
    (found,) = reviewing.sign_offs(analysis)
    assert (found.analysis, found.reviewer, found.decision) == (PATH, REVIEWER, "approve")
    assert (found.checklist, found.tier, found.comment) == ("ab_test", "medium", "clear and short")
    assert found.content == content_hash(found.source, found.results)
    assert [answer.item for answer in found.answers] == list(reviewing.ANSWERS)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", found.time)
    assert done.json["sign_off"]["content"] == found.content
    assert (analysis.path / done.json["path"]).is_file()


def test_signing_again_replaces_the_reviewers_own_sign_off(
    analysis: GitRepository, nbpeer: Nbpeer, answers: Path
) -> None:
    nbpeer("sign", PATH, "--answers", answers)
    done = nbpeer("sign", PATH, "--answers", answers, "--decision", "request-changes", "--comment", "wait")
    assert done.code == 0, done.err
    assert [found.decision for found in reviewing.sign_offs(analysis)] == ["request_changes"]


def test_answers_come_from_standard_input_as_yaml(
    analysis: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = "".join(f"{item}: {answer}\n" for item, answer in reviewing.ANSWERS.items())
    monkeypatch.setattr("sys.stdin", io.StringIO(text.replace("C7: yes", "C7: {answer: no, note: 'too few weeks'}")))
    done = nbpeer("sign", PATH, "--answers", "-")
    assert done.code == 0, done.err
    (found,) = reviewing.sign_offs(analysis)
    assert [answer.note for answer in found.answers if answer.answer == "no"] == ["too few weeks"]


def test_the_template_is_filled_and_signed(analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    template = nbpeer("sign", PATH, "--template").out
    assert "# C1 Can I restate question and decision in a sentence?" in template
    assert reviewing.sign_offs(analysis) == []
    filled = tmp_path / "filled.yml"
    filled.write_text(re.sub(r"(?m)^(C\d+):$", r"\1: yes", template))
    done = nbpeer("sign", PATH, "--answers", filled)
    assert done.code == 0, done.err


def test_an_unfilled_template_is_refused_with_what_is_missing(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    template = tmp_path / "answers.yml"
    template.write_text(nbpeer("sign", PATH, "--template").out)
    done = nbpeer("sign", PATH, "--answers", template)
    assert done.code == 2
    assert "not answered: C1 (Can I restate question and decision in a sentence?)" in done.err


REFUSED: list[tuple[Any, str]] = [
    (reviewing.ANSWERS | {"C99": "yes"}, "the checklist has no item 'C99', did you mean C9?"),
    (reviewing.ANSWERS | {"C1": "no"}, 'a "no" needs a line that says why: C1'),
    (reviewing.ANSWERS | {"C1": "perhaps"}, "the answer to C1 is 'perhaps'"),
    ({"C1": "yes"}, "not answered: "),
    (["C1"], "must map items to answers"),
]


@pytest.mark.parametrize(("value", "problem"), REFUSED)
def test_answers_that_do_not_fit_are_refused(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path, value: Any, problem: str
) -> None:
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path, value))
    assert done.code == 2
    assert problem in done.err
    assert len(done.err.splitlines()) == 1
    assert reviewing.sign_offs(analysis) == []


@pytest.mark.parametrize(
    ("content", "problem"),
    [(b"C1: [", "answers.yml, line"), (b"\xff", "is not UTF-8"), (None, "could not be read")],
)
def test_an_unreadable_answers_file_is_refused(
    analysis: GitRepository, nbpeer: Nbpeer, tmp_path: Path, content: bytes | None, problem: str
) -> None:
    file = tmp_path / "answers.yml"
    if content is not None:
        file.write_bytes(content)
    done = nbpeer("sign", PATH, "--answers", file)
    assert done.code == 2
    assert problem in done.err


def test_answers_are_asked_for(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    done = nbpeer("sign", PATH)
    assert done.code == 2
    assert "--template prints one to fill" in done.err


def refused(repo: GitRepository, nbpeer: Nbpeer, answers: Path, problem: str, *more: str) -> None:
    done = nbpeer("sign", PATH, "--answers", answers, *more)
    assert done.code == 2
    assert problem in done.err
    assert len(done.err.splitlines()) == 1
    assert reviewing.sign_offs(repo) == []


def test_the_author_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.be(ANALYST.upper())
    refused(analysis, nbpeer, answers, "is an author of the changes to analyses/pricing.ipynb")


def test_a_co_author_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.git("commit", "--amend", "--quiet", "-m", f"x\n\nCo-Authored-By: R <{REVIEWER}>", "--reset-author")
    refused(analysis, nbpeer, answers, "does not count")


def test_who_edited_the_working_tree_is_an_author(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.write(PATH, reviewing.pricing("rate = 0.05\n"))
    reviewing.record(analysis, 0.05)
    refused(analysis, nbpeer, answers, f"{REVIEWER} is an author of the changes")


def test_a_reviewer_may_have_run_the_notebook(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    def ran(value: dict[str, Any]) -> None:
        value["cells"][2] |= {"execution_count": 1, "outputs": [making.stream("0.0412\n")]}

    reviewing.edit(analysis, ran)
    assert nbpeer("sign", PATH, "--answers", answers).code == 0


def test_missing_results_are_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    (analysis.path / "analyses/pricing.results.json").unlink()
    refused(analysis, nbpeer, answers, "pricing.results.json is not there: no run is recorded; nbpeer run")


def test_stale_results_are_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.write(PATH, reviewing.pricing("rate = 0.05\n"))
    refused(analysis, nbpeer, answers, "a cell was edited after the run")


def test_a_notebook_without_front_matter_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.write(PATH, making.notebook(making.code("1"), header=None))
    refused(analysis, nbpeer, answers, "has no front matter")


def test_invalid_front_matter_is_refused_by_line_and_key(
    analysis: GitRepository, nbpeer: Nbpeer, answers: Path
) -> None:
    analysis.write(PATH, reviewing.pricing(header=making.HEADER.replace("tier: medium", "tier: huge")))
    refused(analysis, nbpeer, answers, "front matter, line 8, key 'tier'")


def test_an_unchanged_analysis_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    refused(analysis, nbpeer, answers, "has not changed against work", "--base", "work")


def test_an_excluded_notebook_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.write("nbpeer.toml", 'exclude = ["analyses/**"]\n')
    refused(analysis, nbpeer, answers, "the configuration excludes it")


def test_a_notebook_that_is_not_json_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    analysis.write(PATH, "{")
    refused(analysis, nbpeer, answers, "is not JSON")


def test_a_missing_notebook_is_refused(analysis: GitRepository, nbpeer: Nbpeer, answers: Path) -> None:
    (analysis.path / PATH).unlink()
    refused(analysis, nbpeer, answers, f"{PATH} is not there")


def test_outside_a_repository_it_is_refused(nbpeer: Nbpeer, tmp_path: Path, answers: Path) -> None:
    (tmp_path / "lonely.ipynb").write_text(json.dumps(reviewing.pricing()))
    done = nbpeer("sign", tmp_path / "lonely.ipynb", "--answers", answers)
    assert done.code == 2
    assert "not inside a git repository" in done.err
