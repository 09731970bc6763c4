"""Forms by which raters are proposed, decided on and limited, and actions agreed."""

from __future__ import annotations

from wtforms import EmailField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # older stubs
from wtforms.validators import Length, Optional

from questionnaires.model import Relation
from surveyapp.forms.accounts import MAX_EMAIL, PageForm, needed, too_long
from surveyapp.forms.cycles import Day
from surveyapp.forms.rating import cleaned
from surveyapp.i18n import LANGUAGES
from surveyapp.services.drafts.nominations import MAX_REASON, Candidate
from surveyapp.services.results.actions import MAX_TEXT
from surveyapp.services.rosters.roster import LIMITS


class CandidateForm(PageForm):
    """Somebody who might rate: by mail address, and by name where nobody knows them yet."""

    email = EmailField(
        filters=[cleaned], validators=[needed, Length(max=MAX_EMAIL, message=too_long)]
    )
    name = StringField(filters=[cleaned], validators=[Length(max=LIMITS["name"], message=too_long)])
    account = StringField(
        filters=[cleaned], validators=[Length(max=LIMITS["account"], message=too_long)]
    )
    language = SelectField(
        choices=[SelectChoice(language) for language in LANGUAGES], default=LANGUAGES[0]
    )

    def candidate(self) -> Candidate:
        return Candidate(
            name=self.name.data or "",
            email=self.email.data or "",
            language=self.language.data or "",
            account=self.account.data or "",
        )


class ProposalForm(CandidateForm):
    relation = RadioField(
        choices=[SelectChoice(Relation.PEER), SelectChoice(Relation.CUSTOMER)],
        validators=[needed],
    )


class DecisionForm(PageForm):
    """A proposed rater, and why not."""

    rater = StringField(filters=[cleaned], validators=[needed])
    reason = StringField(filters=[cleaned], validators=[Length(max=MAX_REASON, message=too_long)])


class ActionForm(PageForm):
    text = StringField(
        filters=[cleaned], validators=[needed, Length(max=MAX_TEXT, message=too_long)]
    )
    due = Day(validators=[Optional()])
