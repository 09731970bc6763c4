"""The tables of a cycle: they leave through the same door as its reports."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from typing import Literal

from sqlalchemy.orm import Session

from analysis import analyse
from analysis.export import Export, export_of, to_csv, to_xlsx
from analysis.wording import Language
from surveyapp.errors import NotFound
from surveyapp.i18n import N_
from surveyapp.models import Cycle
from surveyapp.services.releases import released_data, require_publishable

Format = Literal["xlsx", "csv"]


def plan_export(session: Session, cycle: Cycle, organisation: str, language: Language) -> Export:
    """What may leave of a released or imported cycle.

    The guard was asked at the release; it is asked again, because the file goes further than any
    page, and a program that is newer than the release may know more.
    """
    results = [analyse(data) for data in released_data(session, cycle, organisation)]
    if not results:
        raise NotFound(N_("Nobody was rated in %(cycle)s."), cycle=cycle.key)
    require_publishable(results, results[0].policy, cycle.released_version or "")
    return export_of(results, language)


def written_as(export: Export, form: Format, *, bom: bool = False) -> Mapping[str, bytes]:
    """The files of an export by name. A workbook is one, named by who asks for it."""
    if form == "xlsx":
        return {"": to_xlsx(export)}
    mark = codecs.BOM_UTF8 if bom else b""
    return {name: mark + content for name, content in to_csv(export)}
