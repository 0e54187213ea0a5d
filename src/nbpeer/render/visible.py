"""Text of a notebook made safe to print: nothing in it steers a terminal or hides what it says."""

from __future__ import annotations

import re

# Control characters but tab and line feed; marks that reorder text (CVE-2021-42574); unpaired surrogates.
_HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """`text` with every harmful character replaced by one that is seen, one for one."""
    return _HARMFUL.sub(lambda match: _picture(match[0]), text)


def shortened(text: str, longest: int, around: int = 0) -> str:
    """At most about `longest` characters of one line, from a little before `around`, saying how long it is."""
    if len(text) <= longest:
        return text
    start = max(0, min(around - longest // 4, len(text) - longest))
    end = start + longest
    before, after = "…" if start else "", "…" if end < len(text) else ""
    return f"{before}{text[start:end]}{after} ({len(text):,} characters)"


def _picture(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    return "\N{SYMBOL FOR DELETE}" if code == 0x7F else "\N{REPLACEMENT CHARACTER}"
