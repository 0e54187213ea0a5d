"""The man pages, from the commands themselves: `python docs/reference.py` writes them to `docs/man`.

A verb has a page, and a verb's own commands have a section of it. What roff reads as its own is escaped (groff_man(7)).
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

import click

from nbpeer.cli.main import VERBS
from nbpeer.cli.verbs import group

CODES = {
    "0": "Fine.",
    "1": "Findings, changes, a failed cell, or a gate that is not met.",
    "2": "A wrong command line, or an input that cannot be used.",
    "3": "An internal or remote failure.",
}


def manual() -> dict[str, str]:
    """Each page by the name of its file."""
    top = click.Context(group, info_name="nbpeer", **group.context_settings)
    pages = {"nbpeer.1": _page(top, "peer review of Jupyter analyses in git", _verbs(), "")}
    for verb, line in VERBS.items():
        command = group.get_command(top, verb)
        assert command is not None
        context = click.Context(command, info_name=verb, parent=top)
        pages[f"nbpeer-{verb}.1"] = _page(context, line, _commands(context), "nbpeer (1)")
    return pages


def _page(context: click.Context, line: str, more: Iterator[str], see: str) -> str:
    name = context.command_path.replace(" ", "-")
    lines = [f'.TH "{_safe(name.upper())}" "1" "" "nbpeer" "nbpeer"', ".SH NAME", f"{_safe(name)} \\- {_safe(line)}"]
    lines += [*_command(context, ".SH"), *more, ".SH EXIT STATUS"]
    for code, means in CODES.items():
        lines += [".TP", f"\\fB{code}\\fR", means]
    if see:
        lines += [".SH SEE ALSO", f".BR {see}"]
    return "\n".join(lines) + "\n"


def _command(context: click.Context, heading: str) -> Iterator[str]:
    """Synopsis, description, examples and options of one command."""
    command = context.command
    words = " ".join(command.collect_usage_pieces(context))
    yield from (f"{heading} SYNOPSIS", f"\\fB{_safe(context.command_path)}\\fR {_safe(words)}")
    yield f"{heading} DESCRIPTION"
    for paragraph in inspect.cleandoc(command.help or "").split("\n\n"):
        verbatim, text = paragraph.startswith("\b\n"), paragraph.removeprefix("\b\n")
        title, _, rest = text.partition("\n")
        if verbatim and re.fullmatch(r"Examples?:", title):
            yield f"{heading} EXAMPLES"
            text = inspect.cleandoc(rest)
        yield from (".nf", *map(_safe, text.splitlines()), ".fi") if verbatim else (".PP", _prose(text))
    yield f"{heading} OPTIONS"
    for parameter in command.get_params(context):
        if (record := parameter.get_help_record(context)) and record[1]:
            yield from (".TP", f"\\fB{_safe(record[0])}\\fR", _prose(record[1]))


def _verbs() -> Iterator[str]:
    yield ".SH VERBS"
    for verb, line in VERBS.items():
        yield from (".TP", f".BR nbpeer\\-{_safe(verb)} (1)", _prose(line))


def _commands(context: click.Context) -> Iterator[str]:
    """A section for each command of a verb that has some."""
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            own = click.Context(command, info_name=name, parent=context)
            yield f'.SH "{_safe(own.command_path.upper())}"'
            yield from _command(own, ".SS")


def _prose(text: str) -> str:
    """A paragraph on one line, with what stands in backticks in bold."""
    return re.sub(r"`([^`]+)`", r"\\fB\1\\fR", _safe(" ".join(text.split())))


def _safe(text: str) -> str:
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    escaped = "".join(each if each.isascii() else f"\\[u{ord(each):04X}]" for each in escaped)
    return f"\\&{escaped}" if escaped.startswith((".", "'")) else escaped
