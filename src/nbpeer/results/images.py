"""Named figures by their pixels; owns Pillow."""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from nbpeer.errors import NbpeerError
from nbpeer.model.digests import digest_bytes
from nbpeer.model.result import Figure

if TYPE_CHECKING:
    from PIL.Image import Image

# An uncompressed RGBA picture of this size is 160 MB; nobody reviews a larger one.
MAX_PIXELS = 40_000_000
_SIDE = 16
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF")


def figure_of(png: bytes) -> Figure:
    """What is kept of a PNG picture: size, digest of its pixels, grey signature.

    Raises NbpeerError for what is no PNG, a broken one, and one of more than MAX_PIXELS pixels.
    """
    image = _open(png)
    width, height = image.size
    pixels = digest_bytes(width.to_bytes(4, "big") + height.to_bytes(4, "big") + image.tobytes())
    return Figure(width, height, pixels, _signature(image))


def difference(before_picture: bytes, after_picture: bytes) -> tuple[float, bytes]:
    """The share of pixels that differ (0 to 1), and a PNG map: the after picture faded, what differs in red.

    Pictures of unequal size are laid over each other at the top left; what only one covers differs.
    Raises NbpeerError as `figure_of`, but also takes JPEG, WebP and the first picture of a GIF.
    """
    from PIL import Image, ImageChops

    before, after = _open(before_picture, _FORMATS), _open(after_picture, _FORMATS)
    size = (max(before.width, after.width), max(before.height, after.height))
    both = [_extended(image, size) for image in (before, after)]
    channels = ImageChops.difference(*both).split()
    strongest = channels[0]
    for channel in channels[1:]:
        strongest = ImageChops.lighter(strongest, channel)
    mask = strongest.point(lambda level: 255 if level else 0)
    uncovered = ImageChops.logical_xor(_covered(before, size), _covered(after, size)).convert("L")
    mask = ImageChops.lighter(mask, uncovered)
    changed = mask.histogram()[255] / (size[0] * size[1])
    faded = Image.blend(_on_white(both[1]).convert("RGB"), Image.new("RGB", size, "white"), 0.7)
    faded.paste((214, 39, 40), mask=mask)
    out = io.BytesIO()
    faded.save(out, "PNG", optimize=True)
    return changed, out.getvalue()


def _open(content: bytes, formats: tuple[str, ...] = ("PNG",)) -> Image:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=formats) as image:
                if image.width * image.height > MAX_PIXELS:
                    raise Image.DecompressionBombError(f"{image.width} x {image.height} pixels")
                return image.convert("RGBA")
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NbpeerError(
            f"a figure has more than {MAX_PIXELS // 1_000_000} million pixels", "save it smaller (figsize, dpi)"
        ) from None
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        named = " or ".join(formats)
        raise NbpeerError(f"a figure is not a readable {named} ({error})", "run the cell again") from None


def _signature(image: Image) -> str:
    from PIL.Image import Resampling

    return _on_white(image).convert("L").resize((_SIDE, _SIDE), Resampling.BOX).tobytes().hex()


def _on_white(image: Image) -> Image:
    from PIL import Image

    return Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)


def _extended(image: Image, size: tuple[int, int]) -> Image:
    from PIL import Image

    canvas = Image.new("RGBA", size, (255, 255, 255, 0))
    canvas.paste(image)
    return canvas


def _covered(image: Image, size: tuple[int, int]) -> Image:
    from PIL import Image

    canvas = Image.new("1", size, 0)
    canvas.paste(1, (0, 0, *image.size))
    return canvas
