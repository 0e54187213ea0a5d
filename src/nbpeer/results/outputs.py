"""The outputs of two runs of one cell compared: what was printed, shown and drawn, once noise is taken out.

Named results are not looked at here: they are compared by their names, with the tolerances they state.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, NamedTuple

import msgspec

from nbpeer.errors import NbpeerError
from nbpeer.model.change import OutputChange, OutputKind, value_changes
from nbpeer.model.notebook import Cell, Output
from nbpeer.model.result import RESULT_MIME
from nbpeer.results.html_outputs import compare_html, is_shown
from nbpeer.results.normalise import normalise
from nbpeer.results.numbers import Tolerance
from nbpeer.results.plots import chart_type, compare_charts
from nbpeer.results.scraps import is_scrap
from nbpeer.results.texts import MOST_TEXT, compare_texts

# What the last digits of one computation do on another machine; math.isclose's own.
NUMERIC_NOISE = Tolerance(relative=1e-9)
_RASTER = ("image/png", "image/jpeg", "image/webp", "image/gif")
_TEXTS = ("text/markdown", "text/latex", "text/plain", "application/json")
_ERROR_LINE = re.compile(
    r"^-+> ?(\d+)|(?:«cell»|Cell In\[[^\]]*\]), line (\d+)|^\s*File .*«cell».*line (\d+)", re.MULTILINE
)


class _Seen(NamedTuple):
    """One output as it is compared: outputs of one `slot` are paired with each other, those of equal `content` first.

    `mime` is the type that people see of a bundle.
    """

    slot: str
    content: str
    output: Output
    mime: str = ""


def compare_outputs(before: Cell | None, after: Cell | None) -> tuple[OutputChange, ...]:
    """The outputs of a cell before and after, in the order of `after`; those that went stand where they stood.

    Paired by kind and order; all that is printed to one stream is one output. Nothing when the outputs are byte for
    byte the same. Never raises: what cannot be read is compared by its bytes.
    """
    if before and after and before.raw_outputs == after.raw_outputs:
        return ()
    old, new = _seen(before), _seen(after)
    pairs: list[tuple[int | None, int | None]] = []
    for slot in dict.fromkeys(seen.slot for seen in (*old, *new)):
        olds = [place for place, seen in enumerate(old) if seen.slot == slot]
        news = [place for place, seen in enumerate(new) if seen.slot == slot]
        pairs += _pairs(old, new, olds, news)
    return tuple(
        _compare(None if one is None else old[one], None if other is None else new[other])
        for one, other in _in_order(pairs)
    )


def not_compared() -> OutputChange:
    """What is said of the outputs of a cell that differ in their bytes and are too many to be looked at."""
    unseen = Output("display_data")
    return OutputChange("other", "changed", unseen, unseen, "not compared, because outputs above differ in so much")


def _seen(cell: Cell | None) -> list[_Seen]:
    found: list[_Seen] = []
    streams: dict[str, int] = {}
    for raw, output in zip(cell.raw_outputs, cell.outputs, strict=True) if cell else ():
        if output.output_type == "unreadable":
            content = bytes(raw).decode("utf-8", "replace") if isinstance(raw, msgspec.Raw) else _json(raw)
            found.append(_Seen("other", content, output))
        elif output.output_type == "stream":
            if output.name not in streams:
                streams[output.name] = len(found)
                found.append(_Seen(output.name, "", output))
            place = streams[output.name]
            text = found[place].content + str(output.text)
            found[place] = found[place]._replace(content=text, output=msgspec.structs.replace(output, text=text))
        elif output.output_type == "error":
            found.append(_Seen("error", "\n".join(map(str, output.traceback)) or output.evalue, output))
        elif RESULT_MIME not in output.data and not any(map(is_scrap, output.data)):
            found.append(_bundle(output))
    return found


def _bundle(output: Output) -> _Seen:
    """A bundle of MIME types as the richest one that can be compared."""
    data = output.data
    mime = chart_type(data) or next((mime for mime in (*_RASTER, "image/svg+xml") if mime in data), "")
    if not mime and "text/html" in data and "application/vnd.jupyter.widget-view+json" not in data:
        mime = "text/html" if is_shown(str(output.mime("text/html"))) else ""
    mime = mime or next((mime for mime in _TEXTS if mime in data), "") or next(iter(data), "")
    if not mime:
        return _Seen("other", output.output_type, output)
    value = output.mime(mime)
    slot = "chart" if chart_type({mime: value}) else mime.partition("/")[0] if mime.startswith("image/") else mime
    return _Seen(slot, value if isinstance(value, str) else _json(value), output, mime)


def _pairs(
    old: Sequence[_Seen], new: Sequence[_Seen], olds: list[int], news: list[int]
) -> Iterator[tuple[int | None, int | None]]:
    """Outputs of one slot: equal ones with each other as far as their order allows, the others by order."""
    matcher = SequenceMatcher(None, [old[i].content for i in olds], [new[i].content for i in news], autojunk=False)
    for _, start, end, new_start, new_end in matcher.get_opcodes():
        shared = min(end - start, new_end - new_start)
        yield from zip(olds[start : start + shared], news[new_start : new_start + shared], strict=True)
        yield from ((one, None) for one in olds[start + shared : end])
        yield from ((None, other) for other in news[new_start + shared : new_end])


def _in_order(pairs: list[tuple[int | None, int | None]]) -> list[tuple[int | None, int | None]]:
    """The pairs in the order of `after`; what went stands behind what stood before it."""
    stayed = [(one, other) for one, other in pairs if one is not None and other is not None]

    def place(pair: tuple[int | None, int | None]) -> tuple[int, int]:
        one, other = pair
        if other is not None:
            return other, -1
        return max((new for old, new in stayed if old < (one or 0)), default=-1), one or 0

    return sorted(pairs, key=place)


def _compare(before: _Seen | None, after: _Seen | None) -> OutputChange:
    if before is None or after is None:
        return _one_sided(before, after)
    if before.content == after.content and before.mime == after.mime:
        return OutputChange(_kind(after), "unchanged", before.output, after.output)
    kind = _kind(after)
    if kind == "error":
        return _errors(before, after)
    if kind == "chart":
        return _charts(before, after)
    if kind == "image":
        return _images(before, after)
    if before.mime == after.mime == "text/html":
        return compare_html(before.output, after.output, NUMERIC_NOISE)
    if kind == "other":
        return OutputChange(kind, "changed", before.output, after.output)
    texts = _readable(before), _readable(after)
    found = compare_texts(*texts, NUMERIC_NOISE)
    return OutputChange(kind, found.verdict, before.output, after.output, found.detail, texts, found.values)


def _one_sided(before: _Seen | None, after: _Seen | None) -> OutputChange:
    seen = after or before
    assert seen is not None  # noqa: S101 - a pair has a side
    text = _readable(seen)
    return OutputChange(
        _kind(seen),
        "added" if after else "removed",
        before.output if before else None,
        after.output if after else None,
        texts=("", text) if after else (text, ""),
    )


def _kind(seen: _Seen) -> OutputKind:
    if seen.slot in ("error", "chart", "image", "other"):
        return seen.slot  # type: ignore[return-value]
    if seen.mime == "text/html":
        return "table" if "<table" in seen.content.lower() else "text"
    return "text" if not seen.mime or seen.mime in _TEXTS else "other"


def _readable(seen: _Seen) -> str:
    """The text of an output without noise; "" when it is no text."""
    if _kind(seen) not in ("text", "error") or seen.mime == "text/html":
        return ""
    return normalise(seen.content) if len(seen.content) <= MOST_TEXT else seen.content


def _errors(before: _Seen, after: _Seen) -> OutputChange:
    texts = _readable(before), _readable(after)
    values = value_changes(_error_parts(before.output, texts[0]), _error_parts(after.output, texts[1]))
    same = not values and compare_texts(*texts, NUMERIC_NOISE).verdict != "changed"
    detail = "" if values or same else "another way to the same error"
    return OutputChange("error", "unchanged" if same else "changed", before.output, after.output, detail, texts, values)


def _error_parts(output: Output, traceback: str) -> dict[str, str]:
    """An error's type and message, and the line of the cell that raised it where the traceback says."""
    found = _ERROR_LINE.search(traceback)
    line = next((number for number in found.groups() if number), "") if found else ""
    parts = {"type": output.ename, "message": normalise(output.evalue), "line": line}
    return {name: text for name, text in parts.items() if text}


