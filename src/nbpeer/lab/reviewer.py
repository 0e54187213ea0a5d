"""Who reviews."""

from __future__ import annotations

import os
from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.lab.session import Session
from nbpeer.repo.git import identity


def reviewer_of(session: Session, root: Path) -> str:
    """The e-mail address of whoever asks, in lower case; "" when nothing says.

    It is the one git commits with. Only who is a guest on somebody else's server is known by the address that they
    signed in to Jupyter with: the owner of a server has one identity, so that no author signs by another name.
    """
    guest = session.user.strip().lower()
    owner = os.environ.get("JUPYTERHUB_USER", "").strip().lower()
    return guest if "@" in guest and guest != owner else git_person(root)


def git_person(root: Path) -> str:
    """The address that git commits with; "" when it knows none."""
    try:
        return identity(root)
    except NbpeerError:
        return ""
