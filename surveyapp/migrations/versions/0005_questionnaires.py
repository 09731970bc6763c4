"""Questionnaires that are saved in the database, and words of one's own for mails"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "questionnaire_version",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("saved_by", sa.String(length=100), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["hash"],
            ["questionnaire.hash"],
            name=op.f("fk_questionnaire_version_hash_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("key", "number", name=op.f("pk_questionnaire_version")),
    )
    op.create_table(
        "questionnaire_draft",
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("saved_by", sa.String(length=100), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_questionnaire_draft")),
    )
    op.create_table(
        "mail_text",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("greeting", sa.Text(), nullable=False),
        sa.Column("closing", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_mail_text_cycle_id_cycle"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("cycle_id", "kind", "language", name=op.f("pk_mail_text")),
    )


def downgrade() -> None:
    op.drop_table("mail_text")
    op.drop_table("questionnaire_draft")
    op.drop_table("questionnaire_version")
