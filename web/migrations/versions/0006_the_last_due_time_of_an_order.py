"""the last due time of an order.

Revision 0006, after 0005.
"""

import sqlalchemy as sa
from alembic import op

from batch_records.types import UtcDateTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("orders", sa.Column("last_due", UtcDateTime(), nullable=True))


def downgrade() -> None:
    raise NotImplementedError("records are never removed; restore a backup instead")
