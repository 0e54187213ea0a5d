"""git's attributes: which drivers notebooks have, and the lines that give them ours (gitattributes(5))."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.model.setup import Scope
from nbpeer.repo.git import GitRefusedError, ask
from nbpeer.repo.shared_files import line_end

DRIVER = "nbpeer"
KINDS = ("filter", "diff", "merge")
PROBE = "nbpeer-probe.ipynb"
_NONE = {"unspecified", "unset", "set"}  # for `set` git has its built-in drivers
_OWN_LINE = re.compile(rb"\*\.ipynb((?:[ \t]+(?:filter|diff|merge)=nbpeer)+)[ \t]*")
_OWN_WORD = re.compile(rb"[ \t]+(?:filter|diff|merge)=nbpeer(?=[ \t\r\n]|$)")
_WORD = re.compile(rb"([ \t]+)((filter|diff|merge)=([^ \t\r\n]+))(?=[ \t\r\n]|$)")
_BARE_PATTERN = re.compile(rb'[ \t]*("(?:[^"\\]|\\.)*"|\S+)[ \t]*')


class Found(NamedTuple):
    """What notebooks have: the kinds where some have our driver, others' drivers (`filter=nbstripout`), and attributes
    that are switched off for some notebook (`-filter for raw/a.ipynb`)."""

    ours: frozenset[str]
    others: tuple[str, ...]
    exempt: tuple[str, ...]


def line(kinds: Iterable[str]) -> str:
    """The attributes line that gives every notebook our drivers of these kinds."""
    return " ".join(("*.ipynb", *(f"{kind}={DRIVER}" for kind in KINDS if kind in kinds)))


def values(folder: Path, paths: tuple[str, ...], *kinds: str) -> dict[str, dict[str, str]]:
    """git's attributes of each path: a driver's name, `set`, `unset`, or `unspecified`."""
    found: dict[str, dict[str, str]] = {path: {} for path in paths}
    for start in range(0, len(paths), 500):
        fields = ask(folder, "check-attr", "-z", *kinds, "--", *paths[start : start + 500]).split("\0")
        for path, kind, value in zip(fields[0::3], fields[1::3], fields[2::3], strict=False):
            found[path][kind] = value
    return found


def look(folder: Path, paths: tuple[str, ...]) -> Found:
    """What the notebooks `paths` have, and what a new one beside `folder`'s other files would have."""
    ours, others, exempt = set(), set(), set()
    for path, attributes in values(folder, (PROBE, *paths), *KINDS).items():
        for kind, value in attributes.items():
            if value == DRIVER:
                ours.add(kind)
            elif value == "unset":
                exempt.add(f"-{kind} for {'*.ipynb' if path == PROBE else path}")
            elif value not in _NONE:
                others.add(f"{kind}={value}")
    return Found(frozenset(ours), tuple(sorted(others)), tuple(sorted(exempt)))


def with_drivers(content: bytes | None, kinds: Iterable[str], *, last: bool = False, first: bool = False) -> bytes:
    """An attributes file with our line in it, every other byte as it was.

    Our line stays where it is; a new one comes at the end, without a line end where the file had none, so that it can
    go without trace. `last` makes it win over every other line of the file, `first` lets every other win.
    """
    lines = (content or b"").splitlines(keepends=True)
    own = [number for number, text in enumerate(lines) if _OWN_LINE.fullmatch(text.rstrip(b"\r\n"))]
    kept = [text for number, text in enumerate(lines) if number not in own]
    there = {kind for number in own for kind in KINDS if f"{kind}={DRIVER}".encode() in lines[number]}
    newline = line_end(content or b"")
    place = own[0] if own and not last else 0 if first else len(kept)
    at_open_end = place == len(kept) and bool(lines) and not lines[-1].endswith(b"\n")
    if at_open_end and kept and not kept[-1].endswith(b"\n"):
        kept[-1] += newline
    kept.insert(place, line({*kinds, *there}).encode() + (b"" if at_open_end else newline))
    return b"".join(kept)


