"""Documentation and code say the same."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import making
from nbpeer import yaml
from nbpeer.cli.main import VERBS
from nbpeer.model.digests import BEHAVIOUR_TAGS, source_digest
from nbpeer.model.notebook import parse_notebook

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("example_analyses/*.md")])


def test_the_readme_lists_every_verb_and_no_other() -> None:
    listed = re.findall(r"^\| `nbpeer (\w+)", (ROOT / "README.md").read_text(), re.MULTILINE)
    assert sorted(listed) == sorted(VERBS)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_files_lead_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_documentation_is_built_without_a_warning(tmp_path: Path) -> None:
    """Sphinx warns of links that lead nowhere, pages in no list, and blocks that it cannot read."""
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-q",
        "-W",
        "--keep-going",
        "-d",
        tmp_path / "trees",
        ROOT / "docs",
        tmp_path / "html",
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    written = (tmp_path / "html" / "commands.html").read_text(encoding="utf-8")
    assert [verb for verb in VERBS if f"nbpeer {verb}" not in written] == []
    assert ".. option::" not in written, "the directive's own text stands on the page"


def test_the_recipe_for_the_source_digest_gives_our_digest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    content = making.text(making.notebook(making.code("alpha = 0.05\nβ = 1", tags=("parameters", "a note"))))
    (tmp_path / "pricing.ipynb").write_text(content, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    recipe = re.search(r"```python\n(.*?)```", (ROOT / "docs/digests.md").read_text(), re.DOTALL)
    assert recipe
    exec(recipe.group(1), {})
    assert capsys.readouterr().out.strip() == source_digest(parse_notebook(content))


def test_the_page_on_digests_lists_the_tags_that_count() -> None:
    page = (ROOT / "docs/digests.md").read_text()
    assert {tag for tag in BEHAVIOUR_TAGS if f"`{tag}`" not in page} == set()


def test_every_module_named_in_the_walk_through_exists() -> None:
    named = re.findall(r"`((?:[a-z]+/)?[a-z_]+\.py)`", (ROOT / "docs/how-a-run-flows.md").read_text())
    assert [name for name in named if not (ROOT / "src/nbpeer" / name).exists()] == []


def test_lock_and_constraint_files_hold_no_address() -> None:
    locks = [*ROOT.glob("constraints*.txt"), *ROOT.glob("**/yarn.lock"), *ROOT.glob("**/package-lock.json")]
    mine = [path for path in locks if ".venv" not in path.parts and "node_modules" not in path.parts]
    assert [path.name for path in mine if "://" in path.read_text()] == []


def test_every_test_that_the_threat_model_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", (ROOT / "docs/threats.md").read_text())
    assert len(named) > 20
    gone = [f"{path}::{name}" for path, name in named if f"def {name}(" not in (ROOT / path).read_text()]
    assert gone == []


def test_the_citation_is_of_this_release_and_licence() -> None:
    citation = yaml.load((ROOT / "CITATION.cff").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    version = json.loads((ROOT / "src/nbpeer-lab/package.json").read_text())["version"]
    assert citation["license"] == project["license"]
    assert citation["version"] == version.partition("-")[0]


def test_the_oldest_versions_are_the_lower_bounds_of_the_package_and_its_extras() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    extras = project["optional-dependencies"]
    users = [extras[name] for name in ("run", "packet", "checks", "dask", "lab", "github", "metrics")]
    bounds = {each.replace(">=", "==") for each in sum(users, project["dependencies"]) if ">=" in each}
    assert set((ROOT / "constraints-oldest.txt").read_text().split()) == bounds
