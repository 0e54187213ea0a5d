"""Values for a notebook's parameters: given as papermill takes them, refused where papermill only warns."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError, missing_extra
from nbpeer.model.kind import Parameter
from nbpeer.model.notebook import Notebook
from nbpeer.model.parameter import fitted_value, refuse_out_of_order
from nbpeer.run.declared import Accepts, Declared, declared_parameters, default_values, parameters_cell


class Given(NamedTuple):
    """What a person gave, in papermill's order: a later one wins over an earlier one of the same name.

    `files` and `texts` are YAML mappings; `typed` are names with text whose type is inferred; `raw` with text as it is.
    """

    files: tuple[Path, ...] = ()
    texts: tuple[str, ...] = ()
    typed: tuple[tuple[str, str], ...] = ()
    raw: tuple[tuple[str, str], ...] = ()


def resolve(
    notebook: Notebook, given: Given, kind: tuple[Parameter, ...] = (), more: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The values to write into the notebook, by name; those of `more` win.

    A value given as text becomes what the notebook, or its kind, declares, so that `-p store 007` stays the text it is
    declared to be; without a declaration the type is inferred as by papermill. Raises NbpeerError for a parameter the
    notebook does not declare, one that does not fit what the notebook or its `kind` says of it, a value that
    comes before another it must not come before (the notebook's own where none is given), and YAML that cannot be read.
    """
    declared = declared_parameters(notebook)
    typed_by = {parameter.name: parameter for parameter in kind}
    values = read_yaml_parameters(given)
    texts = {name: text for name, text in (*given.typed, *given.raw) if name in typed_by}
    for name, text in given.typed:
        values[name] = text if name in texts else _typed(text, declared.get(name))
    values.update(given.raw)
    values.update(more or {})
    refuse_unknown(notebook, values)
    for name, value in values.items():
        if name in typed_by:
            values[name] = _fitted(notebook, typed_by[name], value)
        else:
            _refuse_wrong(notebook, declared[name], value)
    _refuse_out_of_order(notebook, kind, values)
    return values


def _refuse_out_of_order(notebook: Notebook, kind: tuple[Parameter, ...], values: Mapping[str, Any]) -> None:
    if not any(parameter.not_before for parameter in kind):
        return
    try:
        refuse_out_of_order(kind, default_values(notebook) | dict(values))
    except NbpeerError as error:
        raise NbpeerError(f"{notebook.path}: {error.message}", error.hint) from None


def _fitted(notebook: Notebook, parameter: Parameter, value: Any) -> Any:
    try:
        return fitted_value(parameter, value)
    except NbpeerError as error:
        raise NbpeerError(f"{notebook.path}: {error.message}", error.hint) from None


def read_yaml_parameters(given: Given) -> dict[str, Any]:
    """The values of the YAML files and texts. Raises NbpeerError naming the file and the line."""
    values: dict[str, Any] = {}
    for file in given.files:
        values.update(_mapping(read_text(file), str(file)))
    for text in given.texts:
        values.update(_mapping(text, "the text of -y"))
    return values


def read_text(file: Path) -> str:
    """The text of a parameter file. Raises NbpeerError when it cannot be read."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise NbpeerError(f"{file} could not be read ({problem})", "name a YAML file of parameters") from None


def spelled(parameters: Mapping[str, Any]) -> str:
    """Parameters as one text in which 1, 1.0 and true differ."""
    return json.dumps(spellable(dict(parameters)), sort_keys=True)


def spellable(value: Any) -> Any:
    """A parameter's value as JSON: numbers JSON cannot spell become "NaN", "Infinity" and "-Infinity"."""
    if isinstance(value, dict):
        return {str(key): spellable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [spellable(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    return value


def read_yaml(text: str, where: str) -> Any:
    """A YAML text as papermill reads it: YAML 1.1, dates stay texts. Raises NbpeerError naming `where` and the line."""
    try:
        import yaml  # type: ignore[import-untyped]
    except ImportError:
        raise missing_extra("running a notebook", "run") from None

    class Loader(yaml.SafeLoader):  # type: ignore[misc]
        yaml_implicit_resolvers = {
            first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
            for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
        }

    try:
        return Loader(text).get_single_data()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or str(error).splitlines()[0]
        raise NbpeerError(f"{where}{line}: not valid YAML ({problem})", "give a mapping of names to values") from None


def _mapping(text: str, where: str) -> dict[str, Any]:
    found = read_yaml(text, where)
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


def refuse_unknown(notebook: Notebook, names: Iterable[str]) -> None:
    """Raise NbpeerError for the first of `names` that the notebook does not declare, with the nearest it does."""
    declared = declared_parameters(notebook)
    unknown = [name for name in names if name not in declared]
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
