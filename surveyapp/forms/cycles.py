"""Forms of the pages on which a cycle is run."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import date

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from surveyapp.forms.accounts import ConfirmForm, PageForm, needed, too_long
from surveyapp.forms.rating import cleaned
from surveyapp.i18n import N_

MOST_REMINDERS = 10
no_day = N_("Please choose a day, such as 2026-12-31.")


class Day(DateField):
    """One day, or none; a mistake in it is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(no_day) from None


class DatesForm(PageForm):
    """When answers are taken, and on which days reminders leave."""

    title = StringField(filters=[cleaned], validators=[Length(max=200, message=too_long)])
    opens = Day(validators=[Optional()])
    closes = Day(validators=[InputRequired(no_day)])
    reminders = StringField(filters=[cleaned], validators=[Length(max=300, message=too_long)])

    def validate_reminders(self, field: StringField) -> None:
        try:
            days = self.reminder_days()
        except ValueError:
            raise ValidationError(no_day) from None
        if len(days) > MOST_REMINDERS:
            raise ValidationError(N_("These are too many reminders; ten are the most."))

    def reminder_days(self) -> list[date]:
        """The days that were typed, apart by commas or spaces."""
        words = re.split(r"[\s,;，；、]+", self.reminders.data or "")
        return [date.fromisoformat(word) for word in words if word]


class NewCycleForm(DatesForm):
    """A cycle from nothing."""

    key = StringField(filters=[cleaned], validators=[needed, Length(max=64, message=too_long)])
    questionnaire = SelectField(validators=[needed])
    customers = RadioField(
        choices=[SelectChoice("anonymous"), SelectChoice("named")], default="anonymous"
    )
    threshold = IntegerField(
        default=3,
        validators=[NumberRange(3, 20, N_("Please choose a number from 3 to 20."))],
    )
    comment_threshold = IntegerField(
        default=5,
        validators=[NumberRange(3, 50, N_("Please choose a number from 3 to 50."))],
    )

    def offer(self, questionnaires: Sequence[str]) -> None:
        self.questionnaire.choices = [SelectChoice(key) for key in questionnaires]


class CopyForm(DatesForm):
    """A cycle from the one before."""

    key = StringField(filters=[cleaned], validators=[needed, Length(max=64, message=too_long)])


class PilotForm(CopyForm):
    """A cycle for a part of the account managers of another."""

    position = StringField(filters=[cleaned], validators=[Length(max=100, message=too_long)])
    share = IntegerField(
        validators=[Optional(), NumberRange(1, 100, N_("Please choose a number from 1 to 100."))]
    )
    ratees = StringField(filters=[cleaned], validators=[Length(max=2000, message=too_long)])

    def ids(self) -> list[str]:
        """The ids that were typed, apart by commas or spaces."""
        return [one for one in re.split(r"[\s,;，；、]+", self.ratees.data or "") if one]

    def validate_ratees(self, _field: StringField) -> None:
        if not (self.share.data or self.position.data or self.ids()):
            raise ValidationError(N_("Please say which account managers take part."))


class ExtendForm(ConfirmForm):
    closes = Day(validators=[InputRequired(no_day)])


class RosterForm(PageForm):
    """A roster file, then the same file again with the preview of it.

    The page with the preview carries the file, so that nothing is stored before it is accepted.
    """

    file = FileField()
    carried = HiddenField()
    name = HiddenField(filters=[cleaned])
    column_map = SelectField()

    def offer(self, maps: Sequence[str]) -> None:
        self.column_map.choices = [SelectChoice(name) for name in ("", *maps)]

    def content(self) -> tuple[bytes, str]:
        """The bytes of the file and its name; empty without a file."""
        if self.file.data:
            return self.file.data.read(), self.file.data.filename or "roster"
        try:
            return base64.b64decode(self.carried.data or "", validate=True), self.name.data or ""
        except binascii.Error:
            return b"", ""
