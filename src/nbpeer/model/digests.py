"""The digests that carry nbpeer's trust model. `docs/digests.md` says how another tool recomputes them.

All are SHA-256 over RFC 8785 canonical JSON (sorted keys, no white space, shortest numbers), with one extension: an
unpaired surrogate, for which RFC 8785 has no answer, is written as its JSON escape. Written `sha256:<64 hex digits>`.
"""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbpeer.model.notebook import Notebook
    from nbpeer.model.result import ResultSet

# Tags that change what runs or what a reader sees. Other tags are notes and may change under a sign-off.
BEHAVIOUR_TAGS = frozenset(
    "parameters injected-parameters raises-exception skip-execution keep-output init-cell hide-input hide-output "
    "hide-cell remove-cell remove-input remove-output remove-stdout remove-stderr nbval-ignore-output "
    "nbval-check-output nbval-skip nbval-raises-exception".split()
)


def behaviour_tags(tags: tuple[str, ...]) -> list[str]:
    """The behaviour-bearing tags among `tags`: lower case, hyphens for underscores, sorted, each once."""
    return sorted({tag.lower().replace("_", "-") for tag in tags} & BEHAVIOUR_TAGS)


def source_digest(notebook: Notebook) -> str:
    """The digest of what the analyst wrote: each cell's type, source, behaviour-bearing tags and attachments, in order.

    Independent of outputs, execution counts, cell ids, other metadata and JSON formatting. The front matter is the
    source of the first cell, and so is covered.
    """
    return digest(
        [
            "nbpeer-source-1",
            [[cell.cell_type, cell.source, behaviour_tags(cell.tags), cell.attachments] for cell in notebook.cells],
        ]
    )


def results_digest(results: ResultSet) -> str:
    """The digest of the named results and the expectations. Caveats and the certificate are not part of it."""
    import msgspec

    named = {result.name: msgspec.to_builtins(result) for result in results.results}
    expected = {item.name: msgspec.to_builtins(item) for item in results.expectations}
    return digest(["nbpeer-results-1", named, expected])


def content_hash(source: str, results: str | None) -> str:
    """The digest a sign-off is bound to: of a source digest and a results digest (None: no results recorded)."""
    return digest(["nbpeer-content-1", source, results])


def digest(value: Any) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the canonical JSON of a JSON value."""
    return digest_bytes(canonical_json(value))


def digest_bytes(content: bytes) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the bytes themselves."""
    from hashlib import sha256

    return "sha256:" + sha256(content).hexdigest()


def canonical_json(value: Any) -> bytes:
    """The one spelling of a JSON value (RFC 8785).

    Raises ValueError for NaN and infinities, TypeError for what JSON does not know.
    """
    return _spell(value).encode("utf-8", "backslashreplace")


def _spell(value: Any) -> str:
    if value is None or isinstance(value, bool | str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return _spell_float(value)
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_spell, value)) + "]"
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{" + ",".join(f"{_spell(str(key))}:{_spell(value[key])}" for key in keys) + "}"
    raise TypeError(f"{type(value).__name__} is not a JSON value")


def _spell_float(value: float) -> str:
    """ECMAScript's Number::toString, which RFC 8785 asks for, from Python's shortest round-trip digits."""
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    if value == 0:
        return "0"
    from decimal import Decimal

    sign, numbers, power = Decimal(repr(value)).as_tuple()
    spelled = "".join(map(str, numbers))
    point = len(spelled) + int(power)
    digits = spelled.rstrip("0")
    minus = "-" if sign else ""
    if len(digits) <= point <= 21:
        return minus + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{minus}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{minus}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{minus}{digits[0]}{fraction}e{point - 1:+d}"
