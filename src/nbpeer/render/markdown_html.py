"""Markdown and code as safe HTML; with sanitise.py the owner of what nbconvert makes."""

from __future__ import annotations

import base64
import re
import warnings
from typing import Any

from nbpeer.render.sanitise import safe_html, well_formed

_ATTACHMENT = re.compile(r"attachment:[^\s)\"'>]+")


def markdown_html(source: str, attachments: dict[str, Any] | None = None, heading: int = 4) -> str:
    """Markdown as a notebook shows it, sanitised; its first heading level becomes `heading`.

    Attached pictures are shown, formulas stay TeX.
    """
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    held = _usable(attachments or {})
    known = _ATTACHMENT.sub(lambda match: match[0] if match[0][11:] in held else "attachment-missing", source)
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=held)
    return safe_html(MarkdownWithMath(renderer=renderer).render(well_formed(known)), heading)


def code_html(source: str, language: str) -> str:
    """Code with pygments' classes; a language that pygments does not know stays plain."""
    from nbconvert.filters.highlight import Highlight2HTML

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # an unknown language is no news to a reviewer
        return safe_html(Highlight2HTML()(well_formed(source), language=language))


def _usable(attachments: dict[str, Any]) -> dict[str, dict[str, str]]:
    """The attachments as nbconvert wants them: SVG, which the format keeps as text, in base64 like the others."""
    found: dict[str, dict[str, str]] = {}
    for name, bundle in attachments.items():
        if not isinstance(bundle, dict):
            continue
        texts = {mime: "".join(text) if isinstance(text, list) else str(text) for mime, text in bundle.items()}
        if "image/svg+xml" in texts and texts["image/svg+xml"].lstrip().startswith("<"):
            texts["image/svg+xml"] = base64.b64encode(texts["image/svg+xml"].encode("utf-8", "replace")).decode()
        if texts:
            found[name] = texts
    return found
