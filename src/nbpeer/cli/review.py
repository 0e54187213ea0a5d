"""`nbpeer review`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from nbpeer.cli.options import base_option, key_options, show_hanging

if TYPE_CHECKING:
    from nbpeer.commands.review import ReviewSheet
    from nbpeer.config import Config
    from nbpeer.model.review import SignOff


@click.command(name="review")
@click.argument("path", type=click.Path(path_type=Path))
@base_option()
@key_options
def command(path: Path, base: str | None, ssh_key: str, unsigned: bool) -> int:
    """Answer the checklist of an analysis and sign it off.

    Shows what is being decided and what changed, then asks the questions the rules could not answer, each with its
    evidence and what the analysis says about it. Who comes back sees what changed since their own last look. Answers
    are kept after every key, so that quitting loses nothing; they belong to this content.

    \b
    Example:
      nbpeer review analyses/pricing.ipynb
    """
    from nbpeer.cli.sitting import Sitting, sit
    from nbpeer.commands.review import open_review
    from nbpeer.commands.sign import signing_key
    from nbpeer.config import load_config
    from nbpeer.repo.git import find_root, identity, relative

    root = find_root(path.absolute())
    config = load_config(root)
    sheet = open_review(root, config, relative(root, path), identity(root), base)
    show_head(sheet)
    sign_off = sit(Sitting(root, config, sheet, base, signing_key(root, ssh_key, unsigned)), dict(sheet.answers))
    if sign_off is None:
        click.echo(f"\nNothing is signed off. Your answers are kept; go on with: nbpeer review {path}")
    else:
        _say_signed(root, config, sign_off, base)
    return 0


def show_head(sheet: ReviewSheet, *, pull_request: bool = False) -> None:
    """What is decided, what changed, and what the rules answered."""
    from nbpeer.render.checklist import automatic_text, header_text, look_text, since_text
    from nbpeer.render.gate import note_text

    look = look_text(sheet.facts.path, pull_request)
    if front := sheet.facts.front_matter:
        head = header_text(front, sheet.facts.checklist, sheet.diff, sheet.base, brief=sheet.since is not None)
        show_hanging(head if sheet.since else head.append_text(look))
    if sheet.since:
        show_hanging(since_text(sheet.since.diff, sheet.since.time).append_text(look))
    if automatic := automatic_text(sheet.questions):
        show_hanging(automatic)
    for note in sheet.notes:
        show_hanging(note_text(note))


def _say_signed(root: Path, config: Config, sign_off: SignOff, base: str | None) -> None:
    from nbpeer.commands.status import status
    from nbpeer.model.review import sign_off_path
    from nbpeer.render.gate import gate_text

    signed = ", signed with your SSH key" if sign_off.signature else ""
    click.echo(f"\nSigned off{signed}: {sign_off_path(sign_off)}; commit it.\n")
    show_hanging(gate_text(status(root, config, base, (sign_off.analysis,))))
