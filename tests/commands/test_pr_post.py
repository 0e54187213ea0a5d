"""The review of a pull request posted from a real repository: what is written, and what is not written again."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest

import making
from conftest import GitRepository
from nbpeer.commands.diff import diff
from nbpeer.commands.pr_gather import Looking, gathered
from nbpeer.commands.pr_post import Posted, post, uploaded
from nbpeer.config import Config, PullRequestConfig
from nbpeer.forge.folder import Folder
from nbpeer.forge.folder_files import Member
from nbpeer.model.change import WORKTREE
from nbpeer.model.digests import source_digest
from nbpeer.model.marks import marks, ticked
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.packet import FigureImage
from nbpeer.model.posting import Posting, decode_posting, encode_posting
from nbpeer.model.pull_request import Person
from nbpeer.render.pr_summary import MARK, NOTHING
from nbpeer.repo.git import resolve
from nbpeer.repo.store import keep_run
from posting import PATH, Refusing, Review17, analysis, pulled, put
from render.sample import png

MERGE = "merged = orders.merge(prices)\n"
BAD = "import pandas as pd\norders = pd.read_csv('orders.csv')\nprices = pd.read_csv('prices.csv')\n"
CHECKLIST = "<!-- nbpeer:checklist"
PLAIN = PullRequestConfig()


def changed(extra: str = "") -> dict[str, object]:
    return analysis(
        making.markdown("## Summary\n\nThe lower price works."),
        making.code("rate = 0.05\nprint(rate)\n"),
        *([making.code(extra)] if extra else []),
    )


@pytest.fixture
def team(repo: GitRepository) -> GitRepository:
    """main with an analysis, changed on the branch `work`: a cell, a result, and a cell that a rule warns of."""
    put(repo, analysis(), 0.62)
    repo.commit("first")
    repo.git("switch", "--quiet", "-c", "work")
    put(repo, changed(BAD + MERGE), 0.41)
    repo.commit("only large orders")
    return repo


@pytest.fixture
def review(tmp_path: Path) -> Review17:
    return Review17(tmp_path / "review")


def look(repo: GitRepository) -> Posting:
    return gathered(repo.path, Config(), Looking("main")).posting


def posted(
    repo: GitRepository, review: Review17, config: PullRequestConfig = PLAIN, forge: Folder | None = None
) -> Posted:
    """Post what is checked out, as the pull request of its head."""
    review.forge.open(pulled(repo, repo.git("rev-parse", "HEAD").strip()))
    review.look()
    return post(forge or review.forge, 17, look(repo), config, NOTHING)


def test_the_summary_shows_results_first_and_the_checklist_asks(team: GitRepository, review: Review17) -> None:
    done = posted(team, review)
    summary, checklist = review.body(MARK), review.body(CHECKLIST)
    assert "### 1 result changed in 1 analysis" in summary
    row = next(line for line in summary.splitlines() if "**effect**" in line)
    assert "| 0.62 | **0.41** | ▼" in row
    assert "beyond tolerance 0.05" in row
    assert summary.index("**effect**") < summary.index("changed cells")
    assert "+rate = 0.05" in summary
    first = next(marks(checklist))
    assert first.start == 0
    assert first.values["path"] == PATH
    assert first.values["content"] == look(team).analyses[0].gate.content
    assert (first.values["tier"], first.values["checklist"]) == ("medium", "ab_test")
    assert "- [ ] **C1** Can I restate question and decision in a sentence? <!-- nbpeer:item id=C1 -->\n" in checklist
    assert "about 15 minutes" in checklist
    assert (done.form, len(done.checklists), done.moved) == (0, 1, "")


def test_where_no_analysis_changed_nobody_is_notified_but_what_stands_is_brought_up_to_date(
    team: GitRepository, review: Review17
) -> None:
    team.git("reset", "--quiet", "--hard", "main")
    team.write("README.md", "text\n")
    team.commit("a text")
    assert posted(team, review).summary == ""
    assert review.forge.comments(17) == ()
    (run,) = review.forge.check_runs(team.git("rev-parse", "HEAD").strip())
    assert (run.conclusion, run.title) == ("success", "No analysis changed; no findings")
    put(team, changed(), 0.41)
    team.commit("an analysis")
    posted(team, review)
    team.git("reset", "--quiet", "--hard", "HEAD~1")
    posted(team, review)
    assert review.body(MARK).startswith("### No analysis changed\n")


def test_posting_the_same_again_writes_nothing(team: GitRepository, review: Review17) -> None:
    first = posted(team, review)
    assert review.written
    assert first.inline > 0
    again = posted(team, review)
    assert review.written == []
    assert again.inline == 0


def test_inline_comments_stand_on_the_line_of_the_file_at_the_head(team: GitRepository, review: Review17) -> None:
    # The working tree has outputs that no commit has: other lines than the head's.
    lines = (team.path / PATH).read_text().splitlines()
    posted(team, review)
    joins = [one for one in review.inline() if one.body.startswith(("**NBP301", "**NBP302"))]
    assert joins
    assert all("orders.merge(prices)" in lines[(one.line or 1) - 1] for one in joins)
    assert any('```suggestion\n    "merged = orders.merge(prices, how=' in one.body for one in joins)


@pytest.mark.parametrize("minified", [True, False])
def test_in_a_file_whose_lines_are_not_those_of_the_code_the_comment_shows_the_code(
    team: GitRepository, review: Review17, minified: bool
) -> None:
    notebook = analysis(making.code(BAD + MERGE))
    if minified:
        team.write(PATH, json.dumps(notebook))
    else:  # each source one string, which the format allows
        cells = [cell | {"source": "".join(cell["source"])} for cell in notebook["cells"]]
        team.write(PATH, json.dumps(notebook | {"cells": cells}, indent=1))
    team.commit("another writer")
    posted(team, review)
    bodies = [one.body for one in review.inline() if "NBP302" in one.body]
    assert bodies
    assert all("cell 2, line 4: `merged = orders.merge(prices)`" in body and "```" not in body for body in bodies)


def test_lines_are_those_of_the_head_and_not_of_outputs_that_stay_here(team: GitRepository, review: Review17) -> None:
    lines = (team.path / PATH).read_text().splitlines()
    shown = changed(BAD + MERGE)
    shown["cells"][2]["outputs"] = [making.stream("".join(f"{n}\n" for n in range(50)))]  # type: ignore[index]
    team.write(PATH, shown)
    posted(team, review)
    joins = [one for one in review.inline() if one.body.startswith("**NBP302")]
    assert joins
    assert all("orders.merge(prices)" in lines[(one.line or 1) - 1] for one in joins)


def test_a_push_keeps_ticks_and_rewrites_only_what_differs(team: GitRepository, review: Review17) -> None:
    posted(team, review)
    review.tick("C1", "C3")
    before = review.body(CHECKLIST)
    put(team, changed(BAD + MERGE + "print(len(merged))\n"), 0.40)
    team.commit("a line more")
    posted(team, review)
    after = review.body(CHECKLIST)
    assert ticked(after) == {"C1", "C3"}
    assert next(marks(after)).values["content"] != next(marks(before)).values["content"]
    posted(team, review)
    assert review.written == []


def test_a_finding_that_moved_is_not_told_twice_and_one_that_is_gone_is_struck(
    team: GitRepository, review: Review17
) -> None:
    first = posted(team, review)
    put(team, changed("import math\n" + BAD + MERGE), 0.41)
    team.commit("moved down")
    assert posted(team, review).inline == 0
    assert len(review.inline()) == first.inline
    put(team, changed(), 0.41)
    head = team.commit("taken out")
    gone = posted(team, review)
    assert gone.fixed > 0
    struck = [one.body for one in review.inline() if one.body.startswith("<del>")]
    assert len(struck) == gone.fixed
    assert all(f"Fixed in {head[:7]}." in body for body in struck)
    put(team, changed(BAD + MERGE), 0.41)
    team.commit("back again")
    assert posted(team, review).inline == 0
    assert [one for one in review.inline() if one.body.startswith("<del>")] == []
    assert len(review.inline()) == first.inline


def test_a_forced_push_repeats_nothing(team: GitRepository, review: Review17) -> None:
    first = posted(team, review)
    team.git("switch", "--quiet", "main")
    team.write("README.md", "more\n")
    team.commit("meanwhile")
    team.git("switch", "--quiet", "work")
    team.git("rebase", "--quiet", "main")
    again = posted(team, review)
    assert (again.inline, again.fixed, len(review.inline())) == (0, 0, first.inline)
    assert [name for name in review.written if "/comments/" in name and "0002" in name] == []  # the checklist


def test_refused_comments_are_in_the_summary_and_not_tried_again_at_the_same_head(
    team: GitRepository, review: Review17
) -> None:
    forge = Refusing(review.folder)
    done = posted(team, review, PLAIN, forge)
    assert done.unplaced > 0
    assert done.inline == 0
    assert "not on a line of this pull request" in review.body(MARK)
    tried = forge.tried
    assert tried > 0
    posted(team, review, PLAIN, forge)
    assert review.written == []
    assert forge.tried == tried
    team.git("commit", "--quiet", "--allow-empty", "-m", "another head")
    posted(team, review, PLAIN, forge)
    assert forge.tried == 2 * tried


def test_a_summary_becomes_shorter_until_the_forge_takes_it(team: GitRepository, review: Review17) -> None:
    put(team, changed("\n".join(f"a_{number} = {number}" for number in range(20_000))), 0.41)
    team.commit("long")
    done = posted(team, review)
    assert done.form == 2
    assert len(review.body(MARK).encode()) <= 60_000
    assert "This is a short form" in review.body(MARK)


def test_what_the_forge_says_is_too_long_becomes_shorter(team: GitRepository, review: Review17) -> None:
    paths = [f"analyses/a{number}.ipynb" for number in range(8)]
    for path in paths:
        put(team, analysis(), 0.41, path)
    team.commit("more")
    posted(team, review)
    longest = len(review.body(MARK)) - 1
    review.folder.joinpath("forge.json").write_text(f'{{"longest": {longest}}}')
    assert posted(team, review).form > 0
    assert len(review.body(MARK)) <= longest


def test_nothing_is_posted_of_a_head_that_a_force_push_took_away(team: GitRepository, review: Review17) -> None:
    posting = look(team)
    review.forge.open(pulled(team, "b" * 40))
    review.look()
    assert post(review.forge, 17, posting, PLAIN, NOTHING).moved == "b" * 40
    assert review.written == []


def test_the_checklist_of_an_analysis_that_left_is_kept_but_asks_nothing(team: GitRepository, review: Review17) -> None:
    posted(team, review)
    review.tick("C1")
    team.git("checkout", "main", "--", ".")
    team.commit("taken back")
    done = posted(team, review)
    kept = review.body(CHECKLIST)
    assert done.superseded == (PATH,)
    assert next(marks(kept)).values["state"] == "superseded"
    assert "☑ **C1**" in kept
    assert "- [" not in kept
    assert "No analysis changed" in review.body(MARK)
    posted(team, review)
    assert review.written == []
    put(team, changed(), 0.41)
    team.commit("and here again")
    posted(team, review)
    assert ticked(review.body(CHECKLIST)) == frozenset()
    assert "- [ ] **C1**" in review.body(CHECKLIST)


def test_a_strangers_comment_with_our_mark_is_left_alone(team: GitRepository, review: Review17) -> None:
    stranger = Folder(review.folder, Person("stranger", 99))
    stranger.open(pulled(team, "b" * 40))
    stranger.comment(17, f"{MARK}\nmine")
    stranger.comment(17, f"{CHECKLIST} path=other.ipynb content=a checklist=b version=1 tier=low -->\n- [x] a")
    before = [one.body for one in stranger.comments(17)]
    done = posted(team, review)
    assert [one.body for one in stranger.comments(17)][:2] == before
    assert len(stranger.comments(17)) == 4
    assert done.superseded == ()


def test_labels_and_reviewers_are_only_for_who_asked_for_them(team: GitRepository, review: Review17) -> None:
    header = making.HEADER.replace("tags: [pricing]", "reviewers: ['@carol', dave, analyst, 'x y', seen]")
    put(team, analysis(making.code("rate = 0.06\n"), header=header), 0.41)
    head = team.commit("names its reviewers")
    assert posted(team, review).asked == ()
    assert review.forge.pull_request(17).labels == ()
    review.forge.join(
        Member("carol", "write"), Member("dave", "read"), Member("analyst", "admin"), Member("seen", "admin")
    )
    Folder(review.folder, Person("seen", 5)).submit_review(17, head, "commented", "")
    done = posted(team, review, PullRequestConfig(label_tier=True, request_reviewers=True))
    assert set(review.forge.pull_request(17).labels) == {"nbpeer: tier medium"}
    assert done.asked == ("carol",)
    assert review.forge.requested(17) == ("carol",)


def test_the_check_run_fails_for_what_the_author_has_to_mend(team: GitRepository, review: Review17) -> None:
    posted(team, review)
    head = team.git("rev-parse", "HEAD").strip()
    (run,) = review.forge.check_runs(head)
    assert {one.path for one in run.annotations} == {PATH}
    assert run.conclusion == ("failure" if any(one.level == "failure" for one in run.annotations) else "success")
    team.git("checkout", "main", "--", ".")
    taken_back = team.commit("taken back")
    posted(team, review)
    assert [one.conclusion for one in review.forge.check_runs(taken_back)] == ["success"]


def test_what_one_job_exports_another_posts_the_same(team: GitRepository, tmp_path: Path, review: Review17) -> None:
    posted(team, review)
    other = Review17(tmp_path / "other")
    other.forge.open(review.forge.pull_request(17))
    post(other.forge, 17, decode_posting(encode_posting(look(team)), "review.json"), PLAIN, NOTHING)
    assert [one.body for one in other.forge.comments(17)] == [one.body for one in review.forge.comments(17)]
    assert [one.body for one in other.inline()] == [one.body for one in review.inline()]


def test_a_pull_request_of_three_hundred_analyses_fits(team: GitRepository, review: Review17) -> None:
    found = look(team)
    (one,) = found.analyses
    paths = [f"analyses/a{number:03}.ipynb" for number in range(300)]
    every = tuple(
        msgspec.structs.replace(
            one,
            path=path,
            findings=tuple(
                msgspec.structs.replace(placed, finding=msgspec.structs.replace(placed.finding, path=path))
                for placed in one.findings
            ),
        )
        for path in paths
    )
    posting = msgspec.structs.replace(found, analyses=every)
    review.forge.open(pulled(team, posting.head))
    done = post(review.forge, 17, posting, PLAIN, NOTHING)
    summary = review.body(MARK)
    assert len(summary.encode()) <= 60_000
    assert done.form == 3
    assert "300 results changed in 300 analyses" in summary
    assert len(done.checklists) == 25
    assert "275 analyses have no checklist here" in summary
    assert done.inline <= 40
    review.look()
    post(review.forge, 17, posting, PLAIN, NOTHING)
    assert review.written == []


def test_outputs_that_only_this_machine_has_are_not_posted(team: GitRepository, review: Review17) -> None:
    for version, shown in (("main", "seven secrets"), ("work", "eight secrets")):
        team.git("switch", "--quiet", version)
        executed = json.loads((team.path / PATH).read_text())
        executed["cells"][2] |= {"outputs": [making.stream(shown)], "execution_count": 1}
        content = making.text(executed)
        keep_run(team.path, source_digest(parse_notebook(content)), content.encode())
    assert any(
        cell.outputs for cell in diff(team.path, Config(), resolve(team.path, "main"), WORKTREE).analyses[0].cells
    )
    posted(team, review)
    assert "secrets" not in review.body(MARK)


def test_pictures_are_kept_by_their_content_and_shown_where_a_team_asks_for_it(
    team: GitRepository, review: Review17
) -> None:
    figures = {PATH: (FigureImage("sales", png(40), png(60), png(20), 0.1), FigureImage("trend", b"", png(60)))}
    review.forge.open(pulled(team, team.git("rev-parse", "HEAD").strip()))
    kept = uploaded(review.forge, figures)
    (sales, trend) = kept[PATH]
    assert sales.after == trend.after
    assert trend.before == ""
    post(review.forge, 17, look(team), PLAIN, NOTHING._replace(pictures=kept))
    summary = review.body(MARK)
    assert (
        f"| ![before](<{sales.before}>) | ![after](<{sales.after}>) | ![difference](<{sales.difference}>) |" in summary
    )
    review.look()
    uploaded(review.forge, figures)
    assert review.written == []
