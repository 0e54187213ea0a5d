"""Secrets in decoded sources and text outputs, by detect-secrets' plug-ins; its only owner.

Decoded, because a key in the JSON of an .ipynb is escaped and cut into lines, where scanners of files miss it. Hashes
and images are what scanners of notebooks mostly complain of, so entropy alone is never enough here.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

from nbpeer.checks.texts import output_texts
from nbpeer.model.notebook import Cell, Notebook


class Secret(NamedTuple):
    """One secret: its kind in words, its value (never to be shown), and where. `line` is 0 in an output."""

    kind: str
    value: str
    cell: Cell
    line: int = 0
    column: int = 0
    where: str = "source"


def find_secrets(notebook: Notebook) -> tuple[Secret, ...] | None:
    """Every secret of a notebook, each value once a cell and place; None when detect-secrets is not installed."""
    if not is_installed():
        return None
    found: dict[tuple[int, str, str], Secret] = {}
    for cell in notebook.cells:
        for kind, value, position in (*_in_text(cell.source), *_random_texts(cell)):
            line = cell.source.count("\n", 0, position) + 1
            column = position - (cell.source.rfind("\n", 0, position) + 1) + 1
            found.setdefault((cell.index, value, ""), Secret(kind, value, cell, line, column))
    for output in output_texts(notebook):
        for kind, value, _ in _in_text(output.text):
            found.setdefault((output.cell.index, value, "out"), Secret(kind, value, output.cell, where=output.where))
    return tuple(found.values())


def hide(text: str, secrets: tuple[Secret, ...]) -> str:
    """The text without the secrets in it."""
    for secret in sorted(secrets, key=lambda secret: -len(secret.value)):
        text = text.replace(secret.value, "•" * 8)
    return text


@cache
def is_installed() -> bool:
    """Whether detect-secrets can be imported."""
    try:
        import detect_secrets  # noqa: F401
    except ImportError:
        return False
    return True


# Formats detect-secrets 1.5 has no plug-in for, as their issuers describe them.
_MORE = {
    "Google API key": re.compile(r"\bAIza[0-9A-Za-z_-]{35}\b"),
    "Google OAuth secret": re.compile(r"\bGOCSPX-[0-9A-Za-z_-]{28}\b"),
    "GitHub token": re.compile(r"\bgithub_pat_[0-9A-Za-z_]{50,}\b"),
    "Hugging Face token": re.compile(r"\bhf_[A-Za-z]{34,}\b"),
    "Anthropic API key": re.compile(r"\bsk-ant-[0-9A-Za-z_-]{20,}"),
    "OpenAI API key": re.compile(r"\bsk-(?:proj-|svcacct-)[0-9A-Za-z_-]{20,}"),
    "Databricks token": re.compile(r"\bdapi[0-9a-f]{32}\b"),
    "Slack app token": re.compile(r"\bxapp-\d-[0-9A-Z]+-\d+-[0-9a-f]+\b"),
    "bearer token": re.compile(r"\b[Bb]earer\s+([0-9A-Za-z._~+/-]{20,}=*)"),
    "key in an address": re.compile(r"[?&](?:api_?key|access_token|auth_token|token|sig)=([0-9A-Za-z%._-]{16,})"),
}
# Plug-ins whose pattern is a format of its own, so that a match is hardly ever anything else. Each with texts, in lower
# case, of which a match has at least one: looking for those first is a hundred times faster.
_FORMATS = {
    "aws.AWSKeyDetector": ("a3t", "abia", "acca", "akia", "asia", "aws"),
    "azure_storage_key.AzureStorageKeyDetector": ("accountkey=",),
    "basic_auth.BasicAuthDetector": ("://",),
    "cloudant.CloudantDetector": ("cloudant", "cl_", "cl-", "clou"),
    "discord.DiscordBotTokenDetector": (".",),
    "github_token.GitHubTokenDetector": ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"),
    "gitlab_token.GitLabTokenDetector": ("gl", "gr1348941"),
    "ibm_cloud_iam.IbmCloudIamDetector": ("key", "pwd", "pass", "token"),
    "ibm_cos_hmac.IbmCosHmacDetector": ("secret",),
    "jwt.JwtTokenDetector": ("eyj",),
    "mailchimp.MailchimpDetector": ("-us",),
    "npm.NpmDetector": ("_authtoken",),
    "openai.OpenAIDetector": ("t3blbkfj",),
    "private_key.PrivateKeyDetector": ("private key", "putty-user-key"),
    "pypi_token.PypiTokenDetector": ("pypi-",),
    "sendgrid.SendGridDetector": ("sg.",),
    "slack.SlackDetector": ("xox", "hooks.slack.com"),
    "softlayer.SoftlayerDetector": ("softlayer", "sl_", "sl-"),
    "square_oauth.SquareOAuthDetector": ("sq0csp",),
    "stripe.StripeDetector": ("k_live_",),
    "twilio.TwilioKeyDetector": ("ac", "sk"),
}
# Where a variable, key or parameter is called like this, a quoted value is looked at.
_KEYWORD_LINE = re.compile(r"pass|pwd|secret|key|token|contrase|credential", re.IGNORECASE)
_TOKEN = re.compile(r"""(?:token|credential|passphrase)\w*["'\]]{0,2}\s*[:=]\s*["']([^"'\s]{16,})["']""", re.IGNORECASE)
_ENVIRONMENT = re.compile(
    r"^\s*(?:%env|%set_env|!\s*export|export)\s+\w*(?:pass|pwd|secret|key|token)\w*[= ]\s*([^\s\"'$]{6,})",
    re.IGNORECASE | re.MULTILINE,
)


