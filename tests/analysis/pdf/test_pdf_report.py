"""A rendered report says everything its model says, in both languages."""

from dataclasses import fields, is_dataclass, replace

import pytest
from pdf_reading import outline_titles, reader, rendered, text_of, without_spaces
from sample_reports import EVERY, long_names, rich, sparse, with_comment

from analysis.pdf import render_pdf
from analysis.pdf.charts import NOT_ASKED
from analysis.pdf.labels import LABELS
from analysis.pdf.style import HEIGHT
from analysis.report import HiddenCell, ManagerReport, ReportComment, ReportGroup, ShownCell

# Fields that programs read; people see their words.
UNSEEN = {"language", "audience", "ratee_id", "cycle_key", "questionnaire_hash", "id", "key"}
UNSEEN |= {"marker", "sentiment", "reason", "kind", "direction"}


def texts_in(value) -> list[str]:
    """Every text of the model that a reader should find."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple | list):
        return [text for item in value for text in texts_in(item)]
    if is_dataclass(value):
        return [
            text
            for field in fields(value)
            if field.name not in UNSEEN
            for text in texts_in(getattr(value, field.name))
        ]
    return []


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "hr", "sparse", "hidden", "large", "wordy"])
def test_every_text_of_the_model_stands_on_the_page(name):
    page = text_of(rendered(name))
    missing = [text for text in texts_in(EVERY[name]()) if without_spaces(text) not in page]
    assert missing == []


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "large"])
def test_every_number_stands_on_the_page_as_often_as_the_model_says_it(name):
    report, page = EVERY[name](), text_of(rendered(name))
    rows = [*report.competencies, *report.recommendations]
    rows += [row for section in report.sections for row in section.rows]
    cells = [cell for row in rows for cell in (*row.cells, row.others)]
    for text in {cell.text for cell in cells if isinstance(cell, ShownCell)}:
        assert page.count(text) >= sum(cell.text == text for cell in cells)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_hidden_cell_says_why_and_shows_no_number(language):
    few = HiddenCell("too_few", "人数不足" if language == "zh" else "too few")
    report = rich(language)
    rows = tuple(
        replace(row, cells=(*row.cells[:3], few), others=few) for row in report.competencies
    )
    page = text_of(render_pdf(replace(report, competencies=rows, overall=None, sections=())))
    assert page.count(without_spaces(few.text)) >= 2 * len(rows)


def test_what_was_not_asked_is_a_dash_that_the_legend_explains():
    page = text_of(rendered("rich_en"))
    assert f"“{NOT_ASKED}”:notasked" in page


def test_what_a_merged_group_was_not_asked_is_said_in_words():
    report = rich("en")
    merged = ReportGroup("PEER+CUSTOMER", "All", "merged", 9, "8", False, True, "")
    cell = HiddenCell("not_asked", "not asked of all")
    row = replace(report.competencies[0], cells=(cell,))
    page = text_of(
        render_pdf(
            replace(
                report,
                groups=(merged,),
                competencies=(row,),
                overall=None,
                sections=(),
                recommendations=(),
            )
        )
    )
    assert "notaskedofall" in page


def test_reverse_items_are_marked():
    assert text_of(rendered("rich_zh")).count("[反向]") == 6
    assert text_of(rendered("rich_en")).count("[reverse]") == 6


@pytest.mark.parametrize(("name", "language"), [("rich_zh", "zh"), ("rich_en", "en")])
def test_headings_come_in_reading_order_in_the_text_and_in_the_outline(name, language):
    labels = LABELS[language]
    titles = outline_titles(rendered(name))
    order = [
        labels.how_to_read,
        labels.overview,
        labels.perception,
        labels.competencies,
        labels.items,
        labels.recommendations,
        labels.comments,
        labels.trend,
        labels.suggestions,
        labels.reliability,
        labels.method,
    ]
    assert [title for title in titles if title in order] == order


def test_the_outline_leads_to_every_competency():
    titles = outline_titles(rendered("large"))
    assert [title for title in titles if title.startswith("能力维度第")] == [
        f"能力维度第{number}项" for number in range(12)
    ]


@pytest.mark.parametrize(("name", "tag"), [("rich_zh", "zh-Hans-CN"), ("rich_en", "en")])
def test_the_document_says_its_language_title_and_author(name, tag):
    document, report = reader(rendered(name)), EVERY[name]()
    assert document.trailer["/Root"]["/Lang"] == tag
    assert document.metadata is not None
    assert report.ratee_name in str(document.metadata.title)
    assert document.metadata.author == report.organisation
    assert document.metadata.creation_date is None


def test_every_page_but_the_cover_says_whose_it_is_and_that_it_is_confidential():
    report = rich("en")
    pages = reader(rendered("rich_en")).pages
    for number, page in enumerate(pages[1:], start=2):
        text = page.extract_text()
        assert f"Page {number} of {len(pages)}" in text
        assert report.ratee_name in text
        assert LABELS["en"].confidential in text


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_of_the_version_for_hr_says_that_it_is_for_hr_only(language):
    only, usual = LABELS[language].for_hr_only, LABELS[language].confidential
    for audience, there in (("hr", True), ("manager", False)):
        report = replace(rich(language), audience=audience)
        for page in reader(render_pdf(report)).pages[1:]:
            foot = without_spaces(page.extract_text())
            assert (without_spaces(only + report.organisation) in foot) == there
            assert (without_spaces(usual + report.organisation) in foot) != there


def test_a_table_that_runs_over_the_page_repeats_its_header():
    report = rich("zh")
    rows = tuple(replace(report.competencies[0], label=f"能力{n}") for n in range(60))
    pages = reader(render_pdf(replace(report, competencies=rows, sections=()))).pages
    with_rows = [text for page in pages if "能力5" in (text := page.extract_text())]
    assert with_rows
    assert all(report.groups[3].label in text for text in with_rows)


def test_a_short_report_stays_short():
    assert len(reader(rendered("sparse")).pages) == 3
    assert len(reader(rendered("rich_zh")).pages) <= 7


def test_a_small_file():
    assert len(rendered("rich_zh")) < 300_000
    assert len(rendered("rich_en")) < 100_000


def test_long_names_are_cut_in_the_footer_and_kept_on_the_cover():
    cover = without_spaces(reader(rendered("long_names")).pages[0].extract_text())
    assert "Wolfeschlegelsteinhausenbergerdorff" in cover
    assert "…" in reader(rendered("long_names")).pages[1].extract_text()


def test_a_comment_longer_than_a_page_runs_over_and_loses_nothing():
    comment = "".join(chr(0x4E00 + number) for number in range(2000))
    assert all(
        character in text_of(render_pdf(with_comment(comment))) for character in comment[::400]
    )
    long = "".join(chr(0x4E00 + number % 900) for number in range(6000))
    pages = reader(render_pdf(with_comment(long))).pages
    whole = "".join(page.extract_text() for page in pages)
    assert sum(whole.count(character) for character in set(long)) >= len(long)


@pytest.mark.parametrize("audience", ["manager", "hr"])
def test_the_empty_plan_is_for_the_manager(audience):
    page = text_of(render_pdf(replace(rich("zh"), audience=audience)))
    assert (LABELS["zh"].plan in page) == (audience == "manager")


def test_a_report_without_anything_optional_still_renders():
    empty: ManagerReport = replace(
        sparse("en"),
        overall=None,
        competencies=(),
        groups=(),
        scale=(),
        reading=(),
        comments_note="",
        reliability_text="",
        method=(),
        headline="",
        position="",
        cannot_judge="",
    )
    assert len(reader(render_pdf(empty)).pages) == 2


@pytest.mark.parametrize("sentiment", ["positive", "neutral", "negative", "mixed", "none"])
def test_every_sentiment_word_is_printed(sentiment):
    report = with_comment("x")
    comment = ReportComment("文字", sentiment, f"<{sentiment}>")
    block = replace(report.comments[0], comments=(comment,))
    assert f"<{sentiment}>" in text_of(render_pdf(replace(report, comments=(block,))))


def test_nothing_is_painted_outside_the_page_frame():
    from analysis.pdf.pages import lay_out
    from analysis.pdf.style import BOTTOM

    for make in (*EVERY.values(), long_names):
        report = make()
        for page in lay_out(report, LABELS[report.language]).pages[1:]:
            for placed in page:
                assert placed.block.height <= HEIGHT
                assert placed.top - placed.block.height >= BOTTOM - 0.01
