"""`nbpeer git install`, `uninstall` and `status`, and what the real git then does with notebooks."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome

Nbpeer = Callable[..., Outcome]
ROOT = Path(__file__).parents[2]
OURS = "*.ipynb filter=nbpeer diff=nbpeer merge=nbpeer\n"


def executed(source: str = "x = 1", text: str = "hello") -> dict[str, Any]:
    return making.notebook(making.code(source, outputs=[making.stream(f"{text}\n")], execution_count=4))


def everything(root: Path) -> dict[str, bytes]:
    """Every file and folder of a repository, also git's own, but not its objects and its index."""
    shown = {str(path.relative_to(root)): path for path in root.rglob("*")}
    return {
        name: path.read_bytes() if path.is_file() else b"a folder"
        for name, path in shown.items()
        if not name.startswith((".git/objects", ".git/ind"))
    }


def failing(repo: GitRepository, *arguments: str) -> str:
    done = subprocess.run(["git", *arguments], cwd=repo.path, capture_output=True, text=True)
    assert done.returncode != 0
    return done.stderr


@pytest.fixture
def installed(repo: GitRepository, nbpeer: Nbpeer) -> GitRepository:
    assert nbpeer("git", "install").code == 0
    return repo


def test_installing_works_in_this_clone_alone_and_is_shown(nbpeer: Nbpeer, repo: GitRepository) -> None:
    assert nbpeer("git", "status").code == 1
    before = everything(repo.path)
    done = nbpeer("git", "install")
    assert (done.code, done.err) == (0, "")
    assert [text.split()[:2] for text in done.out.splitlines()] == [
        ["appended", ".git/config:"],
        ["created", ".git/info/attributes:"],
        ["Next:", "nbpeer"],
    ]
    after = everything(repo.path)
    assert {name for name in after if after[name] != before.get(name)} == {".git/config", ".git/info/attributes"}
    found = nbpeer("git", "status", "--format", "json")
    assert (found.code, found.json["installed"], found.json["strips"], found.json["problem"]) == (0, True, True, "")
    assert found.json["drivers"] == [
        {"kind": kind, "notebooks_have": ["nbpeer"], "scopes": ["local"]} for kind in ("filter", "diff", "merge")
    ]


def test_doing_it_again_changes_nothing(nbpeer: Nbpeer, installed: GitRepository) -> None:
    before = everything(installed.path)
    done = nbpeer("git", "install", "--force")
    assert (done.code, done.out.count("unchanged")) == (0, 2)
    assert everything(installed.path) == before


