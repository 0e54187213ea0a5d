"""One output of a code cell as safe HTML: the richest form a packet can show, huge ones cut with a note."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from nbpeer.model.notebook import Output
from nbpeer.model.result import RESULT_MIME
from nbpeer.render.sanitise import picture_uri, safe_html, well_formed

_MOST_TEXT = 20_000
_MOST_HTML = 200_000
_MOST_IMAGE = 6_000_000
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp")
_ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]")
_SHOWS_SOMETHING = re.compile(r"<img|<hr|<table")
_MARKUP = re.compile(r"<[^>]*>")


class OutputHtml(NamedTuple):
    """What to show of one output: `text` is plain (the template escapes it), `html` is already safe, `picture` is a
    `data:` address, `note` says what was left out. `result` is the name of the named result that the output carries."""

    text: str = ""
    html: str = ""
    picture: str = ""
    note: str = ""
    error: bool = False
    result: str = ""


def show_output(output: Output, heading: int = 4) -> OutputHtml:
    """What a packet shows of an output. Never raises: an output nobody can read becomes a note.

    `heading` is the level that the first headings inside it become.
    """
    if output.output_type == "stream":
        return _text(str(output.text))
    if output.output_type == "error":
        lines = "\n".join(map(str, output.traceback)) or f"{output.ename}: {output.evalue}"
        return _text(lines)._replace(error=True)
    if output.output_type not in ("display_data", "execute_result"):
        return OutputHtml(note="an output that could not be read")
    return _bundle(output, heading)._replace(result=_result_name(output))


def _result_name(output: Output) -> str:
    payload = output.data.get(RESULT_MIME)
    name = payload.get("name") if isinstance(payload, dict) else None
    return name if isinstance(name, str) else ""


def _bundle(output: Output, heading: int) -> OutputHtml:
    for mime_type in _PICTURES:
        if mime_type in output.data:
            return _picture(mime_type, str(output.mime(mime_type)))
    if "text/html" in output.data:
        shown = _html(str(output.mime("text/html")), heading)
        if shown.html:
            return shown
    if "text/markdown" in output.data:
        from nbpeer.render.markdown_html import markdown_html

        return OutputHtml(html=markdown_html(_cut(str(output.mime("text/markdown")))[0], heading=heading))
    for mime_type in ("text/plain", "text/latex"):
        if mime_type in output.data:
            return _text(str(output.mime(mime_type)))._replace(note=_left_out(output.data))
    return OutputHtml(note=_left_out(output.data) or "an output of a type that a packet does not show")


def _left_out(data: dict[str, Any]) -> str:
    """What an output had that runs code, and so is not shown."""
    types = " ".join(data)
    if "widget" in types:
        return "an interactive widget, shown as text"
    if "plotly" in types or "vega" in types or "bokeh" in types:
        return "an interactive figure, not shown because a packet runs no code; publish it with nbpeer.figure"
    if "javascript" in types or "text/html" in types:
        return "an output made by a script, which a packet does not run"
    return ""


def _picture(mime_type: str, content: str) -> OutputHtml:
    if len(content) > _MOST_IMAGE:
        return OutputHtml(note=f"an image of {len(content) // 1_000_000} MB, too large for a packet")
    uri = picture_uri(mime_type, content)
    return OutputHtml(picture=uri) if uri else OutputHtml(note="an image that could not be read")


def _html(content: str, heading: int) -> OutputHtml:
    cut = content[:_MOST_HTML]
    html = safe_html(cut, heading)
    if not _SHOWS_SOMETHING.search(html) and not _MARKUP.sub("", html).strip():
        return OutputHtml()
    note = f"shown are the first {_MOST_HTML:,} of {len(content):,} characters" if len(content) > len(cut) else ""
    return OutputHtml(html=html, note=note)


def _text(content: str) -> OutputHtml:
    text, note = _cut(_ANSI.sub("", well_formed(content)))
    return OutputHtml(text=text.rstrip("\n"), note=note)


def _cut(content: str) -> tuple[str, str]:
    if len(content) <= _MOST_TEXT:
        return content, ""
    return content[:_MOST_TEXT], f"shown are the first {_MOST_TEXT:,} of {len(content):,} characters"
