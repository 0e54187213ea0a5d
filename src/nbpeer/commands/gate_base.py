"""What the gate goes by, read where a pull request cannot change it: configuration, kinds, checklists, signers."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from nbpeer.config import CONFIG_FILES, Config, find_config
from nbpeer.errors import NbpeerError
from nbpeer.model.change import WORKTREE, Version
from nbpeer.model.kind import CommonChecklist, Kind
from nbpeer.repo import git
from nbpeer.repo.signatures import SIGNERS
from nbpeer.repo.templates import find_kind, load_common


class GateBase(NamedTuple):
    """What the gate goes by. `version` is the base as it is now, not where HEAD left it, so that an old branch point
    brings no old rules back. `signers` is its list of SSH keys, None when it has none. `notes` say what this branch
    changes of all that, and what the base does not have."""

    root: Path
    version: Version
    config: Config
    signers: bytes | None
    notes: tuple[str, ...]

    def kind(self, name: str) -> Kind | None:
        """The kind of that name: the base's own, the built-in one, or else the one this branch adds."""
        found = find_kind(self.root, self.config, name, self.version)
        return found or find_kind(self.root, self.config, name)

    def common(self) -> CommonChecklist:
        """The items every kind asks: the base's own, or else the built-in ones."""
        return load_common(self.root, self.config, self.version)


def gate_base(root: Path, config: Config, before: Version) -> GateBase:
    """What the gate goes by, for changes since `before`, the merge base with the branch it is labelled as.

    `config` is the working tree's configuration; it holds only where the base has none. Raises NbpeerError when the
    base's configuration is wrong.
    """
    tip = _tip(root, before)
    found = find_config(lambda name: git.read(root, tip, name))
    signers = git.read(root, tip, SIGNERS)
    used = found or config
    notes = (*_about_config(root, before, found, config), *_about_files(root, before, used))
    if signers is None and git.read(root, WORKTREE, SIGNERS) is not None:
        notes = (*notes, f"{before.label} has no {SIGNERS}: this branch's own vouches for nobody until it is merged")
    return GateBase(root, tip, used, signers, notes)


def _tip(root: Path, before: Version) -> Version:
    try:
        return git.resolve(root, before.label) if before.label else before
    except NbpeerError:  # a label that is no revision
        return before


def _about_config(root: Path, before: Version, found: Config | None, config: Config) -> list[str]:
    here = find_config(lambda name: git.read(root, WORKTREE, name))
    if found is None:
        return [f"{before.label} has no configuration: this branch's own is used"] if here else []
    if here == find_config(lambda name: git.read(root, before, name)):
        return []
    names = " or ".join(CONFIG_FILES)
    return [f"this branch changes the configuration ({names}): {before.label}'s is used until it is merged"]


def _about_files(root: Path, before: Version, config: Config) -> list[str]:
    outside = config.templates.startswith(("/", "../"))  # no branch changes what lies there
    places = [SIGNERS] if outside else [config.templates, SIGNERS]
    changed = sorted(git.changed_files(root, before, WORKTREE, places))
    if not changed:
        return []
    shown = ", ".join(changed[:3]) + (f" and {len(changed) - 3} more" if len(changed) > 3 else "")
    return [f"this branch changes {shown}: {before.label}'s kinds, checklists and signers are used until it is merged"]
