"""The review of a pull request posted from a real repository: what is written, and what is not written again."""

from __future__ import annotations

import pytest

import making
from conftest import GitRepository
from nbpeer.commands.pr_gather import Looking, gathered
from nbpeer.commands.pr_post import Posted, post
from nbpeer.config import Config, PullRequestConfig
from nbpeer.model.marks import marks, ticked
from nbpeer.model.posting import Posting, decode_posting, encode_posting
from nbpeer.model.pull_request import Person, Review
from nbpeer.render.pr_summary import MARK, NOTHING
from posting import PATH, Remembering, analysis, pulled, put

MERGE = "merged = orders.merge(prices)\n"
BAD = "import pandas as pd\norders = pd.read_csv('orders.csv')\nprices = pd.read_csv('prices.csv')\n"


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


def look(repo: GitRepository, **how: object) -> Posting:
    return gathered(repo.path, Config(), Looking("main", **how)).posting  # type: ignore[arg-type]


def posted(
    repo: GitRepository,
    forge: Remembering | None = None,
    config: PullRequestConfig = PullRequestConfig(),  # noqa: B008
) -> tuple[Remembering, Posted]:
    """Post what is checked out, as the pull request of its head."""
    head = repo.git("rev-parse", "HEAD").strip()
    forge = forge or Remembering(pulled(repo, head))
    forge.pull = pulled(repo, head)
    forge.sent.clear()
    return forge, post(forge, 17, look(repo), config, NOTHING)  # type: ignore[arg-type]


def test_the_summary_shows_results_first_and_the_checklist_asks(team: GitRepository) -> None:
    forge, done = posted(team)
    summary, checklist = forge.body(MARK), forge.body("<!-- nbpeer:checklist")
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
    assert "What is asked" not in checklist
    assert "about 15 minutes" in checklist
    assert (done.form, len(done.checklists), done.moved) == (0, 1, "")


def test_posting_the_same_again_sends_nothing(team: GitRepository) -> None:
    forge, first = posted(team)
    assert forge.sent
    assert first.inline > 0
    forge, again = posted(team, forge)
    assert forge.sent == []
    assert again.inline == 0


def test_inline_comments_stand_on_the_line_of_the_file_at_the_head(team: GitRepository) -> None:
    forge, _ = posted(team)
    lines = (team.path / PATH).read_text().splitlines()
    placed = [one for one in forge.inline if (one.line and "join" in one.body.lower()) or "merge" in one.body.lower()]
    assert placed
    assert all("merge" in lines[(one.line or 1) - 1] for one in placed if "NBP30" in one.body)


def test_a_push_keeps_ticks_and_rewrites_only_what_differs(team: GitRepository) -> None:
    forge, _ = posted(team)
    place = next(index for index, one in enumerate(forge.found) if "nbpeer:checklist" in one.body)
    comment = forge.found[place]
    text = comment.body.replace("- [ ] **C1**", "- [x] **C1**").replace("- [ ] **C3**", "- [X] **C3**")
    forge.found[place] = type(comment)(comment.id, comment.author, text)
    put(team, changed(BAD + MERGE + "print(len(merged))\n"), 0.40)
    team.commit("a line more")
    forge, _ = posted(team, forge)
    after = forge.body("<!-- nbpeer:checklist")
    assert ticked(after) == {"C1", "C3"}
    assert next(marks(after)).values["content"] != next(marks(text)).values["content"]
    forge, _ = posted(team, forge)
    assert forge.sent == []


def test_a_finding_that_moved_is_not_told_twice_and_one_that_is_gone_is_struck(team: GitRepository) -> None:
    forge, first = posted(team)
    put(team, changed("import math\n" + BAD + MERGE), 0.41)
    team.commit("moved down")
    forge, moved = posted(team, forge)
    assert [one for one in forge.sent if one.startswith("inline")] == []
    assert moved.inline == 0
    put(team, changed(), 0.41)
    head = team.commit("taken out")
    forge, gone = posted(team, forge)
    assert gone.fixed > 0
    struck = [one.body for one in forge.inline if one.body.startswith("<del>")]
    assert len(struck) == gone.fixed
    assert all(f"Fixed in {head[:7]}." in body for body in struck)
    put(team, changed(BAD + MERGE), 0.41)
    team.commit("back again")
    forge, back = posted(team, forge)
    assert back.inline == 0
    assert [one for one in forge.inline if one.body.startswith("<del>")] == []
    assert first.inline == len(forge.inline)


def test_refused_comments_are_in_the_summary_and_not_tried_again_at_the_same_head(team: GitRepository) -> None:
    head = team.git("rev-parse", "HEAD").strip()
    forge = Remembering(pulled(team, head))
    forge.lines = lambda comment: False
    _, done = posted(team, forge)
    assert done.unplaced > 0
    assert done.inline == 0
    assert "not on a line of this pull request" in forge.body(MARK)
    _, _again = posted(team, forge)
    assert forge.sent == []


def test_a_summary_becomes_shorter_until_the_forge_takes_it(team: GitRepository) -> None:
    long = "\n".join(f"a_{number} = {number}" for number in range(20_000))
    put(team, changed(long), 0.41)
    team.commit("long")
    forge, done = posted(team)
    assert done.form == 2
    assert len(forge.body(MARK).encode()) <= 60_000
    assert "This is a short form" in forge.body(MARK)
    longest = len(forge.body(MARK))
    forge = Remembering(forge.pull)
    forge.longest = longest - 1
    _, done = posted(team, forge)
    assert done.form == 3
    assert "| analysis | results changed |" in forge.body(MARK)


