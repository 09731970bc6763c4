"""Links to set a password are their own outbox, as all other links are"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Links that were handed over stay good; their mail counts as sent."""
    kept = op.get_bind().execute(
        sa.text("SELECT token_digest, account_id, expires_at FROM account_link")
    )
    rows = [tuple(row) for row in kept]
    op.drop_index(op.f("ix_account_link_account_id"), "account_link")
    op.drop_table("account_link")
    op.create_table(
        "account_link",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("mail_kind", sa.String(length=16), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("mail_state", sa.String(length=16), nullable=False),
        sa.Column("mail_attempts", sa.Integer(), nullable=False),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_doubled", sa.Boolean(), nullable=False),
        sa.Column("mail_error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["user_account.id"],
            name=op.f("fk_account_link_account_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account_link")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_account_link_token_digest")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"])
    insert = sa.text(
        "INSERT INTO account_link VALUES (:id, :account, :until, 'account', :digest, "
        "1, 0, 'sent', 0, NULL, :doubled, '')"
    )
    for digest, account, until in rows:
        values = {"id": uuid.uuid4().hex, "account": account, "until": until, "digest": digest}
        op.get_bind().execute(insert, values | {"doubled": False})


def downgrade() -> None:
    op.drop_index(op.f("ix_account_link_account_id"), "account_link")
    op.drop_table("account_link")
    op.create_table(
        "account_link",
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["user_account.id"],
            name=op.f("fk_account_link_account_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("token_digest", name=op.f("pk_account_link")),
    )
    op.create_index(op.f("ix_account_link_account_id"), "account_link", ["account_id"])
