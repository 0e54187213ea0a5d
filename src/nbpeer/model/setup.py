"""Setting a repository up, and what is wrong with a set-up."""

from __future__ import annotations

from typing import Literal

import msgspec

Outcome = Literal["created", "appended", "changed", "unchanged", "refused"]
State = Literal["ok", "warning", "problem"]


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """What happened, or in a dry run would happen, to one file; `path` is relative to the repository.

    `refused` means that somebody else's settings stand there and were left; `detail` says which, or why.
    """

    path: str
    outcome: Outcome
    detail: str = ""


class SetupReport(msgspec.Struct, frozen=True):
    """What setting up did to each file, in order; `todo` is the next command to type."""

    steps: tuple[Step, ...]
    dry_run: bool
    todo: str

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
