"""`nbpeer pr sync`: ticks and approvals read back, the gate judged, the commit status set."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nbpeer.commands.contents import content_of
from nbpeer.commands.pr_hear import Heard, hear
from nbpeer.commands.pr_judge import Judged, judge_pull, people_of
from nbpeer.commands.pr_look import PullTree, pull_tree
from nbpeer.commands.pr_record import record
from nbpeer.errors import NbpeerError
from nbpeer.forge.forge import Forge, ForgeError
from nbpeer.model.change import Version
from nbpeer.model.pull_request import CommitStatus, PullRequest, StatusState
from nbpeer.model.review import GateVerdict, SignOff
from nbpeer.render.pr_status import MOST_DESCRIPTION, description
from nbpeer.render.visible import visible
from nbpeer.repo.remote import fetch_commits

CONTEXT = "nbpeer/sign-off"
_ROUNDS = 3
_LABELS = ("nbpeer: gate met", "nbpeer: gate open")


class Synced(msgspec.Struct, frozen=True):
    """What was found in a pull request and said of it: the status of the commit `sha`.

    `sign_offs` are those its reviews are; `committed` is the commit that keeps them ("" for none).
    """

    number: int
    sha: str
    state: StatusState
    description: str
    verdict: GateVerdict
    target_url: str = ""
    sign_offs: tuple[SignOff, ...] = ()
    committed: str = ""
    notes: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether the gate is met."""
        return self.verdict.met


class GroupSynced(msgspec.Struct, frozen=True):
    """What was said of a commit of a merge queue, which holds the heads of several pull requests."""

    sha: str
    state: StatusState
    description: str
    pulls: tuple[Synced, ...]

    @property
    def met(self) -> bool:
        """Whether every pull request's gate is met, and what the queue made is what was approved."""
        return self.state == "success"


def sync(root: Path, forge: Forge, number: int, base: str | None = None, *, commit: bool = False) -> Synced:
    """Judge a pull request's head by what was said in it, and set the commit status.

    With `commit` the sign-offs of a met gate are committed to its branch. What cannot be judged, such as a damaged
    sign-off, is an `error` of the status too, and raised. Raises NbpeerError, and ForgeError.
    """
    pull = forge.pull_request(number)
    try:
        with pull_tree(root, pull, base) as tree:
            found, judged = _said(forge, pull, tree)
            found = _labelled(forge, found) if judged.label else found
            return _recorded(root, forge, (pull, tree), found, judged) if commit else found
    except ForgeError:
        raise
    except NbpeerError as error:
        if error.exit_code == 2 and base is None:  # a base that somebody typed wrong is nothing to tell others
            _set(forge, pull.head_sha, "error", f"cannot be judged: {error.message}", pull.url)
        raise


def sync_group(root: Path, forge: Forge, sha: str, base: str | None = None) -> GroupSynced:
    """Set the status of a merge queue's commit: success when the gate of every pull request in it is met, and its
    analyses say there what was approved. Raises as `sync`."""
    pulls = forge.pull_requests_of(sha)
    if not pulls:
        raise NbpeerError(f"no open pull request belongs to {sha[:7]}", "name the pull request by its number")
    if fetch_commits(root, (sha,)):
        raise NbpeerError(f"the queue's commit {sha[:7]} could not be fetched", "try again", exit_code=3)
    found: list[Synced] = []
    reasons: list[str] = []
    for pull in pulls:
        with pull_tree(root, pull, base) as tree:
            one, _ = _judged(forge, pull, tree, hear(forge, pull))
            found.append(one)
            reasons += [f"#{pull.number}: {one.description}"] if not one.met else []
            reasons += [f"#{pull.number}: {path} is not as it was approved" for path in _mixed(tree, sha, one)]
    unmet = any(one.state == "failure" for one in found) or any("not as it was" in reason for reason in reasons)
    state: StatusState = "failure" if unmet else "pending" if reasons else "success"
    said = "; ".join(reasons) or f"approved: {', '.join(f'#{pull.number}' for pull in pulls)}"
    _set(forge, sha, state, said, pulls[0].url)
    return GroupSynced(sha, state, said, tuple(found))


def _said(forge: Forge, pull: PullRequest, tree: PullTree) -> tuple[Synced, Judged]:
    """Judge and set the status, and again when somebody said something meanwhile: the job that was started by it may
    have set its status before this one."""
    heard = hear(forge, pull)
    for _ in range(_ROUNDS):
        found, judged = _judged(forge, pull, tree, heard)
        _set(forge, found.sha, found.state, found.description, found.target_url)
        before, heard = heard, hear(forge, pull)
        if heard == before:
            break
    return found, judged


def _judged(forge: Forge, pull: PullRequest, tree: PullTree, heard: Heard) -> tuple[Synced, Judged]:
    judged = judge_pull(tree, heard, people_of(forge, pull, tree))
    verdict = judged.verdict
    # Whoever waits is pending, not a red failure; a request for changes is an answer.
    state: StatusState = "success" if verdict.met else "failure" if judged.against else "pending"
    said = description(judged.missing, len(verdict.analyses))
    url = _address(pull, heard, judged)
    found = Synced(pull.number, pull.head_sha, state, said, verdict, url, judged.sign_offs, notes=verdict.notes)
    return found, judged


def _address(pull: PullRequest, heard: Heard, judged: Judged) -> str:
    """The checklist that waits, else the first one, else the pull request."""
    paths = [*(one.path for one in judged.missing), *(one.path for one in judged.verdict.analyses)]
    return next((heard.checklists[path].url for path in paths if path in heard.checklists), pull.url)


def _labelled(forge: Forge, found: Synced) -> Synced:
    """Label the pull request with the gate; that it is refused is a note, since the status has been set."""
    met, still_open = _LABELS if found.met else _LABELS[::-1]
    try:
        forge.label(found.number, add=(met,), remove=(still_open,))
    except ForgeError as error:
        return msgspec.structs.replace(found, notes=(*found.notes, f"the label could not be set: {error.message}"))
    return found


def _recorded(root: Path, forge: Forge, where: tuple[PullRequest, PullTree], found: Synced, judged: Judged) -> Synced:
    pull, tree = where
    sha, note = record(root, tree, pull, forge.myself(), judged)
    if sha:
        # A push with a workflow's own token starts no workflow that would say so of the new head.
        _set(forge, sha, found.state, found.description, found.target_url)
    notes = (*found.notes, note) if note else found.notes
    return msgspec.structs.replace(found, committed=sha, notes=notes)


def _mixed(tree: PullTree, sha: str, found: Synced) -> list[str]:
    """The analyses that say something else in the queue's commit than at the pull request's head."""
    group, paths = Version("commit", sha), [one.path for one in found.verdict.analyses]
    return [path for path in paths if content_of(tree.root, group, path) != content_of(tree.root, tree.head, path)]


def _set(forge: Forge, sha: str, state: StatusState, said: str, url: str) -> None:
    shown = visible(" ".join(said.split()))
    shown = shown if len(shown) <= MOST_DESCRIPTION else f"{shown[: MOST_DESCRIPTION - 1].rstrip()}…"
    forge.set_status(CommitStatus(CONTEXT, sha, state, shown, url))
