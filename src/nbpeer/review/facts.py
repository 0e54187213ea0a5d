"""What the gate judges: everything known about one analysis in one version."""

from __future__ import annotations

import shlex
from functools import cached_property

import msgspec

from nbpeer.config import GateAsks
from nbpeer.model.digests import content_hash, results_digest
from nbpeer.model.external import ExpectationsFile
from nbpeer.model.finding import Finding
from nbpeer.model.front_matter import FrontMatter
from nbpeer.model.result import ResultsFile
from nbpeer.model.review import Checklist, SignOff


class AnalysisFacts(msgspec.Struct, frozen=True, dict=True):  # dict: for what is worked out once
    """One analysis as it stands, and who changed and signed it.

    `problem` says why the notebook or its results file could not be read; nothing else is then known. `source` is the
    notebook's source digest; `gate` is what the gate asks at its tier; `inputs` maps each input of the certificate that
    is there to its digest now, `unshared` are those that are not there because git ignores them; `applied` are the
    codes of the rules that were applied, `reasons` why others were not; `authors` are e-mail addresses in lower case;
    `sign_offs` are those of this content and of earlier contents; `uncommitted` are the sign-offs that no commit holds
    yet; `signatures` are those with a signature, and why it does not hold ("" when it does), None where the base lists
    no signers. `merged` is whether the base has the analysis as it is: a sign-off of an older version of the checklist
    then still counts. `notes` say where it would loosen its own gate. `external` are the result files of other tools
    that check data.
    """

    path: str
    checklist: Checklist
    problem: str = ""
    gate: GateAsks = GateAsks()
    source: str = ""
    front_matter: FrontMatter | None = None
    results: ResultsFile | None = None
    inputs: dict[str, str] = {}
    unshared: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    applied: frozenset[str] = frozenset()
    reasons: dict[str, str] = {}
    authors: frozenset[str] = frozenset()
    sign_offs: tuple[SignOff, ...] = ()
    uncommitted: tuple[SignOff, ...] = ()
    signatures: dict[SignOff, str] | None = None
    merged: bool = False
    notes: tuple[str, ...] = ()
    external: tuple[ExpectationsFile, ...] = ()

    @cached_property
    def results_digest(self) -> str | None:
        """The digest of the recorded results and expectations; None when no run is recorded."""
        return results_digest(self.results.result_set) if self.results else None

    @cached_property
    def content(self) -> str:
        """The content hash a sign-off has to name; "" when the analysis could not be read."""
        return "" if self.problem else content_hash(self.source, self.results_digest)


def command(verb: str, path: str) -> str:
    """A command to type, quoted for a shell."""
    return f"nbpeer {verb} {shlex.quote(path)}"
