"""Named results out of an executed notebook: what `nbpeer.result` and its siblings, or scrapbook, left in it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.notebook import Cell, Notebook, Output
from nbpeer.model.result import (
    RESULT_MIME,
    Expectation,
    Figure,
    NamedResult,
    ResultSet,
    Table,
)
from nbpeer.results.bundle import (
    SCHEMA,
    Bundle,
    CaveatBundle,
    ExpectationBundle,
    FigureBundle,
    MetricBundle,
    NumberBundle,
    TableBundle,
    TextBundle,
    json_value,
    read_bundle,
    schema_of,
)
from nbpeer.results.scraps import is_scrap, read_scrap


class _Published(NamedTuple):
    cell: Cell
    output: Output
    payload: Bundle
    glued: bool = False


def read_results(notebook: Notebook) -> ResultSet:
    """Everything the notebook published, sorted by name.

    Raises NbpeerError naming the cell when a bundle is not what nbpeer writes, and both cells when two
    publish under one name; glue of scrapbook's replaces earlier glue, as scrapbook reads it.
    """
    glued: set[str] = set()
    results: dict[str, tuple[Cell, NamedResult]] = {}
    expectations: dict[str, tuple[Cell, Expectation]] = {}
    caveats, metrics = set(), set()
    for item in _published(notebook):
        payload = item.payload
        if isinstance(payload, CaveatBundle):
            caveats.add(payload.text)
        elif isinstance(payload, MetricBundle):
            metrics.add(payload.name)
        elif isinstance(payload, ExpectationBundle):
            _refuse_twin(
                notebook.path, f"expectations are named {payload.name!r}", expectations.get(payload.name), item
            )
            expectations[payload.name] = item.cell, Expectation(payload.name, payload.passed, payload.detail)
        else:
            if not (item.glued and payload.name in glued):
                _refuse_twin(notebook.path, f"results are named {payload.name!r}", results.get(payload.name), item)
            glued |= {payload.name} if item.glued else set()
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
        if isinstance(item.payload, FigureBundle)
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
            for mime in filter(is_scrap, output.data):
                yield _Published(cell, output, _scrap(notebook.path, cell, mime, output.data[mime]), True)


def _payload(path: str, cell: Cell, found: Any) -> Bundle:
    bundle = None
    try:
        bundle = json_value(found)
        schema = schema_of(bundle)
        if schema <= SCHEMA:
            return read_bundle(bundle)
    except (msgspec.MsgspecError, ValueError) as error:
        name = bundle.get("name") if isinstance(bundle, dict) else None
        what = f"result {name!r}" if isinstance(name, str) and name else "a result"
        problem = str(error).replace("`", "").lower()
        raise NbpeerError(
            f"{path}, cell {cell.number}: {what} is not what nbpeer.result writes ({problem})", "run the cell again"
        ) from None
    raise NbpeerError(
        f"{path}, cell {cell.number}: a result of schema {schema}, this nbpeer reads {SCHEMA}", "upgrade nbpeer"
    )


def _scrap(path: str, cell: Cell, mime: str, bundle: Any) -> Bundle:
    try:
        return read_scrap(mime, json_value(bundle))
    except (msgspec.MsgspecError, ValueError) as error:
        raise NbpeerError(f"{path}, cell {cell.number}: {error}", "run the cell again") from None


def _result(path: str, item: _Published) -> NamedResult:
    payload = item.payload
    assert isinstance(payload, NumberBundle | TextBundle | TableBundle | FigureBundle)  # noqa: S101 - the caller chose
    terms = payload.unit, payload.tolerance, payload.relative_tolerance
    if isinstance(payload, FigureBundle):
        return NamedResult(payload.name, "figure", _figure(path, item), *terms)
    if isinstance(payload, TableBundle):
        return NamedResult(payload.name, "table", Table(payload.value.columns, payload.value.rows), *terms)
    return NamedResult(payload.name, "number" if isinstance(payload, NumberBundle) else "text", payload.value, *terms)


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
