"""`nbpeer strip`, for click."""

from __future__ import annotations

from typing import Any

import click

from nbpeer.cli.flags import Given, click_options
from nbpeer.cli.strip_show import FLAGS, mistake, show


@click_options(FLAGS)
@click.command(name="strip", options_metavar="[OPTIONS]")
@click.argument("paths", nargs=-1)
def command(paths: tuple[str, ...], **options: Any) -> int:
    """Take outputs, execution counts and volatile metadata out of notebooks.

    PATHS are notebooks and folders; - reads standard input and writes standard output. In a repository, what git
    ignores is left alone. Cells tagged keep_output, or with keep_output or init_cell in their metadata, keep their
    outputs. Every byte that is not volatile stays, and a clean notebook is not written. What cannot be read as a
    notebook is left as it is and named.

    \b
    Examples:
      nbpeer strip analyses/
      nbpeer strip --check analyses/pricing.ipynb
    """
    given = Given(paths, None, options)
    if wrong := mistake(given):
        raise click.UsageError(wrong)
    return show(given)
