"""The review in the terminal, driven line by line through a pipe and key by key through a terminal."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import making
import reviewing
from conftest import GitRepository, Outcome
from reviewing import ANALYST, PATH
from terminal import terminal

Nbpeer = Callable[..., Outcome]
Review = Callable[..., Outcome]


@pytest.fixture
def analysis(repo: GitRepository) -> GitRepository:
    """Tier low: C1, C3 and C8 are asked, all of them of a person."""
    reviewing.begin(repo, reviewing.pricing(header=making.HEADER.replace("tier: medium", "tier: low")))
    return repo


@pytest.fixture
def review(analysis: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch) -> Review:
    """`nbpeer review` with these lines on its standard input."""

    def run(*lines: str) -> Outcome:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))
        return nbpeer("review", PATH)

    return run


def test_it_shows_what_is_decided_and_which_results_changed(review: Review) -> None:
    out = review().out
    for line in (
        "Price test",
        "  question  Does the lower price raise conversion?",
        "  decision  Roll the lower price out (pricing lead)",
        "  tier      low, about 5 minutes",
        "    conversion: 0.0412 %  new",
    ):
        assert line in out.splitlines()


def test_questions_come_with_why_and_evidence(review: Review) -> None:
    lines = review("y").out.splitlines()
    start = lines.index("C1  Can I restate question and decision in a sentence?  (1 of 3)")
    assert lines[start + 1] == "  why       fit for purpose"
    assert lines[start + 2].startswith("  evidence  ")


def test_three_answers_and_a_decision_sign_off_and_show_the_gate(analysis: GitRepository, review: Review) -> None:
    done = review("y", "a", "no data of ours", "y", "a", "fine by me")
    assert done.code == 0, done.err
    (found,) = reviewing.sign_offs(analysis)
    assert (found.decision, found.comment) == ("approve", "fine by me")
    assert [(answer.item, answer.answer, answer.note) for answer in found.answers] == [
        ("C1", "yes", ""), ("C3", "na", "no data of ours"), ("C8", "yes", ""),
    ]  # fmt: skip
    assert "The gate is met" in done.out


def test_a_no_without_its_line_was_not_meant_and_the_question_is_asked_again(
    analysis: GitRepository, review: Review
) -> None:
    review("n", "", "n", "  ", "n", "which decision?", "Y", "checked the dates", "y", "r", "")
    (found,) = reviewing.sign_offs(analysis)
    assert found.decision == "request_changes"
    assert [answer.note for answer in found.answers] == ["which decision?", "checked the dates", ""]


@pytest.mark.parametrize("lines", [("y", "n", "too old", "q"), ("y", "n", "too old")])
def test_quitting_keeps_the_answers_and_the_next_sitting_goes_on(
    analysis: GitRepository, review: Review, lines: tuple[str, ...]
) -> None:
    done = review(*lines)
    assert done.code == 0
    assert "Your answers are kept" in done.out
    assert reviewing.sign_offs(analysis) == []
    assert analysis.git("status", "--porcelain") == ""
    resumed = review("y", "a", "")
    assert "2 of 3 questions are answered from last time" in resumed.out
    assert "C1  Can" not in resumed.out
    assert [answer.note for answer in reviewing.sign_offs(analysis)[0].answers] == ["", "too old", ""]


def test_answers_belong_to_the_content_they_were_given_on(analysis: GitRepository, review: Review) -> None:
    review("y", "q")
    analysis.be(ANALYST)
    header = making.HEADER.replace("tier: medium", "tier: low")
    analysis.write(PATH, reviewing.pricing("rate = 0.05\n", header))
    reviewing.record(analysis)
    analysis.commit("edit")
    analysis.be(reviewing.REVIEWER)
    assert "(1 of 3)" in review().out


def test_answers_belong_to_their_reviewer(analysis: GitRepository, review: Review) -> None:
    review("y", "q")
    analysis.be(reviewing.SECOND)
    assert "(1 of 3)" in review().out


def test_one_can_go_back_and_change_an_answer(analysis: GitRepository, review: Review) -> None:
    done = review("y", "b", "n", "no decision", "y", "n", "none stated", "b", "b", "y", "b", "y", "a", "")
    assert "answered  yes" in done.out
    assert [answer.answer for answer in reviewing.sign_offs(analysis)[0].answers] == ["no", "yes", "yes"]


def test_an_approval_with_a_skipped_question_comes_back_to_it(analysis: GitRepository, review: Review) -> None:
    done = review("y", "s", "y", "a", "", "y", "a", "")
    assert "2 of 3 questions answered; open: C3" in done.out
    assert "not answered: C3 (Right sources, right dates?)" in done.out
    assert len(reviewing.sign_offs(analysis)) == 1


def test_a_key_that_means_nothing_is_asked_again(review: Review) -> None:
    done = review("x", "y")
    assert "'x' is none of y, Y, n, a, d, e, s, b, q" in done.out
    assert "(2 of 3)" in done.out


def test_later_signs_nothing(analysis: GitRepository, review: Review) -> None:
    done = review("y", "y", "y", "l")
    assert done.code == 0
    assert "Nothing is signed off" in done.out
    assert reviewing.sign_offs(analysis) == []


def test_an_edit_during_the_review_is_noticed(
    analysis: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    class EditsBeforeDeciding(io.StringIO):
        def readline(self, size: int | None = -1, /) -> str:
            line = super().readline(-1)
            if line == "a\n":
                reviewing.record(analysis, 0.9)
            return line

    monkeypatch.setattr("sys.stdin", EditsBeforeDeciding("y\ny\ny\na\n\nl\n"))
    done = nbpeer("review", PATH)
    assert f"{PATH} changed while you were reviewing it" in done.out
    assert reviewing.sign_offs(analysis) == []


def test_a_broken_cache_costs_the_answers_and_nothing_else(analysis: GitRepository, review: Review) -> None:
    review("y", "q")
    (cached,) = (analysis.path / ".nbpeer/cache/looks").iterdir()
    cached.write_text("{")
    done = review()
    assert done.code == 0
    assert "(1 of 3)" in done.out


def test_the_author_is_refused_before_any_question(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.be(ANALYST)
    done = nbpeer("review", PATH)
    assert done.code == 2
    assert "is an author of the changes" in done.err
    assert done.out == ""


def test_stale_results_are_refused_before_any_question(analysis: GitRepository, nbpeer: Nbpeer) -> None:
    analysis.write(PATH, reviewing.pricing("rate = 0.05\n"))
    done = nbpeer("review", PATH)
    assert done.code == 2
    assert "a cell was edited after the run; nbpeer run" in done.err.replace(
        " (the certificate names another source digest)", ""
    )


def test_a_title_cannot_steer_the_terminal(repo: GitRepository, nbpeer: Nbpeer) -> None:
    header = making.HEADER.replace("title: Price test", 'title: "Price\\e[2J test"')
    reviewing.begin(repo, reviewing.pricing(header=header))
    done = nbpeer("review", PATH)
    assert "\x1b" not in done.out
    assert "Price␛[2J test" in done.out


def test_on_a_terminal_a_key_press_is_enough(analysis: GitRepository) -> None:
    with terminal(analysis.path, "review", PATH) as screen:
        for sign, key in (("(1 of 3)", "y"), ("(2 of 3)", "y"), ("(3 of 3)", "y"), ("later", "a")):
            screen.until(sign)
            screen.press(key)
        screen.until("comment")
        screen.type("short and clear")
        screen.until("analysis against main.")
        assert screen.ended() == 0
    (found,) = reviewing.sign_offs(analysis)
    assert (found.decision, found.comment) == ("approve", "short and clear")


def test_on_a_narrow_terminal_lines_go_on_under_their_words_and_keys_stay_whole(
    repo: GitRepository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    question = "Does the lower price raise conversion, " + "and for whom does it, " * 8
    header = making.HEADER.replace("Does the lower price raise conversion?", question + "if at all?")
    reviewing.begin(repo, reviewing.pricing(header=header))
    with terminal(repo.path, "review", PATH) as screen:
        seen = screen.until(" > ")
        screen.press("q")
        assert screen.ended() == 0
    lines = re.sub(r"\x1b\[[0-9;]*m|\r", "", seen).split("\n")
    assert max(map(len, lines)) <= 80
    (begun,) = (number for number, line in enumerate(lines) if line.startswith("  question  Does the lower price"))
    assert re.match(r" {12}[a-z]", lines[begun + 1])
    assert lines[-2].endswith("  d changed cells")
    assert lines[-1] == "  e everything  s skip  b back  q save and quit > "


def test_the_analysis_is_shown_next_to_the_question(repo: GitRepository, nbpeer: Nbpeer) -> None:
    header = making.HEADER.replace("tier: medium", "tier: low")
    notebook = making.notebook(
        making.markdown("## Summary\n\nIt does.\n"),
        making.markdown("## Limitations\n" + "".join(f"\n- limit {number}\n" for number in range(20))),
        header=header,
    )
    reviewing.begin(repo, notebook)
    lines = nbpeer("review", PATH).out.splitlines()
    at = lines.index("  │ question")
    assert lines[at + 1] == "  │   Does the lower price raise conversion?"
    assert lines[at + 4 : at + 6] == ["  │ Summary", "  │   It does."]


def test_one_key_shows_the_rest_of_it_and_another_the_changed_cells(analysis: GitRepository, review: Review) -> None:
    limits = making.markdown("## Limitations\n" + "".join(f"\n- limit {number}\n" for number in range(20)))
    header = making.HEADER.replace("tier: medium", "tier: low")
    analysis.be(ANALYST)
    analysis.write(PATH, making.notebook(limits, making.code("rate = 1"), header=header))
    reviewing.record(analysis)
    analysis.commit("limits")
    analysis.be(reviewing.REVIEWER)
    done = review("y", "y", "e", "d", "q")
    assert "… 7 more lines: e shows them" in done.out
    assert "  │   - limit 19" in done.out.splitlines()
    assert "+ rate = 1" in done.out


def rewritten(repo: GitRepository, source: str, conversion: float = 0.0412) -> None:
    """The author forgets the commit that was seen, and pushes another in its place."""
    repo.be(ANALYST)
    header = making.HEADER.replace("tier: medium", "tier: low")
    repo.write(PATH, reviewing.pricing(source, header))
    reviewing.record(repo, conversion)
    repo.git("add", "-A")
    repo.git("commit", "--quiet", "--amend", "-m", "price test, again")
    repo.git("reflog", "expire", "--expire=now", "--all")
    repo.git("gc", "--quiet", "--prune=now")
    repo.be(reviewing.REVIEWER)


def test_who_comes_back_sees_only_what_changed_since_even_after_a_forced_push(
    analysis: GitRepository, review: Review
) -> None:
    review("y", "n", "2025 data?", "q")
    rewritten(analysis, "rate = 0.0412\nprint(rate)\nprint(2026)\n", 0.0399)
    done = review("d", "k", "y", "y", "a", "")
    assert "Since you last looked, on " in done.out
    assert "    conversion: 0.0412 % → 0.0399 %" in done.out
    assert "conversion: 0.0399 %  new" not in done.out
    assert "+ print(2026)" in done.out
    assert "+ rate = 0.0412" not in done.out
    assert "  earlier   no: 2025 data?, to what you saw on " in done.out
    (found,) = reviewing.sign_offs(analysis)
    assert [answer.answer for answer in found.answers] == ["yes", "yes", "yes"]


def test_the_whole_change_is_a_key_away(analysis: GitRepository, review: Review) -> None:
    review("y", "q")
    rewritten(analysis, "rate = 0.0412\nprint(2026)\n")
    assert "+ rate = 0.0412" in review("w", "q").out


def test_a_second_sitting_still_compares_with_the_look_before_it(analysis: GitRepository, review: Review) -> None:
    review("y", "q")
    rewritten(analysis, "rate = 0.0412\nprint(2026)\n")
    review("y", "q")
    done = review("q")
    assert "Since you last looked" in done.out
    assert "1 of 3 questions are answered from last time" in done.out


def test_opening_without_answering_is_no_look(analysis: GitRepository, review: Review) -> None:
    review("q")
    rewritten(analysis, "rate = 0.0412\nprint(2026)\n")
    assert "Since you last looked" not in review("q").out


def test_signing_is_a_look_too(analysis: GitRepository, nbpeer: Nbpeer, review: Review, tmp_path: Path) -> None:
    answers = reviewing.answers_file(tmp_path, {"C1": "yes", "C3": "yes", "C8": "yes"})
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    rewritten(analysis, "rate = 0.0412\nprint(2026)\n")
    done = review("k", "k", "k", "a", "")
    assert "Since you last looked" in done.out
    assert len(reviewing.sign_offs(analysis)) == 2


def test_on_another_machine_what_was_signed_is_found_in_git(
    analysis: GitRepository, nbpeer: Nbpeer, review: Review, tmp_path: Path
) -> None:
    answers = reviewing.answers_file(tmp_path, {"C1": "yes", "C3": "na", "C8": "yes"})
    assert nbpeer("sign", PATH, "--answers", answers).code == 0
    analysis.commit("signed")
    shutil.rmtree(analysis.path / ".nbpeer/cache")
    analysis.be(ANALYST)
    header = making.HEADER.replace("tier: medium", "tier: low")
    analysis.write(PATH, reviewing.pricing("rate = 0.0412\nprint(2026)\n", header))
    reviewing.record(analysis)
    analysis.commit("another line")
    analysis.be(reviewing.REVIEWER)
    done = review("k", "k", "d", "q")
    assert "Since you last looked" in done.out
    assert "+ print(2026)" in done.out
    assert "+ rate = 0.0412" not in done.out


def test_another_reviewers_look_is_not_mine(analysis: GitRepository, review: Review) -> None:
    review("y", "q")
    rewritten(analysis, "rate = 0.0412\nprint(2026)\n")
    analysis.be(reviewing.SECOND)
    assert "Since you last looked" not in review("q").out


def test_on_a_terminal_a_returning_reviewer_keeps_answers_with_a_key(analysis: GitRepository, review: Review) -> None:
    review("y", "y", "y", "l")
    rewritten(analysis, "rate = 0.0412\nprint(2026)\n")
    with terminal(analysis.path, "review", PATH) as screen:
        seen = screen.until("(1 of 3)")
        for sign in ("(2 of 3)", "(3 of 3)", "later"):
            screen.press("k")
            seen += screen.until(sign)
        screen.press("l")
        screen.until("Nothing is signed off")
        assert screen.ended() == 0
    assert "Since you last looked" in seen
    assert "▰▰▱" in seen


def test_outside_a_repository_it_is_refused(nbpeer: Nbpeer, tmp_path: Path) -> None:
    (tmp_path / "lonely.ipynb").write_text(making.text(reviewing.pricing()))
    done = nbpeer("review", tmp_path / "lonely.ipynb")
    assert done.code == 2
    assert "not inside a git repository" in done.err
