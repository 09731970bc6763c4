"""Forms of the pages for accounts. ``views/access.py`` checks their token before any view."""

from __future__ import annotations

from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    EmailField,
    Field,
    PasswordField,
    SelectField,
    SelectMultipleField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import EqualTo, InputRequired, Length

from surveyapp.forms.rating import cleaned
from surveyapp.i18n import LANGUAGES, N_
from surveyapp.models import Role
from surveyapp.passwords import MAX_LENGTH

MAX_EMAIL = 254
MAX_CODE = 60

needed = InputRequired(N_("Please fill this in."))
too_long = N_("This is too long.")


class PageForm(FlaskForm):
    """Base of all forms on pages for accounts. Messages are translated where they are shown."""

    class Meta(FlaskForm.Meta):
        csrf = False
        locales = ("en",)  # WTForms' own messages are not used


def password_field(*more: Any) -> Field:
    return PasswordField(validators=[needed, Length(max=4 * MAX_LENGTH, message=too_long), *more])


def email_field() -> Field:
    limit = Length(max=MAX_EMAIL, message=too_long)
    return EmailField(filters=[cleaned], validators=[needed, limit])


class SignInForm(PageForm):
    email = email_field()
    password = password_field()


class ForgottenForm(PageForm):
    email = email_field()


def code_field() -> Field:
    limit = Length(max=MAX_CODE, message=too_long)
    return StringField(filters=[cleaned], validators=[needed, limit])


class CodeForm(PageForm):
    code = code_field()


class NewPasswordForm(PageForm):
    password = password_field()
    again = password_field(EqualTo("password", N_("This is not the same password.")))


class PresentPasswordForm(PageForm):
    present = password_field()


class BothFactorsForm(PresentPasswordForm):
    """The present password, and a code of the authenticator where there is one."""

    code = code_field()

    def ask_for_code(self, wanted: bool) -> None:
        if not wanted:
            del self.code


class AuthenticatorForm(BothFactorsForm):
    """An authenticator in the place of another, or of none."""

    new_code = code_field()


class ChangePasswordForm(PresentPasswordForm, NewPasswordForm):
    pass


def roles_field() -> Field:
    """One box to tick for each role."""
    return SelectMultipleField(
        choices=[SelectChoice(role.value) for role in Role],
        validators=[InputRequired(N_("Please choose at least one role."))],
    )


class RolesForm(PageForm):
    roles = roles_field()

    def chosen(self) -> set[Role]:
        return {Role(word) for word in self.roles.data or ()}


class InviteForm(RolesForm):
    """An account by mail address, or for a person of the roster by their id."""

    who = StringField(
        filters=[cleaned], validators=[needed, Length(max=MAX_EMAIL, message=too_long)]
    )
    language = SelectField(choices=[SelectChoice(language) for language in LANGUAGES])


class ConfirmForm(PageForm):
    """An act that is confirmed by typing what it is done to."""

    typed = StringField(filters=[cleaned])
    second_factor = BooleanField()

    def confirms(self, word: str) -> bool:
        return self.validate() and (self.typed.data or "").casefold() == word.casefold()


class ErasureForm(ConfirmForm):
    """Erasing a person: whether results about them go too, and open cycles are no obstacle."""

    with_results = BooleanField()
    force = BooleanField()
