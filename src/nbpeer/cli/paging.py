"""Long text on a terminal goes through the pager that git would use."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from nbpeer.cli.options import console

if TYPE_CHECKING:
    from rich.console import RenderableType


def show_paged(render: Callable[[bool], RenderableType]) -> None:
    """Print what `render` (told whether the screen has colours) makes, in git's pager.

    The pager is git's: $GIT_PAGER, core.pager, $PAGER, or less. Without one, or when it is `cat`, text is printed.
    """
    screen = console()
    coloured = screen.color_system is not None and not screen.no_color
    found = render(coloured)
    pager = _pager() if sys.stdout.isatty() else ""
    if pager in ("", "cat"):
        screen.print(found)
        return
    with screen.capture() as captured:
        screen.print(found)
    # As git: less leaves short text on the screen, takes colours, and does not fold long lines.
    environment = {"LESS": "FRX", "LV": "-c", **os.environ}
    try:
        subprocess.run(pager, shell=True, env=environment, input=captured.get().encode(), check=False)  # noqa: S602
    except BrokenPipeError:  # the pager was closed before the end
        return


def _pager() -> str:
    from pathlib import Path

    from nbpeer.errors import NbpeerError
    from nbpeer.repo.git import pager

    try:
        return pager(Path.cwd())
    except NbpeerError:
        return os.environ.get("PAGER", "")
