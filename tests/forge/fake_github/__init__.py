"""A stateful GitHub for tests, on a real git repository; `served` is what a fixture yields from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from forge.fake_github.server import FakeGitHub, Fault, serving
from forge.fake_github.state import ACTIONS, ALICE, BOB, STRANGER, Account

if TYPE_CHECKING:
    from nbpeer.forge.github import GitHub

__all__ = ["ACTIONS", "ALICE", "BOB", "STRANGER", "Account", "FakeGitHub", "Fault", "adapter", "served"]


@contextmanager
def served(path: Path) -> Iterator[FakeGitHub]:
    """GitHub with the repository at `path`; afterwards, that no request and no answer broke GitHub's description."""
    with serving(FakeGitHub(path)) as fake:
        yield fake
    assert not fake.violations, fake.violations


def adapter(fake: FakeGitHub, token: str = "actions", said: list[str] | None = None) -> GitHub:
    """nbpeer's adapter in the name of a token of the fake, on the fake's clock."""
    from nbpeer.forge.github import GitHub
    from nbpeer.forge.github_client import Client, Waiting

    say = [] if said is None else said
    waiting = Waiting(fake.clock.time, fake.clock.sleep, say.append, between_writes=0)
    return GitHub(Client(fake.address, token, fake.name, waiting))
