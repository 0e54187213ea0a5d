"""What the settings of other tools mean in ours: arguments and tables in, our settings and what has none out. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from nbpeer.errors import NbpeerError
from nbpeer.strip import StripOptions, parse_size, strip

Settings = dict[str, Any]
# How many values an option takes: none, one, or all up to the next option.
_NBSTRIPOUT = {
    "keep-output": "", "keep-count": "", "keep-id": "", "drop-empty-cells": "", "strip-init-cells": "",
    "extra-keys": "1", "drop-tagged-cells": "1", "max-size": "1", "keep-metadata-keys": "1", "mode": "1",
    "drop-output-type": "*", "keep-output-type": "*", "verify": "", "dry-run": "", "textconv": "", "force": "",
    "unix-newlines": "",
}  # fmt: skip
_NB_CLEAN = {
    "remove-empty-cells": "", "remove-all-notebook-metadata": "", "preserve-cell-metadata": "*",
    "preserve-cell-metadata-field": "1", "preserve-cell-outputs": "", "preserve-execution-counts": "",
    "preserve-notebook-metadata": "",
}  # fmt: skip
_DATABOOKS = {
    "rm-outs": "", "no-rm-outs": "", "rm-exec": "", "no-rm-exec": "", "nb-meta-keep": "1", "cell-meta-keep": "1",
    "cell-fields-keep": "1", "ignore": "1", "prefix": "1", "suffix": "1", "yes": "", "overwrite": "", "check": "",
    "verbose": "", "config": "1",
}  # fmt: skip
_SHORT = {
    "nbstripout": {"t": "textconv", "f": "force", "m": "mode"},
    "nb-clean": {
        "e": "remove-empty-cells", "M": "remove-all-notebook-metadata", "m": "preserve-cell-metadata",
        "o": "preserve-cell-outputs", "c": "preserve-execution-counts", "n": "preserve-notebook-metadata",
    },
    "databooks": {"y": "yes", "w": "overwrite", "v": "verbose", "c": "config"},
}  # fmt: skip
_LONG = {"nbstripout": _NBSTRIPOUT, "nb-clean": _NB_CLEAN, "databooks": _DATABOOKS}
# What the other tool does with an option, where nbpeer does something else whatever its settings.
_NO_COUNTERPART = {
    "strip-init-cells": "nbpeer keeps the outputs of cells that say init_cell",
    "keep-metadata-keys": "nbpeer takes these keys out where they are volatile (docs/strip.md)",
    "drop-output-type": "nbpeer keeps or strips outputs whatever their type",
    "keep-output-type": "nbpeer keeps or strips outputs whatever their type",
    "mode": "nbpeer does not know Zeppelin notebooks",
    "verify": "the hook nbpeer-strip strips; `nbpeer strip --check` only looks",
    "dry-run": "the hook nbpeer-strip strips; `nbpeer strip --check` only looks",
    "check": "the hook nbpeer-strip strips; `nbpeer strip --check` only looks",
    "remove-all-notebook-metadata": "nbpeer keeps the notebook's metadata, its kernel among it",
    "ignore": "nbpeer has no such list; `exclude` of the hook nbpeer-strip is a pattern",
    "prefix": "nbpeer strips a notebook in its place",
    "suffix": "nbpeer strips a notebook in its place",
    "config": "that file was not read",
}


class Translated(NamedTuple):
    """Settings of `[tool.nbpeer.strip]` by their field, and one line for each thing that has no counterpart."""

    strip: Settings
    notes: tuple[str, ...] = ()


def translate(tool: str, arguments: Sequence[str]) -> Translated:
    """What the arguments of `nbstripout`, `nb-clean clean` or `databooks meta` are in our settings."""
    given, unknown = _options(arguments, _LONG[tool], _SHORT[tool])
    made = {"nbstripout": _nbstripout, "nb-clean": _nb_clean, "databooks": _databooks}[tool](given)
    notes = [*made.notes, *(_without_counterpart(name, given[name]) for name in given if name in _NO_COUNTERPART)]
    notes += [f"{option}: nbpeer does not know this option" for option in unknown]
    return _only_allowed_keys(Translated(made.strip, tuple(notes)))


def databooks_arguments(table: Mapping[str, Any]) -> tuple[str, ...]:
    """`[tool.databooks.meta]` as the arguments it stands for. A key may be written with - or with _."""
    arguments: list[str] = []
    for key, value in table.items():
        name = key.replace("_", "-")
        if isinstance(value, bool):
            arguments += [f"--{name}"] if value else [f"--no-{name}"] if f"no-{name}" in _DATABOOKS else []
        else:
            arguments += [f"--{name}={one}" for one in (value if isinstance(value, list) else [value])]
    return tuple(arguments)


def stricter(found: Iterable[Translated]) -> Translated:
    """What several of a repository's commands together leave: where they differ, the one that takes out more counts."""
    every = list(found)
    strip: Settings = {}
    for name, default in StripOptions.DEFAULTS.items():
        values = [one.strip.get(name, default) for one in every]
        if name in ("keep_output", "keep_count"):
            strip[name] = all(values) and bool(values)
        elif name == "max_size":
            strip[name] = min(values, default=0)
        elif isinstance(default, tuple):
            strip[name] = tuple(dict.fromkeys(key for value in values for key in value))
        else:
            strip[name] = any(values)
    settings = {name: value for name, value in strip.items() if value != StripOptions.DEFAULTS[name]}
    return Translated(settings, tuple(dict.fromkeys(note for one in every for note in one.notes)))


