"""Kinds and checklists: a team's own in its repository, then the ones that ship with nbpeer.

A kind is a folder KIND/ with analysis.ipynb, template.toml and checklist.yml; checklist.yml beside the folders holds
the items every kind asks. A team's file of the same name replaces the built-in one.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import msgspec

import nbpeer
from nbpeer import yaml
from nbpeer.config import Config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.finding import SEVERITIES
from nbpeer.model.kind import CommonChecklist, Kind, Parameter
from nbpeer.model.parameter import ORDERED
from nbpeer.model.review import Item, TierRule
from nbpeer.repo import git

NAME = re.compile(r"[a-z][a-z0-9_-]*")
NOTEBOOK, TEMPLATE, CHECKLIST = "analysis.ipynb", "template.toml", "checklist.yml"
_WHOLE = f"a kind is {NOTEBOOK}, {TEMPLATE} and {CHECKLIST}"
_T = TypeVar("_T")


class _Template(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """template.toml."""

    title: str
    description: str
    required: tuple[str, ...] = ()
    sections: tuple[str, ...] = ()
    parameters: tuple[Parameter, ...] = ()


class _OwnChecklist(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """KIND/checklist.yml."""

    version: int
    items: tuple[Item, ...] = ()


class _Place(NamedTuple):
    """A folder of kinds: how messages call it, how its files are read, and the kinds in it."""

    name: str
    read: Callable[[str], bytes | None]
    kinds: tuple[str, ...]

    def has(self, file: str) -> bool:
        """Whether the file is there."""
        return self.read(file) is not None


def kind_names(root: Path | None, config: Config) -> tuple[str, ...]:
    """The kinds there are, sorted: the team's own and the built-in ones. `root` is the repository, None outside one."""
    return tuple(sorted({name for place in _places(root, config, WORKTREE) for name in place.kinds}))


def find_kind(root: Path | None, config: Config, name: str, version: Version = WORKTREE) -> Kind | None:
    """The kind called `name`, the team's own (as `version` has it) before the built-in one; None when there is none.

    Raises NbpeerError naming the file, and the line or key, when its folder is incomplete or wrong.
    """
    if not NAME.fullmatch(name):
        return None
    for place in _places(root, config, version):
        if place.has(f"{name}/{TEMPLATE}"):
            return _load_kind(place, name)
    return None


def template_digest(root: Path | None, config: Config) -> str:
    """A digest of every file of every kind: the same as long as no kind changes."""
    import hashlib

    state = hashlib.sha256()
    for place in _places(root, config, WORKTREE):
        for file in (f"{kind}/{part}" for kind in place.kinds for part in (NOTEBOOK, TEMPLATE, CHECKLIST)):
            state.update(f"{file}\0".encode() + (place.read(file) or b""))
    return state.hexdigest()


def read_kind(folder: Path) -> Kind:
    """The kind in a folder anywhere. Raises NbpeerError as `find_kind`."""
    place = _folder(folder.parent)
    if not place.has(f"{folder.name}/{TEMPLATE}"):
        raise NbpeerError(f"{folder} has no {TEMPLATE}", _WHOLE)
    return _load_kind(place, folder.name)


def load_common(root: Path | None, config: Config, version: Version = WORKTREE) -> CommonChecklist:
    """The items every kind asks and what each tier asks of them, the team's own (as `version` has it) before the
    built-in one.

    Raises NbpeerError naming the file, and the line or key, when it is wrong.
    """
    place = next(place for place in _places(root, config, version) if place.has(CHECKLIST))
    path = f"{place.name}/{CHECKLIST}"
    common = _convert(_load_checklist(place, CHECKLIST), CommonChecklist, path)
    known = [item.id for item in common.items]
    for tier, rule in common.tiers.items():
        unknown = [item for item in rule.items if item not in known]
        if unknown:
            raise NbpeerError(f"{path}: tier {tier} asks for {unknown[0]}, which is not an item", "see `items`")
        severities = [severity for severity in rule.rules if severity not in SEVERITIES]
        if severities:
            raise NbpeerError(f"{path}: tier {tier} has the unknown severity {severities[0]!r}", ", ".join(SEVERITIES))
    return common


def read_beside_kinds(root: Path | None, config: Config, name: str) -> tuple[bytes, str]:
    """The content and the path of a file that stands beside the kinds: the team's own, or else the built-in one.

    Raises NbpeerError when there is neither.
    """
    for place in _places(root, config, WORKTREE):
        content = place.read(name)
        if content is not None:
            return content, f"{place.name}/{name}"
    raise NbpeerError(f"{name} is missing from this installation", "install nbpeer again", exit_code=3)


def _places(root: Path | None, config: Config, version: Version) -> tuple[_Place, ...]:
    package = Path(nbpeer.__file__).parent
    shipped = package / "templates"
    # In a checkout the templates are at its top; the wheel puts them inside the package.
    built_in = _folder(shipped if shipped.is_dir() else package.parents[1] / "templates")
    if root is None:
        return (built_in,)
    return (_folder(root / config.templates) if version == WORKTREE else _version(root, config, version), built_in)


