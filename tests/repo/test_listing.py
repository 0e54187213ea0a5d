"""Which notebooks a folder holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from conftest import GitRepository
from nbpeer.errors import NbpeerError
from nbpeer.repo.listing import notebooks_below, work_tree


def test_a_work_tree_is_found_from_below_and_from_itself(repo: GitRepository, tmp_path: Path) -> None:
    below = repo.write("a/b/c.ipynb", "").parent
    assert work_tree(below) == work_tree(repo.path) == repo.path
    assert work_tree(tmp_path) is None


def test_only_the_notebooks_below_the_folder_are_listed(repo: GitRepository) -> None:
    repo.write("a.ipynb", "")
    inside = [repo.write(name, "") for name in ("below/a.ipynb", "below/b/a.ipynb")]
    assert notebooks_below(repo.path / "below") == inside


def test_a_conflicted_notebook_is_listed_once(repo: GitRepository) -> None:
    path = repo.write("a.ipynb", "base")
    repo.commit()
    repo.git("checkout", "--quiet", "-b", "theirs")
    path.write_text("theirs")
    repo.commit()
    repo.git("checkout", "--quiet", "main")
    path.write_text("ours")
    repo.commit()
    with pytest.raises(Exception, match="merge"):
        repo.git("merge", "theirs")
    assert notebooks_below(repo.path) == [path]


@pytest.mark.parametrize("extension", ["IPYNB", "Ipynb", "ipynB"])
def test_capitals_hide_no_notebook_inside_a_repository_or_outside(
    repo: GitRepository, tmp_path: Path, extension: str
) -> None:
    inside = repo.write(f"below/a.{extension}", "")
    outside = tmp_path / f"b.{extension}"
    outside.write_text("")
    assert notebooks_below(repo.path / "below") == [inside]
    repo.commit()
    assert notebooks_below(repo.path) == [inside]
    assert outside in notebooks_below(tmp_path)


def test_git_refusing_is_one_line(repo: GitRepository) -> None:
    (repo.path / ".git/config").write_text("[core\n")
    with pytest.raises(NbpeerError, match="git cannot list the files of"):
        notebooks_below(repo.path)
