"""The verbs as one click group, each imported only when it is used."""

from __future__ import annotations

import click

from nbpeer.cli.lazy import LazyGroup
from nbpeer.cli.main import VERBS


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from nbpeer.cli.about import version_text

        click.echo(version_text())
        ctx.exit()


@click.group(
    cls=LazyGroup,
    table=VERBS,
    module="nbpeer.cli.",
    heading="Verbs",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine; 1 findings, changes or an unmet gate; 2 usage or input error; 3 internal failure.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="What is installed."
)
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def group(debug: bool) -> None:
    """Light-touch peer review of Jupyter analyses: code, results, and an approval bound to both."""


def run_verb(arguments: list[str]) -> int:
    """Run a command line and return its exit code; a mistake in it is shown with the usage. Raises NbpeerError."""
    try:
        code = group.main(arguments, prog_name="nbpeer", standalone_mode=False, obj=tuple(arguments))
    except click.ClickException as error:
        error.show()
        return 2
    except click.Abort:
        raise KeyboardInterrupt from None
    return code if isinstance(code, int) else 0
