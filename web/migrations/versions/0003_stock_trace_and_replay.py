"""stock, trace and replay.

Revision 0003, after 0002.
"""

import sqlalchemy as sa
from alembic import op

from batch_records.types import UtcDateTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def protect_seals() -> None:
    """Seals stay as written, like the entries that they belong to."""
    why = "seals are never changed or removed"
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(f"CREATE TRIGGER seals_no_{verb} BEFORE {verb} ON seals BEGIN SELECT RAISE(ABORT, '{why}'); END")
        return
    op.execute(
        f"CREATE FUNCTION seals_stay() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{why}'; END $$"
    )
    op.execute("CREATE TRIGGER seals_stay BEFORE UPDATE OR DELETE ON seals FOR EACH ROW EXECUTE FUNCTION seals_stay()")
    op.execute("CREATE TRIGGER seals_no_truncate BEFORE TRUNCATE ON seals EXECUTE FUNCTION seals_stay()")


def upgrade() -> None:
    op.create_table(
        "hands",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("first_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record", "person", name=op.f("pk_hands")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_hands_person", "hands", ["person", "first_at"], unique=False)
    op.create_table(
        "limit_figures",
        sa.Column("drug", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("doses", sa.BigInteger(), nullable=False),
        sa.Column("order_type", sa.Text(), nullable=False),
        sa.Column("formulation", sa.Text(), nullable=False),
        sa.Column("route", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("substance", sa.Text(), nullable=False),
        sa.Column("cumulative_unit", sa.Text(), nullable=False),
        sa.Column("cumulative_substance", sa.Text(), nullable=False),
        sa.Column("age_days", sa.BigInteger(), nullable=True),
        sa.Column("age_months", sa.BigInteger(), nullable=True),
        sa.Column("capped", sa.BigInteger(), nullable=False),
        sa.Column("twin", sa.BigInteger(), nullable=False),
        sa.Column("dose", sa.Double(), nullable=True),
        sa.Column("made", sa.Double(), nullable=True),
        sa.Column("doses_per_day", sa.Double(), nullable=True),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("surface", sa.Double(), nullable=True),
        sa.Column("concentration", sa.Double(), nullable=True),
        sa.Column("duration", sa.Double(), nullable=True),
        sa.Column("rate", sa.Double(), nullable=True),
        sa.Column("rate_made", sa.Double(), nullable=True),
        sa.Column("cumulative", sa.Double(), nullable=True),
        sa.Column("auc", sa.Double(), nullable=True),
        sa.Column("body_weight", sa.Double(), nullable=True),
        sa.Column("maturity", sa.Double(), nullable=True),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("drug", "at", "record", "version", "part", name=op.f("pk_limit_figures")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_limit_figures_record", "limit_figures", ["record"], unique=False)
    op.create_table(
        "makings",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("hood", sa.Text(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record", "hood", name=op.f("pk_makings")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_makings_hood", "makings", ["hood", "started_at"], unique=False)
    op.create_index("ix_makings_started", "makings", ["started_at"], unique=False)
    op.create_table(
        "nutrition_figures",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("figure", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("substance", sa.Text(), nullable=False),
        sa.Column("complete", sa.BigInteger(), nullable=False),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "version", "figure", name=op.f("pk_nutrition_figures")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "nutrition_judged",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("doses", sa.BigInteger(), nullable=False),
        sa.Column("population", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("line", sa.Text(), nullable=False),
        sa.Column("ready", sa.BigInteger(), nullable=False),
        sa.Column("weight", sa.Double(), nullable=True),
        sa.Column("exact", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "version", name=op.f("pk_nutrition_judged")),
    )
    op.create_index("ix_nutrition_judged_at", "nutrition_judged", ["at"], unique=False)
    op.create_table(
        "purchase_lines",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("ordered", sa.BigInteger(), nullable=False),
        sa.Column("received", sa.BigInteger(), nullable=False),
        sa.Column("price", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record", "product", name=op.f("pk_purchase_lines")),
    )
    op.create_index(op.f("ix_purchase_lines_product"), "purchase_lines", ["product"], unique=False)
    op.create_table(
        "purchase_orders",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("supplier", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("drafted_at", UtcDateTime(), nullable=False),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_purchase_orders")),
    )
    op.create_index(op.f("ix_purchase_orders_status"), "purchase_orders", ["status"], unique=False)
    op.create_table(
        "seals",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("proved", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("seal", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", "seq", name=op.f("pk_seals")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "stock_balances",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record", "location", name=op.f("pk_stock_balances")),
    )
    op.create_index(op.f("ix_stock_balances_location"), "stock_balances", ["location"], unique=False)
    op.create_table(
        "stock_counts",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("begun_at", UtcDateTime(), nullable=False),
        sa.Column("counted_by", sa.Text(), nullable=False),
        sa.Column("variances", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_stock_counts")),
    )
    op.create_index(op.f("ix_stock_counts_status"), "stock_counts", ["status"], unique=False)
    op.create_table(
        "stock_levels",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("minimum", sa.BigInteger(), nullable=False),
        sa.Column("maximum", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_stock_levels")),
    )
    op.create_table(
        "stock_locations",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("storage", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_stock_locations")),
        sa.UniqueConstraint("name", name=op.f("uq_stock_locations_name")),
    )
    op.create_table(
        "stock_moves",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("part", sa.BigInteger(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("location", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("cents", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("record", "seq", "part", name=op.f("pk_stock_moves")),
    )
    op.create_index(op.f("ix_stock_moves_about"), "stock_moves", ["about"], unique=False)
    op.create_index("stock_moves_of_kind", "stock_moves", ["kind", "at"], unique=False)
    op.drop_index(op.f("ix_containers_used_lot"), table_name="containers_used")
    op.create_index("ix_containers_used_where", "containers_used", ["product", "lot", "record"], unique=False)
    protect_seals()


def downgrade() -> None:
    raise NotImplementedError("records are never removed; restore a backup instead")
