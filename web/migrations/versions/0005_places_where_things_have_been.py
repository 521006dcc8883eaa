"""places where things have been.

Revision 0005, after 0004.
"""

import sqlalchemy as sa
from alembic import op

from batch_records.types import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "places_been",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("part", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("serial", sa.BigInteger(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("since", UtcDateTime(), nullable=False),
        sa.Column("until", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("record", "part", name=op.f("pk_places_been")),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_places_been_place", "places_been", ["place", "until"], unique=False)
    op.create_index("stock_moves_at_location", "stock_moves", ["location", "at"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("records are never removed; restore a backup instead")
