from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.cli.unchanged import answer

Nbpeer = Callable[..., Outcome]
ASKED = ["run", "a", "m.ipynb", "--format", "json"]


@pytest.fixture
def known(repo: GitRepository, nbpeer: Nbpeer) -> str:
    """Two notebooks that ran, and an answer that is kept; its text."""
    repo.write("a/orders.csv", "1\n")
    repo.write("a/n.ipynb", making.notebook(making.code("open('orders.csv').read()"), header=None))
    repo.write("m.ipynb", making.notebook(making.code("1"), header=None))
    for path in (repo.path / "a/orders.csv", repo.path / "a", repo.path):
        os.utime(path, (path.stat().st_mtime - 60,) * 2)
    assert nbpeer(*ASKED).code == 0
    done = nbpeer(*ASKED)
    assert [run["cached"] for run in done.json] == [True, True]
    assert list((repo.path / ".nbpeer/cache/answers").iterdir()) != []
    return done.out


def test_the_same_question_is_answered_alike_without_importing_anything(repo: GitRepository, known: str) -> None:
    program = "import sys; from nbpeer.cli.main import run; code = run(sys.argv[1:])\n"
    program += (
        "print(sorted(name for name in sys.modules if name in ('click', 'json', 'msgspec', 'pathlib', 're')), code)"
    )
    done = subprocess.run([sys.executable, "-c", program, *ASKED], cwd=repo.path, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == (f"{known}[] 0\n", "")


def data(repo: GitRepository) -> None:
    repo.write("a/orders.csv", "2\n")


def data_same_size_and_time(repo: GitRepository) -> None:
    file = repo.path / "a/orders.csv"
    before = file.stat()
    file.write_text("2\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))


def new_notebook(repo: GitRepository) -> None:
    (repo.path / "a/deep").mkdir()
    repo.write("a/deep/new.ipynb", making.notebook(making.code("1"), header=None))


def ignored_notebook(repo: GitRepository) -> None:
    repo.write(".gitignore", "a/n.ipynb\n")


def notebook(repo: GitRepository) -> None:
    repo.write("m.ipynb", making.notebook(making.code("2"), header=None))


def results(repo: GitRepository) -> None:
    (repo.path / "a/n.results.json").unlink()


def executed(repo: GitRepository) -> None:
    (repo.path / ".nbpeer/runs/m.ipynb").write_text("damaged")


def configuration(repo: GitRepository) -> None:
    repo.write("nbpeer.toml", "[run]\nkernel = 'python3'\n")


@pytest.mark.parametrize(
    "change",
    [data, data_same_size_and_time, new_notebook, ignored_notebook, notebook, results, executed, configuration],
)
def test_whatever_is_touched_makes_nbpeer_look_again(
    repo: GitRepository, known: str, change: Callable[[GitRepository], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    assert answer(ASKED) == 0
    change(repo)
    assert answer(ASKED) is None


def test_another_question_folder_or_environment_has_no_answer(
    repo: GitRepository, known: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repo.path)
    assert answer(["run", "a"]) is None
    assert answer([*ASKED, "--fresh"]) is None
    monkeypatch.setenv("JUPYTER_PATH", "elsewhere")
    assert answer(ASKED) is None
    monkeypatch.delenv("JUPYTER_PATH")
    assert answer(ASKED) == 0
    monkeypatch.chdir(repo.path / "a")
    assert answer(ASKED) is None
    monkeypatch.chdir(repo.path.parent)
    assert answer(ASKED) is None


def test_a_damaged_answer_is_none(repo: GitRepository, known: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repo.path)
    (file,) = (repo.path / ".nbpeer/cache/answers").iterdir()
    whole = file.read_bytes()
    for damaged in (b"", whole[:100], b"\xff" + whole):
        file.write_bytes(damaged)
        assert answer(ASKED) is None