def test_nothing_is_posted_of_a_head_that_a_force_push_took_away(team: GitRepository) -> None:
    posting = look(team)
    forge = Remembering(pulled(team, "b" * 40))
    done = post(forge, 17, posting, PullRequestConfig(), NOTHING)  # type: ignore[arg-type]
    assert done.moved == "b" * 40
    assert forge.sent == []


def test_the_checklist_of_an_analysis_that_left_is_kept_but_asks_nothing(team: GitRepository) -> None:
    forge, _ = posted(team)
    comment = next(one for one in forge.found if "nbpeer:checklist" in one.body)
    forge.found[forge.found.index(comment)] = type(comment)(
        comment.id, comment.author, comment.body.replace("- [ ] **C1**", "- [x] **C1**")
    )
    team.git("checkout", "main", "--", ".")
    team.commit("taken back")
    forge, done = posted(team, forge)
    kept = forge.body("<!-- nbpeer:checklist")
    assert done.superseded == (PATH,)
    assert next(marks(kept)).values["state"] == "superseded"
    assert "☑ **C1**" in kept
    assert "- [" not in kept
    assert "No analysis changed" in forge.body(MARK)
    forge, _ = posted(team, forge)
    assert forge.sent == []
    put(team, changed(), 0.41)
    team.commit("and here again")
    forge, _ = posted(team, forge)
    assert ticked(forge.body("<!-- nbpeer:checklist")) == frozenset()
    assert "- [ ] **C1**" in forge.body("<!-- nbpeer:checklist")


def test_a_strangers_comment_with_our_mark_is_left_alone(team: GitRepository) -> None:
    forge, _ = posted(team)
    stranger = Person("stranger", 99)
    summary = next(one for one in forge.found if one.body.startswith(MARK))
    forge.found.insert(0, type(summary)(50, stranger, f"{MARK}\nmine"))
    checklist = "<!-- nbpeer:checklist path=other.ipynb content=a checklist=b version=1 tier=low -->\n- [x] a"
    forge.found.insert(0, type(summary)(51, stranger, checklist))
    forge, done = posted(team, forge)
    assert forge.sent == []
    assert done.superseded == ()


def test_labels_and_reviewers_are_only_for_who_asked_for_them(team: GitRepository) -> None:
    header = making.HEADER + ""
    header = header.replace("tags: [pricing]", "tags: [pricing]\nreviewers: ['@carol', dave, analyst, 'x y', seen]")
    put(team, analysis(making.code("rate = 0.06\n"), header=header), 0.41)
    team.commit("names its reviewers")
    forge, done = posted(team)
    assert (forge.labels, forge.asked, done.asked) == (set(), [], ())
    forge.may = {"carol": "write", "dave": "read", "analyst": "admin", "seen": "admin"}
    forge.said = (Review(1, Person("seen", 5), "commented", "", "", ""),)
    config = PullRequestConfig(label_tier=True, label_gate=True, request_reviewers=True)
    forge, done = posted(team, forge, config)
    assert forge.labels == {"nbpeer: tier medium", "nbpeer: gate open"}
    assert done.asked == ("carol",)


def test_the_check_run_fails_for_what_the_author_has_to_mend_and_not_for_a_missing_review(team: GitRepository) -> None:
    forge, _ = posted(team)
    run = forge.runs[-1]
    assert run.sha == team.git("rev-parse", "HEAD").strip()
    assert {one.path for one in run.annotations} == {PATH}
    mended = Posting("main", "a" * 40, "b" * 40, ())
    forge.pull = pulled(team, "b" * 40)
    post(forge, 17, mended, PullRequestConfig(), NOTHING)  # type: ignore[arg-type]
    assert forge.runs[-1].conclusion == "success"


def test_what_one_job_exports_another_posts_the_same(team: GitRepository) -> None:
    direct, _ = posted(team)
    head = team.git("rev-parse", "HEAD").strip()
    handed = decode_posting(encode_posting(look(team)), "review.json")
    forge = Remembering(pulled(team, head))
    post(forge, 17, handed, PullRequestConfig(), NOTHING)  # type: ignore[arg-type]
    assert [one.body for one in forge.found] == [one.body for one in direct.found]
    assert [one.body for one in forge.inline] == [one.body for one in direct.inline]


def test_a_pull_request_of_three_hundred_analyses_fits(repo: GitRepository) -> None:
    paths = [f"analyses/a{number:03}.ipynb" for number in range(300)]
    for path in paths:
        put(repo, analysis(), 0.62, path)
    repo.commit("first")
    repo.git("switch", "--quiet", "-c", "work")
    for path in paths:
        put(repo, changed("x = 1\n" * 10), 0.41, path)
    repo.commit("all of them")
    forge, done = posted(repo)
    summary = forge.body(MARK)
    assert len(summary.encode()) <= 60_000
    assert done.form == 3
    assert "300 results changed in 300 analyses" in summary
    assert len(done.checklists) == 25
    assert "275 analyses have no checklist here" in summary
    forge, _ = posted(repo, forge)
    assert forge.sent == []
