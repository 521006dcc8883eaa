"""batches, controlled drugs and recalls.

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

from batch_records.types import UtcDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "batch_numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_batch_numbers")),
        sa.UniqueConstraint("key", name=op.f("uq_batch_numbers_key")),
    )
    op.create_table(
        "batch_units",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("formulation", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("storage", sa.Text(), nullable=False),
        sa.Column("dose", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("beyond_use_date", UtcDateTime(), nullable=True),
        sa.CheckConstraint("state <> 'assigned' OR dose <> ''", name=op.f("ck_batch_units_assigned_to_a_dose")),
        sa.CheckConstraint(
            "state IN ('quarantine', 'available', 'assigned', 'sample', 'retained', 'rejected', 'expired', 'wasted', 'held')",
            name=op.f("ck_batch_units_state_known"),
        ),
        sa.PrimaryKeyConstraint("record", "serial", name=op.f("pk_batch_units")),
    )
    op.create_index(op.f("ix_batch_units_beyond_use_date"), "batch_units", ["beyond_use_date"], unique=False)
    op.create_index(op.f("ix_batch_units_dose"), "batch_units", ["dose"], unique=False)
    op.create_index(op.f("ix_batch_units_lot"), "batch_units", ["lot"], unique=False)
    op.create_index("ix_batch_units_offered", "batch_units", ["formulation", "state", "beyond_use_date"], unique=False)
    op.create_index(op.f("ix_batch_units_patient"), "batch_units", ["patient"], unique=False)
    op.create_table(
        "batches",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("formulation", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("tested", sa.BigInteger(), nullable=False),
        sa.Column("units", sa.BigInteger(), nullable=False),
        sa.Column("finished", sa.BigInteger(), nullable=False),
        sa.Column("available", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("completed_by", sa.Text(), nullable=False),
        sa.Column("checked_by", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", UtcDateTime(), nullable=False),
        sa.Column("beyond_use_date", UtcDateTime(), nullable=True),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "checked_by = '' OR checked_by <> completed_by", name=op.f("ck_batches_maker_is_not_checker")
        ),
        sa.CheckConstraint("status <> 'released' OR released_by <> ''", name=op.f("ck_batches_released_is_signed")),
        sa.CheckConstraint(
            "status IN ('planned', 'staged', 'in_prep', 'in_process_check', 'awaiting_check', 'second_check', 'quarantined', 'released', 'rejected', 'cancelled')",
            name=op.f("ck_batches_status_known"),
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_batches")),
    )
    op.create_index(op.f("ix_batches_formulation"), "batches", ["formulation"], unique=False)
    op.create_index(op.f("ix_batches_number"), "batches", ["number"], unique=False)
    op.create_index(op.f("ix_batches_status"), "batches", ["status"], unique=False)
    op.create_table(
        "controlled_counts",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("done_at", UtcDateTime(), nullable=True),
        sa.Column("counted_by", sa.Text(), nullable=False),
        sa.Column("differing", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_controlled_counts")),
    )
    op.create_index(op.f("ix_controlled_counts_location"), "controlled_counts", ["location"], unique=False)
    op.create_table(
        "controlled_volumes",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("microlitres", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "seq", "part", name=op.f("pk_controlled_volumes")),
    )
    op.create_index("controlled_volumes_of_product", "controlled_volumes", ["product", "location", "at"], unique=False)
    op.create_index(op.f("ix_controlled_volumes_about"), "controlled_volumes", ["about"], unique=False)
    op.create_table(
        "controlled_wastes",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("offered_at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("witness", sa.Text(), nullable=False),
        sa.Column("differs", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_controlled_wastes")),
    )
    op.create_index(op.f("ix_controlled_wastes_about"), "controlled_wastes", ["about"], unique=False)
    op.create_index(op.f("ix_controlled_wastes_status"), "controlled_wastes", ["status"], unique=False)
    op.create_table(
        "discrepancy_cases",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("difference", sa.BigInteger(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=True),
        sa.Column("involved", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_discrepancy_cases")),
    )
    op.create_index(op.f("ix_discrepancy_cases_product"), "discrepancy_cases", ["product"], unique=False)
    op.create_index(op.f("ix_discrepancy_cases_status"), "discrepancy_cases", ["status"], unique=False)
    op.create_table(
        "recall_numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_recall_numbers")),
        sa.UniqueConstraint("key", name=op.f("uq_recall_numbers_key")),
    )
    op.create_table(
        "recall_tasks",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("recall", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("settled", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("last_by", sa.Text(), nullable=False),
        sa.Column("last_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("record", "item", name=op.f("pk_recall_tasks")),
    )
    op.create_index("ix_recall_tasks_item", "recall_tasks", ["item"], unique=False)
    op.create_index("ix_recall_tasks_of", "recall_tasks", ["recall", "settled", "category"], unique=False)
    op.create_table(
        "recalls",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("status IN ('open', 'closing', 'closed')", name=op.f("ck_recalls_status_known")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_recalls")),
    )
    op.create_index(op.f("ix_recalls_status"), "recalls", ["status"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("records are never removed; restore a backup instead")
