"""`nbpeer new`: start an analysis from the template of its kind."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from nbpeer import yaml
from nbpeer.commands.parameters import with_values
from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.files import write_atomic
from nbpeer.model.front_matter import front_matter_text
from nbpeer.model.kind import Kind, Parameter
from nbpeer.model.notebook import Notebook, parse_notebook
from nbpeer.model.parameter import fitted, refuse_out_of_order
from nbpeer.naming import without_extension
from nbpeer.repo.git import find_root, identity
from nbpeer.repo.templates import find_kind, kind_names
from nbpeer.strip import strip


class KindSummary(msgspec.Struct, frozen=True):
    """What a person needs to choose a kind. `own` tells a team's kind from a built-in one, which it may replace;
    `origin` is its folder in the repository, or `built-in`.
    """

    name: str
    title: str
    description: str
    own: bool
    replaces: bool
    origin: str
    parameters: tuple[Parameter, ...]


class Created(msgspec.Struct, frozen=True):
    """The analysis that was made: `path` as it was asked for, the parameters that were set."""

    path: str
    kind: str
    title: str
    parameters: dict[str, Any]


def list_kinds(folder: Path) -> tuple[KindSummary, ...]:
    """The kinds that can be started in `folder`, by name. Raises NbpeerError when one of them is wrong."""
    root, config = _settings(folder)
    found = [kind for name in kind_names(root, config) if (kind := find_kind(root, config, name))]
    built_in = kind_names(None, Config())
    place = str(root / config.templates) if root else None
    return tuple(_summary(kind, config, str(Path(kind.folder).parent) == place, built_in) for kind in found)


def new(
    kind_name: str, path: Path, parameters: Mapping[str, str], *, title: str = "", overwrite: bool = False
) -> Created:
    """Copy the template of a kind to `path` with its parameters set and what is known filled in.

    `title` is otherwise made of the file's name; the author is whoever git says is here. Raises NbpeerError, with
    nothing written, for an unknown kind or parameter, a value that does not fit its parameter, and a file that is
    there already (unless `overwrite`).
    """
    path = _notebook_path(path, overwrite)
    root, config = _settings(path)
    kind = find_kind(root, config, kind_name)
    if kind is None:
        raise _unknown("kind", kind_name, kind_names(root, config), "`nbpeer new --list` shows them")
    values = typed_parameters(kind, parameters)
    title = " ".join((title or path.stem.replace("_", " ").replace("-", " ")).split())
    title = title[:1].upper() + title[1:]
    content = _filled(kind, {"title": title, "kind": kind.name, "authors": _authors(root)}, values)
    write_atomic(path, content)
    return Created(path.as_posix(), kind.name, title, values)


def typed_parameters(kind: Kind, texts: Mapping[str, str]) -> dict[str, Any]:
    """The values of a kind's parameters from text, each of its declared type.

    Raises NbpeerError for a name the kind does not declare, with the close match, and for a value that does not fit, or
    comes before another (given or the template's own) that it must not come before.
    """
    declared = {parameter.name: parameter for parameter in kind.parameters}
    values: dict[str, Any] = {}
    for name, text in texts.items():
        if name not in declared:
            raise _unknown("parameter", name, tuple(declared), f"{kind.name} has {', '.join(declared) or 'none'}")
        values[name] = fitted(declared[name], text)
    refuse_out_of_order(kind.parameters, {parameter.name: parameter.default for parameter in kind.parameters} | values)
    return values


def _summary(kind: Kind, config: Config, own: bool, built_in: tuple[str, ...]) -> KindSummary:
    return KindSummary(
        name=kind.name,
        title=kind.title,
        description=kind.description,
        own=own,
        replaces=own and kind.name in built_in,
        origin=f"{config.templates}/{kind.name}" if own else "built-in",
        parameters=kind.parameters,
    )


def _settings(path: Path) -> tuple[Path | None, Config]:
    try:
        root = find_root(path)
    except NbpeerError:
        return None, Config()
    return root, load_config(root)


def _authors(root: Path | None) -> list[str]:
    try:
        return [identity(root)] if root else []
    except NbpeerError:
        return []


def _notebook_path(path: Path, overwrite: bool) -> Path:
    if path.is_dir():
        raise NbpeerError(f"{path} is a folder", f"name the notebook, such as {path / 'analysis.ipynb'}")
    if path.suffix != ".ipynb":
        raise NbpeerError(f"{path} is not the name of a notebook", f"call it {without_extension(path.name)}.ipynb")
    if os.path.lexists(path) and not overwrite:
        raise NbpeerError(f"{path} is there already", "choose another name, or pass --force to replace it")
    return path


def _unknown(what: str, name: str, known: tuple[str, ...], otherwise: str) -> NbpeerError:
    close = get_close_matches(name, known, n=1)
    return NbpeerError(f"there is no {what} {name!r}", f"did you mean {close[0]!r}?" if close else otherwise)


def _filled(kind: Kind, known: dict[str, Any], values: dict[str, Any]) -> bytes:
    """The template's bytes with front matter and parameters filled in, as nbformat writes them."""
    source = f"{kind.folder}/analysis.ipynb"
    notebook = parse_notebook(kind.notebook, source)
    sources = {0: _with_front_matter(notebook, known)}
    if values:
        index = next((cell.index for cell in notebook.cells if "parameters" in cell.tags), None)
        if index is None:
            raise NbpeerError(f"{source} has no cell tagged parameters", "tag one, or leave -p out")
        sources[index] = with_values(notebook.cells[index].source, values, source)
    written = json.loads(strip(kind.notebook))
    for index, text in sources.items():
        written["cells"][index]["source"] = text.splitlines(keepends=True)
    _validate(written, source)
    return (json.dumps(written, indent=1, sort_keys=True, ensure_ascii=False) + "\n").encode()


def _with_front_matter(notebook: Notebook, known: dict[str, Any]) -> str:
    text = front_matter_text(notebook)
    found = None
    if text is not None:
        try:
            found = yaml.load_commented(text)
        except yaml.YamlError as error:
            raise NbpeerError(f"{notebook.path}: front matter, line {error.line + 1}: {error.problem}") from None
    if text is None or not isinstance(found, dict):
        raise NbpeerError(f"{notebook.path} has no front matter in its first cell", "start it with --- and keys")
    found.update(known)
    return notebook.cells[0].source.replace(text, yaml.dump(found), 1)


def _validate(written: dict[str, Any], source: str) -> None:
    import nbformat

    try:
        nbformat.validate(nbformat.from_dict(written))
    except nbformat.ValidationError as error:
        problem = str(error).partition("\n")[0]
        raise NbpeerError(f"{source} is not a valid notebook ({problem})", "mend the template") from None
