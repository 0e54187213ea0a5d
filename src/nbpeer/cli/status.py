"""`nbpeer status`."""

from __future__ import annotations

from pathlib import Path

import click

from nbpeer.cli.options import base_option, format_option, paths_argument, show, show_json


@click.command(name="status")
@paths_argument
@base_option()
@click.option("--explain", is_flag=True, help="Say what the gate asks, tier by tier, and where that is from.")
@format_option
def command(paths: tuple[Path, ...], base: str | None, explain: bool, output_format: str) -> int:
    """Say whether the gate is met, and why not.

    Every analysis that differs between the base and the working tree must have passing checks, results of exactly
    its source and inputs, expectations that hold, and the sign-off of somebody who is not an author of the changes.
    What it asks is read from the base, so that a branch cannot loosen its own gate. PATH narrows it to notebooks or
    folders. Exit code 0 when the gate is met, 1 when it is not.

    \b
    Example:
      nbpeer status --base origin/main
    """
    from nbpeer.commands.status import status
    from nbpeer.config import load_config
    from nbpeer.render.gate import gate_text, gate_values
    from nbpeer.repo.git import find_root, relative

    root = find_root(Path.cwd())
    if explain:
        return _explain(root, base, output_format)
    named = tuple(relative(root, path) for path in paths)
    verdict = status(root, load_config(root), base, named)
    if output_format == "json":
        show_json(gate_values(verdict))
    else:
        show(gate_text(verdict))
    return 0 if verdict.met else 1


def _explain(root: Path, base: str | None, output_format: str) -> int:
    from nbpeer.commands.status import gate_rules
    from nbpeer.config import load_config
    from nbpeer.render.gate import rules_text

    rules = gate_rules(root, load_config(root), base)
    if output_format == "json":
        show_json(rules)
    else:
        show(rules_text(rules))
    return 0
