"""`nbpeer pr post` as a workflow calls it: event files, two jobs, logs, the step summary."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.model.result import results_path
from posting import PATH, Review17, analysis, pulled, put, recorded

Nbpeer = Callable[..., Outcome]
CHECKLIST = (
    "version: 2\ntiers: {medium: {minutes: 1, items: [T1], rules: [error]}}\nitems: [{id: T1, question: 'Ready?'}]\n"
)
HOSTILE = "::set-env name=A::b\n##[command]c @octo/team <!-- nbpeer:summary --> - [x] d"


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """A changed analysis on the branch `work`; the person is no author of it."""
    put(repo, analysis(), 0.62)
    repo.commit("first")
    repo.git("switch", "--quiet", "-c", "work")
    put(repo, analysis(making.code("rate = 0.05\nprint(rate)\n")), 0.41)
    repo.commit("lower")
    return repo


@pytest.fixture
def review(team: GitRepository, tmp_path: Path) -> Review17:
    found = Review17(tmp_path / "review")
    found.forge.open(pulled(team, head_of(team)))
    return found


def head_of(repo: GitRepository) -> str:
    return repo.git("rev-parse", "HEAD").strip()


def event(folder: Path, repo: GitRepository, head: str = "") -> Path:
    """The part of GitHub's pull_request event that matters."""
    pull = {
        "number": 17,
        "head": {"sha": head or head_of(repo), "ref": "work", "repo": {"full_name": "octo/team"}},
        "base": {"sha": repo.git("rev-parse", "main").strip(), "ref": "main"},
    }
    path = folder / "event.json"
    path.write_text(json.dumps({"action": "synchronize", "number": 17, "pull_request": pull}))
    return path


def run_event(folder: Path, head: str, about: str = "pull_request") -> Path:
    path = folder / f"{about}.json"
    run = {"head_sha": head, "head_branch": "work", "event": about, "pull_requests": []}
    path.write_text(json.dumps({"action": "completed", "workflow_run": run}))
    return path


