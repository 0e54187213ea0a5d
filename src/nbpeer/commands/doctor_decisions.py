"""What the doctor asks of a clone's decisions: can they be read, are their numbers their own, did they hold still."""

from __future__ import annotations

import shlex

from nbpeer.commands.decision_facts import DecisionFacts
from nbpeer.commands.doctor_clone import Clone
from nbpeer.model.decision import decision_number
from nbpeer.model.setup import Diagnosis
from nbpeer.registry.frozen import shared_numbers
from nbpeer.repo.decisions import decision_files, numbers_given, read_decisions

_NAME = "decisions"


def decisions(here: Clone) -> Diagnosis:
    """The first thing that is wrong with the decisions, the worst first."""
    found, broken = read_decisions(here.root)
    if broken:
        mend = f"nbpeer outcome {decision_number(broken[0].path)}" if len(broken) == 1 else ""
        return Diagnosis(
            _NAME, "problem", broken[0].problem, "nobody is told when it is due, and no rate counts it", mend
        )
    ours = {one.path for one in found}
    shared = [paths for paths in shared_numbers(decision_files(here.root)).values() if ours & set(paths)]
    if shared:
        return _shared(here, shared[0])
    missing = [one for one in found if not (here.root / one.analysis.path).is_file()]
    if missing:
        text = f"{missing[0].path} rests on {missing[0].analysis.path}, which is not here"
        meaning = "no check looks at it; when the notebook was moved, write its new path, which no digest covers"
        mend = f"git log --oneline -- {shlex.quote(missing[0].analysis.path)}"
        return Diagnosis(_NAME, "warning", text, meaning, mend)
    facts = DecisionFacts(here.root)
    edited = [fact for path in sorted({one.analysis.path for one in found}) for fact in facts.of(path) if fact.edits]
    if edited:
        text = f"{edited[0].path} was changed since it was decided: {edited[0].edits[0]}"
        return Diagnosis(_NAME, "problem", text, "what was predicted holds still", "nbpeer explain NBP411")
    if not found:
        return Diagnosis(_NAME, "ok", "none yet")
    return Diagnosis(_NAME, "ok", f"{len(found)}, each with its own number, none changed since it was decided")


def _shared(here: Clone, paths: tuple[str, ...]) -> Diagnosis:
    free = max(numbers_given(here.root), default=0) + 1
    last = paths[-1]
    new = f"{last.rpartition('/')[0]}/{free:04}-{last.rpartition('/')[2].partition('-')[2]}"
    text = f"{' and '.join(paths)} share a number"
    meaning = "two branches each gave the next number, and git merged them without a word"
    return Diagnosis(_NAME, "problem", text, meaning, f"git mv {shlex.quote(last)} {shlex.quote(new)}")
