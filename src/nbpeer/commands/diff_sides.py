"""One analysis in one version, as far as it can be read."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeVar

import msgspec

from nbpeer.diff.parameters import declared_parameters, value_text
from nbpeer.errors import NbpeerError
from nbpeer.model.change import Version
from nbpeer.model.notebook import Cell, Notebook, parse_notebook
from nbpeer.model.result import Certificate, ResultSet, ResultsFile, decode_results, results_path

Read = Callable[[Version, str], bytes | None]
Parsed = TypeVar("Parsed")

# Of a file that is no notebook this much is shown, in characters.
_SHOWN_TEXT = 100_000


class Side(NamedTuple):
    """One analysis in one version."""

    notebook: Notebook | None
    recorded: ResultsFile | None

    @property
    def results(self) -> ResultSet | None:
        """The named results and expectations, when any are recorded."""
        return self.recorded.result_set if self.recorded else None

    @property
    def certificate(self) -> Certificate | None:
        """What the run vouches for, when one is recorded."""
        return self.recorded.certificate if self.recorded else None

    @property
    def parameters(self) -> dict[str, str]:
        """The values in force: the notebook's own, unless the run replaced them."""
        replaced = self.certificate.parameters if self.certificate else {}
        return declared_parameters(self.notebook) | {name: value_text(value) for name, value in replaced.items()}


def read_side(read: Read, version: Version, path: str, problems: list[str]) -> Side:
    """The analysis at `path` ("" for none) in a version; what cannot be read is added to `problems`.

    An older nbformat is upgraded. What is no notebook but text is one raw cell of that text.
    """
    if not path:
        return Side(None, None)

    def attempt(parse: Callable[[bytes, str], Parsed], name: str) -> Parsed | None:
        content = None
        try:
            content = read(version, name)
            return None if content is None else parse(content, name)
        except NbpeerError as error:
            problems.append(f"in {version.label}: {error}")
            return as_text(content or b"", name) if parse is any_notebook else None  # type: ignore[return-value]

    return Side(attempt(any_notebook, path), attempt(decode_results, results_path(path)))


def any_notebook(content: bytes, path: str) -> Notebook:
    """The notebook in `content`, of nbformat 4 or older. Raises NbpeerError as `parse_notebook`."""
    try:
        return parse_notebook(content, path)
    except NbpeerError as error:
        upgraded = _upgraded(content)
        if upgraded is None:
            raise error from None
        found = parse_notebook(upgraded, path)
    # The upgrade makes up ids, others each time.
    return msgspec.structs.replace(found, cells=tuple(msgspec.structs.replace(cell, id=None) for cell in found.cells))


def as_text(content: bytes, path: str) -> Notebook | None:
    """What is no notebook as one raw cell; None for nothing, and for what is not text."""
    if not content.strip() or b"\0" in content[:_SHOWN_TEXT]:
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    if len(text) > _SHOWN_TEXT:
        text = f"{text[:_SHOWN_TEXT]}\n… {len(text) - _SHOWN_TEXT:,} more characters"
    return Notebook(path, (Cell(0, "raw", text),), {}, 0)


def _upgraded(content: bytes) -> bytes | None:
    """The same notebook in nbformat 4; None when it is not of an older format, or too broken to be upgraded."""
    if b'"worksheets"' not in content:
        return None
    import warnings

    import nbformat

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = nbformat.reads(content.decode("utf-8-sig"), as_version=4)
    except Exception:  # nbformat fails in many ways on what is not valid
        return None
    return str(nbformat.writes(found)).encode()
