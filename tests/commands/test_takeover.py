"""`nbpeer init --from TOOL` and `--undo`, on what the tools themselves wrote (tests/rivals)."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import making
from conftest import GitRepository, Outcome
from nbpeer.commands.takeover import take_over, undo
from nbpeer.config import StripConfig, load_config
from nbpeer.errors import NbpeerError
from nbpeer.repo.pre_commit import CONFIG, hooks

Nbpeer = Callable[..., Outcome]
RIVALS = Path(__file__).parent.parent / "rivals"
PLACES = {"git-config": ".git/config", "info-attributes": ".git/info/attributes", "gitattributes": ".gitattributes"}
WROTE = sorted(folder.name for folder in RIVALS.iterdir() if folder.is_dir())
TOOL = {name: next(tool for tool in ("nbstripout", "nb-clean", "nbdime") if name.startswith(tool)) for name in WROTE}
HOOKS = {
    "nbstripout": "repos:\n- repo: https://github.com/kynan/nbstripout\n  rev: 0.9.1\n  hooks:\n  - id: nbstripout\n",
    "nb-clean": "repos:\n- repo: https://github.com/srstevenson/nb-clean\n  rev: 5.0.0\n  hooks:\n  - id: nb-clean\n",
    "databooks": "repos:\n- repo: https://github.com/datarootsio/databooks\n  rev: 1.3.10\n  hooks:\n"
    "  - id: databooks-meta\n",
    "jupytext": "repos:\n- repo: https://github.com/mwouts/jupytext\n  rev: v1.19.6\n  hooks:\n  - id: jupytext\n",
}
OURS = ["nbpeer-strip", "nbpeer-check"]


def settle(repo: GitRepository, name: str) -> None:
    """Put into `repo` what a tool wrote."""
    for file in (RIVALS / name).iterdir():
        target = repo.path / PLACES[file.name]
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(file, target)


def everything(root: Path) -> dict[str, bytes | str]:
    """Every file outside git's own, git's configuration and attributes, and every folder."""
    found: dict[str, bytes | str] = {}
    for path in sorted(root.rglob("*")):
        name = str(path.relative_to(root))
        if path.is_symlink() or (name.startswith(".git/") and name not in PLACES.values() and "nbpeer" not in name):
            continue
        found[name] = path.read_bytes() if path.is_file() else "a folder"
    return found


def steps(done: Outcome) -> list[tuple[str, str]]:
    return [(step["path"], step["outcome"]) for step in done.json["steps"]]


def hook_ids(repo: GitRepository) -> list[str]:
    return [hook.id for hook in hooks((repo.path / CONFIG).read_text())]


@pytest.mark.parametrize("name", WROTE)
def test_notebooks_have_our_drivers_alone_and_git_strips(nbpeer: Nbpeer, repo: GitRepository, name: str) -> None:
    settle(repo, name)
    done = nbpeer("init", "--from", TOOL[name])
    assert (done.code, done.err) == (0, "")
    found = nbpeer("git", "status", "--format", "json").json
    assert (found["installed"], found["others"]) == (True, [])
    assert found["strips"]
    assert repo.git("check-attr", "filter", "diff", "merge", "--", "a.ipynb").count(": nbpeer\n") == 3
    assert TOOL[name] not in repo.git("config", "--local", "--get-regexp", r"^(filter|diff|merge)\..*\.")
    assert nbpeer("init").out.count("unchanged") == 7


@pytest.mark.parametrize("name", WROTE)
def test_undo_gives_back_every_byte_and_leaves_no_trace(nbpeer: Nbpeer, repo: GitRepository, name: str) -> None:
    settle(repo, name)
    before = everything(repo.path)
    assert nbpeer("init", "--from", TOOL[name]).code == 0
    assert everything(repo.path) != before
    done = nbpeer("init", "--undo")
    assert (done.code, done.err) == (0, "")
    assert everything(repo.path) == before
    assert not (repo.path / ".git/nbpeer").exists()


@pytest.mark.parametrize("name", WROTE)
def test_a_dry_run_says_the_same_and_writes_nothing(nbpeer: Nbpeer, repo: GitRepository, name: str) -> None:
    settle(repo, name)
    before = everything(repo.path)
    planned = nbpeer("init", "--from", TOOL[name], "--dry-run")
    assert everything(repo.path) == before
    assert planned.out.splitlines()[-1] == f"Next: nbpeer init --from {TOOL[name]}"
    done = nbpeer("init", "--from", TOOL[name])
    assert planned.out.splitlines()[1:-1] == done.out.splitlines()[:-1]
    taken = everything(repo.path)
    planned = nbpeer("init", "--undo", "--dry-run")
    assert everything(repo.path) == taken
    assert planned.out.splitlines()[1:-1] == nbpeer("init", "--undo").out.splitlines()[:-1]


def test_plain_init_names_what_to_type(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout")
    done = nbpeer("init", "--format", "json")
    assert (done.code, done.json["todo"]) == (1, "nbpeer init --from nbstripout")
    assert nbpeer(*done.json["todo"].split()[1:]).code == 0


def test_plain_init_names_a_hook_that_strips_too(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write(CONFIG, HOOKS["nb-clean"])
    assert "nb-clean strips too, `nbpeer init --from nb-clean` replaces it" in nbpeer("init").out


def test_settings_of_the_filter_become_ours_and_the_rest_is_said(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout-shared")
    done = nbpeer("init", "--from", "nbstripout", "--format", "json")
    assert load_config(repo.path).strip == StripConfig(
        keep_count=True,
        extra_keys=("metadata.celltoolbar", "cell.metadata.heading_collapsed"),
        drop_tagged_cells=("scratch", "debug"),
        max_size=10_000,
    )
    assert "--keep-count" in repo.git("config", "filter.nbpeer.clean")
    notes = done.json["notes"]
    assert [note.split(":")[0] for note in notes if note.startswith("--")] == [
        "--keep-metadata-keys cell.metadata.scrolled",
        "--strip-init-cells",
    ]
    assert not [note for note in notes if note.startswith("cell ids")]


def test_ours_stands_where_theirs_stood_so_that_it_reaches_the_same_notebooks(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    repo.git("config", "filter.nbstripout.clean", "nbstripout")
    repo.write("analyses/a.ipynb", making.notebook())
    path = repo.write(".gitattributes", "raw/* -filter\nanalyses/*.ipynb  filter=nbstripout text\n*.png binary\n")
    assert nbpeer("init", "--from", "nbstripout").code == 0
    text = path.read_text()
    assert "raw/* -filter\nanalyses/*.ipynb  filter=nbpeer text\n*.png binary\n" in text
    assert repo.git("check-attr", "filter", "analyses/a.ipynb", "other/a.ipynb").split()[2::3] == [
        "nbpeer",
        "unspecified",
    ]


def test_a_line_of_this_clone_for_some_notebooks_is_named_because_ours_is_for_all(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    settle(repo, "nbstripout")
    repo.write(".git/info/attributes", "*.zpln filter=nbstripout\nsome/*.ipynb filter=nbstripout\n")
    notes = nbpeer("init", "--from", "nbstripout", "--format", "json").json["notes"]
    assert [note for note in notes if note.startswith("`")] == [
        "`some/*.ipynb filter=nbstripout`: nbpeer's line is for every notebook; "
        "`PATTERN -filter` in .gitattributes exempts others"
    ]


def test_an_attribute_without_its_driver_and_one_in_a_folder_are_taken_over(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    repo.write("old/a.ipynb", making.notebook())
    path = repo.write("old/.gitattributes", "*.ipynb filter=nbstripout\n")
    before = everything(repo.path)
    assert nbpeer("init", "--from", "nbstripout").code == 0
    assert path.read_text() == "*.ipynb filter=nbpeer\n"
    assert nbpeer("init", "--undo").code == 0
    assert everything(repo.path) == before


def test_hooks_go_with_their_arguments_and_patterns_taken_over(nbpeer: Nbpeer, repo: GitRepository) -> None:
    text = HOOKS["nb-clean"] + "    args: [--remove-empty-cells, -n, --]\n    exclude: ^docs/\n"
    path = repo.write(CONFIG, "# ours\n" + text + "- repo: meta\n  hooks:\n  - id: identity\n")
    done = nbpeer("init", "--from", "nb-clean", "--format", "json")
    assert done.code == 0
    assert hook_ids(repo) == ["identity", *OURS]
    assert path.read_text().startswith("# ours\nrepos:\n- repo: meta\n")
    assert [hook.exclude for hook in hooks(path.read_text())] == ["", "^docs/", ""]
    assert load_config(repo.path).strip == StripConfig(drop_empty_cells=True)
    assert [note for note in done.json["notes"] if "exclude ^docs/" in note and ".gitattributes exempts" in note]


def test_patterns_of_several_lines_are_said_in_one_and_those_of_two_hooks_are_not_mixed(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    one = "    exclude: |\n      (?x)^(\n        docs/|\n        old/\n      )\n    files: \\.ipynb$\n"
    repo.write(CONFIG, HOOKS["nb-clean"] + one + "- repo: b\n  hooks:\n  - {id: nb-clean, exclude: ^b/}\n")
    done = nbpeer("init", "--from", "nb-clean", "--format", "json")
    (strip, _) = hooks((repo.path / CONFIG).read_text())
    assert (strip.files, strip.exclude) == ("", "(?x)^(\n  docs/|\n  old/\n)\n")
    notes = [note for note in done.json["notes"] if note.startswith(("exclude", "files"))]
    assert [note.split(":")[0] for note in notes] == ["exclude (?x)^( docs/| old/ )", "exclude ^b/ of nb-clean"]


def test_a_hook_of_ones_own_that_calls_the_tool_goes_too(nbpeer: Nbpeer, repo: GitRepository) -> None:
    local = "repos:\n- repo: local\n  hooks:\n  - id: clean\n    name: c\n    language: system\n"
    repo.write(CONFIG, local + "    entry: python -m nbstripout --keep-output --drop-tagged-cells clean\n")
    assert nbpeer("init", "--from", "nbstripout").code == 0
    assert hook_ids(repo) == OURS
    assert load_config(repo.path).strip == StripConfig(keep_output=True, drop_tagged_cells=("clean",))


def test_databooks_hook_and_table_are_taken_over(nbpeer: Nbpeer, repo: GitRepository) -> None:
    table = "[tool.databooks.meta]\nrm-outs = true\ncell_meta_keep = ['tags']\n"
    path = repo.write("pyproject.toml", table)
    repo.write(
        CONFIG, HOOKS["databooks"] + "    args: [--no-rm-exec]\n  - id: databooks-assert\n    args: [-x, 'True']\n"
    )
    before = everything(repo.path)
    done = nbpeer("init", "--from", "databooks", "--format", "json")
    assert done.code == 0
    assert hook_ids(repo) == ["databooks-assert", *OURS]
    assert load_config(repo.path).strip == StripConfig(keep_count=True)
    assert path.read_text().startswith(table)
    notes = "\n".join(done.json["notes"])
    assert "databooks drops all metadata but tags" in notes
    assert "the hook databooks-assert stays" in notes
    assert "[tool.databooks] in pyproject.toml stays" in notes
    assert nbpeer("init", "--undo").code == 0
    assert everything(repo.path) == before


def test_pairing_of_jupytext_stays_and_what_keeps_notebooks_out_of_git_goes(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    paired = {"jupytext": {"formats": "ipynb,py:percent"}}
    repo.write("a.ipynb", making.notebook(making.code("1 + 1"), metadata=paired))
    repo.write("a.py", "# %%\n1 + 1\n")
    repo.write("jupytext.toml", "formats = 'ipynb,py:percent'\n")
    repo.write(".gitignore", "*.ipynb\n")
    repo.git("config", "diff.jupytext.textconv", "jupytext --to md -o -")
    repo.write(".gitattributes", "*.ipynb diff=jupytext\n")
    repo.write(CONFIG, HOOKS["jupytext"] + "    args: [--sync]\n  - id: unstage-notebooks\n")
    before = everything(repo.path)
    done = nbpeer("init", "--from", "jupytext", "--format", "json")
    assert done.code == 0
    assert hook_ids(repo) == ["jupytext", *OURS]
    for name in ("a.ipynb", "a.py", "jupytext.toml"):
        assert everything(repo.path)[name] == before[name]
    notes = "\n".join(done.json["notes"])
    assert "pairing stays" in notes and ".gitignore ignores *.ipynb" in notes and "the hook jupytext stays" in notes
    assert repo.git("check-attr", "diff", "a.ipynb").endswith("diff: nbpeer\n")
    assert nbpeer("init", "--undo").code == 0
    assert everything(repo.path) == before


def test_several_tools_are_taken_over_together(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout-shared")
    subprocess.run(
        ["git", "config", "merge.jupyternotebook.driver", "git-nbmergedriver merge %O"], cwd=repo.path, check=True
    )
    shared = repo.path / ".gitattributes"
    shared.write_bytes(shared.read_bytes() + b"*.ipynb merge=jupyternotebook\n")
    assert nbpeer("init", "--from", "nbstripout").code == 0
    assert "merge: jupyternotebook" in repo.git("check-attr", "merge", "a.ipynb")
    assert nbpeer("init", "--from", "nbdime").code == 0
    assert "merge: nbpeer" in repo.git("check-attr", "merge", "a.ipynb")
    assert nbpeer("init", "--undo").code == 0
    assert nbpeer("init", "--undo").code == 0
    before = everything(repo.path)
    assert nbpeer("init", "--from", "nbstripout", "--from", "nbdime").code == 0
    assert nbpeer("git", "status").code == 0
    assert nbpeer("init", "--undo").code == 0
    assert everything(repo.path) == before


def test_drivers_for_all_repositories_stay_and_ours_win_here(nbpeer: Nbpeer, repo: GitRepository) -> None:
    home = Path(repo.git("config", "--global", "--show-origin", "user.name").split("file:")[1].split("\t")[0]).parent
    repo.git("config", "--global", "filter.nbstripout.clean", "nbstripout --keep-output")
    attributes = home / ".config/git/attributes"
    attributes.parent.mkdir(parents=True)
    attributes.write_text("*.ipynb filter=nbstripout\n")
    done = nbpeer("init", "--from", "nbstripout")
    assert done.code == 0
    assert "filter.nbstripout: stays in git's global configuration, for other repositories" in done.out
    assert repo.git("config", "filter.nbstripout.clean") == "nbstripout --keep-output\n"
    assert repo.git("check-attr", "filter", "a.ipynb").endswith("filter: nbpeer\n")
    assert load_config(repo.path).strip.keep_output


def test_zeppelin_notebooks_go_on_being_stripped(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout")
    repo.git("config", "filter.nbstripout.clean", "cat")
    repo.write("a.zpln", "{}")
    repo.git("add", "a.zpln")
    settle(repo, "nbstripout")
    done = nbpeer("init", "--from", "nbstripout")
    assert done.code == 0
    assert "Zeppelin" in done.out
    assert repo.git("check-attr", "filter", "a.zpln", "a.ipynb").split()[2::3] == ["nbstripout", "nbpeer"]
    assert "nbstripout" in repo.git("config", "filter.nbstripout.clean")


def test_without_the_filter_theirs_goes_and_hooks_come(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout-shared")
    before = everything(repo.path)
    assert nbpeer("init", "--from", "nbstripout", "--no-filter").code == 0
    assert (repo.path / ".gitattributes").read_text() == "*.png binary\n"
    assert repo.git("check-attr", "filter", "a.ipynb").endswith("filter: unspecified\n")
    assert hook_ids(repo) == OURS
    assert nbpeer("init", "--undo").code == 0
    assert everything(repo.path) == before


def test_a_setting_that_the_configuration_says_otherwise_stays_and_is_named(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    path = repo.write("nbpeer.toml", "[strip]\nmax-size = 5\n")
    settle(repo, "nbstripout-shared")
    done = nbpeer("init", "--from", "nbstripout")
    assert done.code == 0
    assert "it says otherwise than `max-size = 10000`, and stays" in done.out
    assert load_config(repo.path).strip.max_size == 5
    assert path.read_text().endswith("max-size = 5\n")


def test_what_somebody_changed_since_survives_an_undo(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout-shared")
    repo.write(".gitignore", "".join(f"{letter}\n" for letter in "abcdefgh"))
    nbpeer("init", "--from", "nbstripout")
    ignore = (repo.path / ".gitignore").read_text()
    repo.write(".gitignore", "mine\n" + ignore)
    repo.git("config", "branch.main.remote", "origin")
    done = nbpeer("init", "--undo")
    assert done.code == 0
    assert (repo.path / ".gitignore").read_text() == "mine\na\nb\nc\nd\ne\nf\ng\nh\n"
    assert repo.git("config", "branch.main.remote") == "origin\n"
    assert "--max-size 10k" in repo.git("config", "filter.nbstripout.clean")
    assert repo.git("config", "diff.ipynb.textconv").endswith("-m nbstripout -t\n")
    assert "nbpeer" not in (repo.path / ".git/config").read_text()


def test_a_new_file_that_somebody_filled_is_left_and_named(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout")
    nbpeer("init", "--from", "nbstripout")
    path = repo.path / "nbpeer.toml"
    path.write_text("base = 'develop'\n")
    done = nbpeer("init", "--undo")
    assert (done.code, "refused    nbpeer.toml: it was changed since" in done.out) == (1, True)
    assert path.read_text() == "base = 'develop'\n"
    assert not (repo.path / CONFIG).exists()
    path.unlink()
    assert nbpeer("init", "--undo").code == 0


def test_a_take_over_that_was_interrupted_can_be_undone(nbpeer: Nbpeer, repo: GitRepository) -> None:
    """It stops after git's configuration is written and before the last files are."""
    settle(repo, "nbstripout-shared")
    before, said = everything(repo.path), sorted(repo.git("config", "--local", "--list").splitlines())
    nbpeer("init", "--from", "nbstripout")
    (sealed,) = (repo.path / ".git/nbpeer/replaced/1/after").glob("*-config")
    sealed.unlink()
    (repo.path / ".gitignore").unlink()
    repo.write(".gitattributes", before[".gitattributes"])
    assert nbpeer("init", "--undo").code == 0
    assert sorted(repo.git("config", "--local", "--list").splitlines()) == said
    assert {**everything(repo.path), ".git/config": before[".git/config"]} == before


