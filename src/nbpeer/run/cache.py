"""Completed runs, kept so that an unchanged analysis is not executed again.

A run is found by what was asked for (source, parameters, kernel, folder) and is taken when everything it depended on is
still the same: the inputs it read, the folders it listed, the files it wrote, its interpreter and packages. Whatever
cannot be known keeps a run out. Every file of the cache may be deleted at any time. docs/running-many.md explains it.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.digests import digest, digest_bytes, source_digest
from nbpeer.model.result import Certificate
from nbpeer.naming import is_notebook
from nbpeer.run.execute import Executed, Job
from nbpeer.run.file_digests import FileDigests
from nbpeer.run.inputs import Observed, digest_inputs
from nbpeer.run.parameters import spelled
from nbpeer.run.surroundings import Surroundings, same_surroundings, surroundings

_SCHEMA = 1
# Of one request, so that data that go to and fro do not fill the cache.
_MOST = 8
# What changes what Python does, also for who never asks: where it finds modules, time zone, language, figures.
_VARIABLES, _FAMILIES = ("LANG", "TZ"), ("LC_", "MPL", "PYTHON")
UNSEEN = "not every input is a file that could be seen"
_OWN = (".results.json", "__pycache__")


class Kept(msgspec.Struct, frozen=True):
    """One completed run. `content` is the digest of the executed notebook that follows it in its file."""

    certificate: Certificate
    content: str
    seconds: float
    cells: int
    surroundings: Surroundings
    files: dict[str, str]
    folders: dict[str, str]
    schema: int = _SCHEMA


class RunCache:
    """The runs kept below `folder`, up to `bound` bytes; with 0 none is kept and none found.

    `taken` are the files and folders that the runs found so far depend on.
    """

    def __init__(self, folder: Path, bound: int) -> None:
        self._folder = folder
        self._runs = folder / "runs"
        self._bound = bound
        self.digests = FileDigests(folder / "digests.json")
        self.taken: set[str] = set()

    def find(self, job: Job, declared: Iterable[str]) -> tuple[Executed, Certificate] | None:
        """A kept run of just this, of which nothing changed since; None when there is none."""
        if not self._bound:
            return None
        locations = list(declared)
        for file in _newest_first(self._runs / _request(job)):
            kept = _header(file)
            if kept and self._still_true(job, locations, kept):
                content = _content(file, kept)
                if content is not None:
                    os.utime(file)
                    self._take(job, locations, kept)
                    return _executed(kept, content), kept.certificate
        return None

    def keep(self, job: Job, executed: Executed, certificate: Certificate, vouched: bool) -> str:
        """Keep a completed run; returns "" or why it cannot be kept. A disk that refuses is no error.

        `vouched` tells that the analysis declares all its inputs, so that what might have been read unseen was not.
        """
        seen = executed.observed
        if not self._bound:
            return "the cache is switched off"
        try:
            why = _unknown(seen, certificate, vouched) or self._disturbed(job, executed, certificate)
            if why or seen is None:
                return why
            kept = Kept(
                certificate,
                digest_bytes(executed.content),
                executed.seconds,
                executed.cells_total,
                surroundings(seen.executable, seen.places),
                self._digests([*seen.outside, *(path for path in seen.written if Path(path).is_file())]),
                {path: _names(path) for path in seen.listed},
            )
            file = (
                self._runs / _request(job) / (digest(msgspec.to_builtins(kept)).removeprefix("sha256:")[:32] + ".run")
            )
            write_atomic(self._folder / ".gitignore", b"*\n")  # also where nobody ran `nbpeer init`
            write_atomic(file, msgspec.json.encode(kept) + b"\n" + executed.content)
        except (OSError, NbpeerError) as error:
            return f"the cache cannot be written ({error})"
        _forget(_newest_first(file.parent)[_MOST:])
        return ""

    def close(self) -> None:
        """Write down what was learnt, and delete the runs longest not asked for above the bound."""
        if not self._bound:
            return
        self.digests.keep()
        left = self._bound
        for file in _newest_first(self._runs, "*/*.run"):
            left -= file.stat().st_size
            if left < 0:
                _forget([file])

    def _still_true(self, job: Job, declared: list[str], kept: Kept) -> bool:
        certificate = kept.certificate
        read = tuple(certificate.inputs)
        try:
            now = digest_inputs(job.root, job.notebook.path, declared, Observed({}, read, True), self.digests.of)
            return (
                now.complete
                and now.digests == certificate.inputs
                and same_surroundings(kept.surroundings)
                and self._digests(kept.files) == kept.files
                and {path: _names(path) for path in kept.folders} == kept.folders
            )
        except OSError:
            return False

    def _take(self, job: Job, declared: list[str], kept: Kept) -> None:
        place = job.root / Path(job.notebook.path).parent
        self.taken.update(str(job.root / path) for path in kept.certificate.inputs)
        self.taken.update(str(place / location) for location in declared if "\0" not in location)
        self.taken.update(kept.files, kept.folders, kept.surroundings.places, [kept.surroundings.executable])

    def _digests(self, paths: Iterable[str]) -> dict[str, str]:
        return {path: self.digests.of(Path(path)) for path in paths}

    def _disturbed(self, job: Job, executed: Executed, certificate: Certificate) -> str:
        """What changed while the notebook ran may have been read before or after."""
        began = time.time() - executed.seconds
        seen = executed.observed
        for path in (*certificate.inputs, *(seen.outside if seen else ())):
            found = (job.root / path).stat()
            if max(found.st_mtime, found.st_ctime) > began:
                return f"{path} changed while it ran"
        return ""


def _request(job: Job) -> str:
    """What was asked for, as the name of a folder. The time limit only matters to runs that are not kept."""
    asked = [
        f"nbpeer-run-{_SCHEMA}",
        job.notebook.path,
        source_digest(job.notebook),
        spelled(job.parameters),
        [job.kernel.name, job.kernel.digest],
        os.path.relpath(job.folder, job.root),
        job.output,
        job.report_mode,
        job.engine,
        sorted(pair for pair in os.environ.items() if pair[0] in _VARIABLES or pair[0].startswith(_FAMILIES)),
    ]
    return digest(asked).removeprefix("sha256:")[:32]


def _unknown(seen: Observed | None, certificate: Certificate, vouched: bool) -> str:
    """Why nobody can say what a run depends on; "" when it is known."""
    if seen is None:
        return "what this kernel reads cannot be seen"
    if vouched:
        return ""
    if seen.doubts:
        return seen.doubts[0]
    return "" if certificate.inputs_complete else UNSEEN


def _names(folder: str) -> str:
    """The digest of the names in a folder, without notebooks and what nbpeer and Python write beside them."""
    try:
        names = sorted(entry.name for entry in os.scandir(folder))
        ours = {name for name in names if name.startswith(".") or is_notebook(name) or name.endswith(_OWN)}
        return digest([name for name in names if name not in ours])
    except OSError:
        return ""


def _newest_first(folder: Path, pattern: str = "*.run") -> list[Path]:
    def age(file: Path) -> float:
        try:
            return -file.stat().st_mtime
        except OSError:
            return 0.0

    return sorted(folder.glob(pattern), key=age)


def _header(file: Path) -> Kept | None:
    try:
        with file.open("rb") as content:
            kept = msgspec.json.decode(content.readline(), type=Kept)
    except (OSError, msgspec.DecodeError):
        return None
    return kept if kept.schema == _SCHEMA else None


def _content(file: Path, kept: Kept) -> bytes | None:
    content = file.read_bytes().partition(b"\n")[2]
    return content if digest_bytes(content) == kept.content else None


def _executed(kept: Kept, content: bytes) -> Executed:
    return Executed(
        content, "completed", kept.seconds, kept.cells, kept.cells, environment=kept.certificate.environment
    )


def _forget(files: Iterable[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
