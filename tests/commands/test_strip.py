"""`nbpeer strip` from the command line: what is written, what is said, and with which exit code."""

from __future__ import annotations

import io
import json
import os
from _thread import get_ident
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.commands.strip import WORTH_THREADS, strip_paths
from nbpeer.config import StripConfig
from nbpeer.strip import strip

Nbpeer = Callable[..., Outcome]


def executed(**extra: Any) -> dict[str, Any]:
    return making.notebook(making.code("print()", outputs=[making.stream("hello\n")], execution_count=4, **extra))


def clean(**extra: Any) -> bytes:
    return strip(making.text(executed(**extra)).encode())


def give(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    """Make `content` the standard input."""
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_named_notebooks_are_stripped_and_counted(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", executed())
    repo.write("b.ipynb", clean())
    saved = path.stat().st_size - len(clean())
    done = nbpeer("strip", "a.ipynb", "b.ipynb", "a.ipynb")
    assert path.read_bytes() == clean()
    assert (done.code, done.out) == (0, f"stripped a.ipynb\nstripped 1 of 2 notebooks, {saved} bytes less\n")


def test_a_clean_notebook_is_not_written(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", clean())
    os.utime(path, ns=(1, 1))
    assert nbpeer("strip", ".").out == "stripped 0 of 1 notebook\n"
    assert path.stat().st_mtime_ns == 1


@pytest.mark.parametrize(("flag", "code"), [("--check", 1), ("--verify", 1), ("--dry-run", 0)])
def test_check_and_dry_run_change_nothing(repo: GitRepository, nbpeer: Nbpeer, flag: str, code: int) -> None:
    path = repo.write("a.ipynb", executed())
    done = nbpeer("strip", flag, ".")
    assert done.code == code
    assert done.out.startswith("would strip a.ipynb\nwould strip 1 of 1 notebook, ")
    assert path.read_text() == making.text(executed())
    nbpeer("strip", ".")
    assert nbpeer("strip", flag, ".").code == 0


def test_a_folder_means_the_notebooks_git_does_not_ignore(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write(".gitignore", "ignored/\n")
    repo.write("deleted.ipynb", executed()).unlink()
    repo.write("tracked/gone.ipynb", executed())
    repo.commit()
    (repo.path / "tracked/gone.ipynb").unlink()
    names = ["a.ipynb", "tracked/a b.ipynb", ".hidden/a.ipynb", "ignored/a.ipynb", ".nbpeer/runs/a.ipynb", "a.json"]
    paths = [repo.write(name, executed()) for name in [*names, ".ipynb_checkpoints/a.ipynb"]]
    assert nbpeer("strip", ".").code == 0
    assert [path.read_bytes() == clean() for path in paths] == [True, True, True, False, False, False, False]


def test_outside_a_repository_hidden_folders_are_left_alone(tmp_path: Path, nbpeer: Nbpeer) -> None:
    folder = GitRepository(tmp_path / "plain")
    names = ["a.ipynb", "below/a.ipynb", ".hidden/a.ipynb", ".ipynb_checkpoints/a.ipynb"]
    paths = [folder.write(name, executed()) for name in names]
    assert nbpeer("strip", folder.path, cwd=tmp_path).code == 0
    assert [path.read_bytes() == clean() for path in paths] == [True, True, False, False]


def test_a_file_named_is_stripped_even_when_git_ignores_it(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write(".gitignore", "*\n")
    path = repo.write("a.ipynb.bak", executed())
    assert nbpeer("strip", path).code == 0
    assert path.read_bytes() == clean()


def test_what_is_no_notebook_is_named_and_left_and_the_rest_is_done(repo: GitRepository, nbpeer: Nbpeer) -> None:
    broken = repo.write("a.ipynb", b'{"cells": [')
    repo.write("b.ipynb", b"")
    good = repo.write("c.ipynb", executed())
    done = nbpeer("strip", ".")
    assert done.code == 2
    assert broken.read_bytes() == b'{"cells": ['
    assert good.read_bytes() == clean()
    assert done.err == (
        "nbpeer: a.ipynb ends in the middle, left as it is; restore it from git\n"
        "nbpeer: b.ipynb is empty, left as it is; open it in JupyterLab and save it, or restore it from git\n"
    )


def test_a_file_that_cannot_be_written_keeps_its_content(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", executed())
    repo.write(f"a.ipynb.{os.getpid()}-{get_ident()}.nbpeer-tmp", "somebody else's")
    other = repo.write("b.ipynb", executed())
    done = nbpeer("strip", path, other)
    assert done.code == 2
    assert done.err == f"nbpeer: {path} could not be written (File exists), left as it is; nothing was changed\n"
    assert path.read_text() == making.text(executed())
    assert other.read_bytes() == clean()


def test_a_missing_path_stops_before_anything_is_changed(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", executed())
    done = nbpeer("strip", "a.ipynb", "gone.ipynb")
    assert (done.code, done.err) == (2, "nbpeer: gone.ipynb is not there; look at its spelling; nothing was changed\n")
    assert path.read_text() == making.text(executed())


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name notebooks or folders"),
        (("-", "a.ipynb"), "- cannot be combined"),
        ((".", "--max-size", "big"), "'big' is not a size"),
        ((".", "--extra-keys", "note"), "'note' is not a key to strip"),
    ],
)
def test_usage_errors_are_one_line_and_exit_2(nbpeer: Nbpeer, arguments: tuple[str, ...], said: str) -> None:
    done = nbpeer("strip", *arguments)
    assert done.code == 2
    assert said in done.err.splitlines()[-1]


def test_a_link_stays_a_link(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("real.ipynb", executed())
    link = repo.path / "link.ipynb"
    link.symlink_to("real.ipynb")
    assert nbpeer("strip", link).code == 0
    assert link.is_symlink()
    assert path.read_bytes() == clean()


def test_names_that_are_not_utf8_are_stripped_and_shown(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write(os.fsdecode(b"\xe9 \n.ipynb"), executed())
    done = nbpeer("strip", "--format", "json", ".")
    assert done.json["changed"] == ["\\xe9 \n.ipynb"]
    assert path.read_bytes() == clean()


def test_a_name_with_a_line_end_is_one_line(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("a\nb.ipynb", executed())
    repo.write("c\nd.ipynb", "{")
    done = nbpeer("strip", ".")
    assert r"stripped a\nb.ipynb" in done.out.splitlines()
    assert len([line for line in done.err.splitlines() if r"c\nd.ipynb" in line]) == 1


def test_json_says_the_same(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", executed())
    repo.write("b.ipynb", b"[]")
    done = nbpeer("strip", "--check", "--format", "json", ".")
    assert done.code == 2
    assert done.json == {
        "notebooks": 2,
        "changed": ["a.ipynb"],
        "unreadable": [
            {
                "path": "b.ipynb",
                "problem": "is JSON but not a notebook",
                "hint": "an .ipynb file has nbformat and cells at its top",
            }
        ],
        "removed": path.stat().st_size - len(clean()),
        "change_nothing": True,
    }


def test_configuration_is_read_and_flags_add_to_it(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("nbpeer.toml", '[strip]\nkeep-count = true\nextra-keys = ["cell.metadata.a"]\n')
    path = repo.write("below/a.ipynb", executed(metadata={"a": 1, "b": 2, "c": 3}))
    assert nbpeer("strip", "--extra-keys", "cell.metadata.b metadata.x", "a.ipynb", cwd=path.parent).code == 0
    cell = json.loads(path.read_bytes())["cells"][1]
    assert (cell["execution_count"], cell["metadata"], cell["outputs"]) == (4, {"c": 3}, [])


def test_nbstripouts_flags_are_understood(repo: GitRepository, nbpeer: Nbpeer) -> None:
    tagged = making.code("1", tags=("scratch",))
    small = making.code("1", outputs=[making.stream("x")], execution_count=1)
    large = making.code("2", outputs=[making.stream("x" * 2000)])
    path = repo.write("a.ipynb", making.notebook(tagged, making.code(" "), small, large, header=None))
    flags = "--keep-id --keep-count --drop-empty-cells --max-size 1k --drop-tagged-cells".split()
    assert nbpeer("strip", path, *flags, "scratch").code == 0
    first, second = json.loads(path.read_bytes())["cells"]
    assert first == small
    assert second == {**large, "outputs": []}
    path = repo.write("b.ipynb", executed())
    assert nbpeer("strip", "--check", "--keep-output", "--keep-count", path).code == 0


def test_a_dash_strips_standard_input_to_standard_output(nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, making.text(executed()).encode())
    assert nbpeer("strip", "-") == Outcome(0, clean().decode(), "")
    for content, code in [(making.text(executed()).encode(), 1), (clean(), 0)]:
        give(monkeypatch, content)
        assert nbpeer("strip", "--check", "-") == Outcome(code, "", "")


def test_what_cannot_be_read_from_standard_input_comes_out_as_it_went_in(
    nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    give(monkeypatch, b"<<<<<<< \r\n")
    done = nbpeer("strip", "-")
    assert (done.code, done.out) == (2, "<<<<<<< \r\n")
    assert done.err.startswith("nbpeer: standard input has merge conflict markers (line 1), left as it is; ")


def test_textconv_prints_and_writes_nothing_and_never_stops_git(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", executed())
    broken = repo.write("b.ipynb", b"{")
    done = nbpeer("strip", "-t", path, broken)
    assert (done.code, done.out) == (0, clean().decode() + "{")
    assert "b.ipynb ends in the middle" in done.err
    assert path.read_text() == making.text(executed())


def test_work_that_takes_longer_than_a_second_says_so(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        repo.write(f"{number}.ipynb", executed())
    now = iter(range(0, 100, 2))
    monkeypatch.setattr("nbpeer.cli.strip_show.time", SimpleNamespace(monotonic=lambda: next(now)))
    done = nbpeer("strip", ".")
    assert done.err == "nbpeer: stripping 3 notebooks\n"
    assert done.out.splitlines()[-1].startswith("stripped 3 of 3 notebooks")


def test_the_caller_may_watch_each_notebook(repo: GitRepository) -> None:
    paths = [repo.write(f"{number}.ipynb", executed()) for number in range(3)]
    seen: list[Path] = []

    def watch(notebooks: list[Path]) -> Any:
        for path in notebooks:
            seen.append(path)
            yield path

    report = strip_paths([repo.path], StripConfig(), watch=watch)
    assert seen == paths
    assert report.notebooks == len(report.changed) == 3


def test_many_notebooks_are_all_done_and_reported_in_order(repo: GitRepository, nbpeer: Nbpeer) -> None:
    names = [f"{number:03}.ipynb" for number in range(3 * WORTH_THREADS)]
    paths = [repo.write(name, executed(metadata={"number": name})) for name in names]
    paths[1].write_bytes(b"{")
    paths[2].write_bytes(clean())
    done = nbpeer("strip", "--format", "json", ".")
    assert done.code == 2
    assert done.json["changed"] == [names[0], *names[3:]]
    assert [one["path"] for one in done.json["unreadable"]] == [names[1]]
    assert paths[1].read_bytes() == b"{"
    assert [json.loads(path.read_bytes())["cells"][1]["metadata"]["number"] for path in paths[3:]] == names[3:]
    assert nbpeer("strip", "--check", *paths[2:]).code == 0


def test_a_file_with_many_names_is_stripped_once(repo: GitRepository, nbpeer: Nbpeer) -> None:
    path = repo.write("a.ipynb", executed())
    (repo.path / "link.ipynb").symlink_to("a.ipynb")
    assert nbpeer("strip", "--format", "json", "link.ipynb", ".", path).json["changed"] == ["link.ipynb"]
    assert path.read_bytes() == clean()
