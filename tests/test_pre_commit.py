"""The hooks we offer and the hooks we use, run by the real pre-commit from a copy of this checkout."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer import yaml

ROOT = Path(__file__).parent.parent


def hook_file(name: str) -> list[dict[str, object]]:
    value = yaml.load((ROOT / name).read_text())
    return value if isinstance(value, list) else [hook for entry in value["repos"] for hook in entry["hooks"]]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> GitRepository:
    """What a clone of this checkout would hold, committed."""
    copy = GitRepository(tmp_path_factory.mktemp("our checkout"))
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    for name in subprocess.run(listed, cwd=ROOT, check=True, capture_output=True).stdout.split(b"\0"):
        path = ROOT / os.fsdecode(name)
        if name and path.is_file():
            copy.write(os.fsdecode(name), path.read_bytes())
    copy.git("init", "--quiet")
    for key, value in (("user.name", "analyst"), ("user.email", "analyst@example.org"), ("commit.gpgsign", "false")):
        copy.git("config", key, value)
    copy.commit("checkout")
    return copy


@pytest.fixture(scope="module")
def pre_commit_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One place for the environments that pre-commit builds, so that each is built once."""
    return tmp_path_factory.mktemp("pre-commit")


def run_hook(hook: str, repository: Path, home: Path) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PRE_COMMIT_HOME": str(home), "PRE_COMMIT_COLOR": "never", "PIP_NO_COMPILE": "1"}
    command = [sys.executable, "-m", "pre_commit", "run", "--all-files", hook]
    return subprocess.run(command, cwd=repository, env=environment, capture_output=True, text=True)


@pytest.fixture
def team(repo: GitRepository, checkout: GitRepository) -> GitRepository:
    """A team's repository that takes its hooks from the checkout, at its commit."""
    sha = checkout.git("rev-parse", "HEAD").strip()
    entry = {"repo": str(checkout.path), "rev": sha, "hooks": [{"id": "nbpeer-strip"}, {"id": "nbpeer-check"}]}
    repo.write(".pre-commit-config.yaml", yaml.dump({"repos": [entry]}))
    return repo


@pytest.mark.slow
def test_the_strip_hook_rewrites_what_is_dirty_and_nothing_else(team: GitRepository, pre_commit_home: Path) -> None:
    dirty = making.notebook(making.code("print(1)", outputs=[making.stream("1\n")], execution_count=1))
    changed = team.write("a b/-it's dirty ü.ipynb", dirty)
    clean = team.write("-clean.ipynb", making.notebook(making.code("print(1)")))
    before = clean.read_bytes(), clean.stat().st_mtime_ns
    team.commit()
    done = run_hook("nbpeer-strip", team.path, pre_commit_home)
    assert done.returncode == 1, done.stderr
    assert "files were modified by this hook" in done.stdout
    assert team.git("-c", "core.quotePath=false", "diff", "--name-only").strip() == "a b/-it's dirty ü.ipynb"
    assert "output_type" not in changed.read_text()
    assert (clean.read_bytes(), clean.stat().st_mtime_ns) == before
    team.commit()
    again = run_hook("nbpeer-strip", team.path, pre_commit_home)
    assert again.returncode == 0, again.stdout


@pytest.mark.slow
def test_the_strip_hook_leaves_the_working_copy_to_gits_filter(
    team: GitRepository, pre_commit_home: Path, nbpeer: Callable[..., Outcome]
) -> None:
    nbpeer("init")
    dirty = making.notebook(making.code("print(1)", outputs=[making.stream("1\n")], execution_count=1))
    path = team.write("a b/-dirty ü.ipynb", dirty)
    team.commit()
    done = run_hook("nbpeer-strip", team.path, pre_commit_home)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "output_type" in path.read_text()
    assert team.git("status", "--porcelain") == ""
    assert "output_type" not in team.git("show", "HEAD:a b/-dirty ü.ipynb")


@pytest.mark.slow
def test_the_check_hook_fails_with_the_finding_and_passes_without(team: GitRepository, pre_commit_home: Path) -> None:
    team.write("nbpeer.toml", '[check]\nselect = ["NBP601"]\n')
    path = team.write("a b/good.ipynb", making.notebook(making.code("print(1)")))
    team.commit()
    passed = run_hook("nbpeer-check", team.path, pre_commit_home)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    secret = "AKIA" + "Q3EGRIWZ5UUWXYZ7"
    path.write_text(making.text(making.notebook(making.code(f'key = "{secret}"'))))
    team.commit()
    failed = run_hook("nbpeer-check", team.path, pre_commit_home)
    assert failed.returncode == 1
    assert "NBP601" in failed.stdout
    assert "a b/good.ipynb" in failed.stdout


def test_a_commit_of_part_of_the_changes_is_stripped_and_leaves_the_rest(repo: GitRepository, tmp_path: Path) -> None:
    program = shlex.quote(str(Path(sys.executable).with_name("nbpeer")))
    hook = {"id": "strip", "name": "strip", "language": "system", "types_or": ["jupyter"], "require_serial": True}
    (offered,) = (each for each in hook_file(".pre-commit-hooks.yaml") if each["id"] == "nbpeer-strip")
    hook |= {"entry": str(offered["entry"]).replace("nbpeer", program, 1), "args": offered["args"]}
    repo.write(".pre-commit-config.yaml", yaml.dump({"repos": [{"repo": "local", "hooks": [hook]}]}))
    name = "a\nb 'c' \"d\".ipynb"
    code = making.code("x = 1", outputs=[making.stream("1\n")], execution_count=1)
    path = repo.write(name, making.notebook(code, making.markdown("later")))
    repo.git("add", "-A")
    command = [sys.executable, "-m", "pre_commit", "run"]
    environment = {**os.environ, "PRE_COMMIT_HOME": str(tmp_path / "pre-commit"), "PRE_COMMIT_COLOR": "never"}
    assert subprocess.run(command, cwd=repo.path, env=environment, capture_output=True).returncode == 1
    assert "output_type" not in path.read_text()
    repo.git("add", "-A")
    path.write_text(path.read_text().replace("later", "not yet"))
    done = subprocess.run(command, cwd=repo.path, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Stashing unstaged files" in done.stdout
    assert "not yet" in path.read_text()
    assert "later" in repo.git("show", f":{name}")


@pytest.mark.slow
def test_our_own_hooks_pass_on_a_fresh_clone(checkout: GitRepository, tmp_path: Path, pre_commit_home: Path) -> None:
    subprocess.run(["git", "clone", "--quiet", checkout.path, tmp_path / "fresh clone"], check=True)
    for hook in ("nbpeer-strip", "nbpeer-check", "ruff", "ruff-format"):
        done = run_hook(hook, tmp_path / "fresh clone", pre_commit_home)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "Passed" in done.stdout


def test_dependencies_are_those_of_the_package() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    checks = project["optional-dependencies"]["checks"]
    (offered,) = (hook for hook in hook_file(".pre-commit-hooks.yaml") if hook["id"] == "nbpeer-check")
    assert offered["additional_dependencies"] == checks
    own = {hook["id"]: hook["additional_dependencies"] for hook in hook_file(".pre-commit-config.yaml")}
    assert own["nbpeer-strip"] == own["nbpeer-check"] == [*project["dependencies"], *checks]
    assert own["ruff"] == own["ruff-format"] == [name for name in checks if name.startswith("ruff")]
