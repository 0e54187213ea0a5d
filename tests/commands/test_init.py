"""`nbpeer init` on real repositories."""

from __future__ import annotations

import stat
import subprocess
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

import making
from conftest import GitRepository, Outcome
from nbpeer.config import Config, load_config, parse_config
from nbpeer.repo.setup import settings_text

Nbpeer = Callable[..., Outcome]
WRITTEN = [
    ".gitattributes",
    ".github/pull_request_template.md",
    ".gitignore",
    ".pre-commit-config.yaml",
    "nbpeer.toml",
    "nbpeer_templates/README.md",
]


def files(root: Path) -> dict[str, tuple[bytes, int]]:
    """Every file outside .git, and git's configuration: content and mtime."""
    found = [path for path in root.rglob("*") if path.is_file() and ".git" not in path.relative_to(root).parts]
    found += [path for name in ("config", "info/attributes") if (path := root / ".git" / name).exists()]
    return {str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


def outcomes(done: Outcome) -> dict[str, str]:
    return {step["path"]: step["outcome"] for step in done.json["steps"]}


def test_a_new_repository_without_a_commit_gets_everything(nbpeer: Nbpeer, repo: GitRepository) -> None:
    done = nbpeer("init")
    assert (done.code, done.err) == (0, "")
    assert sorted(files(repo.path)) == sorted([*WRITTEN, ".git/config"])
    assert [line.split()[0] for line in done.out.splitlines()] == ["created"] * 6 + ["appended", "Next:"]
    assert load_config(repo.path) == Config()
    assert repo.git("check-attr", "filter", "analyses/a.ipynb").endswith("filter: nbpeer\n")
    assert repo.git("config", "filter.nbpeer.required") == "true\n"
    assert repo.git("check-ignore", ".nbpeer/runs/a.ipynb", ".nbpeer/cache/a").count("\n") == 2


def test_the_command_it_ends_with_commits_what_it_wrote(nbpeer: Nbpeer, repo: GitRepository) -> None:
    done = nbpeer("init")
    command = done.out.splitlines()[-1].removeprefix("Next: ")
    subprocess.run(command, shell=True, cwd=repo.path, check=True, capture_output=True)
    assert repo.git("status", "--porcelain") == ""
    assert sorted(repo.git("ls-files").split()) == WRITTEN


def test_doing_it_again_changes_nothing_and_says_so(nbpeer: Nbpeer, repo: GitRepository) -> None:
    nbpeer("init")
    before = files(repo.path)
    done = nbpeer("init", "--force", "--format", "json")
    assert done.code == 0
    assert set(outcomes(done).values()) == {"unchanged"}
    assert files(repo.path) == before


def test_a_dry_run_says_the_same_and_writes_nothing(nbpeer: Nbpeer, repo: GitRepository) -> None:
    before = files(repo.path)
    planned = nbpeer("init", "--dry-run")
    assert files(repo.path) == before
    assert planned.out.startswith("Dry run: nothing is written.\n")
    done = nbpeer("init")
    assert planned.out.splitlines()[1:-1] == done.out.splitlines()[:-1]


def test_it_sets_up_the_whole_repository_from_a_folder_inside(nbpeer: Nbpeer, repo: GitRepository) -> None:
    (repo.path / "analyses").mkdir()
    assert nbpeer("init", cwd=repo.path / "analyses").code == 0
    assert (repo.path / "nbpeer.toml").exists()
    assert list((repo.path / "analyses").iterdir()) == []


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("end", ["", "\n"])
def test_pyproject_keeps_every_byte_and_gains_the_table(
    nbpeer: Nbpeer, repo: GitRepository, newline: str, end: str
) -> None:
    before = f"# ours{newline}[tool.black]{newline}line-length  = 99  # wide{end and newline}"
    path = repo.write("pyproject.toml", before.encode())
    assert nbpeer("init").code == 0
    after = path.read_bytes().decode()
    assert after.startswith(before)
    assert (after.count("\r\n") == after.count("\n")) == (newline == "\r\n")
    assert tomllib.loads(after)["tool"].keys() == {"black", "nbpeer"}
    assert not (repo.path / "nbpeer.toml").exists()


def test_a_pyproject_that_cannot_be_extended_gets_a_file_beside_it(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write("pyproject.toml", "tool = {black = {line-length = 99}}\n")
    before = path.read_bytes()
    assert nbpeer("init").code == 0
    assert path.read_bytes() == before
    assert load_config(repo.path) == Config()
    assert (repo.path / "nbpeer.toml").exists()


@pytest.mark.parametrize("table", ["", "tool.nbpeer"])
def test_the_comments_of_the_configuration_state_the_defaults(table: str) -> None:
    def uncommented(line: str) -> str:
        return line.removeprefix("# ") if "=" in line or line.startswith("# [") else line

    text = "\n".join(uncommented(line) for line in settings_text(table).splitlines())
    assert parse_config(text.encode(), "nbpeer.toml", tuple(table.split(".")) if table else ()) == Config()
    assert text.count(" = ") == 8


def test_existing_files_are_longer_and_otherwise_the_same(nbpeer: Nbpeer, repo: GitRepository) -> None:
    old = {
        ".gitignore": "*.pyc",
        ".gitattributes": "*.png binary\n",
        ".pre-commit-config.yaml": "# ours\nrepos:\n- repo: meta  # built in\n  hooks:\n  - id: identity\n",
    }
    for name, text in old.items():
        repo.write(name, text)
    assert nbpeer("init").code == 0
    for name, text in old.items():
        assert (repo.path / name).read_text().startswith(text)
    ours = "*.ipynb filter=nbpeer diff=nbpeer merge=nbpeer\n"
    assert (repo.path / ".gitattributes").read_text() == f"*.png binary\n{ours}"


def test_a_rival_filter_is_named_and_left_and_the_rest_is_done(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write(".gitattributes", "*.ipynb filter=nbstripout\n")
    done = nbpeer("init", "--format", "json")
    assert done.code == 1
    assert outcomes(done).pop(".gitattributes") == "refused"
    assert "filter=nbstripout" in next(step["detail"] for step in done.json["steps"] if "attr" in step["path"])
    assert path.read_text() == "*.ipynb filter=nbstripout\n"
    assert done.json["todo"] == "nbpeer init --from nbstripout"
    assert all((repo.path / name).exists() for name in WRITTEN)


def test_force_wins_over_a_rival_filter_and_keeps_its_line(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write(".gitattributes", "*.ipynb filter=nbstripout\n")
    assert nbpeer("init", "--force").code == 0
    assert path.read_text() == "*.ipynb filter=nbstripout\n*.ipynb filter=nbpeer diff=nbpeer merge=nbpeer\n"
    assert repo.git("check-attr", "filter", "a.ipynb").endswith("filter: nbpeer\n")
    assert nbpeer("init").code == 0


def test_force_wins_over_a_rival_filter_of_this_clone_alone(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write(".git/info/attributes", "*.ipynb filter=nb-clean\n")
    assert nbpeer("init").code == 1
    assert nbpeer("init", "--force").code == 0
    assert path.read_text().endswith(" filter=nb-clean\n*.ipynb filter=nbpeer diff=nbpeer merge=nbpeer\n")
    assert repo.git("check-attr", "filter", "a.ipynb").endswith("filter: nbpeer\n")


def test_the_drivers_of_another_tool_for_diffs_are_left_and_the_filter_is_set_up(
    nbpeer: Nbpeer, repo: GitRepository
) -> None:
    path = repo.write(".gitattributes", "*.ipynb diff=jupyternotebook\n")
    assert nbpeer("init").code == 0
    assert path.read_text() == "*.ipynb diff=jupyternotebook\n*.ipynb filter=nbpeer merge=nbpeer\n"
    assert set(outcomes(nbpeer("init", "--format", "json")).values()) == {"unchanged"}


def test_a_set_up_from_before_there_were_other_drivers_is_completed(nbpeer: Nbpeer, repo: GitRepository) -> None:
    path = repo.write(".gitattributes", "*.ipynb filter=nbpeer\n*.png binary\n")
    assert nbpeer("init").code == 0
    assert path.read_text() == "*.ipynb filter=nbpeer diff=nbpeer merge=nbpeer\n*.png binary\n"


def test_a_folder_that_insists_on_a_rival_filter_is_named_even_with_force(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("old/a.ipynb", making.notebook())
    repo.write("old/.gitattributes", "*.ipynb filter=lfs\n")
    nbpeer("init", "--force")
    before = files(repo.path)
    done = nbpeer("init", "--force")
    assert done.code == 1
    assert "filter=lfs, set in a folder's own .gitattributes" in done.out
    assert files(repo.path) == before


def test_notebooks_exempt_from_filters_are_no_rival(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write("raw/a.ipynb", making.notebook())
    repo.write(".gitattributes", "raw/*.ipynb -filter\n")
    assert nbpeer("init").code == 0
    assert repo.git("check-attr", "filter", "a.ipynb", "raw/a.ipynb").split()[2::3] == ["nbpeer", "unset"]


@pytest.mark.parametrize("name", [".github/PULL_REQUEST_TEMPLATE.md", "docs/pull_request_template.md"])
def test_somebodys_pull_request_template_is_left_unless_forced(nbpeer: Nbpeer, repo: GitRepository, name: str) -> None:
    path = repo.write(name, "Say what you did.\n")
    done = nbpeer("init", "--format", "json")
    assert (done.code, outcomes(done)[name]) == (1, "refused")
    assert path.read_text() == "Say what you did.\n"
    assert nbpeer("init", "--force").code == 0
    assert path.read_text().startswith("Say what you did.\n\n<!-- nbpeer:")
    assert nbpeer("init").code == 0
    assert len([path for path in repo.path.rglob("*") if path.name.lower() == "pull_request_template.md"]) == 1


def test_without_the_filter_git_is_left_alone(nbpeer: Nbpeer, repo: GitRepository) -> None:
    before = (repo.path / ".git/config").read_bytes()
    assert nbpeer("init", "--no-filter").code == 0
    assert (repo.path / ".git/config").read_bytes() == before
    assert not (repo.path / ".gitattributes").exists()
    assert (repo.path / ".pre-commit-config.yaml").exists()


def test_a_filter_of_another_installation_is_replaced(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.git("config", "filter.nbpeer.process", "/gone/python -I gitfilter.py process")
    done = nbpeer("init", "--format", "json")
    assert (done.code, outcomes(done)[".git/config"]) == (0, "changed")
    assert "/gone/" not in repo.git("config", "filter.nbpeer.process")


def test_links_and_modes_are_kept(nbpeer: Nbpeer, repo: GitRepository) -> None:
    real = repo.write("config/ignore", "*.pyc\n")
    (repo.path / ".gitignore").symlink_to("config/ignore")
    executable = repo.write("pyproject.toml", "")
    executable.chmod(0o750)
    assert nbpeer("init").code == 0
    assert (repo.path / ".gitignore").is_symlink()
    assert ".nbpeer/runs/" in real.read_text()
    assert stat.S_IMODE(executable.stat().st_mode) == 0o750


BAD_INPUT = {
    "broken pyproject": ("pyproject.toml", b"[tool\n", "pyproject.toml is not valid TOML"),
    "unknown key": ("nbpeer.toml", b"excludes = []\n", "unknown key 'excludes'"),
    "key the filter refuses": ("nbpeer.toml", b"[strip]\nextra-keys = ['colab']\n", "colab"),
    "pyproject not text": ("pyproject.toml", b"\xff", "pyproject.toml is not valid TOML"),
    "broken YAML": (".pre-commit-config.yaml", b"repos: [\n", ".pre-commit-config.yaml is not valid YAML, line 2"),
    "repos no list": (".pre-commit-config.yaml", b"repos: 3\n", "`repos` is not a list"),
    "YAML list": (".pre-commit-config.yaml", b"- repo: meta\n", "not a mapping"),
    "hooks not text": (".pre-commit-config.yaml", b"\xff", "not UTF-8 text (byte 0)"),
    "ignore not text": (".gitignore", b"\xff\n", ".gitignore is not UTF-8 text"),
}


@pytest.mark.parametrize("name, content, message", BAD_INPUT.values(), ids=BAD_INPUT.keys())
def test_a_file_it_cannot_understand_stops_everything(
    nbpeer: Nbpeer, repo: GitRepository, name: str, content: bytes, message: str
) -> None:
    repo.write(name, content)
    before = files(repo.path)
    done = nbpeer("init", "--force")
    assert done.code == 2
    assert message in done.err
    assert (done.out, done.err.count("\n")) == ("", 1)
    assert files(repo.path) == before


def test_a_read_only_file_stops_everything(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write(".gitignore", "*.pyc\n").chmod(0o444)
    before = files(repo.path)
    done = nbpeer("init")
    assert (done.code, done.err) == (2, "nbpeer: .gitignore is read-only; chmod u+w .gitignore\n")
    assert files(repo.path) == before


@pytest.mark.parametrize("name", [".gitattributes", ".github"])
def test_a_folder_for_a_file_or_a_file_for_a_folder_stops_everything(
    nbpeer: Nbpeer, repo: GitRepository, name: str
) -> None:
    if name == ".github":
        repo.write(name, "a file")
    else:
        (repo.path / name).mkdir()
    before = files(repo.path)
    done = nbpeer("init")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert name in done.err
    assert files(repo.path) == before


def test_a_link_that_leaves_the_repository_stops_everything(
    nbpeer: Nbpeer, repo: GitRepository, tmp_path: Path
) -> None:
    outside = tmp_path / "profile"
    outside.write_text("mine\n")
    (repo.path / ".gitignore").symlink_to(outside)
    done = nbpeer("init")
    assert (done.code, "leaves the repository" in done.err) == (2, True)
    assert outside.read_text() == "mine\n"


def test_outside_a_repository(nbpeer: Nbpeer, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    done = nbpeer("init", cwd=tmp_path / "elsewhere")
    assert done.code == 2
    assert "is not inside a git repository; run `git init` there first" in done.err
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_bare_repository(nbpeer: Nbpeer, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", "--bare", tmp_path / "bare"], check=True)
    before = sorted((tmp_path / "bare").iterdir())
    done = nbpeer("init", cwd=tmp_path / "bare")
    assert (done.code, "bare repository" in done.err) == (2, True)
    assert sorted((tmp_path / "bare").iterdir()) == before


def test_git_configuration_that_is_locked_changes_no_file(nbpeer: Nbpeer, repo: GitRepository) -> None:
    repo.write(".git/config.lock", "")
    before = files(repo.path)
    done = nbpeer("init")
    assert (done.code, done.err.count("\n")) == (2, 1)
    assert "git config failed" in done.err
    assert files(repo.path) == before


def test_a_path_git_must_quote(nbpeer: Nbpeer, tmp_path: Path) -> None:
    odd = GitRepository(tmp_path / "it's a \"team's\" repo ü")
    odd.git("init", "--quiet")
    odd.write("a b/ü 'x'.ipynb", making.notebook())
    assert nbpeer("init", cwd=odd.path).code == 0
    assert nbpeer("init", cwd=odd.path / "a b").out.count("unchanged") == 7
