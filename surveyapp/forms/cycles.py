"""Forms of the pages on which a cycle is run."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from datetime import date

from flask_wtf.file import FileField
from wtforms import (
    DateField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError

from questionnaires.model import Relation
from surveyapp.days import LAST_YEAR
from surveyapp.forms.accounts import ConfirmForm, PageForm, needed, too_long
from surveyapp.forms.rating import cleaned
from surveyapp.i18n import N_
from surveyapp.services.drafts.settings import MOST_NOMINATED

MOST_REMINDERS = 10
no_day = N_("Please choose a day, such as 2026-12-31.")


class Day(DateField):
    """One day, or none; a mistake in it is told in our words."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(no_day) from None
        if self.data and self.data.year > LAST_YEAR:
            self.data = None
            raise ValueError(no_day)


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


def customers_field() -> Field:
    return RadioField(
        choices=[SelectChoice("anonymous"), SelectChoice("named")], default="anonymous"
    )


def threshold_field() -> Field:
    limits = NumberRange(3, 20, N_("Please choose a number from 3 to 20."))
    return IntegerField(default=3, validators=[limits])


def comment_threshold_field() -> Field:
    limits = NumberRange(3, 50, N_("Please choose a number from 3 to 50."))
    return IntegerField(default=5, validators=[limits])


def nominated_field() -> Field:
    limits = NumberRange(0, MOST_NOMINATED, N_("Please choose a number from 0 to 50."))
    return IntegerField(validators=[Optional(), limits])


class LimitsForm(PageForm):
    """The least and the most raters of a relation by nomination; without a most, none."""

    seen = HiddenField()  # a digest of what they were when the form was made
    peer_least = nominated_field()
    peer_most = nominated_field()
    customer_least = nominated_field()
    customer_most = nominated_field()

    def limits(self) -> dict[Relation, tuple[int, int]]:
        given = {
            Relation.PEER: (self.peer_least.data or 0, self.peer_most.data),
            Relation.CUSTOMER: (self.customer_least.data or 0, self.customer_most.data),
        }
        return {relation: (least, most) for relation, (least, most) in given.items() if most}


class StartForm(DatesForm):
    """What every new cycle is asked: its key and its dates."""

    key = StringField(filters=[cleaned], validators=[needed, Length(max=64, message=too_long)])


class ReadersForm(PageForm):
    """Who reads the reports of a cycle."""

    readers = RadioField(
        choices=[SelectChoice("supervisor"), SelectChoice("hr")], default="supervisor"
    )

    def supervisor_reads(self) -> bool:
        return bool(self.readers.data == "supervisor")


class NewCycleForm(StartForm, ReadersForm):
    """A cycle from nothing."""

    questionnaire = SelectField(validators=[needed])
    customers = customers_field()
    threshold = threshold_field()
    comment_threshold = comment_threshold_field()

    def offer(self, questionnaires: Sequence[str]) -> None:
        self.questionnaire.choices = [SelectChoice(key) for key in questionnaires]


class SettingsForm(DatesForm, ReadersForm, LimitsForm):
    """What of a draft can be changed, apart from what it asks."""

    timezone = StringField(filters=[cleaned], validators=[needed, Length(max=64, message=too_long)])
    closes = Day(validators=[Optional()])
    customers = customers_field()
    threshold = threshold_field()
    comment_threshold = comment_threshold_field()


class CopyForm(StartForm, ReadersForm):
    """A cycle from the one before."""


class PilotForm(StartForm):
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
    seen = HiddenField()  # a digest of what the preview showed
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
