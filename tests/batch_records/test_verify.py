import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from batch_records.acting import perform, perform_many
from batch_records.checkpoint import Checkpoint, is_due, make_checkpoint, public_text, signing_key
from batch_records.claims import CLAIM
from batch_records.entries import entry_hash
from batch_records.people import PERSON
from batch_records.reading import entry_from
from batch_records.store import Store
from batch_records.tables import ENTRIES
from batch_records.verify import Report, report_text, verify_records
from tests.support.records import DUARTE, EIGHT, MARLOW, SHEET, Sign, Write, an_act
from tests.support.staff import Staff

TYPES = [SHEET, PERSON, CLAIM]
SHEETS, LINES = 20, 5


def fill(store: Store) -> None:
    """In one unit of work: a hundred commits for each test would be a hundred syncs."""
    lines = [
        (SHEET, f"sheet-{sheet}", Write(f"line {line} of sheet {sheet}"))
        for sheet in range(SHEETS)
        for line in range(LINES)
    ]
    assert isinstance(perform_many(store, lines, an_act("fill")), list)


@pytest.fixture
def filled(any_store: Store) -> Store:
    fill(any_store)
    return any_store


def named(report: Report) -> set[str]:
    return {problem.record for problem in report.problems}


def alter(store: Store, *statements: str) -> None:
    """Change the database as its owner could: the triggers go first."""
    if store.dialect == "sqlite":
        drops = [
            "DROP TRIGGER entries_no_UPDATE",
            "DROP TRIGGER entries_no_DELETE",
            "DROP TRIGGER heads_step",
            "DROP TRIGGER heads_no_DELETE",
            "DROP TRIGGER checkpoints_no_UPDATE",
            "DROP TRIGGER checkpoints_no_DELETE",
        ]
    else:
        drops = [f"ALTER TABLE {table} DISABLE TRIGGER USER" for table in ("entries", "heads", "checkpoints")]
    with store.write() as uow:
        for statement in [*drops, *statements]:
            uow.session.execute(text(statement))
        uow.commit()


def test_an_untouched_database_is_clean(filled: Store) -> None:
    report = verify_records(filled, TYPES)
    assert report.clean
    assert (report.records, report.entries) == (SHEETS, SHEETS * LINES)
    assert "nothing was altered" in report_text(report)


COLUMNS = [column.name for column in ENTRIES.c]


@pytest.mark.parametrize("column", COLUMNS)
def test_one_changed_character_in_any_column_names_the_record(filled: Store, column: str) -> None:
    where = "WHERE record = 'sheet-7' AND seq = 3"
    change = {
        "seq": "seq = 99",
        "version": "version = version + 1",
        "offset_minutes": "offset_minutes = 1",
        "payload": "payload = replace(payload, 'sheet 7', 'sheet 8')",
        "at": "at = '2026-03-01T08:00:00.000001Z'",
        "record": "record = 'sheet-77'",
        "hash": "hash = 'f' || substr(hash, 2, 62) || 'x'",
        "previous": "previous = 'x' || substr(previous, 2)",
    }.get(column, f"{column} = {column} || 'x'")
    alter(filled, f"UPDATE entries SET {change} {where}")
    assert "sheet-7" in named(verify_records(filled, TYPES))
    assert named(verify_records(filled, TYPES)) <= {"sheet-7", "sheet-77"}


def test_a_time_or_payload_that_cannot_be_read_names_the_record(store: Store) -> None:
    fill(store)
    alter(
        store,
        "UPDATE entries SET at = 'noon' WHERE record = 'sheet-1' AND seq = 1",
        "UPDATE entries SET payload = '{' WHERE record = 'sheet-2' AND seq = 1",
        "UPDATE entries SET who = cast(x'ff41' AS TEXT) WHERE record = 'sheet-3' AND seq = 1",
    )
    assert named(verify_records(store, TYPES)) == {"sheet-1", "sheet-2", "sheet-3"}


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM entries WHERE record = 'sheet-7' AND seq = 5",
        "DELETE FROM entries WHERE record = 'sheet-7' AND seq = 2",
        "DELETE FROM entries WHERE record = 'sheet-7'",
        "DELETE FROM heads WHERE record = 'sheet-7'",
        "UPDATE heads SET seq = 4 WHERE record = 'sheet-7'",
        "UPDATE heads SET hash = 'x' WHERE record = 'sheet-7'",
    ],
)
def test_what_is_removed_or_moved_back_is_named(filled: Store, statement: str) -> None:
    alter(filled, statement)
    assert named(verify_records(filled, TYPES)) == {"sheet-7"}


