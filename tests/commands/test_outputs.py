from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

import making
from conftest import GitRepository
from nbpeer.commands import outputs
from nbpeer.commands.diff import diff, files_diff, without_outputs
from nbpeer.commands.outputs import compare_outputs
from nbpeer.config import Config
from nbpeer.diff.align import align
from nbpeer.model.change import WORKTREE, DiffReport
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.render.diff import diff_plain
from nbpeer.render.diff_html import diff_html
from nbpeer.repo import git
from nbpeer.repo.store import keep_run

INJECTED = making.code("alpha = 0.1", tags=("injected-parameters",))


def version(
    number: int, *, shown: int | None = None, injected: bool = False, source: str = "print(n)"
) -> dict[str, Any]:
    """A notebook that sets n; executed when it shows a number."""
    outputs = [making.stream(f"{shown}\n")] if shown is not None else []
    count = {"execution_count": 1} if shown is not None else {}
    return making.notebook(
        making.code("alpha = 0.05", tags=("parameters",), **count),
        *([dict(INJECTED)] if injected else []),
        making.code(f"n = {number}", **count),
        making.code(source, outputs=outputs, **count),
    )


def parsed(value: dict[str, Any]) -> Any:
    return parse_notebook(json.dumps(value), "a.ipynb")


def moved(report: DiffReport) -> list[tuple[int, str, str]]:
    """Which cell's output went from which text to which."""
    return [
        (change.after.number, *output.texts)
        for analysis in report.analyses
        for change in analysis.cells
        for output in change.changed_outputs
        if change.after
    ]


def compared(repo: GitRepository) -> DiffReport:
    return diff(repo.path, Config(), git.resolve(repo.path, "HEAD"), WORKTREE)


def test_two_executed_notebooks_are_compared_cell_by_cell() -> None:
    before, after = parsed(version(1, shown=1)), parsed(version(2, shown=2))
    cells = compare_outputs(before, after, align(before, after))
    assert [(change.kind, len(change.changed_outputs)) for change in cells] == [
        ("unchanged", 0),
        ("unchanged", 0),
        ("changed", 0),
        ("unchanged", 1),
    ]


def test_the_parameters_a_run_injected_are_stepped_over() -> None:
    pairs = align(parsed(version(1)), parsed(version(2)))
    before, after = parsed(version(1, shown=1)), parsed(version(2, shown=2, injected=True))
    assert [len(change.changed_outputs) for change in compare_outputs(before, after, pairs)] == [0, 0, 0, 1]
    own = align(before, after)
    assert sum(len(change.changed_outputs) for change in compare_outputs(before, after, own)) == 1


def test_a_run_of_another_source_lends_its_outputs_to_no_cell() -> None:
    pairs = align(parsed(version(1)), parsed(version(2)))
    other = parsed(version(2, shown=2, source="print(n + 1)"))
    assert not compare_outputs(parsed(version(1)), other, pairs)[3].outputs


def test_notebooks_stored_with_outputs_are_compared_by_them(repo: GitRepository) -> None:
    repo.write("a.ipynb", version(1, shown=1))
    repo.commit()
    repo.write("a.ipynb", version(2, shown=2))
    assert moved(compared(repo)) == [(4, "1\n", "2\n")]
    assert "Cell 4, same source, other output" in diff_html(compared(repo))


def test_a_kept_run_of_exactly_this_source_gives_the_outputs(repo: GitRepository) -> None:
    repo.write("a.ipynb", version(1, shown=1))
    repo.commit()
    repo.write("a.ipynb", version(2))
    repo.write(".nbpeer/runs/a.ipynb", version(2, shown=2, injected=True))
    assert moved(compared(repo)) == [(4, "1\n", "2\n")]


