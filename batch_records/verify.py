"""Verification: is everything that is stored what was written?

Checked are the database file, the hash chain of every record, the heads, the signed checkpoints, the server's seal on what
was done with a secret (by a store opened with the server's own), and the projections against a fresh fold. Whatever does
not fit is named with its record; nothing is skipped.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import RowMapping, Table, Text, select, type_coerce
from sqlalchemy.exc import DBAPIError

from batch_records.acting import RecordType
from batch_records.checkpoint import Checkpoint, checkpoints, signature_holds
from batch_records.entries import START, AlteredRecord, Entry, check_chain
from batch_records.projecting import rows_told
from batch_records.reading import entry_from
from batch_records.sealing import SEALING, Seals, orphans, read_seals
from batch_records.signatures import entry_signature_faults
from batch_records.store import Store, UnitOfWork, file_faults
from batch_records.tables import ENTRIES, HEADS
from batch_records.types import instant_from

_COLUMNS = [type_coerce(column, Text).label("at") if column.name == "at" else column for column in ENTRIES.c]


@dataclass(frozen=True)
class Problem:
    """Something that does not fit. `record` is empty when no single record is meant."""

    record: str
    text: str


@dataclass
class Report:
    """What was looked at and what was found."""

    records: int = 0
    entries: int = 0
    checkpoints: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """True when nothing at all was found."""
        return not self.problems


@dataclass(frozen=True)
class _Row:
    """A stored row whose time was read, so that it can be made an entry."""

    values: Mapping[str, Any]
    at: datetime

    def __getattr__(self, name: str) -> Any:
        return self.values[name]


def verify_records(
    store: Store,
    record_types: Iterable[RecordType[Any, Any, Any]] | None,
    public_key: str | None = None,
    held: Sequence[Checkpoint] = (),
) -> Report:
    """Check everything. `record_types` None checks chains, heads and checkpoints only (before a restore).

    `public_key`: the key that must have signed the checkpoints; None takes the key each one names. `held`: checkpoints
    kept outside the database.
    """
    report = Report()
    types = None if record_types is None else {record_type.name: record_type for record_type in record_types}
    try:
        report.problems += [Problem("", f"the database file is damaged: {fault}") for fault in file_faults(store)]
        with store.read_tolerantly() as uow:
            _verify(uow, types, public_key, held, report, store.pepper)
    except DBAPIError as fault:
        report.problems.append(Problem("", f"the database cannot be read to its end: {fault.orig}"))
    return report


def _verify(
    uow: UnitOfWork,
    types: Mapping[str, RecordType[Any, Any, Any]] | None,
    public_key: str | None,
    held: Sequence[Checkpoint],
    report: Report,
    secret: str,
) -> None:
    heads = {row.record: (row.seq, row.hash) for row in uow.session.execute(select(HEADS))}
    stored = checkpoints(uow)
    signed = _signed_heads([*stored, *held], public_key, report)
    report.problems += _broken_links(stored)
    report.checkpoints = len(stored)
    seals = read_seals(uow.session, secret)
    report.problems += [Problem(SEALING, text) for text in seals.own_faults()]
    report.problems += [Problem(record, f"entry {seq} was sealed, but it is gone") for record, seq in orphans(uow.session)]
    seen: dict[str, set[str]] = {}
    for record, rows in _records(uow):
        report.records += 1
        report.entries += len(rows)
        seen.setdefault(rows[0]["record_type"], set()).add(record)
        found = _record_faults(rows, heads.pop(record, None), signed.pop(record, {}), types, seals)
        if types is not None and not found:
            found = _fold_faults(uow, record, rows, types)
        report.problems += [Problem(record, text) for text in found]
    report.problems += [Problem(record, "its head is there but its entries are gone") for record in heads]
    report.problems += [Problem(record, "a signed checkpoint names it, but it is gone") for record in signed]
    if types is not None:
        report.problems += _strays(uow, types.values(), seen)


def _records(uow: UnitOfWork) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    query = select(*_COLUMNS).order_by(ENTRIES.c.record, ENTRIES.c.seq).execution_options(yield_per=2_000)
    rows = uow.session.execute(query).mappings()
    for record, group in groupby(rows, key=lambda row: row["record"]):
        yield record, [dict(row) for row in group]


def _entries(rows: Sequence[Mapping[str, Any]]) -> list[tuple[Entry, str]]:
    pairs = []
    for row in rows:
        try:
            at = row["at"].astimezone(UTC) if isinstance(row["at"], datetime) else instant_from(row["at"])
        except ValueError as fault:
            raise AlteredRecord(row["record"], row["seq"], "its time cannot be read") from fault
        pairs.append((entry_from(_Row(row, at)), row["payload"]))
    return pairs


def _record_faults(
    rows: Sequence[Mapping[str, Any]],
    head: tuple[int, str] | None,
    signed: Mapping[int, str],
    types: Mapping[str, RecordType[Any, Any, Any]] | None,
    seals: Seals,
) -> list[str]:
    try:
        pairs = _entries(rows)
        check_chain(pairs)
    except AlteredRecord as fault:
        return [f"entry {fault.seq}: {fault.why}"]
    faults = [f"entry {entry.seq}: {text}" for entry, _ in pairs for text in entry_signature_faults(entry)]
    record_type = (types or {}).get(rows[0]["record_type"])
    kinds = record_type.signed_kinds if record_type else frozenset()
    faults += [f"entry {entry.seq}: {text}" for entry, _ in pairs for text in seals.faults(entry, entry.kind in kinds)]
    if head is None:
        faults.append("its head is gone")
    elif head != (rows[-1]["seq"], rows[-1]["hash"]):
        faults.append(f"its head says entry {head[0]}, but the entries end at {rows[-1]['seq']} or end differently")
    for seq, known in signed.items():
        if seq > len(rows):
            faults.append(f"a signed checkpoint knows entry {seq}, but the entries end at {len(rows)}")
        elif rows[seq - 1]["hash"] != known:
            faults.append(f"entry {seq} is not the one that a signed checkpoint knows: the chain was computed anew")
    return faults


def _signed_heads(found: Sequence[Checkpoint], public_key: str | None, report: Report) -> dict[str, dict[int, str]]:
    """Record to (sequence to hash), of every checkpoint whose signature holds."""
    signed: dict[str, dict[int, str]] = {}
    for checkpoint in found:
        if not signature_holds(checkpoint, public_key or checkpoint.public_key):
            report.problems.append(Problem("", f"the signature of checkpoint {checkpoint.number} does not hold"))
            continue
        for record, (seq, known) in checkpoint.told()["heads"].items():
            before = signed.setdefault(record, {}).setdefault(seq, known)
            if before != known:
                report.problems.append(Problem(record, f"two checkpoints know different entries {seq}"))
    return signed


def _broken_links(stored: Sequence[Checkpoint]) -> list[Problem]:
    problems = []
    link = START
    for expected, checkpoint in enumerate(stored, start=1):
        try:
            told = checkpoint.told()
        except ValueError:
            told = {}
        if (checkpoint.number, told.get("number"), told.get("previous")) != (expected, expected, link):
            problems.append(Problem("", f"checkpoint {checkpoint.number} does not follow the one before it"))
        link = checkpoint.link()
    return problems


def _fold_faults(
    uow: UnitOfWork, record: str, rows: Sequence[Mapping[str, Any]], types: Mapping[str, RecordType[Any, Any, Any]]
) -> list[str]:
    if record == SEALING:  # read before all others, and its seal with it
        return [] if len(rows) == 1 else ["sealing begins once, but something was added to it"]
    record_type = types.get(rows[0]["record_type"])
    if record_type is None:
        return [f"no reader for records of type {rows[0]['record_type']!r}"]
    try:
        expected = rows_told(record_type, record, [entry for entry, _ in _entries(rows)])
    except Exception as fault:  # whatever a reader raises: the record cannot be read, and that is the finding
        return [f"it cannot be read: {type(fault).__name__}: {fault}"]
    faults = []
    for table in (*record_type.projection_tables, *record_type.entry_tables):
        stored = uow.session.execute(select(table).where(table.c.record == record)).mappings().all()
        if not _same_rows(stored, expected.get(table, ())):
            faults.append(f"its rows in {table.name} are not what its entries tell")
    return faults


def _same_rows(stored: Iterable[RowMapping], expected: Sequence[Mapping[str, Any]]) -> bool:
    left = [dict(row) for row in expected]
    for row in stored:
        for candidate in left:
            if all(row[name] == value for name, value in candidate.items()):
                left.remove(candidate)
                break
        else:
            return False
    return not left


def _strays(
    uow: UnitOfWork, record_types: Iterable[RecordType[Any, Any, Any]], seen: Mapping[str, set[str]]
) -> list[Problem]:
    """Projection rows of records that do not exist."""
    problems = []
    owners: dict[Table, set[str]] = {}
    for record_type in record_types:
        for table in (*record_type.projection_tables, *record_type.entry_tables):
            owners.setdefault(table, set()).update(seen.get(record_type.name, set()))
    for table, known in owners.items():
        found = set(uow.session.execute(select(table.c.record)).scalars())
        problems += [Problem(str(record), f"{table.name} shows a record that is not there") for record in found - known]
    return problems


def report_text(report: Report) -> str:
    """The report in lines for a terminal."""
    counts = f"{report.records:,} records, {report.entries:,} entries, {report.checkpoints:,} checkpoints"
    if report.clean:
        return f"{counts}: nothing was altered."
    lines = [f"{problem.record or 'database'}: {problem.text}" for problem in report.problems]
    return "\n".join([*lines, f"{counts}: {len(report.problems)} problems."])
