"""`nbpeer pr sync`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from nbpeer.cli.options import base_option, format_option, show_json
from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.commands.pr_sync import GroupSynced, Synced
    from nbpeer.forge.events import Event

_FILE = click.Path(path_type=Path)


@click.command(name="sync")
@click.argument("number", type=click.IntRange(min=1), required=False)
@click.option("--event", type=_FILE, metavar="FILE", help="The event that GitHub tells the job: $GITHUB_EVENT_PATH.")
@base_option("What to compare with; without it what the pull request goes into.")
@click.option("--folder", type=_FILE, metavar="DIR", help="Read from and write into a folder, not a forge.")
@click.option("--commit-sign-off", is_flag=True, help="Commit the sign-offs to the branch once the gate is met.")
@click.option("--fail-unmet", is_flag=True, help="Exit with 1 when the gate is not met.")
@format_option
def command(
    number: int | None, event: Path | None, base: str | None, folder: Path | None, output_format: str, **flags: bool
) -> int:
    """Read ticks and approvals of a pull request, judge the gate and set the status nbpeer/sign-off.

    The gate is that of `nbpeer status`, on the pull request's head, whatever is checked out. A review counts for the
    content of the commit it was given on, so that it outlives a rebase and lapses when source or results change.
    While something is missing the status is pending. Exit code 0 when the status was set; 1 with --fail-unmet when
    the gate is not met.

    \b
    Examples:
      nbpeer pr sync --event "$GITHUB_EVENT_PATH"
      nbpeer pr sync 17 --fail-unmet
    """
    from nbpeer.cli.pr_connect import harmless_errors

    with harmless_errors():
        found = _sync(number, event, folder, base, commit=flags["commit_sign_off"])
        if found is None:
            return _nothing(output_format)
        _tell(found, output_format)
    return 1 if flags["fail_unmet"] and not found.met else 0


def _sync(
    number: int | None, event: Path | None, folder: Path | None, base: str | None, *, commit: bool
) -> Synced | GroupSynced | None:
    """What was done; None for an event that is about no open pull request."""
    from nbpeer.cli.pr_connect import connected, open_number
    from nbpeer.commands.pr_sync import sync, sync_group
    from nbpeer.repo.git import find_root

    root = find_root(Path.cwd())
    told = _event(event)
    if told and not told.about_pull_request:
        return None
    if told is None and number is None:
        raise NbpeerError("no pull request is named", "name its number, or give --event $GITHUB_EVENT_PATH")
    forge = connected(root, folder)
    if told and number is None:
        if told.kind == "merge_group":
            return sync_group(root, forge, told.head_sha, base)
        number = told.number or open_number(forge, told)
        if number is None or not forge.pull_request(number).open:
            return None
    return sync(root, forge, number or 0, base, commit=commit)


def _event(event: Path | None) -> Event | None:
    from nbpeer.forge.events import read_event

    return read_event(event) if event else None


def _nothing(output_format: str) -> int:
    if output_format == "json":
        show_json(None)
    else:
        click.echo("the event is about no open pull request: nothing to do")
    return 0


def _tell(found: Synced | GroupSynced, output_format: str) -> None:
    from nbpeer.commands.pr_sync import CONTEXT, Synced
    from nbpeer.render.escape import log_line

    if output_format == "json":
        show_json(_values(found))
        return
    what = f"pull request {found.number}" if isinstance(found, Synced) else "merge queue"
    lines = [f"{what}: {CONTEXT} of {found.sha[:7]} is {found.state}: {found.description}"]
    for one in (found,) if isinstance(found, Synced) else found.pulls:
        lines += [
            f"  {gate.path}, {condition.name}: {condition.reason}"
            for gate in one.verdict.analyses
            for condition in gate.conditions
            if not condition.met
        ]
        lines += [f"! {note}" for note in one.notes]
        lines += [f"the sign-offs are committed: {one.committed[:7]}"] if one.committed else []
    click.echo("\n".join(map(log_line, lines)))


def _values(found: Synced | GroupSynced) -> dict[str, Any]:
    import msgspec

    from nbpeer.commands.pr_sync import Synced
    from nbpeer.render.gate import gate_values

    values: dict[str, Any] = {"met": found.met, **msgspec.to_builtins(found)}
    if isinstance(found, Synced):
        values["verdict"] = gate_values(found.verdict)
    else:
        values["pulls"] = [_values(one) for one in found.pulls]
    return values