def test_a_kept_run_of_another_source_or_cut_off_gives_none(repo: GitRepository) -> None:
    repo.write("a.ipynb", version(1, shown=1))
    repo.commit()
    repo.write("a.ipynb", version(2))
    for kept in (version(3, shown=3), version(2), "cut off {"):
        repo.write(".nbpeer/runs/a.ipynb", kept)
        assert moved(compared(repo)) == []


def test_a_new_analysis_and_one_that_cannot_be_read_stay_as_they_are(repo: GitRepository) -> None:
    repo.write("a.ipynb", "not a notebook")
    repo.commit()
    repo.write("a.ipynb", version(2, shown=2))
    repo.write("b.ipynb", version(2, shown=2))
    assert [analysis.path for analysis in compared(repo).analyses] == ["a.ipynb", "b.ipynb"]
    assert moved(compared(repo)) == []


def test_two_plain_files_are_compared_by_the_outputs_they_hold(repo: GitRepository) -> None:
    one, other = repo.write("a.ipynb", version(1, shown=1)), repo.write("b.ipynb", version(2, shown=2))
    assert moved(files_diff(one, other)) == [(4, "1\n", "2\n")]


def test_an_analysis_in_which_only_outputs_differ_is_shown(repo: GitRepository) -> None:
    repo.write("a.ipynb", version(1, shown=1))
    repo.commit()
    repo.write("a.ipynb", version(1, shown=2))
    report = compared(repo)
    assert moved(report) == [(4, "1\n", "2\n")]
    assert "cell 4, same source, other output" in diff_plain(report)
    assert without_outputs(report).analyses == ()


def test_noise_between_two_runs_is_no_change(repo: GitRepository) -> None:
    def run(address: str, value: str) -> dict[str, Any]:
        texts = [f"<Axes object at 0x7f3c5a1b2{address}>\n", f"{value}\n"]
        return making.notebook(making.code("f()", outputs=[making.stream("".join(texts))], execution_count=1))

    repo.write("a.ipynb", run("d30", "0.30000000000000004"))
    repo.commit()
    repo.write("a.ipynb", run("e40", "0.3"))
    assert compared(repo).analyses == ()
    repo.write("a.ipynb", run("e40", "0.31"))
    assert len(compared(repo).analyses) == 1


def test_runs_of_both_sources_that_were_kept_here_are_compared(repo: GitRepository) -> None:
    repo.write("a.ipynb", version(1))
    repo.commit()
    repo.write("a.ipynb", version(2))
    for number in (1, 2):
        source = source_digest(parsed(version(number)))
        keep_run(repo.path, source, making.text(version(number, shown=number, injected=number == 2)).encode())
    assert moved(compared(repo)) == [(4, "1\n", "2\n")]


def test_outputs_of_base_and_head_are_compared_when_both_ran_here(
    repo: GitRepository, nbpeer: Callable[..., Any]
) -> None:
    for number in (41, 37):
        repo.write("a.ipynb", making.notebook(making.code(f"n = {number}"), making.code("print(n)")))
        if number == 41:
            repo.commit()
        assert nbpeer("run", "a.ipynb").code == 0
    done = nbpeer("diff", "HEAD", "a.ipynb")
    assert "cell 3, same source, other output" in done.out
    assert "- 41\n      + 37\n" in done.out
    assert "output" not in nbpeer("diff", "HEAD", "--ignore-outputs", "a.ipynb").out


def test_after_much_that_differs_outputs_are_said_to_differ_and_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outputs, "_MOST_BYTES", 1)

    def run(number: int) -> Any:
        shown = (making.code(f"f({n})", outputs=[making.stream(f"{n} {number}\n")]) for n in range(3))
        return parsed(making.notebook(*shown, making.code("g()", outputs=[making.stream("same")])))

    before, after = run(1), run(2)
    found = [change.changed_outputs for change in compare_outputs(before, after, align(before, after))]
    assert [len(changed) for changed in found] == [0, 1, 1, 1, 0]
    assert [changed[0].kind for changed in found[1:4]] == ["text", "other", "other"]
    assert "not compared" in found[2][0].detail
