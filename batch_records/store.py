"""The store: units of work over SQLite or PostgreSQL, and the gate through which every entry passes.

The gate is one conditional UPDATE of ``heads`` whose row count decides. Reading first and writing afterwards signed
1,892 of 2,000 preparations twice on PostgreSQL; this does not.
"""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import CursorResult, Engine, Insert, func, insert, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

import batch_records.protection  # noqa: F401  attaches the triggers that refuse to change entries
from batch_records.acts import SYSTEM, Act
from batch_records.engines import TicketLock, parse_url, postgresql_engines, sqlite_engines
from batch_records.entries import REFUSED, START, AlteredRecord, Entry, canonical, check_chain, entry_hash
from batch_records.reading import entry_from, unread
from batch_records.sealing import BEGAN, SEALING, has_begun, seal, seal_of_beginning
from batch_records.tables import ENTRIES, HEADS, SEALS, Base


class Conflict(Exception):
    """Somebody else wrote to the record since it was read. Fold again and decide again."""


class UnitOfWork:
    """All or nothing: what is done here is kept only by `commit`."""

    def __init__(self, session: Session, writing: bool, at: datetime, secret: str = "") -> None:
        self.session = session
        self._secret = secret
        self.writing = writing
        self.at = at
        """The moment that this is done or looked at, in UTC: of the act where something is done."""
        self.committed = False
        self.holds_own = False
        """Set after a lost race: the record that passes the gate is then held from its first look, so that on
        PostgreSQL many writers on one record wait for each other instead of losing again and again."""
        self.whole = False
        """Set for an act with a secret: every record that it reads is then checked from its first entry on."""

    def entries(self, record: str, shared: bool = True) -> list[Entry]:
        """All entries of a record in order, checked against their chain. Raises AlteredRecord.

        While writing on PostgreSQL a record that is read to decide something about another one is held as it is until
        the end of the unit of work; `shared=False` is for the record that passes the gate itself.
        """
        return self.entries_after(record, 0, START, shared) or []

    def entries_after(
        self, record: str, seq: int, known: str, shared: bool = True, whole: bool = False
    ) -> list[Entry] | None:
        """The entries that follow entry `seq`, whose hash is `known`, checked as a chain; None when that entry is not there.

        For whoever has read and checked the record up to that entry before. `whole`: what stood before it is hashed again
        too, so that a change made to it since is found now. Raises AlteredRecord.
        """
        if self.writing and (shared or self.holds_own) and self._dialect == "postgresql":
            self.session.execute(select(HEADS.c.seq).where(HEADS.c.record == record).with_for_update(read=shared))
        first = 1 if whole or self.whole else seq
        wanted = select(ENTRIES).where(ENTRIES.c.record == record, ENTRIES.c.seq >= first).order_by(ENTRIES.c.seq)
        try:
            rows = self.session.execute(wanted).all()
        except ValueError as fault:
            raise AlteredRecord(record, 0, f"a stored value cannot be read ({fault})") from fault
        if seq and not any(row.seq == seq and row.hash == known for row in rows):
            return None
        pairs = [(entry_from(row) if row.seq > seq else unread(row), row.payload) for row in rows]
        if first > 1:  # the entry that is built upon must itself still fit its hash
            check_chain(pairs, pairs[0][0].previous, first)
        else:
            check_chain(pairs)
        return [entry for entry, _ in pairs if entry.seq > seq]

    def append(
        self,
        record: str,
        kind: str,
        version: int,
        payload: Any,
        act: Act,
        after_seq: int,
        *,
        content: str = "",
        record_type: str = "",
    ) -> Entry:
        """Write the entry that follows `after_seq` (0: a new record). Raises Conflict when another came first.

        What is done with a secret given just now, and so everything signed, gets the server's seal. Raises NotProved.
        """
        if not self.writing or self.committed:
            raise RuntimeError("entries are appended in an open unit of work from store.write()")
        payload_text = canonical(payload).decode()
        unsealed = Entry(
            record=record,
            seq=after_seq + 1,
            kind=kind,
            version=version,
            who=act.actor.person,
            station=act.station,
            at=act.at,
            offset_minutes=act.offset_minutes,
            payload=json.loads(payload_text),
            key=act.key,
            previous=self._hash_at(record, after_seq),
            content=content,
            record_type=record_type,
        )
        entry = replace(unsealed, hash=entry_hash(unsealed, payload_text))
        sealed = self._seal(entry, act)
        self._pass_gate(record, after_seq, entry.hash)
        values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__} | {"payload": payload_text}
        self.session.execute(insert(ENTRIES).values(values))
        if sealed:
            self.session.execute(insert(SEALS).values(sealed))
        return entry

    def _seal(self, entry: Entry, act: Act) -> dict[str, Any]:
        """The row of the entry's seal; empty where no secret was given and nothing is signed, and for a refusal."""
        if entry.record == SEALING:
            return seal_of_beginning(self._secret, entry)
        if entry.kind == REFUSED or (act.proof is None and not entry.payload.get("signature")):
            return {}
        sealed = seal(self._secret, entry, act.proof)
        if not has_begun(self.session):
            heads = {row.record: row.seq for row in self.session.execute(select(HEADS.c.record, HEADS.c.seq))}
            began = Act(SYSTEM, act.station, act.at, BEGAN, act.offset_minutes)
            self.append(SEALING, BEGAN, 1, {"heads": heads}, began, 0, record_type=SEALING)
        return sealed

    def answer_for(self, key: str) -> Entry | None:
        """The entry that was written under a client's key, if any."""
        row = self.session.execute(select(ENTRIES).where(ENTRIES.c.key == key)).one_or_none()
        return None if row is None else entry_from(row)

    def serialise(self, name: str) -> None:
        """Let only one unit of work at a time go on under this name, until it ends. SQLite has one writer anyway."""
        if self._dialect == "postgresql":
            self.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name, 0))))

    def commit(self) -> None:
        """Make it lasting. After this returns, the work survives a killed process and a power cut."""
        self.session.commit()
        self.committed = True

    @property
    def _dialect(self) -> str:
        return self.session.get_bind().dialect.name

    def _hash_at(self, record: str, seq: int) -> str:
        if seq == 0:
            return START
        found = self.session.execute(select(ENTRIES.c.hash).where(ENTRIES.c.record == record, ENTRIES.c.seq == seq))
        previous: str | None = found.scalar_one_or_none()
        if previous is None:
            raise Conflict(f"record {record} has no entry {seq}")
        return previous

    def _pass_gate(self, record: str, after_seq: int, new_hash: str) -> None:
        if after_seq == 0:
            statement: Any = self._insert_or_nothing().values(record=record, seq=1, hash=new_hash)
        else:
            statement = (
                update(HEADS)
                .where(HEADS.c.record == record, HEADS.c.seq == after_seq)
                .values(seq=after_seq + 1, hash=new_hash)
            )
        # Without the option SQLAlchemy keeps the row count of an UPDATE only.
        result = self.session.execute(statement.execution_options(preserve_rowcount=True))
        if not isinstance(result, CursorResult) or result.rowcount != 1:
            raise Conflict(f"record {record} has moved on from entry {after_seq}")

    def _insert_or_nothing(self) -> Insert:
        if self._dialect == "postgresql":
            return postgresql.insert(HEADS).on_conflict_do_nothing()
        return sqlite.insert(HEADS).on_conflict_do_nothing()


