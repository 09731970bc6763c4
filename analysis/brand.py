"""What an organisation may change about the look of its reports.

The signs of the groups keep their colours and shapes: they are chosen so that everybody can tell
them apart. Nothing is fetched: a logo comes as the bytes of a picture.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO

from analysis.colours import READABLE, WHITE, Colour

LOGO_BYTES = 300_000
LOGO_SIDE = 2_000  # pixels
FOOTER_LENGTH = 120
PRIMARY = Colour("#12355B")


@dataclass(frozen=True)
class Brand:
    """Colour of headings, logo on the cover, a line at the foot of every page.

    The name of the organisation stands in the report itself (`CycleInfo.organisation`).

    Raises
    ------
    ValueError
        If white text could not be read on the colour (or the colour on white), the picture is
        none, too large or damaged, or the line is longer than a line.
    """

    colour: Colour = PRIMARY
    logo: bytes = b""  # PNG or JPEG
    footer: str = ""

    def __post_init__(self) -> None:
        contrast = self.colour.contrast(WHITE)
        if contrast < READABLE:
            raise ValueError(
                f"the colour {self.colour.code} is too light to be read on white: its contrast "
                f"is {contrast:.1f}, and {READABLE} is needed; choose a darker one"
            )
        if len(self.footer) > FOOTER_LENGTH or not self.footer.isprintable():
            raise ValueError(f"the footer must be one line of at most {FOOTER_LENGTH} characters")
        if self.logo:
            _check_logo(self.logo)

    @property
    def mark(self) -> str:
        """Another one for every other look; each PDF carries that of its own."""
        look = repr((self.colour.code, self.logo, self.footer))
        return hashlib.sha256(look.encode()).hexdigest()[:16]


def _check_logo(logo: bytes) -> None:
    from PIL import Image  # here, so that only who has a logo pays

    if len(logo) > LOGO_BYTES:
        raise ValueError(f"the logo has {len(logo):,} bytes; {LOGO_BYTES:,} are allowed")
    try:
        with Image.open(BytesIO(logo), formats=("PNG", "JPEG")) as picture:
            width, height = picture.size
            if max(width, height) <= LOGO_SIDE:
                picture.load()
    except Exception as error:  # Pillow has a dozen ways to say that a picture is broken
        raise ValueError("the logo is no PNG or JPEG picture, or is damaged") from error
    if max(width, height) > LOGO_SIDE:
        raise ValueError(
            f"the logo has {width} x {height} pixels; {LOGO_SIDE} in each direction are allowed"
        )
