"""A comment as GitHub's own parser reads it, and what its other filters would find in the text."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import NamedTuple

import cmarkgfm
from cmarkgfm.cmark import Options

# github/html-pipeline and GitHub's documentation: these look at text outside code, once Markdown is HTML.
MENTION = re.compile(r"(?<![\w`])@[a-z0-9][a-z0-9-]*", re.IGNORECASE)
REFERENCE = re.compile(r"(?<![\w&])(?:#|gh-)\d+", re.IGNORECASE)
EMOJI = re.compile(r":[\w+-]+:")
FORMULA = re.compile(r"\$[^\s\0](?:[^\0]*[^\s\0])?\$")


class Read(NamedTuple):
    """`tags` are all start tags with their attributes, `text` what stands outside code, `whole` all text, `comments`
    the HTML comments."""

    tags: list[tuple[str, dict[str, str | None]]]
    text: str
    whole: str
    comments: list[str]

    @property
    def names(self) -> set[str]:
        return {name for name, _ in self.tags}

    @property
    def boxes(self) -> int:
        return sum(name == "input" for name, _ in self.tags)

    @property
    def triggers(self) -> list[str]:
        """Mentions, references, emoji names and formulas that a forge would act on."""
        return [found[0] for pattern in (MENTION, REFERENCE, EMOJI, FORMULA) for found in pattern.finditer(self.text)]


def read(markdown: str) -> Read:
    page = _Page()
    page.feed(to_html(markdown))
    page.close()
    return Read(page.tags, "".join(page.outside), "".join(page.whole), page.comments)


def to_html(markdown: str) -> str:
    """As GitHub's parser gives it, raw HTML as it stands."""
    return str(cmarkgfm.github_flavored_markdown_to_html(markdown, options=Options.CMARK_OPT_UNSAFE))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.outside: list[str] = []
        self.whole: list[str] = []
        self.comments: list[str] = []
        self.code = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.code += tag in ("code", "pre")
        self.outside.append("\0" if tag == "span" else "")

    def handle_endtag(self, tag: str) -> None:
        self.code -= tag in ("code", "pre")
        self.outside.append("\0" if tag == "span" else "")

    def handle_data(self, data: str) -> None:
        self.whole.append(data)
        self.outside.append("\0" if self.code else data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)
