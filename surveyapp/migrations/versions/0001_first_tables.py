"""First tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("timezone", sa.String(length=64), nullable=False),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("policy", sa.JSON(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=True),
        sa.Column("escrow_file", sa.String(length=255), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_version", sa.String(length=64), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("key", name=op.f("uq_cycle_key")),
    )
    op.create_table(
        "questionnaire",
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("key", sa.String(length=100), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_questionnaire")),
    )
    op.create_table(
        "cycle_questionnaire",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("questionnaire_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_questionnaire_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_hash"],
            ["questionnaire.hash"],
            name=op.f("fk_cycle_questionnaire_questionnaire_hash_questionnaire"),
        ),
        sa.PrimaryKeyConstraint("cycle_id", "position", name=op.f("pk_cycle_questionnaire")),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("external_id", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("account_id", sa.String(length=32), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_person_account_id_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("external_id", name=op.f("uq_person_external_id")),
    )
    op.create_table(
        "cycle_ratee",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("ratee_id", sa.String(length=32), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("questionnaire_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_ratee_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["questionnaire_hash"],
            ["questionnaire.hash"],
            name=op.f("fk_cycle_ratee_questionnaire_hash_questionnaire"),
        ),
        sa.ForeignKeyConstraint(
            ["ratee_id"], ["person.id"], name=op.f("fk_cycle_ratee_ratee_id_person")
        ),
        sa.PrimaryKeyConstraint("cycle_id", "ratee_id", name=op.f("pk_cycle_ratee")),
    )
    op.create_table(
        "invitation",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("rater_id", sa.String(length=32), nullable=False),
        sa.Column("token_digest", sa.LargeBinary(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("reminders_off", sa.Boolean(), nullable=False),
        sa.Column("extended_to", sa.DateTime(timezone=True), nullable=True),
        sa.Column("wave", sa.Integer(), nullable=False),
        sa.Column("mail_kind", sa.String(length=16), nullable=False),
        sa.Column("mail_state", sa.String(length=16), nullable=False),
        sa.Column("mail_attempts", sa.Integer(), nullable=False),
        sa.Column("mail_due_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("mail_doubled", sa.Boolean(), nullable=False),
        sa.Column("mail_error", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_invitation_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_invitation_rater_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_invitation")),
        sa.UniqueConstraint("cycle_id", "rater_id", name=op.f("uq_invitation_cycle_id")),
        sa.UniqueConstraint("token_digest", name=op.f("uq_invitation_token_digest")),
    )
    op.create_table(
        "reminder_wave",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("queued", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["cycle.id"],
            name=op.f("fk_reminder_wave_cycle_id_cycle"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("cycle_id", "at", name=op.f("pk_reminder_wave")),
    )
    op.create_table(
        "stopped_address",
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("address_digest", name=op.f("pk_stopped_address")),
    )
    op.create_table(
        "link_request",
        sa.Column("address_digest", sa.LargeBinary(), nullable=False),
        sa.Column("hour", sa.DateTime(timezone=True), nullable=False),
        sa.Column("handled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("address_digest", "hour", name=op.f("pk_link_request")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "mixing_record",
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_mixing_record_cycle_id_cycle")
        ),
        sa.PrimaryKeyConstraint("cycle_id", name=op.f("pk_mixing_record")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(length=100), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("cycle_key", sa.String(length=64), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
    )
    op.create_table(
        "response_group",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("ratee_id", sa.String(length=32), nullable=False),
        sa.Column("relations", sa.String(length=64), nullable=False),
        sa.Column("attributed", sa.Boolean(), nullable=False),
        sa.Column("invited", sa.Integer(), nullable=False),
        sa.Column("answered", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["cycle.id"], name=op.f("fk_response_group_cycle_id_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["ratee_id"], ["person.id"], name=op.f("fk_response_group_ratee_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response_group")),
        sa.UniqueConstraint(
            "cycle_id", "ratee_id", "relations", name=op.f("uq_response_group_cycle_id")
        ),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "cell",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cycle_id", sa.String(length=32), nullable=False),
        sa.Column("ratee_id", sa.String(length=32), nullable=False),
        sa.Column("relation", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id", "ratee_id"],
            ["cycle_ratee.cycle_id", "cycle_ratee.ratee_id"],
            name=op.f("fk_cell_cycle_id_cycle_ratee"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cell")),
        sa.UniqueConstraint("cycle_id", "ratee_id", "relation", name=op.f("uq_cell_cycle_id")),
    )
    op.create_table(
        "comment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("rater_id", sa.String(length=32), nullable=True),
        sa.Column("question_id", sa.String(length=64), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("label", sa.String(length=8), nullable=True),
        sa.ForeignKeyConstraint(
            ["group_id"], ["response_group.id"], name=op.f("fk_comment_group_id_response_group")
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_comment_rater_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "response",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("group_id", sa.String(length=32), nullable=False),
        sa.Column("rater_id", sa.String(length=32), nullable=True),
        sa.Column("ratings", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["group_id"], ["response_group.id"], name=op.f("fk_response_group_id_response_group")
        ),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_response_rater_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_response")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cell_id", sa.String(length=32), nullable=False),
        sa.Column("rater_id", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("withdrawal_tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_assignment_cell_id_cell")),
        sa.ForeignKeyConstraint(
            ["rater_id"], ["person.id"], name=op.f("fk_assignment_rater_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("cell_id", "rater_id", name=op.f("uq_assignment_cell_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_rater_id"), ["rater_id"], unique=False)

    op.create_table(
        "ballot",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("cell_id", sa.String(length=32), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("receipt_digest", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["cell_id"], ["cell.id"], name=op.f("fk_ballot_cell_id_cell")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ballot")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("assignment_id", sa.String(length=32), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignment.id"], name=op.f("fk_draft_assignment_id_assignment")
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_draft")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("draft")
    op.drop_table("ballot")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_rater_id"))

    op.drop_table("assignment")
    op.drop_table("response")
    op.drop_table("comment")
    op.drop_table("cell")
    op.drop_table("response_group")
    op.drop_table("audit_event")
    op.drop_table("mixing_record")
    op.drop_table("link_request")
    op.drop_table("stopped_address")
    op.drop_table("reminder_wave")
    op.drop_table("invitation")
    op.drop_table("cycle_ratee")
    op.drop_table("person")
    op.drop_table("cycle_questionnaire")
    op.drop_table("questionnaire")
    op.drop_table("cycle")
    op.drop_table("account")
