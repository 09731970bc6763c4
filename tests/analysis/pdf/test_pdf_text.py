"""Text on the page: nothing is lost in silence, nothing is markup, lines end where they should."""

import pytest

from analysis.pdf.fonts import load_faces
from analysis.pdf.style import BODY, NAME, SMALL, Type
from analysis.pdf.text import (
    ELLIPSIS,
    LONGEST,
    Text,
    break_lines,
    one_line,
    printable,
    shortened,
    with_narrow_quotes,
)


def lines(text: str, width: float) -> list[str]:
    return break_lines(text, load_faces().regular, 10, width)


@pytest.mark.parametrize("text", ["R&D", "<script>", "&amp;", "<b>x", '<img src="/etc/passwd"/>'])
def test_markup_stays_as_it_was_written(text):
    assert printable(text) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b\x07c\x7f", "abc"),
        ("lone \ud800 surrogate", "lone  surrogate"),
        ("left\u202eright\u200b", "leftright"),
        ("tab\there", "tab here"),
        ("one\r\ntwo\u2028three", "one \ntwo\nthree"),
    ],
)
def test_control_characters_do_not_reach_the_page(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("好\U0001f44d\U0001f3fd", "好[thumbs up sign]"),
        ("❤\ufe0f", printable("❤")),
        ("\U00020bb7野家", "[U+20BB7]野家"),
        ("\ue018\uf8ff", "[U+E018][U+F8FF]"),
        ("한", "[U+D55C]"),
    ],
)
def test_what_the_font_lacks_is_named(text, shown):
    assert printable(text) == shown


def test_every_character_there_is_comes_out_with_a_glyph():
    widths = load_faces().regular.widths
    for start in range(0, 0x20000, 0x1000):
        text = printable("".join(map(chr, range(start, start + 0x1000))))
        assert all(character == "\n" or ord(character) in widths for character in text)


def test_a_latin_letter_loses_a_mark_that_the_font_does_not_have():
    assert printable("Łukasz Őry") == "Lukasz Ory"
    assert printable("Müller Thị René") != "Muller Thi Rene"


def test_a_letter_and_its_accent_become_one_character():
    assert printable("Rene\u0301") == "René"


@pytest.mark.parametrize(
    "name", ["陈喆", "张翀", "刘㛃", "𬭚", "陳曉東", "赵堃", "ひらのカナ", "Олег Ёлкин"]
)
def test_rare_names_have_glyphs_in_both_faces(name):
    faces = load_faces()
    assert faces.regular.has(name)
    assert faces.bold.has(name)


def test_a_bold_text_falls_back_as_a_whole_where_the_bold_face_lacks_a_hanzi():
    assert Text("钟鐘", NAME, 200).face is load_faces().bold
    assert Text("钟龘丂", NAME, 200).face is load_faces().regular


def test_an_endless_text_is_cut_off_visibly():
    shown = printable("好" * (LONGEST + 5))
    assert len(shown) == LONGEST + 1
    assert shown.endswith(ELLIPSIS)


def test_no_line_is_wider_than_its_column_and_no_character_is_lost():
    for text in (
        "客户经理" * 200,
        "x" * 2000,
        "！" * 500,
        "word " * 300,
        "见R&D团队，CRM-2.0。" * 50,
    ):
        broken = lines(text, 120)
        assert max(load_faces().regular.width(line, 10) for line in broken) <= 120.01
        assert "".join("".join(broken).split()) == "".join(text.split())


def test_latin_words_stay_whole_inside_chinese():
    assert all("CRM" in line for line in lines("系统CRM", 40) if "C" in line or "M" in line)


def test_no_line_begins_with_closing_punctuation_or_ends_with_an_opening_bracket():
    broken = lines("他说（很好），“继续”。" * 40, 75)
    assert not {line[0] for line in broken} & set("）”，。")
    assert not {line[-1] for line in broken} & set("（“")


def test_line_ends_of_a_comment_are_kept_and_blank_lines_dropped():
    assert lines("one\n\n  two", 200) == ["one", "two"]


