"""The one path of every write: authorise, gather, check, append one entry, refresh projections, commit, answer.

A refused action is an entry too: refusals are the near misses. The same key with the same content gets the first
answer; with other content it is refused. Who loses a race at the head gate is folded and checked again, and so gets
the refusal of the rule itself, in its words.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from sqlalchemy import Table, delete, insert
from sqlalchemy.exc import DBAPIError, IntegrityError

from batch_records.acts import SYSTEM, Act, Actor, Refusal
from batch_records.entries import REFUSED, START, Entry, canonical, digest
from batch_records.store import Conflict, Store, UnitOfWork

S = TypeVar("S")
A = TypeVar("A")
C = TypeVar("C")

ATTEMPTS = 10
"""How often a lost race is decided anew before `Contended` is raised."""

_RETRY_STATES = {"40001", "40P01"}  # PostgreSQL: serialization failure, deadlock


class Contended(Exception):
    """The record was written by others at every attempt. Nothing was written; the client may ask again."""


def _no_context(*_: Any) -> Any:
    return None


def _no_consequences(*_: Any) -> Sequence["Consequence"]:
    return ()


def _no_rows(*_: Any) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    return {}


@dataclass(frozen=True, kw_only=True)
class RecordType(Generic[S, A, C]):
    """What one type of record is: how it is folded, who may act, what is allowed, and what follows.

    Ids are unique over all types; give them a prefix of their type (``dose-…``).
    """

    name: str
    blank: Callable[[], S]
    """Makes the state of a record without entries."""
    apply: Callable[[S, Entry], S]
    """Pure: the state after an entry. Never sees refused entries; knows every released kind and version."""
    authorise: Callable[[Actor, A], Refusal | None]
    """Pure: may this actor ask for this at all? Not asked for consequences, which the system performs."""
    check: Callable[[S, A, Act, C], A | Refusal]
    """Pure: the only gate. Gives back the action (possibly completed) or the refusal in words."""
    encode: Callable[[A], tuple[str, int, Mapping[str, Any]]]
    """Pure: kind, version and canonical payload of an action, before and after `check`."""
    gather: Callable[[UnitOfWork, str, S, A, Act], C] = _no_context
    """Reads what `check` needs beyond the record itself. Writes nothing."""
    project: Callable[[UnitOfWork, S, Entry], None] | None = None
    """What else changes in the same unit of work, beyond the rows of `projection_rows`."""
    consequences: Callable[[S, S, Entry, C], Sequence["Consequence"]] = _no_consequences
    """What other records must take up, in the same unit of work; one of them refused refuses the whole."""
    signed_kinds: frozenset[str] = frozenset()
    """Kinds of entry that are never written without a secret given just now: `verify` asks for the server's seal on them."""
    projection_tables: tuple[Table, ...] = ()
    """Tables with a column ``record`` whose rows come from `projection_rows` alone."""
    projection_rows: Callable[[str, S], Mapping[Table, Sequence[Mapping[str, Any]]]] = _no_rows
    """Pure: the rows of a record in each of `projection_tables`. `verify` compares them with what is stored."""
    entry_tables: tuple[Table, ...] = ()
    """Tables with a column ``record`` that only grow: every entry adds its own rows, none is ever replaced."""
    entry_rows: Callable[[S, S, Entry], Mapping[Table, Sequence[Mapping[str, Any]]]] = _no_rows
    """Pure: the rows that an entry adds, from the states before and after it. `verify` compares these as well."""


Consequence = tuple[RecordType[Any, Any, Any], str, Any]


@dataclass(frozen=True)
class Done(Generic[S]):
    """The action was done: its entry and the state after it."""

    entry: Entry
    state: S


@dataclass(frozen=True)
class Refused:
    """A rule said no. The refusal is kept as an entry."""

    entry: Entry
    refusal: Refusal


