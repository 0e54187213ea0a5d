"""The catalogue: what each analysis is worth today, and the same answer from the cache."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import deciding
import making
import reviewing
from conftest import GitRepository, Outcome
from nbpeer.model.decision import Forecast
from nbpeer.model.digests import content_hash, results_digest, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import decode_results, results_path
from nbpeer.model.review import encode_sign_off, sign_off_path
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
    code = "```python\n# Data\nrate = 4\n```"
    summary = f"# Summary\n\nYes, **by 4 %**.\n\n## Detail\n\nMore.\n\n{code}"
    cells = [making.markdown(summary), making.markdown("# Data\n\nNo.")]
    repo.write("a.ipynb", making.notebook(*cells, header="---\ntitle: T\n---\n"))
    repo.commit()
    assert entries(nbpeer)["a.ipynb"]["answer"] == f"Yes, **by 4 %**.\n\n\nMore.\n\n{code}"


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


def test_a_sign_off_of_an_older_content_under_another_path_is_noticed(merged: GitRepository, nbpeer: Nbpeer) -> None:
    """Whoever wrote only what was signed off before is no author of what came after, wherever that lies."""
    (first,) = reviewing.sign_offs(merged)
    (merged.path / sign_off_path(first)).unlink()
    merged.be(REVIEWER)
    merged.write(PATH, reviewing.pricing("rate = 0.05\nprint(rate)\n"))
    reviewing.record(merged, 0.05)
    merged.commit("edited by the reviewer")
    source = source_digest(parse_notebook((merged.path / PATH).read_bytes(), PATH))
    results = results_digest(decode_results((merged.path / results_path(PATH)).read_bytes(), PATH).result_set)
    content = content_hash(source, results)
    second = replace(first, content=content, source=source, results=results, reviewer=ANALYST)
    merged.write(sign_off_path(second), encode_sign_off(second))
    merged.commit("signed by the first author")
    assert entries(nbpeer)[PATH]["status"] != "approved"
    elsewhere = replace(first, analysis="analyses/copy.ipynb")
    merged.write(sign_off_path(elsewhere), encode_sign_off(elsewhere))
    merged.commit("what there was before, signed off elsewhere")
    warm = entries(nbpeer)
    assert warm[PATH]["status"] == "approved"
    (merged.path / ".nbpeer/cache/catalogue.msgpack").unlink()
    assert entries(nbpeer) == warm


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


REGISTRY = """version: 0.2.0.dev0
semantic_model:
  - name: shop
    datasets: [{name: events, source: app.events}]
    metrics:
      - name: wau
        description: People who did something.
        expression: {dialects: [{dialect: ANSI_SQL, expression: COUNT(DISTINCT events.user_id)}]}
        custom_extensions:
          - {vendor_name: NBPEER, data: {version: 2.1.0, owner: product}}
"""


def test_decisions_are_with_their_analysis_though_it_was_renamed(merged: GitRepository, nbpeer: Nbpeer) -> None:
    deciding.decided(merged, chosen="Roll it out")
    merged.git("mv", PATH, "analyses/prices.ipynb")
    merged.git("mv", results_path(PATH), "analyses/prices.results.json")
    merged.commit("rename")
    assert nbpeer("outcome", "1", "--hypothesis", "refuted", "--used", "no").code == 0
    found = nbpeer("catalogue", "--json").json
    (entry,) = found["entries"]
    assert (entry["path"], entry["decisions"]) == ("analyses/prices.ipynb", [deciding.FILE])
    assert "decision 0001 refuted" in nbpeer("catalogue").out
    (sheet,) = found["decisions"]
    assert (sheet["decision"]["chosen"], sheet["hypothesis"], sheet["used"]) == ("Roll it out", "refuted", "no")


def test_what_a_decision_waits_for_is_due_on_the_first_day(merged: GitRepository, nbpeer: Nbpeer) -> None:
    deciding.decided(merged, forecasts=(Forecast("conversion", 0.04, 0.03, 0.05, datetime.date(2026, 12, 24)),))

    def due() -> Any:
        (sheet,) = nbpeer("catalogue", "--json").json["decisions"]
        return sheet["due"]

    assert due() == "2026-12-24"
    assert nbpeer("outcome", "1", "--observed", "conversion", "0.06").code == 0
    assert due() == "2027-03-01"
    assert nbpeer("outcome", "1", "--hypothesis", "undecided").code == 0
    assert due() is None


def test_a_decision_that_cannot_be_read_is_left_out_and_said(merged: GitRepository, nbpeer: Nbpeer) -> None:
    deciding.decided(merged)
    deciding.edit(merged, r"(?m)^analysis:(\n +.*)*", "analysis:")
    for _ in range(2):  # the second time from the cache
        done = nbpeer("catalogue")
        assert done.code == 0
        assert f"Note: a decision is left out: {deciding.FILE} names no analysis" in done.out


def test_metrics_have_their_definition_and_who_cites_them(merged: GitRepository, nbpeer: Nbpeer) -> None:
    merged.write("metrics.yml", REGISTRY)
    code = "import nbpeer\nsql = nbpeer.metric('wau@2.0.0')\n# metric: remark\n-- metric: gone@1\n"
    merged.write("cites.ipynb", making.notebook(making.code(code), header="---\ntitle: T\nmetrics: [wau]\n---\n"))
    merged.commit()
    for _ in range(2):
        found = nbpeer("catalogue", "--json").json
        cites = {entry["path"]: entry for entry in found["entries"]}["cites.ipynb"]
        assert cites["metrics"] == ["gone@1", "wau@2.0.0"]
        (metric,) = found["metrics"]
        assert found["registry"] == "metrics.yml"
        assert (metric["metric"]["owner"], metric["analyses"]) == ("product", [["cites.ipynb", "2.0.0"]])
        assert "COUNT(DISTINCT user_id)" in metric["sql"]


def test_a_registry_that_cannot_be_read_is_one_line_and_nothing_is_written(
    merged: GitRepository, nbpeer: Nbpeer
) -> None:
    merged.write("metrics.yml", REGISTRY + REGISTRY.partition("metrics:\n")[2])
    for verb in ("catalogue", "site"):
        done = nbpeer(verb)
        assert done.code == 2
        assert done.err == "nbpeer: metrics.yml defines 'wau' twice; a metric has one definition: take one out\n"
    assert not (merged.path / "site").exists()
