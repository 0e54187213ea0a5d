from __future__ import annotations

from collections.abc import Callable

import making
from conftest import GitRepository, Outcome
from nbpeer.model.notebook import parse_notebook

Nbpeer = Callable[..., Outcome]
NONE = "\N{EN DASH}"


def analysis(repo: GitRepository) -> None:
    cells = (
        making.code("country = 'de'\nshare = 0.5", tags=("parameters",)),
        making.code("import nbpeer\nif country == 'xx': raise KeyError(country)"),
        making.code("nbpeer.result('sales', len(country) * share, unit='EUR')\nnbpeer.result('country', country)"),
        making.code("nbpeer.expect('not the whole', share < 1)"),
    )
    repo.write("a/n.ipynb", making.notebook(*cells, header=None))


def test_each_set_is_a_run_and_a_table_compares_their_results(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    repo.write("a/n.results.json", "as it was")
    repo.write("m.yml", "- {country: de}\n- {country: xx}\n- {country: 'f r', share: 1}\n")
    done = nbpeer("run", "a/n.ipynb", "--matrix", "m.yml")
    assert done.code == 1
    head, first, second, third = (line.split("  ") for line in done.out.splitlines())
    assert [cell.strip() for cell in head if cell.strip()] == ["country", "sales"]
    assert [cell.strip() for cell in first if cell.strip()] == ["country=de", "completed", "de", "1 EUR"]
    assert [cell.strip() for cell in second if cell.strip()] == ["country=xx", "failed", NONE, NONE]
    assert [cell.strip() for cell in third if cell.strip()][2:] == ["f r", "3 EUR"]
    assert "completed, not as expected: not the whol" in done.out
    assert "a/n.ipynb, cell 2, line 2: KeyError: 'xx' [country=xx]; see .nbpeer/runs/a/n/country=xx.ipynb" in done.err
    assert (repo.path / "a/n.results.json").read_text() == "as it was"
    kept = sorted(path.name for path in (repo.path / ".nbpeer/runs/a/n").iterdir())
    assert [name.partition("-")[0] for name in kept] == [
        "country=de.ipynb", "country=de.results.json", "country=f_r,share=1", "country=f_r,share=1", "country=xx.ipynb",
    ]  # fmt: skip
    executed = parse_notebook((repo.path / ".nbpeer/runs/a/n/country=de.ipynb").read_bytes())
    assert executed.metadata["papermill"]["output_path"] == ".nbpeer/runs/a/n/country=de.ipynb"

    again = nbpeer("run", "a/n.ipynb", "--matrix", "m.yml", "--format", "json").json
    assert [(run["label"], run["status"], run["cached"]) for run in again["runs"]] == [
        ("country=de", "completed", True),
        ("country=xx", "failed", False),
        ("country=f r, share=1", "completed", True),
    ]
    assert again["runs"][2]["parameters"] == {"country": "f r", "share": 1}
    assert again["comparison"]["columns"] == ["country", "sales"]
    assert again["comparison"]["rows"][1] == {"label": "country=xx", "status": "failed", "values": ["", ""]}

    table = nbpeer("run", "a/n.ipynb", "--matrix", "m.yml", "--format", "markdown").out.splitlines()
    assert table[2] == "| country=de | completed, cached | de | 1 EUR |"


def test_a_set_is_refused_like_a_parameter_before_anything_runs(repo: GitRepository, nbpeer: Nbpeer) -> None:
    analysis(repo)
    repo.write("m.yml", "country: [de, 3]\n")
    done = nbpeer("run", "a/n.ipynb", "--matrix", "m.yml")
    assert (done.code, "parameter 'country' has to be a text, not 3" in done.err) == (2, True)
    repo.write("m.yml", "contry: [de]\n")
    assert "declares no parameter 'contry'; did you mean 'country'?" in nbpeer("run", "a", "--matrix", "m.yml").err
    repo.write("b.ipynb", making.notebook())
    done = nbpeer("run", ".", "--matrix", "m.yml")
    assert done.err == "nbpeer: --matrix runs one notebook, and these are 2; name one notebook\n"
    assert "gone.yml could not be read" in nbpeer("run", "a/n.ipynb", "--matrix", "gone.yml").err
    assert not (repo.path / ".nbpeer").exists()