class _Stopped(Exception):
    """Carries a refusal out of a half-done unit of work, which is rolled back."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.text)
        self.refusal = refusal


def fold(record_type: RecordType[S, Any, Any], entries: Iterable[Entry]) -> S:
    """The state after these entries. Raises ValueError when an entry belongs to another type of record."""
    return _fold_on(record_type, record_type.blank(), entries)


def _fold_on(record_type: RecordType[S, Any, Any], state: S, entries: Iterable[Entry]) -> S:
    for entry in entries:
        if entry.record_type != record_type.name:
            raise ValueError(f"record {entry.record} is of type {entry.record_type}, not {record_type.name}")
        if entry.kind != REFUSED:
            state = record_type.apply(state, entry)
    return state


def load(uow: UnitOfWork, record_type: RecordType[S, Any, Any], record_id: str) -> S:
    """Read the entries of a record and fold them. A record without entries gives the blank state."""
    return _folded(uow, record_type, record_id)[0]


_KNOWN: OrderedDict[tuple[Any, str], tuple[int, str, Any]] = OrderedDict()
"""States folded before, by type and record, each with the sequence and hash of its last entry. A state is used again only
where the stored record still has that very entry; what came after it is read, checked and folded on.

Whoever acts on a record has the whole of it hashed again first, and whoever acts with their secret every record that is read
to decide; so nothing is added to a record that was altered since it was read. Pages that only show rely on what was checked."""
_MOST_KNOWN = 2_000
_KNOWN_LOCK = threading.Lock()


def _folded(
    uow: UnitOfWork, record_type: RecordType[S, Any, Any], record_id: str, shared: bool = True, whole: bool = False
) -> tuple[S, int]:
    """The state of a record and the sequence of its last entry. Raises AlteredRecord."""
    key = (record_type.apply, record_id)
    seq, known, state = _KNOWN.get(key, (0, START, None))
    newer = uow.entries_after(record_id, seq, known, shared, whole)
    if newer is None:  # another database, or a unit of work that was rolled back: read the whole record
        seq, newer = 0, uow.entries(record_id, shared)
    folded = fold(record_type, newer) if not seq else _fold_on(record_type, state, newer)
    if not newer:
        return folded, seq
    with _KNOWN_LOCK:
        _KNOWN[key] = (newer[-1].seq, newer[-1].hash, folded)
        _KNOWN.move_to_end(key)
        while len(_KNOWN) > _MOST_KNOWN:
            _KNOWN.popitem(last=False)
    return folded, newer[-1].seq


def perform(store: Store, record_type: RecordType[S, A, Any], record_id: str, action: A, act: Act) -> Done[S] | Refused:
    """Do one thing to one record, once. Raises Contended when every attempt lost its race."""
    answer = perform_many(store, [(record_type, record_id, action)], act)
    return answer if isinstance(answer, Refused) else answer[0]


def perform_many(store: Store, actions: Sequence[Consequence], act: Act) -> list[Done[Any]] | Refused:
    """Do several things in one unit of work under one key: all of them, or none and one refusal.

    The first entry carries the key itself; the others, and all consequences, carry keys derived from it.
    Raises ValueError for an empty list, Contended when every attempt lost its race.
    """
    if not actions:
        raise ValueError("perform_many needs at least one action")
    content = _content(actions, act)
    lost: Exception | None = None
    for number in range(ATTEMPTS):
        try:
            return _attempt(store, actions, act, content, again=number > 0)
        except (Conflict, IntegrityError) as race:
            lost = race
        except DBAPIError as fault:
            if getattr(fault.orig, "sqlstate", None) not in _RETRY_STATES:
                raise
            lost = fault
    raise Contended(f"record {actions[0][1]} was written by others at each of {ATTEMPTS} attempts") from lost


def _content(actions: Sequence[Consequence], act: Act) -> str:
    """Digest of what is asked and by whom: what must be equal when a key comes again."""
    asked = [[record_type.name, record_id, *record_type.encode(action)] for record_type, record_id, action in actions]
    return digest(canonical([act.actor.person, asked]))


def _attempt(
    store: Store, actions: Sequence[Consequence], act: Act, content: str, again: bool
) -> list[Done[Any]] | Refused:
    refused: tuple[int, Refusal]
    with store.write() as uow:
        uow.holds_own = again
        uow.whole = act.proof is not None
        uow.at = act.at
        first = uow.answer_for(act.key)
        if first is not None:
            return _answer_again(uow, first, actions, act, content)
        done: list[Done[Any]] = []
        for index, (record_type, record_id, action) in enumerate(actions):
            part = replace(act, key=_part_key(act.key, index))
            try:
                done.append(_do(uow, record_type, record_id, action, part, content))
            except _Stopped as stop:
                refused = (index, stop.refusal)
                break
        else:
            uow.commit()
            return done
    index, refusal = refused
    with store.write() as uow:
        uow.holds_own = again
        entry = _append_refusal(uow, actions[index], refusal, act, content)
        uow.commit()
    return Refused(entry, refusal)


def _part_key(key: str, index: int) -> str:
    return key if index == 0 else f"{key}+{index}"


def _do(
    uow: UnitOfWork,
    record_type: RecordType[S, A, Any],
    record_id: str,
    action: A,
    act: Act,
    content: str,
    asked: bool = True,
) -> Done[S]:
    """Fold, authorise, gather, check, append, project, and take up the consequences. Raises _Stopped on a refusal.

    `asked`: this very thing was asked for; a consequence is not.
    """
    before, seq = _folded(uow, record_type, record_id, shared=False, whole=asked)
    if act.actor is not SYSTEM:
        denied = record_type.authorise(act.actor, action)
        if denied is not None:
            raise _Stopped(denied)
    context = record_type.gather(uow, record_id, before, action, act)
    allowed = record_type.check(before, action, act, context)
    if isinstance(allowed, Refusal):
        raise _Stopped(allowed)
    kind, version, payload = record_type.encode(allowed)
    entry = uow.append(
        record_id, kind, version, payload, act, seq, content=content, record_type=record_type.name
    )
    after = record_type.apply(before, entry)
    refresh(uow, record_type, after, entry)
    for table, rows in record_type.entry_rows(before, after, entry).items():
        if rows:
            uow.session.execute(insert(table), [dict(row) for row in rows])
    for index, (other, other_id, follow) in enumerate(record_type.consequences(before, after, entry, context)):
        derived = replace(act, actor=SYSTEM, key=f"{act.key}/{index}", proof=None)
        _do(uow, other, other_id, follow, derived, content, asked=False)
    return Done(entry, after)


def refresh(uow: UnitOfWork, record_type: RecordType[S, Any, Any], state: S, entry: Entry) -> None:
    """Bring the projections of one record up to its state."""
    if record_type.projection_tables:
        rows = record_type.projection_rows(entry.record, state)
        for table in record_type.projection_tables:
            uow.session.execute(delete(table).where(table.c.record == entry.record))
            if rows.get(table):
                uow.session.execute(insert(table), [dict(row) for row in rows[table]])
    if record_type.project is not None:
        record_type.project(uow, state, entry)


def _append_refusal(uow: UnitOfWork, asked: Consequence, refusal: Refusal, act: Act, content: str) -> Entry:
    record_type, record_id, action = asked
    kind, _, payload = record_type.encode(action)
    body: dict[str, Any] = {
        "action": kind,
        "code": refusal.code,
        "text": refusal.text,
        "status": refusal.status,
        "payload_digest": digest(canonical(payload)),
    }
    if refusal.details is not None:
        body["details"] = dict(refusal.details)
    after_seq = len(uow.entries(record_id, shared=False))
    return uow.append(record_id, REFUSED, 1, body, act, after_seq, content=content, record_type=record_type.name)


def _answer_again(
    uow: UnitOfWork, first: Entry, actions: Sequence[Consequence], act: Act, content: str
) -> list[Done[Any]] | Refused:
    """The first answer to the same content under a known key; a refusal, kept as an entry, to other content."""
    if first.content != content:
        return _refuse_reused_key(uow, actions[0], act, content)
    if first.kind == REFUSED:
        return Refused(first, refusal_in(first))
    answers: list[Done[Any]] = []
    for index, (record_type, record_id, _) in enumerate(actions):
        entries = uow.entries(record_id, shared=False)
        key = _part_key(act.key, index)
        entry = next(entry for entry in entries if entry.key == key)
        answers.append(Done(entry, fold(record_type, entries[: entry.seq])))
    return answers


def _refuse_reused_key(uow: UnitOfWork, asked: Consequence, act: Act, content: str) -> Refused:
    own = replace(act, key=f"{digest(act.key.encode())}#{content}")
    known = uow.answer_for(own.key)
    if known is not None:
        return Refused(known, refusal_in(known))
    refusal = Refusal(
        "key_reused",
        "This request carries the key of an earlier one with other content. Nothing was done; load the page again.",
        422,
    )
    entry = _append_refusal(uow, asked, refusal, own, content)
    uow.commit()
    return Refused(entry, refusal)


def refusal_in(entry: Entry) -> Refusal:
    """The refusal that a refused entry holds."""
    told = entry.payload
    return Refusal(told["code"], told["text"], told["status"], told.get("details"))
