"""The signed record of a closing: what was mixed under which rules, without a single answer."""

from __future__ import annotations

import json
from typing import Any

from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from analysis.disclosure import Policy
from surveyapp.errors import NotFound, Refused
from surveyapp.i18n import N_
from surveyapp.models import Cycle, MixingRecord, ResponseGroup

KIND = "surveyapp mixing record 1"


def write_record(session: Session, cycle: Cycle, key: SigningKey, program: str) -> None:
    """Sign what a closing has done; ``program`` is the version that did it."""
    content = json.dumps(
        {
            "kind": KIND,
            "cycle": cycle.key,
            "closed_at": cycle.closed_at.isoformat() if cycle.closed_at else None,
            "questionnaires": {q.position: q.questionnaire_hash for q in cycle.questionnaires},
            "policy": cycle.policy,
            "groups": _counts(session, cycle),
            "program": program,
            "signed_by": bytes(key.verify_key).hex(),
        },
        ensure_ascii=False,
        sort_keys=True,
    )
    signature = key.sign(content.encode()).signature
    session.add(MixingRecord(cycle_id=cycle.id, content=content, signature=signature))
    session.flush()


def _counts(session: Session, cycle: Cycle) -> dict[str, dict[str, Any]]:
    """Per kind of group how many were shown and hidden; of people, no number below k."""
    k = Policy.model_validate(cycle.policy).threshold
    groups = session.scalars(select(ResponseGroup).where(ResponseGroup.cycle_id == cycle.id)).all()
    result = {}
    for relations in sorted({group.relations for group in groups}):
        rows = [group for group in groups if group.relations == relations]
        shown = [group.answered for group in rows if group.answered is not None]
        result[relations] = {
            "groups_shown": len(shown),
            "groups_hidden": len(rows) - len(shown),
            "invited": _told(sum(group.invited for group in rows), k),
            "answered_in_shown": _told(sum(shown), k),
        }
    return result


def _told(people: int, k: int) -> int | str:
    return people if people >= k else f"fewer than {k}"


def has_record(session: Session, cycle: Cycle) -> bool:
    """Whether this service closed the cycle, so that there is a record of it."""
    return session.scalar(select(MixingRecord.cycle_id).filter_by(cycle_id=cycle.id)) is not None


def signed_record(session: Session, cycle: Cycle) -> dict[str, Any]:
    """The record of a closed cycle as it is written out."""
    row = session.get(MixingRecord, cycle.id)
    if row is None:
        raise NotFound(
            N_("The cycle %(cycle)s has no record; one is made when a cycle is closed."),
            cycle=cycle.key,
        )
    return {"record": row.content, "signature": row.signature.hex()}


def read_record(content: bytes) -> Any:
    """A record that was written out, or whatever else the file holds; not yet verified."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Refused(N_("This file is no record: it is no JSON.")) from error


def verify_record(signed: Any, key: SigningKey, cycle: str) -> dict[str, Any]:
    """What a record says; refused unless this service has signed exactly that, for this cycle."""
    try:
        content = str(signed["record"])
        key.verify_key.verify(content.encode(), bytes.fromhex(signed["signature"]))
    except (KeyError, TypeError, ValueError, BadSignatureError) as error:
        raise Refused(
            N_(
                "This is no genuine record of %(cycle)s: it was changed, or signed with "
                "another key than that of this service (%(own)s)."
            ),
            cycle=cycle,
            own=bytes(key.verify_key).hex(),
        ) from error
    said: dict[str, Any] = json.loads(content)
    if said["cycle"] != cycle:
        raise Refused(
            N_("This is the record of %(said_cycle)s, not of %(cycle)s."),
            said_cycle=said["cycle"],
            cycle=cycle,
        )
    return said
