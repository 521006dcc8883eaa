"""Whoever can write to the database can make every hash right, and still cannot sign for somebody: the seal is missing."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, text, update

from batch_records.acting import Done, RecordType, perform
from batch_records.acts import Act, Refusal, SecretProof
from batch_records.entries import START, Entry, canonical, entry_hash
from batch_records.sealing import NotProved, is_own, stamped
from batch_records.signatures import sign
from batch_records.store import Store
from batch_records.tables import ENTRIES, HEADS, SEALS
from batch_records.verify import verify_records
from tests.support.records import EIGHT, MARLOW, SHEET, Sheet, Sign, Write, an_act
from tests.support.stores import PEPPER, proof_of


def _encode(action: Write | Sign) -> tuple[str, int, dict[str, Any]]:
    kind, version, payload = SHEET.encode(action)
    return kind, version, dict(payload)


def signed_sheet(act: Act) -> RecordType[Sheet, Any, Any]:
    """Sheets whose signature is one of a person with a secret."""
    content = {"kept": "text"}

    def encode(action: Any) -> tuple[str, int, dict[str, Any]]:
        kind, version, payload = _encode(action)
        if not isinstance(action, Sign):
            return kind, version, payload
        made = sign(act, "Signed by", "sheet-1", content)
        assert not isinstance(made, Refusal)
        return kind, version, {**payload, "signature": made.as_data()}

    return replace(SHEET, encode=encode, signed_kinds=frozenset({"signed"}))


def written_and_signed(store: Store) -> RecordType[Sheet, Any, Any]:
    """Sheet 1 with a line and a signature; gives the type it was written with."""
    act = an_act("signed", MARLOW, proof=proof_of(MARLOW.person, EIGHT))
    kept = signed_sheet(act)
    assert isinstance(perform(store, kept, "sheet-1", Write("one"), an_act("line")), Done)
    assert isinstance(perform(store, kept, "sheet-1", Sign(), act), Done)
    return kept


def problems(store: Store, kept: RecordType[Sheet, Any, Any]) -> list[tuple[str, str]]:
    return [(problem.record, problem.text) for problem in verify_records(store, [kept]).problems]


def forge(store: Store, record: str, seq: int, previous: str, payload: dict[str, Any], at: Any = EIGHT) -> None:
    """What the owner of the database can do: an entry in another's name with every hash and head right."""
    told = canonical(payload).decode()
    entry = Entry(
        record, seq, "signed", 1, MARLOW.person, "hood-1", at, 0, payload, f"forged-{record}-{seq}", previous, "", "", "sheet"
    )
    entry = replace(entry, hash=entry_hash(entry, told))
    with store.write() as uow:
        values = {name: getattr(entry, name) for name in Entry.__dataclass_fields__} | {"payload": told}
        uow.session.execute(insert(ENTRIES).values(values))
        head = {"record": record, "seq": seq, "hash": entry.hash}
        where = update(HEADS).where(HEADS.c.record == record).values(seq=seq, hash=entry.hash)
        uow.session.execute(where if seq > 1 else insert(HEADS).values(head))
        uow.commit()


def without_triggers(store: Store, statement: str) -> None:
    """Run a statement as the owner of the database, who takes the triggers away first."""
    with store.engine.begin() as connection:
        if store.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = replica"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        connection.execute(text(statement))
        if store.dialect == "postgresql":
            connection.execute(text("SET session_replication_role = DEFAULT"))


def signature_at(at: Any, record: str) -> dict[str, str]:
    act = Act(MARLOW, "hood-1", at, "x", 0, SecretProof(MARLOW.person, at, "PIN"))
    made = sign(act, "Signed by", record, {"kept": "text"})
    assert not isinstance(made, Refusal)
    return made.as_data()


def version_1(signature: dict[str, str]) -> dict[str, str]:
    from batch_records.entries import digest

    told = {name: value for name, value in signature.items() if name not in {"proved", "seal"}}
    return told | {"seal": digest(canonical({"signature": 1, **told}))}


def test_what_is_signed_with_a_proved_secret_is_sealed_and_verified(any_store: Store) -> None:
    kept = written_and_signed(any_store)
    assert problems(any_store, kept) == []
    with any_store.read() as uow:
        assert is_own(uow.session, PEPPER)
        assert not is_own(uow.session, "another secret")


