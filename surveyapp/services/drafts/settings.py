"""What of a draft can still be changed: title, zone, dates, reminders, policy, nominations.

A page or a command takes the settings as they are, replaces some, and hands them back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from questionnaires.model import Relation
from surveyapp.errors import Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, CycleState, Invitation, NominationRule, ReminderWave
from surveyapp.services.cycles import require_future, require_sense, require_state, zone
from surveyapp.services.drafts.copies import dates_of
from surveyapp.services.mails import waves

MOST_NOMINATED = 50


@dataclass(frozen=True)
class CycleSettings:
    title: str
    timezone: str
    opens_at: datetime | None
    closes_at: datetime | None
    remind_at: tuple[datetime, ...]
    policy: Policy
    nominations: Mapping[Relation, tuple[int, int]] = field(default_factory=dict)  # least, most


def settings_of(session: Session, cycle: Cycle) -> CycleSettings:
    dates = dates_of(session, cycle)
    return CycleSettings(
        title=cycle.title,
        timezone=cycle.timezone,
        opens_at=dates.opens_at,
        closes_at=dates.closes_at,
        remind_at=dates.remind_at,
        policy=Policy.model_validate(cycle.policy),
        nominations=nominations_of(session, cycle),
    )


def nominations_of(session: Session, cycle: Cycle) -> dict[Relation, tuple[int, int]]:
    rules = session.scalars(
        select(NominationRule)
        .where(NominationRule.cycle_id == cycle.id)
        .order_by(NominationRule.relation)
    )
    return {Relation(rule.relation): (rule.least, rule.most) for rule in rules}


def change_settings(session: Session, cycle: Cycle, settings: CycleSettings, now: datetime) -> None:
    """Give a draft other settings; the questionnaires and the roster stay."""
    require_state(cycle, CycleState.DRAFT)
    require_sense(settings.title, settings.opens_at, settings.closes_at)
    require_future(settings.closes_at, now)
    zone(settings.timezone)
    cycle.timezone = settings.timezone
    cycle.title = settings.title or cycle.key
    cycle.opens_at, cycle.closes_at = settings.opens_at, settings.closes_at
    cycle.policy = settings.policy.model_dump(mode="json")
    session.execute(delete(ReminderWave).where(ReminderWave.cycle_id == cycle.id))
    session.expire_all()
    waves.plan(session, cycle, settings.remind_at)
    allow_nominations(session, cycle, settings.nominations)


def allow_nominations(
    session: Session, cycle: Cycle, rules: Mapping[Relation, tuple[int, int]]
) -> None:
    """How many raters of which relations a ratee may have by nomination."""
    for relation, (least, most) in rules.items():
        if relation not in {Relation.PEER, Relation.CUSTOMER}:
            reason = N_("%(relation)s cannot be nominated; only PEER and CUSTOMER can.")
            raise Refused(reason, relation=relation)
        if not 0 <= least <= most <= MOST_NOMINATED or most == 0:
            raise Refused(
                N_(
                    "%(relation)s=%(least)d-%(most)d makes no sense; write the least and the "
                    "most, up to %(limit)d, such as %(relation)s=3-8."
                ),
                relation=relation,
                least=least,
                most=most,
                limit=MOST_NOMINATED,
            )
    session.execute(delete(NominationRule).where(NominationRule.cycle_id == cycle.id))
    for relation, (least, most) in rules.items():
        session.add(NominationRule(cycle_id=cycle.id, relation=relation, least=least, most=most))
    session.flush()


def extend_cycle(
    session: Session,
    cycle: Cycle,
    closes_at: datetime,
    now: datetime,
    remind_at: tuple[datetime, ...] = (),
) -> None:
    """Let all raters of an open cycle answer longer; links and answers stay as they are.

    Not once the closing day is over and a rater has more time than the others: what came in since
    came from such raters, and nothing is told of it until the closing. With a common deadline
    again the bands would speak, and would tell it.
    """
    require_state(cycle, CycleState.OPEN)
    before = cycle.closes_at
    if before is None:
        reason = N_("%(key)s has no closing day; there is nothing to extend.")
        raise Refused(reason, key=cycle.key)
    if closes_at <= max(before, now):
        reason = N_("The new closing day must be later than now and than %(day)s.")
        raise Refused(reason, day=f"{before:%Y-%m-%d}")
    alone = exists().where(Invitation.cycle_id == cycle.id, Invitation.extended_to.is_not(None))
    if now > before and session.scalar(select(alone)):
        raise Refused(
            N_(
                "The closing day of %(key)s is over and single raters were given more time; "
                "extending for all would tell what they did. Extend single raters, or close the "
                "cycle."
            ),
            key=cycle.key,
        )
    late = [at for at in remind_at if at <= now]
    if late:
        reason = N_("A reminder on %(at)s lies behind us; choose a later day.")
        raise Refused(reason, at=f"{late[0]:%Y-%m-%d %H:%M}")
    cycle.closes_at = closes_at
    waves.plan(session, cycle, set(remind_at) - set(dates_of(session, cycle).remind_at))
