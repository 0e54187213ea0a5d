"""`nbpeer pr post`."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from nbpeer.cli.options import base_option, format_option, show_json
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.commands.fresh_run import FreshOptions
    from nbpeer.commands.pr_gather import Gathered
    from nbpeer.commands.pr_post import Posted
    from nbpeer.config import Config, PullRequestConfig
    from nbpeer.forge.events import Event
    from nbpeer.forge.forge import Forge
    from nbpeer.model.posting import Posting
    from nbpeer.render.pr_summary import Around
    from nbpeer.run.execute import Step

_ADDRESS = re.compile(r"https?://[^\s<>()\[\]\"'`\\|]+")
_FILE = click.Path(path_type=Path)


class Given(NamedTuple):
    """The command line."""

    number: int | None
    base: str | None
    event: Path | None
    folder: Path | None
    export: Path | None
    posting: Path | None
    packet: Path | None
    packet_url: str
    rerun: bool
    dry_run: bool
    output_format: str


class Where(NamedTuple):
    """Which pull request, as far as it is known: `number` 0 and texts "" are not."""

    number: int = 0
    head: str = ""
    base: str = ""
    base_sha: str = ""


@click.command(name="post")
@click.argument("number", type=click.IntRange(min=1), required=False)
@base_option("What to compare with; without it what the pull request goes into.")
@click.option("--event", type=_FILE, metavar="FILE", help="The event that GitHub tells the job: $GITHUB_EVENT_PATH.")
@click.option("--rerun", is_flag=True, help="Run both versions here, so that results differ by what the code changed.")
@click.option("--packet", type=_FILE, metavar="DIR", help="Write the packet there, as packet.html.")
@click.option("--packet-url", metavar="URL", default="", help="Where reviewers find the packet.")
@click.option("--export", type=_FILE, metavar="FILE", help="Post nothing: write everything for a job that may post.")
@click.option("--from", "posting", type=_FILE, metavar="FILE", help="Post what another job exported.")
@click.option("--folder", type=_FILE, metavar="DIR", help="Post into a folder, as Markdown and JSON, not to a forge.")
@click.option("--dry-run", is_flag=True, help="Print what would be posted.")
@format_option
def command(**options: Any) -> int:
    """Post or update the review of a pull request, from its checkout.

    A summary (results before and after, expectations, findings, changed cells), a checklist for each analysis, comments
    on the lines of the notebooks, a check run and the job's step summary. Posting again updates them: ticks stay, and
    where nothing changed nothing is sent. What is asked is read from the base, so that a branch cannot change it.

    For pull requests from forks, one job without secrets exports what it found, and another posts it.

    \b
    Examples:
      nbpeer pr post --event "$GITHUB_EVENT_PATH"
      nbpeer pr post 17 --base origin/main --rerun
      nbpeer pr post --base main --dry-run
    """
    given = Given(**options)
    from nbpeer.cli.pr_connect import harmless_errors

    with harmless_errors():
        _refuse_contradictions(given)
        return _post(given)


def _post(given: Given) -> int:
    from nbpeer.cli.pr_connect import connected
    from nbpeer.commands.pr_exported import exported
    from nbpeer.commands.pr_post import post, uploaded, write_step_summary
    from nbpeer.config import load_config
    from nbpeer.files import write_atomic
    from nbpeer.model.posting import encode_posting
    from nbpeer.render.pr_summary import Around
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    config = load_config(root)
    around = Around(packet=given.packet_url)
    told = _told(given)
    forge = None if given.dry_run or given.export else connected(root, given.folder)
    where = _found(given, told, forge) if forge else _where(told, given.number or 0)
    if where is None:
        said = "the event is about no open pull request: nothing was posted"
        return _tell(given, None, [said])
    if given.posting:
        posting, pr_config = exported(given.posting, root, config, where.head, where.base if forge else "")
    else:
        (posting, figures), pr_config = _looked_at(given, root, config, where)
        if forge and pr_config.images == "assets-branch":
            around = around._replace(pictures=uploaded(forge, figures))
    if step := os.environ.get("GITHUB_STEP_SUMMARY"):
        write_step_summary(Path(step), posting, around)
    if given.export:
        write_atomic(given.export, encode_posting(posting))
        return _tell(given, {"export": str(given.export), "head": posting.head}, [f"{given.export}: written"])
    if forge is None:
        return _print(given, posting, around)
    return _report(given, post(forge, where.number, posting, pr_config, around))


def _refuse_contradictions(given: Given) -> None:
    if given.number is None and given.event is None and not (given.dry_run or given.export):
        raise NbpeerError("no pull request is named", "name its number, or give --event $GITHUB_EVENT_PATH")
    if given.packet_url and not _ADDRESS.fullmatch(given.packet_url):
        raise click.UsageError("--packet-url takes the address of a page: https://…")
    if given.posting and (given.export or given.rerun or given.packet or given.base):
        raise click.UsageError("--from posts what was exported: leave --base, --export, --packet and --rerun out.")
    if given.export and (given.dry_run or given.folder):
        raise click.UsageError("--export posts nothing: leave --dry-run and --folder out.")


def _told(given: Given) -> Event | None:
    from nbpeer.forge.events import read_event

    return read_event(given.event) if given.event else None


def _where(told: Event | None, number: int = 0) -> Where:
    """What the event says of the pull request."""
    return Where(number or told.number, told.head_sha, told.base_ref, told.base_sha) if told else Where(number)


def _found(given: Given, told: Event | None, forge: Forge) -> Where | None:
    """The pull request to post to; None when the event is about no open one."""
    from nbpeer.cli.pr_connect import open_number

    number = given.number
    if told and number is None:
        number = (told.number or open_number(forge, told)) if told.about_pull_request else None
    if number is None:
        return None
    pull, where = forge.pull_request(number), _where(told, number)
    return where._replace(head=where.head or pull.head_sha, base=where.base or pull.base_ref, base_sha=pull.base_sha)


def _looked_at(given: Given, root: Path, config: Config, where: Where) -> tuple[Gathered, PullRequestConfig]:
    from nbpeer.commands.packet import packets, write_packet
    from nbpeer.commands.pr_gather import Looking, gathered, looked_from, trusted_config

    looking = looked_from(root, Looking(given.base), where.head, where.base, where.base_sha)
    with _progress(rerun=given.rerun) as (on_analysis, runs):
        looking = looking._replace(on_analysis=on_analysis, rerun=runs)
        found = gathered(root, config, looking)
        if given.packet and (made := packets(root, config, looking.base)):
            write_packet(root, made, given.packet / "packet.html")
    return found, trusted_config(root, config, looking.base)


@contextmanager
def _progress(*, rerun: bool) -> Iterator[tuple[Callable[[str], None], FreshOptions | None]]:
    """What to call with each analysis, and how to run; both tell it on standard error."""
    from nbpeer.cli.packet import analysis_progress
    from nbpeer.cli.results import run_progress, stoppable
    from nbpeer.render.escape import log_line

    if rerun:
        with stoppable(), run_progress() as watched:
            yield lambda path: None, watched._replace(step=lambda step: watched.step(_harmless(step)))
        return
    with analysis_progress() as tell:
        yield lambda path: tell(log_line(path)), None


def _harmless(step: Step) -> Step:
    from nbpeer.render.escape import log_line

    return step._replace(path=log_line(step.path), title=log_line(step.title))


def _print(given: Given, posting: Posting, around: Around) -> int:
    """What would be posted; in a workflow no line of it is a command."""
    from nbpeer.commands.pr_post import texts
    from nbpeer.render.escape import log_line

    if given.output_format == "json":
        show_json([{"title": title, "markdown": text} for title, text in texts(posting, around)])
        return 0
    said = log_line if "GITHUB_ACTIONS" in os.environ else str
    for title, text in texts(posting, around):
        click.echo(said(f"───── {title}\n\n{text}\n"))
    return 0


def _report(given: Given, posted: Posted) -> int:
    if posted.moved:
        said = (
            f"pull request {posted.number} has moved on to {posted.moved[:7]}: nothing was posted of {posted.head[:7]}"
        )
        return _tell(given, posted, [said])
    from nbpeer.render.pr_words import counted

    new = counted(posted.inline, "new inline comment")
    counts = f"{counted(len(posted.checklists), 'checklist')}, {new}, {posted.fixed} marked fixed"
    summary = "summary" if posted.summary else "no analysis changed, no summary"
    lines = [f"pull request {posted.number}: {summary}, {counts}"]
    lines += [posted.summary] if posted.summary else []
    return _tell(given, posted, [*lines, *posted.notes])


def _tell(given: Given, value: Any, lines: list[str]) -> int:
    from nbpeer.render.escape import log_line

    if given.output_format == "json":
        show_json(value)
    else:
        click.echo("\n".join(map(log_line, lines)))
    return 0
