"""docs/configuration.md lists every key of the configuration with its default, and no other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import msgspec

from nbpeer.config import Config, parse_config

PAGE = (Path(__file__).parent.parent / "docs/configuration.md").read_text()
_HEADING = re.compile(r"^## (?:Top level|`\[([a-z.]+)\]`)$", re.MULTILINE)
_ROW = re.compile(r"^\| `([a-z-]+)` \| `(.+?)` \| (.+) \|$", re.MULTILINE)


def documented() -> dict[str, dict[str, str]]:
    """For each table ("" the top level) its keys and their defaults as TOML text."""
    parts = _HEADING.split(PAGE)
    return {
        table or "": {key: value for key, value, _ in _ROW.findall(text)}
        for table, text in zip(parts[1::2], parts[2::2], strict=True)
    }


def configured(group: Any) -> dict[str, Any]:
    """The plain keys of one group and their defaults."""
    values = {field.encode_name: getattr(group, field.name) for field in msgspec.structs.fields(group)}
    return {key: value for key, value in values.items() if not isinstance(value, msgspec.Struct)}


def test_every_key_is_listed_in_order_with_its_default() -> None:
    defaults = Config()
    groups = {"": defaults} | {
        field.encode_name: getattr(defaults, field.name)
        for field in msgspec.structs.fields(defaults)
        if isinstance(getattr(defaults, field.name), msgspec.Struct)
    }
    page = documented()
    assert list(page) == list(groups)
    for name, group in groups.items():
        expected = configured(group)
        assert list(page[name]) == list(expected), name
        listed = {key: tomllib.loads(f"x = {text}")["x"] for key, text in page[name].items()}
        assert listed == {key: list(value) if isinstance(value, tuple) else value for key, value in expected.items()}


def test_the_page_as_a_file_is_the_default_configuration() -> None:
    lines = []
    for name, keys in documented().items():
        lines += [f"[{name}]"] if name else []
        lines += [f"{key} = {value}" for key, value in keys.items()]
    assert parse_config("\n".join(lines).encode(), "docs/configuration.md") == Config()
