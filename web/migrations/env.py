"""How Alembic runs here: over a connection that `batch_records.store.upgrade` hands in, all in one transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext

from batch_records.projecting import rebuild
from batch_records.tables import Base
from batch_records.types import Exact, UtcDateTime
from web.migrations import load_models
from web.record_types import RECORD_TYPES


def render_own_types(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types by name in a proposed revision."""
    if kind == "type" and isinstance(item, Exact | UtcDateTime):
        autogen.imports.add(f"from batch_records.types import {type(item).__name__}")
        return f"{type(item).__name__}()"
    return False


def run() -> None:
    """Migrate over the connection that was handed in, and fill the projections anew where the structure changed.

    New tables and columns are filled by folding the entries, never by a statement of a migration.
    """
    load_models()
    connection = context.config.attributes["connection"]
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_item=render_own_types,
        # SQLite keeps DDL in a transaction too: an interrupted upgrade leaves the database as it was.
        transactional_ddl=True,
    )
    before = context.get_context().get_current_revision()
    with context.begin_transaction():
        context.run_migrations()
        after = context.get_context().get_current_revision()
        if before is not None and before != after == context.get_head_revision():
            rebuild(connection, RECORD_TYPES)


run()
