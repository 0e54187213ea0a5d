"""Pictures as PNG bytes that are the same for the same picture."""

from __future__ import annotations

import io
import sys
from typing import Any

from nbpeer.errors import NbpeerError

DPI = 120


def png_bytes(name: str, fig: Any) -> bytes:
    """The PNG of a picture; the current matplotlib figure when `fig` is None. Raises NbpeerError when it is none."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if fig is None:
        if pyplot is None or not pyplot.get_fignums():
            raise NbpeerError(f"figure {name!r}: there is no current figure", "draw one, or pass it as second argument")
        fig = pyplot.gcf()
    if isinstance(fig, bytes | bytearray):
        if not fig.startswith(b"\x89PNG\r\n\x1a\n"):
            raise NbpeerError(f"figure {name!r}: these bytes are not a PNG", "pass PNG bytes")
        return bytes(fig)
    drawn = getattr(fig, "figure", fig)  # axes and seaborn's grids know their figure
    if hasattr(drawn, "savefig"):
        return _save_figure(drawn.canvas.figure, pyplot)
    if hasattr(fig, "save") and hasattr(fig, "mode"):
        return _save_image(fig)
    kind = type(fig).__name__
    raise NbpeerError(f"figure {name!r} is a {kind}", "pass a matplotlib figure or axes, a PIL image or PNG bytes")


def _save_figure(fig: Any, pyplot: Any) -> bytes:
    out = io.BytesIO()
    fig.savefig(out, format="png", dpi=DPI, bbox_inches="tight", metadata={"Software": None})
    if pyplot is not None:
        pyplot.close(fig)
    return out.getvalue()


def _save_image(image: Any) -> bytes:
    """The PNG of a PIL image, which is known by its methods so that nothing has to be imported."""
    out = io.BytesIO()
    known = image if image.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else image.convert("RGB")
    known.save(out, format="PNG")
    return out.getvalue()
