"""Whatever is printed can be read: by contrast, and in greyscale."""

import pytest
from pdf_reading import reader, rendered
from pypdf.generic import ContentStream
from sample_reports import EVERY

from analysis.brand import Brand
from analysis.colours import READABLE, VISIBLE, WHITE, Colour
from analysis.pdf import style
from analysis.pdf.charts import CORNERS
from analysis.pdf.style import BAND, DISPLAY, INK, PALE, PANEL, PRIMARY, Theme, Type

BRANDS = [Brand(), *(Brand(colour=Colour(c)) for c in ("#000000", "#767676", "#B00020", "#0B7A0B"))]
TYPES = {name: of for name, of in vars(style).items() if isinstance(of, Type) and of != DISPLAY}


@pytest.mark.parametrize("brand", BRANDS)
@pytest.mark.parametrize("name", TYPES)
def test_every_type_can_be_read_on_paper_and_on_panels(name, brand):
    colour = Theme(brand).colour(TYPES[name].colour)
    assert colour.contrast(WHITE) >= READABLE
    assert colour.contrast(PANEL) >= 0.9 * READABLE


def test_dark_text_can_be_read_on_panels():
    for paint in (INK, style.MUTED, Brand().colour, *style.SENTIMENT_COLOURS.values()):
        assert paint.contrast(PANEL) >= READABLE


@pytest.mark.parametrize("brand", BRANDS)
def test_numbers_can_be_read_on_every_shade_of_a_score(brand):
    shades = [Theme(brand).heat(step / 20) for step in range(21)]
    assert min(INK.contrast(shade) for shade in shades) >= READABLE


@pytest.mark.parametrize("brand", BRANDS)
def test_a_higher_score_is_darker_so_that_greyscale_shows_it(brand):
    shades = [Theme(brand).heat(step / 10).luminance for step in range(11)]
    assert shades == sorted(shades, reverse=True)
    assert shades[0] - shades[-1] > 0.35


@pytest.mark.parametrize("brand", BRANDS)
def test_the_title_can_be_read_on_the_colour_of_the_cover(brand):
    theme = Theme(brand)
    assert theme.colour(PRIMARY).contrast(WHITE) >= READABLE
    assert theme.colour(PRIMARY).contrast(theme.colour(PALE)) > 2  # a line, no text


@pytest.mark.parametrize("brand", BRANDS)
def test_the_bar_of_the_others_can_be_seen_on_its_band(brand):
    assert Theme(brand).colour(PRIMARY).contrast(Theme(brand).colour(BAND)) >= VISIBLE


def test_the_signs_of_the_groups_can_be_seen_and_differ_in_shape():
    colours = style.MARKER_COLOURS
    assert all(colour.contrast(WHITE) >= VISIBLE for colour in colours.values())
    shapes = {marker: CORNERS.get(marker, (0, 0, 0))[:2] for marker in colours}
    assert len(set(shapes.values())) == len(colours)


@pytest.mark.parametrize("name", EVERY)
def test_every_colour_that_a_text_is_printed_in_can_be_read(name):
    document = reader(rendered(name))
    for number, page in enumerate(document.pages):
        for colour in text_colours(ContentStream(page.get_contents(), document)):
            on_the_cover = number == 0 and colour == WHITE
            assert on_the_cover or colour.contrast(WHITE) >= READABLE


def text_colours(content):
    found, fill = set(), None
    for operands, operator in content.operations:
        if operator == b"rg":
            fill = Colour("#" + "".join(f"{round(255 * float(part)):02X}" for part in operands))
        elif operator in {b"Tj", b"TJ"}:
            found.add(fill)
    return found
