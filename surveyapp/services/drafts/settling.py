"""What ends when a draft opens: nominations are settled, and nothing can be undone any more."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, Nomination, NominationState
from surveyapp.services.rosters import rostersnapshots


def settle(session: Session, cycle: Cycle) -> None:
    """Delete what was declined and the snapshot; refused while a nomination waits for a decision.

    Who was declined is nobody's business any more. Who was approved is an assignment like any
    other; that it was a nomination is kept until the closing, for an opening may be taken back.
    """
    waiting = select(func.count()).where(
        Nomination.cycle_id == cycle.id, Nomination.state == NominationState.PROPOSED
    )
    count = session.scalar(waiting) or 0
    if count:
        raise Refused(
            N_("%(count)s nominations of %(cycle)s wait for a decision."),
            command="See: surveyapp nomination list %(cycle)s",
            count=count,
            cycle=cycle.key,
        )
    declined = Nomination.state == NominationState.DECLINED
    session.execute(delete(Nomination).where(Nomination.cycle_id == cycle.id, declined))
    rostersnapshots.drop(session, cycle.id)
