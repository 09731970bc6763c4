"""The table of what account managers and their supervisors agree on after a report."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ForeignKeyConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from surveyapp.models import Base, random_id


class DevelopmentAction(Base):
    """One thing that a ratee means to do by a day, agreed on the results of a cycle."""

    __tablename__ = "development_action"
    __table_args__ = (
        ForeignKeyConstraint(
            ["cycle_id", "ratee_id"], ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"]
        ),
    )
    id: Mapped[str] = mapped_column(String(32), primary_key=True, default=random_id)
    cycle_id: Mapped[str] = mapped_column(String(32))
    ratee_id: Mapped[str] = mapped_column(String(32), index=True)
    text: Mapped[str] = mapped_column(String(300))
    due_on: Mapped[date | None]
    done: Mapped[bool] = mapped_column(default=False)