def without_drivers(content: bytes) -> bytes:
    """An attributes file without our drivers; a line that gave nothing else is gone, every other byte is as it was."""
    kept: list[bytes] = []
    for text in content.splitlines(keepends=True):
        shorter = text if text.lstrip().startswith(b"#") else _OWN_WORD.sub(b"", text)
        if shorter == text or not _BARE_PATTERN.fullmatch(shorter.rstrip(b"\r\n")):
            kept.append(shorter)
        elif kept and not text.endswith(b"\n"):
            kept[-1] = kept[-1].removesuffix(b"\n").removesuffix(b"\r")
    return b"".join(kept)


def exchanged(content: bytes, theirs: Collection[str], *, ours: bool) -> tuple[bytes, tuple[str, ...]]:
    """An attributes file with our drivers in the place of `theirs` (`filter=nbstripout`), or none where not `ours`.

    Also the lines that change, as they were. A line that gave nothing else is gone, every other byte is as it was.
    """

    def exchange(word: re.Match[bytes]) -> bytes:
        if word[2].decode("utf-8", "replace") not in theirs:
            return word[0]
        return b"%s%s=%s" % (word[1], word[3], DRIVER.encode()) if ours else b""

    kept, changed = [], []
    for text in content.splitlines(keepends=True):
        new = text if text.lstrip().startswith(b"#") else _WORD.sub(exchange, text)
        if new != text:
            changed.append(" ".join(text.decode("utf-8", "replace").split()))
        if new == text or not _BARE_PATTERN.fullmatch(new.rstrip(b"\r\n")):
            kept.append(new)
    return b"".join(kept), tuple(changed)


def files(root: Path) -> tuple[str, ...]:
    """The attributes files of the work tree and of this clone, relative to `root`."""
    listed = ask(root, "ls-files", "-z", "-co", "--exclude-standard", "--", ":(glob)**/.gitattributes").split("\0")
    found = [*dict.fromkeys(filter(None, listed)), os.path.relpath(clone_attributes(root), root)]
    return tuple(name for name in found if (root / name).is_file())


def look_with(root: Path, paths: tuple[str, ...], planned: Mapping[str, bytes]) -> Found:
    """What the notebooks would have if the attributes files were as `planned`, by path relative to `root`."""
    with new_repository() as empty:
        mine = os.path.relpath(clone_attributes(root), root)
        for name in {*files(root), *planned}:
            copy = clone_attributes(empty) if name == mine else empty / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(planned[name] if name in planned else (root / name).read_bytes())
        return look(empty, paths)


def clone_attributes(root: Path) -> Path:
    """The attributes file of this clone and its work trees alone, which wins over every .gitattributes."""
    return root / ask(root, "rev-parse", "--git-path", "info/attributes").rstrip("\n")


def attributes_file(folder: Path, scope: Scope) -> Path:
    """Where git reads the attributes of a scope. Raises NbpeerError when this git does not say."""
    if scope == "local":
        return clone_attributes(folder)
    if scope == "global":
        named = _asked(folder, "config", "--global", "--includes", "--type=path", "--get", "core.attributesFile")
        config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
        return Path(named) if named else Path(config) / "git" / "attributes"
    named = _asked(folder, "var", "GIT_ATTR_SYSTEM")  # since git 2.42
    beside, _, _ = _asked(folder, "config", "--system", "-z", "--show-origin", "--list").partition("\0")
    if not (named or beside.startswith("file:")):
        raise NbpeerError("git does not say where its system attributes are", "add --attributes /etc/gitattributes")
    return Path(named) if named else Path(beside.removeprefix("file:")).parent / "gitattributes"


@contextmanager
def new_repository() -> Iterator[Path]:
    """An empty repository that only the global and the system settings reach, to see what these alone do."""
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        ask(Path(folder), "init", "--quiet", "--template=")
        yield Path(folder)


def _asked(folder: Path, *arguments: str) -> str:
    try:
        return ask(folder, *arguments).rstrip("\n")
    except GitRefusedError:
        return ""
