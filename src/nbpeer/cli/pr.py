"""`nbpeer pr`: its commands, each imported only when it is used."""

from __future__ import annotations

import click

from nbpeer.cli.lazy import LazyGroup

COMMANDS = {
    "post": "post or update the review of this pull request",
    "sync": "read ticks and approvals, and set the status",
    "review": "review a pull request at the terminal",
}


@click.group(name="pr", cls=LazyGroup, table=COMMANDS, module="nbpeer.cli.pr_", heading="Commands")
def command() -> None:
    """Review in a pull request: post what changed and the checklist there, read ticks and approvals back.

    \b
    Examples:
      nbpeer pr post --event "$GITHUB_EVENT_PATH"
      nbpeer pr sync 17
      nbpeer pr review 17
    """