def test_one_changed_byte_of_the_file_names_its_record(sqlite_url: str, tmp_path: Path) -> None:
    store = Store.open(sqlite_url)
    fill(store)
    store.close()
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cells = connection.execute(
            "SELECT record, payload || key || content || previous || hash FROM entries"
        ).fetchall()
    original = path.read_bytes()
    chosen = random.Random(1).sample(cells, 40)
    for record, cell in chosen:
        start = original.index(cell.encode())
        offset = start + random.Random(cell).randrange(len(cell))
        changed = bytearray(original)
        changed[offset] ^= 1 << random.Random(cell).randrange(8)
        path.write_bytes(changed)
        store = Store.open(sqlite_url)
        report = verify_records(store, TYPES)
        store.close()
        assert record in named(report), f"byte {offset} of {record}"


def recompute(store: Store, record: str, new_first_payload: str) -> list[str]:
    """What an owner of the database would do: change an entry and compute the whole chain anew."""
    statements = []
    previous = "0" * 64
    with store.read() as uow:
        rows = uow.session.execute(ENTRIES.select().where(ENTRIES.c.record == record).order_by(ENTRIES.c.seq)).all()
    for row in rows:
        payload = new_first_payload if row.seq == 1 else row.payload
        hashed = entry_hash(replace(entry_from(row), previous=previous), payload)
        # A colon before a name would be a parameter of the statement.
        written = payload.replace(":", "\\:")
        statements.append(
            f"UPDATE entries SET payload = '{written}', previous = '{previous}', hash = '{hashed}' "
            f"WHERE record = '{record}' AND seq = {row.seq}"
        )
        previous = hashed
    return [*statements, f"UPDATE heads SET hash = '{previous}' WHERE record = '{record}'"]


