"""The verbs as one click group, each imported only when it is used."""

from __future__ import annotations

import importlib

import click

from nbpeer.cli.main import VERBS


class Verbs(click.Group):
    """A group that imports a verb only when it is used, so that starting up stays cheap."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order of an analysis's journey."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, from the module of the same name."""
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"nbpeer.cli.{cmd_name}").command
        assert isinstance(command, click.Command)  # noqa: S101 - the modules are ours
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of verbs in --help, without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl(list(VERBS.items()))


def _show_version(ctx: click.Context, _option: click.Parameter, wanted: bool) -> None:
    if wanted:
        from nbpeer.cli.about import version_text

        click.echo(version_text())
        ctx.exit()


@click.group(
    cls=Verbs,
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
