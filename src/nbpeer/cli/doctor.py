"""`nbpeer doctor`."""

from __future__ import annotations

from pathlib import Path

import click

from nbpeer.cli.options import format_option, show, show_json


@click.command(name="doctor")
@format_option
def command(output_format: str) -> int:
    """Find what is wrong with this installation and this clone, what it means, and how to mend it.

    Changes nothing. Exit code 1 when something is a problem; warnings alone are 0.

    \b
    Example:
      nbpeer doctor
    """
    from nbpeer.commands.doctor import doctor
    from nbpeer.render.doctor import doctor_text

    report = doctor(Path.cwd())
    if output_format == "json":
        show_json(report)
    else:
        show(doctor_text(report))
    return 0 if report.healthy else 1
