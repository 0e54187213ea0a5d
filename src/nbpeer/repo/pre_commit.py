"""The user's .pre-commit-config.yaml: which hooks it has, and ours added with every other byte kept."""

from __future__ import annotations

from typing import Any, NamedTuple

from nbpeer import yaml
from nbpeer.errors import NbpeerError

CONFIG = ".pre-commit-config.yaml"
OUR_HOOKS = {"nbpeer-strip": "nbpeer strip --unless-filtered", "nbpeer-check": "nbpeer check --extend-ignore NBP106"}


class Hook(NamedTuple):
    """One hook of a configuration."""

    id: str
    args: tuple[str, ...] = ()


def hooks(text: str) -> tuple[Hook, ...]:
    """Every hook that the configuration names, in order. Raises NbpeerError when it is not one."""
    return tuple(
        Hook(str(hook.get("id", "")), tuple(map(str, hook.get("args") or ())))
        for repository in _repositories(_load(text))
        for hook in (repository.get("hooks") or () if isinstance(repository, dict) else ())
        if isinstance(hook, dict)
    )


def our_entry(version: str, home: str) -> str:
    """The YAML of one entry of `repos` that brings our hooks.

    A released version whose home is known is fetched from there, pinned. Anything else has no tag to pin to: its hooks
    run the nbpeer that is installed.
    """
    if home and "dev" not in version and version:
        return f"- repo: {home}\n  rev: v{version}\n  hooks:\n" + "".join(f"  - id: {name}\n" for name in OUR_HOOKS)
    local = "- repo: local\n  hooks:\n"
    for name, command in OUR_HOOKS.items():
        local += f"  - id: {name}\n    name: {name.replace('-', ' ')}\n    entry: {command}\n    language: system\n"
        local += "    types_or: [jupyter]\n    require_serial: true\n    args: [--]\n"
    return local


def with_entry(text: str, entry: str) -> str:
    """The configuration `text` with `entry` as the last of its `repos`.

    Lines are only added where that gives the right value; where it cannot (a list in flow style), the text is written
    anew with its comments. Raises NbpeerError when `text` is not a configuration.
    """
    before = _load(text)
    added = yaml.load(entry)
    wanted = {**before, "repos": [*_repositories(before), *added]}
    for spliced in (_splice(text, entry), _rewrite(text, added)):
        try:
            if yaml.load(spliced) == wanted:
                return spliced
        except yaml.YamlError:
            continue
    raise NbpeerError(f"{CONFIG}: `repos` could not be added to", "add the hooks nbpeer-strip and nbpeer-check by hand")


def _load(text: str) -> dict[str, Any]:
    try:
        value = yaml.load(text)
    except yaml.YamlError as error:
        raise NbpeerError(f"{CONFIG} is {error.message}", "mend that line") from None
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise NbpeerError(f"{CONFIG} is not a mapping with the key `repos`", "see https://pre-commit.com")
    return value


def _repositories(value: dict[str, Any]) -> list[Any]:
    found = value.get("repos") or []
    if not isinstance(found, list):
        raise NbpeerError(f"{CONFIG}: `repos` is not a list", "see https://pre-commit.com")
    return found


def _splice(text: str, entry: str) -> str:
    """`text` with the entry's lines put in after the last line of `repos`, indented as its items are."""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = text.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += newline
    value = yaml.load_commented(text)
    indent = "  "
    if value is None or "repos" not in value:
        end = len(lines)
        lines.append(f"repos:{newline}")
        end += 1
    else:
        end = _end_of_repos(value, lines)
        if value["repos"]:
            first = lines[value["repos"].lc.item(0)[0]]
            indent = first[: len(first) - len(first.lstrip())]
    new = [indent + line + newline for line in entry.splitlines()]
    return "".join([*lines[:end], *new, *lines[end:]])


def _end_of_repos(value: Any, lines: list[str]) -> int:
    start = value.lc.key("repos")[0]
    later = [line for key in value if (line := value.lc.key(key)[0]) > start]
    end = min(later, default=len(lines))
    while end > start + 1 and later and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
        end -= 1
    return end


def _rewrite(text: str, added: list[Any]) -> str:
    value = yaml.load_commented(text) or {}
    value["repos"] = value.get("repos") or []
    value["repos"].extend(added)
    return yaml.dump(value)