def _charts(before: _Seen, after: _Seen) -> OutputChange:
    if before.mime != after.mime:
        detail = f"was {before.mime}, is {after.mime}"
        return OutputChange("chart", "changed", before.output, after.output, detail)
    found = compare_charts(before.output.data[before.mime], after.output.data[after.mime], NUMERIC_NOISE)
    return OutputChange("chart", found.verdict, before.output, after.output, found.detail, values=found.values)


def _images(before: _Seen, after: _Seen) -> OutputChange:
    from nbpeer.results.images import difference

    changed = OutputChange("image", "changed", before.output, after.output)
    if before.mime == after.mime == "image/svg+xml":
        same = normalise(before.content) == normalise(after.content)
        return msgspec.structs.replace(changed, verdict="unchanged" if same else "changed")
    if before.mime not in _RASTER or after.mime not in _RASTER:
        return msgspec.structs.replace(changed, detail=f"was {before.mime}, is {after.mime}")
    try:
        old, new = (base64.b64decode("".join(seen.content.split()), validate=True) for seen in (before, after))
        if old == new:
            return msgspec.structs.replace(changed, verdict="unchanged")
        share, picture = difference(old, new)
    except (NbpeerError, binascii.Error, ValueError) as error:
        reason = error.message if isinstance(error, NbpeerError) else "it is not base64"
        return msgspec.structs.replace(changed, detail=f"not compared by pixels: {reason}")
    if not share:
        return msgspec.structs.replace(changed, verdict="unchanged")
    return msgspec.structs.replace(changed, share=share, difference=picture)


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=str)
