"""Triggers that refuse to change or remove what is written.

They stop mistakes and every path of the program; they do not stop the owner of the database. What the owner changes is
found by `batch_records.verify` against the chain and the signed checkpoints.
"""

from sqlalchemy import DDL, Table, event

from batch_records.tables import CHECKPOINTS, ENTRIES, HEADS, SEALS

_SQLITE = "CREATE TRIGGER {table}_no_{verb} BEFORE {verb} ON {table} BEGIN SELECT RAISE(ABORT, '{why}'); END"
_PG_FUNCTION = (
    "CREATE OR REPLACE FUNCTION {table}_{name}() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN {body} RAISE EXCEPTION '{why}'; END $$"
)
_NEVER_CHANGED = "{table} are never changed or removed"
_HEADS_STEP = "heads only move one entry forward"


def append_only_statements(table: str, dialect: str) -> list[str]:
    """DDL that makes a table insert-only on ``sqlite`` or ``postgresql``."""
    why = _NEVER_CHANGED.format(table=table)
    if dialect == "sqlite":
        return [_SQLITE.format(table=table, verb=verb, why=why) for verb in ("UPDATE", "DELETE")]
    return [
        _PG_FUNCTION.format(table=table, name="stay", body="", why=why),
        f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_stay()",
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {table}_stay()",
    ]


def head_statements(dialect: str) -> list[str]:
    """DDL that lets a head only move one entry forward, and never go."""
    if dialect == "sqlite":
        return [
            _SQLITE.format(table="heads", verb="DELETE", why=_HEADS_STEP),
            "CREATE TRIGGER heads_step BEFORE UPDATE ON heads "
            "WHEN NEW.record <> OLD.record OR NEW.seq <> OLD.seq + 1 "
            f"BEGIN SELECT RAISE(ABORT, '{_HEADS_STEP}'); END",
        ]
    forward = "NEW.record = OLD.record AND NEW.seq = OLD.seq + 1"
    step = f"IF TG_OP = 'UPDATE' THEN IF {forward} THEN RETURN NEW; END IF; END IF;"
    return [
        _PG_FUNCTION.format(table="heads", name="step", body=step, why=_HEADS_STEP),
        "CREATE TRIGGER heads_step BEFORE UPDATE OR DELETE ON heads FOR EACH ROW EXECUTE FUNCTION heads_step()",
        "CREATE TRIGGER heads_no_truncate BEFORE TRUNCATE ON heads EXECUTE FUNCTION heads_step()",
    ]


def _attach(table: Table, statements: list[str], dialect: str) -> None:
    for statement in statements:
        # A percent sign is DDL's own mark; none of the statements has one.
        event.listen(table, "after_create", DDL(statement).execute_if(dialect=dialect))  # type: ignore[no-untyped-call]


def protect(table: Table) -> None:
    """Make a table insert-only wherever it is created from the models."""
    for dialect in ("sqlite", "postgresql"):
        _attach(table, append_only_statements(table.name, dialect), dialect)


for _table in (ENTRIES, CHECKPOINTS, SEALS):
    protect(_table)
for _dialect in ("sqlite", "postgresql"):
    _attach(HEADS, head_statements(_dialect), _dialect)
