"""the work.

Revision 0002, after 0001.
"""

import sqlalchemy as sa
from alembic import op

from batch_records.types import UtcDateTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checked_figures",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("ordered", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "drug", name=op.f("pk_checked_figures")),
    )
    op.create_table(
        "code_links",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("says", sa.Text(), nullable=False),
        sa.Column("item", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_code_links")),
    )
    op.create_index(op.f("ix_code_links_status"), "code_links", ["status"], unique=False)
    op.create_table(
        "containers_used",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("dose", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "slot", name=op.f("pk_containers_used")),
    )
    op.create_index(op.f("ix_containers_used_code"), "containers_used", ["code"], unique=False)
    op.create_index("ix_containers_used_lot", "containers_used", ["product", "lot"], unique=False)
    op.create_table(
        "doses",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("order_number", sa.Text(), nullable=False),
        sa.Column("order_version", sa.BigInteger(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("patient_name", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("subtitle", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("due", UtcDateTime(), nullable=False),
        sa.Column("not_before", UtcDateTime(), nullable=True),
        sa.Column("start_by", UtcDateTime(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("hood", sa.Text(), nullable=False),
        sa.Column("know", sa.Text(), nullable=False),
        sa.Column("completed_by", sa.Text(), nullable=False),
        sa.Column("released_by", sa.Text(), nullable=False),
        sa.Column("emergency", sa.BigInteger(), nullable=False),
        sa.Column("moved_at", UtcDateTime(), nullable=False),
        sa.Column("unpaired", sa.BigInteger(), nullable=False),
        sa.CheckConstraint(
            "released_by = '' OR emergency = 1 OR released_by <> completed_by",
            name=op.f("ck_doses_maker_is_not_checker"),
        ),
        sa.CheckConstraint(
            "status IN ('queued', 'held', 'staged', 'in_prep', 'in_process_check', 'awaiting_final_check', 'second_check', 'released', 'dispensed', 'delivered', 'administered', 'missing', 'returned', 'rejected', 'abandoned', 'cancelled', 'expired', 'quarantined', 'wasted')",
            name=op.f("ck_doses_status_known"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('released','dispensed','delivered','administered') OR released_by <> ''",
            name=op.f("ck_doses_released_is_signed"),
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_doses")),
    )
    op.create_index("ix_doses_due", "doses", ["due"], unique=False)
    op.create_index(op.f("ix_doses_number"), "doses", ["number"], unique=False)
    op.create_index(op.f("ix_doses_order_number"), "doses", ["order_number"], unique=False)
    op.create_index(op.f("ix_doses_patient"), "doses", ["patient"], unique=False)
    op.create_index(op.f("ix_doses_status"), "doses", ["status"], unique=False)
    op.create_table(
        "drug_versions",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("first", sa.Text(), nullable=True),
        sa.Column("second", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "stage IN ('LOADED', 'RELEASED_ONCE', 'IN_FORCE', 'REPLACED', 'WITHDRAWN')",
            name=op.f("ck_drug_versions_stage"),
        ),
        sa.PrimaryKeyConstraint("record", "version", name=op.f("pk_drug_versions")),
    )
    op.create_table(
        "hoods",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("room", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("hazardous", sa.Boolean(), nullable=False),
        sa.Column("in_service", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_hoods")),
    )
    op.create_table(
        "lots",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expires", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("on_hand", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_lots")),
    )
    op.create_index(op.f("ix_lots_product"), "lots", ["product"], unique=False)
    op.create_table(
        "messages",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_state"), "messages", ["state"], unique=False)
    op.create_table(
        "opened_containers",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("display", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("usable_until", UtcDateTime(), nullable=False),
        sa.Column("reserved_for", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("left", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_opened_containers")),
    )
    op.create_index(op.f("ix_opened_containers_product"), "opened_containers", ["product"], unique=False)
    op.create_index(op.f("ix_opened_containers_state"), "opened_containers", ["state"], unique=False)
    op.create_table(
        "order_numbers",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_order_numbers")),
        sa.UniqueConstraint("key", name=op.f("uq_order_numbers_key")),
    )
    op.create_table(
        "orders",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("patient", sa.Text(), nullable=False),
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("priority", sa.Text(), nullable=False),
        sa.Column("start", UtcDateTime(), nullable=True),
        sa.Column("placed_at", UtcDateTime(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("yielded_until", UtcDateTime(), nullable=True),
        sa.CheckConstraint(
            "status IN ('clinical_review', 'second_review', 'clarify', 'verified', 'held', 'rejected', 'discontinued', 'superseded')",
            name=op.f("ck_orders_status_known"),
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_orders")),
    )
    op.create_index(op.f("ix_orders_number"), "orders", ["number"], unique=False)
    op.create_index(op.f("ix_orders_patient"), "orders", ["patient"], unique=False)
    op.create_index(op.f("ix_orders_status"), "orders", ["status"], unique=False)
    op.create_table(
        "patients",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("mrn", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("birth_date", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_patients")),
        sa.UniqueConstraint("address", name=op.f("uq_patients_address")),
    )
    op.create_index(op.f("ix_patients_location"), "patients", ["location"], unique=False)
    op.create_index(op.f("ix_patients_mrn"), "patients", ["mrn"], unique=False)
    op.create_index(op.f("ix_patients_name"), "patients", ["name"], unique=False)
    op.create_table(
        "printed_documents",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("copy", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("pdf_digest", sa.Text(), nullable=False),
        sa.Column("template_digest", sa.Text(), nullable=False),
        sa.Column("snapshot_digest", sa.Text(), nullable=False),
        sa.Column("snapshot", sa.Text(), nullable=False),
        sa.Column("page", sa.Text(), nullable=False),
        sa.Column("pages", sa.BigInteger(), nullable=False),
        sa.Column("engine", sa.Text(), nullable=False),
        sa.CheckConstraint("(copy = 1) = (reason = '')", name=op.f("ck_printed_documents_reprint_has_reason")),
        sa.CheckConstraint("copy >= 1", name=op.f("ck_printed_documents_copy_from_one")),
        sa.PrimaryKeyConstraint("record", "kind", "copy", name=op.f("pk_printed_documents")),
    )
    op.create_table(
        "printed_templates",
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_printed_templates")),
    )
    op.create_table(
        "qualifications",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("skill", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("valid_until", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "skill", name=op.f("pk_qualifications")),
    )
    op.create_table(
        "ndc_products",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("product_id", sa.Text(), nullable=False),
        sa.Column("ndc", sa.Text(), nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("suffix", sa.Text(), nullable=False),
        sa.Column("generic", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("routes", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("category", sa.Text(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("labeler", sa.Text(), nullable=False),
        sa.Column("substances", sa.Text(), nullable=False),
        sa.Column("strengths", sa.Text(), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.Column("classes", sa.Text(), nullable=False),
        sa.Column("schedule", sa.Text(), nullable=False),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("certified", sa.Text(), nullable=True),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ndc_products")),
        sa.UniqueConstraint("product_id", name=op.f("uq_ndc_products_product_id")),
    )
    op.create_index(op.f("ix_ndc_products_code"), "ndc_products", ["code"], unique=False)
    op.create_index(op.f("ix_ndc_products_form"), "ndc_products", ["form"], unique=False)
    op.create_table(
        "ndc_unread",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("kept", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_ndc_unread")),
    )
    op.create_table(
        "ndc_packages",
        sa.Column("product", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("code", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("ndc", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("started", sa.Text(), nullable=True),
        sa.Column("ended", sa.Text(), nullable=True),
        sa.Column("excluded", sa.Text(), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("line", sa.BigInteger(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("product", "code", name=op.f("pk_ndc_packages")),
    )
    op.create_index(op.f("ix_ndc_packages_code"), "ndc_packages", ["code"], unique=False)
    op.create_table(
        "ndc_terms",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("term", sa.Text().with_variant(sa.Text(collation="C"), "postgresql"), nullable=False),
        sa.Column("product", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("kind", "term", "product", name=op.f("pk_ndc_terms")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("ndc_terms")
    op.drop_table("ndc_packages")
    op.drop_table("ndc_unread")
    op.drop_table("ndc_products")
    op.drop_table("qualifications")
    op.drop_table("printed_templates")
    op.drop_table("printed_documents")
    op.drop_index(op.f("ix_patients_name"), table_name="patients")
    op.drop_index(op.f("ix_patients_mrn"), table_name="patients")
    op.drop_index(op.f("ix_patients_location"), table_name="patients")
    op.drop_table("patients")
    op.drop_index(op.f("ix_orders_status"), table_name="orders")
    op.drop_index(op.f("ix_orders_patient"), table_name="orders")
    op.drop_index(op.f("ix_orders_number"), table_name="orders")
    op.drop_table("orders")
    op.drop_table("order_numbers")
    op.drop_index(op.f("ix_opened_containers_state"), table_name="opened_containers")
    op.drop_index(op.f("ix_opened_containers_product"), table_name="opened_containers")
    op.drop_table("opened_containers")
    op.drop_index(op.f("ix_messages_state"), table_name="messages")
    op.drop_table("messages")
    op.drop_index(op.f("ix_lots_product"), table_name="lots")
    op.drop_table("lots")
    op.drop_table("hoods")
    op.drop_table("drug_versions")
    op.drop_index(op.f("ix_doses_status"), table_name="doses")
    op.drop_index(op.f("ix_doses_patient"), table_name="doses")
    op.drop_index(op.f("ix_doses_order_number"), table_name="doses")
    op.drop_index(op.f("ix_doses_number"), table_name="doses")
    op.drop_index("ix_doses_due", table_name="doses")
    op.drop_table("doses")
    op.drop_index("ix_containers_used_lot", table_name="containers_used")
    op.drop_index(op.f("ix_containers_used_code"), table_name="containers_used")
    op.drop_table("containers_used")
    op.drop_index(op.f("ix_code_links_status"), table_name="code_links")
    op.drop_table("code_links")
    op.drop_table("checked_figures")
