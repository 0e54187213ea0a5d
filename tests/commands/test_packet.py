from __future__ import annotations

import base64
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.commands.packet import packets
from nbpeer.config import Config
from nbpeer.model.digests import source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import Certificate, NamedResult, ResultsFile, encode_results
from nbpeer.results.images import figure_of
from render.sample import png

PATH = "analyses/pricing.ipynb"
RESULTS = "analyses/pricing.results.json"
Run = Callable[..., Outcome]


def analysis(threshold: int = 10, outputs: list[object] | None = None) -> dict[str, object]:
    return making.notebook(
        making.markdown("## Summary\n\nThe lower price works."),
        making.code("limit = 3", tags=("parameters",)),
        making.code(f"kept = orders.query('n > {threshold}')", outputs=outputs, execution_count=7 if outputs else None),
    )


def recorded(notebook: dict[str, object], effect: float, picture: bytes = b"") -> bytes:
    source = source_digest(parse_notebook(making.text(notebook)))
    found = {"effect": NamedResult("effect", "number", effect, "points", 0.05)}
    if picture:
        found["sales"] = NamedResult("sales", "figure", figure_of(picture))
    return encode_results(ResultsFile(Certificate(source), found))


@pytest.fixture
def changed(repo: GitRepository) -> GitRepository:
    """An analysis on main, changed on the branch `lower`: a cell and a result."""
    repo.write(PATH, analysis())
    repo.write(RESULTS, recorded(analysis(), 0.62))
    repo.write("analyses/other.ipynb", analysis())
    repo.commit("first")
    repo.git("switch", "--quiet", "-c", "lower")
    repo.write(PATH, analysis(20))
    repo.write(RESULTS, recorded(analysis(20), 0.41))
    repo.commit("only large orders")
    return repo


def test_a_packet_of_what_changed_is_written_where_git_does_not_see_it(changed: GitRepository, nbpeer: Run) -> None:
    done = nbpeer("packet", "--base", "main")
    assert done.code == 0
    path = Path(done.out.strip())
    assert path == changed.path / ".nbpeer/runs/packet.html"
    html = path.read_text(encoding="utf-8")
    assert "<h1" in html
    assert "Price test" in html
    assert "<ins>20</ins>" in html
    assert "beyond tolerance 0.05" in html
    assert "nobody has signed" in html
    assert changed.git("status", "--porcelain") == ""


def test_what_the_changes_change_of_their_own_gate_is_said(changed: GitRepository, nbpeer: Run) -> None:
    changed.git("switch", "--quiet", "main")
    changed.write("nbpeer.toml", "[gate]\nrequire-results = true\n")
    changed.commit("rules")
    changed.git("switch", "--quiet", "lower")
    changed.write("nbpeer.toml", "[gate]\nrequire-results = false\n")
    html = Path(nbpeer("packet", "--base", "main").out.strip()).read_text(encoding="utf-8")
    assert "this branch changes the configuration" in html


def test_the_same_state_gives_the_same_file(changed: GitRepository, nbpeer: Run) -> None:
    first = Path(nbpeer("packet", "--base", "main", "-o", "one.html").out.strip())
    second = Path(nbpeer("packet", "--base", "main", "-o", "two.html").out.strip())
    assert (changed.path / first).read_bytes() == (changed.path / second).read_bytes()


def test_json_names_the_file_the_analyses_and_their_digests(changed: GitRepository, nbpeer: Run) -> None:
    found = nbpeer("packet", "--base", "main", "--format", "json").json
    (one,) = found["analyses"]
    assert Path(found["path"]).is_file()
    assert one["path"] == PATH
    assert one["gate_met"] is False
    assert one["source"] == source_digest(parse_notebook(making.text(analysis(20))))
    gate = nbpeer("status", "--base", "main", "--format", "json").json
    assert one["content"] == gate["analyses"][0]["content"]


def test_nothing_changed_is_said_and_nothing_written(changed: GitRepository, nbpeer: Run) -> None:
    done = nbpeer("packet", "--base", "lower")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("No analysis changed")
    assert not (changed.path / ".nbpeer").exists()
    assert nbpeer("packet", "--base", "lower", "--format", "json").json == {"path": None, "analyses": []}


