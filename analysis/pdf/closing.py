"""The last pages: how sure all this is, how it was made, and what HR needs to defend it."""

from __future__ import annotations

from collections.abc import Sequence

from analysis.cycle_summary import Section
from analysis.pdf.layout import Bulleted, Gap
from analysis.pdf.sheet import Sheet, subtitle
from analysis.pdf.style import BODY, CELL, NOTE, SMALL, WIDTH, Type
from analysis.pdf.tables import head_row, remarked_row, text_row
from analysis.pdf.text import Text

METHOD, AIR = Type(7.5, 10), 1.5
REMARK = 130.0  # least width of the column of remarks
LONGEST_NAME = 132.0


def reliability(on: Sheet) -> None:
    told = on.report.reliability_text
    if told:
        text = Text(told, BODY, WIDTH)
        on.heading(on.labels.reliability, text.height)
        on.layout.put_text(text)


def method(on: Sheet) -> None:
    report = on.report
    bullets = [Bulleted(Text(paragraph, METHOD, WIDTH - 12)) for paragraph in report.method]
    versions = [Text(line, SMALL, WIDTH) for line in _versions(on)]
    below = sum(text.height for text in versions) + 6
    # All on one page: the last page of a report is never a leftover of a sentence or two.
    on.heading(on.labels.method, sum(bullet.height + AIR for bullet in bullets) + below)
    with on.layout.group("L"):
        for bullet in bullets:
            on.layout.put(bullet)
            on.layout.gap(AIR)
    on.layout.gap(6 - AIR)
    for text in versions:
        on.layout.put(text)


def _versions(on: Sheet) -> tuple[str, str]:
    report = on.report
    return report.versions, f"{on.labels.digest}  {report.digest}"


def annex(on: Sheet) -> None:
    """For HR: how reliable each scale is, flags, hidden groups, weights and versions."""
    report, labels = on.report, on.labels
    if report.audience != "hr":
        return
    if report.statistics:
        on.layout.new_page()  # so that it can be kept apart from what others read
    on.heading(labels.annex, 100)
    meanings: dict[str, str] = {}
    for section in report.statistics:
        _statistics(on, section)
        meanings |= dict(section.columns)
    if meanings:
        on.subheading(labels.meanings, 30)
        for name, meaning in meanings.items():
            on.layout.put(Text(labels.named.format(name=name, text=meaning), NOTE, WIDTH))
    hidden = [
        labels.named.format(name=group.label, text=group.withheld)
        for group in report.groups
        if group.withheld
    ]
    _facts(on, labels.hidden_groups, hidden or [labels.all_shown])
    digest = f"{labels.questionnaire_digest}  {report.questionnaire_hash}"
    weights = [report.weights_text] if report.weights_text else []
    _facts(on, labels.versions, [*weights, report.versions, digest])


def _facts(on: Sheet, title: str, lines: Sequence[str]) -> None:
    texts = [Text(line, CELL, WIDTH) for line in lines]
    on.subheading(title, min(sum(text.height for text in texts), 100))
    for text in texts:
        on.layout.put_text(text)


def _statistics(on: Sheet, section: Section) -> None:
    remarks = [line.remark for line in section.lines if line.remark]
    widths = _widths(section, beside=bool(remarks))
    below = any(len(Text(remark, NOTE, widths[-1] - 8).lines) > 2 for remark in remarks)
    if remarks and (below or widths[-1] < REMARK):  # no room beside the numbers
        below, widths = True, (*_widths(section, beside=False), 0.0)
    names = ("", *(name for name, _ in section.columns), *([""] if remarks else []))
    rows = [
        remarked_row((line.name, *line.values), widths, line.remark, below=below)
        if remarks
        else text_row((line.name, *line.values), widths, CELL, 1.5)
        for line in section.lines
    ]
    lead = [subtitle(section.title, WIDTH), Gap(3)]
    on.layout.gap(8)
    on.layout.put_table(head_row(names, widths, 1.5), rows, lead=lead, whole=0.1)


def _widths(section: Section, *, beside: bool) -> tuple[float, ...]:
    """Columns as wide as what stands in them; the rest for remarks beside them, or for all."""
    name = min(max(_width(line.name) for line in section.lines) + 12, LONGEST_NAME)
    wanted = [
        max(_width(name), *(_width(line.values[at]) for line in section.lines)) + 14
        for at, (name, _) in enumerate(section.columns)
    ]
    rest = WIDTH - name - sum(wanted)
    if beside:
        return (name, *wanted, rest)
    return (name, *(width * (1 + rest / sum(wanted)) for width in wanted))


def _width(text: str) -> float:
    one = Text(text, CELL, 400)
    return max((one.face.width(line, CELL.size) for line in one.lines), default=0)
