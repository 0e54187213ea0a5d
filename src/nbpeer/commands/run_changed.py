"""`nbpeer run --changed BASE`: which analyses have to run again, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nbpeer.commands.metric_facts import front_matter, registry_of
from nbpeer.commands.run_plan import find_notebooks
from nbpeer.config import load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.citations import citations
from nbpeer.model.digests import source_digest
from nbpeer.model.metric import split_citation
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import Certificate, ResultsFile
from nbpeer.registry.metrics import PLACES
from nbpeer.registry.metrics_changes import registry_changes
from nbpeer.repo import git
from nbpeer.repo.store import CACHE, read_notebook, read_results_file
from nbpeer.run.file_digests import FileDigests


def changed_notebooks(paths: Sequence[Path], base: str) -> list[tuple[Path, str, str]]:
    """The notebooks of `paths` (none: every analysis) that changed since `base` or whose results are stale: root, path
    and the reason.

    An analysis runs again when its source, the parameters or inputs of its recorded run, or the definition of a
    metric it names differs from the merge base with `base`; and when its results are not there, are of another
    source, or of inputs that changed since. An input that git ignores and this clone lacks cannot be compared.
    Raises NbpeerError as `find_notebooks`, and for a base that is not there.
    """
    found = find_notebooks(paths) if paths else _everywhere()
    wanted = []
    for root in dict.fromkeys(root for root, _ in found):
        before = git.merge_base(root, git.resolve(root, base), git.resolve(root, "HEAD"))
        look = _Look(root, before)
        wanted += [(root, path, why) for place, path in found if place == root and (why := look.why(path))]
        look.digests.keep()
    return wanted


def _everywhere() -> list[tuple[Path, str]]:
    root = git.find_root(Path.cwd())
    config = load_config(root)
    return [(root, path) for path in git.notebooks(root, config.include, config.exclude)]


class _Look:
    """One repository now and at the base."""

    def __init__(self, root: Path, before: Version) -> None:
        self.digests = FileDigests(root / CACHE / "digests.json")
        self._root = root
        self._before = before
        self._metrics = _MetricsSince(root, before)

    def why(self, path: str) -> str:
        """Why an analysis has to run again; "" when it need not."""
        now = read_notebook(self._root, WORKTREE, path)
        if now is None:
            raise NbpeerError(f"{path} is not there", "name a notebook of this repository")
        recorded = self._results(WORKTREE, path)
        if recorded is None:
            return "no results are recorded"
        return self._stale(now, recorded.certificate) or self._since(path, now, recorded)

    def _stale(self, now: Notebook, certificate: Certificate) -> str:
        if certificate.source != source_digest(now):
            return "edited after its last run"
        for name, digest in sorted(certificate.inputs.items()):
            now_is = self._digest(name)
            if now_is != digest and (now_is or not git.ignored(self._root, name)):
                return f"{name} changed after its last run"
        return ""

    def _since(self, path: str, now: Notebook, recorded: ResultsFile) -> str:
        since = f"since {self._before.label}"
        was = self._notebook(path)
        if was is None:
            return f"new {since}"
        if source_digest(was) != source_digest(now):
            return f"source changed {since}"
        earlier = self._results(self._before, path)
        if earlier is None:
            return f"first results {since}"
        then, certificate = earlier.certificate, recorded.certificate
        if then.parameters != certificate.parameters:
            return f"parameters changed {since}"
        if then.inputs != certificate.inputs:
            return f"inputs changed {since}"
        changed = self._metrics.of((*recorded.metrics, *(one.text for one in citations(now, front_matter(now)))))
        return f"{changed} changed {since}" if changed else ""

    def _digest(self, name: str) -> str:
        """The digest of an input now; "" when it is not there. Only files inside the repository are read."""
        file = (self._root / name).resolve()
        try:
            return self.digests.of(file) if file.is_relative_to(self._root.resolve()) else ""
        except OSError:
            return ""

    def _notebook(self, path: str) -> Notebook | None:
        try:
            return read_notebook(self._root, self._before, path)
        except NbpeerError:
            return None

    def _results(self, version: Version, path: str) -> ResultsFile | None:
        try:
            return read_results_file(self._root, version, path)
        except NbpeerError:
            return None


class _MetricsSince:
    """Which metrics a version and the working tree define differently."""

    def __init__(self, root: Path, before: Version) -> None:
        config = load_config(root)
        places = (config.metrics.file,) if config.metrics.file else PLACES
        self._files = [name for name in places if git.read(root, before, name) != git.read(root, WORKTREE, name)]
        self._names: frozenset[str] | None = frozenset()
        if self._files:
            try:
                changes = registry_changes(registry_of(root, config, before), registry_of(root, config))
                self._names = frozenset(change.name for change in changes if change.kind != "described")
            except NbpeerError:  # what cannot be read may say anything
                self._names = None

    def of(self, cited: Iterable[str]) -> str:
        """The registry's file when one of the metrics that are cited changed in it; "" when none did."""
        names = {split_citation(text)[0] for text in cited}
        touched = names if self._names is None else names & self._names
        return self._files[0] if self._files and touched else ""
