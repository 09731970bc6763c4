"""Exports as a real spreadsheet program reads them: the numbers are there, and nothing runs."""

import re
import shutil
import subprocess
from pathlib import Path
from xml.etree import ElementTree

import pytest

from analysis.export.plain import plain
from analysis.summaries import summary
from tests.analysis.cycles import comment
from tests.analysis.export.exported import files, named, results, workbook
from tests.analysis.export.test_export_text import FORMULAS
from tests.conftest import missing

TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
COMMA, SEMICOLON = 44, 59  # what a country puts between cells


@pytest.fixture(scope="module")
def read(tmp_path_factory):
    """``read(files)``: each file as LibreOffice understands it, as one XML document."""
    office = shutil.which("soffice")
    if office is None:
        missing("LibreOffice (Debian: libreoffice-calc)")
    folder = tmp_path_factory.mktemp("office")

    def convert(*files: Path, options: tuple[str, ...] = ()) -> list[ElementTree.Element]:
        subprocess.run(
            [office, f"-env:UserInstallation=file://{folder}/profile", "--headless", *options,
             "--convert-to", "fods", "--outdir", folder, *files],
            check=True, capture_output=True, timeout=600,
        )  # fmt: skip
        return [ElementTree.parse(folder / f"{file.stem}.fods").getroot() for file in files]

    return convert


def comma_separated(mark: int) -> tuple[str, ...]:
    return (f"--infilter=Text - txt - csv (StarCalc):{mark},34,76,1",)


def formulas(document) -> list[str]:
    return [cell.get(f"{TABLE}formula") for cell in document.iter(f"{TABLE}table-cell")
            if cell.get(f"{TABLE}formula")]  # fmt: skip


def texts(document) -> set[str]:
    """What is seen in the cells; LibreOffice keeps a line of a cell as a paragraph."""
    return set(map(said, document.iter(f"{TABLE}table-cell")))


def said(cell) -> str:
    return "\n".join("".join(line.itertext()) for line in cell.iter(f"{TEXT}p"))


def table(document, name):
    [found] = [each for each in document.iter(f"{TABLE}table") if each.get(f"{TABLE}name") == name]
    for row in found.iter(f"{TABLE}table-row"):
        yield list(row.iter(f"{TABLE}table-cell"))


@pytest.fixture(scope="module")
def hostile():
    return named(
        results(comments=[comment("a", "CUSTOMER", text) for text in (*FORMULAS, "_x003D_1+1")]),
        name="=1+1",
    )


def test_what_people_write_is_no_formula_in_the_workbook(read, hostile, tmp_path):
    (tmp_path / "hostile.xlsx").write_bytes(workbook(hostile))
    [document] = read(tmp_path / "hostile.xlsx")
    assert formulas(document) == []
    squeezed = {re.sub(r"\s", "", text) for text in texts(document)}
    assert {re.sub(r"\s", "", plain(text)) for text in FORMULAS} <= squeezed
    assert "_x003D_1+1" in squeezed


@pytest.mark.parametrize("mark", [COMMA, SEMICOLON])
def test_what_people_write_is_no_formula_in_a_csv_file(read, hostile, tmp_path, mark):
    for name, content in files(hostile).items():
        (tmp_path / f"{mark}{name}").write_bytes(content)
    (tmp_path / "unguarded.csv").write_bytes(b'a,b\r\n"so;=1+1;",=1+1\r\n')
    paths = sorted(tmp_path.glob("*.csv"))
    found = {
        path.name: formulas(document)
        for path, document in zip(paths, read(*paths, options=comma_separated(mark)), strict=True)
    }
    assert found.pop("unguarded.csv") != []
    assert set(map(tuple, found.values())) == {()}


def test_the_scores_are_those_of_the_analysis(read, tmp_path):
    found = results()
    (tmp_path / "scores.xlsx").write_bytes(workbook(found))
    header, *lines = table(*read(tmp_path / "scores.xlsx"), "Overview")
    names = list(map(said, header))
    shown = {}
    for line in filter(lambda cells: said(cells[0]), lines):  # LibreOffice adds empty ones
        cells = dict(zip(names, line, strict=False))
        value = cells["Others"].get(f"{OFFICE}value")
        shown[said(cells["ID"])] = float(value) if value else None
    expected = {of["ratee"]: of["overall"]["others"].get("mean") for of in summary(found)["ratees"]}
    assert shown == {key: pytest.approx(mean) for key, mean in expected.items()}


def test_a_range_is_seen_as_a_range_and_words_as_words(read, tmp_path):
    (tmp_path / "ranges.xlsx").write_bytes(workbook())
    seen = texts(*read(tmp_path / "ranges.xlsx"))
    assert {"≥ 4.5", "too few", "not answered", "fewer than 3", "+0.6", "-1.0", "33%"} <= seen
