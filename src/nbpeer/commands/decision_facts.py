"""What the rules may know of the decisions on an analysis: from the working tree, and from the history of HEAD."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from pathlib import Path

from nbpeer.checks.facts import DecisionFact
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.decision import decode_decision
from nbpeer.registry.frozen import Decided, edits, shared_numbers
from nbpeer.repo import git
from nbpeer.repo.decisions import decision_files, first_decided, read_decision


class DecisionFacts:
    """The decisions of one repository, read once and only as far as somebody asks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def of(self, notebook: str) -> tuple[DecisionFact, ...]:
        """What is known of each decision on the notebook, by path."""
        found = [self._fact(path) for path, content in self._files.items() if _names(content, notebook)]
        here = [fact for fact, analysis in found if analysis in (notebook, "")]
        gone = [fact for fact, analysis in self._deleted if analysis == notebook]
        return tuple(sorted(here + gone))

    def state(self, notebook: str) -> str:
        """A digest of the decisions that name the notebook and of the numbers of all; "" when none does."""
        naming = [(path, content) for path, content in self._files.items() if _names(content, notebook)]
        if not naming:
            return ""
        return hashlib.blake2b(repr((naming, sorted(self._files))).encode(), digest_size=16).hexdigest()

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return {path: git.read(self.root, WORKTREE, path) or b"" for path in decision_files(self.root)}

    @cached_property
    def _shared(self) -> dict[int, tuple[str, ...]]:
        return shared_numbers(self._files)

    @cached_property
    def _first(self) -> dict[str, tuple[str, str]]:
        return first_decided(self.root)

    @cached_property
    def _deleted(self) -> list[tuple[DecisionFact, str]]:
        """Decided files that are gone though no other file has their digest, each with its analysis."""
        found = []
        for path, (commit, digest) in self._first.items():
            if path in self._files or any(digest.encode() in content for content in self._files.values()):
                continue
            decided = self._decided(path)
            if decided and decided.decision:
                fact = DecisionFact(path, commit, ("it is gone",))
                found.append((fact, decided.decision.analysis.path))
        return found

    def _decided(self, path: str) -> Decided | None:
        if path not in self._first:
            return None
        commit, digest = self._first[path]
        try:
            return Decided(commit, digest, read_decision(self.root, Version("commit", commit), path))
        except NbpeerError:
            return Decided(commit, digest, None)

    def _fact(self, path: str) -> tuple[DecisionFact, str]:
        """What is known of a decision, and its analysis: "" when the file does not say any more."""
        first = self._decided(path)
        commit = first.commit if first else ""
        shares = next((files for files in self._shared.values() if path in files), ())
        others = tuple(one for one in shares if one != path)
        try:
            now = decode_decision(self._files[path], path)
        except NbpeerError as error:
            return DecisionFact(path, commit, (f"it cannot be read: {error.message}",), others), ""
        if now is None:
            gone = ("it is no decision any more",) if first else ()
            return DecisionFact(path, commit, gone, others), "" if first else path
        return DecisionFact(path, commit, edits(now, first), others), now.analysis.path


def _names(content: bytes, notebook: str) -> bool:
    return json.dumps(notebook, ensure_ascii=False)[1:-1].encode() in content
