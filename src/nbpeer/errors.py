"""The one exception nbpeer raises on purpose."""

from __future__ import annotations


class NbpeerError(Exception):
    """Something a person can mend: what and where in `message`, what to do in `hint`.

    `exit_code` is 2 for input and usage errors, 1 for work that ended in findings or a failed cell, and 3
    for a failure outside the user's reach (a remote, a broken installation).
    """

    def __init__(self, message: str, hint: str = "", *, exit_code: int = 2) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.exit_code = exit_code

    def __str__(self) -> str:
        return f"{self.message}: {self.hint}" if self.hint else self.message


def missing_extra(what: str, extra: str) -> NbpeerError:
    """The error for work that needs an optional dependency which is not installed."""
    return NbpeerError(f"{what} needs a part that is not installed", f'pip install "nbpeer[{extra}]"')
