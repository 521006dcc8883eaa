"""What the projections of a record must hold, from its entries alone; and all of them filled anew after an upgrade."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Table, delete, insert, select

from batch_records.acting import RecordType
from batch_records.entries import REFUSED, Entry
from batch_records.reading import entry_from
from batch_records.tables import ENTRIES

AT_ONCE = 2_000
"""Rows that are held in memory before they are written."""


def rows_told(
    record_type: RecordType[Any, Any, Any], record: str, entries: Iterable[Entry]
) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """The rows that a record must have in every table of its type. Raises what a reader raises for an unreadable entry."""
    state = record_type.blank()
    rows: dict[Table, list[Mapping[str, Any]]] = defaultdict(list)
    for entry in entries:
        if entry.record_type != record_type.name:
            raise ValueError(f"record {record} is of type {entry.record_type}, not {record_type.name}")
        if entry.kind == REFUSED:
            continue
        before, state = state, record_type.apply(state, entry)
        for table, more in record_type.entry_rows(before, state, entry).items():
            rows[table] += more
    for table, more in record_type.projection_rows(record, state).items():
        rows[table] += more
    return rows


def rebuild(connection: Connection, record_types: Iterable[RecordType[Any, Any, Any]]) -> None:
    """Empty every projection and fill it from the entries, which are only read.

    For an upgrade that brought new tables or columns. A record that cannot be read has no rows afterwards:
    ``records verify`` names it.
    """
    types = {record_type.name: record_type for record_type in record_types}
    for table in dict.fromkeys(
        table for one in types.values() for table in (*one.projection_tables, *one.entry_tables)
    ):
        connection.execute(delete(table))
    waiting: dict[Table, list[dict[str, Any]]] = defaultdict(list)
    query = select(ENTRIES).order_by(ENTRIES.c.record, ENTRIES.c.seq)
    found = connection.execution_options(yield_per=AT_ONCE).execute(query)
    for record, group in groupby(found, key=lambda row: str(row.record)):
        for table, rows in _readable(types, record, list(group)).items():
            waiting[table] += [dict(row) for row in rows]
        if sum(map(len, waiting.values())) >= AT_ONCE:
            _write(connection, waiting)
    _write(connection, waiting)


def _readable(
    types: Mapping[str, RecordType[Any, Any, Any]], record: str, stored: Sequence[Any]
) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    record_type = types.get(stored[0].record_type)
    if record_type is None:
        return {}
    try:
        return rows_told(record_type, record, [entry_from(row) for row in stored])
    except Exception:  # whatever a reader raises: verification folds the record again and names it
        return {}


def _write(connection: Connection, waiting: dict[Table, list[dict[str, Any]]]) -> None:
    for table, rows in waiting.items():
        if rows:
            connection.execute(insert(table), rows)
    waiting.clear()
