"""The journey of one analysis, as somebody makes it who has only installed nbpeer: commands and exit codes."""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

ANALYSIS = "analyses/orders.ipynb"
FRONT_MATTER = {
    "question": "Do customers whose orders arrive sooner order again?",
    "as_of": "2026-03-31",
    "review_on": "2027-06-30",
}
ANSWERS = "C1: yes\nC3: yes\nC8: yes\n"
# What a person would not see: an installation in a checkout, or a configuration, that is not the fresh one.
_FROM_OUTSIDE = ("PYTHON", "VIRTUAL_ENV", "GIT_", "GITHUB_", "CI_", "NBPEER_", "JUPYTER_")


class Step(NamedTuple):
    """One command, the exit code it must have, and a text that its output must hold."""

    command: str
    code: int = 0
    says: str = ""


class Broken(Exception):  # noqa: N818  # what is said of a step, not a mistake in a program
    """A step did not end as it should."""


FIRST = (
    Step("nbpeer --version", says="nbpeer 0."),
    Step("nbpeer init", says="created    nbpeer.toml"),
    Step("git add -A"),
    Step("git commit -qm set-up"),
    Step(f"nbpeer new exploratory {ANALYSIS}", says="exploratory"),
    Step(f"nbpeer check {ANALYSIS}", 1, "NBP203"),
)
RECORDED = (
    Step(f"nbpeer run {ANALYSIS}", says="completed"),
    Step(f"nbpeer check {ANALYSIS}", says="nothing found"),
    Step("git add -A"),
    Step("git commit -qm analysis"),
)
REVIEWED = (
    Step("nbpeer diff main...HEAD", says="slow minus fast"),
    Step("nbpeer status --base main", 1, "nobody has signed this content off"),
    Step("git config user.email reviewer@example.org"),
    Step("nbpeer packet --base main", says="packet.html"),
    Step(f"nbpeer sign {ANALYSIS} --base main --answers ../answers.yml"),
    Step("git add -A"),
    Step("git commit -qm sign-off"),
    Step("nbpeer status --base main", says="met"),
    Step("nbpeer verify --base main"),
    Step("nbpeer site", says="1 analysis"),
)
# What the base installation does in the same repository; the rest says in one line what to install. Rules that could
# not be applied are no pass, for the gate either.
LIGHT = (
    Step("nbpeer --version", says="nbpeer 0."),
    Step(f"nbpeer strip --verify {ANALYSIS}"),
    Step(f"nbpeer check {ANALYSIS}", 1, 'pip install "nbpeer[checks]"'),
    Step("nbpeer diff main...HEAD", says="slow minus fast"),
    Step("nbpeer status --base main", 1, "ruff is not installed"),
    Step("nbpeer verify --base main"),
    Step("nbpeer catalogue", says="Orders"),
    Step("nbpeer explain NBP203", says="placeholder-left"),
    Step(f"nbpeer run {ANALYSIS}", 2, 'pip install "nbpeer[run]"'),
    Step("nbpeer packet --base main", 2, 'pip install "nbpeer[packet]"'),
    Step("nbpeer site", 2, 'pip install "nbpeer[packet]"'),
)


def whole(scripts: Path, folder: Path) -> Path:
    """From an empty repository to a met gate and a site, with every extra; the repository. Raises Broken."""
    repository = folder / "team"
    repository.mkdir()
    (folder / "answers.yml").write_text(ANSWERS)
    environment = _environment(scripts, folder)
    walk(("git init -qb main", "git config user.name analyst", "git config user.email analyst@example.org"),
         repository, environment)  # fmt: skip
    walk(FIRST, repository, environment)
    fill(repository / ANALYSIS)
    walk(RECORDED, repository, environment)
    walk(("git switch -qc sooner",), repository, environment)
    path = repository / ANALYSIS
    path.write_text(path.read_text(encoding="utf-8").replace("2026-03-31\\", "2026-03-15\\"), encoding="utf-8")
    walk((*RECORDED, *REVIEWED), repository, environment)
    return repository


def light(scripts: Path, repository: Path) -> None:
    """What an installation without extras says of a repository that `whole` left. Raises Broken."""
    walk(LIGHT, repository, _environment(scripts, repository.parent))


def walk(steps: tuple[Step | str, ...], folder: Path, environment: Mapping[str, str]) -> None:
    """Run each step in a folder. Raises Broken at the first that does not end as it should."""
    for step in (Step(each) if isinstance(each, str) else each for each in steps):
        words = step.command.split()
        done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        said = done.stdout + done.stderr
        if done.returncode != step.code or step.says not in said or "Traceback" in said:
            raise Broken(f"{step.command}: exit code {done.returncode}, not {step.code} with {step.says!r}\n{said}")


def fill(path: Path) -> None:
    """Write into a new analysis what its template leaves to a person."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        text = "".join(cell["source"])
        if cell["cell_type"] == "raw":
            for key, value in FRONT_MATTER.items():
                text = re.sub(rf"\b{key}:.*", f"{key}: {value}", text)
            text = re.sub(r"  # .*", "", text)
        cell["source"] = text.replace("TODO ", "").splitlines(keepends=True)
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _environment(scripts: Path, home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FROM_OUTSIDE)}
    path = f"{scripts}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "PATH": path, "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}
