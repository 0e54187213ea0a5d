"""Every analysis of a repository as people look for it: what it asked, what it found, and whether it holds."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

import msgspec

from nbpeer.commands.catalogue_beside import Beside, cited_metrics, decided, is_decision, known_beside
from nbpeer.commands.catalogue_entry import Known, entry
from nbpeer.commands.contents import SinceSigned, since_signed
from nbpeer.commands.gate_base import GateBase, gate_base
from nbpeer.commands.gather import signed_facts, standing_facts
from nbpeer.commands.status import changed_against, compared_with
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.files import shown, write_atomic
from nbpeer.model.catalogue import Catalogue, CatalogueEntry
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.notebook import Notebook
from nbpeer.model.result import results_path
from nbpeer.model.review import SIGN_OFFS, SignOff, decode_sign_off
from nbpeer.naming import EXTENSION, is_notebook
from nbpeer.render.json import encodable
from nbpeer.render.sanitise import well_formed
from nbpeer.repo import git
from nbpeer.repo.blobs import blobs
from nbpeer.repo.store import CACHE, read_notebook
from nbpeer.repo.templates import template_digest
from nbpeer.repo.timeline import Timeline, Touch, timeline
from nbpeer.review.signed import person

_CACHE = f"{CACHE}/catalogue.msgpack"
_OFTEN = (EXTENSION, ".results.json")
_SIGN_OFFS = f"{SIGN_OFFS}/"


def catalogue(
    root: Path, config: Config, base: str | None = None, on_analysis: Callable[[str], None] = lambda path: None
) -> Catalogue:
    """Every analysis of the working tree. What did not change since the last time is taken from a cache.

    Approvals are held against the base as `nbpeer verify` holds them. `on_analysis` is called for each that is looked
    at anew. Raises NbpeerError for an unborn branch, a base that is not here, and an invalid sign-off, kind or
    checklist, and when the metric registry cannot be read.
    """
    before = compared_with(root, config, base)
    trusted = gate_base(root, config, before)
    held = blobs(root, _matters)
    kept = _kept(root, _key(trusted))
    beside, sheets, problems = known_beside(root, trusted.config, held, kept.beside)
    sign_offs = _sign_offs(root, held, kept.sign_offs)
    shallow = git.is_shallow(root)  # what a deeper clone knows more of has the same head
    when = timeline(root, git.resolve(root, "HEAD").commit, Timeline() if shallow else kept.timeline)
    state = _State(trusted, before, held, kept, sign_offs, when)
    named = [path for path in sorted(held) if is_notebook(path) and git.selected(path, *_globs(trusted.config))]
    paths = [path for path in named if well_formed(path) == path]
    entries = _entries(state, paths, on_analysis)
    _keep(root, _Kept(kept.key, Timeline() if shallow else when, sign_offs, entries, beside))
    found = decided(_superseded([one.made for one in entries.values() if one.made is not None]), sheets, when)
    cut = ["this clone is shallow: dates and authors are incomplete"] * shallow
    odd = [f"{shown(path)} is left out: its name is not UTF-8" for path in sorted({*named} - {*paths})]
    notes = (*trusted.notes, *cut, *odd, *problems)
    metrics = cited_metrics(beside, found)
    return Catalogue(before.label, found, notes, tuple(sheets.values()), metrics, beside.registry)


class _Entry(msgspec.Struct, frozen=True, array_like=True):
    """An entry (None for what is no analysis), a name of what it was made from, and the contents that the analysis had
    since it was signed off before."""

    key: str = ""
    made: CatalogueEntry | None = None
    contents: tuple[str, ...] = ()


class _Kept(msgspec.Struct, frozen=True):
    """What is known from the last time. `key` stands for version, configuration, kinds and signers; `sign_offs` have,
    by path, a name of the content."""

    key: str = ""
    timeline: Timeline = Timeline()
    sign_offs: dict[str, tuple[str, SignOff]] = {}
    entries: dict[str, _Entry] = {}
    beside: Beside = Beside()


class _State(NamedTuple):
    """What all analyses have in common."""

    base: GateBase
    before: Version
    held: dict[str, str]
    kept: _Kept
    kept_sign_offs: dict[str, tuple[str, SignOff]]
    when: Timeline

    @property
    def root(self) -> Path:
        return self.base.root

    @property
    def sign_offs(self) -> tuple[SignOff, ...]:
        return tuple(one for _, one in self.kept_sign_offs.values())

    def touches(self, path: str) -> tuple[Touch, ...]:
        return self.when.touches.get(path, ())


def _matters(path: str) -> bool:
    return path.endswith(_OFTEN) or path.startswith(_SIGN_OFFS) or is_notebook(path) or is_decision(path)


def _globs(config: Config) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return config.include, config.exclude


def _entries(state: _State, paths: list[str], on_analysis: Callable[[str], None]) -> dict[str, _Entry]:
    changes = {change.path: change for change in changed_against(state.base, state.before)}
    near = _Near(state)
    found: dict[str, _Entry] = {}
    anew = []
    for path in paths:
        kept = state.kept.entries.get(path, _Entry())
        if path in changes:
            continue
        if kept.key and kept.key == near.key(path, kept):
            found[path] = kept
        else:
            anew.append(path)
    for known, contents in _facts_of(state, anew) if anew else ():
        on_analysis(known.facts.path)
        one = _Entry("", encodable(entry(known)), contents)
        found[known.facts.path] = msgspec.structs.replace(one, key=near.key(known.facts.path, one))
    wanted = tuple(changes[path] for path in paths if path in changes)
    for facts in signed_facts(state.base, state.before, wanted, state.sign_offs):
        on_analysis(facts.path)
        notebook = read_notebook(state.root, WORKTREE, facts.path) if facts.front_matter else None
        about = Known(notebook, facts, state.touches(facts.path), state.when.names) if notebook else None
        # No key: what it is held against is looked up each time.
        found[facts.path] = _Entry("", encodable(entry(about)) if about else None)
    return {path: found[path] for path in sorted(found)}


def _facts_of(state: _State, paths: list[str]) -> Iterator[tuple[Known, tuple[str, ...]]]:
    """What is known of analyses that the base has as they are, each with the contents that were looked at to tell its
    authors; a notebook that cannot be read is left out."""
    read: dict[str, tuple[Notebook, SinceSigned]] = {}

    def each() -> Iterator[tuple[Notebook, frozenset[str]]]:
        contents = {one.content for one in state.sign_offs}
        with git.reading(state.root) as reader:
            for path in paths:
                with suppress(NbpeerError):
                    notebook = read_notebook(state.root, WORKTREE, path)
                    if notebook is not None:
                        since = since_signed(reader, state.touches(path), contents)
                        read[path] = notebook, since
                        yield notebook, since.authors

    for facts in standing_facts(state.base, state.before, each(), state.sign_offs):
        notebook, since = read.pop(facts.path)
        yield Known(notebook, facts, state.touches(facts.path), state.when.names), since.contents


class _Near:
    """Which sign-offs bear on an analysis, and a name of all that its entry is made from."""

    def __init__(self, state: _State) -> None:
        self._state = state
        self._of: dict[str, list[str]] = {}
        for content, one in state.kept_sign_offs.values():
            said = f"{content} {state.when.names.get(person(one).lower(), '')}"
            self._of.setdefault(one.analysis, []).append(said)
            self._of.setdefault(one.content, []).append(said)

    def key(self, path: str, one: _Entry) -> str:
        held, touches, names = self._state.held, self._state.touches(path), self._state.when.names
        called = [names.get(one) for touch in touches for one in touch.people]
        subjects = {path, *(touch.path for touch in touches), *one.contents, one.made.content if one.made else ""}
        about = {said for subject in subjects for said in self._of.get(subject, ())}
        state = _digest((touches, called, sorted(about)))
        return f"{held.get(path)} {held.get(results_path(path))} {state}"


def _digest(value: object) -> str:
    try:
        said = msgspec.msgpack.encode(value)
    except UnicodeEncodeError:
        said = repr(value).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(said, digest_size=8).hexdigest()


def _sign_offs(
    root: Path, held: dict[str, str], known: dict[str, tuple[str, SignOff]]
) -> dict[str, tuple[str, SignOff]]:
    found = {}
    for path in sorted(path for path in held if path.startswith(_SIGN_OFFS) and path.endswith(".json")):
        kept = known.get(path)
        if kept and kept[0] == held[path]:
            found[path] = kept
        elif (content := git.read(root, WORKTREE, path)) is not None:
            found[path] = (held[path], decode_sign_off(content, path))
    return found


def _superseded(entries: list[CatalogueEntry]) -> tuple[CatalogueEntry, ...]:
    """The entries, those that an approved analysis takes the place of marked as superseded."""
    by = {old: one.path for one in entries if one.status == "approved" for old in one.supersedes if old != one.path}
    return tuple(
        msgspec.structs.replace(
            one, status="superseded", superseded_by=by[one.path], reason=f"{by[one.path]} takes its place"
        )
        if one.path in by
        else one
        for one in entries
    )


def _key(base: GateBase) -> str:
    state = hashlib.blake2b(digest_size=16)
    for part in (version("nbpeer"), template_digest(base.root, base.config), repr(base.signers)):
        state.update(part.encode() + b"\0")
    state.update(msgspec.json.encode(base.config, order="sorted"))
    return state.hexdigest()


def _kept(root: Path, key: str) -> _Kept:
    with suppress(OSError, msgspec.DecodeError):
        kept = msgspec.msgpack.decode((root / _CACHE).read_bytes(), type=_Kept)
        return kept if kept.key == key else _Kept(key, kept.timeline, kept.sign_offs)
    return _Kept(key)


def _keep(root: Path, kept: _Kept) -> None:
    with suppress(NbpeerError):  # a cache that cannot be written costs only time
        write_atomic(root / CACHE / ".gitignore", b"*\n")
        write_atomic(root / _CACHE, _packed(kept))


def _packed(kept: _Kept) -> bytes:
    try:
        return msgspec.msgpack.encode(kept)
    except UnicodeEncodeError:  # once a file had a name that is not UTF-8: its history is read each time
        return msgspec.msgpack.encode(msgspec.structs.replace(kept, timeline=Timeline()))