@pytest.mark.parametrize("early", [False, True], ids=["now", "dated before the first seal"])
def test_a_signed_entry_put_in_by_hand_is_named(any_store: Store, early: bool) -> None:
    kept = written_and_signed(any_store)
    at = EIGHT - timedelta(days=1) if early else EIGHT
    forge(any_store, "sheet-2", 1, START, {"signature": signature_at(at, "sheet-2")}, at)
    forge(any_store, "sheet-3", 1, START, {"signature": version_1(signature_at(at, "sheet-3"))}, at)
    forge(any_store, "sheet-4", 1, START, {}, at)
    no_seal = "entry 1: it counts as signed and has no seal of the server: it was not written by this server"
    assert problems(any_store, kept) == [
        ("sheet-2", "entry 1: it is signed, but the server's seal on it is gone"),
        ("sheet-3", no_seal),
        ("sheet-4", no_seal),
    ]


def test_a_seal_of_another_key_or_another_entry_is_no_seal(any_store: Store) -> None:
    kept = written_and_signed(any_store)
    forge(any_store, "sheet-2", 1, START, {"signature": signature_at(EIGHT, "sheet-2")})
    with any_store.write() as uow:
        real = uow.session.execute(SEALS.select().where(SEALS.c.record == "sheet-1")).one()
        copied = {"record": "sheet-2", "seq": 1, "proved": real.proved, "method": real.method, "seal": real.seal}
        uow.session.execute(insert(SEALS).values(copied))
        uow.commit()
    assert problems(any_store, kept) == [("sheet-2", "entry 1: its seal was not made by this server for this entry")]
    other = Store.open(any_store.url.render_as_string(hide_password=False), "the key of another server")
    try:
        assert ("sheet-1", "entry 2: its seal was not made by this server for this entry") in problems(other, kept)
    finally:
        other.close()


@pytest.mark.parametrize("record", ["sheet-1", "sealing"])
def test_a_seal_that_was_taken_away_is_missed(any_store: Store, record: str) -> None:
    kept = written_and_signed(any_store)
    without_triggers(any_store, f"DELETE FROM seals WHERE record = '{record}'")
    assert record in {name for name, _ in problems(any_store, kept)}


def test_with_all_seals_taken_away_signatures_of_this_version_still_miss_theirs(any_store: Store) -> None:
    kept = written_and_signed(any_store)
    for table in ("seals", "entries", "heads"):
        without_triggers(any_store, f"DELETE FROM {table} WHERE record = 'sealing' OR '{table}' = 'seals'")
    assert problems(any_store, kept) == [("sheet-1", "entry 2: it is signed, but the server's seal on it is gone")]


def test_signatures_from_before_the_first_seal_hold_without_one(any_store: Store) -> None:
    forge(any_store, "sheet-0", 1, START, {"signature": version_1(signature_at(EIGHT, "sheet-0"))})
    kept = written_and_signed(any_store)
    assert problems(any_store, kept) == []
    with any_store.read() as uow:
        before = uow.entries("sheet-0")[0].hash
    forge(any_store, "sheet-0", 2, before, {"signature": version_1(signature_at(EIGHT, "sheet-0"))})
    assert [record for record, _ in problems(any_store, kept)] == ["sheet-0"]


@pytest.mark.parametrize(
    "proof",
    [SecretProof(MARLOW.person, EIGHT, "PIN"), stamped("another server", MARLOW.person, EIGHT, "PIN"),
     replace(proof_of(MARLOW.person, EIGHT), at=EIGHT - timedelta(seconds=1))],
    ids=["made by hand", "of another server", "moved in time"],
)  # fmt: skip
def test_nothing_is_signed_with_a_proof_that_the_server_did_not_make(store: Store, proof: SecretProof) -> None:
    act = an_act("signed", MARLOW, proof=proof)
    with pytest.raises(NotProved):
        perform(store, signed_sheet(act), "sheet-1", Sign(), act)
    with store.read() as uow:
        assert uow.entries("sheet-1") == []


def test_a_changed_seal_list_counts_for_nothing(any_store: Store) -> None:
    kept = written_and_signed(any_store)
    statement = "UPDATE entries SET payload = replace(payload, 'sheet-1', 'sheet-9') WHERE record = 'sealing'"
    without_triggers(any_store, statement)
    assert {record for record, _ in problems(any_store, kept)} == {"sealing"}
