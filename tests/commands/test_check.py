"""`nbpeer check` and `nbpeer explain`, on the real command line."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from nbpeer.commands.check import applied_rules, check_content
from nbpeer.config import CheckConfig, Config
from nbpeer.errors import NbpeerError
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results

CLEAN = making.notebook(making.code("x = 1\nprint(x)"))
PATH_FOUND = making.notebook(making.code("import os\nopen('/home/owner/a.csv')"))
ONLY = ("--select", "NBP604,NBP102")


def test_a_clean_notebook_exits_with_0_and_says_how_many_were_looked_at(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", CLEAN)
    done = nbpeer("check", "a.ipynb", *ONLY)
    assert (done.code, done.out, done.err) == (0, "1 notebook checked: nothing found\n", "")


def test_a_warning_exits_with_1_and_shows_place_line_caret_and_fix(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("sub/a.ipynb", PATH_FOUND)
    done = nbpeer("check", "sub", *ONLY)
    assert done.code == 1
    assert done.out.split("\n") == [
        "sub/a.ipynb:cell 2:2:6: NBP604 machine-path [warning] `/home/owner` is a path of one machine",
        "  2 | open('/home/owner/a.csv')",
        "    |      ^",
        "  = fix: Write the path relative to the notebook, or make it a parameter.",
        "",
        "1 notebook checked: 1 warning",
        "",
    ]


def test_an_info_or_a_waived_finding_exits_with_0(repo: Any, nbpeer: Callable[..., Any]) -> None:
    waived = "open('/home/owner/a.csv')  # nbpeer: waive NBP604 the only machine with the licence"
    repo.write("a.ipynb", making.notebook(making.code(waived), making.code("x = 1\n" * 40)))
    done = nbpeer("check", "--select", "NBP604,NBP205")
    assert (done.code, done.out.splitlines()[-1]) == (0, "1 notebook checked: 1 info, 1 waived")
    assert "waived: the only machine with the licence" in done.out


def test_without_paths_every_analysis_of_the_repository_is_checked(repo: Any, nbpeer: Callable[..., Any]) -> None:
    for name in ("a.ipynb", "sub/b.ipynb", "ignored.ipynb", ".nbpeer/runs/c.ipynb", "nbpeer_templates/k/d.ipynb"):
        repo.write(name, CLEAN)
    repo.write(".gitignore", "ignored.ipynb\n")
    assert nbpeer("check", *ONLY, "--format", "json", cwd=repo.path).json["checked"] == ["a.ipynb", "sub/b.ipynb"]
    (repo.path / "other").mkdir()
    assert nbpeer("check", *ONLY, "--format", "json", cwd=repo.path / "other").json["checked"] == [
        "a.ipynb",
        "sub/b.ipynb",
    ]


def test_paths_are_relative_to_the_repository_wherever_one_stands(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("sub/a.ipynb", PATH_FOUND)
    report = nbpeer("check", "a.ipynb", *ONLY, "--format", "json", cwd=repo.path / "sub").json
    assert report["checked"] == ["sub/a.ipynb"]
    (finding,) = report["findings"]
    assert (finding["path"], finding["cell"], finding["line"], finding["cell_id"]) == ("sub/a.ipynb", 2, 2, "cell1")
    line = (repo.path / "sub/a.ipynb").read_text().split("\n")[finding["file_line"] - 1]
    assert "/home/owner/a.csv" in line


def test_what_the_configuration_excludes_is_left_out_also_when_named(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("nbpeer.toml", 'exclude = ["drafts/**"]')
    repo.write("drafts/a.ipynb", PATH_FOUND)
    done = nbpeer("check", "drafts/a.ipynb", *ONLY)
    assert (done.code, done.out) == (0, "0 notebooks checked: nothing found\n")


def test_outside_a_repository_a_folder_is_checked_all_the_same(tmp_path: Path, nbpeer: Callable[..., Any]) -> None:
    folder = tmp_path / "plain"
    folder.mkdir()
    (folder / "a.ipynb").write_text(making.text(PATH_FOUND))
    done = nbpeer("check", *ONLY, "--format", "json", cwd=folder)
    assert (done.code, done.json["checked"]) == (1, ["a.ipynb"])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "nothing was checked: is empty"),
        (b"not json", "nothing was checked: is not JSON (line 1)"),
        (b'{"nbformat": 3, "worksheets": []}', "nothing was checked: is nbformat 3"),
        (b"<<<<<<< ours\n{}", "merge conflict markers (line 1)"),
        (b"[1]", "JSON but not a notebook"),
    ],
)
def test_a_file_that_is_no_notebook_is_found_and_the_others_are_checked(
    repo: Any, nbpeer: Callable[..., Any], content: bytes, said: str
) -> None:
    bad = repo.write("bad.ipynb", content)
    repo.write("good.ipynb", PATH_FOUND)
    done = nbpeer("check", *ONLY)
    assert done.code == 2
    assert said in done.out
    assert "good.ipynb:cell 2:2:6: NBP604" in done.out
    assert done.out.splitlines()[-1] == "1 notebook checked: 1 error, 1 warning"
    assert bad.read_bytes() == content


def test_a_folder_that_is_called_like_a_notebook_is_found(repo: Any, nbpeer: Callable[..., Any]) -> None:
    (repo.path / "a.ipynb").mkdir()
    done = nbpeer("check", "a.ipynb")
    assert done.code == 2
    assert "a.ipynb: NBP001 could-not-analyse [error] nothing was checked: it could not be read" in done.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gone.ipynb",), "gone.ipynb is not there"),
        (("gone",), "gone is not there"),
        (("a.py",), "a.py is not a notebook"),
        (("--select", "NBP9"), "there is no rule 'NBP9'"),
        (("--ignore", "merge-unvalidatd"), "did you mean merge-unvalidated?"),
        (("--format", "xml"), "Invalid value for '--format'"),
    ],
)
def test_bad_usage_is_one_line_and_2(
    repo: Any, nbpeer: Callable[..., Any], arguments: tuple[str, ...], said: str
) -> None:
    repo.write("a.py", "x = 1")
    done = nbpeer("check", *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_flags_win_over_the_configuration(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("nbpeer.toml", '[check]\nselect = ["NBP102"]\nignore = ["NBP604"]')
    repo.write("a.ipynb", PATH_FOUND)
    assert nbpeer("check").code == 0
    assert nbpeer("check", "--select", "NBP604").code == 0
    assert nbpeer("check", "--select", "NBP604", "--ignore", "NBP102").code == 1
    assert nbpeer("check", "--select", "NBP604", "--ignore", "NBP102", "--extend-ignore", "NBP604").code == 0


def test_github_format_names_the_line_of_the_file_and_escapes(repo: Any, nbpeer: Callable[..., Any]) -> None:
    notebook = making.notebook(making.code("%cd /home/owner/100%,a:b\nx = 1"), making.code("x = 1\n" * 40))
    repo.write("a, b.ipynb", notebook)
    done = nbpeer("check", "--select", "NBP604,NBP205", "--format", "github")
    first, second, summary = done.out.splitlines()
    assert first.startswith("::warning file=a%2C b.ipynb,line=")
    assert "title=NBP604 machine-path::cell 2%3A " not in first
    assert "::cell 2: `/home/owner` is a path of one machine. Fix: " in first
    assert second.startswith("::notice file=a%2C b.ipynb,line=")
    assert summary == "1 notebook checked: 1 warning, 1 info"


def test_files_that_a_notebook_names_are_read_beside_it_and_never_outside(
    repo: Any, nbpeer: Callable[..., Any]
) -> None:
    (repo.path.parent / "outside.py").write_text("leaked = 1")
    repo.write("sub/helpers.py", "def load(): ...")
    source = "from helpers import *\n%run ../../outside.py\nload(leaked)"
    repo.write("sub/a.ipynb", making.notebook(making.code(source)))
    done = nbpeer("check", "--select", "NBP102", "--format", "json")
    (finding,) = done.json["findings"]
    assert (finding["code"], finding["severity"]) == ("NBP001", "info")
    assert "`leaked`" in finding["message"]


def test_the_kind_in_the_repository_says_what_is_required(repo: Any, nbpeer: Callable[..., Any]) -> None:
    header = "---\ntitle: A\nkind: exploratory\n---\n"
    repo.write("a.ipynb", making.notebook(making.code("x = 1"), header=header))
    messages = [item["message"] for item in nbpeer("check", "--select", "NBP2", "--format", "json").json["findings"]]
    assert "front matter: `question` is missing" in messages
    assert "there is no section “Limitations”" in messages


def test_a_notebook_drives_nobodys_terminal(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", making.notebook(making.code("x = '\x1b[2J' + open('/home/owner/\u202ea')  # [red]x[/red]")))
    done = nbpeer("check", *ONLY)
    assert "\x1b" not in done.out
    assert "\u202e" not in done.out
    assert "[red]x[/red]" in done.out


def test_content_from_git_is_checked_without_a_file(repo: Any) -> None:
    notebook = parse_notebook(making.text(PATH_FOUND), "old/a.ipynb")
    report = check_content(repo.path, Config(check=CheckConfig(select=("NBP604",))), [notebook])
    assert report.checked == ("old/a.ipynb",)
    assert [finding.code for finding in report.by_path["old/a.ipynb"]] == ["NBP604"]
    assert check_content(repo.path, Config(), []).findings == ()


def test_applied_rules_are_codes_and_a_wrong_selection_is_refused() -> None:
    assert applied_rules(CheckConfig(select=("NBP60",), ignore=("NBP602",))) == {
        "NBP001", "NBP002", "NBP003", "NBP004", "NBP601", "NBP603", "NBP604", "NBP605",
    }  # fmt: skip
    with pytest.raises(NbpeerError):
        applied_rules(CheckConfig(select=("nothing",)))


def test_checking_loads_no_heavy_library_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "a.ipynb").write_text(making.text(making.notebook(making.code("x = 1"), header=None)))
    program = (
        "import sys; from pathlib import Path; from nbpeer.commands.check import check; check([Path('a.ipynb')]);"
        "print(*sorted({'git', 'nbformat', 'rich', 'papermill', 'pandas', 'IPython', 'requests'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert set(done.stdout.split()) <= {"requests"}  # detect-secrets imports it; nothing is sent


def test_a_rules_page_is_printed_by_code_or_name(nbpeer: Callable[..., Any]) -> None:
    by_code, by_name = nbpeer("explain", "NBP301"), nbpeer("explain", "merge-unvalidated")
    assert by_code == by_name
    assert by_code.code == 0
    assert by_code.out.startswith("# NBP301 merge-unvalidated\n\n*warning, data*\n\nA merge or join")
    assert nbpeer("explain", "NBP301", "--format", "json").json["severity"] == "warning"


def test_without_a_rule_all_are_listed(nbpeer: Callable[..., Any]) -> None:
    lines = nbpeer("explain").out.splitlines()
    pages = nbpeer("explain", "--format", "json").json
    assert [line.split()[:2] for line in lines] == [[page["code"], page["name"]] for page in pages]
    assert len(pages) >= 20


def test_an_unknown_rule_is_refused_with_the_close_match(nbpeer: Callable[..., Any]) -> None:
    done = nbpeer("explain", "merge-unvalidate")
    assert (done.code, done.out) == (2, "")
    assert "did you mean merge-unvalidated?" in done.err


def test_the_document_of_rules_is_what_explain_prints(nbpeer: Callable[..., Any]) -> None:
    document = Path(__file__).parents[2] / "docs" / "rules.md"
    assert document.read_text(encoding="utf-8") == nbpeer("explain", "--format", "markdown").out, (
        "nbpeer explain --format markdown > docs/rules.md"
    )


def test_recorded_results_beside_the_notebook_are_compared(repo: Any, nbpeer: Callable[..., Any]) -> None:
    notebook = making.notebook(making.markdown("## Summary\n\nIt rose to 12.9 %."), making.code("x = 1"))
    repo.write("sub/a.ipynb", notebook)
    source = source_digest(parse_notebook(making.text(notebook)))
    only = ("check", "--select", "NBP106,NBP204", "--format", "json")
    (finding,) = nbpeer(*only).json["findings"]
    assert (finding["code"], finding["severity"]) == ("NBP001", "info")
    for value, made_from, expected in (
        (12.88, source, []),
        (13.88, source, ["NBP204"]),
        (12.88, "sha256:0", ["NBP106"]),
    ):
        recorded = ResultsFile(Certificate(made_from), {"rate": NamedResult("rate", "number", value, "%")})
        repo.write("sub/a.results.json", encode_results(recorded))
        for folder in (repo.path, repo.path / "sub"):
            assert [item["code"] for item in nbpeer(*only, cwd=folder).json["findings"]] == expected


def test_recorded_results_are_those_of_the_working_tree(repo: Any) -> None:
    content = making.text(making.notebook(making.code("x = 1")))
    repo.write("a.results.json", encode_results(ResultsFile(Certificate("sha256:0"))))
    repo.commit()
    config, notebook = Config(check=CheckConfig(select=("NBP106",))), parse_notebook(content, "a.ipynb")
    assert [item.code for item in check_content(repo.path, config, [notebook]).findings] == ["NBP106"]
    (repo.path / "a.results.json").unlink()
    assert check_content(repo.path, config, [notebook]).findings == ()


def test_a_results_file_that_cannot_be_read_is_said(repo: Any, nbpeer: Callable[..., Any]) -> None:
    repo.write("a.ipynb", making.notebook(making.code("x = 1")))
    bad = repo.write("a.results.json", "{")
    (finding,) = nbpeer("check", "--select", "NBP106", "--format", "json").json["findings"]
    assert (finding["code"], finding["severity"]) == ("NBP001", "error")
    assert "NBP106 could not be fully applied: a.results.json is not a valid results file" in finding["message"]
    assert bad.read_text() == "{"


def test_the_example_analyses_with_their_recorded_results_leave_two_metrics_to_a_run_and_nothing_else(
    repo: Any, nbpeer: Callable[..., Any]
) -> None:
    folder = Path(__file__).parents[2] / "example_analyses"
    shutil.copytree(folder, repo.path, dirs_exist_ok=True, ignore=shutil.ignore_patterns(".nbpeer"))
    done = nbpeer("check", "--format", "json")
    assert len(done.json["checked"]) == 3
    found = [(finding["code"], finding["severity"], finding["message"]) for finding in done.json["findings"]]
    said = "no query here can be held against `{}@1.0.0`"
    metrics = ("birds_measured", "birds_with_known_sex")
    assert (done.code, found) == (0, [("NBP703", "info", said.format(name)) for name in metrics])
