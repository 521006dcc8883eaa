"""Two pharmacists sign at once: exactly one signature, and the other is told whose.

The self-test takes the gate away and reads before it writes, as much software does: on PostgreSQL that signs twice.
"""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import insert, select, text, update

from batch_records.acting import Done, Refused, load, perform
from batch_records.acts import Actor
from batch_records.store import Store, UnitOfWork
from batch_records.tables import ENTRIES, HEADS
from tests.support.records import DUARTE, MARLOW, SHEET, Sign, Write, an_act, sheet_type

ROUNDS = 40


def at_once(*calls: Callable[[], object]) -> list[object]:
    start = threading.Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        start.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as threads:
        return [future.result() for future in [threads.submit(run, call) for call in calls]]


def signatures(store: Store, record: str) -> int:
    with store.read() as uow:
        query = select(ENTRIES.c.who).where(ENTRIES.c.record == record, ENTRIES.c.kind == "signed")
        return len(uow.session.execute(query).all())


@pytest.mark.slow
def test_of_two_pharmacists_who_sign_at_once_one_signs_and_the_other_is_told(any_store: Store) -> None:
    for number in range(ROUNDS):
        record = f"sheet-{number}"
        perform(any_store, SHEET, record, Write("drawn"), an_act(f"{number}/write"))

        def sign(actor: Actor, record: str = record) -> object:
            return perform(any_store, SHEET, record, Sign(), an_act(f"{record}/{actor.person}", actor))

        answers = at_once(lambda: sign(MARLOW), lambda: sign(DUARTE))
        done = [answer for answer in answers if isinstance(answer, Done)]
        refused = [answer for answer in answers if isinstance(answer, Refused)]
        assert (len(done), len(refused), signatures(any_store, record)) == (1, 1, 1)
        assert refused[0].refusal.text == f"{done[0].entry.who} signed this sheet already."


