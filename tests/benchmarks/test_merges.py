"""Merges found in a history, and what is said of a tool's outcome."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from conftest import GitRepository
from making import code, notebook, stream, text

sys.path.insert(0, str(Path(__file__).parents[2]))
from benchmarks.merge import Outcome, judge
from benchmarks.merges import Case, replay


def made(*sources: str) -> bytes:
    return text(notebook(*(code(source) for source in sources), header=None)).encode()


@pytest.fixture
def case(repo: GitRepository) -> Case:
    """A merge whose person joined `b2` and `c2`; beside it a notebook that one side alone changed."""

    def commit(merged: bytes, alone: bytes) -> None:
        repo.write("merged.ipynb", merged)
        repo.write("alone.ipynb", alone)
        repo.commit()

    commit(made("a", "b", "c"), made("x"))
    repo.git("switch", "--quiet", "-c", "other")
    commit(made("a", "b", "c2"), made("y"))
    repo.git("switch", "--quiet", "main")
    commit(made("a", "b2", "c"), made("x"))
    repo.git("merge", "--quiet", "--no-commit", "-s", "ours", "other")
    repo.write("merged.ipynb", made("a", "b2", "c2"))
    repo.commit("merge")
    (found,) = replay(repo.path)
    return found


def test_a_notebook_that_both_sides_changed_is_found_with_what_was_committed(case: Case) -> None:
    assert (case.base, case.ours, case.theirs) == (made("a", "b", "c"), made("a", "b2", "c"), made("a", "b", "c2"))
    assert case.committed == made("a", "b2", "c2")


def test_an_outcome_is_judged_by_what_was_committed_and_by_what_the_sides_had(case: Case) -> None:
    good = judge(case, Outcome(case.committed, True, 0.5))
    assert good == (True, True, True, True, True, True, 500.0)
    assert not judge(case, Outcome(case.ours, True, 0)).equal
    assert not judge(case, Outcome(case.ours, True, 0)).nothing_lost
    assert not judge(case, Outcome(b"<<<<<<< {}", False, 0)).valid
    value = json.loads(case.committed)
    value["cells"][0]["outputs"] = [stream("from nowhere")]
    assert not judge(case, Outcome(json.dumps(value).encode(), True, 0)).unmixed
    value["cells"][0]["id"] = value["cells"][1]["id"]
    assert not judge(case, Outcome(json.dumps(value).encode(), True, 0)).valid


def test_people_who_kept_one_side_only_do_not_count_as_having_merged(case: Case) -> None:
    judged = judge(case._replace(committed=case.ours), Outcome(made("a", "b2", "c2"), True, 0))
    assert (judged.equal, judged.equal_both_kept) == (False, None)
