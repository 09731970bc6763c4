"""What account managers and their supervisors agree on after a report

Whether supervisors read reports is a rule in the policy of a cycle. Cycles that were made before
say nothing of it, which means no: their raters were told so.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "development_action",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("ratee_id", sa.String(length=32), nullable=False),
        sa.Column("text", sa.String(length=300), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "ratee_id"],
            ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"],
            name=op.f("fk_development_action_cycle_id_cycle_ratee"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_development_action")),
    )
    op.create_index(op.f("ix_development_action_ratee_id"), "development_action", ["ratee_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_development_action_ratee_id"), "development_action")
    op.drop_table("development_action")