def test_uninstalling_leaves_no_trace(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("a.ipynb", executed())
    repo.commit()
    repo.write(".git/info/attributes", "*.png binary\n")
    before = everything(repo.path)
    nbpeer("git", "install")
    done = nbpeer("git", "uninstall")
    assert (done.code, done.out.count("removed")) == (0, 2)
    assert everything(repo.path) == before
    assert nbpeer("git", "uninstall").out.count("unchanged") == 2


def test_texts_that_git_was_told_to_remember_go_with_the_driver(nbpeer: Nbpeer, installed: GitRepository) -> None:
    installed.write("a.ipynb", executed())
    installed.commit()
    installed.git("config", "diff.nbpeer.cachetextconv", "true")
    installed.git("show")
    assert "refs/notes/textconv/nbpeer" in installed.git("for-each-ref")
    nbpeer("git", "uninstall")
    assert "nbpeer" not in installed.git("for-each-ref")
    assert "nbpeer" not in (installed.path / ".git/config").read_text()


def test_an_attributes_file_and_a_folder_that_were_made_for_it_go_too(nbpeer: Nbpeer, repo: GitRepository) -> None:
    shutil.rmtree(repo.path / ".git/info")
    nbpeer("git", "install")
    nbpeer("git", "uninstall")
    assert not (repo.path / ".git/info").exists()


def test_a_shared_attributes_file_is_used_when_named(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write(".gitattributes", "*.png binary\n")
    assert nbpeer("git", "install", "--attributes", ".gitattributes").code == 0
    assert path.read_text() == "*.png binary\n" + OURS
    assert not (repo.path / ".git/info/attributes").exists()
    left = nbpeer("git", "uninstall")
    assert "nbpeer git uninstall --attributes" in left.out
    assert nbpeer("git", "uninstall", "--attributes", ".gitattributes").code == 0
    assert path.read_text() == "*.png binary\n"


def test_after_init_there_is_nothing_to_install(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    assert nbpeer("git", "status").code == 0
    assert nbpeer("git", "install").out.count("unchanged") == 2


@pytest.mark.parametrize(
    "key, attribute, tool",
    [
        ("filter.nbstripout.clean", "filter=nbstripout", "nbstripout"),
        ("filter.nb-clean.clean", "filter=nb-clean", "nb-clean"),
        ("diff.jupyternotebook.command", "diff=jupyternotebook", "nbdime"),
        ("merge.nbdev-merge.driver", "merge=nbdev-merge", "nbdev"),
        ("diff.md.textconv", "diff=md", "jupytext"),
    ],
)
@pytest.mark.parametrize("file", [".gitattributes", ".git/info/attributes"])
def test_a_rival_is_named_and_not_fought_unless_told(
    nbpeer: Nbpeer, repo: GitRepository, key: str, attribute: str, tool: str, file: str
) -> None:
    repo.write(file, f"*.ipynb {attribute}\n")
    repo.git("config", key, f"{tool} --to md")
    before = everything(repo.path)
    done = nbpeer("git", "install")
    assert (done.code, done.err) == (1, "")
    kind = attribute.partition("=")[0]
    assert f"{attribute} of {tool}" in done.out
    assert f"{kind}=nbpeer" in done.out
    assert everything(repo.path) == before
    shown = nbpeer("git", "status", "--format", "json").json
    assert [(other["tool"], other["in_use"], other["scopes"]) for other in shown["others"]] == [(tool, True, ["local"])]
    assert nbpeer("git", "install", "--force").code == 0
    assert nbpeer("git", "status").code == 0
    assert f"*.ipynb {attribute}\n" in (repo.path / file).read_text()
    nbpeer("git", "uninstall")
    assert everything(repo.path) == before


def test_force_that_cannot_win_says_so(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write(".git/info/attributes", "*.ipynb filter=nbstripout\n")
    done = nbpeer("git", "install", "--attributes", ".gitattributes", "--force")
    assert done.code == 1
    assert "notebooks still have filter=nbstripout" in done.out


def test_notebooks_that_are_exempt_stay_exempt(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write(".gitattributes", "raw/*.ipynb -filter\n")
    repo.write("raw/a.ipynb", executed())
    done = nbpeer("git", "install")
    assert (done.code, "override -filter for raw/a.ipynb" in done.out) == (1, True)
    assert nbpeer("git", "install", "--attributes", ".gitattributes").code == 0
    repo.commit()
    assert "hello" in repo.git("show", "HEAD:raw/a.ipynb")
    assert nbpeer("git", "status").code == 0


def test_everywhere_for_one_person(
    nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    home = Path(os.environ["HOME"])
    before = everything(home)
    outside = tmp_path / "elsewhere"
    outside.mkdir()
    done = nbpeer("git", "install", "--global", cwd=outside)
    assert (done.code, "~/.config/git/attributes" in done.out) == (0, True)
    assert nbpeer("git", "status", "--global", cwd=outside).code == 0
    assert nbpeer("git", "status", "--local").code == 1
    assert nbpeer("git", "status").code == 0
    repo.write("a.ipynb", executed())
    repo.commit()
    assert "hello" not in repo.git("show", "HEAD:a.ipynb")
    assert nbpeer("git", "uninstall", "--global", cwd=outside).code == 0
    assert everything(home) == before
    assert not (home / ".config").exists()


def test_the_attributes_file_that_git_is_told_to_use(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.git("config", "--global", "core.attributesFile", "~/attributes")
    assert nbpeer("git", "install", "--global").code == 0
    assert (Path(os.environ["HOME"]) / "attributes").read_text() == OURS


def test_everywhere_on_a_machine(nbpeer: Nbpeer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GIT_CONFIG_NOSYSTEM")
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", str(tmp_path / "gitconfig"))
    named = ("--system", "--attributes", str(tmp_path / "gitattributes"))
    nbpeer("git", "install", *named)
    assert (tmp_path / "gitattributes").read_text() == OURS
    assert nbpeer("git", "status", "--format", "json").json["drivers"][0]["scopes"] == ["system"]
    assert nbpeer("git", "uninstall", *named).code == 0
    assert not (tmp_path / "gitattributes").exists()
    assert not (tmp_path / "gitconfig").exists()


def test_a_work_tree_shares_what_its_clone_has(nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path) -> None:
    repo.commit()
    repo.git("worktree", "add", "--quiet", str(tmp_path / "tree"))
    assert nbpeer("git", "install", cwd=tmp_path / "tree").code == 0
    assert (repo.path / ".git/info/attributes").read_text() == OURS
    assert nbpeer("git", "status").code == 0
    assert nbpeer("git", "status", cwd=tmp_path / "tree").code == 0


def test_a_submodule_has_its_own(nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path) -> None:
    inner = GitRepository(tmp_path / "inner")
    inner.git("init", "--quiet")
    inner.commit()
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(inner.path), "inner")
    assert nbpeer("git", "install", cwd=repo.path / "inner").code == 0
    assert (repo.path / ".git/modules/inner/info/attributes").read_text() == OURS
    assert nbpeer("git", "status", cwd=repo.path / "inner").code == 0
    assert nbpeer("git", "status").code == 1


def test_status_says_what_does_not_work(nbpeer: Nbpeer, installed: GitRepository) -> None:
    def problem() -> str:
        done = nbpeer("git", "status")
        assert done.code == 1
        return done.out.splitlines()[0]

    command = installed.git("config", "filter.nbpeer.process").strip()
    installed.git("config", "filter.nbpeer.process", "/gone/python gitfilter.py process")
    assert "filter.nbpeer.process names /gone/python, which is gone" in problem()
    installed.git("config", "filter.nbpeer.process", f"{command} --keep-output")
    assert "git's filter does not strip as the configuration says" in problem()
    installed.git("config", "filter.nbpeer.process", "false")
    assert "git's filter fails on a notebook" in problem()
    installed.git("config", "filter.nbpeer.process", command)
    installed.write(".git/info/attributes", "*.ipynb filter=nbpeer\n")
    assert "no attribute gives notebooks diff=nbpeer" in problem()
    installed.git("config", "--remove-section", "diff.nbpeer")
    assert "diff.nbpeer is not configured" in problem()


BAD_INPUT = {
    "outside a repository": (["install"], "is not inside a git repository"),
    "a folder for a file": (["install", "--attributes", "."], ". is a folder"),
    "an unknown verb": (["frobnicate"], "No such command"),
    "no path": (["restore-outputs"], "Missing argument"),
}


@pytest.mark.parametrize("arguments, message", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_bad_input_is_one_clear_line(nbpeer: Nbpeer, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = nbpeer("git", *arguments, cwd=tmp_path / "elsewhere")
    assert (done.code, message in done.err) == (2, True)
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize("locked", [".git/config.lock", ".git/config", ".git/info/attributes"])
def test_what_cannot_be_written_changes_nothing(nbpeer: Nbpeer, repo: GitRepository, locked: str) -> None:
    if locked.endswith("lock"):
        repo.write(locked, "")
    else:
        (repo.path / locked).touch()
        (repo.path / locked).chmod(0o444)
    before = everything(repo.path)
    done = nbpeer("git", "install")
    assert (done.code, done.out, done.err.count("\n")) == (2, "", 1)
    assert "config" in done.err or "attributes is read-only" in done.err
    assert everything(repo.path) == before


def test_a_configuration_the_filter_would_refuse_is_refused(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("nbpeer.toml", "[strip]\nextra-keys = ['colab']\n")
    before = everything(repo.path)
    done = nbpeer("git", "install")
    assert (done.code, "colab" in done.err) == (2, True)
    assert everything(repo.path) == before


def test_git_shows_notebooks_as_text(installed: GitRepository) -> None:
    path = installed.write("a b/é.ipynb", executed("x = 1\ny = 2", "seen"))
    installed.commit("one")
    path.write_text(making.text(executed("x = 1\ny = 3", "other")))
    for arguments in (["diff"], ["diff", "HEAD"]):
        assert changed_lines(installed.git(*arguments)) == ["-y = 2", "+y = 3"]
    assert "@@ code cell1\n" in installed.git("diff", "-U0")
    installed.commit("two")
    for arguments in (["log", "-p", "-1"], ["show"], ["diff", "HEAD~1", "HEAD"]):
        assert changed_lines(installed.git(*arguments)) == ["-y = 2", "+y = 3"]
    assert "y = 3\n" in installed.git("blame", "--", "a b/é.ipynb")
    assert "%% code cell1\n" in installed.git("show", "--textconv", "HEAD:a b/é.ipynb")
    assert '"y = 3"' in installed.git("show", "--no-textconv")


def changed_lines(diff: str) -> list[str]:
    return [text for text in diff.splitlines() if text.startswith(("+", "-")) and text[:3] not in ("+++", "---")]


def test_git_merges_notebooks_by_cells(installed: GitRepository) -> None:
    def version(*sources: str) -> dict[str, Any]:
        return making.notebook(*(making.code(source, id=f"c{number}") for number, source in enumerate(sources)))

    path = installed.write("it's/a b.ipynb", version("a = 1", "b = 1"))
    installed.commit("base")
    installed.git("checkout", "--quiet", "-b", "topic")
    installed.write("it's/a b.ipynb", version("a = 1", "b = 2"))
    installed.commit("theirs")
    installed.git("checkout", "--quiet", "main")
    installed.write("it's/a b.ipynb", version("a = 2", "b = 1"))
    installed.commit("ours")
    installed.git("merge", "--quiet", "--no-edit", "topic")
    sources = [cell["source"] for cell in making.json.loads(path.read_text())["cells"][1:]]
    assert sources == [["a = 2"], ["b = 2"]]
    assert installed.git("status", "--porcelain") == ""


def test_what_a_work_tree_holds_is_not_imported_by_a_merge(installed: GitRepository) -> None:
    installed.write("click.py", "raise SystemExit('imported from the work tree')")
    test_git_merges_notebooks_by_cells(installed)


def test_patches_are_of_the_file_and_apply(installed: GitRepository, tmp_path: Path) -> None:
    installed.write("a.ipynb", executed("x = 1\ny = 2"))
    installed.commit("one")
    installed.write("a.ipynb", executed("x = 1\ny = 3"))
    installed.commit("two")
    patch = installed.git("format-patch", "-1", "--stdout")
    stored = installed.git("show", "HEAD:a.ipynb")
    (tmp_path / "patch").write_text(patch)
    installed.git("reset", "--quiet", "--hard", "HEAD~1")
    installed.git("am", "--quiet", str(tmp_path / "patch"))
    assert installed.git("show", "HEAD:a.ipynb") == stored


def test_adding_part_of_a_change_works(installed: GitRepository) -> None:
    lines = [f"a{number} = {number}" for number in range(30)]
    installed.write("a.ipynb", executed("\n".join(lines)))
    installed.commit("one")
    installed.write("a.ipynb", executed("\n".join(["first", *lines[1:-1], "last"])))
    command = ["git", "add", "-p"]
    subprocess.run(command, cwd=installed.path, input="y\nn\n", text=True, check=True, capture_output=True)
    assert changed_lines(installed.git("diff", "--cached")) == ["-a0 = 0", "+first"]
    assert changed_lines(installed.git("diff")) == ["-a29 = 29", "+last"]


def test_diffs_work_where_git_knows_no_identity_and_leave_no_commit(installed: GitRepository) -> None:
    installed.write("a.ipynb", executed("1"))
    installed.commit("one")
    installed.write("a.ipynb", executed("2"))
    installed.commit("two")
    installed.git("config", "--global", "--remove-section", "user")
    installed.git("config", "user.useConfigOnly", "true")
    assert changed_lines(installed.git("diff", "HEAD~1", "HEAD")) == ["-1", "+2"]
    assert installed.git("log", "--all", "--format=%s").split() == ["two", "one"]


def odd_notebooks() -> dict[str, bytes]:
    """Notebooks in every spelling that a stripper could touch by mistake, and files that are none."""
    text = making.text(executed())
    compact = making.json.dumps(executed())
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {},
        "worksheets": [{"cells": [{"input": "é", "outputs": [1]}]}],
    }
    return {
        "crlf": text.replace("\n", "\r\n").encode(),
        "no final newline": text.rstrip().encode(),
        "bom": b"\xef\xbb\xbf" + text.encode(),
        "compact": compact.encode(),
        "escaped": text.replace("hello", "\\u00e9\\/").encode(),
        "nan": text.replace('"x = 1"', '"x"').replace('"nbformat": 4', '"nbformat": 4, "a": NaN, "b": 1e400').encode(),
        "surrogate": text.replace("hello", "\\ud800").encode(),
        "latin": text.encode().replace(b"x = 1", b"x = '\xe9'"),
        "duplicate keys": compact.replace('"outputs": [', '"outputs": [], "outputs": [').encode(),
        "old": making.json.dumps(old).encode(),
        "papermill": making.text(making.notebook(metadata={"papermill": {"duration": 1}, "widgets": {}})).encode(),
        "kept": making.text(making.notebook(making.code("1", outputs=[1], tags=("keep_output",)))).encode(),
        "empty": b"",
        "conflict": b"{\n<<<<<<< ours\n}\n",
        "list": b"[]",
    }


def corpus() -> dict[str, bytes]:
    found = sorted([*(ROOT / "example_analyses").rglob("*.ipynb"), *(ROOT / "templates").rglob("*.ipynb")])
    assert len(found) >= 5
    shipped = {str(path.relative_to(ROOT)): path.read_bytes() for path in found}
    return {**shipped, **{f"odd/{name}.ipynb": content for name, content in odd_notebooks().items()}}


@pytest.mark.parametrize("line_ends", ["", "* text=auto\n*.ipynb text eol=crlf\n"], ids=["plain", "crlf"])
def test_no_notebook_is_ever_modified_without_being_edited(
    nbpeer: Nbpeer, installed: GitRepository, line_ends: str
) -> None:
    installed.write(".gitattributes", line_ends)
    for name, content in corpus().items():
        installed.write(name, content)
    installed.commit()
    assert installed.git("status", "--porcelain") == ""
    installed.git("add", "--renormalize", ".")
    assert installed.git("status", "--porcelain") == ""
    for path in installed.path.rglob("*.ipynb"):
        os.utime(path, (1, 1))
    assert installed.git("status", "--porcelain") == ""
    shutil.rmtree(installed.path / "odd")
    installed.git("checkout", "--quiet", "--", ".")
    assert installed.git("status", "--porcelain") == ""
    assert installed.git("diff", "HEAD") == ""


@pytest.fixture
def behind(nbpeer: Nbpeer, installed: GitRepository, tmp_path: Path) -> GitRepository:
    """A clone whose remote has a new version of `theirs.ipynb`, and none of `mine.ipynb`. Both have been run here."""
    for name in ("mine.ipynb", "theirs.ipynb"):
        installed.write(name, making.notebook(making.code("x = 1")))
    installed.commit("one")
    subprocess.run(["git", "clone", "--quiet", installed.path, tmp_path / "clone"], check=True)
    clone = GitRepository(tmp_path / "clone")
    nbpeer("git", "install", cwd=clone.path)
    installed.write("theirs.ipynb", making.notebook(making.code("x = 2")))
    installed.commit("two")
    for name in ("mine.ipynb", "theirs.ipynb"):
        clone.write(name, executed())
    return clone


def test_a_notebook_that_was_run_does_not_block_a_pull_that_leaves_it_alone(behind: GitRepository) -> None:
    behind.git("checkout", "--quiet", "theirs.ipynb")
    behind.git("pull", "--quiet")
    assert "x = 2" in (behind.path / "theirs.ipynb").read_text()
    assert "hello" in (behind.path / "mine.ipynb").read_text()


def test_doctor_mends_a_pull_that_a_notebook_merely_run_blocks(nbpeer: Nbpeer, behind: GitRepository) -> None:
    assert "theirs.ipynb" in failing(behind, "pull")
    report = nbpeer("doctor", "--format", "json", cwd=behind.path).json
    (found,) = [each for each in report["diagnoses"] if each["name"] == "working copies"]
    assert (found["state"], found["mend"]) == ("warning", "git add mine.ipynb theirs.ipynb")
    subprocess.run(found["mend"], shell=True, cwd=behind.path, check=True)
    assert behind.git("status", "--porcelain") == ""
    behind.git("pull", "--quiet")
    assert "x = 2" in (behind.path / "theirs.ipynb").read_text()
    assert "hello" in (behind.path / "mine.ipynb").read_text()


def test_the_mend_of_a_mere_run_is_of_just_those_files_whatever_they_are_called(
    nbpeer: Nbpeer, installed: GitRepository
) -> None:
    names = ["-x.ipynb", "*.ipynb", ":(top)a.ipynb", "it's.ipynb"]
    for name in (*names, "edited.ipynb"):
        installed.write(name, executed())
    installed.commit()
    for name in names:
        installed.write(name, executed(text="hello again"))
    installed.write("edited.ipynb", executed("x = 2"))
    report = nbpeer("doctor", "--format", "json").json
    (found,) = [each for each in report["diagnoses"] if each["name"] == "working copies"]
    subprocess.run(found["mend"], shell=True, cwd=installed.path, check=True)
    assert installed.git("status", "--porcelain") == " M edited.ipynb\n"


def test_a_change_of_source_is_not_taken_for_a_mere_run(nbpeer: Nbpeer, behind: GitRepository) -> None:
    behind.write("mine.ipynb", executed("x = 10"))
    report = nbpeer("doctor", "--format", "json", cwd=behind.path).json
    (found,) = [each for each in report["diagnoses"] if each["name"] == "working copies"]
    assert found["mend"] == "git add theirs.ipynb"


def test_a_notebook_that_was_run_does_not_block_another_branch(behind: GitRepository) -> None:
    behind.git("checkout", "--quiet", "-b", "other")
    behind.git("add", "-u")
    assert behind.git("status", "--porcelain") == ""
    behind.git("checkout", "--quiet", "-b", "third", "origin/main")
    assert "hello" in (behind.path / "mine.ipynb").read_text()
    behind.git("merge", "--quiet", "origin/main")


def test_stashing_a_change_keeps_it(behind: GitRepository) -> None:
    behind.write("mine.ipynb", executed("x = 10"))
    behind.git("stash")
    assert behind.git("status", "--porcelain") == ""
    behind.git("stash", "pop")
    assert "x = 10" in (behind.path / "mine.ipynb").read_text()


def test_a_driver_that_is_gone_is_a_problem(nbpeer: Nbpeer, installed: GitRepository) -> None:
    def look() -> dict[str, Any]:
        report = nbpeer("doctor", "--format", "json").json
        return next(each for each in report["diagnoses"] if each["name"] == "diff and merge")  # type: ignore[no-any-return]

    assert look()["state"] == "ok"
    installed.git("config", "diff.nbpeer.textconv", "/gone/python textconv.py")
    assert (look()["state"], look()["mend"]) == ("problem", "nbpeer git install")
    assert nbpeer("git", "install").code == 0
    assert look()["state"] == "ok"
    installed.git("config", "--remove-section", "merge.nbpeer")
    assert look()["state"] == "warning"
    nbpeer("git", "uninstall")
    assert look()["state"] == "ok"