class Store:
    """An open database. One per process; its units of work may be used from many threads."""

    def __init__(self, url: str, pepper: str = "") -> None:
        self.url = parse_url(url)
        self.pepper = pepper
        self.dialect = self.url.get_backend_name()
        engines = sqlite_engines(self.url) if self.dialect == "sqlite" else postgresql_engines(self.url)
        self._writing, self._reading = engines
        self._ticket = TicketLock() if self.dialect == "sqlite" else None
        self.clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        """The time of whoever looks; the application puts its own clock here."""

    @classmethod
    def open(cls, url: str, pepper: str = "") -> "Store":
        """Open ``sqlite:////path/file.db`` or ``postgresql://…``. Raises ValueError for another address.

        `pepper` is the server's own secret, kept outside the database: PINs and badges are hashed with it. Without it
        nobody can sign on or sign; the records can be read, verified (but for the seals) and exported.
        """
        return cls(url, pepper)

    @contextmanager
    def read(self) -> Iterator[UnitOfWork]:
        """A consistent view for reading; nothing can be written through it."""
        with Session(self._reading) as session:
            yield UnitOfWork(session, writing=False, at=self.clock(), secret=self.pepper)

    @contextmanager
    def read_tolerantly(self) -> Iterator[UnitOfWork]:
        """Like `read`, but a stored text that is no UTF-8 any more is read with marks in it instead of failing.

        For the verifier: it must name the altered record and go on.
        """
        with self.read() as uow:
            if self.dialect != "sqlite":
                yield uow
                return
            driver: Any = uow.session.connection().connection.dbapi_connection
            driver.text_factory = lambda raw: raw.decode("utf-8", "replace")
            try:
                yield uow
            finally:
                driver.text_factory = str

    @contextmanager
    def write(self) -> Iterator[UnitOfWork]:
        """A unit of work that rolls back unless it is committed. On SQLite writers are served in order of arrival."""
        turn: AbstractContextManager[None] = self._ticket.held() if self._ticket else nullcontext()
        with turn, Session(self._writing, expire_on_commit=False) as session:
            session.connection()
            yield UnitOfWork(session, writing=True, at=self.clock(), secret=self.pepper)

    @property
    def engine(self) -> Engine:
        """The writing engine, for migrations and for the backup."""
        return self._writing

    def close(self) -> None:
        """Give back all connections."""
        self._writing.dispose()
        self._reading.dispose()


def create_schema(store: Store) -> None:
    """Create every registered table that is missing, with its triggers, straight from the models."""
    Base.metadata.create_all(store.engine)


def upgrade(url: str, migrations: Path, revision: str = "head") -> None:
    """Bring a database to a revision of the migrations in a folder (Alembic). Creates it when it is empty."""
    config = Config()
    config.set_main_option("script_location", str(migrations).replace("%", "%%"))
    store = Store.open(url)
    try:
        with store.engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, revision)
    finally:
        store.close()


def file_faults(store: Store) -> list[str]:
    """What the database itself finds wrong with its file (SQLite's integrity check; nothing on PostgreSQL)."""
    if store.dialect != "sqlite":
        return []
    with store.read() as uow:
        rows = uow.session.execute(text("PRAGMA integrity_check")).scalars().all()
    return [row for row in rows if row != "ok"]
