"""`nbpeer sign`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import base_option, format_option, key_options, show_json
from nbpeer.cli.suggest import files
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.config import Config


@click.command(name="sign")
@click.argument("path", type=click.Path(path_type=Path))
@click.option(
    "--answers",
    metavar="FILE",
    shell_complete=files,
    help="YAML or JSON: item → yes, no, na or {answer, note}; - reads it from standard input.",
)
@click.option(
    "--decision",
    type=click.Choice(["approve", "request-changes"]),
    default="approve",
    show_default=True,
    help="What the answers come to.",
)
@click.option("--comment", default="", metavar="TEXT", help="One line for the author.")
@base_option()
@click.option(
    "--template", is_flag=True, help="Print an answers file to fill, with questions and evidence; sign nothing."
)
@key_options
@format_option
def command(path: Path, base: str | None, template: bool, output_format: str, **said: Any) -> int:
    """Sign an analysis off with answers from a file.

    The sign-off is bound to the source and the results the working tree has now, and written under
    .nbpeer/signoffs; commit it. The author of a change cannot sign it off. Where git signs with an SSH key
    (gpg.format ssh and user.signingkey), so does this.

    \b
    Example:
      nbpeer sign analyses/pricing.ipynb --template > answers.yml
      nbpeer sign analyses/pricing.ipynb --answers answers.yml
    """
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root, relative

    root = find_root(path.absolute())
    config = load_config(root)
    analysis = relative(root, path)
    if template:
        click.echo(_template(root, config, analysis, base))
        return 0
    _sign(root, config, analysis, base, said | {"format": output_format})
    return 0


def _sign(root: Path, config: Config, analysis: str, base: str | None, said: dict[str, Any]) -> None:
    from nbpeer.commands.sign import Statement, sign, signing_key
    from nbpeer.model.review import sign_off_path
    from nbpeer.repo.git import identity
    from nbpeer.review.answers import read_answers

    if said["answers"] is None:
        raise NbpeerError("--answers is missing", "name the answers file; --template prints one to fill")
    decision = said["decision"].replace("-", "_")
    answers = read_answers(load_answers(said["answers"]), said["answers"])
    key = signing_key(root, said["ssh_key"], said["unsigned"])
    statement = Statement(identity(root), decision, answers, said["comment"], key=key)
    sign_off = sign(root, config, analysis, statement, base)
    kept = sign_off_path(sign_off)
    if said["format"] == "json":
        show_json({"path": kept, "sign_off": sign_off})
    else:
        verb = "approved" if decision == "approve" else "asked for changes to"
        signed = ", signed with your SSH key" if sign_off.signature else ""
        click.echo(f"{sign_off.reviewer} {verb} {analysis}; the sign-off is {kept}{signed}; commit it.")


def load_answers(name: str) -> Any:
    """The YAML or JSON in an answers file, - for standard input. Raises NbpeerError when it cannot be read."""
    from nbpeer import yaml

    try:
        text = sys.stdin.read() if name == "-" else Path(name).read_text(encoding="utf-8")
    except OSError as error:
        raise NbpeerError(f"{name} could not be read ({error.strerror})", "name the answers file") from None
    except UnicodeDecodeError:
        raise NbpeerError(f"{name} is not UTF-8 text", "save it as UTF-8") from None
    try:
        return yaml.load(text)
    except yaml.YamlError as error:
        raise NbpeerError(f"{name}, line {error.line}: {error.problem}", "mend that line") from None


def _template(root: Path, config: Config, analysis: str, base: str | None) -> str:
    from nbpeer.commands.status import compared_with, facts_for, questions_for
    from nbpeer.render.checklist import answers_template

    facts = facts_for(root, config, analysis, compared_with(root, config, base))
    if facts.problem:
        raise NbpeerError(facts.problem)
    checklist = facts.checklist
    heading = f"{analysis}: {checklist.id} {checklist.version}, {checklist.tier}, about {checklist.minutes} minutes"
    return answers_template(heading, questions_for(facts))
