"""What the commands of `nbpeer pr` do with a forge alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.forge.events import Event
    from nbpeer.forge.forge import Forge


def connected(root: Path, folder: Path | None, account: str = "") -> Forge:
    """The forge; whenever it makes us wait, standard error says so."""
    from nbpeer.forge.connect import connect

    return connect(root, folder, account=account, say=lambda line: click.echo(line, err=True))


def open_number(forge: Forge, told: Event) -> int | None:
    """The open pull request that an event is about which tells only its head; None when it is merged or closed."""
    found = [pull.number for pull in forge.pull_requests_of(told.head_sha) if told.fits(pull)]
    if len(found) > 1:
        raise NbpeerError(
            f"{len(found)} open pull requests have the head {told.head_sha[:7]}", "name one by its number"
        )
    return found[0] if found else None


@contextmanager
def harmless_errors() -> Iterator[None]:
    """An error may quote a notebook: no line of it is a command to the workflow that runs this."""
    from nbpeer.render.escape import log_line

    try:
        yield
    except NbpeerError as error:
        error.message, error.hint = (" ".join(log_line(text).split()) for text in (error.message, error.hint))
        raise
