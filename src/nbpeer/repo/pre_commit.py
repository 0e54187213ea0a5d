"""The user's .pre-commit-config.yaml: its hooks, ours added and others taken out, with every other byte kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from nbpeer import yaml
from nbpeer.errors import NbpeerError

CONFIG = ".pre-commit-config.yaml"
OUR_HOOKS = {"nbpeer-strip": "nbpeer strip --unless-filtered", "nbpeer-check": "nbpeer check --extend-ignore NBP106"}


class Hook(NamedTuple):
    """One hook of a configuration; `files` and `exclude` are patterns, "" where it has none."""

    id: str
    args: tuple[str, ...] = ()
    entry: str = ""
    files: str = ""
    exclude: str = ""


def hooks(text: str) -> tuple[Hook, ...]:
    """Every hook that the configuration names, in order. Raises NbpeerError when it is not one."""
    return tuple(
        _hook(hook)
        for repository in _repositories(_load(text))
        for hook in _hooks(repository)
        if isinstance(hook, dict)
    )


def our_entry(version: str, home: str, limits: Mapping[str, str] | None = None) -> str:
    """The YAML of one entry of `repos` that brings our hooks; `limits` are `files` and `exclude` of nbpeer-strip.

    A released version whose home is known is fetched from there, pinned. Anything else has no tag to pin to: its hooks
    run the nbpeer that is installed.
    """
    limited = "".join(f"    {key}: {json.dumps(pattern)}\n" for key, pattern in (limits or {}).items())
    more = {"nbpeer-strip": limited}
    if home and "dev" not in version and version:
        lines = (f"  - id: {name}\n{more.get(name, '')}" for name in OUR_HOOKS)
        return f"- repo: {home}\n  rev: v{version}\n  hooks:\n" + "".join(lines)
    local = "- repo: local\n  hooks:\n"
    for name, command in OUR_HOOKS.items():
        local += f"  - id: {name}\n    name: {name.replace('-', ' ')}\n    entry: {command}\n    language: system\n"
        local += f"    types_or: [jupyter]\n    require_serial: true\n    args: [--]\n{more.get(name, '')}"
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


def without_hooks(text: str, unwanted: Callable[[Hook], bool]) -> str:
    """The configuration without the hooks that are unwanted, nor an entry of `repos` that had no other.

    Only whole lines go where that gives the right value; where it cannot (flow style), the text is written anew with
    its comments. Raises NbpeerError when `text` is not a configuration.
    """
    before = _load(text)
    if not any(unwanted(hook) for hook in hooks(text)):
        return text
    wanted = _pruned(_repositories(before), unwanted)
    for shorter in (_cut(text, unwanted), _rewritten(text, unwanted)):
        try:
            if {**_load(shorter), "repos": _repositories(_load(shorter))} == {**before, "repos": wanted}:
                return shorter
        except NbpeerError:
            continue
    raise NbpeerError(f"{CONFIG}: a hook could not be taken out of `repos`", "take it out by hand")


def _hook(hook: dict[str, Any]) -> Hook:
    names = ("id", "entry", "files", "exclude")
    said = {name: str(hook[name]) for name in names if hook.get(name) is not None}
    return Hook(**{"id": "", **said}, args=tuple(map(str, hook.get("args") or ())))


def _hooks(repository: Any) -> Any:
    return (repository.get("hooks") or []) if isinstance(repository, dict) else []


def _goes(hook: Any, unwanted: Callable[[Hook], bool]) -> bool:
    return isinstance(hook, dict) and unwanted(_hook(hook))


def _pruned(repositories: list[Any], unwanted: Callable[[Hook], bool]) -> list[Any]:
    kept = []
    for repository in repositories:
        left = [hook for hook in _hooks(repository) if not _goes(hook, unwanted)]
        if len(left) == len(_hooks(repository)):
            kept.append(repository)
        elif left:
            kept.append({**repository, "hooks": left})
    return kept


def _cut(text: str, unwanted: Callable[[Hook], bool]) -> str:
    """`text` without the lines of unwanted hooks, and comments set apart above; those before what follows stay."""
    lines = text.splitlines(keepends=True)
    value = yaml.load_commented(text)
    repositories = value["repos"]
    for index, end in reversed(list(enumerate(_ends(repositories, _end_of_repos(value, lines))))):
        found = _hooks(repositories[index])
        going = [_goes(hook, unwanted) for hook in found]
        if found and all(going):
            first = _heading(lines, repositories.lc.item(index)[0])
            _drop(lines, first, end)
            if first < len(lines) and not (lines[first - 1] + lines[first]).strip():
                del lines[first]
            continue
        for number, last in reversed(list(enumerate(_ends(found, end) if any(going) else ()))):
            if going[number]:
                _drop(lines, found.lc.item(number)[0], last)
    return "".join(lines)


def _ends(items: Any, end: int) -> list[int]:
    """The line after each item of a list; `end` is that after the last."""
    return [*(items.lc.item(index)[0] for index in range(1, len(items))), end]


def _heading(lines: list[str], start: int) -> int:
    """The first of the comment lines right above `start` when a blank line is above them, else `start`."""
    first = start
    while first > 0 and lines[first - 1].lstrip().startswith("#"):
        first -= 1
    return first if first > 0 and not lines[first - 1].strip() else start


def _drop(lines: list[str], start: int, end: int) -> None:
    while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].lstrip().startswith("#")):
        end -= 1
    del lines[start:end]


def _rewritten(text: str, unwanted: Callable[[Hook], bool]) -> str:
    value = yaml.load_commented(text)
    for repository in list(value["repos"]):
        found = _hooks(repository)
        left = [hook for hook in found if not _goes(hook, unwanted)]
        if found and not left:
            value["repos"].remove(repository)
        elif len(left) < len(found):
            for hook in [hook for hook in found if _goes(hook, unwanted)]:
                found.remove(hook)
    return yaml.dump(value)


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
