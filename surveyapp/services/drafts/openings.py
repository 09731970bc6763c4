"""Taking an opening back, as long as no mail has left.

Whether that is possible depends on mails alone. Links exist nowhere but in mails, so before the
first one leaves nobody can have answered, and a refusal tells nothing of answers.
"""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import (
    Assignment,
    AssignmentState,
    Cell,
    Cycle,
    CycleState,
    Invitation,
    MailState,
)
from surveyapp.services.cycles import require_state


def take_back(session: Session, cycle: Cycle) -> None:
    """Make an opened cycle a draft again; its keys are to be destroyed after the commit."""
    require_state(cycle, CycleState.OPEN)
    invitations = session.scalars(
        select(Invitation).where(Invitation.cycle_id == cycle.id).with_for_update()
    ).all()
    # A form that was answered all the same, through a link that came another way, is never lost.
    untouched = (
        select(Assignment.id)
        .join(Cell)
        .where(Cell.cycle_id == cycle.id, Assignment.state != AssignmentState.OPEN)
    )
    if any(map(_may_have_left, invitations)) or session.scalar(untouched.limit(1)):
        raise Refused(
            N_("Mails of %(cycle)s have left already; the opening cannot be taken back."),
            cycle=cycle.key,
        )
    session.execute(delete(Invitation).where(Invitation.cycle_id == cycle.id))
    cycle.opened_at = cycle.public_key = None
    cycle.escrow_file = ""
    session.flush()


def _may_have_left(invitation: Invitation) -> bool:
    waits = (invitation.mail_state, invitation.wave, invitation.mail_attempts)
    return waits != (MailState.QUEUED, 0, 0) or invitation.mail_doubled
