"""What a shell offers to complete: revisions, rules, kinds, metrics, decisions. Where nothing can be read, nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import partial
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from nbpeer.errors import NbpeerError

Suggest = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _begun(
    of: Callable[[], Iterable[tuple[str, str]]], context: click.Context, parameter: click.Parameter, typed: str
) -> list[CompletionItem]:
    """Those of the words, each with what it is, that begin as what was typed."""
    with suppress(NbpeerError, OSError):
        return [CompletionItem(word, help=about) for word, about in of() if word.lower().startswith(typed.lower())]
    return []


def _revisions() -> Iterable[tuple[str, str]]:
    from nbpeer.repo import git

    return [("HEAD", ""), *((name, "") for name in git.branches_and_tags(git.find_root(Path.cwd())))]


def _rules() -> Iterable[tuple[str, str]]:
    from nbpeer.commands.explain import explain_all

    return [(page.code, page.name) for page in explain_all()]


def _kinds() -> Iterable[tuple[str, str]]:
    from nbpeer.config import load_config
    from nbpeer.repo.listing import work_tree
    from nbpeer.repo.templates import kind_names

    root = work_tree(Path.cwd())
    return [(name, "") for name in kind_names(root, load_config(root or Path.cwd()))]


def _metrics() -> Iterable[tuple[str, str]]:
    from nbpeer.commands.metric_facts import registry_of
    from nbpeer.config import load_config
    from nbpeer.repo import git

    root = git.find_root(Path.cwd())
    registry = registry_of(root, load_config(root))
    return [(one.name, one.description) for one in registry.metrics] if registry else []


def _decisions() -> Iterable[tuple[str, str]]:
    from nbpeer.model.decision import decision_number
    from nbpeer.repo import git
    from nbpeer.repo.decisions import decision_files

    return [(f"{decision_number(path):04}", path) for path in decision_files(git.find_root(Path.cwd()))]


def _statuses() -> Iterable[tuple[str, str]]:
    from nbpeer.model.catalogue import STATUSES

    return [(status, "") for status in STATUSES]


def files(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """The files of the folder, which the shell itself knows."""
    return [CompletionItem(typed, type="file")]


def revisions_and_files(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Revisions; where none begins so, files."""
    return revisions(context, parameter, typed) or files(context, parameter, typed)


def rules(context: click.Context, parameter: click.Parameter, typed: str) -> list[CompletionItem]:
    """Of rules with commas between them the last."""
    before, comma, last = typed.rpartition(",")
    return [CompletionItem(f"{before}{comma}{one.value}", help=one.help) for one in rule(context, parameter, last)]


revisions: Suggest = partial(_begun, _revisions)
rule: Suggest = partial(_begun, _rules)
kinds: Suggest = partial(_begun, _kinds)
metrics: Suggest = partial(_begun, _metrics)
decisions: Suggest = partial(_begun, _decisions)
statuses: Suggest = partial(_begun, _statuses)
