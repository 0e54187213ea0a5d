"""What a person types: single keys on a terminal, lines from a pipe."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import click


def ask_key(keys: Mapping[str, str], end: str) -> str:
    """One of `keys` (key → what it does), asked for until it is one; `end` when the input ends.

    On a terminal a key press is enough; from a pipe it is the first character of a line.
    """
    offered = "  ".join(f"{key} {meaning}" for key, meaning in keys.items())
    while True:
        click.echo(f"  {offered} > ", nl=False)
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


def _terminal_key() -> str | None:
    try:
        return click.getchar()
    except EOFError:
        return None


def _piped_key() -> str | None:
    line = sys.stdin.readline()
    return line.strip()[:1] if line else None
