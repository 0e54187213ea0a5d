from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import pytest
from PIL import Image

from nbpeer.errors import NbpeerError
from nbpeer.results.images import difference, figure_of


def png(image: Image.Image, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, "PNG", **options)
    return out.getvalue()


def square(colour: str = "white", size: tuple[int, int] = (40, 20), mode: str = "RGB") -> Image.Image:
    return Image.new(mode, size, colour)


def bomb(width: int, height: int) -> bytes:
    """A PNG file of a few hundred bytes that says it is huge."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 999)) + chunk(b"IEND", b"")
    )


def test_a_figure_is_its_size_and_pixels_not_its_file() -> None:
    image = square("navy")
    assert figure_of(png(image)) == figure_of(png(image, compress_level=0)) == figure_of(png(image.convert("RGBA")))
    found = figure_of(png(image))
    assert (found.width, found.height) == (40, 20)
    assert len(bytes.fromhex(found.signature)) == 256


def test_one_other_pixel_is_another_figure() -> None:
    image = square()
    other = image.copy()
    other.putpixel((3, 4), (255, 255, 254))
    assert figure_of(png(image)).pixels != figure_of(png(other)).pixels


def test_pixels_of_another_shape_are_another_figure() -> None:
    assert figure_of(png(square(size=(40, 20)))).pixels != figure_of(png(square(size=(20, 40)))).pixels


def test_the_signature_is_what_is_seen_on_white_paper() -> None:
    transparent = Image.new("RGBA", (40, 20), (0, 0, 0, 0))
    assert figure_of(png(transparent)).signature == figure_of(png(square("white"))).signature


def test_the_difference_is_the_share_of_changed_pixels_and_a_map_that_shows_them() -> None:
    before = square()
    after = before.copy()
    after.paste("black", (0, 0, 20, 10))
    share, changed = difference(png(before), png(after))
    assert share == 0.25
    picture = Image.open(io.BytesIO(changed))
    assert picture.size == (40, 20)
    red, green, _ = picture.getpixel((5, 5))  # type: ignore[misc]
    assert red > 150
    assert green < 80
    assert picture.getpixel((30, 15)) == (255, 255, 255)


def test_equal_pictures_do_not_differ() -> None:
    assert difference(png(square("teal")), png(square("teal")))[0] == 0


def test_what_only_one_of_two_sizes_covers_differs() -> None:
    share, changed = difference(png(square(size=(40, 20))), png(square(size=(40, 40))))
    assert share == 0.5
    assert Image.open(io.BytesIO(changed)).size == (40, 40)


def jpeg() -> bytes:
    out = io.BytesIO()
    square().save(out, "JPEG")
    return out.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", png(square())[:50], png(square())[:-20] + b"x" * 20],
    ids=["empty", "text", "short", "broken"],
)
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(NbpeerError, match="not a readable PNG"):
        figure_of(content)
    with pytest.raises(NbpeerError, match="not a readable PNG or JPEG"):
        difference(png(square()), content)


def test_a_named_figure_is_a_png_but_other_formats_can_be_compared() -> None:
    with pytest.raises(NbpeerError, match="not a readable PNG"):
        figure_of(jpeg())
    assert difference(png(square()), jpeg())[0] == 0


@pytest.mark.parametrize("size", [(7_000, 7_000), (10_000, 10_000), (100_000, 100_000)])
def test_a_decompression_bomb_is_refused_before_it_is_unpacked(size: tuple[int, int]) -> None:
    with pytest.raises(NbpeerError, match="more than 40 million pixels"):
        figure_of(bomb(*size))
