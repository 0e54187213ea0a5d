"""`nbpeer kernel`."""

from __future__ import annotations

from typing import Any

import click

from nbpeer.cli.options import format_option, show_json


def _place_options(function: Any) -> Any:
    for option in (
        click.option("--user", is_flag=True, help="For you, instead of for this Python environment."),
        click.option("--name", default="nbpeer-python3", show_default=True, help="The kernel's name."),
    ):
        function = option(function)
    return function


@click.group(name="kernel")
def command() -> None:
    """Install or remove a kernel that starts fast, for tools that start kernels by name.

    Behind it stands a process that has imported what notebooks import, and from which each kernel is forked. It is
    started with the first kernel, so that the next ones start fast, and ends when none was started for ten minutes.
    papermill, nbconvert, jupyter execute and JupyterLab need no change; `nbpeer run` forks without it.

    \b
    Examples:
      nbpeer kernel install --preload pandas --preload sklearn
      papermill -k nbpeer-python3 in.ipynb out.ipynb
    """


@command.command(short_help="Install it for this Python.")
@_place_options
@click.option("--preload", multiple=True, metavar="MODULE", help="Import this beforehand; may be given repeatedly.")
@click.option("--idle", type=click.IntRange(1), default=600, show_default=True, help="Seconds until the process ends.")
@format_option
def install(output_format: str, **options: Any) -> None:
    """Install the kernel for this Python. Doing it again changes nothing.

    Without --preload, numpy, pandas and matplotlib.pyplot are imported beforehand, those that are installed.

    \b
    Example:
      nbpeer kernel install
    """
    from nbpeer.commands.kernel import install

    done = install(**options)
    if output_format == "json":
        show_json(done)
        return
    what = f"imports {', '.join(done.preload)} beforehand" if done.preload else "imports nothing beforehand"
    click.echo(f"{done.file} ({'written' if done.changed else 'unchanged'}); {what}")


@command.command(short_help="Take it out again.")
@_place_options
@format_option
def remove(output_format: str, **options: Any) -> None:
    """Take the kernel out again.

    \b
    Example:
      nbpeer kernel remove
    """
    from nbpeer.commands.kernel import remove

    done = remove(**options)
    if output_format == "json":
        show_json(done)
        return
    click.echo(f"{done.file} ({'removed' if done.changed else 'not there'})")
