"""The workbook as a file: explained, easy to read, inert, and the same bytes each time."""

import hashlib
import io
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from analysis.export.wording import EN, ZH
from tests.analysis.cycles import comment
from tests.analysis.export.exported import (
    named,
    opened,
    results,
    unzipped,
    workbook,
)
from tests.analysis.export.test_export_text import FORMULAS

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def book():
    return opened(workbook())


@pytest.mark.parametrize(("language", "words"), [("zh", ZH), ("en", EN)])
def test_the_sheets_are_named_in_the_language_asked_for(language, words):
    names = opened(workbook(language=language)).sheetnames
    assert names[0] == words.about
    assert names[1:] == [
        words.table[key][0]
        for key in ("overview", "competencies", "items", "response", "reliability", "cycle",
                    "comments")
    ]  # fmt: skip


def test_the_first_sheet_explains_every_sheet_column_and_reason(book):
    text = "\n".join(
        str(value) for row in book["About"].iter_rows(values_only=True) for value in row if value
    )
    for sheet in book.sheetnames[1:]:
        assert f"Columns of {sheet}" in text
        for cell in next(book[sheet].iter_rows(max_row=1)):
            assert cell.value in text
    for reason in ("too few", "not asked", "not asked of all", "not answered", "fewer than 3",
                   "no self-rating", "others not shown", "no items in common"):  # fmt: skip
        assert f"\n{reason}\n" in text


def test_the_first_sheet_says_of_which_questions_and_cycle_it_is(book):
    facts = book["About"].iter_rows(values_only=True, max_row=12, max_col=2)
    said = dict(row for row in facts if row[1])
    assert said["Cycle"] == "2026 Q3 (2026q3)"
    assert said["Questionnaire"] == "tiny 1"
    assert said["SHA-256 of the questionnaire"] == results().questionnaire.content_hash
    assert said["Answers until"] == "2026-11-22"


def test_every_sheet_keeps_its_header_in_sight_and_can_be_filtered(book):
    for name in book.sheetnames[1:]:
        sheet = book[name]
        assert sheet.freeze_panes in {"A2", "C2"}, name
        assert sheet.auto_filter.ref.startswith("A1:"), name
        assert all(dimension.width >= 10 for dimension in sheet.column_dimensions.values()), name


def test_numbers_are_numbers_and_look_like_those_of_the_report(book):
    sheet = book["Competencies"]
    columns = {cell.value: cell.column_letter for cell in sheet[1]}
    formats = {name: sheet[f"{columns[name]}4"].number_format for name in ("Score", "n", "Weight")}
    assert formats == {"Score": "0.0", "n": "0", "Weight": "0%"}
    assert sheet[f"{columns['Score']}4"].data_type == "n"


def hostile():
    """A cycle in which people are called formulas and write them."""
    found = results(comments=[comment("a", "CUSTOMER", text) for text in (*FORMULAS, "_x003D_1")])
    return named(found, name="=1+1", position="＝1+1")


def test_what_people_write_is_text_in_every_cell():
    book = opened(workbook(hostile()))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} == {"s", "n"}
    assert {cell.value for cell in cells} >= {"=1+1", "＝1+1", "-1+1", "@SUM(1,1)"}
    texts = [cell for cell in cells if cell.data_type == "s"]
    assert {cell.number_format for cell in texts} == {"@"}


def test_no_formula_and_no_link_is_in_the_file():
    parts = unzipped(workbook(hostile()))
    sheets = b"".join(content for name, content in parts.items() if "/sheet" in name)
    assert b"<f>" not in sheets
    assert b"<f " not in sheets
    assert b"hyperlink " not in sheets.lower()
    assert not any("externalLink" in name or "vba" in name for name in parts)


def test_a_character_written_by_its_number_stays_as_it_was_typed():
    parts = unzipped(workbook(results(comments=[comment("a", "CUSTOMER", "_x003D_1+1")])))
    assert any(b"_x005F_x003D_1+1" in content for content in parts.values())


def test_long_text_has_room(book):
    long = "很长的意见。" * 60
    sheet = opened(workbook(results(comments=[comment("a", "CUSTOMER", long)])))["Comments"]
    assert sheet.row_dimensions[2].height > 100


def test_nothing_in_the_file_tells_when_it_was_made():
    content = workbook()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        assert {file.date_time for file in book.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        facts = book.read("docProps/core.xml").decode()
    assert re.findall(r"\d{4}-\d\d-\d\dT[^<]*", facts) == ["2026-11-22T00:00:00Z"] * 2


def test_processes_that_order_sets_otherwise_write_the_same_bytes():
    code = (
        "import hashlib; from tests.analysis.export.exported import workbook, files;"
        "print(hashlib.sha256(workbook() + b''.join(files().values())).hexdigest())"
    )
    made = {
        subprocess.run(
            [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=ROOT,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)},
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(made) == 1
    assert len(made.pop().strip()) == len(hashlib.sha256().hexdigest())
