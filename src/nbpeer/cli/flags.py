"""A verb's flags as one plain table: read by hand where a command line is simple, by click everywhere else.

Importing click takes as long as comparing two notebooks, so `nbpeer diff` does without it until somebody asks for help
or makes a mistake. The table is the only place where the flags are written down.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import click

DASHES = "--"


class Flag(NamedTuple):
    """One flag. With `choices` or a `metavar` it takes a value; else it is a switch that sets `value`.

    One that `repeats` collects its values in a tuple.
    """

    names: tuple[str, ...]
    key: str
    help: str
    choices: tuple[str, ...] = ()
    metavar: str = ""
    default: Any = None
    value: Any = True
    repeats: bool = False

    @property
    def takes_value(self) -> bool:
        """Whether a word has to follow."""
        return bool(self.choices or self.metavar)

    @property
    def unset(self) -> Any:
        """What it is when nobody gives it."""
        return self.default if self.takes_value or self.value is not True else False


class Given(NamedTuple):
    """A command line taken apart: words, what stood after `--` (None: it was not there), and flags by key."""

    words: tuple[str, ...]
    named: tuple[str, ...] | None
    options: dict[str, Any]

    @property
    def paths(self) -> tuple[str, ...]:
        """Words and what stood after `--` alike, for a verb whose words are all paths."""
        return (*self.words, *(self.named or ()))


def read_plainly(arguments: Sequence[str], flags: Sequence[Flag]) -> Given | None:
    """A command line whose every flag is spelled out and right; None when it takes click to read it, or to complain."""
    known = {name: flag for flag in flags for name in flag.names}
    options = {flag.key: flag.unset for flag in flags}
    before, named = split_at_dashes(arguments)
    words: list[str] = []
    waiting = iter(before)
    for argument in waiting:
        if argument == "-" or not argument.startswith("-"):
            words.append(argument)
            continue
        name, equals, value = argument.partition("=") if argument.startswith(DASHES) else (argument, "", "")
        flag = known.get(name)
        if flag is None or (equals and not flag.takes_value):
            return None
        if not flag.takes_value:
            options[flag.key] = flag.value
            continue
        value = value if equals else next(waiting, "")
        if not value or value.startswith("-") or (flag.choices and value not in flag.choices):
            return None
        options[flag.key] = (*options[flag.key], value) if flag.repeats else value
    return Given(tuple(words), named, options)


def split_at_dashes(arguments: Sequence[str]) -> tuple[list[str], tuple[str, ...] | None]:
    """What stands before `--`, and after it; None when it is not there."""
    found = list(arguments)
    if DASHES not in found:
        return found, None
    place = found.index(DASHES)
    return found[:place], tuple(found[place + 1 :])


def click_options(flags: Sequence[Flag]) -> Callable[[click.Command], click.Command]:
    """A decorator that gives a click command the same flags."""

    def decorate(command: click.Command) -> click.Command:
        for flag in flags:
            command.params.append(_option(flag))
        return command

    return decorate


def _option(flag: Flag) -> click.Option:
    import click

    names = [flag.key, *flag.names]
    if flag.choices:
        kind = click.Choice(flag.choices)
        return click.Option(names, type=kind, default=flag.default, show_default=True, help=flag.help)
    if flag.metavar:
        return click.Option(names, metavar=flag.metavar, help=flag.help, multiple=flag.repeats)
    if flag.value is True:
        return click.Option(names, is_flag=True, help=flag.help)
    return click.Option(names, flag_value=flag.value, help=flag.help)
