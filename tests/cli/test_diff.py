from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import making
from conftest import GitRepository
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results

SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "diff.json"
PATH = "analyses/pricing.ipynb"
MINUS = "\N{MINUS SIGN}"


def write(repo: GitRepository, alpha: float, conversion: float) -> None:
    cells = [making.code(f"alpha = {alpha}", tags=("parameters",)), making.code("show(orders)")]
    repo.write(PATH, making.notebook(*cells))
    named = {"conversion": NamedResult("conversion", "number", conversion, "%", 0.2)}
    repo.write("analyses/pricing.results.json", encode_results(ResultsFile(Certificate("sha256:1"), named)))


@pytest.fixture
def branch(repo: GitRepository) -> GitRepository:
    write(repo, 0.05, 4.12)
    repo.commit("one")
    repo.git("checkout", "--quiet", "-b", "work")
    write(repo, 0.01, 3.73)
    return repo


def test_a_person_sees_results_first_then_parameters_then_cells(branch: Any, nbpeer: Callable[..., Any]) -> None:
    done = nbpeer("diff")
    assert (done.code, done.err) == (0, "")
    moved = rf"{MINUS}0\.39 points \({MINUS}9\.5 %\)"
    assert re.search(rf"conversion +4\.12 % → 3\.73 % +{moved} +beyond tolerance 0\.2", done.out)
    assert "1 result changed · 1 parameter changed · 1 cell changed" in done.out
    places = [done.out.index(text) for text in (PATH, "Results", "Parameters", "Cells", "- alpha = 0.05", "+ alpha")]
    assert places == sorted(places)
    assert "\x1b" not in done.out


def test_a_program_gets_a_row_for_every_cell_of_either_side(branch: GitRepository, nbpeer: Callable[..., Any]) -> None:
    branch.write("extra.ipynb", making.notebook(making.code("x", outputs=[making.stream("secret output")])))
    done = nbpeer("diff", "--format", "json")
    jsonschema.validate(done.json, json.loads(SCHEMA.read_text()))
    pricing, extra = done.json["analyses"]
    assert [cell["kind"] for cell in pricing["cells"]] == ["unchanged", "changed", "unchanged"]
    assert (pricing["cells"][1]["before"]["index"], pricing["cells"][1]["aspects"]) == (1, ["source"])
    assert pricing["results"][0]["verdict"] == "changed"
    assert [cell["before"] for cell in extra["cells"]] == [None, None]
    assert extra["cells"][1]["after"]["source"] == "x"
    assert "secret output" not in done.out
    assert done.json["after"]["kind"] == "worktree"


def test_markdown_has_a_table_of_results_and_folded_cells(branch: Any, nbpeer: Callable[..., Any]) -> None:
    done = nbpeer("diff", "--format", "markdown")
    moved = f"{MINUS}0.39 points ({MINUS}9.5 %)"
    assert f"| **conversion** | 4.12 % | 3.73 % | {moved} | beyond tolerance 0.2 |" in done.out
    assert "```diff\n-alpha = 0.05\n+alpha = 0.01\n```" in done.out


def test_stat_and_name_only_are_short(branch: Any, nbpeer: Callable[..., Any]) -> None:
    assert nbpeer("diff", "--name-only").out == f"{PATH}\n"
    lines = nbpeer("diff", "--stat").out.splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f"  {PATH}  1 result changed")


def test_the_exit_code_is_gits(branch: GitRepository, nbpeer: Callable[..., Any]) -> None:
    assert nbpeer("diff").code == 0
    assert nbpeer("diff", "--exit-code").code == 1
    branch.commit()
    assert nbpeer("diff", "HEAD", "--exit-code").code == 0
    assert (
        nbpeer("diff", "HEAD").out
        == f"HEAD ({branch.git('rev-parse', 'HEAD')[:9]}) → working tree: no analysis changed\n"
    )


def test_a_notebook_that_cannot_be_read_is_exit_code_2_and_the_rest_is_shown(
    branch: GitRepository, nbpeer: Callable[..., Any]
) -> None:
    branch.write("broken.ipynb", "{")
    done = nbpeer("diff")
    assert done.code == 2
    assert "could not be read in working tree: broken.ipynb is not JSON (line 1)" in done.out
    assert "- alpha = 0.05" in done.out


@pytest.mark.parametrize(
    ("words", "changed"),
    [
        (("main",), True),
        (("HEAD", "--staged"), False),
        (("main", "HEAD"), False),
        (("main..HEAD",), False),
        ((PATH,), True),
        (("analyses",), True),
        (("main", PATH), True),
        (("main", "--", PATH), True),
        (("--", PATH), True),
        (("--", "gone.ipynb"), False),
        (("main", "HEAD", "analyses"), False),
    ],
)
def test_words_are_revisions_or_paths_as_with_git(
    branch: Any, nbpeer: Callable[..., Any], words: tuple[str, ...], changed: bool
) -> None:
    done = nbpeer("diff", "--name-only", *words)
    assert (done.code, done.out) == (0, f"{PATH}\n" if changed else "")


def test_paths_are_relative_to_where_one_is(branch: GitRepository, nbpeer: Callable[..., Any]) -> None:
    inside = branch.path / "analyses"
    assert nbpeer("diff", "--name-only", "pricing.ipynb", cwd=inside).out == f"{PATH}\n"
    assert nbpeer("diff", "--name-only", "..", cwd=inside).out == f"{PATH}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("nosuch",), "git knows no revision 'nosuch'"),
        (("nosuch.ipynb",), "there is no nosuch.ipynb here"),
        (("work",), "work is both a revision and a path"),
        (("main", "HEAD", "main"), "main is a third revision"),
        (("main", "HEAD", "main", "--", "x"), "main is a third revision"),
        (("--stat", "--format", "json"), "leave --format out"),
        (("--format", "yaml"), "is not one of"),
        (("main..HEAD", "HEAD"), "already names two versions"),
        (("--", "/elsewhere/a.ipynb"), "is outside the repository"),
    ],
)
def test_what_means_nothing_is_one_line_and_exit_code_2(
    branch: GitRepository, nbpeer: Callable[..., Any], words: tuple[str, ...], said: str
) -> None:
    branch.write("work/a.txt", "a")
    branch.commit()
    done = nbpeer("diff", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_an_unborn_branch_and_no_repository_are_said(
    repo: GitRepository, nbpeer: Callable[..., Any], tmp_path: Any
) -> None:
    assert nbpeer("diff").err == "nbpeer: this repository has no commit yet; commit something first\n"
    outside = nbpeer("diff", cwd=tmp_path)
    assert (outside.code, "is not inside a git repository" in outside.err) == (2, True)


def test_help_has_an_example(nbpeer: Callable[..., Any], repo: Any) -> None:
    assert "nbpeer diff main -- analyses/pricing.ipynb" in nbpeer("diff", "--help").out


def test_html_is_one_page_with_the_outputs_of_both_sides(nbpeer: Any, tmp_path: Path) -> None:
    for name, rate in (("old", "0.0412"), ("new", "0.0371")):
        cell = making.code("print(rate)", outputs=[making.stream(f"{rate}\n")])
        (tmp_path / f"{name}.ipynb").write_text(making.text(making.notebook(cell, making.markdown(f"# {name}"))))
    done = nbpeer("diff", tmp_path / "old.ipynb", tmp_path / "new.ipynb", "--format", "html")
    assert done.code == 0
    assert done.out.startswith("<!doctype html>")
    assert "0.0412" in done.out
    assert "0.0371" in done.out
