"""Styled text as plain values, so that what goes into a pipe never pays for importing rich."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.text import Text

    # A text and its style, in rich's words; or a text that is styled inside, from a lexer.
    Span = tuple[str, str] | Text


def plain(spans: Iterable[Span]) -> str:
    """The text without its styles, without white space at its end."""
    return "".join(span[0] if isinstance(span, tuple) else span.plain for span in spans).rstrip()


def styled(spans: Iterable[Span]) -> Text:
    """The text for a terminal, without white space at its end."""
    from rich.text import Text

    text = Text()
    for span in spans:
        if isinstance(span, tuple):
            text.append(*span)
        else:
            text.append_text(span)
    text.rstrip()
    return text
