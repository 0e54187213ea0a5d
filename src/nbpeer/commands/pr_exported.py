"""What another job exported, read as a stranger's: its questions are ours, in our words."""

from __future__ import annotations

from pathlib import Path

import msgspec

from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.kind import CommonChecklist
from nbpeer.model.posting import MOST_BYTES, AnalysisPosting, Posting, decode_posting
from nbpeer.repo.templates import find_kind, load_common
from nbpeer.review.checklist import checklist_for


def exported(path: Path, root: Path, config: Config) -> Posting:
    """The posting in a file that another job wrote, with the questions of this checkout.

    A tick answers the question that the gate asks. A document that words it otherwise would have people tick
    something else, so that words are taken from here, and what is not asked here is left out. Raises NbpeerError when
    the file is not there, or is no such document.
    """
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise NbpeerError(f"{path} could not be read ({error.strerror})", "name what --export wrote") from None
    found = decode_posting(content, str(path))
    common = load_common(root, config)
    return msgspec.structs.replace(found, analyses=tuple(_asked(one, common, root, config) for one in found.analyses))


def _asked(analysis: AnalysisPosting, common: CommonChecklist, root: Path, config: Config) -> AnalysisPosting:
    kind = find_kind(root, config, analysis.checklist)
    checklist = checklist_for(common, kind, analysis.tier)
    items = {item.id: item for item in checklist.items}
    asked = {question.item.id: question for question in analysis.questions if question.item.id in items}
    return msgspec.structs.replace(
        analysis,
        checklist=checklist.id,
        version=checklist.version,
        minutes=checklist.minutes,
        reviewers=config.gate.of(analysis.tier).reviewers or checklist.reviewers,
        questions=tuple(msgspec.structs.replace(one, item=items[name]) for name, one in asked.items()),
    )