def _folder(folder: Path) -> _Place:
    def read(name: str) -> bytes | None:
        path = folder / name
        return path.read_bytes() if path.is_file() else None

    kinds = tuple(path.parent.name for path in folder.glob(f"*/{TEMPLATE}"))
    return _Place(str(folder), read, tuple(name for name in kinds if NAME.fullmatch(name)))


def _version(root: Path, config: Config, version: Version) -> _Place:
    """The team's kinds in a version. Which there are nobody asks there."""
    return _Place(
        f"{config.templates} in {version.label}",
        lambda name: git.read(root, version, f"{config.templates}/{name}"),
        (),
    )


def _load_kind(place: _Place, name: str) -> Kind:
    folder = f"{place.name}/{name}"
    missing = [file for file in (NOTEBOOK, CHECKLIST) if not place.has(f"{name}/{file}")]
    if missing:
        raise NbpeerError(f"{folder} has no {missing[0]}", _WHOLE)
    template = _load_template(place, f"{name}/{TEMPLATE}")
    own = _convert(_load_checklist(place, f"{name}/{CHECKLIST}"), _OwnChecklist, f"{folder}/{CHECKLIST}")
    return Kind(
        name=name,
        title=template.title,
        description=template.description,
        folder=folder,
        notebook=place.read(f"{name}/{NOTEBOOK}") or b"",
        required=template.required,
        sections=template.sections,
        parameters=template.parameters,
        checklist_version=own.version,
        items=own.items,
    )


def _load_template(place: _Place, name: str) -> _Template:
    path = f"{place.name}/{name}"
    try:
        found = tomllib.loads(_text(place, name))
    except tomllib.TOMLDecodeError as error:
        raise NbpeerError(f"{path} is not valid TOML ({error})", "mend that line") from None
    template = _convert(found, _Template, path)
    _once([parameter.name for parameter in template.parameters], "parameter", path)
    types = {parameter.name: parameter.type for parameter in template.parameters}
    for parameter in template.parameters:
        if not parameter.name.isidentifier():
            raise NbpeerError(f"{path}: {parameter.name!r} cannot be a parameter", "use letters, digits and _")
        if parameter.type == "choice" and not parameter.choices:
            raise NbpeerError(f"{path}: parameter {parameter.name} has no choices", "list them under `choices`")
        earlier = parameter.not_before
        if earlier and (types.get(earlier) != parameter.type or parameter.type not in ORDERED):
            said = f"parameter {parameter.name} is not before {earlier!r}, which is no {parameter.type} to compare with"
            raise NbpeerError(f"{path}: {said}", f"name another parameter of type {', '.join(ORDERED)}")
    return template


@lru_cache(maxsize=32)  # a server is asked often, and reading YAML takes longer than all the rest here
def _mapping(text: str) -> Any:
    """What a checklist file holds, to be read and not to be changed."""
    return yaml.load(text)


def _load_checklist(place: _Place, name: str) -> dict[str, Any]:
    """The mapping in a checklist file; its items are looked at here because a misspelt key must not pass in silence."""
    path = f"{place.name}/{name}"
    try:
        found = _mapping(_text(place, name))
    except yaml.YamlError as error:
        raise NbpeerError(f"{path}, line {error.line}: {error.problem}", "mend that line") from None
    if not isinstance(found, dict):
        raise NbpeerError(f"{path} must be a mapping", "give it `version` and `items`")
    items = [item for item in found.get("items") or [] if isinstance(item, dict)]
    for item in items:
        _only_known(item, Item, f"item {item.get('id', '?')}", path)
    _once([str(item.get("id")) for item in items], "item", path)
    tiers = found.get("tiers")
    for tier, rule in tiers.items() if isinstance(tiers, dict) else ():
        if isinstance(rule, dict):
            _only_known(rule, TierRule, f"tier {tier}", path)
    return found


def _only_known(found: dict[str, Any], struct: type[msgspec.Struct], what: str, path: str) -> None:
    known = [field.name for field in msgspec.structs.fields(struct)]
    for key in found:
        if key not in known:
            close = get_close_matches(str(key), known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(known)}"
            raise NbpeerError(f"{path}: {what} has the unknown key {key!r}", hint)


def _once(names: list[str], what: str, path: str) -> None:
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise NbpeerError(f"{path}: {what} {twice[0]} is there twice", "names are unique")


def _convert(found: Any, struct: type[_T], path: str) -> _T:
    try:
        return msgspec.convert(found, struct)
    except msgspec.ValidationError as error:
        problem, _, where = str(error).partition(" - at ")
        key = where.strip("`").removeprefix("$").strip(".")
        place = f", key {key}" if key else ""
        raise NbpeerError(f"{path}{place}: {problem.lower().replace('`', '')}", "mend that key") from None


def _text(place: _Place, name: str) -> str:
    try:
        return (place.read(name) or b"").decode()
    except UnicodeDecodeError as error:
        raise NbpeerError(f"{place.name}/{name} is not UTF-8 text (byte {error.start})", "save it as UTF-8") from None
