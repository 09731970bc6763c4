"""The form that starts a batch of reports."""

from __future__ import annotations

from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import Optional

from surveyapp.forms.accounts import PageForm
from surveyapp.i18n import LANGUAGES


class BatchForm(PageForm):
    """For whom the reports are, and in which language; "" is each manager's own."""

    audience = SelectField(choices=[SelectChoice(word) for word in ("manager", "hr")])
    language = SelectField(
        choices=[SelectChoice(word) for word in ("", *LANGUAGES)], validators=[Optional()]
    )
