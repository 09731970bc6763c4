"""The look of an organisation on its reports."""

import pytest
from pdf_reading import keys, reader, rendered, streams, text_of, without_spaces
from sample_reports import rich

from analysis.brand import Brand
from analysis.colours import Colour
from analysis.pdf import render_pdf
from analysis.pdf.style import PAGE_WIDTH
from tests.pictures import picture

GREEN = Colour("#0B5D3B")


def test_the_plain_brand_is_what_a_report_has_by_itself():
    assert render_pdf(rich("en"), brand=Brand()) == rendered("rich_en")


def test_headings_take_the_colour_of_the_organisation():
    red, green, blue = (f"{part:.3g}" for part in GREEN.parts)
    painted = f"{red} {green} {blue} rg".encode()
    assert painted in streams(render_pdf(rich("en"), brand=Brand(colour=GREEN)))
    assert painted not in streams(rendered("rich_en"))


def test_a_footer_stands_on_every_page_but_the_cover():
    pages = reader(render_pdf(rich("zh"), brand=Brand(footer="人力资源部 8001 分机"))).pages
    found = ["人力资源部8001分机" in without_spaces(page.extract_text()) for page in pages]
    assert found == [False, *[True] * (len(pages) - 1)]


def test_a_long_footer_is_cut_at_the_margin():
    assert "…" in text_of(render_pdf(rich("en"), brand=Brand(footer="WWWW " * 24)))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_logo_is_one_picture_on_the_cover(kind):
    pdf = render_pdf(rich("en"), brand=Brand(logo=picture(kind)))
    cover, *others = reader(pdf).pages
    assert len(cover.images) == 1
    assert not any(page.images for page in others)
    assert not keys(pdf) & {"/URI", "/EmbeddedFile"}


def test_a_transparent_logo_stands_on_white():
    pdf = render_pdf(rich("en"), brand=Brand(logo=picture(mode="RGBA")))
    (logo,) = reader(pdf).pages[0].images
    assert logo.image.convert("RGB").getpixel((0, 0)) == (255, 255, 255)


def test_a_wide_logo_stays_on_the_page():
    pdf = render_pdf(rich("en"), brand=Brand(logo=picture(size=(2000, 20))))
    placed = [line for line in streams(pdf).decode("latin-1").splitlines() if line.endswith(" cm")]
    (width, _, _, _, left, _, _) = placed[-1].split()
    assert float(left) + float(width) < PAGE_WIDTH


def test_the_same_logo_gives_the_same_bytes():
    brand = Brand(logo=picture(), colour=GREEN, footer="x")
    assert render_pdf(rich("en"), brand=brand) == render_pdf(rich("en"), brand=brand)
