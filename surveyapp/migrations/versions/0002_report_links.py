"""Personal links to reports"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "report_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("ratee_id", sa.String(length=32), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("mail_state", sa.String(length=16), nullable=False),
        sa.Column("mail_attempts", sa.Integer(), nullable=False),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_doubled", sa.Boolean(), nullable=False),
        sa.Column("mail_error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "ratee_id"],
            ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"],
            name=op.f("fk_report_link_cycle_id_cycle_ratee"),
        ),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_report_link_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["ratee_id"], ["person.id"], name=op.f("fk_report_link_ratee_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_report_link")),
        sa.UniqueConstraint("cycle_id", "ratee_id", name=op.f("uq_report_link_cycle_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_report_link_token_digest")),
    )


def downgrade() -> None:
    op.drop_table("report_link")
