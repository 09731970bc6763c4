"""Undoing roster imports, nominations, and counting faster"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "roster_snapshot",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_roster_snapshot_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_roster_snapshot")),
    )
    op.create_table(
        "nomination_rule",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("least", sa.Integer(), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_nomination_rule_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "relation", name=op.f("pk_nomination_rule")),
    )
    op.create_table(
        "nomination",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("ratee_id", sa.String(length=32), nullable=False),
        sa.Column("rater_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposed_by", sa.String(length=100), nullable=False),
        sa.Column("decided_by", sa.String(length=100), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "ratee_id"],
            ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"],
            name=op.f("fk_nomination_cycle_id_cycle_ratee"),
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_nomination_rater_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "ratee_id", "rater_id", name=op.f("pk_nomination")),
    )
    op.create_index(op.f("ix_assignment_cell_id"), "assignment", ["cell_id", "state"])


def downgrade() -> None:
    op.drop_index(op.f("ix_assignment_cell_id"), "assignment")
    op.drop_table("nomination")
    op.drop_table("nomination_rule")
    op.drop_table("roster_snapshot")
