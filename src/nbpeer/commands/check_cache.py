"""The cache of `nbpeer check`: findings of notebooks that are as they were, by content, rules, configuration, version.

One file for each set of rules, configuration and version, under `.nbpeer/cache/check/`; losing it costs only time.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Collection
from contextlib import suppress
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path, PurePosixPath

import msgspec

from nbpeer.checks.ruff import find_ruff
from nbpeer.commands.check_facts import dependencies_of, read_beside
from nbpeer.commands.decision_facts import DecisionFacts
from nbpeer.commands.metric_facts import has_registry, metrics_state
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.decision import DECISIONS
from nbpeer.model.finding import Finding
from nbpeer.model.result import results_path
from nbpeer.repo.history import first_results, last_commit
from nbpeer.repo.store import CACHE
from nbpeer.repo.templates import template_digest

_KEPT_FILES = 4  # of older rules or other configurations


class Entry(msgspec.Struct, frozen=True):
    """What is known of one notebook: the digest of its bytes, its findings, and the files that the check read beside
    it, by name, each with its digest. `around` is the digest of what else the findings depend on."""

    content: str
    findings: tuple[Finding, ...]
    read: dict[str, str] = {}
    around: str = ""


def digest(content: bytes | None) -> str:
    """A digest of a file's bytes; that of a missing file is empty."""
    return "" if content is None else hashlib.blake2b(content, digest_size=16).hexdigest()


class Cache:
    """The findings kept for one repository under one configuration, for checking the notebooks `names`.

    `began` is the first commit that holds results of each."""

    def __init__(self, root: Path, config: Config, names: Collection[str]) -> None:
        self.root = root
        self.config = config
        self.file = root / CACHE / "check" / f"{_key(root, config)}.msgpack"
        self.entries: dict[str, Entry] = {}
        self.changed = False
        with suppress(OSError, msgspec.DecodeError):
            self.entries = _decode(self.file.read_bytes())
        self.began = first_results(root, [name for name in names if (root / results_path(name)).is_file()])
        self._around = cache(self._dependencies)
        self._decisions = DecisionFacts(root)

    def find(self, name: str, path: Path) -> Entry | None:
        """The entry of a notebook, when the notebook and all that its findings depend on are as they were."""
        entry = self.entries.get(name)
        if entry is None or entry.around != self._facts(name):
            return None
        try:
            same = digest(path.read_bytes()) == entry.content
        except OSError:
            return None
        same = same and all(digest(read_beside(self.root, name, file)) == was for file, was in entry.read.items())
        return entry if same else None

    def keep(self, name: str, entry: Entry) -> None:
        """Take an entry up, unless a name or text in it is not UTF-8."""
        kept = msgspec.structs.replace(entry, around=self._facts(name))
        with suppress(UnicodeEncodeError):
            msgspec.msgpack.encode((name, kept))
            self.entries[name] = kept
            self.changed = True

    def save(self) -> None:
        """Write the entries of notebooks that are there; a file system that refuses costs only time."""
        if not self.changed:
            return
        there = {name: entry for name, entry in self.entries.items() if (self.root / name).is_file()}
        with suppress(NbpeerError, OSError):
            write_atomic(self.root / CACHE / ".gitignore", b"*\n")
            write_atomic(self.file, msgspec.msgpack.encode(there))
            _forget_old(self.file.parent)

    def _facts(self, name: str) -> str:
        """A digest of what a notebook's findings depend on besides its bytes: results, history, decisions, dependency
        files."""
        results = self.root / results_path(name)
        recorded = digest(results.read_bytes()) + self.began.get(name, "") if results.is_file() else ""
        decided = self._decisions.state(name)
        decided += self._decided_last if decided else ""
        return f"{recorded}.{decided}.{self._around(str(PurePosixPath(name).parent))}.{self._metrics}"

    def _dependencies(self, folder: str) -> str:
        return digest(repr([sorted(part) for part in dependencies_of(self.root, folder)]).encode())

    @cached_property
    def _metrics(self) -> str:
        return metrics_state(self.root, self.config) if has_registry(self.root, self.config) else ""

    @cached_property
    def _decided_last(self) -> str:
        return last_commit(self.root, DECISIONS)


_decode = msgspec.msgpack.Decoder(dict[str, Entry]).decode


def _key(root: Path, config: Config) -> str:
    """What all entries of one file have in common: rules, configuration, kinds, version of Python and of each tool."""
    import nbpeer.checks

    state = hashlib.sha256()
    for folder in ("checks", "model", "sql", "registry"):
        for source in sorted((Path(nbpeer.checks.__file__).parents[1] / folder).glob("*.py")):
            state.update(source.read_bytes())
    state.update(msgspec.msgpack.encode(config, order="deterministic"))
    state.update(template_digest(root, config).encode())
    state.update(sys.version.encode())
    for tool in (find_ruff(), *(_origin(name) for name in ("sqlglot", "detect_secrets"))):
        known = Path(tool).stat() if tool else None
        state.update(repr((tool, known and (known.st_size, known.st_mtime_ns))).encode())
    return state.hexdigest()[:32]


def _origin(module: str) -> str | None:
    spec = find_spec(module)
    return spec.origin if spec else None


def _forget_old(folder: Path) -> None:
    files = sorted(folder.glob("*.msgpack"), key=lambda file: file.stat().st_mtime)
    for file in files[:-_KEPT_FILES]:
        file.unlink()