@pytest.mark.slow
def test_a_double_click_signs_once_and_both_get_the_same_answer(any_store: Store) -> None:
    for number in range(ROUNDS // 2):
        record = f"sheet-{number}"

        def sign(record: str = record) -> object:
            return perform(any_store, SHEET, record, Sign(), an_act(f"{record}/once", MARLOW))

        first, second = at_once(sign, sign)
        assert first == second
        assert signatures(any_store, record) == 1


@pytest.mark.slow
def test_writers_on_one_record_lose_no_line_and_leave_a_whole_chain(any_store: Store) -> None:
    writers, lines = 6, 12

    def write(writer: int) -> Callable[[], object]:
        def work() -> list[object]:
            return [
                perform(any_store, SHEET, "sheet-1", Write(f"{writer}.{line}"), an_act(f"{writer}.{line}"))
                for line in range(lines)
            ]

        return work

    at_once(*(write(writer) for writer in range(writers)))
    with any_store.read() as uow:
        written = load(uow, SHEET, "sheet-1").lines
    assert sorted(written) == sorted(f"{writer}.{line}" for writer in range(writers) for line in range(lines))


@pytest.mark.slow
@pytest.mark.postgresql
def test_a_record_read_for_a_decision_stays_as_it_was_until_the_decision_is_kept(postgresql_store: Store) -> None:
    """A dose is only made while its order is active: nobody ends the order between the look and the commit."""
    perform(postgresql_store, SHEET, "order-1", Write("active"), an_act("a"))
    read, ended = threading.Event(), []

    def end_order() -> None:
        read.wait()
        perform(postgresql_store, SHEET, "order-1", Write("ended"), an_act("b"))
        ended.append(True)

    thread = threading.Thread(target=end_order)
    thread.start()
    with postgresql_store.write() as uow:
        assert load(uow, SHEET, "order-1").lines == ("active",)
        read.set()
        thread.join(0.3)
        assert ended == []
        uow.append("dose-1", "written", 1, {"line": "made"}, an_act("c"), 0, record_type="sheet")
        uow.commit()
    thread.join()
    assert ended == [True]


def sign_without_the_gate(store: Store, record: str, actor: Actor, looked: threading.Barrier) -> None:
    """Read, decide, then write: what must not be done. The table here has no primary key to save it."""
    with store.write() as uow:
        count = uow.session.execute(text("SELECT count(*) FROM unsafe WHERE record = :r"), {"r": record}).scalar_one()
        if store.dialect == "postgresql":
            looked.wait()  # SQLite lets only one in at a time, which is why it never shows the fault
        if count == 0:
            uow.session.execute(text("INSERT INTO unsafe VALUES (:r, :w)"), {"r": record, "w": actor.person})
            uow.commit()


def signed_twice_without_the_gate(store: Store, rounds: int) -> int:
    with store.write() as uow:
        uow.session.execute(text("CREATE TABLE unsafe (record TEXT, who TEXT)"))
        uow.commit()
    for number in range(rounds):
        looked = threading.Barrier(2)
        calls = [
            lambda actor=actor: sign_without_the_gate(store, f"sheet-{number}", actor, looked)  # noqa: B023
            for actor in (MARLOW, DUARTE)
        ]
        at_once(*calls)
    with store.read() as uow:
        doubled = text("SELECT count(*) FROM (SELECT 1 FROM unsafe GROUP BY record HAVING count(*) > 1) AS twice")
        return int(uow.session.execute(doubled).scalar_one())


@pytest.mark.slow
@pytest.mark.postgresql
def test_self_test_without_the_gate_postgresql_signs_twice(postgresql_store: Store) -> None:
    assert signed_twice_without_the_gate(postgresql_store, 10) == 10


@pytest.mark.slow
def test_self_test_without_the_gate_sqlite_does_not_show_the_fault(store: Store) -> None:
    assert signed_twice_without_the_gate(store, 10) == 0


def open_gate(self: UnitOfWork, record: str, after_seq: int, new_hash: str) -> None:
    """The head is set without asking where it stood."""
    values = {"seq": after_seq + 1, "hash": new_hash}
    if after_seq == 0:
        self.session.execute(insert(HEADS).values(record=record, **values))
    else:
        self.session.execute(update(HEADS).where(HEADS.c.record == record).values(values))


@pytest.mark.slow
@pytest.mark.postgresql
def test_self_test_the_product_without_its_gate_turns_red_on_postgresql(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same product with the condition taken out of the gate, and no key of the table to save it."""
    with postgresql_store.write() as uow:
        uow.session.execute(text("ALTER TABLE entries DROP CONSTRAINT pk_entries"))
        uow.session.execute(text("DROP TRIGGER heads_step ON heads"))
        uow.commit()
    monkeypatch.setattr(UnitOfWork, "_pass_gate", open_gate)
    doubled = 0
    for number in range(20):
        record = f"sheet-{number}"
        perform(postgresql_store, SHEET, record, Write("drawn"), an_act(f"{number}/write"))
        folded = threading.Barrier(2)

        def sign(actor: Actor, record: str = record, folded: threading.Barrier = folded) -> None:
            with postgresql_store.write() as uow:
                state = load_own(uow, record)
                folded.wait()
                if state == 1:
                    uow.append(record, "signed", 1, {}, an_act(f"{record}/{actor.person}", actor), 1)
                    uow.commit()

        at_once(lambda: sign(MARLOW), lambda: sign(DUARTE))
        doubled += signatures(postgresql_store, record) == 2
    assert doubled == 20


def load_own(uow: UnitOfWork, record: str) -> int:
    return len(uow.entries(record, shared=False))


class LookTogether:
    """Holds each of two threads, at its first look at the record, until both have looked. A retry does not wait."""

    def __init__(self) -> None:
        self.both = threading.Barrier(2)
        self.seen = threading.local()

    def __call__(self, uow: UnitOfWork, *_: object) -> None:
        if not getattr(self.seen, "once", False):
            self.seen.once = True
            self.both.wait()


@pytest.mark.slow
@pytest.mark.postgresql
def test_the_same_interleaving_with_the_gate_signs_once(postgresql_store: Store) -> None:
    for number in range(20):
        record = f"sheet-{number}"
        perform(postgresql_store, SHEET, record, Write("drawn"), an_act(f"{number}/write"))
        together = sheet_type(gather=LookTogether())

        def sign(actor: Actor, record: str = record, together: Any = together) -> object:
            return perform(postgresql_store, together, record, Sign(), an_act(f"{record}/{actor.person}", actor))

        answers = at_once(lambda: sign(MARLOW), lambda: sign(DUARTE))
        assert sorted(type(answer).__name__ for answer in answers) == ["Done", "Refused"]
        assert signatures(postgresql_store, record) == 1
