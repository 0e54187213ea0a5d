"""Self-contained HTML pages: opened from disk, they load nothing and run no script but ours; owns jinja2."""

from __future__ import annotations

import base64
import hashlib
import shlex
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbpeer.errors import missing_extra
from nbpeer.render.numbers import number_text
from nbpeer.render.sanitise import well_formed

if TYPE_CHECKING:
    from jinja2 import Environment

_ASSETS = Path(__file__).parent / "assets"


def require_page_parts(what: str) -> None:
    """Raise NbpeerError, naming what to install, when a library that HTML pages need is not here."""
    from importlib.util import find_spec

    if not all(find_spec(name) for name in ("jinja2", "mistune", "nh3", "pygments")):
        raise missing_extra(what, "packet")


def page_html(template: str, styles: tuple[str, ...] = ("page.css",), **values: Any) -> str:
    """The page that a template makes of values, with our styles, our script and a policy that allows only these.

    The same values give the same text.
    """
    style, script = "\n".join(map(asset, styles)), asset("page.js")
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; script-src '{_hash(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )
    found = _environment().get_template(template)
    return well_formed(found.render(style=style, script=script, policy=policy, **values))


def template_html(template: str, **values: Any) -> str:
    """The page that a template makes of values, for a folder of pages that share one style sheet."""
    return well_formed(_environment().get_template(template).render(**values))


def short_digest(digest: str | None) -> str:
    """The first sixteen digits of a digest, as in the name of a sign-off."""
    return (digest or "").removeprefix("sha256:")[:16]


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(_ASSETS),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["number"] = number_text
    # Only for what sanitise.py has made, and for our own style and script.
    environment.filters["trusted"] = Markup
    environment.filters["short"] = short_digest
    environment.filters["quoted"] = shlex.quote
    return environment


@cache
def asset(name: str) -> str:
    """The text of a style sheet, script or template."""
    return (_ASSETS / name).read_text(encoding="utf-8").strip()


@cache
def vendored(name: str) -> str:
    """A library's script that was put beside ours when the package was built; "" where it was built without Node."""
    path = _ASSETS / "vendor" / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _hash(text: str) -> str:
    """What a Content-Security-Policy calls an inline style or script."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode("ascii")
