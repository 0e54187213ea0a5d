"""git's filter configuration, tried by git."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from conftest import GitRepository
from nbpeer.config import StripConfig
from nbpeer.repo import clone, drivers
from nbpeer.strip import strip


def install(repo: GitRepository, settings: dict[str, str]) -> None:
    drivers.configure_filter(repo.path, settings)
    repo.write(".gitattributes", f"{drivers.ATTRIBUTE}\n")


def test_git_strips_with_the_settings_as_they_are_written(repo: GitRepository) -> None:
    install(repo, drivers.filter_settings(StripConfig()))
    dirty = making.notebook(making.code("print(1)", outputs=[making.stream("1\n")], execution_count=1))
    path = repo.write("a b/it's.ipynb", dirty)
    repo.commit()
    assert "output_type" not in repo.git("show", "HEAD:a b/it's.ipynb")
    assert "output_type" in path.read_text()
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("key", ["process", "clean"])
def test_an_interpreter_in_a_folder_with_an_odd_name(
    repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, key: str
) -> None:
    folder = tmp_path / '100%f it\'s "ours" $HOME ü'
    folder.mkdir()
    launcher = folder / "python"
    launcher.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} "$@"\n')
    launcher.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(launcher))
    settings = drivers.filter_settings(StripConfig())
    install(repo, {name: value for name, value in settings.items() if name in (key, "required")})
    assert drivers.configured_filter(repo.path)[key] == settings[key]
    dirty = making.text(making.notebook(making.code("1", execution_count=1))).encode()
    assert clone.would_store(repo.path, "a.ipynb", dirty, strip(dirty))


def test_the_filter_strips_as_the_configuration_says(repo: GitRepository) -> None:
    config = StripConfig(keep_output=True, extra_keys=("cell.metadata.colab", "metadata.team"))
    install(repo, drivers.filter_settings(config))
    cell = making.code("1", outputs=[making.stream("kept\n")], metadata={"colab": {}, "tags": ["parameters"]})
    repo.write("a.ipynb", making.notebook(cell))
    repo.commit()
    committed = repo.git("show", "HEAD:a.ipynb")
    assert "kept" in committed
    assert "parameters" in committed
    assert "colab" not in committed


def test_settings_survive_git_and_shell(repo: GitRepository) -> None:
    settings = {
        "process": "'/a b/it'\"'\"'s' -I \\ \"x\" # ; = ü",
        "clean": " leading and trailing ",
        "required": "true",
    }
    drivers.configure_filter(repo.path, settings)
    assert drivers.configured_filter(repo.path) == settings


def test_nothing_is_configured_in_a_new_repository(repo: GitRepository) -> None:
    assert drivers.configured_filter(repo.path) == {}
    assert drivers.rivals(repo.path) == ()


@given(words=st.lists(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), min_size=1)))
def test_a_command_is_whole_when_what_it_names_is_there(words: list[str]) -> None:
    assert drivers.missing_part(shlex.join([sys.executable, *(f"{word}!" for word in words)])) == ""
    assert drivers.missing_part(shlex.join([f"{Path.cwd()}/no such/python", *words])).endswith("/no such/python")


def test_a_missing_script_or_an_unreadable_command_is_named() -> None:
    assert drivers.missing_part(f"{sys.executable} -I /gone/gitfilter.py process") == "/gone/gitfilter.py"
    assert drivers.missing_part("it's") == "it's"


@pytest.mark.parametrize(
    "key, tool",
    [
        ("filter.nbstripout.clean", "nbstripout"),
        ("filter.nb-clean.clean", "nb-clean"),
        ("filter.jupyter.clean", "jupyter"),
        ("diff.ipynb.textconv", "nbstripout"),
        ("diff.jupyternotebook.command", "nbdime"),
        ("merge.nbdev-merge.driver", "nbdev"),
    ],
)
def test_rivals_are_recognised_in_any_scope(repo: GitRepository, key: str, tool: str) -> None:
    repo.git("config", "--global", key, "something")
    assert [rival.tool for rival in drivers.rivals(repo.path)] == [tool]


def test_the_attribute_of_many_odd_paths(repo: GitRepository) -> None:
    repo.write(".gitattributes", f"{drivers.ATTRIBUTE}\nraw/** -filter\nold/** filter=lfs\n")
    paths = (*(f"a/{number}.ipynb" for number in range(700)), "raw/a\nb.ipynb", "old/ü.ipynb", "x.py")
    found = drivers.filter_attributes(repo.path, paths)
    assert list(found) == list(paths)
    assert found["a/699.ipynb"] == "nbpeer"
    assert [found[path] for path in paths[-3:]] == ["unset", "lfs", "unspecified"]


def test_what_the_filter_strips_is_left_to_it(repo: GitRepository) -> None:
    repo.write(".gitattributes", f"{drivers.ATTRIBUTE}\nraw/** -filter\n")
    paths = (Path("a b/ü.ipynb"), Path("raw/-a.ipynb"))
    assert drivers.unfiltered(repo.path, paths) == paths
    drivers.configure_filter(repo.path, drivers.filter_settings(StripConfig()))
    assert drivers.unfiltered(repo.path, paths) == paths[1:]


@pytest.mark.parametrize("command, drops", [("nb-clean clean", True), ("nb-clean clean -m tags", False), ("", False)])
def test_nb_clean_drops_tags_unless_told_not_to(repo: GitRepository, command: str, drops: bool) -> None:
    if command:
        repo.git("config", "filter.nb-clean.clean", command)
    assert drivers.drops_tags(repo.path) is drops
