"""The lines around a mistake, as a page shows them."""

from questionnaires.excerpts import Line, excerpt, lines_of
from questionnaires.mistakes import Mistake


def around(text, line, column):
    return excerpt(lines_of(text), Mistake("x", line, column, "", "", ""))


def test_the_line_stands_between_its_neighbours_and_the_word_apart():
    assert around("a: 1\nbad: two\nc: 3\nd: 4", 2, 6) == (
        Line(1, "a: 1"),
        Line(2, "bad: ", "two", "", marked=True),
        Line(3, "c: 3"),
    )


def test_at_the_ends_of_a_text_and_of_a_line_there_is_less():
    assert around("a: 1", 1, 5) == (Line(1, "a: 1", "", "", marked=True),)
    assert around("", 1, 1) == (Line(1, "", "", "", marked=True),)


def test_a_place_that_the_text_does_not_have_shows_nothing():
    assert around("a: 1", 7, 1) == ()


def test_lines_are_counted_as_the_reader_counts_them():
    assert lines_of("a\r\nb\rc\nd\x0be") == ["a", "b", "c", "d\x0be"]


def test_long_lines_are_cut_about_the_column():
    (line,) = around("x" * 5000 + " word " + "y" * 5000, 1, 5002)
    assert line.at == "word"
    assert len(line.before + line.at + line.after) < 200


def test_characters_that_no_author_types_are_replaced():
    (line,) = around("a\x00b", 1, 2)
    assert "\x00" not in line.before + line.at + line.after
