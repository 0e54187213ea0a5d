"""Untrusted HTML and images made safe to show in a packet: no script, no style, no network, none of our own classes."""

from __future__ import annotations

import base64
import binascii
import re

PLACEHOLDER = "data:image/svg+xml;base64," + base64.b64encode(
    b'<svg xmlns="http://www.w3.org/2000/svg" width="240" height="40"><rect width="240" height="40" fill="#eceff3"/>'
    b'<text x="12" y="25" font-family="sans-serif" font-size="13" fill="#59616b">image not in the notebook</text></svg>'
).decode("ascii")

_TAGS = set(
    "a abbr b blockquote br caption code dd del details div dl dt em h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p "
    "pre q s samp small span strong sub summary sup table tbody td tfoot th thead tr u ul var".split()
)
_DROPPED_WITH_CONTENT = set("script style template noscript title iframe object embed svg math textarea select".split())
_ATTRIBUTES = {
    "a": {"href", "title"},
    "abbr": {"title"},
    "img": {"src", "alt", "title", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan", "class"},
    "th": {"colspan", "rowspan", "scope", "class"},
    "div": {"class"},
    "span": {"class"},
}
_SCHEMES = {"http", "https", "mailto", "data"}
_LINK = re.compile(r"(?:https?|mailto):", re.IGNORECASE)
_PICTURE = re.compile(r"data:(image/(?:png|jpeg|gif|webp|svg\+xml));base64,([A-Za-z0-9+/=\s]+)\Z", re.IGNORECASE)
# pygments' class names have at most three letters; the packet's own are longer, so a notebook cannot dress up as it.
_HIGHLIGHT_CLASS = re.compile(r"(?:highlight|[a-z][a-z0-9]{0,2})\Z")
_ALIGNED = ("ar", "ac")  # what markdown_html.py says of a column: right, centre
_HEADING = re.compile(r"(</?h)([1-6])")
_DEEPEST_HEADING = 6
_NAMELESS_IMAGE = re.compile(r"<img(?![^>]* alt=)")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_NESTS = set("br col hr img input link meta source wbr p li dt dd tr td th thead tbody tfoot option".split())
# The parser's time grows with the square of the nesting; people's tables and lists stay far below this.
_DEEPEST_NESTING = 64


def safe_html(html: str, heading: int = 1) -> str:
    """`html` with only harmless tags and attributes; its `h1` becomes heading level `heading`.

    Links keep http, https and mailto, images keep `data:`, classes keep pygments' own. Everything else goes; the
    content of scripts, styles and embedded documents goes with the tag. HTML nested absurdly deep comes back as "".
    """
    import nh3

    if _nesting(html) > _DEEPEST_NESTING:
        return ""
    cleaned = nh3.clean(
        well_formed(html),
        tags=_TAGS,
        clean_content_tags=_DROPPED_WITH_CONTENT,
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )
    return lowered(_NAMELESS_IMAGE.sub('<img alt=""', cleaned), heading - 1)


def lowered(html: str, levels: int) -> str:
    """Safe HTML with every heading `levels` deeper, at most 6 and at least 1."""

    def lower(match: re.Match[str]) -> str:
        return f"{match[1]}{min(max(int(match[2]) + levels, 1), _DEEPEST_HEADING)}"

    return _HEADING.sub(lower, html) if levels else html


def highest_heading(html: str) -> int:
    """The level of the highest heading in safe HTML; 7 when there is none."""
    return min((int(match[2]) for match in _HEADING.finditer(html)), default=_DEEPEST_HEADING + 1)


def picture_uri(mime_type: str, content: str) -> str | None:
    """The `data:` address of a picture from a notebook (base64, or SVG text); None when it is not one.

    An SVG shown through `<img>` runs no script and loads nothing.
    """
    if mime_type == "image/svg+xml":
        encoded = base64.b64encode(content.encode("utf-8", "replace")).decode("ascii")
        return f"data:{mime_type};base64,{encoded}" if "<svg" in content else None
    compact = "".join(content.split())
    try:
        base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        return None
    found = f"data:{mime_type};base64,{compact}"
    return found if _PICTURE.match(found) else None


def png_uri(content: bytes) -> str:
    """The `data:` address of PNG bytes."""
    return "data:image/png;base64," + base64.b64encode(content).decode("ascii")


def well_formed(text: str) -> str:
    """`text` with what UTF-8 cannot hold (unpaired surrogates) replaced by a question mark."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _nesting(html: str) -> int:
    """The most elements that are open at once, at least; unclosed ones count, ends that match nothing do not."""
    opened: dict[str, int] = {}
    depth = deepest = 0
    for match in _TAG.finditer(html):
        name = match[2].lower()
        if name in _NEVER_NESTS:
            continue
        step = -1 if match[1] else 1
        if step == 1 or opened.get(name, 0):
            opened[name] = opened.get(name, 0) + step
            depth += step
            deepest = max(deepest, depth)
    return deepest


def _attribute(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "href":
        return value if _LINK.match(value.strip()) else None
    if attribute == "src":
        return value if _PICTURE.match(value.strip()) else PLACEHOLDER
    if attribute == "class" and tag in ("td", "th"):
        return value if value in _ALIGNED else None
    if attribute == "class":
        return " ".join(name for name in value.split() if _HIGHLIGHT_CLASS.match(name)) or None
    if attribute in ("width", "height", "colspan", "rowspan", "start"):
        return value if value.isascii() and value.isdigit() else None
    return value
