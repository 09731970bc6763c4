"""Answers posted as a program would: no page is fetched first."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from surveyapp import tokens
from surveyapp.models import Cycle, Invitation
from surveyapp.runtime import Runtime
from surveyapp.services.invitations import assignments_of

ITEMS = ("clear", "quick", "slow")


@dataclass(frozen=True)
class Form:
    """One form that somebody can fill in."""

    rater: str  # external ids
    ratee: str
    relation: str
    token: str
    number: int
    assignment: str
    cell: str

    @property
    def address(self) -> str:
        return f"/r/{self.token}/{self.number}"

    def data(self, points, text: str = "", action: str = "submit") -> dict[str, str]:
        """What a browser would send with these points for clear, quick and slow."""
        answers = {f"item-{i}": str(point) for i, point in zip(ITEMS, points, strict=True)}
        answers |= {"open-wish": text, "action": action}
        return answers | {"form_token": tokens.form_token(self.token, self.assignment)}


def forms(run: Runtime, key: str = "2026-Q4") -> list[Form]:
    """All forms of a cycle, by rater and number."""
    with run.database.reading() as session:
        cycle = session.scalars(select(Cycle).where(Cycle.key == key)).one()
        link_key = run.keys.load(cycle.id).link_key
        found = [
            Form(
                rater=invitation.rater.external_id,
                ratee=assignment.cell.ratee.external_id,
                relation=assignment.cell.relation,
                token=tokens.link_token(link_key, invitation.id, invitation.generation),
                number=number,
                assignment=assignment.id,
                cell=assignment.cell_id,
            )
            for invitation in session.scalars(
                select(Invitation).where(Invitation.cycle_id == cycle.id)
            )
            for number, assignment in enumerate(assignments_of(session, invitation), start=1)
        ]
    return sorted(found, key=lambda form: (form.rater, form.number))
