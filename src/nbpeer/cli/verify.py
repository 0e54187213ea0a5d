"""`nbpeer verify`."""

from __future__ import annotations

from pathlib import Path

import click

from nbpeer.cli.options import base_option, format_option, paths_argument, show, show_json


@click.command(name="verify")
@paths_argument
@base_option()
@format_option
def command(paths: tuple[Path, ...], base: str | None, output_format: str) -> int:
    """Derive every sign-off again from the files, from git and from the base.

    Looks at each analysis here that changed or was ever signed off, and at each sign-off of it: content hash, reviewer
    and authors, SSH signature, checklist complete for the tier, enough reviewers. A sign-off of earlier content has
    lapsed and is no fault. PATH narrows it to notebooks or folders.

    Exit code 0 when every analysis is approved and no sign-off fails, 1 with each reason when not.

    \b
    Example:
      nbpeer verify --base origin/main
    """
    from nbpeer.commands.verify import verify
    from nbpeer.config import load_config
    from nbpeer.render.verified import verified_text, verified_values
    from nbpeer.repo.git import find_root, relative

    root = find_root(Path.cwd())
    report = verify(root, load_config(root), base, tuple(relative(root, path) for path in paths))
    if output_format == "json":
        show_json(verified_values(report))
    else:
        show(verified_text(report))
    return 0 if report.sound else 1
