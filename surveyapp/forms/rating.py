"""The rating form, made from the questionnaire: one field per item and open question."""

from __future__ import annotations

import hmac
import re
import unicodedata
from typing import Any

from flask_wtf import FlaskForm
from wtforms import Field, IntegerField, RadioField, StringField, TextAreaField
from wtforms.csrf.core import CSRF
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import AnyOf, InputRequired, Length, Optional, ValidationError

from questionnaires.model import Questionnaire, Relation
from surveyapp.i18n import translations
from surveyapp.services.responses import CANNOT_JUDGE, Answers, Saved

MAX_TEXT = 2000
MAX_RECEIPT = 100  # more than any way to write one
CONTROL = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff]")


def cleaned(text: str | None) -> str:
    """Text as it is kept: NFC, one kind of line end, no control characters."""
    normal = unicodedata.normalize("NFC", (text or "").replace("\r\n", "\n").replace("\r", "\n"))
    return CONTROL.sub("", normal).strip()


class LinkCSRF(CSRF):
    """The form token derives from the personal link: no cookie, no session, nothing expires."""

    def setup_form(self, form: Any) -> Any:
        self.expected = str(form.meta.csrf_context)
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        return self.expected

    def validate_csrf_token(self, form: Any, field: Field) -> None:
        sent = str(field.data or "")
        # As bytes: compare_digest raises TypeError on text that is not ASCII.
        if not hmac.compare_digest(sent.encode(errors="replace"), self.expected.encode()):
            raise ValidationError("form token")


class LinkForm(FlaskForm):
    """A form that only the page of its own link can send."""

    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = LinkCSRF
        csrf_field_name = "form_token"


class WithdrawalForm(LinkForm):
    """Taking submitted answers back, with the receipt."""

    receipt = StringField(filters=[cleaned], validators=[Length(max=MAX_RECEIPT)])


class RatingForm(LinkForm):
    """Base of the generated forms."""

    version = IntegerField(default=0, validators=[Optional()])  # of the draft that the page knows

    def answers(self) -> Answers:
        """What was ticked and typed, as the services take it."""
        ratings: dict[str, int | str] = {}
        texts: dict[str, str] = {}
        for name, field in self._fields.items():
            kind, _, identity = name.partition("-")
            if kind == "item" and field.data:
                ratings[identity] = field.data if field.data == CANNOT_JUDGE else int(field.data)
            elif kind == "open" and field.data:
                texts[identity] = field.data
        return Answers(ratings, texts)


def rating_form(
    questionnaire: Questionnaire, relation: Relation, language: str, *, complete: bool
) -> type[RatingForm]:
    """The form class of a relation; ``complete`` demands an answer to every item."""
    _ = translations(language).gettext
    choose = _("Please choose an answer.")
    needed = InputRequired(choose) if complete else Optional()
    fields: dict[str, Any] = {}
    for item in questionnaire.items_for(relation):
        points = [str(point.value) for point in questionnaire.scale_of(item).points]
        fields[f"item-{item.id}"] = RadioField(
            choices=[SelectChoice(value) for value in (*points, CANNOT_JUDGE)],
            validators=[needed, AnyOf((*points, CANNOT_JUDGE), choose)],
            validate_choice=False,  # it would say so in English
        )
    for question in questionnaire.open_questions_for(relation):
        too_long = _("Please shorten this to %(max)d characters.") % {"max": MAX_TEXT}
        fields[f"open-{question.id}"] = TextAreaField(
            filters=[cleaned], validators=[Length(max=MAX_TEXT, message=too_long)]
        )
    return type("GeneratedRatingForm", (RatingForm,), fields)


def initial(saved: Saved) -> dict[str, str | int]:
    """A saved draft as the data of a form."""
    ratings, texts = saved.answers.ratings, saved.answers.texts
    data: dict[str, str | int] = {"version": saved.version}
    data |= {f"item-{identity}": str(point) for identity, point in ratings.items()}
    return data | {f"open-{identity}": text for identity, text in texts.items()}
