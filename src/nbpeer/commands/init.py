"""`nbpeer init`: set up the current repository, and say what happened to each file."""

from __future__ import annotations

import shlex
from pathlib import Path

from nbpeer.config import load_config
from nbpeer.model.setup import SetupReport, Step
from nbpeer.repo import attributes, drivers, git, setup, workflows
from nbpeer.repo.rivals import of_attribute, rivals, tool_of
from nbpeer.repo.workflows import PullRequests


def init(
    folder: Path,
    *,
    dry_run: bool = False,
    force: bool = False,
    with_filter: bool = True,
    pull_requests: PullRequests | None = None,
) -> SetupReport:
    """Set up the repository that holds `folder`; a second call changes nothing.

    `pull_requests` adds GitHub workflows that review those from branches, or from forks too.
    Raises NbpeerError outside a work tree and for a file that cannot be understood or written; nothing is changed then.
    """
    root = git.find_root(folder)
    planned = setup.plan(root, force=force, with_filter=with_filter)
    if pull_requests:
        planned = (*planned, *workflows.plan_workflows(root, pull_requests, force=force))
    steps = [planned_file.step for planned_file in planned]
    if with_filter:
        settings = drivers.settings(load_config(root).strip)
        steps.append(driver_step(drivers.configured(root), settings))
    if not dry_run:
        if with_filter and steps[-1].outcome != "unchanged":
            drivers.configure(root, settings)
        setup.write(root, planned)
    return SetupReport(tuple(steps), dry_run, _other_tool(root, steps) or todo(tuple(steps), dry_run))


def _other_tool(root: Path, steps: list[Step]) -> str:
    """The command that takes over from the tool whose filter was refused for; "" where there is none."""
    if not any(step.outcome == "refused" and step.path.endswith("attributes") for step in steps):
        return ""
    config = load_config(root)
    found = attributes.look(root, git.notebooks(root, config.include, config.exclude))
    tools = dict.fromkeys(tool_of(of_attribute(rivals(root), other)) for other in found.others)
    named = "".join(f" --from {tool}" for tool in tools if tool)
    return f"nbpeer init{named}" if named else ""


def driver_step(present: dict[str, str], wanted: dict[str, str]) -> Step:
    """What configuring the drivers `wanted` does to git's configuration, which has `present`."""
    what = "nbpeer's filter, diff and merge drivers"
    if wanted.items() <= present.items():
        return Step(".git/config", "unchanged", f"it has {what}")
    if present:
        return Step(".git/config", "changed", f"{what} lacked a part, or named another interpreter, file or option")
    return Step(".git/config", "appended", f"{what}: notebooks are stripped as git adds them")


def todo(steps: tuple[Step, ...], dry_run: bool) -> str:
    """The next command to type after these steps."""
    refused = any(step.outcome == "refused" for step in steps)
    if dry_run or refused:
        return "nbpeer init --force" if refused else "nbpeer init"
    written = [step.path for step in steps if step.outcome != "unchanged" and not step.path.startswith(".git/")]
    if written:
        return f"git add {shlex.join(written)} && git commit -m 'Set up nbpeer'"
    return "nbpeer new exploratory analyses/first.ipynb"
