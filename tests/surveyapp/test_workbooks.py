"""Workbooks are read as people see them, within bounds, and nothing in them is run."""

import io
import random
import re
import zipfile
from contextlib import suppress
from datetime import date, datetime

import pytest
from openpyxl import Workbook

from surveyapp.errors import BadInput
from surveyapp.services import workbooks
from surveyapp.services.rosters.roster import read_roster
from surveyapp.services.tables import read_table
from tests.people import ROSTER
from tests.workbooks import as_rows, changed, roster_workbook, saved, workbook

SHEET = "xl/worksheets/sheet1.xml"


def read(rows, **sheets):
    return read_table(workbook(rows, **sheets), "t.xlsx")


def refused(content, sheet=""):
    with pytest.raises(BadInput) as caught:
        read_table(content, "t.xlsx", sheet)
    return f"{caught.value}: {' / '.join(caught.value.mistakes)}"


def test_a_workbook_gives_the_same_roster_as_the_csv_file():
    read = read_roster(roster_workbook(), "roster.xlsx")
    expected = read_roster(ROSTER.encode())
    assert (read.people, read.assignments) == (expected.people, expected.assignments)
    assert read.read_as == 'sheet "People"'


def test_a_mistake_is_named_with_sheet_row_and_column():
    rows = as_rows(ROSTER.replace("p1@example.com", "p1"))
    with pytest.raises(BadInput) as caught:
        read_roster(workbook(rows, title="名单"), "roster.xlsx")
    assert caught.value.mistakes == (
        'sheet "名单", row 5, column C (email): "p1" is not a mail address; '
        "write it as name@example.com",
    )
    (problem,) = caught.value.problems
    assert (problem.sheet, problem.line, problem.letter) == ("名单", 5, "C")


def test_a_mistake_in_the_header_is_named_with_its_column():
    with pytest.raises(BadInput) as caught:
        read_roster(workbook([["id", "name", "email", "chef"], ["A", "B", "c@example.com", "D"]]))
    assert caught.value.mistakes[0].startswith('sheet "People", row 1, column D: unknown column')


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (7, "7"),
        (1001.0, "1001"),
        (12.5, "12.5"),
        (True, "TRUE"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 12, 1, 9, 30), "2026-12-01 09:30:00"),  # noqa: DTZ001 - as in a cell
        (" x ", "x"),
        (None, ""),
    ],
)
def test_cells_are_read_as_they_are_shown(value, shown):
    assert read([["id", "name"], [value, "x"]]).rows == ((2, (shown, "x")),)


def test_a_number_that_is_shown_with_zeros_in_front_keeps_them():
    book = Workbook()
    book.active.append(["id"])
    book.active.append([7])
    book.active["A2"].number_format = "000"
    assert read_table(saved(book), "t").rows == ((2, ("007",)),)


def test_blank_rows_and_cells_at_the_right_are_left_out():
    table = read([[], ["id", "name", None], [], ["1", None, None], ["2", "b", "lost"]])
    assert (table.header_line, table.header) == (2, ("id", "name"))
    assert table.rows == ((4, ("1", "")), (5, ("2", "b", "lost")))


def test_the_first_visible_sheet_with_rows_is_read_and_the_others_are_named():
    table = read([], Data=[["id"], ["1"]], Notes=[["hello"]])
    assert (table.sheet, table.rows) == ("Data", ((2, ("1",)),))
    assert table.read_as == 'sheet "Data", not "People", "Notes"'


def test_a_sheet_may_be_chosen_by_its_name():
    content = workbook([["a"], ["1"]], Other=[["b"], ["2"]])
    assert read_table(content, "t", "Other").header == ("b",)
    assert 'its sheets are "People", "Other"' in refused(content, "Third")


def test_a_hidden_sheet_is_read_only_by_its_name():
    book = Workbook()
    book.active.append(["shown"])
    hidden = book.create_sheet("Hidden")
    hidden.append(["secret"])
    hidden.sheet_state = "hidden"
    assert read_table(saved(book), "t").read_as == 'sheet "Sheet"'
    assert read_table(saved(book), "t", "Hidden").header == ("secret",)


def test_a_csv_file_has_no_sheets():
    with pytest.raises(BadInput, match="has no sheets"):
        read_table(b"id\n1\n", "t.csv", "People")


SHARED = (
    '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    "<si><t>id</t></si><si><r><t>李</t></r><r><rPr><b/></rPr><t>文</t></r>"
    '<rPh sb="0" eb="1"><t>lǐ</t></rPh></si></sst>'
)
TYPE = (
    b'<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-'
    b'officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
)


def test_texts_that_cells_share_are_read_with_their_formats_left_out():
    """Excel and LibreOffice keep texts apart from the cells."""
    cells = b'<row r="1"><c r="A1" t="s"><v>0</v></c></row><row r="2"><c r="A2" t="s"><v>1</v></c>'
    content = changed(
        workbook([["x"]]),
        SHEET,
        lambda xml: re.sub(rb"<row.*</c>", cells, xml),
        **{"xl/sharedStrings.xml": SHARED.encode()},
    )
    content = changed(content, "[Content_Types].xml", lambda xml: xml.replace(b"</Types>", TYPE))
    assert read_table(content, "t").rows == ((2, ("李文",)),)


@pytest.mark.parametrize(("saved_as", "shown"), [(b"saved", "saved"), (b"", "")])
def test_the_saved_result_of_a_formula_is_read_and_never_worked_out(saved_as, shown):
    content = changed(
        workbook([["id", "name", "end"], ["1", '="a"&"b"', "x"]]),
        SHEET,
        lambda xml: re.sub(
            rb'<c r="B2"[^>]*>.*?</c>',
            b'<c r="B2" t="str"><f>"a"&amp;"b"</f><v>' + saved_as + b"</v></c>",
            xml,
        ),
    )
    assert read_table(content, "t").rows == ((2, ("1", shown, "x")),)


