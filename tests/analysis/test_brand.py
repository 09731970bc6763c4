"""What an organisation may change about its reports, and what is refused."""

import struct
import zlib

import pytest

from analysis.brand import LOGO_BYTES, LOGO_SIDE, Brand
from analysis.colours import WHITE, Colour
from tests.pictures import picture


def test_contrast_is_that_of_wcag():
    assert Colour("#000000").contrast(WHITE) == pytest.approx(21)
    assert Colour("#777777").contrast(WHITE) == pytest.approx(4.48, abs=0.005)
    assert Colour("#12355B").contrast(Colour("#12355B")) == 1


@pytest.mark.parametrize("code", ["", "12355B", "#12355", "#12355BFF", "navy", "#12355G", "#1\n"])
def test_a_colour_is_written_with_six_digits(code):
    with pytest.raises(ValueError, match="#12355B"):
        Colour(code)


def test_a_colour_too_light_to_read_is_refused_with_its_contrast():
    with pytest.raises(ValueError, match=r"#FFCC00 is too light .* 1\.5, and 4\.5 is needed"):
        Brand(colour=Colour("#FFCC00"))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_small_picture_is_taken(kind):
    assert Brand(logo=picture(kind)).logo


@pytest.mark.parametrize(
    "content",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a" + b"\0" * 40,
        b"%PDF-1.7",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
        picture("BMP"),
        picture()[:60],
    ],
)
def test_what_is_no_whole_png_or_jpeg_is_refused(content):
    with pytest.raises(ValueError, match="no PNG or JPEG"):
        Brand(logo=content)


def test_a_large_file_is_refused_before_it_is_opened():
    with pytest.raises(ValueError, match=f"{LOGO_BYTES:,} are allowed"):
        Brand(logo=b"\x89PNG" + b"\0" * LOGO_BYTES)


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked():
    with pytest.raises(ValueError, match=f"{LOGO_SIDE} in each direction"):
        Brand(logo=bomb(LOGO_SIDE + 1, 4_000))


def bomb(width, height):
    """A PNG of few bytes that says it is large."""

    def chunk(name, content):
        check = zlib.crc32(name + content).to_bytes(4, "big")
        return len(content).to_bytes(4, "big") + name + content + check

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


@pytest.mark.parametrize("footer", ["two\nlines", "x" * 121, "bell\a", "\u202eturned"])
def test_the_footer_is_one_printable_line(footer):
    with pytest.raises(ValueError, match="one line"):
        Brand(footer=footer)
