"""What a person types: single keys on a terminal, lines from a pipe."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Mapping

import click

_BOUND = "\N{NO-BREAK SPACE}"


def ask_key(keys: Mapping[str, str], end: str) -> str:
    """One of `keys` (key → what it does), asked for until it is one; `end` when the input ends.

    On a terminal a key press is enough; from a pipe it is the first character of a line.
    """
    offered = _offer(keys)
    while True:
        click.echo(f"{offered} > ", nl=False)
        pressed = _terminal_key() if sys.stdin.isatty() else _piped_key()
        if pressed is None:
            click.echo()
            return end
        click.echo(pressed)
        for known in (pressed, pressed.lower()):
            if known in keys:
                return known
        click.echo(f"  {pressed!r} is none of {', '.join(keys)}")


def ask_line(prompt: str) -> str | None:
    """A line of text without its white space at the ends; None when the input ends."""
    click.echo(f"  {prompt}: ", nl=False)
    line = sys.stdin.readline()
    if not sys.stdin.isatty():
        click.echo(line.rstrip("\n"))
    return " ".join(line.split()) if line else None


def _offer(keys: Mapping[str, str]) -> str:
    """The keys and what they do, in as many lines as the terminal needs; no line begins between a key and its word."""
    offered = "  ".join(f"{key} {meaning}".replace(" ", _BOUND) for key, meaning in keys.items())
    width = shutil.get_terminal_size().columns - len(" > ") - 1 if sys.stdin.isatty() else sys.maxsize
    return textwrap.fill(offered, width, initial_indent="  ", subsequent_indent="  ").replace(_BOUND, " ")


def _terminal_key() -> str | None:
    try:
        return click.getchar()
    except EOFError:
        return None


def _piped_key() -> str | None:
    line = sys.stdin.readline()
    return line.strip()[:1] if line else None