def test_a_notebook_that_did_not_change_gets_a_packet_when_it_is_named(changed: GitRepository, nbpeer: Run) -> None:
    found = nbpeer("packet", "analyses/other.ipynb", "--base", "main", "--format", "json").json
    assert [one["path"] for one in found["analyses"]] == ["analyses/other.ipynb"]
    assert "No cell changed." in Path(found["path"]).read_text(encoding="utf-8")


def test_a_folder_narrows_it_to_its_changed_analyses(changed: GitRepository, nbpeer: Run) -> None:
    changed.write("more/new.ipynb", analysis(30))
    found = nbpeer("packet", "more", "--base", "main", "--format", "json").json
    assert [one["path"] for one in found["analyses"]] == ["more/new.ipynb"]
    found = nbpeer("packet", ".", "--base", "main", "--format", "json").json
    assert [one["path"] for one in found["analyses"]] == [PATH, "more/new.ipynb"]


def test_outputs_are_shown_only_of_a_run_of_exactly_this_source(changed: GitRepository) -> None:
    shown = analysis(20, outputs=[making.stream("42 orders\n")])
    changed.write(f".nbpeer/runs/{PATH}", shown)
    (found,) = packets(changed.path, Config(), "main")
    assert found.view is not None
    assert found.view.executed
    assert b"42 orders" in found.view.content
    changed.write(f".nbpeer/runs/{PATH}", analysis(10, outputs=[making.stream("42 orders\n")]))
    (found,) = packets(changed.path, Config(), "main")
    assert found.view is not None
    assert not found.view.executed
    assert b"42 orders" not in found.view.content


def test_a_run_with_other_parameters_is_still_a_run_of_this_source(changed: GitRepository) -> None:
    shown = analysis(20, outputs=[making.stream("42 orders\n")])
    cells = shown["cells"]
    assert isinstance(cells, list)
    cells.insert(3, making.code("limit = 5", tags=("injected-parameters",), id="injected"))
    changed.write(f".nbpeer/runs/{PATH}", shown)
    (found,) = packets(changed.path, Config(), "main")
    assert found.view is not None
    assert found.view.executed


def test_outputs_left_in_the_notebook_are_nobodys_word_and_not_shown(changed: GitRepository) -> None:
    changed.write(PATH, analysis(20, outputs=[making.stream("42 orders\n")]))
    (found,) = packets(changed.path, Config(), "main")
    assert found.view is not None
    assert b"42 orders" not in found.view.content


def test_figures_drawn_on_this_machine_stand_side_by_side(repo: GitRepository) -> None:
    for height in (40, 60):
        digest = figure_of(png(height)).pixels.removeprefix("sha256:")
        repo.write(f".nbpeer/cache/figures/{digest}.png", png(height))
    repo.write(".gitignore", ".nbpeer/cache/\n")
    repo.write(PATH, analysis())
    repo.write(RESULTS, recorded(analysis(), 0.62, png(40)))
    repo.commit("first")
    repo.write(RESULTS, recorded(analysis(), 0.62, png(60)))
    (found,) = packets(repo.path, Config(), "main")
    (figure,) = found.figures
    assert (figure.before, figure.after) == (png(40), png(60))
    assert figure.difference.startswith(b"\x89PNG")
    assert 0 < figure.share < 1


def test_a_figure_of_the_last_run_is_shown_also_when_it_was_not_kept(repo: GitRepository) -> None:
    drawn = making.named_result({"schema": 1, "type": "figure", "name": "sales"})
    drawn["data"]["image/png"] = base64.b64encode(png(60)).decode()
    repo.write(PATH, analysis())
    repo.write(RESULTS, recorded(analysis(), 0.62, png(40)))
    repo.commit("first")
    repo.write(RESULTS, recorded(analysis(), 0.62, png(60)))
    repo.write(f".nbpeer/runs/{PATH}", analysis(outputs=[drawn]))
    (found,) = packets(repo.path, Config(), "main")
    (figure,) = found.figures
    assert (figure.before, figure.after, figure.difference) == (b"", png(60), b"")


def test_a_digest_from_a_hostile_results_file_reads_no_other_file(changed: GitRepository) -> None:
    changed.write("secret.png", png())
    text = recorded(analysis(20), 0.41, png()).decode()
    digest = figure_of(png()).pixels
    changed.write(RESULTS, text.replace(digest, "sha256:../../../secret"))
    (found,) = packets(changed.path, Config(), "main")
    assert [figure.after for figure in found.figures] == [b""]


