from __future__ import annotations

from conftest import GitRepository
from nbpeer.registry.madr import Story, write
from nbpeer.repo.decisions import FirstDecided, decision_files, first_decided, numbers_given, read_decisions
from registry.deciding import decision

DECIDED = write(decision(), Story("Does it pay?", "Price test"))
PROPOSED = write(decision(status="proposed"), Story("Does it pay?", "Price test"))


def test_without_a_commit_the_working_tree_says_which_numbers_are_given(repo: GitRepository) -> None:
    assert numbers_given(repo.path) == {}
    repo.write("decisions/0003-a.md", DECIDED)
    repo.write("decisions/notes.md", "# Notes\n")
    assert numbers_given(repo.path) == {3: "decisions/0003-a.md"}
    assert first_decided(repo.path) == {}


def test_numbers_of_other_branches_of_history_and_of_merges_count(repo: GitRepository) -> None:
    repo.commit("first")
    for branch, number in (("one", 1), ("two", 2)):
        repo.git("switch", "--quiet", "-c", branch, "main")
        repo.write(f"decisions/{number:04}-x.md", DECIDED)
        repo.commit(branch)
    repo.git("merge", "--quiet", "--no-commit", "--no-ff", "one")
    repo.write("decisions/0003-made-in-the-merge.md", DECIDED)
    repo.commit("merge")
    repo.git("switch", "--quiet", "main")
    repo.write("decisions/0009-gone.md", DECIDED)
    repo.commit("nine")
    repo.git("rm", "--quiet", "decisions/0009-gone.md")
    repo.commit("not nine")
    assert sorted(numbers_given(repo.path)) == [1, 2, 3, 9]
    assert decision_files(repo.path) == ()


def test_numbers_of_a_remote_count_once_they_are_fetched(repo: GitRepository) -> None:
    repo.commit("first")
    other = GitRepository(repo.path.parent / "other")
    other.git("clone", "--quiet", str(repo.path), ".")
    other.write("decisions/0005-x.md", DECIDED)
    other.commit("five")
    repo.git("remote", "add", "origin", str(other.path))
    assert numbers_given(repo.path) == {}
    repo.git("fetch", "--quiet", "origin")
    assert numbers_given(repo.path) == {5: "decisions/0005-x.md"}


def test_the_first_commit_that_holds_a_decision_as_decided_is_found(repo: GitRepository) -> None:
    repo.write("decisions/0007-price.md", PROPOSED)
    repo.commit("proposed")
    assert first_decided(repo.path) == {}
    repo.write("decisions/0007-price.md", DECIDED)
    held = (repo.path / "decisions/0007-price.md").read_bytes()
    first = FirstDecided(repo.commit("decided"), decision().frozen, held)
    repo.write("decisions/0007-price.md", DECIDED.replace("status: decided", "status: reviewed"))
    repo.commit("reviewed")
    assert first_decided(repo.path) == {"decisions/0007-price.md": first}
    repo.git("rm", "--quiet", "decisions/0007-price.md")
    repo.commit("gone")
    assert first_decided(repo.path) == {"decisions/0007-price.md": first}


def test_what_can_be_read_is_read_and_what_cannot_is_named(repo: GitRepository) -> None:
    repo.write("decisions/0001-fine.md", DECIDED)
    repo.write("decisions/0002-broken.md", DECIDED.replace("status: decided", "status: [", 1))
    repo.write("decisions/0003-other.md", "# Use PostgreSQL\n")
    found, broken = read_decisions(repo.path)
    assert [one.path for one in found] == ["decisions/0001-fine.md"]
    assert [one.path for one in broken] == ["decisions/0002-broken.md"]
    assert broken[0].problem.startswith("decisions/0002-broken.md, line ")