def test_a_chain_computed_anew_passes_without_a_checkpoint_and_fails_with_one(filled: Store, tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key.pem")
    statements = recompute(filled, "sheet-7", '{"line":"never written"}')
    checkpoint = make_checkpoint(filled, key, EIGHT)
    alter(filled, *statements)
    report = verify_records(filled, TYPES, public_text(key))
    assert [(problem.record, "computed anew" in problem.text) for problem in report.problems] == [("sheet-7", True)]
    alter_checkpoints_away(filled)
    assert verify_records(filled, TYPES, public_text(key)).clean
    held = [Checkpoint.from_text(checkpoint.as_text())]
    assert named(verify_records(filled, TYPES, public_text(key), held)) == {"sheet-7"}


def alter_checkpoints_away(store: Store) -> None:
    with store.write() as uow:
        uow.session.execute(text("DELETE FROM checkpoints"))
        uow.commit()


def test_a_record_removed_whole_is_named_by_the_checkpoint(filled: Store, tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key.pem")
    make_checkpoint(filled, key, EIGHT)
    perform(filled, SHEET, "sheet-late", Write("after the checkpoint"), an_act("late"))
    statements = [f"DELETE FROM {table} WHERE record = 'sheet-7'" for table in ("entries", "heads")]
    alter(filled, *statements)
    assert named(verify_records(filled, TYPES, public_text(key))) == {"sheet-7"}


def test_a_record_cut_back_behind_its_checkpoint_is_named(filled: Store, tmp_path: Path) -> None:
    key = signing_key(tmp_path / "key.pem")
    make_checkpoint(filled, key, EIGHT)
    cut = "SET seq = 4, hash = (SELECT hash FROM entries WHERE record = 'sheet-7' AND seq = 4)"
    alter(
        filled,
        "DELETE FROM entries WHERE record = 'sheet-7' AND seq = 5",
        f"UPDATE heads {cut} WHERE record = 'sheet-7'",
    )
    assert named(verify_records(filled, TYPES, public_text(key))) == {"sheet-7"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE checkpoints SET body = replace(body, 'sheet-7', 'sheet-x') WHERE number = 1",
        "UPDATE checkpoints SET signature = replace(signature, '0', '1') WHERE number = 1",
        "DELETE FROM checkpoints WHERE number = 1",
    ],
)
def test_an_altered_or_missing_checkpoint_is_found(filled: Store, tmp_path: Path, statement: str) -> None:
    key = signing_key(tmp_path / "key.pem")
    for _ in range(2):
        make_checkpoint(filled, key, EIGHT)
    assert verify_records(filled, TYPES, public_text(key)).clean
    alter(filled, statement)
    assert any("checkpoint" in problem.text for problem in verify_records(filled, TYPES, public_text(key)).problems)


def test_a_checkpoint_signed_with_another_key_does_not_count(filled: Store, tmp_path: Path) -> None:
    make_checkpoint(filled, signing_key(tmp_path / "other.pem"), EIGHT)
    report = verify_records(filled, TYPES, public_text(signing_key(tmp_path / "key.pem")))
    assert [problem.text for problem in report.problems] == ["the signature of checkpoint 1 does not hold"]


def test_the_signing_key_is_made_once_and_readable_by_its_owner_only(tmp_path: Path) -> None:
    first = signing_key(tmp_path / "key.pem")
    assert public_text(signing_key(tmp_path / "key.pem")) == public_text(first)
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_is_due_once_a_day(store: Store, tmp_path: Path) -> None:
    assert is_due(store, EIGHT)
    make_checkpoint(store, signing_key(tmp_path / "key.pem"), EIGHT)
    assert not is_due(store, EIGHT.replace(hour=23))
    assert is_due(store, EIGHT.replace(day=2))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE people SET roles = 'administrator, pharmacist' WHERE record = 'person-okonjo'",
        "UPDATE people SET enabled = 0 WHERE record = 'person-okonjo'",
        "DELETE FROM people WHERE record = 'person-okonjo'",
    ],
)
def test_a_changed_projection_names_its_record(staff: Staff, statement: str) -> None:
    assert verify_records(staff.store, TYPES).clean
    with staff.store.write() as uow:
        uow.session.execute(text(statement))
        uow.commit()
    report = verify_records(staff.store, TYPES)
    assert [(problem.record, "people" in problem.text) for problem in report.problems] == [("person-okonjo", True)]


def test_a_projected_row_without_a_record_is_named(staff: Staff) -> None:
    with staff.store.write() as uow:
        uow.session.execute(text("INSERT INTO people VALUES ('person-ghost', 'G', 'g.host', '', 'nurse', NULL, 1)"))
        uow.commit()
    assert named(verify_records(staff.store, TYPES)) == {"person-ghost"}


def test_a_record_that_nobody_can_read_is_a_problem_not_skipped(filled: Store) -> None:
    assert len(named(verify_records(filled, [PERSON]))) == SHEETS
    assert verify_records(filled, None).clean


def _raise(*_: object) -> None:
    raise ZeroDivisionError


@pytest.mark.parametrize("broken", [lambda: replace(SHEET, apply=_raise)])
def test_a_record_whose_fold_fails_is_named(filled: Store, broken: Callable[[], object]) -> None:
    assert len(named(verify_records(filled, [broken()]))) == SHEETS  # type: ignore[list-item]


def test_a_refused_action_is_part_of_a_clean_record(filled: Store) -> None:
    perform(filled, SHEET, "sheet-1", Sign(), an_act("sign", MARLOW))
    perform(filled, SHEET, "sheet-1", Sign(), an_act("sign again", DUARTE))
    assert verify_records(filled, TYPES).clean
