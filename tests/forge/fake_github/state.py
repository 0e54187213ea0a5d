"""What the fake remembers: accounts, pull requests, what was said, what stands on commits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forge.fake_github import repository
from forge.fake_github.contract import filled


@dataclass(frozen=True)
class Account:
    login: str
    id: int
    kind: str = "User"
    role: str = "write"
    token_writes: bool = True
    rights: frozenset[str] | None = None  # of a workflow's token, such as `checks: write`; None for every one


ACTIONS = Account("github-actions[bot]", 41898282, "Bot")
ALICE = Account("alice", 2)
BOB = Account("bob", 3, role="admin")
STRANGER = Account("stranger", 9, role="read")


@dataclass
class Pull:
    number: int
    author: Account
    head_ref: str
    base_ref: str = "main"
    fork: str = ""
    title: str = "A change"
    state: str = "open"
    labels: list[str] = field(default_factory=list)
    requested: list[str] = field(default_factory=list)


@dataclass
class Said:
    """A comment, an inline comment or a review; `edits` are (editor, time, text), the original first."""

    id: int
    number: int
    author: Account
    body: str
    time: str
    edits: list[tuple[Account, str, str | None]] = field(default_factory=list)
    known: dict[str, Any] = field(default_factory=dict)


class Clock:
    """A time that only a sleep moves."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 25, 12, tzinfo=UTC).timestamp()
        self.slept: list[float] = []

    def time(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def text(self) -> str:
        return datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class State:
    def __init__(self, path: Path, name: str = "team/analyses") -> None:
        self.path = path
        self.name = name
        self.private = False
        self.clock = Clock()
        self.tokens: dict[str, Account] = {
            "actions": ACTIONS,
            "alice": ALICE,
            "bob": BOB,
            "fork": Account("github-actions[bot]", 41898282, "Bot", "read", token_writes=False),
        }
        self.accounts = {one.login: one for one in (ACTIONS, ALICE, BOB, STRANGER)}
        self.pulls: dict[int, Pull] = {}
        self.comments: dict[int, Said] = {}
        self.inline: dict[int, Said] = {}
        self.reviews: dict[int, Said] = {}
        self.checks: dict[int, dict[str, Any]] = {}
        self.annotations: dict[int, list[dict[str, Any]]] = {}
        self.statuses: list[dict[str, Any]] = []
        self._last = 1000

    def next(self) -> int:
        self._last += 1
        return self._last

    def open(self, number: int = 17, head_ref: str = "work", author: Account = BOB, **known: Any) -> Pull:
        """Open a pull request from a branch of the repository; `fork` names another that it is said to come from."""
        self.pulls[number] = Pull(number, author, head_ref, **known)
        return self.pulls[number]

    def head(self, pull: Pull) -> str:
        """Of a fork what GitHub keeps as `refs/pull/N/head`, where a test put it."""
        kept = repository.commit(self.path, f"refs/pull/{pull.number}/head") if pull.fork else ""
        return kept or repository.commit(self.path, f"refs/heads/{pull.head_ref}")

    def base(self, pull: Pull) -> str:
        return repository.commit(self.path, f"refs/heads/{pull.base_ref}")

    def files(self, pull: Pull) -> tuple[repository.ChangedFile, ...]:
        return repository.changed(self.path, self.base(pull), self.head(pull))

    def say(self, number: int, author: Account, body: str) -> Said:
        """A comment as somebody writes it."""
        made = Said(self.next(), number, author, body, self.clock.text())
        self.comments[made.id] = made
        return made

    def rewrite(self, said: Said, editor: Account, body: str) -> None:
        """An edit: the history begins with the original text."""
        if not said.edits:
            said.edits.append((said.author, said.time, said.body))
        said.edits.append((editor, self.clock.text(), body))
        said.body = body

    def forget(self, said: Said, version: int) -> None:
        """Delete a version from the history: its text goes, its editor and time stay."""
        editor, time, _text = said.edits[version]
        said.edits[version] = (editor, time, None)

    def review(self, number: int, author: Account, state: str, commit: str, body: str = "") -> Said:
        """A review as somebody submits it."""
        known = {"state": state, "commit_id": commit}
        made = Said(self.next(), number, author, body, self.clock.text(), known=known)
        self.reviews[made.id] = made
        return made


def owner_of(accounts: dict[str, Account], email: str) -> Account | None:
    """An address of example.org is confirmed by the account of its name."""
    login, _, host = email.lower().partition("@")
    return accounts.get(login) if host == "example.org" else None


def account(one: Account) -> dict[str, Any]:
    return filled("simple-user", login=one.login, id=one.id, type=one.kind)
