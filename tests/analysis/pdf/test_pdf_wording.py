"""Pages of a report whose cycle names no organisation."""

from dataclasses import replace

from pdf_reading import reader, text_of, without_spaces
from sample_reports import rich

from analysis.pdf import render_pdf


def test_a_footer_without_an_organisation_begins_with_the_name():
    report = replace(rich("en"), organisation=" ")
    footer = without_spaces(f"Confidential {report.ratee_name} · {report.cycle_title}")
    assert footer in text_of(render_pdf(report))


def test_a_document_without_an_organisation_has_no_author():
    metadata = reader(render_pdf(replace(rich("en"), organisation=""))).metadata
    assert metadata is not None
    assert metadata.author is None
    assert metadata.title is not None
