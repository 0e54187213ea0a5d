"""YAML in and out; owns ruamel.yaml."""

from __future__ import annotations

import io
from collections.abc import Callable
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

    return _told(YAML(typ="safe", pure=True).load, text)


def load_with_lines(text: str) -> tuple[Any, dict[str, int]]:
    """The value, as `load`, and the line of each key of the outermost mapping as it is written there, from 1.

    Raises YamlError as `load`.
    """
    from ruamel.yaml import YAML

    reader = YAML(typ="safe", pure=True)

    def parts(text: str) -> tuple[Any, dict[str, int]]:
        node = reader.compose(text)
        outermost = node.value if node and node.tag.endswith(":map") else []
        lines = {str(key.value): key.start_mark.line + 1 for key, _ in outermost}
        return reader.constructor.construct_document(node) if node else None, lines

    found: tuple[Any, dict[str, int]] = _told(parts, text)
    return found


def load_commented(text: str) -> Any:
    """Like `load`, but mappings and sequences know their line (`.lc`) and keep comments for `dump`."""
    from ruamel.yaml import YAML

    return _told(YAML(typ="rt").load, text)


def dump(value: Any) -> str:
    """YAML text of a value, with the comments of a value that came from `load_commented`."""
    from ruamel.yaml import YAML

    writer = YAML(typ="rt")
    writer.width = 100
    writer.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    writer.dump(value, out)
    return out.getvalue()


def _told(read: Callable[[str], Any], text: str) -> Any:
    from ruamel.yaml.error import YAMLError

    try:
        return read(text)
    except YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problem = getattr(error, "problem", None) or str(error).split("\n", 1)[0]
        raise YamlError(str(problem), (mark.line if mark else 0) + 1) from None
