"""`nbpeer outcome`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import day, format_option, show, show_json
from nbpeer.cli.suggest import decisions, files
from nbpeer.errors import NbpeerError
from nbpeer.model.decision import HYPOTHESIS_VERDICTS, USED, WHY_NOT

if TYPE_CHECKING:
    from nbpeer.model.decision import DecisionSheet

_SAID = ("observed", "notebook", "hypothesis", "used", "why_not", "note")


@click.command(name="outcome")
@click.argument("decision", metavar="N", shell_complete=decisions)
@click.option(
    "--observed",
    type=(str, str),
    multiple=True,
    metavar="METRIC VALUE",
    help="The value that a predicted metric came to. May be repeated.",
)
@click.option(
    "--from",
    "notebook",
    metavar="PATH",
    shell_complete=files,
    help="Take observed values from the results of this analysis.",
)
@click.option("--hypothesis", type=click.Choice(HYPOTHESIS_VERDICTS), help="What became of the hypothesis.")
@click.option("--used", type=click.Choice(USED), help="Whether the analysis was used for the decision.")
@click.option("--why-not", type=click.Choice(WHY_NOT), help="Why it was not, or only partly.")
@click.option("--note", default="", metavar="TEXT", help="What was learnt, in one line.")
@click.option("--on", type=day, metavar="DATE", help="The day it was found; without it today.")
@click.option("--both", is_flag=True, help="After a git conflict: keep the outcomes that both sides recorded.")
@format_option
def command(decision: str, output_format: str, **flags: Any) -> int:
    """Record what became of decision N (its number or file); without a flag show it.

    Each record is one more line in the decision's file, with your address and the day: nothing is replaced, the latest
    word counts, and where two people disagree that is said. A word on the hypothesis closes the review.

    \b
    Examples:
      nbpeer outcome 7
      nbpeer outcome 7 --observed conversion 0.043 --hypothesis supported --used yes
      nbpeer outcome 7 --from analyses/pricing_after.ipynb --note "Half of it was the season"
    """
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    found = _sheet(root, decision, flags)
    if output_format == "json":
        from nbpeer.render.decisions import sheet_values

        show_json(sheet_values(found))
    else:
        from nbpeer.render.decisions import sheet_text
        from nbpeer.render.visible import visible

        show(sheet_text(found))
        if flags["both"] or any(flags[key] for key in _SAID):
            click.echo(f"Recorded in {visible(found.decision.path)}; commit it.")
    return 0


def _sheet(root: Path, name: str, flags: dict[str, Any]) -> DecisionSheet:
    from nbpeer.commands.outcome import Found, keep_both, observed_in, record_outcome, show_outcome
    from nbpeer.repo.git import relative

    said = {key: flags[key] for key in _SAID}
    if flags["both"]:
        if any(said.values()):
            raise click.UsageError("--both only takes a conflict out; record an outcome afterwards")
        return keep_both(root, name)
    if not any(said.values()):
        if flags["on"]:
            raise click.UsageError("--on goes with what was found: --observed, --hypothesis, --used or --note")
        return show_outcome(root, name)
    observed = {}
    if flags["notebook"]:
        observed = observed_in(root, name, relative(root, Path(flags["notebook"])))
    for metric, value in flags["observed"]:
        observed[metric] = _number(metric, value)
    found = Found(observed, flags["hypothesis"], flags["used"], flags["why_not"], flags["note"])
    today = datetime.date.today()
    return record_outcome(root, name, found, flags["on"] or today, today)


def _number(metric: str, value: str) -> float:
    try:
        return float(value)
    except ValueError:
        raise NbpeerError(f"{value!r} is no number, and {metric} was predicted as one", "write it as 0.043") from None
