"""Named results out of an executed notebook: what `nbpeer.result` and its siblings, or scrapbook, left in it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Annotated, Any, NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Cell, Notebook, Output
from nbpeer.model.result import (
    RESULT_MIME,
    Expectation,
    Figure,
    NamedResult,
    ResultSet,
    ResultType,
    Table,
)

SCHEMA = 1
SCRAP_MIMES = ("application/scrapbook.scrap.json+json", "application/scrapbook.scrap.text+json")

_Name = Annotated[str, msgspec.Meta(min_length=1)]
_Tolerance = Annotated[float, msgspec.Meta(ge=0)]
_UNSPELLABLE = ("NaN", "Infinity", "-Infinity")


class _Value(msgspec.Struct, frozen=True, tag_field="type"):
    name: _Name
    schema: int = SCHEMA
    unit: str = ""
    tolerance: _Tolerance = 0.0
    relative_tolerance: _Tolerance = 0.0


class _Number(_Value, frozen=True, tag="number", kw_only=True):
    value: float | int | str


class _Text(_Value, frozen=True, tag="text", kw_only=True):
    value: str


class _Table(_Value, frozen=True, tag="table", kw_only=True):
    value: Table


class _Figure(_Value, frozen=True, tag="figure"):
    pass


class _Expectation(msgspec.Struct, frozen=True, tag_field="type", tag="expectation"):
    name: _Name
    passed: bool
    detail: str = ""
    schema: int = SCHEMA


class _Caveat(msgspec.Struct, frozen=True, tag_field="type", tag="caveat"):
    text: _Name
    schema: int = SCHEMA


class _Metric(msgspec.Struct, frozen=True, tag_field="type", tag="metric"):
    name: _Name
    schema: int = SCHEMA


_Payload = _Number | _Text | _Table | _Figure | _Expectation | _Caveat | _Metric


class _Published(NamedTuple):
    cell: Cell
    output: Output
    payload: _Payload


def read_results(notebook: Notebook) -> ResultSet:
    """Everything the notebook published, sorted by name.

    Raises NbpeerError naming the cell when a bundle is not what nbpeer writes, and both cells when two
    publish under one name.
    """
    results: dict[str, tuple[Cell, NamedResult]] = {}
    expectations: dict[str, tuple[Cell, Expectation]] = {}
    caveats, metrics = set(), set()
    for item in _published(notebook):
        payload = item.payload
        if isinstance(payload, _Caveat):
            caveats.add(payload.text)
        elif isinstance(payload, _Metric):
            metrics.add(payload.name)
        elif isinstance(payload, _Expectation):
            _refuse_twin(
                notebook.path, f"expectations are named {payload.name!r}", expectations.get(payload.name), item
            )
            expectations[payload.name] = item.cell, Expectation(payload.name, payload.passed, payload.detail)
        else:
            _refuse_twin(notebook.path, f"results are named {payload.name!r}", results.get(payload.name), item)
            results[payload.name] = item.cell, _result(notebook.path, item)
    return ResultSet(
        tuple(results[name][1] for name in sorted(results)),
        tuple(expectations[name][1] for name in sorted(expectations)),
        tuple(sorted(caveats)),
        tuple(sorted(metrics)),
    )


def figure_pngs(notebook: Notebook) -> dict[str, bytes]:
    """The PNG bytes of every named figure. Raises NbpeerError as `read_results`."""
    return {
        item.payload.name: _png(notebook.path, item)
        for item in _published(notebook)
        if isinstance(item.payload, _Figure)
    }


def _published(notebook: Notebook) -> Iterator[_Published]:
    for cell in notebook.cells:
        for output in cell.outputs:
            if output.output_type == "unreadable":
                raise NbpeerError(
                    f"{notebook.path}, cell {cell.number}: an output cannot be read", "run the cell again"
                )
            if RESULT_MIME in output.data:
                yield _Published(cell, output, _payload(notebook.path, cell, output.data[RESULT_MIME]))
            for mime in SCRAP_MIMES:
                if mime in output.data:
                    yield _Published(cell, output, _scrap(notebook.path, cell, output.data[mime]))


def _payload(path: str, cell: Cell, bundle: Any) -> _Payload:
    schema = bundle.get("schema", SCHEMA) if isinstance(bundle, dict) else SCHEMA
    if isinstance(schema, int) and schema > SCHEMA:
        raise NbpeerError(
            f"{path}, cell {cell.number}: a result of schema {schema}, this nbpeer reads {SCHEMA}", "upgrade nbpeer"
        )
    try:
        return _checked(msgspec.convert(bundle, _Payload))
    except (msgspec.ValidationError, ValueError) as error:
        name = bundle.get("name") if isinstance(bundle, dict) else None
        what = f"result {name!r}" if isinstance(name, str) and name else "a result"
        problem = str(error).replace("`", "").lower()
        raise NbpeerError(
            f"{path}, cell {cell.number}: {what} is not what nbpeer.result writes ({problem})", "run the cell again"
        ) from None


def _checked(payload: _Payload) -> _Payload:
    msgspec.json.encode(payload)  # refuses, as a ValueError, what the results file could not hold: unpaired surrogates
    if isinstance(payload, _Number) and isinstance(payload.value, str) and payload.value not in _UNSPELLABLE:
        raise ValueError(f"{payload.value!r} is not a number")
    if isinstance(payload, _Table):
        columns = payload.value.columns
        if len(set(columns)) != len(columns):
            raise ValueError("two columns of the table have one name")
        if any(len(row) != len(columns) for row in payload.value.rows):
            raise ValueError("a row of the table has not as many cells as there are columns")
    return payload


def _scrap(path: str, cell: Cell, bundle: Any) -> _Payload:
    """Scrapbook's glue as a result: numbers and text as they are, anything else as its JSON text.

    Format: https://nteract-scrapbook.readthedocs.io, "scrap" schema (name, data, encoder).
    """
    name = bundle.get("name") if isinstance(bundle, dict) else None
    if not isinstance(name, str) or not name or "data" not in bundle:
        raise NbpeerError(f"{path}, cell {cell.number}: a scrap without name or data", "run the cell again")
    data = bundle["data"]
    if isinstance(data, int | float) and not isinstance(data, bool):
        return _Number(name, value=data)
    return _Text(name, value=data if isinstance(data, str) else msgspec.json.encode(data).decode())


def _result(path: str, item: _Published) -> NamedResult:
    payload = item.payload
    assert isinstance(payload, _Number | _Text | _Table | _Figure)  # noqa: S101 - the caller chose these
    value = _figure(path, item) if isinstance(payload, _Figure) else payload.value
    kind = _TYPES[type(payload)]
    return NamedResult(payload.name, kind, value, payload.unit, payload.tolerance, payload.relative_tolerance)


_TYPES: dict[type, ResultType] = {_Number: "number", _Text: "text", _Table: "table", _Figure: "figure"}


def _figure(path: str, item: _Published) -> Figure:
    from nbpeer.results.images import figure_of

    try:
        return figure_of(_png(path, item))
    except NbpeerError as error:
        raise NbpeerError(f"{path}, cell {item.cell.number}: {error.message}", error.hint) from None


def _png(path: str, item: _Published) -> bytes:
    encoded = item.output.mime("image/png")
    try:
        return base64.b64decode(encoded)
    except (TypeError, ValueError, binascii.Error):
        what = "is not base64" if encoded else "is missing"
        raise NbpeerError(
            f"{path}, cell {item.cell.number}: the picture of a figure {what}", "run the cell again"
        ) from None


def _refuse_twin(path: str, what: str, earlier: tuple[Cell, Any] | None, item: _Published) -> None:
    if earlier is not None:
        first, second = earlier[0].number, item.cell.number
        where = f"cells {first} and {second}" if first != second else f"cell {first}"
        raise NbpeerError(f"{path}: two {what} ({where})", "give each its own name")
