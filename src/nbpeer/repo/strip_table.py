"""`[tool.nbpeer.strip]` given settings, with every other byte of the file as it was."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any

import msgspec

from nbpeer.config import Config, parse_config
from nbpeer.errors import NbpeerError
from nbpeer.repo.shared_files import appended, line_end


def with_strip(
    content: bytes, name: str, section: tuple[str, ...], wanted: dict[str, Any]
) -> tuple[bytes, tuple[str, ...], tuple[str, ...]]:
    """The TOML `content` with the settings `wanted` (by field of StripConfig), the lines added, and those that could
    not be, because the key has another value there or the table is written inline.

    Raises NbpeerError when `content` is not a configuration.
    """
    before = parse_config(content, name, section) or Config()
    missing = {field: value for field, value in wanted.items() if getattr(before.strip, field) != value}
    there = _table(content, (*section, "strip"))
    settable = {field: value for field, value in missing.items() if there is None or _key(field) not in there}
    refused = [field for field in missing if field not in settable]
    if settable:
        longer = _longer(content, ".".join((*section, "strip")), _lines(settable), there is not None)
        strip = msgspec.structs.replace(before.strip, **settable)
        if _parsed(longer, name, section) == msgspec.structs.replace(before, strip=strip):
            return longer, _lines(settable), _lines({field: missing[field] for field in refused})
    return content, (), _lines(missing)


def _longer(content: bytes, header: str, lines: tuple[str, ...], there: bool) -> bytes:
    if not there:
        return appended(content, f"\n[{header}]\n" + "".join(f"{line}\n" for line in lines))
    newline = line_end(content)
    pattern = rb"\[[ \t]*" + rb"[ \t]*\.[ \t]*".join(map(re.escape, header.encode().split(b"."))) + rb"[ \t]*\]"
    pieces = content.splitlines(keepends=True)
    for number, piece in enumerate(pieces):
        if re.match(pattern, piece.strip()):
            start = piece if piece.endswith(b"\n") else piece + newline
            added = b"".join(line.encode() + newline for line in lines)
            return b"".join([*pieces[:number], start, added, *pieces[number + 1 :]])
    return content


def _parsed(content: bytes, name: str, section: tuple[str, ...]) -> Config | None:
    try:
        return parse_config(content, name, section)
    except NbpeerError:  # the table was inline, which TOML lets nobody extend
        return None


def _table(content: bytes, keys: tuple[str, ...]) -> dict[str, Any] | None:
    value: Any = tomllib.loads(content.decode())
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else None


def _key(field: str) -> str:
    return field.replace("_", "-")


def _lines(settings: dict[str, Any]) -> tuple[str, ...]:
    return tuple(f"{_key(field)} = {json.dumps(value, ensure_ascii=False)}" for field, value in settings.items())
