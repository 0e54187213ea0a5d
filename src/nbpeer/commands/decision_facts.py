"""What the rules may know of the decisions on an analysis: from the working tree, and from the history of HEAD."""

from __future__ import annotations

import hashlib
import json
import re
from functools import cached_property
from pathlib import Path

from nbpeer.checks.facts import DecisionFact
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE
from nbpeer.model.decision import decode_decision
from nbpeer.registry.frozen import Decided, edits, shared_numbers
from nbpeer.repo import git
from nbpeer.repo.decisions import FirstDecided, decision_files, first_decided

_PATH = re.compile(r"\bpath[ \t]*:[ \t]*(\S.*)")


class DecisionFacts:
    """The decisions of one repository, read once and only as far as somebody asks."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def of(self, notebook: str) -> tuple[DecisionFact, ...]:
        """What is known of each decision on the notebook, by path."""
        found = [self._fact(path) for path in self._naming.get(notebook, ())]
        here = [fact for fact, analysis in found if analysis in (notebook, "")]
        gone = [fact for fact, analysis in self._deleted if analysis == notebook]
        return tuple(sorted(here + gone))

    def state(self, notebook: str) -> str:
        """A digest of the decisions that name the notebook and of the numbers of all; "" when none does."""
        naming = [(path, self._files[path]) for path in self._naming.get(notebook, ())]
        if not naming:
            return ""
        return hashlib.blake2b(repr((naming, self._every)).encode(), digest_size=16).hexdigest()

    def edited(self) -> tuple[DecisionFact, ...]:
        """Every decision, on whatever analysis, that was changed after it was decided, or is gone."""
        every = [self._fact(path)[0] for path in self._files] + [fact for fact, _ in self._deleted]
        return tuple(sorted(fact for fact in every if fact.edits))

    @cached_property
    def _files(self) -> dict[str, bytes]:
        return {path: git.read(self.root, WORKTREE, path) or b"" for path in decision_files(self.root)}

    @cached_property
    def _every(self) -> str:
        return "\n".join(sorted(self._files))

    @cached_property
    def _naming(self) -> dict[str, list[str]]:
        """The files that name each path, without reading them as YAML: of most nobody asks."""
        found: dict[str, list[str]] = {}
        for path, content in self._files.items():
            for name in {_name(match) for match in _PATH.findall(content.decode("utf-8", "replace"))}:
                found.setdefault(name, []).append(path)
        return found

    @cached_property
    def _shared(self) -> dict[int, tuple[str, ...]]:
        return shared_numbers(self._files)

    @cached_property
    def _first(self) -> dict[str, FirstDecided]:
        return first_decided(self.root)

    @cached_property
    def _deleted(self) -> list[tuple[DecisionFact, str]]:
        """Decided files that are gone though no other file has their digest, each with its analysis."""
        found = []
        for path, first in self._first.items():
            if path in self._files or any(first.frozen.encode() in content for content in self._files.values()):
                continue
            decided = self._decided(path)
            if decided and decided.decision:
                fact = DecisionFact(path, first.commit, ("it is gone",))
                found.append((fact, decided.decision.analysis.path))
        return found

    def _decided(self, path: str) -> Decided | None:
        if path not in self._first:
            return None
        first = self._first[path]
        try:
            return Decided(first.commit, first.frozen, decode_decision(first.content, path))
        except NbpeerError:
            return Decided(first.commit, first.frozen, None)

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


def _name(written: str) -> str:
    """A path as YAML writes it: in double quotes, in single ones, or plain."""
    if written.startswith('"'):
        try:
            return str(json.JSONDecoder().raw_decode(written)[0])
        except ValueError:
            return written.strip('"')
    if written.startswith("'"):
        return written[1:].partition("'")[0]
    return re.split(r"[,}]|\s#", written)[0].strip()