def test_the_event_file_is_all_that_a_workflow_gives(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    done = nbpeer("pr", "post", "--event", event(tmp_path, team), "--folder", review.folder)
    assert (done.code, done.err.strip()) == (0, f"{PATH}: gathering")
    assert done.out.startswith("pull request 17: summary, 1 checklist")
    assert "1 result changed in 1 analysis" in review.body("<!-- nbpeer:summary")
    again = nbpeer("pr", "post", "17", "--base", "main", "--folder", review.folder, "--format", "json")
    assert again.json["number"] == 17
    assert again.json["inline"] == 0
    assert again.json["head"] == head_of(team)


def test_a_merge_of_the_head_may_be_checked_out_and_another_commit_may_not(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    head = head_of(team)
    told = event(tmp_path, team)
    team.git("switch", "--quiet", "main")
    team.write("README.md", "text\n")
    team.commit("meanwhile")
    refused = nbpeer("pr", "post", "--event", told, "--folder", review.folder)
    assert refused.code == 2
    assert f"the pull request's head is {head[:7]}" in refused.err
    team.git("merge", "--quiet", "--no-ff", "--no-edit", "work")
    merged = nbpeer("pr", "post", "--event", told, "--base", "HEAD^1", "--folder", review.folder)
    assert merged.code == 0
    assert head[:7] in review.body("<!-- nbpeer:summary")


def test_two_jobs_share_the_work_of_a_fork(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    file = tmp_path / "review.json"
    looked = nbpeer("pr", "post", "--event", event(tmp_path, team), "--export", file)
    assert (looked.code, looked.out.strip()) == (0, f"{file}: written")
    head = head_of(team)
    team.git("switch", "--quiet", "main")
    done = nbpeer("pr", "post", "--event", run_event(tmp_path, head), "--from", file, "--folder", review.folder)
    assert done.code == 0
    assert "| 0.62 | **0.41** |" in review.body("<!-- nbpeer:summary")


def test_a_document_cannot_put_other_words_to_what_a_tick_answers(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    file = tmp_path / "review.json"
    assert nbpeer("pr", "post", "--base", "main", "--export", file).code == 0
    document = json.loads(file.read_text())
    (analysis,) = document["analyses"]
    for question in analysis["questions"]:
        question["item"]["question"] = "Is it nice?"
    analysis["questions"] += [analysis["questions"][0] | {"item": {"id": "X1", "question": "Is it?"}}] * 2
    analysis["minutes"], analysis["reviewers"] = 0, 0
    file.write_text(json.dumps(document))
    assert nbpeer("pr", "post", "17", "--from", file, "--folder", review.folder).code == 0
    body = review.body("<!-- nbpeer:checklist")
    assert "- [ ] **C1** Can I restate question and decision in a sentence?" in body
    assert body.count("**C1**") == 1
    assert "nice" not in body
    assert "X1" not in body
    assert "about 15 minutes · 1 reviewer" in body


def test_what_a_tick_answers_is_said_by_the_branch_that_it_goes_into_and_not_by_the_checkout(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    """A run of another workflow checks the default branch out, whatever the pull request goes into."""
    head = head_of(team)
    team.git("switch", "--quiet", "-c", "release", "main")
    team.write("nbpeer_templates/checklist.yml", CHECKLIST)
    team.write("nbpeer.toml", "[pr]\nlabel-tier = true\n")
    team.commit("rules of the release")
    team.git("switch", "--quiet", "work")
    file = tmp_path / "review.json"
    assert nbpeer("pr", "post", "--base", "release", "--export", file).code == 0
    team.git("switch", "--quiet", "main")
    review.forge.open(msgspec.structs.replace(pulled(team, head), base_ref="release"))
    done = nbpeer("pr", "post", "--event", run_event(tmp_path, head), "--from", file, "--folder", review.folder)
    assert done.code == 0
    body = review.body("<!-- nbpeer:checklist")
    assert "- [ ] **T1** Ready?" in body
    assert "**C1**" not in body
    assert review.forge.pull_request(17).labels == ("nbpeer: tier medium",)


def test_a_kind_that_the_pull_request_adds_is_asked_as_the_gate_asks_it(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    team.write("nbpeer_templates/survey/template.toml", 'title = "Survey"\ndescription = "Ours."\n')
    team.write("nbpeer_templates/survey/checklist.yml", "version: 7\nitems: [{id: S1, question: Who answered?}]\n")
    team.write("nbpeer_templates/survey/analysis.ipynb", making.notebook())
    put(team, analysis(header=making.HEADER.replace("ab_test", "survey").replace("medium", "high")), 0.41)
    head = team.commit("a survey")
    review.forge.open(pulled(team, head))
    file = tmp_path / "review.json"
    assert nbpeer("pr", "post", "--base", "main", "--export", file).code == 0
    team.git("switch", "--quiet", "main")
    done = nbpeer("pr", "post", "--event", run_event(tmp_path, head), "--from", file, "--folder", review.folder)
    assert done.code == 0
    assert "- [ ] **S1** Who answered?" in review.body("<!-- nbpeer:checklist")


def test_a_document_that_is_a_link_or_a_folder_is_refused(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    file, link, loop, folder = (tmp_path / name for name in ("review.json", "link.json", "loop.json", "folder.json"))
    assert nbpeer("pr", "post", "--base", "main", "--export", file).code == 0
    link.symlink_to(file)
    loop.symlink_to(loop)
    folder.mkdir()
    review.look()
    for path in (link, loop, folder):
        refused = nbpeer("pr", "post", "17", "--from", path, "--folder", review.folder)
        assert refused.code == 2
        assert refused.err == f"nbpeer: {path} is no plain file; name what --export wrote\n"
    assert review.written == []


def test_a_document_of_another_commit_or_none_at_all_is_refused(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    file = tmp_path / "review.json"
    assert nbpeer("pr", "post", "--base", "main", "--export", file).code == 0
    document = json.loads(file.read_text())
    review.look()
    for content, said in (
        (json.dumps(document | {"head": "c" * 40}), "is about ccccccc"),
        ("{", "is no review that can be posted"),
        (json.dumps(document | {"run": "me"}), "is no review that can be posted"),
    ):
        file.write_text(content)
        refused = nbpeer(
            "pr", "post", "--event", run_event(tmp_path, head_of(team)), "--from", file, "--folder", review.folder
        )
        assert refused.code == 2
        assert said in refused.err
        assert len(refused.err.splitlines()) == 1
    assert review.written == []
    assert nbpeer("pr", "post", "17", "--from", tmp_path / "no.json", "--folder", review.folder).code == 2


def test_the_step_summary_has_the_whole_and_the_packet_lies_where_it_was_asked_for(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = tmp_path / "step.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(step))
    packet, address = tmp_path / "packets", "https://forge.example/runs/1"
    done = nbpeer("pr", "post", "17", "--base", "main", "--folder", review.folder, "--packet", packet,
                  "--packet-url", address)  # fmt: skip
    assert done.code == 0
    assert "1 result changed" in step.read_text()
    assert "Price test" in (packet / "packet.html").read_text()
    assert f"[**Review packet**]({address})" in review.body("<!-- nbpeer:summary")


def test_a_step_summary_that_cannot_be_written_is_one_line(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "no" / "step.md"))
    done = nbpeer("pr", "post", "17", "--base", "main", "--folder", review.folder)
    assert done.code == 2
    assert "step.md could not be written (No such file or directory); GITHUB_STEP_SUMMARY" in done.err


def test_nothing_that_a_notebook_says_is_a_command_to_the_workflow(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    header = making.HEADER.replace("title: Price test", f"title: {json.dumps(HOSTILE)}")
    header = header.replace("question: Does", f"question: {json.dumps(HOSTILE)}\nnot: Does")
    path = "analyses/::error::x.ipynb"
    notebook = analysis(making.markdown(HOSTILE), making.code(f'"""\n{HOSTILE}\n"""\n'), header=header)
    team.write(path, notebook)
    team.write(results_path(path), recorded(notebook, 1))
    team.commit("hostile")
    review.forge.open(pulled(team, head_of(team)))
    dry = nbpeer("pr", "post", "--base", "main", "--dry-run")
    real = nbpeer("pr", "post", "17", "--base", "main", "--folder", review.folder)
    (tmp_path / "::error::x\n::error::y").write_text("{")
    broken = nbpeer("pr", "post", "17", "--from", tmp_path / "::error::x\n::error::y", "--folder", review.folder)
    assert (dry.code, real.code, broken.code) == (0, 0, 2)
    said = dry.out + dry.err + real.out + real.err + broken.out + broken.err
    assert "set-env" in said
    assert [line for line in said.splitlines() if line.strip().startswith("::") or "##[" in line] == []


def test_what_is_posted_besides_is_said_by_the_base_and_not_by_the_branch(
    team: GitRepository, review: Review17, nbpeer: Nbpeer
) -> None:
    team.write("nbpeer.toml", "[pr]\nlabel-gate = true\n")
    team.commit("labels for me")
    review.forge.open(pulled(team, head_of(team)))
    team.git("switch", "--quiet", "main")
    team.write("nbpeer.toml", "[pr]\nlabel-tier = true\n")
    team.commit("labels")
    team.git("switch", "--quiet", "work")
    assert nbpeer("pr", "post", "17", "--base", "main", "--folder", review.folder).code == 0
    assert review.forge.pull_request(17).labels == ("nbpeer: tier medium",)


def test_a_pull_request_that_moved_on_is_left_to_the_next_job(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    told = event(tmp_path, team)
    review.forge.open(pulled(team, "b" * 40))
    review.look()
    done = nbpeer("pr", "post", "--event", told, "--folder", review.folder)
    assert done.code == 0
    assert "has moved on to bbbbbbb: nothing was posted" in done.out
    assert review.written == []


def test_an_event_without_an_open_pull_request_is_no_failure(
    team: GitRepository, review: Review17, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    file = tmp_path / "review.json"
    assert nbpeer("pr", "post", "--base", "main", "--export", file).code == 0
    review.look()
    for told in (run_event(tmp_path, "c" * 40), run_event(tmp_path, head_of(team), about="push")):
        done = nbpeer("pr", "post", "--event", told, "--from", file, "--folder", review.folder)
        assert done.code == 0
        assert "nothing was posted" in done.out
    assert review.written == []


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("--folder", "x"),
        ("17", "--from", "x", "--rerun"),
        ("17", "--export", "x", "--dry-run"),
        ("17", "--packet-url", "javascript:alert(1)"),
        ("17", "--packet-url", "https://x.example/)[a](b"),
        ("17", "--event", "no-such-file", "--folder", "x"),
    ],
)
def test_what_cannot_be_is_said_in_a_line(team: GitRepository, nbpeer: Nbpeer, words: tuple[str, ...]) -> None:
    done = nbpeer("pr", "post", *words)
    assert (done.code, done.out) == (2, "")
    assert done.err


def test_both_versions_run_on_this_machine_when_asked(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> None:
    def sums(rate: str) -> dict[str, Any]:
        return analysis(making.code(f"import nbpeer\nnbpeer.result('sum', sum(open_prices) * {rate}, tolerance=0.1)"))

    def ready(rate: str) -> dict[str, Any]:
        found = sums(rate)
        found["cells"].insert(1, making.code("open_prices = [int(line) for line in open('prices.txt')]", id="prices"))
        return found

    repo.write("analyses/prices.txt", "1\n2\n")
    put(repo, ready("1"), 900)
    repo.commit("first")
    repo.git("switch", "--quiet", "-c", "work")
    put(repo, ready("2"), 950)
    head = repo.commit("twice")
    review = Review17(tmp_path / "review")
    review.forge.open(pulled(repo, head))
    done = nbpeer("pr", "post", "17", "--base", "main", "--rerun", "--folder", review.folder)
    summary = review.body("<!-- nbpeer:summary")
    assert done.code == 0
    assert "| **sum** | 3 | **6** | ▲\N{NO-BREAK SPACE}+3 (+100\N{NO-BREAK SPACE}%) | beyond tolerance 0.1 |" in summary
    assert "effect" not in summary
    assert "both versions run on one machine" in summary
