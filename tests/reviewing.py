"""An analysis on a branch, ready to be reviewed, in a real repository with two people."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import making
from nbpeer.model.digests import digest_bytes, source_digest
from nbpeer.model.notebook import parse_notebook
from nbpeer.model.result import (
    Certificate,
    Expectation,
    NamedResult,
    ResultsFile,
    encode_results,
    results_path,
)
from nbpeer.model.review import SignOff, decode_sign_off

if TYPE_CHECKING:
    from conftest import GitRepository

PATH = "analyses/pricing.ipynb"
ANALYST, REVIEWER, SECOND = "analyst@example.org", "reviewer@example.org", "second@example.org"
ANSWERS = {f"C{number}": "yes" for number in range(1, 10)}


def pricing(source: str = "rate = 0.0412\nprint(rate)\n", header: str = making.HEADER) -> dict[str, Any]:
    """The analysis as its author writes it."""
    cells = (making.markdown(f"# Results\n{_SECTIONS}"), making.code(source), making.code(_ASSIGNED))
    return making.notebook(*cells, header=header)


# What rule NBP202 asks of one, so that no warning is left.
_SECTIONS = "".join(
    f"\n## {title}\n\nWritten.\n"
    for title in (
        "Summary", "Question and decision", "Pre-analysis plan", "Data", "Method", "Checks", "Sample ratio",
        "Guardrails", "Segments", "Limitations", "What would change our mind", "Decision and review date",
    )
)  # fmt: skip
# What rule NBP408 asks of an A/B test.
_ASSIGNED = """from scipy import stats
planned_n = 100
assert stats.chisquare([50, 50]).pvalue > 0.001  # sample ratio
"""


def record(repo: GitRepository, conversion: float = 0.0412, *, held: bool = True, path: str = PATH) -> None:
    """Write the results file that a run of the notebook in the working tree leaves."""
    notebook = parse_notebook((repo.path / path).read_bytes(), path)
    orders = digest_bytes((repo.path / "analyses/orders.csv").read_bytes())
    found = ResultsFile(
        Certificate(source_digest(notebook), inputs={"analyses/orders.csv": orders}),
        {"conversion": NamedResult("conversion", "number", conversion, unit="%")},
        {"no duplicate users": Expectation("no duplicate users", held)},
    )
    repo.write(results_path(path), encode_results(found))


def begin(repo: GitRepository, notebook: dict[str, Any] | None = None) -> None:
    """main with data; on the branch `work` the analyst's committed analysis; then be the reviewer."""
    repo.write("analyses/orders.csv", "user,price\n1,9.5\n")
    repo.commit("data", author="Maintainer <maintainer@example.org>")
    repo.git("switch", "--quiet", "-c", "work")
    repo.write(PATH, notebook or pricing())
    record(repo)
    repo.commit("price test")
    repo.be(REVIEWER)


def answers_file(folder: Path, answers: dict[str, Any] | None = None) -> Path:
    """An answers file outside the repository."""
    path = folder / "answers.json"
    path.write_text(json.dumps(ANSWERS if answers is None else answers))
    return path


def sign_offs(repo: GitRepository) -> list[SignOff]:
    files = sorted((repo.path / ".nbpeer/signoffs").glob("*.json"))
    return [decode_sign_off(file.read_bytes(), file.name) for file in files]


def edit(repo: GitRepository, change: Any, path: str = PATH) -> None:
    """Apply a change to the notebook's JSON value and write it back as nbformat would."""
    value = json.loads((repo.path / path).read_text())
    change(value)
    repo.write(path, value)