def test_the_versions_say_whether_the_analysis_is_committed(changed: GitRepository) -> None:
    (found,) = packets(changed.path, Config(), "main")
    assert found.before.startswith("main (")
    assert found.after.startswith("HEAD (")
    changed.write(PATH, analysis(30))
    (found,) = packets(changed.path, Config(), "main")
    assert found.after == "working tree"


def test_a_changed_notebook_that_cannot_be_read_is_shown_as_a_problem(changed: GitRepository, nbpeer: Run) -> None:
    changed.write(PATH, "<<<<<<< HEAD\n{}\n")
    found = nbpeer("packet", "--base", "main", "--format", "json")
    assert found.code == 0
    (one,) = found.json["analyses"]
    assert (one["content"], one["gate_met"]) == ("", False)
    assert "merge conflict markers" in Path(found.json["path"]).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("content", "said"),
    [("", "is empty"), ("no json", "is not JSON"), ('{"nbformat": 3, "worksheets": []}', "nbformat 3")],
    ids=["empty", "not JSON", "nbformat 3"],
)
def test_a_named_notebook_that_cannot_be_read_is_refused(
    changed: GitRepository, nbpeer: Run, content: str, said: str
) -> None:
    changed.write(PATH, content)
    done = nbpeer("packet", PATH, "--base", "main")
    assert done.code == 2
    assert said in done.err.splitlines()[-1]
    assert not (changed.path / ".nbpeer/runs/packet.html").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("missing.ipynb",), "missing.ipynb is not there"),
        ((RESULTS,), "is not a notebook"),
        (("--base", "nowhere"), "git knows no revision 'nowhere'"),
        (("--base", "main", "-o", "analyses"), "is a folder"),
        (("--base", "main", "-o", "README/x.html"), "could not be written"),
    ],
    ids=["no such path", "no notebook", "no such base", "output is a folder", "output cannot be written"],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    changed: GitRepository, nbpeer: Run, arguments: tuple[str, ...], said: str
) -> None:
    changed.write("README", "text")
    changed.commit("readme")
    done = nbpeer("packet", *arguments)
    assert done.code == 2
    assert said in done.err.splitlines()[-1]
    assert done.out == ""
    assert changed.git("status", "--porcelain") == ""


def test_outside_a_repository_and_on_an_unborn_branch_it_says_so(
    repo: GitRepository, nbpeer: Run, tmp_path: Path
) -> None:
    done = nbpeer("packet")
    assert (done.code, len(done.err.splitlines())) == (2, 1)
    assert "no commit yet" in done.err
    outside = tmp_path / "outside"
    outside.mkdir()
    done = nbpeer("packet", cwd=outside)
    assert done.code == 2
    assert "is not inside a git repository" in done.err


def test_a_missing_library_is_one_line_with_what_to_install(
    changed: GitRepository, nbpeer: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "nh3", None)
    done = nbpeer("packet", "--base", "main")
    assert done.code == 2
    assert done.err == 'nbpeer: a packet needs a part that is not installed; pip install "nbpeer[packet]"\n'


def test_the_notebook_shown_is_still_a_notebook(changed: GitRepository) -> None:
    (found,) = packets(changed.path, Config(), "main")
    assert found.view is not None
    assert json.loads(found.view.content)["nbformat"] == 4


def test_the_picture_of_an_earlier_run_stands_beside_the_new_one(repo: GitRepository, nbpeer: Run) -> None:
    draw = "import nbpeer, PIL.Image\nnbpeer.figure('sales', PIL.Image.new('RGB', (8, 8), '{}'))"
    for colour in ("red", "blue"):
        repo.write(PATH, making.notebook(making.code(draw.format(colour))))
        assert nbpeer("run", PATH).code == 0
        if colour == "red":
            repo.commit("red")
    (found,) = packets(repo.path, Config(), "main")
    (figure,) = found.figures
    assert figure.before.startswith(b"\x89PNG")
    assert figure.after.startswith(b"\x89PNG")
    assert figure.share == 1
    assert repo.git("status", "--porcelain") == f" M {PATH}\n M {RESULTS}\n"
