"""`nbpeer tier`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.keys import ask_key
from nbpeer.cli.options import format_option, show_json
from nbpeer.errors import NbpeerError
from nbpeer.review.tiers import EVERY, TierQuestion, tier_of

if TYPE_CHECKING:
    from nbpeer.commands.tier import TierSet, TierSheet


def question_options(function: Any) -> Any:
    """A flag for yes and one for no, for each question."""
    for question in reversed(EVERY):
        flag = question.name.replace("_", "-")
        option = click.option(f"--{flag}/--not-{flag}", question.name, default=None, help=question.question)
        function = option(function)
    return function


@click.command(name="tier")
@click.argument("path", type=click.Path(path_type=Path))
@question_options
@click.option("--check", is_flag=True, help="Write nothing; exit 1 when the tier is not what its reasons come to.")
@format_option
def command(path: Path, check: bool, output_format: str, **given: bool | None) -> int:
    """Say how thorough a review the analysis at PATH needs, and write tier and reasons into its front matter.

    Four questions decide: none or one yes is low (a review of about 5 minutes), two medium (15), three or four high
    (30); business-critical overrides them. On a terminal the questions without a flag are asked; elsewhere, what the
    front matter says already stands. Comments and every other byte of the notebook stay.

    \b
    Example:
      nbpeer tier analyses/pricing.ipynb --costly --main-evidence --not-novel --not-reused
    """
    from nbpeer.commands.tier import read_tier, set_tier

    sheet = read_tier(path)
    if check:
        return _check(sheet)
    found = set_tier(path, _answers(sheet, given))
    if output_format == "json":
        show_json(found)
    else:
        click.echo(_said(found))
    return 0


def _check(sheet: TierSheet) -> int:
    if sheet.yes is None:
        click.echo(f"{sheet.path}: the front matter gives no reasons for its tier; nbpeer tier {sheet.path}")
        return 1
    wanted = tier_of(sheet.yes)
    if sheet.tier != wanted:
        click.echo(f"{sheet.path}: the tier is {sheet.tier}, and its reasons come to {wanted}")
        return 1
    click.echo(f"{sheet.path}: {wanted}, as its reasons say")
    return 0


def _answers(sheet: TierSheet, given: dict[str, bool | None]) -> set[str]:
    """The names of the questions answered yes: by flags, else by a person at a terminal, else as before."""
    yes = {name for name, answer in given.items() if answer}
    unsaid = [question for question in EVERY if given[question.name] is None]
    if sys.stdin.isatty():
        before = sheet.yes or frozenset()
        return yes | {question.name for question in unsaid if _ask(question, question.name in before, sheet)}
    if sheet.yes is not None:
        return yes | {question.name for question in unsaid if question.name in sheet.yes}
    missing = [question for question in unsaid if question.name != "business_critical"]
    if missing:
        flags = ", ".join(f"--[not-]{question.name.replace('_', '-')}" for question in missing)
        raise NbpeerError("not every question is answered, and nobody can be asked here", f"pass {flags}")
    return yes


def _ask(question: TierQuestion, before: bool, sheet: TierSheet) -> bool:
    click.echo(question.question + (f"  (so far: {'yes' if before else 'no'})" if sheet.yes is not None else ""))
    key = ask_key({"y": "yes", "n": "no"}, "")
    if not key:
        raise click.Abort
    return key == "y"


def _said(found: TierSet) -> str:
    from nbpeer.render.gate import item_names

    was = f" (was {_name(found.was)})" if found.was and found.was != found.tier else ""
    because = ", ".join(found.reasons) or "none of the questions is answered yes"
    people = f", by {found.reviewers} reviewers" if found.reviewers > 1 else ""
    count = len(found.items)
    lines = [
        f"{found.path}: {_name(found.tier)}{was}, because: {because}",
        f"A review takes about {found.minutes} minutes{people}: {count} questions, {item_names(found.items)}",
    ]
    if found.written:
        lines.append(f"The front matter is part of what is reviewed: run it again with `nbpeer run {found.path}`")
    return "\n".join(lines)


def _name(tier: str) -> str:
    return tier.replace("_", "-")
