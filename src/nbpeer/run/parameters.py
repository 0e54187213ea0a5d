"""Values for a notebook's parameters: given as papermill takes them, refused where papermill only warns."""

from __future__ import annotations

import math
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.model.notebook import Notebook
from nbpeer.run.declared import Accepts, Declared, declared_parameters, parameters_cell


class Given(NamedTuple):
    """What a person gave, in papermill's order: a later one wins over an earlier one of the same name.

    `files` and `texts` are YAML mappings; `typed` are names with text whose type is inferred; `raw` with text as it is.
    """

    files: tuple[Path, ...] = ()
    texts: tuple[str, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    raw: tuple[tuple[str, str], ...] = ()


def resolve(notebook: Notebook, given: Given) -> dict[str, Any]:
    """The values to write into the notebook, by name.

    A value given as text becomes what the notebook declares, so that `-p store 007` stays the text it is declared to
    be; without a declaration the type is inferred as by papermill. Raises NbpeerError for a parameter the notebook
    does not declare, one of another type than declared, and YAML that cannot be read.
    """
    declared = declared_parameters(notebook)
    values = read_yaml_parameters(given)
    for name, text in given.typed:
        values[name] = _typed(text, declared.get(name))
    values.update(given.raw)
    _refuse_unknown(notebook, declared, values)
    for name, value in values.items():
        _refuse_wrong(notebook, declared[name], value)
    return values


def read_yaml_parameters(given: Given) -> dict[str, Any]:
    """The values of the YAML files and texts. Raises NbpeerError naming the file and the line."""
    values: dict[str, Any] = {}
    for file in given.files:
        try:
            text = file.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            problem = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
            raise NbpeerError(f"{file} could not be read ({problem})", "name a YAML file of parameters") from None
        values.update(_mapping(text, str(file)))
    for text in given.texts:
        values.update(_mapping(text, "the text of -y"))
    return values


def spellable(value: Any) -> Any:
    """A parameter's value as JSON: numbers JSON cannot spell become "NaN", "Infinity" and "-Infinity"."""
    if isinstance(value, dict):
        return {str(key): spellable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spellable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def _mapping(text: str, where: str) -> dict[str, Any]:
    try:
        from papermill.iorw import NoDatesSafeLoader
        from yaml import YAMLError  # type: ignore[import-untyped]
    except ImportError:
        raise missing_extra("running a notebook", "run") from None
    try:
        found = NoDatesSafeLoader(text).get_single_data()
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise NbpeerError(f"{where}{line}: not valid YAML ({problem})", "give a mapping of names to values") from None
    if found is None:
        return {}
    if not isinstance(found, dict) or not all(isinstance(name, str) for name in found):
        raise NbpeerError(f"{where} is not a mapping of parameter names to values", 'write it as "name: value"')
    return found


def _typed(text: str, declared: Declared | None) -> Any:
    value = _inferred(text)
    if declared is None or value is None:
        return value
    return text if declared.accepts == "text" or text in declared.choices else value


def _inferred(text: str) -> Any:
    """papermill's rule for -p: True, False, None, an integer, a float, or else the text itself."""
    words = {"True": True, "False": False, "None": None}
    if text in words:
        return words[text]
    for convert in (int, float):
        try:
            return convert(text)
        except ValueError:
            continue
    return text


def _refuse_unknown(notebook: Notebook, declared: dict[str, Declared], values: dict[str, Any]) -> None:
    unknown = [name for name in values if name not in declared]
    if not unknown:
        return
    name = unknown[0]
    cell = parameters_cell(notebook)
    if cell is None:
        raise NbpeerError(
            f"{notebook.path} has no cell tagged `parameters`, so {name!r} cannot be set",
            "tag the cell that sets the defaults",
        )
    close = get_close_matches(name, declared, n=1)
    known = ", ".join(declared) or "none"
    hint = f"did you mean {close[0]!r}?" if close else f"cell {cell.number} declares: {known}"
    raise NbpeerError(f"{notebook.path} declares no parameter {name!r}", hint)


_TESTS: dict[Accepts, tuple[str, tuple[type, ...]]] = {
    "boolean": ("True or False", (bool,)),
    "integer": ("a whole number", (int,)),
    "number": ("a number", (int, float)),
    "text": ("a text", (str,)),
    "list": ("a list", (list, tuple)),
    "mapping": ("a mapping", (dict,)),
}


def _refuse_wrong(notebook: Notebook, declared: Declared, value: Any) -> None:
    if value is None and declared.optional:
        return
    what = f"{notebook.path}: parameter {declared.name!r}"
    if declared.choices and value not in declared.choices:
        raise NbpeerError(f"{what} is {value!r}", f"give one of {', '.join(map(repr, declared.choices))}")
    if declared.accepts == "anything":
        return
    wanted, types = _TESTS[declared.accepts]
    if not isinstance(value, types) or (isinstance(value, bool) and bool not in types):
        cell = parameters_cell(notebook)
        hint = f"cell {cell.number} declares it" if cell else ""
        if declared.accepts in ("list", "mapping"):
            hint = f'give it as -y "{declared.name}: …"'
        raise NbpeerError(f"{what} has to be {wanted}, not {value!r}", hint)
