"""git's filter configuration, tried by git."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import making
from conftest import GitRepository
from nbpeer.config import StripConfig
from nbpeer.repo import attributes, clone, drivers
from nbpeer.strip import strip


def install(repo: GitRepository, settings: dict[str, str]) -> None:
    drivers.configure(repo.path, settings)
    repo.write(".gitattributes", f"{attributes.line(attributes.KINDS)}\n")


def test_git_strips_with_the_settings_as_they_are_written(repo: GitRepository) -> None:
    install(repo, drivers.settings(StripConfig()))
    dirty = making.notebook(making.code("print(1)", outputs=[making.stream("1\n")], execution_count=1))
    path = repo.write("a b/it's.ipynb", dirty)
    repo.commit()
    assert "output_type" not in repo.git("show", "HEAD:a b/it's.ipynb")
    assert "output_type" in path.read_text()
    assert repo.git("status", "--porcelain") == ""


@pytest.mark.parametrize("key", ["process", "clean"])
def test_what_is_no_notebook_is_named_whatever_its_name(repo: GitRepository, key: str) -> None:
    settings = drivers.settings(StripConfig())
    install(repo, {f"filter.nbpeer.{name}": settings[f"filter.nbpeer.{name}"] for name in (key, "required")})
    for name in ("--keep-output.ipynb", "it's $HOME 100%f.ipynb"):
        repo.write(name, "{")
        done = subprocess.run(["git", "add", "--", name], cwd=repo.path, check=True, capture_output=True, text=True)
        assert f"nbpeer: {name} " in done.stderr


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
    settings = drivers.settings(StripConfig())
    chosen = {f"filter.nbpeer.{name}": settings[f"filter.nbpeer.{name}"] for name in (key, "required")}
    install(repo, chosen)
    assert drivers.configured(repo.path) == chosen
    dirty = making.text(making.notebook(making.code("1", execution_count=1))).encode()
    assert clone.would_store(repo.path, "a.ipynb", dirty, strip(dirty))


def test_the_filter_strips_as_the_configuration_says(repo: GitRepository) -> None:
    config = StripConfig(keep_output=True, extra_keys=("cell.metadata.colab", "metadata.team"))
    install(repo, drivers.settings(config))
    cell = making.code("1", outputs=[making.stream("kept\n")], metadata={"colab": {}, "tags": ["parameters"]})
    repo.write("a.ipynb", making.notebook(cell))
    repo.commit()
    committed = repo.git("show", "HEAD:a.ipynb")
    assert "kept" in committed
    assert "parameters" in committed
    assert "colab" not in committed


def test_settings_survive_git_and_shell(repo: GitRepository) -> None:
    settings = {
        "filter.nbpeer.process": "'/a b/it'\"'\"'s' -I \\ \"x\" # ; = ü",
        "filter.nbpeer.clean": " leading and trailing ",
        "filter.nbpeer.required": "true",
    }
    drivers.configure(repo.path, settings)
    assert drivers.configured(repo.path) == settings


@pytest.mark.parametrize("kind", ["textconv", "driver"])
def test_the_other_commands_survive_an_interpreter_in_a_folder_with_an_odd_name(
    repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    folder = tmp_path / '100%f it\'s "ours" $HOME ü'
    folder.mkdir()
    (folder / "python").write_text(f'#!/bin/sh\necho called with "$@" >{shlex.quote(str(tmp_path))}/log\n')
    (folder / "python").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(folder / "python"))
    settings = drivers.settings(StripConfig())
    monkeypatch.undo()
    install(repo, {key: value for key, value in settings.items() if key.endswith(kind)})
    repo.write("it's.ipynb", making.notebook(making.code("1")))
    repo.commit()
    for branch, source in (("one", "2"), ("two", "3")):
        repo.git("checkout", "--quiet", "-b", branch, "main")
        repo.write("it's.ipynb", making.notebook(making.code(source)))
        repo.commit()
    if kind == "textconv":
        repo.git("show")
        assert "textconv.py" in (tmp_path / "log").read_text()
    else:
        repo.git("merge", "one")
        assert (tmp_path / "log").read_text().endswith(" -p it's.ipynb\n")


def test_nothing_is_configured_in_a_new_repository(repo: GitRepository) -> None:
    assert drivers.configured(repo.path) == {}


def test_a_configuration_file_that_held_nothing_else_goes_with_the_drivers(
    repo: GitRepository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    drivers.configure(repo.path, drivers.settings(StripConfig()), "global")
    assert (tmp_path / "config").exists()
    drivers.remove(repo.path, "global")
    assert not (tmp_path / "config").exists()


@given(words=st.lists(st.text(st.characters(blacklist_characters="\0", blacklist_categories=("Cs",)), min_size=1)))
def test_a_command_is_whole_when_what_it_names_is_there(words: list[str]) -> None:
    assert drivers.missing_part(shlex.join([sys.executable, *(f"{word}!" for word in words)])) == ""
    assert drivers.missing_part(shlex.join([f"{Path.cwd()}/no such/python", *words])).endswith("/no such/python")


def test_a_missing_script_or_an_unreadable_command_is_named() -> None:
    assert drivers.missing_part(f"{sys.executable} -I /gone/gitfilter.py process") == "/gone/gitfilter.py"
    assert drivers.missing_part("it's") == "it's"


def test_what_the_filter_strips_is_left_to_it(repo: GitRepository) -> None:
    repo.write(".gitattributes", "*.ipynb filter=nbpeer\nraw/** -filter\n")
    paths = (Path("a b/ü.ipynb"), Path("raw/-a.ipynb"))
    assert drivers.unfiltered(repo.path, paths) == paths
    drivers.configure(repo.path, drivers.settings(StripConfig()))
    assert drivers.unfiltered(repo.path, paths) == paths[1:]
