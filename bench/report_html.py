"""The content of a report as HTML for WeasyPrint: the same texts, tables, shades and dots."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from analysis.brand import Brand
from analysis.pdf.charts import NOT_ASKED
from analysis.pdf.fonts import BOLD, FONT_FOLDER, REGULAR
from analysis.pdf.labels import LABELS, Labels
from analysis.pdf.style import MARKER_COLOURS, SENTIMENT_COLOURS, Theme
from analysis.pdf.tables import not_asked_text
from analysis.report import ManagerReport, ReportCell, ReportGroup, ReportRow, ShownCell

STYLE = """
@font-face { font-family: face; font-weight: 400; src: url(%(regular)s) }
@font-face { font-family: face; font-weight: 700; src: url(%(bold)s) }
@page { size: A4; margin: 16mm 18mm 19mm; @bottom-left { content: "%(foot)s"; font: 7.5pt face }
        @bottom-right { content: counter(page) " / " counter(pages); font: 7.5pt face } }
body { font: 9.5pt/15pt face; color: #1B2733; margin: 0 }
h1 { font-size: 18pt; color: #12355B; margin: 18pt 0 6pt; line-height: 25pt }
h2 { font-size: 11.5pt; color: #12355B; margin: 10pt 0 4pt }
.cover { height: 240mm; page-break-after: always } .overview, .scores { page-break-before: always }
p { margin: 0 0 5pt } ul { margin: 0; padding-left: 12pt }
table { border-collapse: collapse; width: 100%% } td, th { border-bottom: .5pt solid #D3DBE3;
  padding: 1.5pt 3pt; font-size: 8pt; line-height: 10.5pt; text-align: left; font-weight: 400 }
td.n { text-align: center; width: 32pt } small { font-size: 6.5pt }
.columns { column-count: 2; column-gap: 16pt }
.small, .small li { font-size: 8pt; line-height: 10.5pt }
tr.band td { background: #F3F6F9; font-weight: 700; color: #12355B }
.tone { width: 50pt; text-align: right } .group { width: 70pt; font-weight: 700 }
"""


def printer(report: ManagerReport) -> Callable[[], bytes]:
    """What prints the report; faces and style sheet are read once, before."""
    faces = FontConfiguration()
    names = {name: (FONT_FOLDER / f"{file}.ttf").as_uri() for name, file in _FACES}
    foot = f"{report.organisation} · {report.ratee_name} · {report.cycle_title}"
    style = CSS(string=STYLE % {**names, "foot": foot.replace('"', "'")}, font_config=faces)
    return lambda: HTML(string=page(report)).write_pdf(stylesheets=[style], font_config=faces)


_FACES = (("regular", REGULAR), ("bold", BOLD))


def page(report: ManagerReport) -> str:
    return f"<html lang='{report.language}'><body>{''.join(_parts(report))}</body></html>"


def _parts(report: ManagerReport) -> Iterator[str]:
    labels = LABELS[report.language]
    facts = (
        report.organisation, report.title, report.cycle_title, report.ratee_name, report.position,
        report.date_text, f"{report.questionnaire_title} {report.questionnaire_version}",
        report.confidentiality,
    )  # fmt: skip
    yield f"<div class=cover>{_paragraphs(facts)}</div><h1>{labels.how_to_read}</h1>"
    yield _paragraphs(report.reading)
    points = [f"{point.value} {point.label}" for point in report.scale]
    yield _table([[*points, report.cannot_judge]])
    yield _table(
        [
            [g.label, "–" if g.invited is None else str(g.invited), g.answered, g.note]
            for g in report.groups
        ]
    )
    yield from _overview(report, labels)
    scores = _scores(report.competencies, report.groups)
    yield f"<div class=scores><h1>{labels.competencies}</h1>{scores}</div>"
    for told in report.perception:
        yield f"<h2>{_safe(told.title)}</h2>{_paragraphs([told.meaning])}{_list(told.competencies)}"
    rows = [row for section in report.sections for row in section.rows]
    sign = labels.sign.format(sign=NOT_ASKED, text=not_asked_text(rows, report.groups))
    yield f"<h1>{labels.items}</h1>{_paragraphs([labels.shaded, sign])}{_items(report)}"
    yield f"<h1>{labels.recommendations}</h1>{_scores(report.recommendations, report.groups)}"
    yield f"<h1>{labels.agreement}</h1>{_list(report.agreement)}"
    yield from _comments(report, labels)
    yield from _growth(report, labels)
    yield f"<h1>{labels.method}</h1><div class=small>{_list(report.method)}"
    yield f"{_paragraphs([report.versions, report.digest])}</div>"


def _overview(report: ManagerReport, labels: Labels) -> Iterator[str]:
    yield f"<div class=overview><h1>{labels.overview}</h1><p><b>{_safe(report.headline)}</b></p>"
    if report.overall:
        yield _scores([report.overall], report.groups)
    yield f"{_paragraphs([report.weights_text])}<div class=columns>"
    yield f"<h2>{labels.strengths}</h2>{_list(report.strengths)}"
    yield f"<h2>{labels.improvements}</h2>{_list(report.improvements)}</div>"
    yield f"<h2>{labels.gaps}</h2>{_list(report.gaps)}"
    yield f"<h2>{labels.wishes}</h2>{_list(report.wishes)}</div>"


def _scores(rows: Sequence[ReportRow], groups: Sequence[ReportGroup]) -> str:
    made = []
    for row in rows:
        cells = "".join(_number(cell) for cell in (*row.cells, row.others))
        below = f"{_safe(row.description)} {_safe(row.gap_note)}"
        label = f"<b>{_safe(row.label)}</b><br><small>{below}</small>"
        made.append(
            f"<tr><td>{label}</td><td>{_chart(row, groups)}</td>{cells}"
            f"<td class=n>{_safe(row.gap_text)}</td></tr>"
        )
    return f"<table>{''.join(made)}</table>"


def _chart(row: ReportRow, groups: Sequence[ReportGroup]) -> str:
    """The dots, the whiskers and the bar of a row."""
    shapes = []
    for lane, (cell, group) in enumerate(zip(row.cells, groups, strict=True)):
        if isinstance(cell, ShownCell):
            x, colour = _at(row, cell.value), MARKER_COLOURS[group.marker].code
            margin = row.margins[lane] if row.margins else None
            if margin is not None:
                left, right = _at(row, cell.value - margin), _at(row, cell.value + margin)
                shapes.append(f"<path d='M{left} {4 + 9 * lane}H{right}' stroke='{colour}'/>")
            shapes.append(f"<circle cx='{x}' cy='{4 + 9 * lane}' r='3.4' fill='{colour}'/>")
    if isinstance(row.others, ShownCell):
        shapes.append(f"<rect x='{_at(row, row.others.value)}' width='1.8' height='36'/>")
    grid = "".join(
        f"<path d='M{_at(row, p)} 0V38' stroke='#D3DBE3'/>" for p in range(row.low, row.high + 1)
    )
    return f"<svg width='140' height='38'>{grid}{''.join(shapes)}</svg>"


def _at(row: ReportRow, value: float) -> float:
    return round(8 + 124 * (value - row.low) / (row.high - row.low), 2)


def _number(cell: ReportCell, style: str = "") -> str:
    if isinstance(cell, ShownCell):
        n = f" <small>n {cell.n}</small>" if cell.n > 1 else ""
        return f"<td class=n{style}>{_safe(cell.text)}{n}</td>"
    return f"<td class=n>{NOT_ASKED if cell.reason == 'not_asked' else _safe(cell.text)}</td>"


def _items(report: ManagerReport) -> str:
    theme, made = Theme(Brand()), []
    for section in report.sections:
        words = "".join(f"<td class=n>{_safe(word)}</td>" for word in section.agreement)
        made.append(f"<tr class=band><td>{_safe(section.title)}</td>{words}<td></td><td></td></tr>")
        made += [_item(row, theme) for row in section.rows]
    return f"<table>{''.join(made)}</table>"


def _item(row: ReportRow, theme: Theme) -> str:
    cells = []
    for cell in (*row.cells, row.others):
        value = cell.value if isinstance(cell, ShownCell) else row.low
        shade = theme.heat((value - row.low) / (row.high - row.low)).code
        cells.append(_number(cell, f" style='background:{shade}'"))
    gap = f"<td class=n>{_safe(row.gap_text)}</td>"
    return f"<tr><td>{_safe(row.label)}</td>{''.join(cells)}{gap}</tr>"


def _comments(report: ManagerReport, labels: Labels) -> Iterator[str]:
    yield f"<h1>{labels.comments}</h1>{_paragraphs([report.comments_note])}"
    yield _table([[t.label, t.text, t.praise, t.wish] for t in report.themes])
    for block in report.comments:
        yield f"<h2>{_safe(block.question)}</h2><table>"
        for comment in block.comments:
            colour = SENTIMENT_COLOURS.get(comment.sentiment)
            style = f" style='color:{colour.code}'" if colour else ""
            yield (
                f"<tr><td class=group>{_safe(block.group)}</td><td>{_safe(comment.text)}</td>"
                f"<td class=tone{style}>{_safe(comment.sentiment_text)}</td></tr>"
            )
        yield "</table>"


def _growth(report: ManagerReport, labels: Labels) -> Iterator[str]:
    if report.trend:
        yield f"<h1>{labels.trend}</h1>"
        rows = [
            [row.label, *(c.text for c in row.cells), row.change_text] for row in report.trend.rows
        ]
        yield _table([["", *report.trend.cycles, ""], *rows])
    yield f"<h1>{labels.suggestions}</h1><div class='columns small'>"
    for title, said in report.suggestions:
        yield f"<h2>{_safe(title)}</h2>{_list(said)}"
    yield f"</div><h2>{labels.plan}</h2>{_table([list(labels.plan_columns), *[[' '] * 4] * 3])}"
    yield f"<h1>{labels.reliability}</h1>{_paragraphs([report.reliability_text])}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    cells = ("".join(f"<td>{_safe(cell)}</td>" for cell in row) for row in rows)
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table>"


def _paragraphs(texts: Sequence[str]) -> str:
    return "".join(f"<p>{_safe(text)}</p>" for text in texts if text)


def _list(texts: Sequence[str]) -> str:
    return f"<ul>{''.join(f'<li>{_safe(text)}</li>' for text in texts)}</ul>"


def _safe(text: str) -> str:
    return escape(text)
