"""Looking at the mails of a cycle before raters do: on the screen, or in one's own mailbox."""

from __future__ import annotations

import secrets

from surveyapp.errors import MailUnavailable, Refused
from surveyapp.i18n import N_
from surveyapp.mail import MailServerGone, Postponed, Rejected, mailer
from surveyapp.outbox import sender_of
from surveyapp.runtime import Runtime
from surveyapp.services.audit import Act
from surveyapp.services.cycles import find_cycle
from surveyapp.services.mails import mailpreview
from surveyapp.services.mails.mailpreview import MailPreview, Wanted


def preview_mail(run: Runtime, key: str, wanted: Wanted) -> MailPreview:
    """The mail as a rater of the cycle would get it, with a link that leads nowhere."""
    with run.database.reading() as session:
        cycle = find_cycle(session, key)
        return mailpreview.preview(session, cycle, wanted, sender_of(run), run.config.now())


def send_trial(run: Runtime, key: str, wanted: Wanted, to: str) -> MailPreview:
    """Send that mail, marked as a test, to whoever wants to see it; returns what was sent."""
    sender, now = sender_of(run), run.config.now()
    message_id = secrets.token_hex(16)
    with run.database.transaction() as session:
        cycle = find_cycle(session, key)
        try:
            message = mailpreview.trial_mail(
                session, cycle, wanted, sender, now, to=to, message_id=message_id
            )
        except ValueError as error:
            raise Refused(N_("The test was not sent: %(error)s."), error=error) from error
        # Not to whom: it may be the address of a rater, and no row of the log names one.
        run.note(session, Act.MAIL_TEST, key, kind=wanted.kind, language=wanted.language)
    try:
        with mailer(run.config.mail_url) as connection:
            connection.send(message)
    except Rejected as problem:
        raise Refused(
            N_("The mail server refuses the test: %(problem)s."), problem=problem
        ) from problem
    except (Postponed, MailServerGone) as problem:
        raise MailUnavailable(
            N_("The test was not sent: %(problem)s."), problem=problem
        ) from problem
    return mailpreview.read_mail(message)
