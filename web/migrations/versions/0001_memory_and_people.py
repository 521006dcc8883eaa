"""memory and people.

Revision 0001, after None.
"""

import sqlalchemy as sa
from alembic import op

from batch_records.types import UtcDateTime

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

APPEND_ONLY = ("entries", "checkpoints")
FORWARD = "NEW.record = OLD.record AND NEW.seq = OLD.seq + 1"


def protect_on_sqlite() -> None:
    """Entries and checkpoints stay as written; a head only moves one entry forward."""
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} are never changed or removed'); END"
            )
    op.execute(
        "CREATE TRIGGER heads_no_DELETE BEFORE DELETE ON heads "
        "BEGIN SELECT RAISE(ABORT, 'heads only move one entry forward'); END"
    )
    op.execute(
        "CREATE TRIGGER heads_step BEFORE UPDATE ON heads WHEN NOT (" + FORWARD + ") "
        "BEGIN SELECT RAISE(ABORT, 'heads only move one entry forward'); END"
    )


def protect_on_postgresql() -> None:
    """The same, and TRUNCATE too."""
    for table in APPEND_ONLY:
        op.execute(
            f"CREATE FUNCTION {table}_stay() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} are never changed or removed'; END $$"
        )
        op.execute(
            f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_stay()"
        )
        op.execute(f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_stay()")
    op.execute(
        "CREATE FUNCTION heads_step() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF TG_OP = 'UPDATE' THEN IF " + FORWARD + " THEN RETURN NEW; END IF; END IF; "
        "RAISE EXCEPTION 'heads only move one entry forward'; END $$"
    )
    op.execute("CREATE TRIGGER heads_step BEFORE UPDATE OR DELETE ON heads FOR EACH ROW EXECUTE FUNCTION heads_step()")
    op.execute("CREATE TRIGGER heads_no_truncate BEFORE TRUNCATE ON heads EXECUTE FUNCTION heads_step()")


def upgrade() -> None:
    op.create_table(
        "checkpoints",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoints")),
    )
    op.create_table(
        "entries",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_type", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("offset_minutes", sa.BigInteger(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("previous", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_entries_seq_positive")),
        sa.PrimaryKeyConstraint("record", "seq", name=op.f("pk_entries")),
        sa.UniqueConstraint("key", name=op.f("uq_entries_key")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "heads",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.CheckConstraint("seq > 0", name=op.f("ck_heads_seq_positive")),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_heads")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "one_time_secrets",
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("expires", UtcDateTime(), nullable=False),
        sa.Column("used", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("secret_hash", name=op.f("pk_one_time_secrets")),
    )
    op.create_table(
        "people",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sign_on_name", sa.Text(), nullable=False),
        sa.Column("credentials", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_people")),
    )
    op.create_index(op.f("ix_people_badge"), "people", ["badge"], unique=False)
    op.create_index(op.f("ix_people_sign_on_name"), "people", ["sign_on_name"], unique=False)
    op.create_table(
        "secret_attempts",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("origin", sa.Text(), nullable=False),
        sa.Column("result", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_secret_attempts")),
    )
    op.create_index("ix_secret_attempts_account_at", "secret_attempts", ["account", "at"], unique=False)
    op.create_index("ix_secret_attempts_origin_at", "secret_attempts", ["origin", "at"], unique=False)
    op.create_table(
        "secrets",
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("person", "method", name=op.f("pk_secrets")),
    )
    op.create_table(
        "sessions",
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("station", sa.Text(), nullable=False),
        sa.Column("station_kind", sa.Text(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("started", UtcDateTime(), nullable=False),
        sa.Column("last_used", UtcDateTime(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("ended", UtcDateTime(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_sessions")),
    )
    op.create_index(op.f("ix_sessions_person"), "sessions", ["person"], unique=False)
    if op.get_bind().dialect.name == "postgresql":
        protect_on_postgresql()
    else:
        protect_on_sqlite()


def downgrade() -> None:
    raise NotImplementedError("records are never removed; restore a backup instead")
