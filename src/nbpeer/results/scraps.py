"""Scrapbook's glue as named results.

Format: https://nteract-scrapbook.readthedocs.io, "scrap" schema (name, data, encoder, version); the MIME type of the
output is application/scrapbook.scrap.ENCODER+json.
"""

from __future__ import annotations

import base64
import io
from typing import Any

import msgspec

from nbpeer.model.digests import digest
from nbpeer.results.bundle import Bundle, Grid, NumberBundle, TableBundle, TextBundle

_MOST_ROWS, _MOST_COLUMNS = 200, 30


def is_scrap(mime: str) -> bool:
    """Whether a MIME type is one of scrapbook's, whatever the encoder."""
    return mime.startswith("application/scrapbook.scrap.") and mime.endswith("+json")


def read_scrap(mime: str, bundle: Any) -> Bundle:
    """A scrap as a result: numbers, texts and data frames as they are, anything else as its JSON text.

    A frame that is larger than a named table may be is a text: its size and the digest of its values. Raises ValueError
    for what is no scrap, and for a frame that cannot be read here.
    """
    name = bundle.get("name") if isinstance(bundle, dict) else None
    if not isinstance(name, str) or not name or "data" not in bundle:
        raise ValueError("a scrap without name or data")
    data = bundle["data"]
    if mime == "application/scrapbook.scrap.pandas+json":
        return _frame(name, data)
    if isinstance(data, int | float) and not isinstance(data, bool):
        return NumberBundle(name, value=data)
    return TextBundle(name, value=data if isinstance(data, str) else msgspec.json.encode(data).decode())


def _frame(name: str, data: Any) -> Bundle:
    """A data frame, which scrapbook keeps as Parquet in base64."""
    try:
        from pyarrow import ArrowException, parquet  # type: ignore[import-untyped]
    except ImportError:
        raise ValueError("a scrap that is a data frame can be read where pyarrow is installed") from None
    try:
        found = parquet.read_table(io.BytesIO(base64.b64decode(data))).to_pydict()
    except (ArrowException, TypeError, ValueError) as error:
        said = " ".join(str(error).split())[:80]
        raise ValueError(f"a scrap whose data frame cannot be read: {said}") from None
    columns = [column for column in found if not column.startswith("__index_level_")]
    rows = tuple(zip(*([_scalar(value) for value in found[column]] for column in columns), strict=True))
    if len(rows) <= _MOST_ROWS and len(columns) <= _MOST_COLUMNS:
        return TableBundle(name, value=Grid(tuple(columns), rows))
    values = digest([columns, [list(row) for row in rows]])
    return TextBundle(name, value=f"table of {len(rows):,} rows by {len(columns)} columns, values {values}")


def _scalar(value: Any) -> float | int | str | bool | None:
    if isinstance(value, float) and value != value:
        return None
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "Infinity" if value > 0 else "-Infinity"
    return value if value is None or isinstance(value, bool | int | float | str) else str(value)
