"""What a notebook calls: each function publishes one MIME bundle that `nbpeer run` collects. Owns narwhals and IPython.

The bundle holds `application/vnd.nbpeer.result+json`, an object {"schema": 1, "type": ..., ...} that any language can
publish, and text/plain and text/html for whoever reads the notebook itself. By type:

    number, text   name, value, unit, tolerance, relative_tolerance; a number JSON cannot spell is "NaN", "Infinity"
                   or "-Infinity"
    table          the same, with value {"columns": [...], "rows": [[...], ...]}
    figure         name; the picture is image/png in the same bundle
    expectation    name, passed, detail
    caveat         text
    metric         name

Outside a kernel the text is written to standard output instead, so that a notebook's code also runs as a script.
"""

from __future__ import annotations

import sys
from html import escape
from typing import Any

from nbpeer.errors import NbpeerError
from nbpeer.model.result import RESULT_MIME
from nbpeer.publish.judging import judge
from nbpeer.publish.picture import png_bytes
from nbpeer.publish.shown import Shown, shown_caveat, shown_expectation, shown_scalar, shown_table
from nbpeer.publish.values import MAX_TEXT, checked_name, one_line, precision, typed_value

__all__ = ["caveat", "expect", "figure", "metric", "result"]


def result(name: str, value: Any, unit: str = "", tolerance: float = 0.0, relative_tolerance: float = 0.0) -> None:
    """Publish a number, a text or a small table under a name.

    A number is an int, float, Decimal or numpy scalar; a date is a text. A table is any data frame or series narwhals
    knows, at most 200 rows by 30 columns; an index of pandas that has a name, or is not of integers, becomes columns.
    `tolerance` is how far a number may move and still be the same result, in the value's own unit;
    `relative_tolerance` the same as a share of it.

    Raises NbpeerError for a name that is longer than 80 characters or one line, a value of another kind, a table that
    is too large, and a tolerance that is negative or makes no sense for a text.
    """
    payload = {"name": checked_name(name), **typed_value(name, value)}
    payload |= precision(name, unit, tolerance, relative_tolerance)
    if payload["type"] == "text" and (tolerance or relative_tolerance):
        raise NbpeerError(f"result {name!r} is a text and cannot have a tolerance", "leave the tolerance out")
    _publish(payload, shown_table(payload) if payload["type"] == "table" else shown_scalar(payload))


def figure(name: str, fig: Any = None, tolerance: float = 0.0) -> None:
    """Publish a picture under a name: a matplotlib figure or axes (by default the current one), a PIL image, PNG bytes.

    The same figure gives the same bytes: the resolution is fixed (120 dots per inch) and the file carries no
    metadata. A matplotlib figure is closed, so that the notebook does not show it a second time.

    `tolerance` is the mean grey difference (0 to 1) that a redrawn picture may show and still be the same result: 0.005
    lets the fonts and line ends of another matplotlib pass, and little else.

    Raises NbpeerError for anything else, and when there is no current figure.
    """
    import base64

    payload = {"type": "figure", "name": checked_name(name)}
    if tolerance:
        payload |= {"tolerance": precision(name, "", tolerance, 0.0)["tolerance"]}
    png = png_bytes(name, fig)
    _publish(payload, Shown(f"figure: {name}", ""), {"image/png": base64.b64encode(png).decode("ascii")})


def expect(name: str, condition: Any, detail: str = "", *, frame: Any = None) -> bool:
    """Publish whether the data are as expected, and return it; nothing is raised when they are not.

    `condition` is a bool, a series or array of bools (every one has to be true), a function of `frame` that gives
    one of these, or a schema with a `validate` method (pandera's) that `frame` has to satisfy. No rows at all is a
    failure: nothing was looked at. `detail` says what is wrong; it is recorded, with the number of rows that fail,
    only when the expectation fails.

    Raises NbpeerError for a condition that is none of these.
    """
    passed, found = judge(checked_name(name), condition, frame)
    said = "" if passed else "; ".join(part for part in (one_line(str(detail)), found) if part)
    payload = {"type": "expectation", "name": name, "passed": passed, "detail": said}
    _publish(payload, shown_expectation(payload))
    return passed


def caveat(text: str) -> None:
    """Publish a limitation that has to travel with the results. Raises NbpeerError when it is empty or too long."""
    said = one_line(text) if isinstance(text, str) else ""
    if not 1 <= len(said) <= MAX_TEXT:
        raise NbpeerError(f"a caveat is a text of 1 to {MAX_TEXT:,} characters", "say what limits the results")
    _publish({"type": "caveat", "text": said}, shown_caveat(said))


def metric(name: str, dialect: str = "") -> str:
    """Cite the agreed definition of a metric, `NAME@VERSION`, and give its SQL in a dialect ("" the registry's own).

    The registry is that of the repository the notebook runs in. Without a version the one it has is cited.

    Raises NbpeerError when there is no registry, metric, version or dialect of that name, when SQL cannot be given for
    the metric, and when sqlglot is not installed.
    """
    from nbpeer.publish.agreed import agreed_query

    cited, query = agreed_query(checked_name(name), dialect)
    _publish({"type": "metric", "name": cited}, Shown(f"metric: {cited}", f"metric: <code>{escape(cited)}</code>"))
    return query


def _publish(payload: dict[str, Any], shown: Shown, extra: dict[str, str] | None = None) -> None:
    if not _in_ipython():
        sys.stdout.write(shown.text + "\n")
        return
    from IPython.display import display

    bundle = {RESULT_MIME: {"schema": 1, **payload}, "text/plain": shown.text, **(extra or {})}
    if shown.html:
        bundle["text/html"] = shown.html
    display(bundle, raw=True)


def _in_ipython() -> bool:
    if "IPython" not in sys.modules:
        return False
    from IPython import get_ipython

    return get_ipython() is not None
