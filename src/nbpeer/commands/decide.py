"""`nbpeer decide`: what was chosen on an analysis, with its predictions, as a file that holds still."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.contents import content_of
from nbpeer.commands.metric_facts import registry_of
from nbpeer.commands.verify import verify
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.change import WORKTREE
from nbpeer.model.citations import is_versioned
from nbpeer.model.decision import DECISIONS, DecidedAnalysis, Decision, decode_decision
from nbpeer.model.digests import content_hash, results_digest
from nbpeer.model.front_matter import FrontMatter, parse_front_matter
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import ResultsFile
from nbpeer.registry.decisions import Said, draft, freeze
from nbpeer.registry.madr import Story, slug, with_front, with_key, write
from nbpeer.repo.decisions import numbers_given, read_decisions
from nbpeer.repo.store import read_notebook
from nbpeer.review.facts import command

_MOST_RESULTS = 8  # that the text of a decision repeats


class Deciding(NamedTuple):
    """What the person who decides says. `supersedes` is the number of a decision that this one replaces.

    `proposed`: write it without freezing it. `anyway`: also when nobody approved the analysis as it is.
    """

    said: Said
    day: datetime.date
    because: str = ""
    supersedes: int | None = None
    proposed: bool = False
    anyway: bool = False
    base: str | None = None


class Decided(msgspec.Struct, frozen=True):
    """The decision that was written, and what its maker should know."""

    decision: Decision
    notes: tuple[str, ...]


def decide(root: Path, config: Config, path: str, deciding: Deciding) -> Decided:
    """Write the decision on the analysis at `path`, or decide one that was proposed on it.

    Raises NbpeerError, and writes nothing, when the day is yet to come, there is no such analysis, it is not approved
    as it is (unless `anyway`), it is decided already, a prediction is not right, or of a metric and version that the
    registry does not have, or what it supersedes is not there.
    """
    if deciding.day > datetime.date.today():
        raise NbpeerError(f"{deciding.day} is yet to come", "a decision is recorded on its day, or later")
    analysis = _read(root, path)
    decisions, broken = read_decisions(root)
    old = _superseded(decisions, deciding.supersedes)
    proposed = _proposed(decisions, analysis, deciding)
    blank = _blank(root, config, analysis, deciding)
    if proposed:
        blank = msgspec.structs.replace(blank, number=proposed.number, path=proposed.path)
    made = draft(blank, analysis.front, analysis.results, deciding.said)
    _refuse_unknown_metrics(root, config, made)
    if not deciding.proposed:
        made = freeze(made, deciding.day)
    if not proposed:
        made, known = _numbered(root, made)
    else:
        known = ("the text below its front matter is as it was proposed: look it over",)
    _write(root, made, analysis, deciding, was_proposed=proposed is not None)
    if old:
        _supersede(root, old, made.number)
    notes = (*known, *_notes(made, deciding), *(f"{one.path} was not looked at: {one.problem}" for one in broken))
    return Decided(made, notes)


class _Analysis(NamedTuple):
    path: str
    notebook: Notebook
    front: FrontMatter
    results: ResultsFile | None
    content: str


def _read(root: Path, path: str) -> _Analysis:
    notebook = read_notebook(root, WORKTREE, path)
    if notebook is None:
        raise NbpeerError(f"{path} is not there", "a decision rests on an analysis: name its notebook")
    front = parse_front_matter(notebook)
    if front is None:
        raise NbpeerError(f"{path} has no front matter, so it is no analysis", "add it in the first cell")
    known = content_of(root, WORKTREE, path)
    if known is None:
        raise NbpeerError(f"the results of {path} cannot be read", command("run", path))
    source, results = known
    content = content_hash(source, results_digest(results.result_set) if results else None)
    return _Analysis(path, notebook, front, results, content)


def _proposed(decisions: tuple[Decision, ...], analysis: _Analysis, deciding: Deciding) -> Decision | None:
    """The decision proposed on this analysis. Raises NbpeerError when this content of it is decided already."""
    here = [one for one in decisions if one.analysis.path == analysis.path]
    same = [one for one in here if one.frozen and one.analysis.content == analysis.content]
    standing = [one for one in same if one.status != "superseded" and one.number != deciding.supersedes]
    if standing:
        number = standing[0].number
        hint = f"`nbpeer outcome {number}` shows it; --supersedes {number} replaces it"
        raise NbpeerError(f"{analysis.path} is decided already, in {standing[0].path}", hint)
    return next((one for one in here if one.status == "proposed" and not one.frozen), None)


def _refuse_unknown_metrics(root: Path, config: Config, made: Decision) -> None:
    """Raises NbpeerError for a prediction of a metric, by name and version, that is not in the registry there is."""
    versioned = [one.metric for one in made.predictions if is_versioned(one.metric)]
    registry = registry_of(root, config) if versioned else None
    if registry is not None:
        for metric in versioned:
            registry.cited(metric)


def _superseded(decisions: tuple[Decision, ...], number: int | None) -> Decision | None:
    if number is None:
        return None
    found = [one for one in decisions if one.number == number]
    if not found:
        raise NbpeerError(f"there is no decision {number:04}", "`nbpeer due --all` lists those that are open")
    if len(found) > 1:
        raise NbpeerError(f"{' and '.join(one.path for one in found)} share a number", "give one of them another")
    if found[0].status in ("proposed", "superseded"):
        raise NbpeerError(f"{found[0].path} is {found[0].status}", "only what was decided can be superseded")
    return found[0]


def _blank(root: Path, config: Config, analysis: _Analysis, deciding: Deciding) -> Decision:
    approved_by, why_not = _approval(root, config, analysis.path, deciding)
    if why_not and not (deciding.anyway or deciding.proposed):
        hint = f"have it reviewed ({command('review', analysis.path)}), or pass --anyway, and the decision says so"
        raise NbpeerError(f"{analysis.path} is not approved: {why_not}", hint, exit_code=1)
    decided = DecidedAnalysis(analysis.path, analysis.content, approved_by, why_not)
    return Decision(0, "", "", "proposed", decided, supersedes=deciding.supersedes)


def _approval(root: Path, config: Config, path: str, deciding: Deciding) -> tuple[tuple[str, ...], str]:
    """Who approved the analysis as it is, or why it is not approved."""
    try:
        report = verify(root, config, deciding.base, (path,))
    except NbpeerError as error:
        if not (deciding.anyway or deciding.proposed):
            raise
        return (), error.message
    found = next((one for one in report.analyses if one.path == path), None)
    if found is None:
        return (), "nobody has signed this content off"
    if not found.approved:
        return (), found.reason
    return tuple(sorted({one.reviewer for one in found.sign_offs if one.standing == "holds"})), ""


def _numbered(root: Path, made: Decision) -> tuple[Decision, tuple[str, ...]]:
    """The decision under the next number that was never given, and what to know of that number."""
    given = numbers_given(root)
    number = max(given, default=0) + 1
    name = slug(made.title)
    numbered = msgspec.structs.replace(made, number=number, path=f"{DECISIONS}/{number:04}-{name}.md")
    last = given.get(number - 1)
    if last is None or (root / last).is_file():
        return numbered, ()
    return numbered, (f"{number - 1:04} was given already, to {last} on another branch or in history",)


def _write(root: Path, made: Decision, analysis: _Analysis, deciding: Deciding, *, was_proposed: bool) -> None:
    if was_proposed:
        text = with_front((root / made.path).read_bytes().decode(), made)
    else:
        text = write(made, _story(made, analysis, deciding))
    content = text.encode()
    if decode_decision(content, made.path) != made and not was_proposed:
        raise NbpeerError(f"{made.path} would not say what was decided", "report this", exit_code=3)
    write_atomic(root / made.path, content)


def _story(made: Decision, analysis: _Analysis, deciding: Deciding) -> Story:
    named = analysis.results.result_set.results if analysis.results else ()
    predicted = {one.metric for one in made.predictions}
    told = [one for one in named if one.type in ("number", "text")]
    told.sort(key=lambda one: one.name not in predicted)
    lines = [f"{one.name}: {_shown(one.value)}{f' {one.unit}' if one.unit else ''}" for one in told[:_MOST_RESULTS]]
    more = [f"and {len(told) - _MOST_RESULTS} more in the analysis"] if len(told) > _MOST_RESULTS else []
    front = analysis.front
    return Story(
        question=front.question,
        title=front.title or analysis.path,
        to_decide=front.decision,
        because=deciding.because,
        results=(*lines, *more),
        caveats=analysis.results.caveats if analysis.results else (),
    )


def _shown(value: object) -> str:
    return f"{value:,.6g}" if isinstance(value, float) else " ".join(str(value).split())


def _supersede(root: Path, old: Decision, number: int) -> None:
    text = (root / old.path).read_bytes().decode()
    text = with_key(with_key(text, "status", "superseded", old.path), "superseded_by", number, old.path)
    write_atomic(root / old.path, text.encode())


def _notes(made: Decision, deciding: Deciding) -> list[str]:
    said = deciding.said.chosen or deciding.proposed
    notes = [] if said else ["chosen is what the analysis says is to be decided; --chosen says what was"]
    notes += [] if made.predictions else ["nothing is predicted: write `predictions`, or pass --predict"]
    bare = [one.metric for one in made.predictions if one.low80 is None]
    notes += [f"no interval for {', '.join(bare)}: it cannot count among the 80 % intervals"] if bare else []
    undated = [one.metric for one in made.predictions if one.by is None]
    notes += [f"no date for {', '.join(undated)}"] if undated else []
    notes += [] if made.outcome_review.due else ["no day to look at the outcome: pass --review-on DATE"]
    return notes
