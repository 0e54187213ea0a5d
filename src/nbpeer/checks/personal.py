"""Personal data in text: e-mail addresses, telephone numbers, national identifiers."""

from __future__ import annotations

import re
from collections.abc import Iterator

_EMAIL = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?P<host>(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z]{2,24})\b(?!\()")
# Addresses of nobody: reserved for documentation (RFC 2606), of a role, of a machine.
_NO_PERSON = re.compile(
    r"(?:no-?reply|git|info|support|contact|admin|webmaster|help|hello|office|press|sales|user|users|name|someone|you)@"
    r"|@(?:[\w-]+\.)*(?:example|test|invalid|localhost|domain|email|users\.noreply\.github)(?:\.\w+)?$"
    r"|@[\w.-]*\.(?:png|jpe?g|gif|svg|py|js|css|html|json|local|example|test|invalid|get|value|set)$",
    re.IGNORECASE,
)
# International form (E.164 with separators), and the North American one with its brackets or dashes.
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+(?!0)\d{1,3}[ -]?(?:\(\d{1,4}\)[ -]?)?\d{2,4}(?:[ -]\d{2,8}){1,4}"
    r"|\([2-9]\d{2}\) ?[2-9]\d{2}-\d{4}|[2-9]\d{2}-[2-9]\d{2}-\d{4})(?![\w-]|\.\d)"
)
# https://www.ssa.gov/employer/randomization.html: areas 000, 666 and 9xx, group 00 and serial 0000 are never issued.
_US_SSN = re.compile(r"(?<![\w.-])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])")
# https://www.gov.uk/hmrc-internal-manuals/national-insurance-manual/nim39110
_UK_NINO = re.compile(r"\b(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")


def personal_data(text: str) -> Iterator[tuple[str, str]]:
    """The kind and the value of each piece of personal data. The value is never to be shown."""
    for match in _EMAIL.finditer(text) if "@" in text else ():
        if not _NO_PERSON.search(match.group()):
            yield "e-mail address", match.group()
    for kind, pattern in (
        ("telephone number", _PHONE),
        ("US social security number", _US_SSN),
        ("UK national insurance number", _UK_NINO),
    ):
        for match in pattern.finditer(text):
            digits = [character for character in match.group() if character.isdigit()]
            if kind != "telephone number" or (8 <= len(digits) <= 15 and len(set(digits)) > 2):
                yield kind, match.group()
