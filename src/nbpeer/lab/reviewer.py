"""Who reviews."""

from __future__ import annotations

from pathlib import Path

from nbpeer.errors import NbpeerError
from nbpeer.lab.session import Session
from nbpeer.repo.git import identity


def reviewer_of(session: Session, root: Path) -> str:
    """The e-mail address of whoever asks, in lower case: the one they signed in with, where several people share a
    server, else the one that git commits with; "" when neither says."""
    if "@" in session.user:
        return session.user.strip().lower()
    try:
        return identity(root)
    except NbpeerError:
        return ""
