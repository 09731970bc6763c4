"""Tables are read as spreadsheets and people write them, and their lines are counted right."""

import codecs

import pytest

from surveyapp.errors import BadInput
from surveyapp.services import tables
from surveyapp.services.tables import read_table

ROWS = ((2, ("1", "李文")), (3, ("2", "Bao")))


def read(text, encoding="utf-8"):
    return read_table(text.encode(encoding), "t.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_delimiter_and_line_end_reads_the_same(delimiter, encoding, end):
    text = end.join(["id,name", "1,李文", "2,Bao", ""]).replace(",", delimiter)
    table = read(text, encoding)
    assert (table.header, table.rows) == (("id", "name"), ROWS)


def test_big_endian_unicode_text_is_read():
    assert read_table(codecs.BOM_UTF16_BE + "id\n李".encode("utf-16-be"), "t").rows == (
        (2, ("李",)),
    )


def test_empty_columns_and_blank_lines_of_a_spreadsheet_are_left_out():
    table = read("id,name,,\n\n1,李文,,\n,,,\n2,Bao,,\n,,,\n\n")
    assert table.header == ("id", "name")
    assert table.rows == ((3, ("1", "李文")), (5, ("2", "Bao")))


def test_a_cell_beyond_the_header_is_kept_so_that_it_can_be_reported():
    assert read("id,,\n1,,lost\n").rows == ((2, ("1", "", "lost")),)


@pytest.mark.parametrize("first", ["sep=;", '"sep=;"', "sep=;\r"])
def test_a_line_that_announces_the_delimiter_is_understood(first):
    table = read(f"{first}\nid;name,first\n1;a\n")
    assert (table.header_line, table.header) == (2, ("id", "name,first"))
    assert table.rows == ((3, ("1", "a")),)


def test_line_breaks_in_quoted_cells_do_not_shift_the_line_numbers():
    table = read('id,"na\nme"\n1,"a\n\nb"\n2,c\n')
    assert table.header_line == 1
    assert [line for line, _ in table.rows] == [3, 6]


def test_doubled_quotation_marks_and_delimiters_in_quotes_are_text():
    assert read('id,name\n1,"Li, ""W"""\n').rows == ((2, ("1", 'Li, "W"')),)


def test_numbers_stay_text():
    assert read("id,name\n007,1e5\n").rows == ((2, ("007", "1e5")),)


@pytest.mark.parametrize(
    ("content", "message", "mend"),
    [
        (b"PK\x03\x04....", "cannot be read as a workbook", "it is damaged; save it as"),
        (b"\xd0\xcf\x11\xe0....", "an old workbook", r"(.xlsx)"),
        (b"id\n1\n\xff\xff", "neither UTF-8 nor GB18030", "line 3: save it as"),
        (b"id\n\x00", "neither UTF-8 nor GB18030", "line 2: save it as"),
        (b"\xff\xfei", "neither UTF-8 nor GB18030", "save it as"),
        (b"", "is empty", "line 1: write a header line"),
        (b"\n \n,,\n", "is empty", "line 1: write a header line"),
        (
            b'id\n1\n"2\n3\n',
            "cannot be read",
            "line 3: unexpected end of data; check the quotation",
        ),
        (b'id\n"1"2\n', "cannot be read", "line 2: "),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_the_mend(content, message, mend):
    with pytest.raises(BadInput, match=message) as caught:
        read_table(content, "t.csv")
    assert mend in caught.value.mistakes[0]


def test_a_table_beyond_the_limits_is_refused(monkeypatch):
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(BadInput, match="too many rows"):
        read("id\n1\n2\n3\n")
    monkeypatch.setattr(tables, "MAX_BYTES", 2)
    with pytest.raises(BadInput, match="too large"):
        read("id\n")
