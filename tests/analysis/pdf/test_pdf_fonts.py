"""The embedded faces: licence, coverage, text that can be copied."""

import threading

import pytest
from pdf_reading import objects, rendered, text_of
from pypdf.generic import DictionaryObject
from sample_reports import with_comment

from analysis.pdf import render_pdf
from analysis.pdf.fonts import FONT_FOLDER, load_faces, to_unicode_map


def gbk_hanzi() -> set[str]:
    pairs = (bytes((lead, trail)) for lead in range(0x81, 0xFF) for trail in range(0x40, 0xFF))
    decoded = (pair.decode("gbk", errors="ignore") for pair in pairs)
    return {each for each in decoded if len(each) == 1 and "\u4e00" <= each <= "\u9fff"}


def test_the_regular_face_has_every_gbk_hanzi():
    assert load_faces().regular.has("".join(gbk_hanzi()))


def test_the_signs_of_a_report_are_in_both_faces():
    signs = "·—–…“”‘’≥≤±×−→%‰①●■αλωé（）【】《》，。；：！？"
    assert load_faces().regular.has(signs)
    assert load_faces().bold.has(signs)


def test_the_licence_stands_beside_the_fonts():
    licence = (FONT_FOLDER / "OFL.txt").read_text()
    assert licence.startswith("Copyright")
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence


def test_both_fonts_together_stay_below_twelve_megabytes():
    assert sum(path.stat().st_size for path in FONT_FOLDER.glob("*.ttf")) < 12_000_000


def test_faces_are_loaded_once_however_many_threads_ask():
    found = []
    threads = [threading.Thread(target=lambda: found.append(load_faces())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len({id(faces) for faces in found}) == 1


def test_characters_beyond_the_basic_plane_are_mapped_as_surrogate_pairs():
    assert "<01> <D872DF5A>" in to_unicode_map([0, 0x2CB5A])


def test_a_character_map_lists_at_most_a_hundred_codes_at_once():
    written = to_unicode_map(list(range(0x4E00, 0x4EFF)))
    assert "100 beginbfchar" in written
    assert "55 beginbfchar" in written


def test_a_rare_name_and_a_latin_quote_can_be_copied():
    text = text_of(render_pdf(with_comment("𬭚先生：it’s “fine”", "en")))
    assert "𬭚先生：it’s“fine”" in text


@pytest.mark.parametrize("name", ["rich_zh", "rich_en"])
def test_every_font_of_a_report_is_embedded(name):
    fonts = [
        item
        for item in objects(rendered(name))
        if isinstance(item, DictionaryObject) and item.get("/Type") == "/Font"
    ]
    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)
    assert all("/ToUnicode" in font for font in fonts)
