"""`nbpeer init --from TOOL` and `--undo`: take over from another tool, and give back what was replaced."""

from __future__ import annotations

import os
from pathlib import Path

from nbpeer.commands.init import driver_step, todo
from nbpeer.config import Config, load_config
from nbpeer.errors import NbpeerError
from nbpeer.model.setup import SetupReport, Step
from nbpeer.repo import drivers, git, replaced, setup, takeover
from nbpeer.repo.attributes import DRIVER, KINDS
from nbpeer.repo.replaced import Record
from nbpeer.repo.rivals import Tool
from nbpeer.repo.shared_files import refuse_unwritable
from nbpeer.repo.takeover import TakeOver


def take_over(
    folder: Path, tools: tuple[Tool, ...], *, dry_run: bool = False, force: bool = False, with_filter: bool = True
) -> SetupReport:
    """Set up the repository that holds `folder` as `init` does, in the place of `tools` and with their settings.

    What is replaced is kept until `undo`. Raises NbpeerError as `init`, and when nothing of a tool is set up; nothing
    is changed then.
    """
    root = git.find_root(folder)
    config = load_config(root)
    taken = takeover.plan(root, tools, git.notebooks(root, config.include, config.exclude), with_filter=with_filter)
    planned = setup.plan(root, force=force, with_filter=with_filter, taken=taken)
    wanted = drivers.settings(_planned_config(root, planned).strip) if with_filter else {}
    steps = [one.step for one in planned]
    if taken.sections:
        refuse_unwritable(_config_file(root), ".git/config")
        steps.append(Step(".git/config", "removed", f"{', '.join(taken.sections)} of {' and '.join(tools)}"))
    if with_filter:
        steps.append(driver_step(drivers.configured(root), wanted))
    changes = any(step.outcome not in ("unchanged", "refused") for step in steps)
    if changes and not dry_run:
        _carry_out(root, tools, planned, taken, wanted)
    return SetupReport(tuple(steps), dry_run, _todo(tuple(steps), tools, dry_run), taken.notes)


def undo(folder: Path, *, dry_run: bool = False) -> SetupReport:
    """Give back what the last `take_over` in this work tree replaced; what was changed since is kept.

    Raises NbpeerError when there is none, and for a file that cannot be read or written; nothing is changed then.
    """
    root = git.find_root(folder)
    found = replaced.last(root)
    if found is None:
        raise NbpeerError(
            "no `nbpeer init --from` of this clone is there to undo", "`nbpeer git uninstall` takes the drivers out"
        )
    kept, record = found
    planned = replaced.restorations(root, kept, record)
    steps = tuple(one.step for one in planned)
    complete = all(step.outcome != "refused" for step in steps)
    if not dry_run:
        replaced.restore(root, record, planned)
        if complete:
            replaced.forget(root, kept)
    following = "nbpeer init --undo" if dry_run or not complete else "git status"
    return SetupReport(steps, dry_run, following)


def _carry_out(
    root: Path, tools: tuple[Tool, ...], planned: tuple[setup.Planned, ...], taken: TakeOver, wanted: dict[str, str]
) -> None:
    """What was is kept before anything is written, so that nothing is lost where this is interrupted."""
    config = os.path.relpath(_config_file(root), root)
    sections = (*taken.sections, *(f"{kind}.{DRIVER}" for kind in KINDS))
    settings = {
        key: value
        for key, value in drivers.driver_settings(root, "local").items()
        if key.rpartition(".")[0] in sections
    }
    contents = {one.step.path: one.content for one in planned if one.content is not None}
    record = Record(tools, (*contents, config), config, settings)
    kept = replaced.keep(root, record, contents)
    for section in taken.sections:
        git.ask(root, "config", "--local", "--remove-section", section)
    if wanted:
        drivers.configure(root, wanted)
    setup.write(root, planned)
    replaced.seal(root, kept, record)


def _planned_config(root: Path, planned: tuple[setup.Planned, ...]) -> Config:
    contents = {one.step.path: one.content for one in planned if one.content is not None}
    return setup.config_with(root, contents)


def _config_file(root: Path) -> Path:
    return root / git.ask(root, "rev-parse", "--git-path", "config").rstrip("\n")


def _todo(steps: tuple[Step, ...], tools: tuple[Tool, ...], dry_run: bool) -> str:
    following = todo(steps, dry_run)
    flags = "".join(f" --from {tool}" for tool in tools)
    return following.replace("nbpeer init", f"nbpeer init{flags}") if following.startswith("nbpeer init") else following
