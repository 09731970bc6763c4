"""The note to customers, "you said, we did": from the file of actions to a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlalchemy.orm import Session

from analysis.brand import Brand
from analysis.pdf import PLAIN
from analysis.pdf.loop_page import DoesNotFit, render_loop_note
from analysis.report.loop import Action, LoopNote, build_loop_note
from analysis.wording import Language
from questionnaires import shape
from surveyapp.errors import NotFound, Refused
from surveyapp.files import write_whole
from surveyapp.i18n import N_
from surveyapp.models import Cycle
from surveyapp.services.results.readings import results_of
from surveyapp.services.tables import read_yaml_as

MOST_ACTIONS = 8
LONGEST = 200  # characters of one action


def _in_both(said: Any) -> Any:
    """One text stands for both languages."""
    return {"zh": said, "en": said} if isinstance(said, str) else said


Words = Annotated[
    dict[Language, Annotated[str, Field(min_length=1, max_length=LONGEST)]],
    BeforeValidator(_in_both),
]


class ActionEntry(BaseModel):
    """What was done, and which competency it is about."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    about: str = Field("", description="id of a competency of the questionnaire")
    done: Words


class ActionFile(BaseModel):
    """The schema of the file of actions (``docs/cycle.md``)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    actions: tuple[ActionEntry, ...] = Field(min_length=1, max_length=MOST_ACTIONS)
    thanks: Words | None = None


FORM = shape.Form({(): ActionFile, ("actions", "*"): ActionEntry}, {}, "docs/cycle.md")


def read_actions(content: bytes, name: str) -> ActionFile:
    """The file of actions; raises BadInput with every mistake."""
    return read_yaml_as(ActionFile, FORM, content, name)


def actions_of(done: Sequence[tuple[str, str]], thanks: str, language: Language) -> ActionFile:
    """The same from a form, in one language: (id of a competency or "", what was done)."""
    return ActionFile(
        actions=tuple(ActionEntry(about=about, done={language: said}) for about, said in done),
        thanks={language: thanks} if thanks else None,
    )


def loop_note(
    session: Session,
    cycle: Cycle,
    organisation: str,
    ratee: str | None,
    file: ActionFile,
    language: Language,
) -> LoopNote:
    """The note about one manager (external id), or about all of a released cycle."""
    results = results_of(session, cycle, organisation)
    known = {c.id for each in results for c in each.questionnaire.competencies}
    unknown = sorted({entry.about for entry in file.actions if entry.about} - known)
    if unknown:
        raise Refused(
            N_("There is no competency %(unknown)s; there are %(known)s."),
            unknown=", ".join(unknown),
            known=", ".join(sorted(known)),
        )
    actions = [Action(e.about, _said(e.done, language)) for e in file.actions]
    thanks = _said(file.thanks, language) if file.thanks else ""
    try:
        return build_loop_note(results, ratee, actions, language, thanks)
    except ValueError:
        raise NotFound(N_('There is no ratee "%(ratee)s" in this cycle.'), ratee=ratee) from None


def _said(words: Mapping[Language, str], language: Language) -> str:
    if language not in words:
        raise Refused(
            N_("What was done is not said in this language (%(language)s): add it."),
            language=language,
        )
    return words[language]


def note_pdf(note: LoopNote, brand: Brand = PLAIN) -> bytes:
    """The note as a PDF of one page."""
    try:
        return render_loop_note(note, brand)
    except DoesNotFit as error:
        raise Refused(N_("What was done does not fit on one page; say it more shortly.")) from error


def write_note(note: LoopNote, ratee: str | None, folder: Path, brand: Brand = PLAIN) -> list[Path]:
    """The note as a PDF of one page and as HTML that needs nothing else; returns their paths."""
    stem = f"loop-{ratee or 'all'}.{note.language}"
    contents = {".pdf": note_pdf(note, brand), ".html": note_page(note).encode()}
    folder.mkdir(parents=True, exist_ok=True)
    written = [folder / f"{stem}{ending}" for ending in contents]
    for path, content in zip(written, contents.values(), strict=True):
        write_whole(path, content)
    return written


def note_page(note: LoopNote) -> str:
    """The note as a page by itself."""
    pages = Environment(
        loader=PackageLoader("surveyapp", "templates/report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return pages.get_template("loop.html").render(note=note)
