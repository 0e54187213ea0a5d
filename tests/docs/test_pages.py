"""Every command that the documentation shows is run, and does and prints what the page says."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from page_blocks import differs, pages, read_page
from page_shell import prepare, run_page

ROOT = Path(__file__).parents[2]
PAGES = {str(path.relative_to(ROOT)): read_page(path.read_text(encoding="utf-8")) for path in pages(ROOT)}
WITH_COMMANDS = {name: page for name, page in PAGES.items() if any(not step.hidden for step in page.steps)}
# For each page, why commands on it do not run, and how many.
NOT_RUN: dict[str, dict[str, int]] = {
    "README.md": {"is about a clone of nbpeer, and runs these tests": 2, "needs a package index": 1},
    "CONTRIBUTING.md": {"is about a clone of nbpeer, and runs these tests": 7},
    "docs/adopt.md": {"needs a package index": 2},
    "docs/index.md": {"needs a package index": 1},
    "docs/lab.md": {"needs a package index": 1},
    "docs/pull-requests.md": {"needs a pull request on GitHub": 3},
    "docs/scale-out.md": {"needs a Dask cluster": 5, "needs a Kubernetes cluster": 3},
    "docs/tutorial.md": {"needs a package index": 1},
    "docs/vote.md": {"asks at a terminal": 1},
    "docs/write-a-rule.md": {"is about a clone of nbpeer, and runs these tests": 3},
}


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The repository of that name, made once."""
    made: dict[str, Path] = {}

    def ready(name: str) -> Path:
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            prepare(folder, name)
            made[name] = folder
        return made[name]

    return ready


@pytest.mark.parametrize("name", WITH_COMMANDS)
def test_the_commands_of_a_page_do_and_print_what_it_says(
    name: str, prepared: Callable[[str], Path], tmp_path: Path
) -> None:
    page = WITH_COMMANDS[name]
    shutil.copytree(prepared(page.begin), tmp_path / "at")
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text(
        "[user]\nname = analyst\nemail = analyst@example.org\n[init]\ndefaultBranch = main\n"
    )
    wrong = []
    for done in run_page(page, tmp_path / "at", home):
        where = f"{name}:{done.step.line}: {done.step.text}"
        if done.code not in done.step.codes:
            wrong.append(f"{where}\nends with {done.code}:\n{done.output}")
        elif done.step.shown and (problem := differs(done.step.shown, done.output)):
            wrong.append(f"{where}\n{problem}")
    assert not wrong, "\n\n".join(wrong)


def test_what_does_not_run_is_listed_here() -> None:
    """A command that cannot run carries the reason in a comment; nobody adds one without adding it here."""
    found: dict[str, dict[str, int]] = {}
    for name, page in PAGES.items():
        for _, why in page.not_run:
            found.setdefault(name, {})[why] = found.get(name, {}).get(why, 0) + 1
    assert found == NOT_RUN
