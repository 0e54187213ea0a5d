"""A pull request's commits looked at apart from the working tree, whatever is checked out there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from nbpeer.commands.status import compared_with
from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version
from nbpeer.model.pull_request import PullRequest
from nbpeer.repo import git
from nbpeer.repo.remote import fetch_branch, fetch_commits
from nbpeer.repo.worktree import checked_out


class PullTree(NamedTuple):
    """A work tree with a pull request's head. `base` is the revision it is compared with, `before` their merge base.

    `config` is the head's own configuration, which holds only where the base has none.
    """

    root: Path
    config: Config
    base: str
    before: Version
    head: Version


@contextmanager
def pull_tree(root: Path, pull: PullRequest, base: str | None) -> Iterator[PullTree]:
    """Fetch a pull request's head and base, and check the head out in a temporary work tree.

    `base` is a revision of this clone, None for the branch the pull request goes into as the remote has it now. Raises
    NbpeerError when one of them cannot be had.
    """
    compared = base or fetch_branch(root, pull.base_ref)
    if fetch_commits(root, (pull.head_sha,), (f"refs/pull/{pull.number}/head",)):
        raise NbpeerError(
            f"the head {pull.head_sha[:7]} of pull request {pull.number} could not be fetched",
            "it may have been pushed away: try again",
            exit_code=3,
        )
    with checked_out(root, pull.head_sha) as tree:
        config = load_config(tree)
        before = compared_with(tree, config, compared)
        yield PullTree(tree, config, compared, before, git.resolve(tree, pull.head_sha))
