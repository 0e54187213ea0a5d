"""YAML in and out; owns ruamel.yaml."""

from __future__ import annotations

import io
from typing import Any

from nbpeer.errors import NbpeerError


class YamlError(NbpeerError):
    """Text that is not YAML; `line` counts from 1 inside the text."""

    def __init__(self, problem: str, line: int) -> None:
        super().__init__(f"not valid YAML, line {line}: {problem}")
        self.problem = problem
        self.line = line


def load(text: str) -> Any:
    """The plain Python value of one YAML 1.2 document (None when it is empty).

    Raises YamlError with the line of the first mistake; a repeated key is a mistake.
    """
    from ruamel.yaml import YAML

    return _load(YAML(typ="safe", pure=True), text)


def load_commented(text: str) -> Any:
    """Like `load`, but mappings and sequences know their line (`.lc`) and keep comments for `dump`."""
    from ruamel.yaml import YAML

    return _load(YAML(typ="rt"), text)


def dump(value: Any) -> str:
    """YAML text of a value, with the comments of a value that came from `load_commented`."""
    from ruamel.yaml import YAML

    writer = YAML(typ="rt")
    writer.width = 100
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue()


def _load(reader: Any, text: str) -> Any:
    from ruamel.yaml.error import YAMLError

    try:
        return reader.load(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        raise YamlError(str(problem), (mark.line if mark else 0) + 1) from None
