"""Forms of the page on which the mails of a cycle are looked at."""

from __future__ import annotations

from wtforms import EmailField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import Length, Optional

from questionnaires.model import Relation
from surveyapp.forms.accounts import MAX_EMAIL, PageForm, needed, too_long
from surveyapp.forms.rating import cleaned
from surveyapp.i18n import LANGUAGES
from surveyapp.services.mails.mailpreview import KINDS

MAX_WORDS = 2000


class WhichMailForm(PageForm):
    """Which mail is meant: its kind, its language, and the relation of who reads it."""

    kind = SelectField(choices=[SelectChoice(kind.value) for kind in KINDS], default="invitation")
    language = SelectField(choices=[SelectChoice(each) for each in LANGUAGES])
    relation = SelectField(
        choices=[SelectChoice(word) for word in ("", *Relation)], validators=[Optional()]
    )


class TestMailForm(WhichMailForm):
    to = EmailField(filters=[cleaned], validators=[needed, Length(max=MAX_EMAIL, message=too_long)])


class MailWordsForm(WhichMailForm):
    """Words of one's own; an empty field takes the usual ones."""

    seen = HiddenField()  # a digest of what they were when the form was made
    subject = StringField(filters=[cleaned], validators=[Length(max=MAX_WORDS, message=too_long)])
    greeting = TextAreaField(
        filters=[cleaned], validators=[Length(max=MAX_WORDS, message=too_long)]
    )
    closing = TextAreaField(filters=[cleaned], validators=[Length(max=MAX_WORDS, message=too_long)])
