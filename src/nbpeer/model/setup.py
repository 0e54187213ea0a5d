"""Setting a repository up, and what is wrong with a set-up."""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal["created", "appended", "changed", "unchanged", "removed", "refused"]
State = Literal["ok", "warning", "problem"]
Scope = Literal["local", "global", "system"]


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened, or in a dry run would happen, to one file; `path` is relative to the repository.

    `refused` means that somebody else's settings stand there and were left; `detail` says which, or why.
    """

    path: str
    outcome: Outcome
    detail: str = ""


class SetupReport(msgspec.Struct, frozen=True):
    """What setting up did to each file, in order; `todo` is the next command to type.

    `notes` say, one line each, what of another tool goes on, or has no counterpart in nbpeer.
    """

    steps: tuple[Step, ...]
    dry_run: bool
    todo: str
    notes: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing was refused."""
        return all(step.outcome != "refused" for step in self.steps)


class Diagnosis(msgspec.Struct, frozen=True, omit_defaults=True):
    """One thing the doctor looked at: what is so, what that means, and the command that mends it."""

    name: str
    state: State
    found: str
    meaning: str = ""
    mend: str = ""


class DoctorReport(msgspec.Struct, frozen=True):
    """Everything the doctor looked at, in order."""

    diagnoses: tuple[Diagnosis, ...]

    @property
    def healthy(self) -> bool:
        """Whether nothing is a problem; warnings do not count."""
        return all(diagnosis.state != "problem" for diagnosis in self.diagnoses)


class GitDriver(msgspec.Struct, frozen=True):
    """One kind of git's drivers (filter, diff, merge): which drivers notebooks have, and where ours is configured."""

    kind: str
    notebooks_have: tuple[str, ...]
    scopes: tuple[Scope, ...]


class OtherDriver(msgspec.Struct, frozen=True):
    """A driver of another tool: where it is configured, whether notebooks have it, the command that takes it out."""

    tool: str
    section: str
    scopes: tuple[Scope, ...]
    in_use: bool
    remove: str


class GitStatus(msgspec.Struct, frozen=True):
    """The drivers of a clone, ours and others'. `strips` tells whether git, when asked, stores a notebook stripped;
    `problem` is why nbpeer's drivers are not installed, "" when they are."""

    installed: bool
    strips: bool
    problem: str
    drivers: tuple[GitDriver, ...]
    others: tuple[OtherDriver, ...]


class Restored(msgspec.Struct, frozen=True):
    """What happened to one notebook that was to get its outputs back, and why; `cells` is how many got theirs."""

    path: str
    outcome: Literal["restored", "unchanged", "refused"]
    cells: int = 0
    detail: str = ""


class InstalledKernel(msgspec.Struct, frozen=True):
    """A kernelspec of ours: its name, its file, the modules imported beforehand, and whether anything changed."""

    name: str
    file: str
    preload: tuple[str, ...]
    changed: bool
