"""`nbpeer git`: install, remove or show nbpeer's drivers in git's configuration."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from nbpeer.commands.strip import strip_options
from nbpeer.config import StripConfig, load_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.setup import GitDriver, GitStatus, Outcome, Scope, SetupReport, Step
from nbpeer.repo import attributes, clone, drivers, git
from nbpeer.repo.attributes import DRIVER, KINDS, PROBE, Found
from nbpeer.repo.rivals import of_attribute, others, rivals
from nbpeer.repo.shared_files import read_file, refuse_unwritable

SCOPES: tuple[Scope, ...] = ("local", "global", "system")


class _Place(NamedTuple):
    """Where drivers are installed. `folder` is the work tree, or for the other scopes a repository that only these
    reach; `paths` are its notebooks; `file` holds the attributes."""

    scope: Scope
    folder: Path
    paths: tuple[str, ...]
    strip: StripConfig
    file: Path
    named: bool

    @property
    def config(self) -> str:
        """The configuration, as a person is told of it."""
        return ".git/config" if self.scope == "local" else f"git's {self.scope} configuration"

    @property
    def shown(self) -> str:
        """The attributes file, as a person is told of it."""
        with suppress(ValueError):
            return self.file.resolve().relative_to(self.folder.resolve()).as_posix()
        with suppress(ValueError):
            return f"~/{self.file.relative_to(Path.home()).as_posix()}"
        return str(self.file)


def install(folder: Path, scope: Scope, named: Path | None, *, force: bool) -> SetupReport:
    """Configure filter, diff and merge driver in a scope, and give them to notebooks in the scope's attributes file, or
    in `named`. A second call changes nothing.

    Where notebooks have another tool's driver nothing is changed, and the step is refused; `force` adds a line that
    wins. Raises NbpeerError outside a work tree (scope local), and when git or the file system refuses.
    """
    with _place(folder, scope, named) as place:
        found = attributes.look(place.folder, place.paths)
        refusal = _refusal(place, found)
        if refusal and not force:
            todo = shlex.join(["nbpeer", "git", "install", *_flags(place), "--force"])
            return SetupReport((Step(place.shown, "refused", refusal),), False, todo)
        content = read_file(place.file, place.shown)
        longer = _longer(content, found, contested=bool(refusal))
        refuse_unwritable(place.file, place.shown)
        configured = _configure(place)
        if longer is None:
            given = Step(place.shown, "unchanged", "notebooks have the drivers")
        else:
            outcome: Outcome = "created" if content is None else "appended"
            written = write_atomic(place.file, longer)
            given = _effect(place, Step(place.shown, outcome if written else "unchanged", attributes.line(KINDS)))
        return SetupReport((configured, given), False, "nbpeer doctor" if scope == "local" else "")


def uninstall(folder: Path, scope: Scope, named: Path | None) -> SetupReport:
    """Take nbpeer's drivers out of a scope's configuration, and of its attributes file or `named`, without trace.

    Raises NbpeerError as `install`.
    """
    with _place(folder, scope, named) as place:
        content = read_file(place.file, place.shown)
        shorter = None if content is None else attributes.without_drivers(content)
        present = drivers.configured(place.folder, scope)
        if shorter != content:
            refuse_unwritable(place.file, place.shown)
        drivers.remove(place.folder, scope)
        if scope == "local":
            drivers.forget_texts(place.folder)
        given = Step(place.shown, "unchanged", "nothing of nbpeer's")
        if shorter is not None and shorter != content:
            _write_or_remove(place.file, shorter)
            given = Step(place.shown, "removed", "nbpeer's drivers")
        sections = sorted({key.rpartition(".")[0] for key in present}, key=lambda name: KINDS.index(name.split(".")[0]))
        config = Step(place.config, "removed" if present else "unchanged", ", ".join(sections) or "nothing of nbpeer's")
        return SetupReport((config, given), False, _left(place))


def status(folder: Path, scope: Scope | None = None) -> GitStatus:
    """Which drivers notebooks have, ours and others', configured in one scope or in any, and whether git really strips.

    Raises NbpeerError outside a work tree unless another scope than local is asked for.
    """
    with _place(folder, scope or "local", None) as place:
        present = {each: drivers.configured(place.folder, each) for each in SCOPES if scope in (None, each)}
        found = attributes.look(place.folder, place.paths)
        shown = tuple(_driver(kind, present, found) for kind in KINDS)
        strips, trouble = _tried(place, found)
        problem = next(filter(None, (*map(_missing, shown), trouble)), "")
        return GitStatus(not problem, strips, problem, shown, others(place.folder, found.others))


@contextmanager
def _place(folder: Path, scope: Scope, named: Path | None) -> Iterator[_Place]:
    if named is not None and (folder / named).is_dir():
        raise NbpeerError(f"{named} is a folder", "name an attributes file, like .gitattributes")
    file = None if named is None else folder / named
    if scope == "local":
        root = git.find_root(folder)
        config = load_config(root)
        paths = git.notebooks(root, config.include, config.exclude)
        yield _Place(
            scope, root, paths, config.strip, file or attributes.attributes_file(root, scope), file is not None
        )
    else:
        with attributes.new_repository() as empty:
            file = file or attributes.attributes_file(empty, scope)
            yield _Place(scope, empty, (), StripConfig(), file, named is not None)


def _flags(place: _Place) -> list[str]:
    flags = [] if place.scope == "local" else [f"--{place.scope}"]
    return [*flags, "--attributes", place.shown] if place.named else flags


def _refusal(place: _Place, found: Found) -> str:
    """What stands where ours would, and in whose name; "" when nothing does."""
    if found.others:
        known = [(other, of_attribute(rivals(place.folder), other)) for other in found.others]
        theirs = [f"{other} of {rival.tool} (`{rival.remove}`)" if rival else other for other, rival in known]
        ours = [f"{other.partition('=')[0]}={DRIVER}" for other in found.others]
        return f"notebooks have {', '.join(theirs)} where {', '.join(ours)} would stand; --force adds a line that wins"
    if found.exempt and not place.named and place.scope == "local":
        more = f" and {len(found.exempt) - 1} more" if len(found.exempt) > 1 else ""
        return f"it would override {found.exempt[0]}{more}; --attributes .gitattributes does not, --force does"
    return ""


def _longer(content: bytes | None, found: Found, *, contested: bool) -> bytes | None:
    """The attributes file with our line; None when notebooks have all our drivers without it."""
    missing = KINDS if contested else [kind for kind in KINDS if kind not in found.ours]
    if not missing:
        return None
    return attributes.with_drivers(content, missing, last=contested, first=bool(found.exempt) and not contested)


def _configure(place: _Place) -> Step:
    wanted = drivers.settings(place.strip)
    present = drivers.configured(place.folder, place.scope)
    if wanted.items() <= present.items():
        return Step(place.config, "unchanged", "it has the drivers")
    drivers.configure(place.folder, wanted, place.scope)
    return Step(place.config, "changed" if present else "appended", ", ".join(f"{kind}.{DRIVER}" for kind in KINDS))


def _effect(place: _Place, step: Step) -> Step:
    """The step, unless git says that the line it wrote does not win."""
    found = attributes.look(place.folder, place.paths)
    missing = [f"{kind}={DRIVER}" for kind in KINDS if kind not in found.ours]
    if not (found.others or missing):
        return step
    stands = f"notebooks still have {', '.join(found.others)}" if found.others else f"git gives none {missing[0]}"
    return Step(step.path, "refused", f"{stands}: another attributes file wins over this one")


def _write_or_remove(file: Path, content: bytes) -> None:
    if content or file.is_symlink():
        write_atomic(file, content)
        return
    try:
        file.unlink()
    except OSError as error:
        raise NbpeerError(f"{file} could not be removed ({error.strerror})", "remove it by hand, it is empty") from None
    with suppress(OSError):  # a folder that holds more stays
        for folder in file.parents[:2]:  # git's and ~/.config
            if folder != Path.home():
                folder.rmdir()


def _left(place: _Place) -> str:
    """The command that takes away what uninstalling here has left."""
    shared = place.folder / ".gitattributes"
    if place.scope != "local" or not shared.is_file() or not attributes.look(place.folder, place.paths).ours:
        return ""
    content = read_file(shared, shared.name) or b""
    ours = attributes.without_drivers(content) != content
    return f"nbpeer git uninstall --attributes {shlex.quote(str(shared))}, to take it out for everybody" if ours else ""


def _driver(kind: str, present: dict[Scope, dict[str, str]], found: Found) -> GitDriver:
    have = [other.partition("=")[2] for other in found.others if other.startswith(f"{kind}=")]
    scopes = tuple(scope for scope, keys in present.items() if any(key.startswith(f"{kind}.") for key in keys))
    return GitDriver(kind, tuple([DRIVER] * (kind in found.ours) + have), scopes)


def _missing(driver: GitDriver) -> str:
    """What keeps one of our drivers from being installed; "" when nothing does."""
    if not driver.scopes:
        return f"{driver.kind}.{DRIVER} is not configured"
    foreign = [name for name in driver.notebooks_have if name != DRIVER]
    if foreign:
        return f"notebooks have {driver.kind}={foreign[0]}"
    return "" if driver.notebooks_have else f"no attribute gives notebooks {driver.kind}={DRIVER}"


def _tried(place: _Place, found: Found) -> tuple[bool, str]:
    """Whether git strips when it is asked to, and what is wrong with our drivers' commands ("" for nothing)."""
    settings = drivers.configured(place.folder)
    for key in (f"filter.{DRIVER}.process", f"diff.{DRIVER}.textconv", f"merge.{DRIVER}.driver"):
        gone = drivers.missing_part(settings[key]) if settings.get(key) else ""
        if gone:
            return False, f"{key} names {gone}, which is gone"
    if "filter" not in found.ours:
        return False, ""
    filters = attributes.values(place.folder, (PROBE, *place.paths), "filter")
    path = next(path for path, values in filters.items() if values["filter"] == DRIVER)
    try:
        strips = clone.strips(place.folder, path, strip_options(place.strip))
    except git.GitRefusedError:
        return False, "git's filter fails on a notebook"
    return strips, "" if strips else "git's filter does not strip as the configuration says"
