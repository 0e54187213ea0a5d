"""The front matter: the YAML header of an analysis, in its first cell, between two lines of `---`."""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from typing import Any, Literal

import msgspec

from nbpeer import yaml
from nbpeer.errors import NbpeerError
from nbpeer.model.decision import Forecast
from nbpeer.model.notebook import Notebook
from nbpeer.model.review import Tier

_BLOCK = re.compile(r"\A---[ \t]*\n(.*?)^---[ \t]*$", re.DOTALL | re.MULTILINE)


class DataSource(msgspec.Struct, frozen=True):
    """One source of data. `location` is a path relative to the notebook, a table, or an address."""

    name: str
    location: str = ""
    as_of: str = ""
    licence: str = ""


class FrontMatter(msgspec.Struct, frozen=True):
    """What the analyst says of the analysis. Empty means not said; which keys a kind needs is rule NBP201's business.

    `inputs` is the analyst's word on what the analysis depends on: `declared` says that `data_sources` names all of it.
    `supersedes` are the paths of analyses that this one takes the place of, relative to its own folder.
    `lines` maps each key to its line in the first cell, from 1; `other` holds keys nbpeer does not know.
    """

    title: str = ""
    kind: str = ""
    question: str = ""
    hypothesis: str = ""
    decision: str = ""
    decision_owner: str = ""
    tier: Tier | None = None
    data_sources: tuple[DataSource, ...] = ()
    metrics: tuple[str, ...] = ()
    predictions: tuple[Forecast, ...] = ()
    change_my_mind: str = ""
    review_on: datetime.date | None = None
    tags: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    inputs: Literal["observed", "declared"] = "observed"
    other: dict[str, Any] = {}
    lines: dict[str, int] = {}


class FrontMatterError(NbpeerError):
    """Front matter that is not YAML or whose key has a wrong value; `line` counts inside the first cell."""

    def __init__(self, path: str, problem: str, line: int, key: str = "") -> None:
        where = f"{path}: front matter, line {line}" + (f", key {key!r}" if key else "")
        super().__init__(f"{where}: {problem}", "mend it in the notebook's first cell")
        self.problem = problem
        self.line = line
        self.key = key


def front_matter_text(notebook: Notebook) -> str | None:
    """The YAML text between the `---` lines of the first cell, or None when there is no front matter."""
    if not notebook.cells or notebook.cells[0].cell_type not in ("raw", "markdown"):
        return None
    match = _BLOCK.match(notebook.cells[0].source)
    return match.group(1) if match else None


def parse_front_matter(notebook: Notebook) -> FrontMatter | None:
    """The front matter of an analysis; None when the notebook has none, and so is no analysis.

    Raises FrontMatterError naming line and key.
    """
    text = front_matter_text(notebook)
    return None if text is None else _parse(notebook.path, text)


@lru_cache(maxsize=16_384)  # several ask of an analysis, in one pass over many after the other, and of earlier versions
def _parse(path: str, text: str) -> FrontMatter:
    try:
        found, written = yaml.load_with_lines(text)
    except yaml.YamlError as error:
        raise FrontMatterError(path, error.problem, error.line + 1) from None
    if found is None:
        return FrontMatter()
    if not isinstance(found, dict):
        raise FrontMatterError(path, "must be a mapping of keys to values", 2)
    lines = {str(key): written.get(str(key), 1) + 1 for key in found}
    values = {str(key): value for key, value in found.items()}
    known = {key: values[key] for key in values if key in _KNOWN and values[key] is not None}
    for key, value in known.items():
        _check(path, key, value, lines[key])
    other = {key: _plain(value) for key, value in values.items() if key not in _KNOWN}
    converted = {key: _convert(key, value) for key, value in known.items()}
    return FrontMatter(**converted, other=other, lines=lines)


_KNOWN = {
    field.name: field.type for field in msgspec.structs.fields(FrontMatter) if field.name not in ("other", "lines")
}


def _check(path: str, key: str, value: Any, line: int) -> None:
    try:
        _convert(key, value)
    except msgspec.ValidationError as error:
        problem = str(error).partition(" - at ")[0].lower().replace("`", "")
        raise FrontMatterError(path, f"{problem} (found {_plain(value)!r})", line, key) from None


def _convert(key: str, value: Any) -> Any:
    plain = _plain(value)
    if key == "data_sources" and isinstance(plain, list):
        plain = [{"name": source, "location": source} if isinstance(source, str) else source for source in plain]
    elif key in ("metrics", "tags", "authors", "supersedes") and isinstance(plain, str):
        plain = [plain]
    elif key in _TEXT_KEYS and isinstance(plain, int | float):
        plain = str(plain)
    return msgspec.convert(plain, _KNOWN[key])


_TEXT_KEYS = ("title", "question", "hypothesis", "decision", "decision_owner", "change_my_mind")


def _plain(value: Any) -> Any:
    """YAML values as JSON values: dates become ISO 8601 text."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, datetime.date | datetime.datetime):
        return value.isoformat()
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value)
    return str(value)
