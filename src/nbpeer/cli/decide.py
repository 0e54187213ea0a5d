"""`nbpeer decide`."""

from __future__ import annotations

import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.keys import ask_line
from nbpeer.cli.options import base_option, day, format_option, show_json

if TYPE_CHECKING:
    from nbpeer.commands.decide import Decided, Deciding
    from nbpeer.model.decision import Forecast


@click.command(name="decide")
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--chosen", default="", metavar="TEXT", help="What was chosen; else the front matter's `decision`.")
@click.option("--because", default="", metavar="TEXT", help="Why, in one line.")
@click.option("--owner", default="", metavar="WHO", help="Who decides; without it the front matter's `decision_owner`.")
@click.option(
    "--predict",
    "predictions",
    type=(str, str, str, str, day),
    multiple=True,
    metavar="METRIC POINT LOW HIGH DATE",
    help="A prediction with its 80 % interval; a value is a number or the name of a result. May be repeated.",
)
@click.option("--review-on", type=day, metavar="DATE", help="When the outcome is looked at; else `review_on`.")
@click.option("--review-by", default="", metavar="WHO", help="Who looks at it; without it the owner.")
@click.option("--supersedes", type=int, metavar="N", help="The decision that this one replaces.")
@click.option("--proposed", is_flag=True, help="Write it as proposed: nothing is frozen yet.")
@click.option("--anyway", is_flag=True, help="Also when nobody approved the analysis as it is; the decision says so.")
@base_option()
@click.option("--on", type=day, metavar="DATE", help="The day of the decision; without it today.")
@format_option
def command(path: Path, output_format: str, **flags: Any) -> int:
    """Record the decision on the analysis at PATH as decisions/NNNN-slug.md, and freeze what it predicts.

    Question, hypothesis, owner and predictions come from the front matter, headline results from the last run; flags
    win. What was chosen is asked for on a terminal. From then on the predictions hold still: `nbpeer check` finds an
    edit (NBP411), `nbpeer outcome` records what happened beside them, and a decision that was wrong is superseded, not
    changed. A decision that was --proposed is decided by deciding again. The number is the next one never given here,
    on any branch that this clone knows.

    Exit code 1 when the analysis is not approved as it is: get it reviewed, or pass --anyway.

    \b
    Examples:
      nbpeer decide analyses/pricing.ipynb
      nbpeer decide analyses/pricing.ipynb --predict conversion 0.045 0.041 0.049 2027-03-01
      nbpeer decide analyses/pricing.ipynb --supersedes 7 --chosen "Keep the old price"
    """
    from nbpeer.commands.decide import decide
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root, relative

    root = find_root(path.absolute())
    if not flags["chosen"] and path.is_file() and sys.stdin.isatty() and sys.stdout.isatty():
        flags["chosen"] = ask_line("what was chosen (Enter: what the analysis says)") or ""
    found = decide(root, load_config(root), relative(root, path), _deciding(flags))
    if output_format == "json":
        show_json(found)
    else:
        _show(found)
    return 0


def _deciding(flags: dict[str, Any]) -> Deciding:
    from nbpeer.commands.decide import Deciding
    from nbpeer.registry.decisions import Said

    said = Said(
        chosen=flags["chosen"],
        owner=" ".join(flags["owner"].split()),
        due=flags["review_on"],
        review_by=" ".join(flags["review_by"].split()),
        forecasts=tuple(_forecast(*given) for given in flags["predictions"]),
    )
    return Deciding(
        said=said,
        day=flags["on"] or datetime.date.today(),
        because=flags["because"],
        supersedes=flags["supersedes"],
        proposed=flags["proposed"],
        anyway=flags["anyway"],
        base=flags["base"],
    )


def _forecast(metric: str, point: str, low: str, high: str, by: datetime.date) -> Forecast:
    from nbpeer.model.decision import Forecast

    return Forecast(metric, _value(point), _value(low), _value(high), by)


def _value(text: str) -> float | str:
    try:
        return float(text)
    except ValueError:
        return text


def _show(found: Decided) -> None:
    from nbpeer.registry.decisions import sheet
    from nbpeer.render.visible import visible

    decision = found.decision
    count = len(decision.predictions)
    predicted = f", {count} prediction{'s' * (count != 1)} frozen" if decision.frozen else ", nothing frozen yet"
    click.echo(f"{visible(decision.path)}: {decision.status}{predicted}; commit it.")
    if decision.analysis.not_approved:
        click.echo(f"! the analysis is not approved: {visible(decision.analysis.not_approved)}")
    for note in found.notes:
        click.echo(f"! {visible(note)}")
    due = sheet(decision).due
    if due:
        who = f" by {visible(decision.outcome_review.owner)}" if decision.outcome_review.owner else ""
        click.echo(f"Its outcome is due on {due}{who}: nbpeer outcome {decision.number}")
