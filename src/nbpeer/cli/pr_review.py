"""`nbpeer pr review`."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from nbpeer.cli.options import base_option, format_option, show_json
from nbpeer.cli.suggest import files

if TYPE_CHECKING:
    from nbpeer.commands.pr_judge import People
    from nbpeer.commands.pr_look import PullTree
    from nbpeer.commands.pr_review import Decision, Reviewed
    from nbpeer.forge.forge import Forge
    from nbpeer.model.pull_request import Person, PullRequest
    from nbpeer.model.review import Answer, SignOff


class _Review(NamedTuple):
    """What is reviewed, and by whom."""

    root: Path
    forge: Forge
    pull: PullRequest
    me: Person
    tree: PullTree


class _Said(NamedTuple):
    """What the reviewer says: the answers by analysis, and what they come to."""

    answers: dict[str, tuple[Answer, ...]]
    decision: Decision
    comment: str


@click.command(name="review")
@click.argument("number", type=click.IntRange(min=1))
@click.option(
    "--answers", metavar="FILE", shell_complete=files, help="YAML or JSON: item → answer; of several analyses by path."
)
@click.option(
    "--decision",
    type=click.Choice(["approve", "request-changes", "comment"]),
    default="approve",
    show_default=True,
    help="What the answers of the file come to.",
)
@click.option("--comment", default="", metavar="TEXT", help="What the review says besides.")
@base_option("What to compare with; without it what the pull request goes into.")
@click.option("--folder", type=click.Path(path_type=Path), metavar="DIR", help="Review in a folder, not on a forge.")
@click.option("--account", default="", metavar="LOGIN", help="Who you are in that folder.")
@format_option
def command(number: int, base: str | None, output_format: str, **given: Any) -> int:
    """Review a pull request at the terminal: its changes, its results and its checklist, then post the review.

    The pull request is fetched and checked out apart; your own working tree is left alone. Each analysis is the same
    sitting as `nbpeer review`. Then what you answered is ticked and the review submitted, under your own account. When
    somebody pushes meanwhile nothing is posted, and your answers are kept.

    \b
    Examples:
      nbpeer pr review 17
      nbpeer pr review 17 --answers answers.yml --decision approve
    """
    from nbpeer.cli.pr_connect import connected
    from nbpeer.commands.pr_look import pull_tree
    from nbpeer.commands.pr_review import post_review, reviewer_of
    from nbpeer.repo.git import find_root

    if given["folder"] and not given["account"]:
        raise click.UsageError("--folder needs --account LOGIN: who reviews?")
    root = find_root(Path.cwd())
    forge = connected(root, given["folder"], given["account"])
    pull = forge.pull_request(number)
    me = reviewer_of(forge, pull)
    if not given["answers"]:
        _announce(pull)
    with pull_tree(root, pull, base) as tree:
        review = _Review(root, forge, pull, me, tree)
        said = _from_file(review, given) if given["answers"] else _sitting(review)
    if said is None:
        again = f"nbpeer pr review {number}{_flags(given)}"
        click.echo(f"\nNothing is posted. Your answers are kept; go on with: {again}")
        return 0
    _tell(post_review(forge, pull, said.answers, said.decision, said.comment), output_format)
    return 0


def _announce(pull: PullRequest) -> None:
    """Whose pull request it is and what it is called, before it is fetched."""
    from nbpeer.render.visible import visible

    click.echo(visible(f"{pull.title} (#{pull.number} by {pull.author.login}, {pull.head_ref} → {pull.base_ref})"))
    click.echo(f"{visible(pull.url)}\n" if pull.url else "")


def _flags(given: dict[str, Any]) -> str:
    """What was typed to be who one is, to be typed again."""
    return f" --folder {shlex.quote(str(given['folder']))} --account {given['account']}" if given["folder"] else ""


def _from_file(review: _Review, given: dict[str, Any]) -> _Said:
    from nbpeer.cli.sign import load_answers
    from nbpeer.commands.pr_judge import people_of
    from nbpeer.commands.pr_review import analyses_of, completed, read_given, refuse_authors

    decision: Decision = given["decision"].replace("-", "_")
    paths = analyses_of(review.tree)
    answers, people = {}, people_of(review.forge, review.pull, review.tree)
    for path, found in read_given(load_answers(given["answers"]), given["answers"], paths).items():
        facts, answers[path] = completed(review.tree, path, found, decision, given["comment"])
        refuse_authors(people, review.me, facts)
    return _Said(answers, decision, given["comment"])


def _sitting(review: _Review) -> _Said | None:
    """Analysis after analysis; None when the reviewer stops before the last is decided."""
    from nbpeer.commands.pr_judge import people_of
    from nbpeer.commands.pr_review import analyses_of
    from nbpeer.repo.worktree import share_cache

    share_cache(review.root, review.tree.root)
    sign_offs = []
    paths, people = analyses_of(review.tree), people_of(review.forge, review.pull, review.tree)
    for number, path in enumerate(paths, 1):
        if len(paths) > 1:
            click.echo(f"{path} ({number} of {len(paths)})\n")
        sign_off = _sit(review, path, people)
        if sign_off is None:
            return None
        sign_offs.append(sign_off)
    asked = any(sign_off.decision == "request_changes" for sign_off in sign_offs)
    comments = "\n\n".join(sign_off.comment for sign_off in sign_offs if sign_off.comment)
    answers = {one.analysis: tuple(answer for answer in one.answers if answer.by == "human") for one in sign_offs}
    return _Said(answers, "request_changes" if asked else "approve", comments)


def _sit(review: _Review, path: str, people: People) -> SignOff | None:
    from nbpeer.cli.review import show_head
    from nbpeer.cli.sitting import Sitting, sit
    from nbpeer.commands.pr_review import refuse_authors
    from nbpeer.commands.review import open_review
    from nbpeer.review.forge_words import address_of

    tree = review.tree
    sheet = open_review(tree.root, tree.config, path, address_of(review.me), tree.base)
    refuse_authors(people, review.me, sheet.facts)
    show_head(sheet, pull_request=True)
    return sit(Sitting(tree.root, tree.config, sheet, tree.base, ""), dict(sheet.answers))


def _tell(done: Reviewed, output_format: str) -> None:
    if output_format == "json":
        show_json(done)
        return
    verb = {"approve": "approved", "request_changes": "asked for changes to", "comment": "commented on"}[done.decision]
    counts = f"{sum(map(len, done.ticked.values()))} ticked, {sum(map(len, done.lines.values()))} answered by lines"
    click.echo(f"You {verb} pull request {done.number} at {done.head[:7]}: {counts}")
    for line in (done.url, *done.notes):
        if line:
            click.echo(line)
