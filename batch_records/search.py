"""Search over entries: by record, person, kind and time; refused ones counted by code. Reads only."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select

from batch_records.entries import REFUSED, Entry
from batch_records.people_tables import ATTEMPTS
from batch_records.reading import entry_from
from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES

MOST_COUNTED = 50_000
"""Refused entries that are counted at most, the newest first; beyond it the answer says so."""


@dataclass(frozen=True)
class Wanted:
    """What is looked for; an empty part does not narrow."""

    record: str = ""
    """Part of the record's id."""
    exact: bool = False
    """`record` is the whole id."""
    record_type: str = ""
    among: frozenset[str] | None = None
    """Types of record that may be found at all; None for every type."""
    person: str = ""
    kind: str = ""
    since: datetime | None = None
    until: datetime | None = None
    """Not included."""
    refused: bool = False
    code: str = ""
    """Code of the refusal; only refused entries have one."""


def _narrowed(wanted: Wanted) -> Select[Any]:
    query = select(ENTRIES)
    if wanted.record:
        whole, part = ENTRIES.c.record == wanted.record, ENTRIES.c.record.contains(wanted.record, autoescape=True)
        query = query.where(whole if wanted.exact else part)
    for column, value in ((ENTRIES.c.record_type, wanted.record_type), (ENTRIES.c.who, wanted.person)):
        if value:
            query = query.where(column == value)
    if wanted.among is not None:
        query = query.where(ENTRIES.c.record_type.in_(sorted(wanted.among)))
    if wanted.kind:
        query = query.where(ENTRIES.c.kind == wanted.kind)
    if wanted.refused or wanted.code:
        query = query.where(ENTRIES.c.kind == REFUSED)
    if wanted.code:
        query = query.where(ENTRIES.c.payload.contains(f'"code":"{wanted.code}"', autoescape=True))
    if wanted.since is not None:
        query = query.where(ENTRIES.c.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(ENTRIES.c.at < wanted.until)
    return query


def find_entries(uow: UnitOfWork, wanted: Wanted, most: int, skip: int = 0) -> list[Entry]:
    """Entries that fit, the newest first. Their chains are not checked here: the record's own page does it."""
    query = _narrowed(wanted).order_by(ENTRIES.c.at.desc(), ENTRIES.c.record, ENTRIES.c.seq.desc())
    return [entry_from(row) for row in uow.session.execute(query.limit(most).offset(skip))]


@dataclass(frozen=True)
class Refusals:
    """How often one code was refused."""

    code: str
    count: int
    actions: tuple[str, ...]
    """Kinds of action it refused, the most frequent first."""
    text: str
    """The newest one's words."""


def refusals_by_code(uow: UnitOfWork, wanted: Wanted) -> tuple[list[Refusals], bool]:
    """Refused entries counted by code, the most frequent first; and whether all of them were counted."""
    counts: Counter[str] = Counter()
    actions: dict[str, Counter[str]] = {}
    texts: dict[str, str] = {}
    seen = 0
    for entry in _refused(uow, wanted):
        seen += 1
        code = str(entry.payload.get("code", ""))
        counts[code] += 1
        actions.setdefault(code, Counter())[str(entry.payload.get("action", ""))] += 1
        texts.setdefault(code, str(entry.payload.get("text", "")))
    found = [
        Refusals(code, count, tuple(action for action, _ in actions[code].most_common()), texts[code])
        for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return found, seen < MOST_COUNTED


def _refused(uow: UnitOfWork, wanted: Wanted) -> Iterator[Entry]:
    query = _narrowed(wanted).where(ENTRIES.c.kind == REFUSED).order_by(ENTRIES.c.at.desc()).limit(MOST_COUNTED)
    for row in uow.session.execute(query):
        yield entry_from(row)


def wrong_secrets(uow: UnitOfWork, since: datetime | None, until: datetime | None) -> dict[str, int]:
    """Tries of a secret by result: good, bad, locked."""
    query = select(ATTEMPTS.c.result, func.count()).group_by(ATTEMPTS.c.result)
    if since is not None:
        query = query.where(ATTEMPTS.c.at >= since)
    if until is not None:
        query = query.where(ATTEMPTS.c.at < until)
    return {result: int(count) for result, count in uow.session.execute(query)}


def kinds_of_entries(uow: UnitOfWork, among: frozenset[str] | None = None) -> tuple[list[str], list[str]]:
    """Every type of record and every kind of entry that there is, for choosing; `among` as in `Wanted`."""
    known = _narrowed(Wanted(among=among)).subquery()
    types = uow.session.execute(select(known.c.record_type).distinct()).scalars()
    kinds = uow.session.execute(select(known.c.kind).distinct()).scalars()
    return sorted(types), sorted(kinds)
