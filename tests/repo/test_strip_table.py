"""`[tool.nbpeer.strip]` set in a file that somebody else wrote."""

from __future__ import annotations

import pytest

from nbpeer.config import parse_config
from nbpeer.repo.strip_table import with_strip

SECTION = ("tool", "nbpeer")
WANTED = {"keep_output": True, "extra_keys": ("metadata.a",)}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    "before",
    [
        "[tool.nbpeer]\nbase = 'main'",
        "[tool.nbpeer]\n[tool.nbpeer.strip]\nmax-size = 3  # ours\n[tool.x]\na = 1\n",
        "[ tool . nbpeer . strip ]\n",
        "[tool.nbpeer.gate]\nreviewers = 1\n",
    ],
)
def test_settings_are_added_and_every_other_line_stays(before: str, newline: str) -> None:
    content = before.replace("\n", newline).encode()
    after, added, refused = with_strip(content, "pyproject.toml", SECTION, WANTED)
    config = parse_config(after, "pyproject.toml", SECTION)
    assert config and (config.strip.keep_output, config.strip.extra_keys) == (True, ("metadata.a",))
    assert (added, refused) == (("keep-output = true", 'extra-keys = ["metadata.a"]'), ())
    assert set(before.splitlines()) <= set(after.decode().splitlines())
    assert after.count(b"\r\n") == (after.count(b"\n") if newline == "\r\n" else 0)


def test_a_file_of_its_own_has_the_table_at_its_top_level() -> None:
    after, _, _ = with_strip(b"base = 'main'\n", "nbpeer.toml", (), WANTED)
    assert after == b"base = 'main'\n\n[strip]\nkeep-output = true\nextra-keys = [\"metadata.a\"]\n"


def test_what_is_so_already_is_not_written() -> None:
    content = b"[strip]\nkeep-output = true\n"
    assert with_strip(content, "nbpeer.toml", (), {"keep_output": True}) == (content, (), ())


def test_another_value_stays_and_is_named() -> None:
    content = b"[strip]\nkeep-output = false\n"
    after, added, refused = with_strip(content, "nbpeer.toml", (), WANTED)
    assert after == b'[strip]\nextra-keys = ["metadata.a"]\nkeep-output = false\n'
    assert (added, refused) == (('extra-keys = ["metadata.a"]',), ("keep-output = true",))


def test_an_inline_table_stays_and_all_is_named() -> None:
    content = b"strip = {max-size = 3}\n"
    assert with_strip(content, "nbpeer.toml", (), {"keep_output": True}) == (content, (), ("keep-output = true",))
