"""The content of a review packet: everything a reviewer needs about one analysis."""

from __future__ import annotations

import msgspec

from nbpeer.model.change import AnalysisDiff
from nbpeer.model.external import ExpectationsFile
from nbpeer.model.finding import Finding
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.result import ResultsFile
from nbpeer.model.review import AnalysisGate, Question, SignOff, Tier


class NotebookView(msgspec.Struct, frozen=True):
    """The notebook as shown at the end of a packet: JSON text of a version with outputs where there is one.

    `executed` tells whether the outputs come from a run of exactly this source.
    """

    content: bytes
    executed: bool


class FigureImage(msgspec.Struct, frozen=True):
    """The picture of a named figure on either side, PNG bytes, where it could be found. `difference` is the map of what
    differs between the two, `share` the share of pixels that do (0 to 1)."""

    name: str
    before: bytes = b""
    after: bytes = b""
    difference: bytes = b""
    share: float = 0.0


class Packet(msgspec.Struct, frozen=True):
    """All of one analysis that a packet shows. `before` and `after` name the versions compared.

    `content` is the content hash, "" when the analysis could not be read; `source` and `results_digest` are what it is
    made of. `notes` say what the changes themselves change of what the gate goes by.
    """

    path: str
    title: str
    before: str
    after: str
    tier: Tier
    minutes: int
    content: str
    diff: AnalysisDiff
    gate: AnalysisGate
    source: str = ""
    results_digest: str | None = None
    front_matter: FrontMatter | None = None
    results: ResultsFile | None = None
    findings: tuple[Finding, ...] = ()
    questions: tuple[Question, ...] = ()
    sign_offs: tuple[SignOff, ...] = ()
    figures: tuple[FigureImage, ...] = ()
    view: NotebookView | None = None
    external: tuple[ExpectationsFile, ...] = ()
    notes: tuple[str, ...] = ()
