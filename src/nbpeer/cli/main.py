"""The command line's door: one table of verbs, one place that turns errors into a line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys

import click

from nbpeer.errors import NbpeerError

VERBS = {
    "init": "set up a repository",
    "new": "start an analysis from a template",
    "run": "execute notebooks and record their results",
    "strip": "take outputs and other volatile parts out",
    "check": "apply the rules",
    "diff": "show changed cells and changed results",
    "results": "show, compare and verify named results",
    "patch": "apply a comparison to the old notebook",
    "log": "tell an analysis's history by result and by cell",
    "blame": "say which commit last changed each line",
    "merge": "merge three versions of a notebook",
    "conflicts": "list and resolve conflicted cells",
    "packet": "build the reviewer's HTML file",
    "review": "answer the checklist and sign off",
    "sign": "sign off with answers from a file",
    "status": "say whether the gate is met, and why not",
    "verify": "derive every sign-off again",
    "git": "install, remove or show the git drivers; restore outputs",
    "doctor": "find what is wrong with this set-up",
    "explain": "print a rule's page",
}


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


@click.group(
    cls=Verbs,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 fine; 1 findings, changes or an unmet gate; 2 usage or input error; 3 internal failure.",
)
@click.version_option(package_name="nbpeer", prog_name="nbpeer")
@click.option("--debug", is_flag=True, help="Show the traceback of an error.")
def group(debug: bool) -> None:
    """Light-touch peer review of Jupyter analyses: code, results, and an approval bound to both."""


def run(arguments: list[str]) -> int:
    """Run the command line and return its exit code; errors are one line on standard error."""
    try:
        code = group.main(arguments, prog_name="nbpeer", standalone_mode=False)
    except NbpeerError as error:
        _reraise_when_debugging(arguments)
        hint = f"; {error.hint}" if error.hint else ""
        click.echo(f"nbpeer: {error.message}{hint}", err=True)
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("nbpeer: stopped", err=True)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        _reraise_when_debugging(arguments)
        click.echo(
            f"nbpeer: internal error, {type(error).__name__}: {error}; run `nbpeer --debug …` and report it", err=True
        )
        return 3
    return code if isinstance(code, int) else 0


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:]))


def _reraise_when_debugging(arguments: list[str]) -> None:
    if arguments[:1] == ["--debug"]:
        raise
