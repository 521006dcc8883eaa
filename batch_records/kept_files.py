"""Whether the files that entries name are still there as they were written: pictures, and what was printed.

An entry holds the hash of a picture or of a printed PDF, so a file that was exchanged or removed by hand can be named.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from batch_records.documents import path_of
from batch_records.documents_tables import PrintedDocumentRow
from batch_records.entries import digest
from batch_records.pictures import AlteredPicture, Pictures
from batch_records.store import Store, UnitOfWork
from batch_records.tables import ENTRIES
from batch_records.verify import Problem

_HASH = re.compile(r"[0-9a-f]{64}")


def file_problems(store: Store, pictures: Path, documents: Path) -> list[Problem]:
    """One problem for each picture and printed document that is missing or is not what was written."""
    try:
        with store.read_tolerantly() as uow:
            return list(_problems(uow, Pictures(pictures), documents))
    except DBAPIError as fault:  # `verify_records` says the same of the whole database
        return [Problem("", f"the files cannot be compared: {fault.orig}")]


def _problems(uow: UnitOfWork, shown: Pictures, documents: Path) -> Iterator[Problem]:
    for record, name in _named(uow, "picture"):
        try:
            shown.read(name)
        except AlteredPicture as fault:
            yield Problem(record, str(fault))
    for record, name in _named(uow, "document"):
        if why := _why_not(path_of(documents, name), name):
            yield Problem(record, f"the printed document {name} {why}")
    for row in uow.session.execute(select(PrintedDocumentRow)).scalars():
        if digest(row.snapshot.encode()) != row.snapshot_digest:
            yield Problem(row.record, f"what copy {row.copy} of {row.kind} was printed from was altered")


def _named(uow: UnitOfWork, field: str) -> Iterator[tuple[str, str]]:
    """Record and hash of every file that an entry names in this field of its payload."""
    holds = ENTRIES.c.payload.contains(f'"{field}":"')
    query = select(ENTRIES.c.record, ENTRIES.c.payload).where(holds).execution_options(yield_per=2_000)
    for record, payload in uow.session.execute(query):
        try:
            told = json.loads(payload)
        except ValueError:  # the chain names this record already
            continue
        name = told.get(field) if isinstance(told, dict) else None
        if isinstance(name, str) and _HASH.fullmatch(name):
            yield record, name


def _why_not(path: Path, name: str) -> str:
    try:
        content = path.read_bytes()
    except OSError:
        return "is missing"
    return "" if digest(content) == name else "was altered"