def test_a_formula_without_a_saved_result_is_refused_with_its_cell():
    said = refused(workbook([["id", "name"], ["1", '="a"&"b"']]))
    assert 'sheet "People", row 2, column B (B2): holds a formula without a saved result' in said


def test_a_cell_that_shows_an_error_is_refused():
    assert "column B (B2): shows #N/A" in refused(workbook([["id", "name"], ["1", "#N/A"]]))


def test_merged_cells_are_refused_because_all_but_the_first_are_empty():
    book = Workbook()
    for row in (["id", "supervisor"], ["1", "B1"], ["2", None]):
        book.active.append(row)
    book.active.merge_cells("B2:B3")
    assert "B2:B3 are merged; take the cells apart" in refused(saved(book))


@pytest.mark.parametrize(
    ("limit", "value", "said"),
    [
        ("MAX_UNPACKED", 100, "unpacked it has more than 0 MiB"),
        ("MAX_PARTS", 3, "more than 3 parts"),
        ("MAX_SHEETS", 0, "more than 0 sheets"),
        ("MAX_COLUMNS", 1, "row 1 is wider than 1 columns"),
        ("MAX_CELL", 1, "has more than 1 characters"),
        ("LAST_ROW", 1, "has rows below 1"),
    ],
)
def test_a_workbook_beyond_a_bound_is_refused(monkeypatch, limit, value, said):
    monkeypatch.setattr(workbooks, limit, value)
    assert said in refused(workbook([["id", "name"], ["1", "x"]]))


def test_a_workbook_with_too_many_rows_is_refused(monkeypatch):
    monkeypatch.setattr("surveyapp.services.tables.MAX_ROWS", 2)
    assert "too many rows" in refused(workbook([["id"], ["1"], ["2"], ["3"]]))


def test_a_part_that_unpacks_to_much_more_than_its_size_is_refused():
    bomb = changed(workbook([["id"]]), "", bytes, **{"xl/media/x.bin": bytes(4 << 20)})
    assert "more than 200 times its size" in refused(bomb)


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    bomb = changed(workbook([["id"]]), "", bytes, **{"xl/media/x.bin": bytes(80 << 20)})
    monkeypatch.setattr(zipfile.ZipFile, "open", None)  # nothing may be opened
    assert "unpacked it has more than 64 MiB" in refused(bomb)


ENTITY = b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'


@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/theme/theme1.xml"])
def test_a_document_type_is_refused_in_every_part(part):
    def declared(xml):
        head, mark, rest = xml.partition(b"?>")
        return head + mark + ENTITY + rest if mark else ENTITY + xml

    assert "declares a document type" in refused(changed(workbook([["id"]]), part, declared))


@pytest.mark.parametrize(
    "content",
    [
        changed(workbook([["id"]]), "", bytes, **{"xl/vbaProject.bin": b"x"}),
        changed(workbook([["id"]]), "", bytes, **{"xl/macrosheets/sheet1.xml": b"<a/>"}),
        changed(
            workbook([["id"]]),
            "[Content_Types].xml",
            lambda xml: xml.replace(
                b"openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                b"ms-excel.sheet.macroEnabled.main+xml",
            ),
        ),
    ],
)
def test_macros_are_refused(content):
    assert "it holds macros" in refused(content)


def test_a_zip_file_that_is_no_workbook_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("content.xml", "<a/>")
    assert "a ZIP file and no workbook" in refused(file.getvalue())


@pytest.mark.parametrize("part", ["xl/workbook.xml", SHEET, "[Content_Types].xml", "xl/styles.xml"])
@pytest.mark.parametrize("damage", [b"", b"<broken", b"\xff\xfe\x00"])
def test_a_damaged_workbook_is_refused_and_never_an_error_of_ours(part, damage):
    content = changed(workbook([["id"]]), part, lambda _: damage)
    assert "t.xlsx" in refused(content)


def test_cut_off_workbooks_are_refused():
    content = roster_workbook()
    for length in range(4, len(content) - 1, 97):
        assert "t.xlsx" in refused(content[:length])


def test_changed_bytes_are_refused_or_read_and_never_an_error_of_ours():
    content, chance = roster_workbook(), random.Random(7)
    for _ in range(400):
        spoilt = bytearray(content)
        for _ in range(chance.choice([1, 3, 20])):
            spoilt[chance.randrange(4, len(spoilt))] = chance.randrange(256)
        with suppress(BadInput):
            read_table(bytes(spoilt), "t.xlsx")


@pytest.mark.parametrize("cell", [b'r="ZZZZZZZ1"', b'r="A999999999999"', b'r="1A"', b'r=""'])
def test_a_cell_of_no_place_is_refused_or_left_out(cell):
    content = changed(workbook([["id"], ["1"]]), SHEET, lambda xml: xml.replace(b'r="A2"', cell, 1))
    with suppress(BadInput):
        assert len(read_table(content, "t.xlsx").header) == 1


def test_a_row_of_an_endless_number_ends_at_the_last_row_of_excel():
    content = changed(
        workbook([["id"], ["1"]]), SHEET, lambda xml: xml.replace(b'row r="2"', b'row r="99999999"')
    )
    assert "has rows below 1048576" in refused(content)


def test_links_to_other_files_are_not_followed():
    rels = b"xl/externalLinks/externalLink1.xml"
    content = changed(workbook([["id"], ["1"]]), "", bytes, **{rels.decode(): b"<externalLink/>"})
    assert read_table(content, "t").rows == ((2, ("1",)),)
