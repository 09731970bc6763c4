"""Forms of the pages on which questionnaires are written."""

from __future__ import annotations

from flask_wtf.file import FileField
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import Length

from surveyapp.forms.accounts import PageForm, needed, too_long
from surveyapp.forms.rating import cleaned
from surveyapp.services.drafts.authoring import Base


class TextForm(PageForm):
    """The text of a questionnaire, or a file in its place, and what its author has seen."""

    text = TextAreaField()
    file = FileField()
    base = HiddenField()
    seen = HiddenField()  # what was saved meanwhile and has been looked at

    def content(self) -> tuple[bytes, str]:
        """The text and its name; of a file as it is, of the page with the line ends of files."""
        if self.file.data:
            return self.file.data.read(), self.file.data.filename or "file"
        return (self.text.data or "").replace("\r\n", "\n").encode(), ""

    def based_on(self) -> Base:
        number, _, draft = (self.seen.data or self.base.data or "").partition(".")
        return Base(int(number) if number.isdecimal() and len(number) < 6 else 0, draft)


class NewKeyForm(PageForm):
    """Another key for a copy."""

    key = StringField(filters=[cleaned], validators=[needed, Length(max=40, message=too_long)])
