"""The demonstration's records as a proof of the whole: verified, tampered with, computed again, signatures checked."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from batch_records.acting import load
from batch_records.entries import Entry
from batch_records.signatures import verify_signature
from batch_records.store import Store
from batch_records.tables import HEADS
from batch_records.verify import Report, verify_records
from compounding.planning.plan_data import from_data
from compounding.preparing.actions import ACTIONS
from compounding.preparing.completing import MEANINGS, signed_content
from compounding.preparing.dose import Dose
from compounding.preparing.record import DOSE
from compounding.preparing.tables import DoseRow
from tests.support.stores import PEPPER
from web.rechecking import recheck_records, recorded_steps
from web.record_types import RECORD_TYPES


@pytest.fixture
def demonstration(demonstration_template: Path, tmp_path: Path) -> Iterator[Store]:
    """A copy of the demonstration that a test may damage."""
    path = tmp_path / "copy.db"
    shutil.copyfile(demonstration_template, path)
    store = Store.open(f"sqlite:///{path}", PEPPER)
    yield store
    store.close()


def doses(store: Store) -> dict[str, tuple[Dose, list[Entry]]]:
    """Every dose by its record, with its entries."""
    with store.read() as uow:
        records = uow.session.execute(select(HEADS.c.record).where(HEADS.c.record.like("dose-%"))).scalars().all()
        return {record: (load(uow, DOSE, record), list(uow.entries(record))) for record in records}


def tampered(store: Store, statement: str) -> Report:
    """The verification after somebody with the file in their hands changed something, with every trigger out of the way."""
    path = store.url.database
    assert path is not None
    with sqlite3.connect(path) as file:
        for (trigger,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            file.execute(f'DROP TRIGGER "{trigger}"')
        assert file.execute(statement).rowcount == 1
    file.close()
    return verify_records(store, RECORD_TYPES)


def test_everything_that_was_loaded_verifies(demonstration: Store) -> None:
    report = verify_records(demonstration, RECORD_TYPES)
    assert report.problems == []
    assert report.records > 300 and report.entries > report.records


@pytest.mark.parametrize("column", ["payload", "who", "at", "station", "key"])
def test_one_changed_byte_of_an_entry_names_its_record(demonstration: Store, column: str) -> None:
    record = next(name for name, (dose, _) in doses(demonstration).items() if dose.released is not None)
    report = tampered(
        demonstration,
        f"UPDATE entries SET {column} = substr({column}, 1, 2) || '9' || substr({column}, 4) "
        f"WHERE record = '{record}' AND kind = 'release'",
    )
    assert {problem.record for problem in report.problems} == {record}


def test_a_changed_list_is_named_with_its_record(demonstration: Store) -> None:
    record = next(iter(doses(demonstration)))
    report = tampered(demonstration, f"UPDATE doses SET drug = 'ketamine' WHERE record = '{record}'")
    assert {problem.record for problem in report.problems} == {record}


def test_a_removed_last_entry_is_seen_by_its_head(demonstration: Store) -> None:
    record, (_, entries) = next(iter(doses(demonstration).items()))
    statement = f"DELETE FROM entries WHERE record = '{record}' AND seq = {len(entries)}"
    assert record in {problem.record for problem in tampered(demonstration, statement).problems}


def test_every_recorded_figure_is_computed_again_to_the_same_fraction(demonstration: Store) -> None:
    done = recheck_records(demonstration)
    assert done.problems == []
    assert done.figures > 200


def test_every_plan_holds_the_steps_that_led_to_it(demonstration: Store) -> None:
    for record, (dose, entries) in doses(demonstration).items():
        steps = list(recorded_steps(entries[0].payload))
        assert steps, record
        assert len(dose.planned.work) == len(steps), record


def test_every_signature_holds_over_what_is_recorded(demonstration: Store) -> None:
    checked: Counter[str] = Counter()
    for record, (_, entries) in doses(demonstration).items():
        for entry in entries:
            if entry.kind in MEANINGS:
                action: Any = from_data(ACTIONS[entry.kind, entry.version], entry.payload)
                assert verify_signature(action.signature, record, signed_content(action)) == []
                checked[entry.kind] += 1
    assert checked["release"] > 0


def test_the_lists_say_what_the_records_say(demonstration: Store) -> None:
    with demonstration.read() as uow:
        rows = {row.record: row.status for row in uow.session.execute(select(DoseRow)).scalars()}
    assert rows == {record: str(dose.status) for record, (dose, _) in doses(demonstration).items()}


def test_the_boards_of_the_demonstration_show_work_in_many_states(demonstration: Store) -> None:
    found = Counter(str(dose.status) for dose, _ in doses(demonstration).values())
    assert {"queued", "staged", "in_prep", "awaiting_final_check", "delivered"} <= set(found)
