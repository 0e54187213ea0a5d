"""A name of what each file holds: the same for the same content, tracked, changed or new."""

from __future__ import annotations

from conftest import GitRepository
from nbpeer.repo.blobs import blobs


def test_every_file_that_git_would_add_has_the_name_of_its_content(repo: GitRepository) -> None:
    for name in ("clean", "changed", "gone", "a\nb", "é ü"):
        repo.write(f"{name}.ipynb", "same")
    repo.write(".gitignore", "ignored.ipynb\n")
    repo.commit()
    repo.write("changed.ipynb", "other")
    repo.write("new.ipynb", "other")
    repo.write("ne\nw.ipynb", "other")
    repo.write("ignored.ipynb", "other")
    (repo.path / "gone.ipynb").unlink()
    found = blobs(repo.path, lambda path: path.endswith(".ipynb"))
    same, other = found["clean.ipynb"], found["changed.ipynb"]
    assert same != other
    assert found == {
        "clean.ipynb": same,
        "a\nb.ipynb": same,
        "é ü.ipynb": same,
        "changed.ipynb": other,
        "new.ipynb": other,
        "ne\nw.ipynb": other,
    }


def test_staging_a_file_does_not_change_its_name(repo: GitRepository) -> None:
    repo.write("a.ipynb", "one")
    repo.commit()
    repo.write("a.ipynb", "two")
    before = blobs(repo.path, lambda path: True)
    repo.git("add", "a.ipynb")
    assert blobs(repo.path, lambda path: True) == before
