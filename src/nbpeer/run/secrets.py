"""Secrets: handed to the kernel, and masked in everything that is kept of a run."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import quote, quote_plus

from nbpeer.errors import NbpeerError

if TYPE_CHECKING:
    from nbpeer.run.kernels import Kernel

MASK = "********"
# Masking shorter texts would eat words that are no secret.
_SHORTEST = 6
_T = TypeVar("_T")


def read_secrets(wanted: Sequence[str], environment: Mapping[str, str]) -> dict[str, str]:
    """The values of secrets by parameter name; `NAME=VARIABLE` reads another variable than NAME.

    Raises NbpeerError, which never holds a value, for a variable that is not there, and for a value too short to mask.
    """
    found = {}
    for word in wanted:
        name, _, variable = word.partition("=")
        variable = variable or name
        value = environment.get(variable, "")
        if not name.isidentifier():
            raise NbpeerError(f"{name!r} cannot be a parameter", "write --secret NAME or --secret NAME=VARIABLE")
        if not value:
            hint = f"set it, or name another variable: --secret {name}=VARIABLE"
            raise NbpeerError(f"the secret {name}: the environment has no variable {variable}", hint)
        if len(value) < _SHORTEST:
            hint = f"a secret needs at least {_SHORTEST} characters, or its traces cannot be told from other text"
            raise NbpeerError(f"the secret {name} is too short", hint)
        found[name] = value
    return found


def assignment(values: Mapping[str, Any], kernel: Kernel) -> str:
    """Code in the kernel's language that sets the values. Raises papermill's error for a language it cannot write."""
    from papermill.translators import papermill_translators

    translator = papermill_translators.find_translator(kernel.name, kernel.language)
    return str(translator.codify(dict(values), ""))


def masked(value: _T, secrets: Mapping[str, str]) -> _T:
    """A JSON value without the secrets: as they are, escaped, in base64 (also inside a longer text), in hexadecimal
    digits and as part of an address. In what is compressed, encrypted, drawn or cut into pieces nobody can find them.
    """
    needles = sorted({text for secret in secrets.values() for text in _spellings(secret)}, key=len, reverse=True)
    found: Any = _walk(value, needles) if needles else value
    return found  # type: ignore[no-any-return]


def _walk(value: Any, needles: list[str]) -> Any:
    if isinstance(value, str):
        for needle in needles:
            value = value.replace(needle, MASK)
        return value
    if isinstance(value, dict):
        return {_walk(key, needles): _walk(item, needles) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_walk(item, needles) for item in value])
    return value


def _spellings(secret: str) -> set[str]:
    raw = secret.encode("utf-8", "surrogatepass")
    found = {secret, repr(secret)[1:-1], json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    found |= {quote(raw, safe=""), quote(raw), quote_plus(raw), raw.hex(), raw.hex().upper()}
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        found |= {_base64_inside(raw, before, encode) for before in range(3)}
    return {text for text in found if len(text) >= _SHORTEST}


def _base64_inside(raw: bytes, before: int, encode: Any) -> str:
    """What is certain of a text's base64 when `before` (modulo 3) unknown bytes stand before it, and more after."""
    encoded = encode(b"\0" * before + raw).decode().rstrip("=")
    start = (0, 2, 3)[before]
    whole = (before + len(raw)) % 3 == 0
    return str(encoded[start:] if whole else encoded[start:-1])
