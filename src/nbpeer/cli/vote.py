"""`nbpeer vote`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.keys import ask_key, ask_line
from nbpeer.cli.options import day, format_option, show, show_json
from nbpeer.errors import NbpeerError
from nbpeer.model.ballot import HIGHEST, LOWEST, SCORES

if TYPE_CHECKING:
    from nbpeer.commands.vote import VoteSheet
    from nbpeer.model.ballot import Dimension, VoteResult

_round_option = click.option("--round", "name", type=day, metavar="DATE", help="The round; without it the latest.")


@click.group(name="vote")
def command() -> None:
    """Ask a team how mature its work with data is, again and again, and show where people disagree.

    A round is held on a model: dimensions, each with what awful and what excellent look like. Everybody casts a ballot
    of their own, a file under votes/ that is committed; the report shows medians, spreads and trends. Ballots are not
    secret: everybody who sees the repository sees them.

    \b
    Examples:
      nbpeer vote new
      nbpeer vote cast
      nbpeer vote report --html vote.html
    """


@command.command(short_help="Begin a round.")
@click.option("--on", type=day, metavar="DATE", help="The day it begins, which names it; without it today.")
@click.option("--print", "prints", is_flag=True, help="Print the model that a round would be held on; begin none.")
@format_option
def new(on: datetime.date | None, prints: bool, output_format: str) -> None:
    """Begin a round with a copy of the model: nbpeer_templates/maturity.yml, or else the built-in one.

    \b
    Examples:
      nbpeer vote new
      nbpeer vote new --print > nbpeer_templates/maturity.yml
    """
    from nbpeer.commands.vote import model_text, new
    from nbpeer.config import load_config
    from nbpeer.render.visible import visible

    root = _root()
    if prints:
        click.echo(model_text(root, load_config(root)), nl=False)
        return
    begun = new(root, load_config(root), on or datetime.date.today())
    if output_format == "json":
        show_json(begun)
    else:
        count = len(begun.model.dimensions)
        click.echo(f"{begun.path}: {count} dimension{'s' * (count != 1)}, from {visible(begun.origin)}; commit it.")
        click.echo("Everybody casts a ballot: nbpeer vote cast")


@command.command(short_help="Cast your ballot, or change it.")
@_round_option
@click.option(
    "--score", "scores", type=(str, str), multiple=True, metavar="DIMENSION 1-5", help="A score. May be repeated."
)
@click.option(
    "--note", "notes", type=(str, str), multiple=True, metavar="DIMENSION TEXT", help="A line on it. May be repeated."
)
@format_option
def cast(name: datetime.date | None, output_format: str, **given: Any) -> None:
    """Cast your ballot, or change what you cast: your own, by the address git knows you by.

    On a terminal without --score and --note every dimension is asked. A dimension may be left out.

    \b
    Examples:
      nbpeer vote cast
      nbpeer vote cast --score review 4 --note review "Two days is still long"
    """
    from nbpeer.commands.vote import cast, sheet
    from nbpeer.render.visible import visible

    root = _root()
    asked = sheet(root, name.isoformat() if name else None)
    if given["scores"] or given["notes"]:
        scores, notes = {one: _score(one, text) for one, text in given["scores"]}, dict(given["notes"])
    elif sys.stdin.isatty():
        scores, notes = _ask_all(asked)
    else:
        raise NbpeerError("nobody can be asked here", "pass --score DIMENSION 1-5 for each dimension")
    done = cast(root, asked, scores, notes)
    if output_format == "json":
        show_json(done)
    else:
        left = f"; not scored: {', '.join(done.unscored)}" if done.unscored else ""
        count = len(done.ballot.scores)
        click.echo(f"{visible(done.path)}: {count} score{'s' * (count != 1)}{left}; commit it.")


@command.command(short_help="Show what the ballots say.")
@_round_option
@click.option("--html", "page", type=click.Path(path_type=Path), metavar="FILE", help="Write it as a page to FILE too.")
@format_option
def report(name: datetime.date | None, page: Path | None, output_format: str) -> None:
    """Show median, spread and trend of each dimension, the loudest disagreement first.

    The spread is how far two people differ on average; the trend is the median's change since the round before, where
    the dimension was described in the same words.

    \b
    Example:
      nbpeer vote report --html vote.html
    """
    from nbpeer.commands.vote import report
    from nbpeer.render.votes import require_vote_page, votes_text

    if page:
        require_vote_page()
    found = report(_root(), name.isoformat() if name else None)
    if page:
        _write_page(found, page)
    if output_format == "json":
        show_json(found)
    else:
        show(votes_text(found))
        if page:
            click.echo(f"\n{page}")


def _write_page(found: VoteResult, page: Path) -> None:
    from nbpeer.files import write_atomic
    from nbpeer.render.votes import votes_html

    write_atomic(page, votes_html(found).encode())


def _root() -> Path:
    from nbpeer.repo.git import find_root

    return find_root(Path.cwd())


def _score(dimension: str, text: str) -> int:
    if not text.strip().lstrip("-").isdecimal():
        raise NbpeerError(f"the score of {dimension} is {text!r}", f"give a whole number from {LOWEST} to {HIGHEST}")
    return int(text)


def _ask_all(asked: VoteSheet) -> tuple[dict[str, int], dict[str, str]]:
    """The scores and notes of a person at a terminal; what they answered before stopping is kept."""
    scores: dict[str, int] = {}
    notes: dict[str, str] = {}
    count = len(asked.model.dimensions)
    click.echo(f"{asked.model.title}  {asked.person}, round of {asked.round}")
    for number, dimension in enumerate(asked.model.dimensions, 1):
        click.echo(f"\n{number} of {count}  {dimension.name}{_so_far(asked, dimension)}")
        click.echo(f"  {LOWEST} awful      {dimension.awful}\n  {HIGHEST} excellent  {dimension.excellent}")
        if not _ask(dimension, scores, notes):
            break
    return scores, notes


def _ask(dimension: Dimension, scores: dict[str, int], notes: dict[str, str]) -> bool:
    """Ask for one dimension; False when the person wants no more."""
    meanings = {LOWEST: "awful", HIGHEST: "excellent"}
    keys = {str(score): meanings.get(score, "") for score in SCORES} | {"n": "note", "s": "skip", "q": "stop here"}
    while True:
        key = ask_key(keys, "q")
        if key == "n":
            notes[dimension.id] = ask_line("note") or ""
        elif key in ("s", "q"):
            return key == "s"
        else:
            scores[dimension.id] = int(key)
            return True


def _so_far(asked: VoteSheet, dimension: Dimension) -> str:
    before = asked.ballot.scores.get(dimension.id) if asked.ballot else None
    return f"  (so far {before})" if before else ""
