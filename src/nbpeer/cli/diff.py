"""`nbpeer diff`, for click."""

from __future__ import annotations

from typing import Any

import click

from nbpeer.cli.diff_show import FLAGS, show
from nbpeer.cli.flags import DASHES, Given, click_options
from nbpeer.cli.options import WithPaths, named_paths
from nbpeer.cli.suggest import revisions_and_files


@click_options(FLAGS)
@click.command(name="diff", cls=WithPaths, options_metavar="[OPTIONS]")
@click.argument("words", nargs=-1, metavar=f"[BASE [HEAD]] [{DASHES}] [PATH]...", shell_complete=revisions_and_files)
def command(words: tuple[str, ...], **options: Any) -> int:
    """Show changed cells and changed results, analysis by analysis.

    Without BASE: what changed since HEAD left the base branch, up to the working tree. BASE: from exactly that commit
    to the working tree. BASE HEAD, or BASE..HEAD: two commits. BASE...HEAD: from where HEAD left BASE. Two files
    without --: these two, wherever they are. Outputs are compared where both sides have some, or ran on this machine;
    notebooks in which only noise in them, ids or formatting differ are left out.

    As with git diff the exit code is 0 whether or not something changed, unless --exit-code is given; it is 2 when
    a notebook could not be read. On a terminal the text goes through git's pager.

    \b
    Example:
      nbpeer diff main -- analyses/pricing.ipynb
    """
    return show(Given(words, named_paths(), options))
