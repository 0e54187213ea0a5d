"""Markdown and code as safe HTML; with sanitise.py the owner of what mistune and pygments make."""

from __future__ import annotations

import base64
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Any

from nbpeer.render.sanitise import safe_html, well_formed

if TYPE_CHECKING:
    from re import Match

    from mistune import BlockParser, BlockState, InlineParser, InlineState, Markdown

# What GitHub and JupyterLab read beside CommonMark.
_PLUGINS = ("strikethrough", "table", "url", "task_lists", "def_list")
_ATTACHMENT = "attachment:"
_BEST_FIRST = ("image/svg+xml", "image/png", "image/jpeg")
# As JupyterLab finds formulas: between dollars, an environment by its own name, a backslash that ends a delimiter
# written twice. Sums of money are none: a dollar sign before a digit ends no formula, as in pandoc. What is longer than
# any formula is none either, so that time stays in proportion.
_BODY = r"[\s\S]{0,5000}?"
_INLINE = rf"\\\\\({_BODY}\\\\\)|\$(?!\$)(?:(?!\n[ \t]*\n)[^$\\]|\\[\s\S])+\$(?!\d)"


def markdown_html(source: str, attachments: dict[str, Any] | None = None, heading: int = 4) -> str:
    """Markdown as a notebook shows it, sanitised; its first heading level becomes `heading`.

    Attached pictures are shown, formulas stay TeX.
    """
    from mistune import HTMLRenderer, create_markdown

    held = _pictures(attachments or {})

    class Renderer(HTMLRenderer):
        def block_code(self, code: str, info: str | None = None) -> str:
            language = (info or "").split()[:1]
            return _coloured(code, language[0]) if language and _lexer(language[0]) else super().block_code(code)

        def image(self, text: str, url: str, title: str | None = None) -> str:
            shown = held.get(url[len(_ATTACHMENT) :], "") if url.startswith(_ATTACHMENT) else url
            return super().image(text, shown, title)

    renderer = Renderer(escape=False, allow_harmful_protocols=True)
    markdown = create_markdown(escape=False, renderer=renderer, plugins=[*_PLUGINS, _formulas])
    renderer.register("table_cell", _table_cell)
    renderer.register("task_list_item", lambda _, text, checked=False: f"<li>{'☑' if checked else '☐'} {text}</li>\n")
    renderer.register("formula", lambda _, text: escape(text, quote=False))
    return safe_html(str(markdown(well_formed(source))), heading)


def code_html(source: str, language: str) -> str:
    """Code with pygments' classes; a language that pygments does not know stays plain."""
    return safe_html(_coloured(well_formed(source), language))


def _table_cell(renderer: object, text: str, align: str | None = None, head: bool = False) -> str:
    """A cell of a table with the class of its alignment, since no style survives."""
    name, aligned = "th" if head else "td", {"right": ' class="ar"', "center": ' class="ac"'}.get(align or "", "")
    return f"<{name}{aligned}>{text}</{name}>\n"


def _coloured(source: str, language: str) -> str:
    from pygments import highlight
    from pygments.formatters import HtmlFormatter

    return str(highlight(source or " ", _lexer(language) or _lexer("text"), HtmlFormatter()))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Any:
    """What colours a language; None when pygments does not know it."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    try:
        return get_lexer_by_name(language)
    except ClassNotFound:
        return None


def _formulas(md: Markdown) -> None:
    """A plugin of mistune that leaves formulas as they are; its own knows fewer, and none with a space at its ends."""

    def inline(parser: InlineParser, match: Match[str], state: InlineState) -> int:
        state.append_token({"type": "formula", "raw": match[0]})
        return match.end()

    def block(parser: BlockParser, match: Match[str], state: BlockState) -> int:
        state.add_paragraph(match[0])
        return match.end()

    alone = rf"^ {{0,3}}(?:{_displayed('alone')})[ \t]*(?:\n|$)"
    md.block.register("formula", alone, block, before=md.block.rules[0])
    inside = f"{_displayed('inside')}|{_INLINE}"
    md.inline.register("formula", inside, inline, before=md.inline.rules[0])


def _displayed(group: str) -> str:
    """What matches a formula that stands apart; `group` is a name that no other pattern of the parser uses."""
    environment = rf"\\begin\{{(?P<{group}>[A-Za-z]+\*?)\}}{_BODY}\\end\{{(?P={group})\}}"
    return rf"\$\${_BODY}(?<!\\)\$\$|{environment}|\\\\\[{_BODY}\\\\\]"


def _pictures(attachments: dict[str, Any]) -> dict[str, str]:
    """The attachments as addresses that hold them; a drawing before a photograph."""
    found: dict[str, str] = {}
    for name, bundle in attachments.items():
        texts = {mime: _joined(text) for mime, text in bundle.items()} if isinstance(bundle, dict) else {}
        for mime in (*(mime for mime in _BEST_FIRST if mime in texts), *texts):
            text = texts[mime]
            if mime == "image/svg+xml" and text.lstrip().startswith("<"):  # as the format has it; Lab writes base64
                text = base64.b64encode(text.encode("utf-8", "replace")).decode()
            found.setdefault(name, f"data:{mime};base64,{text}")
    return found


def _joined(text: object) -> str:
    return "".join(map(str, text)) if isinstance(text, list) else str(text)
