"""Whatever a stranger's document says: all that is posted is text in places of ours, and is posted once."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, example, given, settings

from nbpeer.commands.pr_post import post, write_step_summary
from nbpeer.config import PullRequestConfig
from nbpeer.forge.folder import Folder
from nbpeer.model.marks import ITEM, marks, ticked
from nbpeer.model.posting import Posting
from nbpeer.model.pull_request import Person, PullRequest
from nbpeer.render.pr_summary import NOTHING
from render.gfm import read
from render.test_escape import HOSTILE
from render.test_pr_comments import OURS, hostile_postings, saying

PULL = PullRequest(17, "A change", Person("bob", 3), "main", "a" * 40, "work", "b" * 40)
# Labels are allowed, and whoever the document names is to be asked.
EVERYTHING = PullRequestConfig(label_tier=True, label_gate=True, request_reviewers=True)
# docs/forges.md: what lies where.
PLACE = re.compile(
    r"17/(pull-request|reviewers)\.json|17/(comments|inline)/\d{4}-nbpeer\.(md|json)|commits/b{40}/checks/nbpeer\.json"
)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def is_text(markdown: str) -> bool:
    """Whether nothing but what nbpeer writes itself is in it, as GitHub reads it."""
    page = read(markdown)
    items = sum(one.kind == ITEM for one in marks(markdown))
    return page.names <= OURS and page.triggers == [] and page.boxes == items and ticked(markdown) == frozenset()


slowly = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def every_example(function: Any) -> Any:
    for text in HOSTILE:
        function = example(saying([text]))(function)
    return function


@every_example
@slowly
@given(hostile_postings())
def test_in_a_folder_it_is_text_in_places_of_ours_and_posting_it_again_writes_nothing(found: Posting) -> None:
    with tempfile.TemporaryDirectory() as place:
        forge = Folder(Path(place) / "review")
        forge.open(PULL)
        done = post(forge, 17, found, EVERYTHING, NOTHING)
        first = contents(Path(place))
        assert all(PLACE.fullmatch(name.removeprefix("review/")) for name in first)
        assert len(done.checklists) == len(found.analyses)
        texts = [one.body for one in (*forge.comments(17), *forge.inline_comments(17))]
        assert all(map(is_text, texts))
        assert done.asked == forge.requested(17) == ()  # nobody in this folder may review
        assert all(label.startswith("nbpeer: tier ") for label in forge.pull_request(17).labels)
        again = post(forge, 17, found, EVERYTHING, NOTHING)
        assert (again.inline, again.fixed) == (0, 0)
        assert contents(Path(place)) == first


@slowly
@given(hostile_postings())
def test_the_check_run_and_the_step_summary_are_text_too(found: Posting) -> None:
    with tempfile.TemporaryDirectory() as place:
        forge, step = Folder(Path(place) / "review"), Path(place) / "step.md"
        forge.open(PULL)
        post(forge, 17, found, EVERYTHING, NOTHING)
        write_step_summary(step, found, NOTHING)
        (run,) = forge.check_runs("b" * 40)
        assert is_text(step.read_text(encoding="utf-8"))
    assert is_text(run.summary)
    for one in run.annotations:
        assert not re.search(r"^\s*::|##\[", f"{one.title}\n{one.message}", re.MULTILINE)
