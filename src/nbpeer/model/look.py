"""What one reviewer saw of one analysis, and what they answered."""

from __future__ import annotations

import msgspec

from nbpeer.model.review import Answer


class Seen(msgspec.Struct, frozen=True):
    """One content of an analysis: the bytes of the notebook, stripped, and of its results file (None: it had none)."""

    notebook: bytes
    results: bytes | None = None


class Look(msgspec.Struct, frozen=True):
    """A reviewer's last look at an analysis: the content hash of what they saw, when (UTC, ISO 8601), their answers.

    `before` is their last look at other content. `path` and `reviewer` say of what and whose it is.
    """

    content: str
    time: str
    answers: dict[str, Answer] = {}
    before: Look | None = None
    path: str = ""
    reviewer: str = ""

    def on_other(self, content: str) -> Look | None:
        """The last look at other content than this."""
        return self if self.content != content else self.before