def test_curly_quotes_are_narrow_in_latin_and_wide_in_chinese():
    assert with_narrow_quotes("a “word”") == "a \ue01cword\ue01d"
    assert with_narrow_quotes("选择“无法判断”的") == "选择“无法判断”的"
    assert (
        with_narrow_quotes("客户的Owner’s意见说得很清楚了") == "客户的Owner\ue019s意见说得很清楚了"
    )


def test_a_long_name_is_shortened_to_its_width():
    short = shortened("Wolfeschlegelsteinhausen " * 9, SMALL, 100)
    assert short.endswith(ELLIPSIS)
    assert load_faces().regular.width(short, SMALL.size) <= 100
    assert shortened("Li", SMALL, 100) == "Li"


def test_a_block_with_a_line_limit_ends_with_an_ellipsis():
    block = Text("words and " * 50, BODY, 100, max_lines=2)
    assert len(block.lines) == 2
    assert block.lines[1].endswith(ELLIPSIS)
    assert block.height == 2 * BODY.leading


def test_text_beside_the_margin_is_aligned():
    left, centre, right = (
        Text("42", Type(10, 12, align=align), 100)._indent("42")
        for align in ("left", "centre", "right")
    )
    assert left == 0
    assert right == pytest.approx(2 * centre)


def test_one_line_has_no_line_ends():
    assert one_line("a\nb\t c ") == "a b c"


CLOSING = "。，、；：！？）》」』】”’…,.;:!?)"
OPENING = "（《「『【“‘(["


@pytest.mark.parametrize("width", range(60, 140, 7))
def test_whatever_the_width_punctuation_stands_where_it_belongs(width):
    text = "他说（很好）：“继续！”，客户A（上海）的CRM-2.0【见附件】……同意吗？“好、好。”" * 8
    broken = lines(text, width)
    assert not {line[0] for line in broken} & set(CLOSING)
    assert not {line[-1] for line in broken} & set(OPENING)
    assert "".join(broken) == text


def test_a_number_stays_with_what_it_counts():
    text = "（上级 1 人、同事 6 人、客户 10 人）"
    for width in range(40, 180, 9):
        for line in lines(text, width):
            assert not line.rstrip()[-1].isdigit()


def test_hanzi_and_latin_letters_have_a_little_air_between_them():
    face = load_faces().regular
    apart = sum(face.width(part, 10) for part in ("用", "CRM", "系统"))
    assert face.width("用CRM系统", 10) == pytest.approx(apart + 2 * 0.95)
    assert face.width("用 CRM", 10) == pytest.approx(
        sum(face.width(part, 10) for part in ("用", " ", "CRM"))
    )


def test_two_wide_marks_in_a_row_lose_the_empty_half_between_them():
    face = load_faces().regular
    assert face.width("）。", 10) == pytest.approx(15)
    assert face.width("：“", 10) == pytest.approx(20)
    assert face.width("」，「", 10) == pytest.approx(20)


def test_a_wide_bracket_hangs_out_at_the_beginning_of_a_line():
    assert Text("“他评”按", Type(10, 12), 100)._indent("“他评”按") == -5
    assert Text("他评", Type(10, 12), 100)._indent("他评") == 0
    assert Text("(x)", Type(10, 12), 100)._indent("(x)") == 0


def test_two_thousand_hanzi_without_a_break_fill_their_lines():
    broken = lines("客户" * 1000, 495)
    assert {len(line) for line in broken[:-1]} == {49}
    assert sum(map(len, broken)) == 2000


@pytest.mark.parametrize(
    "text", [" " * 900, "\u3000" * 90, "x" + " " * 900 + "y", "\u2003 \n \u2003" * 50]
)
def test_air_alone_makes_no_line(text):
    assert all(line.strip() for line in lines(text, 60))
    assert all(line.strip() for line in Text(text, BODY, 60).lines)


def test_what_is_named_at_length_is_cut_off_visibly_too():
    shown = printable("👍" * LONGEST)
    assert len(shown) == LONGEST + 1
    assert shown.endswith(ELLIPSIS)
