"""What `nbpeer pr sync` and `nbpeer pr review` do with a forge alike."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.forge.forge import Forge


def connected(root: Path, folder: Path | None, account: str = "") -> Forge:
    """The forge; whenever it makes us wait, standard error says so."""
    from nbpeer.forge.connect import connect

    return connect(root, folder, account=account, say=lambda line: click.echo(line, err=True))


@contextmanager
def harmless_errors() -> Iterator[None]:
    """An error may quote a notebook: no line of it is a command to the workflow that runs this."""
    from nbpeer.render.escape import log_line

    try:
        yield
    except NbpeerError as error:
        error.message, error.hint = (" ".join(log_line(text).split()) for text in (error.message, error.hint))
        raise