@cache
def _formats() -> tuple[tuple[str, tuple[str, ...], re.Pattern[str], Callable[[str], bool]], ...]:
    """The kind, the hints, the pattern and the final check of each format."""
    from importlib import import_module

    found = []
    for name, hints in _FORMATS.items():
        module, _, plugin = name.partition(".")
        detector = getattr(import_module(f"detect_secrets.plugins.{module}"), plugin)()
        valid = getattr(detector, "is_formally_valid", bool)
        found += [(_in_words(detector.secret_type), hints, pattern, valid) for pattern in detector.denylist]
    return tuple(found)


@cache
def _keyword_plugin() -> Any:
    from detect_secrets.plugins.keyword import KeywordDetector

    return KeywordDetector()


def _in_text(text: str) -> Iterator[tuple[str, str, int]]:
    """The kind, the value and the position of each secret in a text."""
    lower = text.lower()
    for kind, hints, pattern, valid in _formats():
        for match in pattern.finditer(text) if any(hint in lower for hint in hints) else ():
            start, end = match.span(_group(match, kind))
            if valid(value := text[start:end]) and not (_is_placeholder if kind == _IN_ADDRESS else _is_sham)(value):
                yield kind, value, start
    for kind, pattern in _MORE.items():
        for match in pattern.finditer(text):
            start, end = match.span(match.lastindex or 0)
            if not _is_sham(text[start:end]):
                yield kind, text[start:end], start
    if _KEYWORD_LINE.search(text):
        yield from _after_keyword(text)


def _group(match: re.Match[str], kind: str) -> int:
    """The group of a match that is the secret; 0, all of it, where the groups are but prefixes of a token."""
    groups = range(1, len(match.groups()) + 1)
    return next((n for n in groups if match.group(n) and (kind == _IN_ADDRESS or len(match.group(n)) >= 16)), 0)


def _after_keyword(text: str) -> Iterator[tuple[str, str, int]]:
    position = 0
    for line in text.split("\n"):
        if len(line) < 2000 and _KEYWORD_LINE.search(line):
            for value in _keyword_plugin().analyze_string(line):
                if _looks_secret(value, at_least=6):
                    yield "password or key", value, position + line.find(value)
            for match in _TOKEN.finditer(line):
                if _looks_secret(match.group(1), at_least=16) and _is_random(match.group(1)):
                    yield "token", match.group(1), position + match.start(1)
            for match in _ENVIRONMENT.finditer(line):
                if _looks_secret(match.group(1), at_least=6):
                    yield "password or key", match.group(1), position + match.start(1)
        position += len(line) + 1


# What people write where a secret would stand.
_PLACEHOLDER = re.compile(
    r"(?:your|my|the|some|insert|enter|put|add)(?:[\W_].*|)|.*(?:change.?me|placeholder|redacted|dummy|example|x{3}|\.{3}"
    r"|\*{3}|your|getenv|environ).*|<.*>|.*\{.*\}.*|\$.*|(?:user|pass|passwo?r?d|secret|token|test|abc|foo|bar)\d{0,3}",
    re.IGNORECASE | re.DOTALL,
)
# A name, a path, an address, a format or a sentence is no secret, whatever it is assigned to.
_ORDINARY = re.compile(
    r"[A-Z][A-Z0-9_]+|[a-z][a-z_]*|[\w.-]*/[\w./-]*|https?:.*|[\w-]+\.[a-z]{2,5}|.*%[sd].*|.*\s.*", re.DOTALL
)


def _random_texts(cell: Cell) -> Iterator[tuple[str, str, int]]:
    """Quoted texts in code that look drawn at random: upper case, lower case and digits, as no hash and no name has."""
    if cell.cell_type != "code":
        return
    from detect_secrets.filters.heuristic import is_likely_id_string

    for match in _RANDOM.finditer(cell.source):
        value = match.group(1)
        line = cell.source[cell.source.rfind("\n", 0, match.start()) + 1 : match.end()]
        kinds = (str.isupper, str.islower, str.isdigit)
        mixed = all(any(kind(character) for character in value) for kind in kinds)
        parts = re.split(r"[_-]", value)
        words = len(parts) > 2 and max(map(len, parts)) < 16
        if mixed and not words and not is_likely_id_string(value, line) and _is_random(value, 4.3):
            yield "random text that looks like a key", value, match.start(1)


_RANDOM = re.compile(r"""["']([A-Za-z0-9+/_-]{32,200}={0,2})["']""")


def _looks_secret(value: str, at_least: int) -> bool:
    """Whether what stands after a keyword is a value, and not a placeholder, a name, a path or a sentence."""
    return len(value) >= at_least and not _is_placeholder(value) and not _ORDINARY.fullmatch(value)


def _is_placeholder(value: str) -> bool:
    from detect_secrets.filters.heuristic import is_sequential_string

    return _is_sham(value) or bool(_PLACEHOLDER.fullmatch(value)) or is_sequential_string(value)


def _is_sham(value: str) -> bool:
    """Whether a text in a token's format is visibly filled in: `AKIAXXXXXXXXXXXXXXXX`."""
    return len(set(value)) < 5 or bool(re.search(r"(.){5}", value))


def _is_random(value: str, bits: float = 3.3) -> bool:
    """Whether a text has letters and digits in as little order as a token has: that many bits a character or more."""
    mixed = any(character.isdigit() for character in value) and any(character.isalpha() for character in value)
    shares = [count / len(value) for count in Counter(value).values()]
    return mixed and -sum(share * math.log2(share) for share in shares) >= bits


_IN_ADDRESS = "password in an address"


def _in_words(secret_type: str) -> str:
    known = {"Basic Auth Credentials": _IN_ADDRESS, "JSON Web Token": "JSON web token"}
    return known.get(secret_type, secret_type[0] + secret_type[1:].replace("Token", "token").replace("Key", "key"))
