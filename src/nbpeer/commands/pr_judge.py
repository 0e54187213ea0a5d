"""The gate on a pull request: the same facts and the same judge as `nbpeer status`, with what was said on the forge."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from nbpeer.commands.contents import content_of
from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.commands.gather import gather, signatures
from nbpeer.commands.pr_hear import Heard
from nbpeer.commands.pr_look import PullTree
from nbpeer.commands.status import changed_against, questions_for
from nbpeer.forge.forge import Forge
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.digests import content_hash, results_digest
from nbpeer.model.pull_request import Person, PullRequest, Review
from nbpeer.model.review import AnalysisGate, GateVerdict, SignOff
from nbpeer.render.pr_status import Missing
from nbpeer.repo import git
from nbpeer.repo.history import authored
from nbpeer.repo.remote import fetch_commits
from nbpeer.repo.store import read_sign_offs
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.forge_words import Seen, address_of, answered, login_of, signed, unanswered, wrote
from nbpeer.review.gate import judge
from nbpeer.review.signed import NAME, address, fault_of, person, standing
from nbpeer.review.ticks import answers_by_item, names, same_person

_AGAIN = "take the tick away, and let a reviewer tick it"


class Judged(NamedTuple):
    """The verdict, the sign-offs that the forge's reviews are and that count, and what unmet analyses wait for.

    `label` is whether the base's configuration asks for the label of the gate.
    """

    verdict: GateVerdict
    sign_offs: tuple[SignOff, ...]
    missing: tuple[Missing, ...]
    label: bool = False

    @property
    def against(self) -> bool:
        """Whether somebody asks for changes to what is there now."""
        return any(one.against for one in self.missing)


class People(NamedTuple):
    """Whose words are those of authors: the pull request's own, and by address the accounts of its commits' authors."""

    author: Person
    accounts: dict[str, Person]

    def wrote(self, person: Person, facts: AnalysisFacts) -> bool:
        """Whether an account wrote the changes to an analysis, or made the pull request."""
        return same_person(person, self.author) or wrote(person, facts.authors, self.accounts)


class _Told(NamedTuple):
    """An analysis with what was said of it on the forge; `items` wait for an answer."""

    facts: AnalysisFacts
    sign_offs: tuple[SignOff, ...] = ()
    items: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def people_of(forge: Forge, pull: PullRequest, tree: PullTree) -> People:
    """The authors of a pull request as accounts. Git says which commits there are, the forge whose they are."""
    return People(pull.author, forge.commit_accounts(pull.number, authored(tree.root, tree.before, tree.head)))


def judge_pull(tree: PullTree, heard: Heard, people: People) -> Judged:
    """The gate's verdict on a pull request's head. Raises NbpeerError as `status`, and for an invalid sign-off."""
    trusted = gate_base(tree.root, tree.config, tree.before)
    kept, unproven = _files(tree, trusted, heard)
    gone = fetch_commits(tree.root, [review.commit for review in heard.reviews if review.commit])
    found = gather(trusted, tree.before, changed_against(trusted, tree.before), kept)
    paths = tuple(facts.path for facts in found)
    told = [_told(tree, facts, heard, people, paths) for facts in found]
    gates = tuple(judge(one.facts) for one in told)
    lost = [_lost(review) for review in heard.reviews if review.commit in gone or not review.commit]
    notes = [*trusted.notes, *(note for facts in found for note in facts.notes), *heard.notes, *lost]
    notes += [note for one in told for note in (*one.notes, *_unproven(one.facts, unproven))]
    missing = (_missing(one, gate) for one, gate in zip(told, gates, strict=True) if not gate.met)
    verdict = GateVerdict(tree.before.label, gates, tuple(dict.fromkeys(notes)))
    counting = (word for one in told for word in one.sign_offs if not fault_of(word, one.facts))
    return Judged(verdict, tuple(counting), tuple(missing), trusted.config.pr.label_gate)


def _told(tree: PullTree, facts: AnalysisFacts, heard: Heard, people: People, paths: tuple[str, ...]) -> _Told:
    if facts.problem:
        return _Told(facts)
    questions, asked = questions_for(facts), heard.mark_of(facts.path)
    counting = [said for said in heard.said if not people.wrote(said.person, facts)]
    names = git.former_names(tree.root, [f"{tree.before.commit}..{tree.head.commit}"], facts.path)
    seen = [(review, found) for review in heard.reviews if (found := _seen(tree, facts, review, names))]
    sign_offs = []
    for review, content in seen:
        said = answers_by_item(counting, review.author, paths, facts.path)
        sign_offs.append(signed(facts, review, content, answered(questions, said, facts.content), asked))
    authors = {address_of(review.author) for review, _ in seen if people.wrote(review.author, facts)}
    told = msgspec.structs.replace(facts, sign_offs=(*facts.sign_offs, *sign_offs), authors=facts.authors | authors)
    items = unanswered(questions, answers_by_item(counting, Person(""), paths, facts.path))
    return _Told(told, tuple(sign_offs), items, _in_vain(facts, heard, people, paths, items))


def _seen(tree: PullTree, facts: AnalysisFacts, review: Review, names: list[str]) -> Seen | None:
    """What a reviewer had before them of an analysis; None when it was not there, or the commit is not here."""
    if review.commit == tree.head.commit:
        return Seen(facts.source, facts.results_digest, facts.content)
    if not review.commit:
        return None
    version = Version("commit", review.commit)
    found = next((found for name in names if (found := content_of(tree.root, version, name))), None)
    if found is None:
        return None
    source, recorded = found
    results = results_digest(recorded.result_set) if recorded else None
    return Seen(source, results, content_hash(source, results))


def _in_vain(
    facts: AnalysisFacts, heard: Heard, people: People, paths: tuple[str, ...], items: tuple[str, ...]
) -> tuple[str, ...]:
    """Why items that look answered are not: who may not answer them did."""
    notes = []
    about = [said for said in (*heard.said, *heard.others) if names(said.where, paths) == facts.path]
    for said in about:
        if said.item in items and said.ticked:
            why = "is an author of the changes" if people.wrote(said.person, facts) else "may not write here"
            notes.append(f"{facts.path}: {said.item} was ticked by {said.person.login}, who {why}: {_AGAIN}")
    unknown = [item for item in heard.unclaimed.get(facts.path, ()) if item in items]
    notes += [f"{facts.path}: nobody known ticked {item} as nbpeer asks it: {_AGAIN}" for item in unknown]
    return tuple(notes)


def _files(tree: PullTree, base: GateBase, heard: Heard) -> tuple[tuple[SignOff, ...], tuple[SignOff, ...]]:
    """The sign-offs in the head's files that count, and the approvals among them that do not.

    Whoever may push can write a file: an approval counts by a signature that the base's signers vouch for, or when the
    base has the file. Of whoever spoke on the forge its word stands: a dismissed approval is gone though a file has it.
    """
    every = read_sign_offs(tree.root, WORKTREE)
    merged = frozenset(read_sign_offs(tree.root, base.version))
    vouched = signatures(base.signers, every) or {}
    signed_off = [one for one in every if vouched.get(one) == ""]
    silent = [one for one in every if one not in signed_off and address(one) not in heard.spoke]
    counting = [one for one in silent if one in merged or one.decision == "request_changes"]
    return (*signed_off, *counting), tuple(one for one in silent if one not in counting)


def _unproven(facts: AnalysisFacts, unproven: tuple[SignOff, ...]) -> list[str]:
    return [
        f"{facts.path}: {person(one)}'s approval is a file without a verified signature, which whoever may push can "
        "write: it does not count in a pull request; approve it there, or sign with a key that the base lists"
        for one in unproven
        if not facts.problem and one.content == facts.content
    ]


def _missing(told: _Told, gate: AnalysisGate) -> Missing:
    facts = told.facts
    standings = [] if facts.problem else standing(facts)
    counting = [one.sign_off for one in standings if not one.fault]
    lapsed = (one.sign_off for one in standings if one.fault and one.sign_off.content != facts.content)
    unmet = tuple(one.name for one in gate.conditions if not one.met and one.name != NAME)
    return Missing(
        path=facts.path,
        unmet=unmet[:1] if facts.problem else unmet,
        against=tuple(_name(one) for one in counting if one.decision == "request_changes"),
        lapsed=tuple(_name(one) for one in lapsed if one.decision == "approve"),
        approvals=sum(one.decision == "approve" for one in counting),
        reviewers=facts.checklist.reviewers,
        items=told.items,
    )


def _name(sign_off: SignOff) -> str:
    return login_of(sign_off.reviewer) or person(sign_off)


def _lost(review: Review) -> str:
    commit = review.commit[:7] or "a commit the forge does not name"
    return (
        f"{review.author.login}'s review of {commit} does not count: that commit cannot be fetched any more; "
        "it has to be given again"
    )
