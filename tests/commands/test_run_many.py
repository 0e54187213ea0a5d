from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.model.run import RunEvent

Nbpeer = Callable[..., Outcome]
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "run-events.json"


def plain(repo: GitRepository, name: str, *sources: str) -> Path:
    return repo.write(name, making.notebook(*map(making.code, sources), header=None))


def test_a_folder_stands_for_its_analyses_and_the_report_has_the_order_of_the_paths(
    repo: GitRepository, nbpeer: Nbpeer
) -> None:
    repo.write("nbpeer.toml", 'exclude = ["analyses/drafts/**"]\n')
    # The first waits for what the second leaves at its end, so that it ends last.
    wait = "import pathlib, threading\nwhile not pathlib.Path('b.results.json').exists(): threading.Event().wait(0.01)"
    plain(repo, "analyses/a.ipynb", wait)
    plain(repo, "analyses/b.ipynb", "1")
    plain(repo, "analyses/drafts/c.ipynb", "1/0")
    repo.write("analyses/notes.md", "no notebook")
    done = nbpeer("run", "analyses", "analyses/b.ipynb", "--jobs", "2", "--format", "json")
    assert (done.code, [(run["path"], run["status"]) for run in done.json]) == (
        0,
        [("analyses/a.ipynb", "completed"), ("analyses/b.ipynb", "completed")],
    )
    assert "analyses/b.ipynb  completed, 1 of 2 notebooks done" in done.err
    assert "analyses/a.ipynb  cell 1/1" in done.err


def test_a_named_notebook_runs_though_the_configuration_excludes_it(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("nbpeer.toml", 'exclude = ["drafts/**"]\n')
    plain(repo, "drafts/a.ipynb", "1")
    assert nbpeer("run", "drafts/a.ipynb").code == 0


def test_what_ends_one_notebook_does_not_end_the_others(
    repo: GitRepository, nbpeer: Nbpeer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "kernels/broken").mkdir(parents=True)
    spec = {"argv": ["false"], "display_name": "broken", "language": "python"}
    (tmp_path / "kernels/broken/kernel.json").write_text(json.dumps(spec))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    kernel = {"kernelspec": {"name": "broken", "display_name": "broken", "language": "python"}}
    repo.write("a.ipynb", making.notebook(making.code("1"), header=None, metadata=kernel))
    plain(repo, "b.ipynb", "import nbpeer; nbpeer.result('x', 1)", "nbpeer.result('x', 2)")
    plain(repo, "c.ipynb", "1/0")
    plain(repo, "d.ipynb", "1")
    done = nbpeer("run", ".", "--format", "json")
    assert [(run["path"], run["status"], bool(run["problem"])) for run in done.json] == [
        ("a.ipynb", "not_started", True),
        ("b.ipynb", "completed", True),
        ("c.ipynb", "failed", False),
        ("d.ipynb", "completed", False),
    ]
    assert done.code == 3
    assert "the kernel 'broken' did not start" in done.err
    assert "two results are named 'x'" in done.err
    assert "nbpeer: c.ipynb, cell 1, line 1: ZeroDivisionError" in done.err
    assert not (repo.path / "b.results.json").exists()


def test_events_for_programs_follow_the_published_schema(repo: GitRepository, nbpeer: Nbpeer) -> None:
    repo.write("n.ipynb", making.notebook(making.markdown("# Heading"), making.code("1"), header=None))
    done = nbpeer("run", "n.ipynb", "--format", "jsonl")
    lines = done.out.splitlines()
    events = [msgspec.json.decode(line, type=RunEvent) for line in lines]
    assert [type(event).__name__ for event in events] == ["Planned", "Started", "CellEvent", "CellEvent", "Done"]
    assert [json.loads(line)["event"] for line in lines] == ["planned", "started", "cell", "cell", "done"]
    start, end = json.loads(lines[2]), json.loads(lines[3])
    assert (start["cell"], start["cells"], start["title"], start["seconds"]) == (2, 2, "Heading", None)
    assert end["seconds"] >= 0
    assert json.loads(lines[4])["run"]["status"] == "completed"
    assert done.err == ""


def test_the_schema_of_events_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text()) == json.loads(json.dumps(msgspec.json.schema(RunEvent)))


def test_markdown_is_a_table_of_the_runs(repo: GitRepository, nbpeer: Nbpeer) -> None:
    plain(repo, "a.ipynb", "import nbpeer; nbpeer.result('x|y', 1.5, unit='%')")
    assert nbpeer("run", "a.ipynb", "--format", "markdown").out.splitlines() == [
        "| parameters | run | x\\|y |",
        "| --- | --- | --- |",
        "| a.ipynb | completed | 1.5 % |",
    ]


def test_a_cell_whose_output_names_a_folder_of_this_machine_is_told(repo: GitRepository, nbpeer: Nbpeer) -> None:
    plain(repo, "a.ipynb", "1", "import os; print(os.getcwd())", "print(os.getcwd() + 'hive')")
    done = nbpeer("run", "a.ipynb")
    assert "its outputs name folders of this machine, in cell 2\n" in done.out
    content = (repo.path / ".nbpeer/runs/a.ipynb").read_text()
    assert str(repo.path) not in json.dumps([json.loads(content)["metadata"]])
