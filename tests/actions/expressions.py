"""The expressions that nbpeer's workflows use, and no others: whatever else stands in one fails its test.

Source of the meanings: GitHub's "Evaluate expressions in workflows and actions".
"""

from __future__ import annotations

import re
from typing import Any

_TOKEN = re.compile(r"\s*(?:(\|\||&&|==|!=|!|\(|\))|'([^']*)'|([a-z_]+(?:\.[a-z_-]+)*(?:\(\))?))")
_EVENT = ("github", "event")
STATUS = ("cancelled()",)


class UnknownExpressionError(AssertionError):
    pass


def filled(text: str, contexts: dict[str, Any]) -> str:
    """A text with its `${{ … }}` replaced."""
    return re.sub(r"\$\{\{(.*?)\}\}", lambda found: _text(evaluated(found[1], contexts)), text)


def evaluated(text: str, contexts: dict[str, Any]) -> Any:
    """What an expression gives. `contexts` are by name; one of the job's own states, `cancelled()`, is False."""
    tokens = _tokens(text.removeprefix("${{").removesuffix("}}"))
    value, rest = _either(tokens, contexts)
    if rest:
        raise UnknownExpressionError(f"{text!r}: {rest[0]} is not understood")
    return value


def true(value: Any) -> bool:
    """Whether GitHub takes a value for true; an object always is."""
    return isinstance(value, dict) or bool(value)


def names(text: str) -> set[str]:
    """What an expression reads."""
    return {name for kind, name in _tokens(text) if kind == "name"}


def _tokens(text: str) -> list[tuple[str, str]]:
    found, at = [], 0
    text = text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise UnknownExpressionError(f"{text!r}: {text[at:]!r} is not understood")
        at = match.end()
        kind = "sign" if match[1] else "name" if match[3] else "text"
        found.append((kind, match[1] or match[3] or match[2]))
    return found


def _either(tokens: list[tuple[str, str]], contexts: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    left, rest = _both(tokens, contexts)
    while rest and rest[0] == ("sign", "||"):
        right, rest = _both(rest[1:], contexts)
        left = left if true(left) else right
    return left, rest


def _both(tokens: list[tuple[str, str]], contexts: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    left, rest = _compared(tokens, contexts)
    while rest and rest[0] == ("sign", "&&"):
        right, rest = _compared(rest[1:], contexts)
        left = right if true(left) else left
    return left, rest


def _compared(tokens: list[tuple[str, str]], contexts: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    left, rest = _one(tokens, contexts)
    if not rest or rest[0] not in (("sign", "=="), ("sign", "!=")):
        return left, rest
    right, after = _one(rest[1:], contexts)
    same = _text(left).lower() == _text(right).lower()  # texts are compared without case; only texts occur
    if not isinstance(left, str | None) or not isinstance(right, str | None):
        raise UnknownExpressionError(f"{left!r} and {right!r} are not both texts")
    return same == (rest[0][1] == "=="), after


def _one(tokens: list[tuple[str, str]], contexts: dict[str, Any]) -> tuple[Any, list[tuple[str, str]]]:
    if not tokens:
        raise UnknownExpressionError("an expression ends too early")
    (kind, value), rest = tokens[0], tokens[1:]
    if kind == "text":
        return value, rest
    if kind == "name":
        return _read(value, contexts), rest
    if value == "!":
        found, rest = _one(rest, contexts)
        return not true(found), rest
    if value == "(":
        found, rest = _either(rest, contexts)
        if rest[:1] != [("sign", ")")]:
            raise UnknownExpressionError("a bracket is not closed")
        return found, rest[1:]
    raise UnknownExpressionError(f"{value} is not understood here")


def _read(name: str, contexts: dict[str, Any]) -> Any:
    """What a context has; only members of an event may be missing, since events differ."""
    if name in STATUS:
        return False
    path = tuple(name.split("."))
    value: Any = contexts
    for part in path:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif path[:2] == _EVENT:
            return None
        else:
            raise UnknownExpressionError(f"nothing is known of {name}")
    return value


def _text(value: Any) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
