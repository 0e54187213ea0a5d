"""The catalogue: what each analysis is worth today, and the same answer from the cache."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
import reviewing
from conftest import GitRepository, Outcome
from reviewing import ANALYST, PATH, REVIEWER

Nbpeer = Callable[..., Outcome]


@pytest.fixture
def merged(repo: GitRepository, nbpeer: Nbpeer, tmp_path: Path) -> GitRepository:
    """An approved analysis on main."""
    reviewing.begin(repo)
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path))
    assert done.code == 0, done.err
    repo.commit("signed")
    repo.git("switch", "--quiet", "main")
    repo.git("merge", "--quiet", "--no-ff", "work")
    return repo


def entries(nbpeer: Nbpeer) -> dict[str, Any]:
    done = nbpeer("catalogue", "--json")
    assert done.code == 0, done.err
    return {entry["path"]: entry for entry in done.json["entries"]}


def test_an_approved_analysis_says_who_approved_what_it_found_and_when(merged: GitRepository, nbpeer: Nbpeer) -> None:
    entry = entries(nbpeer)[PATH]
    assert entry["status"] == "approved"
    assert entry["results"] == [{"name": "conversion", "value": "0.0412", "unit": "%"}]
    assert [(one["reviewer"], one["decision"], one["now"]) for one in entry["reviews"]] == [
        ("reviewer", "approve", True)
    ]
    (sign_off,) = reviewing.sign_offs(merged)
    assert (entry["content"], sign_off.reviewer) == (sign_off.content, REVIEWER)
    assert entry["created"] <= entry["updated"]


def test_it_agrees_with_verify_on_what_is_approved(merged: GitRepository, nbpeer: Nbpeer) -> None:
    for source, approved in (("rate = 0.0412\nprint(rate)\n", True), ("rate = 0.5\nprint(rate)\n", False)):
        merged.write(PATH, reviewing.pricing(source))
        merged.commit("again")
        verified = nbpeer("verify", "--format", "json").json["analyses"][0]
        assert verified["approved"] is approved
        assert (entries(nbpeer)[PATH]["status"] == "approved") is approved


def test_an_author_who_approved_their_own_later_change_does_not_count(
    merged: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    merged.be(ANALYST)
    merged.write(PATH, reviewing.pricing("rate = 0.9\nprint(rate)\n"))
    reviewing.record(merged, 0.9)
    merged.commit("mine")
    (kept,) = reviewing.sign_offs(merged)
    entry = entries(nbpeer)[PATH]
    assert entry["status"] == "lapsed"
    assert "cell sources and results changed since" in entry["reason"]
    assert kept.content != entry["content"]


def test_a_draft_has_no_run_or_an_edit_after_it_and_what_can_be_reviewed_is_in_review(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    reviewing.begin(repo)
    repo.git("switch", "--quiet", "-C", "main", "work")
    assert entries(nbpeer)[PATH]["status"] == "in review"
    repo.write(PATH, reviewing.pricing("rate = 1\n"))
    assert entries(nbpeer)[PATH]["reason"] == "a cell was edited after the recorded run"
    (repo.path / "analyses/pricing.results.json").unlink()
    repo.commit()
    assert (entries(nbpeer)[PATH]["status"], entries(nbpeer)[PATH]["reason"]) == ("draft", "no run is recorded")


def test_only_an_approved_analysis_takes_the_place_of_another(
    merged: GitRepository, nbpeer: Nbpeer, tmp_path: Path
) -> None:
    merged.write("analyses/new.ipynb", making.notebook(header="---\ntitle: New\nsupersedes: [pricing.ipynb]\n---\n"))
    merged.commit()
    assert {path: entry["status"] for path, entry in entries(nbpeer).items()} == {
        PATH: "approved",
        "analyses/new.ipynb": "draft",
    }
    header = making.HEADER.replace("title:", "supersedes: [old.ipynb]\ntitle:")
    merged.git("mv", PATH, "analyses/old.ipynb")
    merged.git("mv", "analyses/pricing.results.json", "analyses/old.results.json")
    merged.commit("older")
    merged.git("branch", "--quiet", "-f", "work-2")
    merged.git("switch", "--quiet", "work-2")
    merged.be(ANALYST)
    merged.write(PATH, reviewing.pricing(header=header))
    reviewing.record(merged)
    merged.commit("a newer one")
    merged.be(REVIEWER)
    done = nbpeer("sign", PATH, "--answers", reviewing.answers_file(tmp_path))
    assert done.code == 0, done.err
    merged.commit("signed")
    old = entries(nbpeer)["analyses/old.ipynb"]
    assert (old["status"], old["superseded_by"], old["reason"]) == ("superseded", PATH, f"{PATH} takes its place")


def test_notebooks_without_front_matter_or_sense_are_no_analyses(merged: GitRepository, nbpeer: Nbpeer) -> None:
    merged.write("plain.ipynb", making.notebook(making.code("1"), header=""))
    merged.write("broken.ipynb", "{")
    merged.write("wrong.ipynb", making.notebook(header="---\ntitle: [\n---\n"))
    merged.commit()
    assert list(entries(nbpeer)) == [PATH]


def test_the_answer_is_what_stands_under_the_summary(repo: GitRepository, nbpeer: Nbpeer) -> None:
    cells = [making.markdown("# Summary\n\nYes, **by 4 %**.\n\n## Detail\n\nMore."), making.markdown("# Data\n\nNo.")]
    repo.write("a.ipynb", making.notebook(*cells, header="---\ntitle: T\n---\n"))
    repo.commit()
    assert entries(nbpeer)["a.ipynb"]["answer"] == "Yes, **by 4 %**.\n\n\nMore."


def test_the_cache_gives_the_same_answer_whatever_happens_in_between(merged: GitRepository, nbpeer: Nbpeer) -> None:
    """Each step changes something that an entry is made from; a catalogue without a cache is the judge."""
    cache = merged.path / ".nbpeer/cache/catalogue.msgpack"

    def edit() -> None:
        merged.write(PATH, reviewing.pricing("rate = 2\n"))

    def rerun() -> None:
        reviewing.record(merged, 0.3)

    def unsign() -> None:
        for path in (merged.path / ".nbpeer/signoffs").glob("*.json"):
            path.unlink()

    def configure() -> None:
        merged.write("nbpeer.toml", 'exclude = ["analyses/**"]\n')

    def rename() -> None:
        merged.git("mv", "analyses/pricing.ipynb", "analyses/prices.ipynb")

    for step in (merged.commit, edit, merged.commit, rerun, merged.commit, rename, merged.commit, unsign, configure):
        step()
        warm = nbpeer("catalogue", "--json").out
        cache.unlink()
        assert nbpeer("catalogue", "--json").out == warm


def test_a_damaged_cache_costs_nothing_but_time(merged: GitRepository, nbpeer: Nbpeer) -> None:
    before = nbpeer("catalogue", "--json").out
    (merged.path / ".nbpeer/cache/catalogue.msgpack").write_bytes(b"\x00damaged")
    assert nbpeer("catalogue", "--json").out == before


def test_text_says_status_title_and_results_and_counts(merged: GitRepository, nbpeer: Nbpeer) -> None:
    lines = nbpeer("catalogue").out.splitlines()
    assert lines[0].startswith("approved ")
    assert f"({PATH})  conversion 0.0412 %" in lines[0]
    assert lines[-1] == "1 approved"
    assert nbpeer("catalogue", "--status", "draft").out == "no analysis\n"
    assert nbpeer("catalogue", "--status", "good").code == 2
