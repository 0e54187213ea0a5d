"""Named results, data expectations, caveats, and the committed file that holds them."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.naming import without_extension

RESULT_MIME = "application/vnd.nbpeer.result+json"

ResultType = Literal["number", "text", "table", "figure"]
Scalar = float | int | str | bool | None


class Table(msgspec.Struct, frozen=True, tag="table"):
    """A small table: `rows` are tuples in the order of `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Scalar, ...], ...]


class Figure(msgspec.Struct, frozen=True, tag="figure"):
    """An image by its pixels. `pixels` is the digest of width, height and RGBA bytes; `signature` a 16 x 16 grey
    thumbnail as 512 hexadecimal digits, for telling a redrawn figure from a changed one without the image."""

    width: int
    height: int
    pixels: str
    signature: str


class NamedResult(msgspec.Struct, frozen=True):
    """One result the analyst named.

    A number that JSON cannot spell is the text "NaN", "Infinity" or "-Infinity" with type `number`. `tolerance` is how
    far a number (or a number in a table) may move and still be the same result: absolute, or relative when
    `relative_tolerance` is set. A move is within tolerance when it is within either.
    """

    name: str
    type: ResultType
    value: float | int | str | Table | Figure
    unit: str = ""
    tolerance: float = 0.0
    relative_tolerance: float = 0.0


class Expectation(msgspec.Struct, frozen=True):
    """What the data were expected to satisfy, and whether they did. `detail` says what failed."""

    name: str
    passed: bool
    detail: str = ""


class ResultSet(msgspec.Struct, frozen=True):
    """All an executed notebook published under a name, each list sorted by name, names unique."""

    results: tuple[NamedResult, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    caveats: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()


class Environment(msgspec.Struct, frozen=True):
    """What the results were computed with: the kernel's language version and the packages the notebook loaded."""

    language: str = ""
    version: str = ""
    packages: dict[str, str] = {}


class Certificate(msgspec.Struct, frozen=True):
    """What a run can vouch for. Nothing in it is volatile: no times, no host names, no absolute paths.

    `parameters` are the values that replaced the notebook's own; `inputs` maps a path relative to the repository to
    the digest of the file read; `inputs_complete` is False when some input could not be observed or digested.
    """

    source: str
    parameters: dict[str, Any] = {}
    inputs: dict[str, str] = {}
    inputs_complete: bool = True
    environment: Environment = Environment()


class ResultsFile(msgspec.Struct, frozen=True):
    """The content of NAME.results.json."""

    certificate: Certificate
    results: dict[str, NamedResult] = {}
    expectations: dict[str, Expectation] = {}
    caveats: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    schema: int = 1

    @property
    def result_set(self) -> ResultSet:
        """The content without the certificate, sorted by name: what the results digest covers, and the caveats."""
        return ResultSet(
            tuple(self.results[name] for name in sorted(self.results)),
            tuple(self.expectations[name] for name in sorted(self.expectations)),
            self.caveats,
            self.metrics,
        )


def results_path(notebook_path: str) -> str:
    """`pricing.results.json` for `pricing.ipynb`, in the same folder."""
    return f"{without_extension(notebook_path)}.results.json"


def encode_results(found: ResultsFile) -> bytes:
    """The file's content: indented JSON, keys sorted, a table's row or a caveat a line, as git shows lines."""
    text = msgspec.json.format(msgspec.json.encode(found, order="sorted"), indent=2).decode()
    return (_flat_lists_on_one_line(text) + "\n").encode()


def _flat_lists_on_one_line(text: str) -> str:
    lines: list[str] = []
    opened = -1
    for line in text.split("\n"):
        lines.append(line)
        if line.endswith(("[", "{")):
            opened = len(lines) - 1 if line.endswith("[") and '"caveats"' not in line else -1
        elif opened >= 0 and line.lstrip().startswith("]"):
            head, *items, tail = lines[opened:]
            lines[opened:] = [head + " ".join(item.strip() for item in items) + tail.strip()]
            opened = -1
    return "\n".join(lines)


def decode_results(content: bytes, path: str) -> ResultsFile:
    """The results in a file's content. Raises NbpeerError naming `path` and what is wrong."""
    try:
        return msgspec.json.decode(content, type=ResultsFile)
    except msgspec.DecodeError as error:
        raise NbpeerError(f"{path} is not a valid results file ({error})", "run the analysis again") from None
