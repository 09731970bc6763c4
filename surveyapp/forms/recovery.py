"""The form that asks for one's link; its token needs neither a cookie nor a personal link."""

from __future__ import annotations

import hmac
from datetime import datetime
from typing import Any

from flask_wtf import FlaskForm
from wtforms import EmailField, Field
from wtforms.csrf.core import CSRF
from wtforms.validators import Length, ValidationError

from surveyapp.forms.rating import cleaned
from surveyapp.tokens import window_token

WINDOW = 3600  # seconds; a page stays good for one to two of them
MAX_ADDRESS = 254


class WindowCSRF(CSRF):
    """The form token derives from a secret of the service and the hour."""

    def setup_form(self, form: Any) -> Any:
        self.expected: tuple[str, str] = form.meta.csrf_context  # of this window and the one before
        return super().setup_form(form)

    def generate_csrf_token(self, csrf_token_field: Field) -> str:
        return self.expected[0]

    def validate_csrf_token(self, form: Any, field: Field) -> None:
        sent = str(field.data or "").encode(errors="replace")
        if not any(hmac.compare_digest(sent, good.encode()) for good in self.expected):
            raise ValidationError("form token")


class RecoveryForm(FlaskForm):
    class Meta(FlaskForm.Meta):
        csrf = True
        csrf_class = WindowCSRF
        csrf_field_name = "form_token"

    address = EmailField(filters=[cleaned], validators=[Length(min=1, max=MAX_ADDRESS)])


def recovery_form(secret: bytes, now: datetime, formdata: Any = None) -> RecoveryForm:
    window = int(now.timestamp()) // WINDOW
    good = tuple(window_token(secret, "recover", window - age) for age in (0, 1))
    return RecoveryForm(formdata=formdata, meta={"csrf_context": good})
