"""Accounts remember who they are at the provider through which people sign in"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("user_account", sa.Column("provider_digest", sa.LargeBinary(), nullable=True))
    op.create_index(
        op.f("ix_user_account_provider_digest"), "user_account", ["provider_digest"], unique=True
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_user_account_provider_digest"), "user_account")
    op.drop_column("user_account", "provider_digest")
