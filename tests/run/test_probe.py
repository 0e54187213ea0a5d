"""The probe in a real interpreter of its own: a hook on open cannot be taken out of this one again."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "repo"
    (root / "data").mkdir(parents=True)
    (root / "data/a.csv").write_text("x\n1\n")
    (tmp_path / "outside.csv").write_text("x\n")
    return root


def report(root: Path, program: str) -> dict[str, Any]:
    """What the probe says of a program that ran in `root`."""
    whole = f"from nbpeer.run import probe\nprobe.start()\n{program}\nprint(probe.report({str(root.resolve())!r}))"
    done = subprocess.run([sys.executable, "-c", whole], cwd=root, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    "program",
    [
        "open('data/a.csv').read()",
        "open(b'data/a.csv', 'rb').read()",
        "import os; os.close(os.open('data/a.csv', os.O_RDONLY))",
        "import pathlib; pathlib.Path('data/a.csv').resolve().read_text()",
        "import os; os.chdir('data'); open('a.csv').read()",
        "import pandas; pandas.read_csv('data/a.csv')",
        "import sqlite3; sqlite3.connect('data/a.csv')",
    ],
)
def test_a_file_of_the_repository_that_is_read_is_seen(root: Path, program: str) -> None:
    found = report(root, program)
    assert (found["read"], found["complete"]) == (["data/a.csv"], True)


@pytest.mark.parametrize(
    "program",
    [
        "open('../outside.csv').read()",
        "open('data/new.csv', 'w').write('x'); open('data/new.csv').read()",
        "import os; os.mkdir('.cache'); open('.cache/a', 'x').close(); open('.cache/a').read()",
        "import os; os.path.exists('data/a.csv')",
        "open(0, closefd=False)",
        "import sqlite3; sqlite3.connect(':memory:')",
        "import sqlite3; sqlite3.connect('file:a?mode=memory&cache=shared', uri=True)",
    ],
)
def test_what_is_elsewhere_hidden_written_by_the_run_itself_or_not_read_is_no_input(root: Path, program: str) -> None:
    found = report(root, program)
    assert (found["read"], found["complete"]) == ([], True)


def test_a_module_of_the_repository_is_an_input_also_from_its_cache(root: Path) -> None:
    (root / "cleaning.py").write_text("LIMIT = 3\n")
    assert report(root, "import cleaning")["read"] == ["cleaning.py"]
    assert report(root, "import cleaning")["read"] == ["cleaning.py"]


def test_an_environment_kept_in_the_repository_is_no_input(root: Path) -> None:
    place = root / "venv/lib/python3/site-packages/other"
    place.mkdir(parents=True)
    (place / "data.csv").write_text("x")
    assert report(root, f"open({str(place / 'data.csv')!r}).read()")["read"] == []


def test_a_file_read_and_then_overwritten_makes_the_inputs_incomplete(root: Path) -> None:
    found = report(root, "open('data/a.csv').read(); open('data/a.csv', 'a').write('2')")
    assert (found["read"], found["complete"]) == ([], False)


def test_a_connection_to_another_machine_makes_the_inputs_incomplete_and_one_to_this_machine_does_not(
    root: Path,
) -> None:
    program = "import socket, sys; sys.audit('socket.connect', None, ({!r}, 443))"
    assert not report(root, program.format("192.0.2.1"))["complete"]
    assert report(root, program.format("127.0.0.1"))["complete"]


def test_packages_are_named_as_on_the_index_with_those_they_need_and_without_the_kernels_own(root: Path) -> None:
    import importlib.metadata

    packages = report(root, "import PIL.Image, pandas, traitlets, json")["packages"]
    for name in ("pillow", "pandas", "numpy"):
        assert packages[name] == importlib.metadata.version(name)
    assert packages.keys().isdisjoint({"PIL", "json", "traitlets"})


def test_a_folder_that_is_gone_does_not_disturb_the_notebook(root: Path) -> None:
    program = "import os; os.mkdir('x'); os.chdir('x'); os.rmdir('../x')\ntry: open('a')\nexcept OSError: print(end='')"
    assert report(root, f"{program}\nos.chdir({str(root)!r})")["complete"]


def test_files_elsewhere_and_listed_folders_are_told_apart_from_settings_and_the_system(root: Path) -> None:
    program = "import os, pathlib\nopen('../outside.csv').read(); open('/etc/hostname').read(); os.listdir('data')\n"
    program += "(pathlib.Path.home() / '.settings').write_text('x'); (pathlib.Path.home() / '.settings').read_text()"
    found = report(root, program)
    assert found["outside"] == [str(root.parent / "outside.csv")]
    assert str(root / "data") in found["listed"]
    assert found["doubts"] == []


@pytest.mark.parametrize(
    ("program", "doubt"),
    [
        ("import os; os.system('true')", "it started another process (true)"),
        ("import subprocess; subprocess.run(['/bin/true'])", "it started another process (true)"),
        ("import os; os.fork() or os._exit(0); os.wait()", "it started another process"),
        ("import pyarrow.parquet", "pyarrow._fs reads files and addresses unseen"),
    ],
)
def test_what_could_read_unseen_makes_the_inputs_incomplete(root: Path, program: str, doubt: str) -> None:
    found = report(root, program)
    assert (doubt in found["doubts"], found["complete"]) == (True, False)


@pytest.mark.parametrize(("cell", "doubts"), [("frame.head()", 0), ("import polars as pl", 1), ("import loading", 1)])
def test_a_library_that_others_import_counts_when_the_teams_own_code_names_it(
    root: Path, cell: str, doubts: int
) -> None:
    (root / "loading.py").write_text("def load(): import polars\n")
    program = f"import polars, sys; _ih = ['', {cell!r}]; sys.path.insert(0, '.'); exec({cell.partition('.')[0]!r})"
    found = report(root, program.replace("exec('frame')", "pass"))
    assert len(found["doubts"]) == doubts
