"""What `nbpeer pr post` says of a pull request, before it is worded: the document that one job hands to another.

It holds values, never Markdown: whoever posts it words and escapes it, so that a document of a stranger's pull request
can say nothing but these things. `docs/schemas/posting.json` is its JSON Schema.
"""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.change import AnalysisDiff, CellChange, OutputChange
from nbpeer.model.digests import digest
from nbpeer.model.external import ExpectationsFile
from nbpeer.model.finding import Finding
from nbpeer.model.json_schema import json_schema
from nbpeer.model.notebook import Cell, Output
from nbpeer.model.result import Expectation
from nbpeer.model.review import AnalysisGate, Excerpt, Question, Tier

MOST_BYTES = 20_000_000
_SHA = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{40,64}$")]
_PATH = Annotated[str, msgspec.Meta(min_length=1, max_length=1024)]


class PlacedFinding(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """A finding, and where a comment on it can stand: `line` of the file at the head, 0 for the file as a whole.

    `exact` is whether that is the finding's own line. `replacement` is the line of the file that would mend it.
    """

    finding: Finding
    line: Annotated[int, msgspec.Meta(ge=0)] = 0
    exact: bool = False
    replacement: str = ""


class AnalysisPosting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One changed analysis: what changed, what was found, what is asked. `diff` is without the cells that are the same.

    `shown` are the parts of the analysis beside each item; `notes` what limits what is said.
    """

    path: _PATH
    diff: AnalysisDiff
    gate: AnalysisGate
    tier: Tier
    minutes: int
    reviewers: int
    checklist: str
    version: str
    title: str = ""
    question: str = ""
    decision: str = ""
    decision_owner: str = ""
    ask: tuple[str, ...] = ()
    findings: tuple[PlacedFinding, ...] = ()
    questions: tuple[Question, ...] = ()
    shown: dict[str, tuple[Excerpt, ...]] = {}
    expectations: tuple[Expectation, ...] = ()
    external: tuple[ExpectationsFile, ...] = ()
    caveats: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def open_findings(self) -> tuple[PlacedFinding, ...]:
        """The findings that count, errors first."""
        order = {"error": 0, "warning": 1, "info": 2}
        found = (placed for placed in self.findings if placed.finding.open)
        return tuple(sorted(found, key=lambda one: (order[one.finding.severity], one.finding.cell, one.finding.line)))


class Posting(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything about one pull request at one commit. `base` is the name of what it was compared with, `before` the
    commit where it left that; `removed` are analyses that it takes away; `rerun` tells that both versions were run.
    """

    base: str
    before: _SHA
    head: _SHA
    analyses: tuple[AnalysisPosting, ...] = ()
    removed: tuple[_PATH, ...] = ()
    notes: tuple[str, ...] = ()
    rerun: bool = False
    schema: int = 1


def encode_posting(posting: Posting) -> bytes:
    """The document as JSON. Raises NbpeerError when it is longer than another job would read."""
    content = msgspec.json.encode(posting)
    if len(content) > MOST_BYTES:
        raise NbpeerError(f"the review is {len(content):,} bytes long, more than {MOST_BYTES:,}", "split the changes")
    return content


def decode_posting(content: bytes, name: str) -> Posting:
    """The posting in a document, which may be a stranger's. Raises NbpeerError naming `name` and what is wrong."""
    if len(content) > MOST_BYTES:
        raise NbpeerError(
            f"{name} is longer than {MOST_BYTES:,} bytes", "it is not what `nbpeer pr post --export` writes"
        )
    try:
        found = msgspec.json.decode(content, type=Posting)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        hint = "it has to be what `nbpeer pr post --export` of this version of nbpeer wrote"
        raise NbpeerError(f"{name} is no review that can be posted ({error})", hint) from None
    if found.schema != 1:
        raise NbpeerError(
            f"{name} has schema {found.schema}, which this nbpeer does not know", "use one version in both jobs"
        )
    if len({one.path for one in found.analyses}) < len(found.analyses):
        raise NbpeerError(f"{name} has an analysis twice", "it is not what `nbpeer pr post --export` writes")
    analyses = (msgspec.structs.replace(one, diff=slim(one.diff)) for one in found.analyses)
    return msgspec.structs.replace(found, analyses=tuple(analyses))


def posting_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of the document."""
    return json_schema(Posting, "nbpeer pr post --export")


def slim(diff: AnalysisDiff) -> AnalysisDiff:
    """A comparison with what a comment shows of it: cells that differ, without metadata, pictures and raw outputs."""
    return msgspec.structs.replace(diff, cells=tuple(map(_cell_change, diff.shown_cells)), certificate=None)


def _cell_change(change: CellChange) -> CellChange:
    outputs = tuple(_output_change(output) for output in change.changed_outputs)
    return msgspec.structs.replace(change, before=_cell(change.before), after=_cell(change.after), outputs=outputs)


def _cell(cell: Cell | None) -> Cell | None:
    if cell is None:
        return None
    # Of an attachment it is only told whether it is another.
    attachments = {name: digest(value) for name, value in cell.attachments.items()}
    return Cell(cell.index, cell.cell_type, cell.source, tags=cell.tags, attachments=attachments)


def _output_change(change: OutputChange) -> OutputChange:
    before, after = _output(change.before), _output(change.after)
    return msgspec.structs.replace(change, before=before, after=after, difference=b"")


def _output(output: Output | None) -> Output | None:
    return Output(output.output_type, output.name, ename=output.ename, evalue=output.evalue) if output else None
