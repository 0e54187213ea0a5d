"""One analysis as an entry of the catalogue."""

from __future__ import annotations

import posixpath
from datetime import UTC, datetime
from typing import NamedTuple

from nbpeer.checks.sections import lines_under
from nbpeer.model.catalogue import AnalysisStatus, CatalogueEntry, HeadlineResult, Reviewed
from nbpeer.model.citations import citations
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.metric import split_citation
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import Figure, ResultsFile, Table
from nbpeer.naming import without_extension
from nbpeer.render.numbers import number_text
from nbpeer.repo.timeline import Touch
from nbpeer.review.facts import AnalysisFacts
from nbpeer.review.signed import person, signed_at, signed_off

ANSWERS = frozenset({"summary", "tldr", "tl;dr", "answer", "executive summary", "abstract"})
_LONGEST = 4000  # characters of an answer


class Known(NamedTuple):
    """What is known of one analysis, with the commits that touched it and people's names by address."""

    notebook: Notebook
    facts: AnalysisFacts
    touches: tuple[Touch, ...]
    names: dict[str, str]


def entry(known: Known) -> CatalogueEntry | None:
    """The entry of an analysis; None when the notebook has no front matter, and so is none."""
    facts, front = known.facts, known.facts.front_matter
    if front is None:
        return None
    status, reason = _status(facts)
    dates = [datetime.fromtimestamp(touch.time, UTC).date().isoformat() for touch in known.touches]
    return CatalogueEntry(
        path=facts.path,
        title=front.title or without_extension(posixpath.basename(facts.path)),
        status=status,
        reason=reason,
        kind=front.kind,
        tier=facts.checklist.tier,
        question=front.question,
        answer=answer(known.notebook),
        hypothesis=front.hypothesis,
        decision=front.decision,
        decision_owner=front.decision_owner,
        change_my_mind=front.change_my_mind,
        review_on=front.review_on.isoformat() if front.review_on else "",
        authors=front.authors or _authors(known),
        reviews=_reviews(known),
        results=_results(facts.results),
        failed=tuple(one.name for one in facts.results.result_set.expectations if not one.passed)
        if facts.results
        else (),
        caveats=facts.results.caveats if facts.results else (),
        data_sources=tuple(source.name for source in front.data_sources),
        metrics=_metrics(known.notebook, front, facts.results),
        tags=front.tags,
        created=min(dates, default=""),
        updated=max(dates, default=""),
        supersedes=_supersedes(facts.path, front),
        content=facts.content,
    )


def answer(notebook: Notebook) -> str:
    """What stands under the heading of the summary, as Markdown; "" when there is none."""
    text = "\n".join(line.text for line in lines_under(notebook, ANSWERS, fenced=True)).strip()
    return text if len(text) <= _LONGEST else text[:_LONGEST].rsplit("\n", 1)[0] + "\n\n…"


def _status(facts: AnalysisFacts) -> tuple[AnalysisStatus, str]:
    condition = signed_off(facts)
    if condition.met:
        return "approved", condition.reason
    if any(one.decision == "approve" and one.content != facts.content for one in facts.sign_offs):
        return "lapsed", condition.reason
    if facts.problem:
        return "draft", facts.problem
    if facts.results is None:
        return "draft", "no run is recorded"
    if facts.results.certificate.source != facts.source:
        return "draft", "a cell was edited after the recorded run"
    return "in review", condition.reason


def _authors(known: Known) -> tuple[str, ...]:
    """Who touched it, first those who began."""
    people = dict.fromkeys(person for touch in reversed(known.touches) for person in touch.people)
    return tuple(dict.fromkeys(known.names.get(address, address) for address in people))


def _reviews(known: Known) -> tuple[Reviewed, ...]:
    found = [
        Reviewed(
            reviewer=known.names.get(person(one).lower(), person(one)),
            decision=one.decision,
            date=time.date().isoformat() if (time := signed_at(one)) else "",
            now=one.content == known.facts.content,
        )
        for one in known.facts.sign_offs
    ]
    return tuple(sorted(found, key=lambda one: (one.date, one.reviewer), reverse=True))


def _results(recorded: ResultsFile | None) -> tuple[HeadlineResult, ...]:
    """Numbers and texts first, then how large each table is; figures are not shown."""
    every = recorded.result_set.results if recorded else ()
    scalars = [
        HeadlineResult(one.name, number_text(one.value), one.unit)
        for one in every
        if not isinstance(one.value, Table | Figure)
    ]
    tables = [
        HeadlineResult(one.name, f"a table of {len(one.value.rows)} rows")
        for one in every
        if isinstance(one.value, Table)
    ]
    return (*scalars, *tables)


def _metrics(notebook: Notebook, front: FrontMatter, recorded: ResultsFile | None) -> tuple[str, ...]:
    """What it cites, and what it cited when it last ran; of one that is cited with versions not also the bare name."""
    found = {one.text for one in citations(notebook, front) if one.sure} | set(recorded.metrics if recorded else ())
    versioned = {split_citation(text)[0] for text in found if "@" in text}
    return tuple(sorted(text for text in found if "@" in text or text not in versioned))


def _supersedes(path: str, front: FrontMatter) -> tuple[str, ...]:
    folder = posixpath.dirname(path)
    return tuple(posixpath.normpath(posixpath.join(folder, other)) for other in front.supersedes)
