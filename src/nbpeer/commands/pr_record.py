"""Sign-offs given on a forge, kept in the pull request's own branch."""

from __future__ import annotations

from pathlib import Path

from nbpeer.commands.pr_judge import Judged
from nbpeer.commands.pr_look import PullTree
from nbpeer.errors import NbpeerError
from nbpeer.model.pull_request import Person, PullRequest
from nbpeer.model.review import SIGN_OFFS, SignOff, sign_off_path
from nbpeer.repo.remote import push
from nbpeer.repo.store import sign_off_files, write_sign_off
from nbpeer.repo.worktree import commit_files
from nbpeer.review.forge_words import address_of


def record(root: Path, tree: PullTree, pull: PullRequest, bot: Person, judged: Judged) -> tuple[str, str]:
    """Commit the approvals of a met gate to the pull request's branch and push it, never by force.

    The new commit ("" for none), and why there is none where there should be one: another repository, a push refused
    because somebody else pushed. What is kept already is left alone, so that its own push asks for no other.
    """
    new = _not_kept(tree, judged)
    if not judged.verdict.met or not new:
        return "", ""
    if pull.fork:
        return "", f"the sign-offs are not committed: {pull.head_ref} is in another repository, {pull.head_repository}"
    if any(_is_linked(tree.root, sign_off_path(sign_off)) for sign_off in new):
        return "", f"the sign-offs are not committed: a link stands at their place in {SIGN_OFFS}"
    paths = tuple(write_sign_off(tree.root, sign_off) for sign_off in new)
    names = ", ".join(dict.fromkeys(sign_off.analysis for sign_off in new))
    commit = commit_files(tree.root, paths, f"Sign-off of {names}", (bot.login, address_of(bot)))
    try:
        push(root, commit, pull.head_ref)
    except NbpeerError as error:
        return "", f"the sign-offs are not committed: {error.message}"
    return commit, ""


def _is_linked(root: Path, path: str) -> bool:
    """Whether what is written there would land elsewhere: the author of a pull request may have put a link there."""
    return (root / path).resolve() != root.resolve() / path


def _not_kept(tree: PullTree, judged: Judged) -> list[SignOff]:
    contents = {gate.path: gate.content for gate in judged.verdict.analyses}
    here = sign_off_files(tree.root, tree.head)
    return [
        one
        for one in judged.sign_offs
        if one.decision == "approve" and one.content == contents.get(one.analysis) and not _same(here, one)
    ]


def _same(here: dict[str, SignOff | str], sign_off: SignOff) -> bool:
    kept = here.get(sign_off_path(sign_off))
    return isinstance(kept, SignOff) and (kept.decision, kept.time) == (sign_off.decision, sign_off.time)