REFUSED = {
    "nothing of it": (["--from", "nbdime"], "nothing of nbdime is set up in this repository; there is nbstripout"),
    "nothing to undo": (["--undo"], "no `nbpeer init --from` of this clone is there to undo"),
    "undo and from": (["--undo", "--from", "nbdime"], "--undo goes with --dry-run alone"),
    "from and github": (["--from", "nbstripout", "--github"], "--from and --github are two steps"),
    "an unknown tool": (["--from", "nbdev"], "'nbdev'"),
}


@pytest.mark.parametrize("flags, message", REFUSED.values(), ids=REFUSED.keys())
def test_what_cannot_be_is_refused_and_changes_nothing(
    nbpeer: Nbpeer, repo: GitRepository, flags: list[str], message: str
) -> None:
    settle(repo, "nbstripout")
    before = everything(repo.path)
    done = nbpeer("init", *flags)
    assert (done.code, done.out) == (2, "")
    assert message in done.err
    assert everything(repo.path) == before


def test_a_broken_pre_commit_configuration_stops_everything(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout")
    repo.write(CONFIG, "repos: [\n")
    before = everything(repo.path)
    assert nbpeer("init", "--from", "nbstripout").code == 2
    assert everything(repo.path) == before


def test_without_a_rival_jupytext_changes_what_init_changes(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("pyproject.toml", "[tool.jupytext]\nformats = 'ipynb,md'\n")
    nbpeer("init")
    before = everything(repo.path)
    done = nbpeer("init", "--from", "jupytext", "--format", "json")
    assert {outcome for _, outcome in steps(done)} == {"unchanged"}
    assert everything(repo.path) == before
    with pytest.raises(NbpeerError, match="to undo"):
        undo(repo.path)


LINES = st.lists(
    st.sampled_from(
        [
            "*.ipynb filter=nbstripout",
            "*.ipynb\tdiff=jupyternotebook  merge=jupyternotebook",
            "*.ipynb diff=ipynb -text",
            "raw/*.ipynb -filter",
            "[attr]nb filter=nb-clean",
            "*.ipynb nb",
            "# *.ipynb filter=nbstripout",
            "*.zpln filter=nbstripout",
            "*.ipynb filter=nbpeer",
            "*.csv text",
            "",
        ]
    ),
    max_size=6,
)
CONFIGS = st.sampled_from(
    ["", *HOOKS.values(), HOOKS["nbstripout"].replace("\n", "\r\n"), "repos: [{repo: meta, hooks: []}]"]
)
TABLES = st.sampled_from(
    ["", "[tool.nbpeer]\n", "[tool.nbpeer.strip]\nkeep-count = true", "[tool.databooks.meta]\nrm-outs = true\n"]
)


@settings(max_examples=30)
@given(LINES, LINES, st.sampled_from(["\n", "\r\n"]), st.booleans(), CONFIGS, TABLES, st.sampled_from(WROTE))
def test_whatever_was_there_undo_gives_back_the_same_bytes_everywhere(
    tmp_path_factory: pytest.TempPathFactory,
    shared: list[str],
    own: list[str],
    newline: str,
    ended: bool,
    pre_commit: str,
    table: str,
    name: str,
) -> None:
    repo = GitRepository(tmp_path_factory.mktemp("any") / "repo")
    repo.git("init", "--quiet")
    shutil.copyfile(RIVALS / name / "git-config", repo.path / ".git/config")
    for path, lines in ((".gitattributes", shared), (".git/info/attributes", own)):
        if lines:
            repo.write(path, newline.join(lines) + newline * ended)
    for path, text in ((CONFIG, pre_commit), ("pyproject.toml", table)):
        if text:
            repo.write(path, text)
    before = everything(repo.path)
    take_over(repo.path, (TOOL[name],))  # type: ignore[arg-type]
    text = (repo.path / ".gitattributes").read_text() if (repo.path / ".gitattributes").exists() else ""
    assert not [line for line in text.splitlines() if line[:1] != "#" and f"filter={TOOL[name]}" in line]
    assert undo(repo.path).complete
    assert everything(repo.path) == before


def test_a_linked_work_tree_is_taken_over_and_given_back(nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path) -> None:
    settle(repo, "nbstripout")
    repo.git("commit", "--quiet", "--allow-empty", "-m", "start")
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "--quiet", str(linked))
    before, there = everything(repo.path), everything(linked)
    assert nbpeer("init", "--from", "nbstripout", cwd=linked).code == 0
    assert nbpeer("git", "status", cwd=linked).code == 0
    assert everything(repo.path) != before
    assert nbpeer("init", "--undo", cwd=linked).code == 0
    assert everything(linked) == there
    assert {name: content for name, content in everything(repo.path).items() if "worktrees" not in name} == before


def test_a_hook_that_is_a_script_is_named_and_left(nbpeer: Nbpeer, repo: GitRepository) -> None:
    settle(repo, "nbstripout")
    path = repo.write(".git/hooks/pre-commit", "#!/bin/sh\nnbstripout $(git diff --cached --name-only)\n")
    done = nbpeer("init", "--from", "nbstripout")
    assert ".git/hooks/pre-commit calls nbstripout and stays" in done.out
    assert path.exists()


def test_a_configuration_of_nbdime_is_named_and_left(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write("nbdime_config.json", '{"Diff": {"outputs": false}}')
    done = nbpeer("init", "--from", "nbdime")
    assert (done.code, path.read_text()) == (0, '{"Diff": {"outputs": false}}')
    assert "nbdime_config.json stays" in done.out
