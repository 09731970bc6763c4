"""The form of the note that tells customers what became of their feedback."""

from __future__ import annotations

from collections.abc import Iterator

from wtforms import Field, FieldList, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import Length, ValidationError

from surveyapp.forms.accounts import PageForm, too_long
from surveyapp.forms.rating import cleaned
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.services.results.loops import LONGEST, MOST_ACTIONS


def _line(most: int) -> StringField:
    return StringField(filters=[cleaned], validators=[Length(max=most, message=too_long)])


class NoteForm(PageForm):
    """Whom the note is about, and what was done; an empty line says nothing."""

    ratee = _line(64)
    language = SelectField(choices=[SelectChoice(each) for each in LANGUAGES])
    about = FieldList(_line(64), min_entries=MOST_ACTIONS, max_entries=MOST_ACTIONS)
    done = FieldList(_line(LONGEST), min_entries=MOST_ACTIONS, max_entries=MOST_ACTIONS)
    thanks = _line(LONGEST)

    def actions(self) -> list[tuple[str, str]]:
        """(id of a competency or "", what was done)."""
        return list(self._actions())

    def _actions(self) -> Iterator[tuple[str, str]]:
        for about, done in zip(self.about.data, self.done.data, strict=True):
            if done:
                yield about or "", done

    def validate_done(self, _field: Field) -> None:
        if not self.actions():
            raise ValidationError(N_("Please write at least one thing that was done."))
