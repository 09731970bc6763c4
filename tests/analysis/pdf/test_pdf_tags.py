"""A report can be read aloud: each text is marked as what it is, in the order it is read."""

import shutil
import subprocess
from itertools import pairwise

import pytest
from pdf_reading import reader, rendered, text_of, without_spaces
from sample_reports import EVERY, rich
from structure import marked, tree

from analysis.pdf.labels import LABELS

STANDARD = {
    "Document", "Title", "H1", "H2", "P", "L", "LI", "LBody", "Table", "TR", "TH", "TD",
    "Figure", "Link", "TOC", "TOCI",
}  # fmt: skip
HOLDERS = {"Document", "L", "LI", "Table", "TR", "TOC", "TOCI"}
ALL = list(EVERY)


def test_the_document_says_that_it_is_tagged_and_shows_its_title():
    root = reader(rendered("rich_zh")).trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert root["/StructTreeRoot"]["/RoleMap"] == {"/Title": "/P"}


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_painted_without_a_mark(name):
    assert [page.unmarked for page in marked(rendered(name)) if page.unmarked] == []


@pytest.mark.parametrize("name", ALL)
def test_each_piece_of_a_page_belongs_to_exactly_one_element(name):
    pdf = rendered(name)
    held = [piece for node in tree(pdf).walk() for piece in node.pieces]
    there = [(n, mcid) for n, page in enumerate(marked(pdf)) for _, mcid in page.pieces]
    assert len(held) == len(set(held))
    assert sorted(held) == sorted(there)


@pytest.mark.parametrize("name", ALL)
def test_the_tree_is_walked_in_the_order_of_the_pages(name):
    held = [piece for node in tree(rendered(name)).walk() for piece in node.pieces]
    assert held == sorted(held)


@pytest.mark.parametrize("name", ALL)
def test_a_piece_is_marked_as_what_its_element_is(name):
    pdf = rendered(name)
    kinds = [{mcid: kind for kind, mcid in page.pieces} for page in marked(pdf)]
    for node in tree(pdf).walk():
        assert {kinds[page][mcid] for page, mcid in node.pieces} <= {node.kind}


@pytest.mark.parametrize("name", ALL)
def test_the_parent_tree_leads_back_from_each_piece(name):
    pdf = rendered(name)
    document = reader(pdf)
    numbers = document.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    parents = dict(zip(numbers[::2], numbers[1::2], strict=True))
    keys = [page["/StructParents"] for page in document.pages]
    for node in tree(pdf).walk():
        for page, mcid in node.pieces:
            assert parents[keys[page]][mcid].idnum == node.number
        for note in node.annotations:
            assert parents[note["/StructParent"]].idnum == node.number


@pytest.mark.parametrize("name", ALL)
def test_elements_are_standard_ones_and_only_some_hold_text(name):
    for node in tree(rendered(name)).walk():
        assert node.kind in STANDARD
        assert not (node.kind in HOLDERS and node.pieces)


@pytest.mark.parametrize("name", ALL)
def test_rows_of_a_table_have_the_same_number_of_cells(name):
    tables = tree(rendered(name)).of("Table")
    assert tables
    for table in tables:
        assert {row.kind for row in table.kids} == {"TR"}
        assert len({len(row.kids) for row in table.kids}) == 1
        assert all(cell.kind in {"TH", "TD"} for row in table.kids for cell in row.kids)


def test_a_table_begins_with_the_titles_of_its_columns_and_each_row_with_its_own():
    for table in tree(rendered("rich_zh")).of("Table"):
        head, *rows = table.kids
        assert {cell.scope for cell in head.kids} == {"head"}
        assert {row.kids[0].scope for row in rows} <= {"row"}
        assert not {cell.scope for row in rows for cell in row.kids[1:]} - {""}


def test_a_table_over_several_pages_is_one_table_with_one_head():
    long = [
        table
        for table in tree(rendered("large")).of("Table")
        if len({page for node in table.walk() for page, _ in node.pieces}) > 1
    ]
    assert long
    for table in long:
        assert [row.kids[0].scope for row in table.kids].count("head") == 1


def test_a_comment_over_a_page_end_is_one_paragraph():
    from sample_reports import with_comment

    from analysis.pdf import render_pdf

    root = tree(render_pdf(with_comment("好" * 4000)))
    (long,) = [node for node in root.walk() if len({page for page, _ in node.pieces}) > 1]
    assert long.kind == "LBody"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_headings_begin_with_the_first_level_and_skip_none(language):
    levels = [int(node.kind[1]) for node in tree(rendered(f"rich_{language}")).of("H1", "H2")]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert levels.count(1) == 12


def test_a_chart_is_told_in_words_with_its_intervals():
    report = rich("zh")
    alts = [node.alt for node in tree(rendered("rich_zh")).of("Figure")]
    assert all(alts)
    first = report.competencies[0]
    label, others = report.groups[2].label, LABELS["zh"].others
    (told,) = [alt for alt in alts if f"{label} {first.cells[2].text}" in alt and "4.6" in alt]
    assert f"{others} {first.others.text}（" in told


def test_a_comment_in_the_other_language_says_so():
    from sample_reports import with_comment

    from analysis.pdf import render_pdf

    def languages(text, language):
        root = tree(render_pdf(with_comment(text, language)))
        return {node.language for node in root.of("LBody")} - {""}

    assert languages("Please answer faster.", "zh") == {"en"}
    assert languages("回复再快一点。", "en") == {"zh-Hans-CN"}
    assert languages("CRM 更新得很及时。", "zh") == set()
    assert languages("12345", "zh") == set()


def test_every_link_says_where_it_leads():
    links = tree(rendered("rich_en")).of("Link")
    assert len(links) == 12
    assert all(len(link.annotations) == 1 and link.pieces for link in links)
    assert links[0].annotations[0]["/Contents"] == LABELS["en"].how_to_read


@pytest.mark.skipif(not shutil.which("pdfinfo"), reason="poppler's pdfinfo is not installed")
@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "sparse"])
def test_poppler_reads_the_same_text_in_the_same_order_as_from_the_pages(name, tmp_path):
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered(name))
    told = subprocess.run(
        ["pdfinfo", "-struct-text", str(path)], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.strip()[1:-1] for line in told.splitlines() if line.strip().startswith('"')]
    read, painted = without_spaces("".join(lines)), text_of(rendered(name))
    place = 0
    for line in map(without_spaces, lines):
        place = painted.index(line, place) + len(line)
    assert len(read) > 0.9 * len(painted)
