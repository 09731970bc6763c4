"""The page of a report: sound HTML, nothing that people wrote can act on it, charts with words."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from flask import g

import surveyapp
from analysis.pdf import style
from surveyapp import create_app
from surveyapp.views import charts
from surveyapp.views.report_pages import report_page
from tests import pages
from tests.analysis.pdf import sample_reports
from tests.analysis.pdf.sample_reports import EVERY, rich, with_comment

STYLES = (Path(surveyapp.__file__).parent / "static" / "report.css").read_text("utf-8")
EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'{{7*7}}</svg></title>"


@pytest.fixture
def html(sqlite_run):
    app = create_app(runtime=sqlite_run)

    def rendered(report):
        with app.test_request_context("/"):
            g.language, g.asked_language = report.language, None
            return report_page(report, "/m/x/report.pdf")

    return rendered


@pytest.fixture
def page(html):
    return lambda report: pages.read(html(report))


@pytest.mark.parametrize("name", EVERY)
def test_headings_go_down_one_level_at_a_time_from_a_single_first(page, name):
    levels = [level for level, _ in page(EVERY[name]()).headings]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


@pytest.mark.parametrize("name", EVERY)
def test_ids_are_unique_and_every_reference_finds_its_target(page, name):
    read = page(EVERY[name]())
    ids = [attributes["id"] for _, attributes in read.elements if attributes.get("id")]
    assert len(ids) == len(set(ids))
    named = [a.get("aria-labelledby") or "" for _, a in read.elements]
    links = [a.get("href") or "" for _, a in read.elements]
    wanted = {word for words in named for word in words.split()}
    wanted |= {link[1:] for link in links if link.startswith("#")}
    assert wanted <= set(ids)
    assert wanted


def test_there_is_one_main_landmark_and_a_way_past_the_rest(page):
    read = page(rich())
    assert [len(read.all(tag)) for tag in ("header", "main", "footer")] == [1, 1, 1]
    assert len({nav["aria-label"] for nav in read.all("nav")}) == len(read.all("nav")) == 2
    assert read.all("a")[0]["href"] == f"#{read.all('main')[0]['id']}"


@pytest.mark.parametrize("name", ["rich_zh", "rich_en", "sparse", "hidden"])
def test_every_chart_has_a_title_and_says_its_numbers(html, name):
    report = EVERY[name]()
    drawn = re.findall(r'<svg class="dots".*?</svg>', html(report), re.DOTALL)
    rows = [*([report.overall] if report.overall else []), *report.competencies]
    rows += report.recommendations
    assert len(drawn) == len(rows)
    for chart, row in zip(drawn, rows, strict=True):
        read = pages.read(chart)
        assert {"title", "desc"} <= {tag for tag, _ in read.elements}
        assert row.label in read.text
        assert all(cell.text in read.text for cell in (*row.cells, row.others))


@pytest.mark.parametrize("name", EVERY)
def test_a_table_has_a_cell_for_every_column(html, name):
    for table in re.findall(r"<table.*?</table>", html(EVERY[name]()), re.DOTALL):
        rows = re.findall(r"<tr.*?</tr>", table, re.DOTALL)
        assert len({len(re.findall(r"<t[hd][ >]", row)) for row in rows}) == 1


def test_markup_in_any_text_of_the_model_is_only_text(html, page):
    evil = replace(
        rich(),
        organisation=EVIL,
        ratee_name=EVIL,
        headline=EVIL,
        comments=with_comment(EVIL).comments,
        themes=tuple(replace(t, label=EVIL, praise=EVIL, wish=EVIL) for t in rich().themes),
        competencies=tuple(replace(row, label=EVIL) for row in rich().competencies),
        groups=tuple(replace(group, label=EVIL) for group in rich().groups),
    )
    assert {tag for tag, _ in page(evil).elements} == {tag for tag, _ in page(rich()).elements}
    attributes = {name for _, given in page(evil).elements for name in given}
    assert not [name for name in attributes if name.startswith("on")]
    assert page(evil).text.count(EVIL) > 20


def test_nothing_is_styled_or_scripted_inside_the_page(html):
    assert not re.search(r"<style|<script|\sstyle=|\son[a-z]+=|javascript:", html(rich()))


def test_the_page_is_in_the_language_of_the_report(html):
    assert 'lang="zh-Hans"' in html(rich("zh"))
    assert '<html lang="en">' in html(rich("en"))
    assert "下载 PDF" in html(rich("zh"))


def test_the_empty_plan_is_for_the_manager_and_the_statistics_are_for_hr(page):
    assert "我的行动" in page(rich()).text
    hr = page(sample_reports.for_hr()).text
    assert "我的行动" not in hr
    assert "ICC(1)" in hr
    assert "ICC(1)" not in page(rich()).text


@pytest.mark.parametrize("marker", style.MARKER_COLOURS)
def test_marks_have_the_colours_of_the_pdf(marker):
    colour = style.MARKER_COLOURS[marker].code.lower()
    assert f"--{marker}:{colour}" in STYLES


def test_every_group_has_a_shape_of_its_own(html):
    shapes = dict(
        re.findall(r'<(?:path|circle) id="m-(\w+)" class="\w+" (\S[^/]*)/>', html(rich()))
    )
    assert set(shapes) == set(style.MARKER_COLOURS)
    assert len(set(shapes.values())) == len(shapes)


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_signs_on_the_cover_cannot_be_taken_for_scores(html):
    motif = html(rich("en")).partition('<svg class="motif"')[2].partition("</svg>")[0]
    at = [float(x) for x in re.findall(r' x="([^"]*)"', motif)]
    assert len(at) == 4
    assert len({right - left for left, right in pairwise(at)}) == 1
    assert "path" not in motif


def test_shades_get_darker_with_the_score_and_stay_light_enough_for_numbers():
    shades = re.findall(r"\.h(\d+)\{background:(#\w{6})\}", STYLES)
    assert [int(step) for step, _ in shades] == list(range(charts.SHADES + 1))
    light = [luminance(colour) for _, colour in shades]
    assert light == sorted(light, reverse=True)
    assert min(contrast(colour, "#1b2733") for _, colour in shades) >= 4.5


def test_text_has_enough_contrast_on_what_it_stands_on():
    colours = dict(re.findall(r"--(\w+):(#\w+)", STYLES))
    for text, ground in (
        ("ink", "#ffffff"), ("quiet", "#ffffff"), ("quiet", colours["ground"]),
        ("navy", colours["ground"]), ("pale", colours["navy"]),
    ):  # fmt: skip
        assert contrast(colours[text], ground) >= 4.5, (text, ground)
    assert contrast(colours["focus"], "#ffffff") >= 3


def test_marks_stand_where_their_scores_lie_on_the_scale():
    row = rich().competencies[0]
    drawn = charts.dots(row, rich().groups)
    ticks = dict(drawn.ticks)
    assert (ticks[1], ticks[3], ticks[5]) == (5.0, 50.0, 95.0)
    assert {mark.marker: mark.at for mark in drawn.marks}["supervisor"] == ticks[4]
    assert drawn.band is not None
    assert drawn.bar is not None
    assert drawn.band[0] < drawn.bar < drawn.band[0] + drawn.band[1]


def test_marks_that_would_cover_each_other_are_lifted_apart():
    row = replace(rich().competencies[0], cells=(rich().competencies[2].cells[0],) * 4)
    lifts = [mark.lift for mark in charts.dots(row, rich().groups).marks]
    assert len(set(lifts)) == 4


def test_an_end_of_the_scale_is_never_left():
    row = replace(rich().competencies[0], margin=9.0)
    left, width = charts.dots(row, rich().groups).band or (0, 0)
    assert (left, left + width) == (charts.INSET, 100 - charts.INSET)


def test_shares_of_a_theme_fill_its_bar():
    (theme,) = rich().themes
    parts = charts.shares(replace(theme, n=8))  # two of eight sound neither good nor bad
    assert [tone for tone, _, _ in parts] == ["positive", "mixed", "neutral", "negative"]
    assert sum(width for *_, width in parts) == pytest.approx(100)