def _options(
    arguments: Sequence[str], long: Mapping[str, str], short: Mapping[str, str]
) -> tuple[dict[str, list[str]], list[str]]:
    """The values of each option, and the options that are not known."""
    given: dict[str, list[str]] = {}
    unknown: list[str] = []
    waiting = list(arguments)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            continue  # a file
        if not word.startswith("--"):
            letters = [short.get(letter) for letter in word[1:]]
            waiting[:0] = [f"--{name}" for name in letters if name] if all(letters) else []
            unknown += [] if all(letters) else [word]
            continue
        name, equals, value = word[2:].partition("=")
        if name not in long:
            unknown.append(word)
            continue
        given.pop(name.removeprefix("no-") if name.startswith("no-") else f"no-{name}", None)  # the last one counts
        values = given.setdefault(name, [])
        if equals:
            values.append(value)
        elif long[name] == "1" and waiting:
            values.append(waiting.pop(0))
        elif long[name] == "*":
            while waiting and not waiting[0].startswith("-"):
                values.append(waiting.pop(0))
    return given, unknown


def _nbstripout(given: Mapping[str, list[str]]) -> Translated:
    notes = ["metadata: nbpeer drops papermill's record of a run and paths on one machine as well"]
    strip: Settings = {
        name.replace("-", "_"): True for name in ("keep-output", "keep-count", "drop-empty-cells") if name in given
    }
    for name in ("extra-keys", "drop-tagged-cells"):
        if name in given:
            strip[name.replace("-", "_")] = tuple(key for value in given[name] for key in value.split())
    try:
        strip["max_size"] = parse_size((given.get("max-size") or ["0"])[-1])
    except NbpeerError:
        notes.append(f"--max-size {given['max-size'][-1]}: nbpeer does not know this size; set max-size in bytes")
    if "keep-id" not in given:
        notes.append("cell ids: nbstripout numbers them anew, nbpeer leaves them as they are")
    return Translated(strip, tuple(notes))


def _nb_clean(given: Mapping[str, list[str]]) -> Translated:
    names = {
        "remove-empty-cells": "drop_empty_cells",
        "preserve-cell-outputs": "keep_output",
        "preserve-execution-counts": "keep_count",
    }
    strip: Settings = {ours: True for theirs, ours in names.items() if theirs in given}
    if "preserve-notebook-metadata" not in given:
        strip["extra_keys"] = ("metadata.language_info.version",)
    fields = [*given.get("preserve-cell-metadata", ()), *given.get("preserve-cell-metadata-field", ())]
    kept = f"drops all cell metadata{_but(fields) or ', tags among it'}"
    if "preserve-cell-metadata" in given and not fields:
        kept = "keeps all cell metadata"
    return Translated(strip, (_metadata(f"nb-clean {kept}"), *_marked(strip)))


def _databooks(given: Mapping[str, list[str]]) -> Translated:
    fields = given.get("cell-fields-keep", [])
    strip: Settings = {}
    notes = []
    if "rm-outs" not in given or "outputs" in fields:
        strip["keep_output"] = True
        notes.append("outputs: databooks keeps them, so keep-output = true; take that line out to have them stripped")
    if "no-rm-exec" in given or "execution_count" in fields:
        strip["keep_count"] = True
    kept = [field for name in ("nb-meta-keep", "cell-meta-keep") for field in given.get(name, ())]
    others = [field for field in fields if field not in ("outputs", "execution_count")]
    notes.append(_metadata(f"databooks drops all metadata{_but(kept)}"))
    notes.append(f"cell fields: databooks drops ids, attachments and the like{_but(others)}, nbpeer keeps them")
    return Translated(strip, (*notes, *_marked(strip)))


def _but(kept: list[str]) -> str:
    return f" but {', '.join(kept)}" if kept else ""


def _metadata(theirs: str) -> str:
    return f"metadata: {theirs}; nbpeer drops what is volatile, and what extra-keys names"


def _marked(strip: Settings) -> tuple[str, ...]:
    if "keep_output" in strip:
        return ()
    return ("outputs: nbpeer keeps those of cells that are marked keep_output or init_cell",)


def _without_counterpart(name: str, values: list[str]) -> str:
    return f"{' '.join((f'--{name}', *values))}: {_NO_COUNTERPART[name]}"


def _only_allowed_keys(made: Translated) -> Translated:
    """Without the extra keys that our stripper refuses, because without them it would be no notebook."""
    allowed, notes = [], list(made.notes)
    for key in made.strip.get("extra_keys", ()):
        try:
            strip(b'{"cells": []}', StripOptions(extra_keys=(key,)))
        except NbpeerError as error:
            notes.append(f"--extra-keys {key}: left out, {error.message}")
        else:
            allowed.append(key)
    strip_settings = made.strip | ({"extra_keys": tuple(allowed)} if "extra_keys" in made.strip else {})
    return Translated(strip_settings, tuple(notes))
