from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from batch_records.acting import Consequence, Done, Refused, load, perform, perform_many
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import AlteredRecord, Entry
from batch_records.store import Store
from tests.support.records import DUARTE, EIGHT, MARLOW, OKONJO, SHEET, Sheet, Sign, Write, an_act, sheet_type
from tests.support.stores import proof_of


def entries_of(store: Store, record: str) -> list[Entry]:
    with store.read() as uow:
        return uow.entries(record)


def state_of(store: Store, record: str) -> Sheet:
    with store.read() as uow:
        return load(uow, SHEET, record)


def test_what_was_done_is_folded_from_its_entries(any_store: Store) -> None:
    perform(any_store, SHEET, "sheet-1", Write("5 mL drawn"), an_act("a"))
    done = perform(any_store, SHEET, "sheet-1", Sign(), an_act("b", MARLOW))
    assert isinstance(done, Done)
    assert done.state == Sheet(("5 mL drawn",), "person-marlow") == state_of(any_store, "sheet-1")
    assert [(e.seq, e.kind, e.who, e.station, e.at) for e in entries_of(any_store, "sheet-1")] == [
        (1, "written", "person-okonjo", "hood-1", EIGHT),
        (2, "signed", "person-marlow", "hood-1", EIGHT),
    ]


def test_a_second_signature_is_refused_in_words_and_kept(any_store: Store) -> None:
    perform(any_store, SHEET, "sheet-1", Sign(), an_act("a", MARLOW))
    answer = perform(any_store, SHEET, "sheet-1", Sign(), an_act("b", DUARTE))
    assert isinstance(answer, Refused)
    assert answer.refusal == Refusal("signed", "person-marlow signed this sheet already.")
    kept = entries_of(any_store, "sheet-1")[-1]
    assert (kept.kind, kept.who, kept.payload["action"], kept.payload["code"]) == (
        "refused",
        "person-duarte",
        "signed",
        "signed",
    )
    assert state_of(any_store, "sheet-1").signed_by == "person-marlow"


def test_the_plain_facts_of_a_refusal_are_kept_with_it_and_come_back_with_the_answer(any_store: Store) -> None:
    facts = {"code": "0100399999010214", "display": "ceFAZolin 500 mg vial"}
    wrong = sheet_type(check=lambda *_: Refusal("wrong", "Not this one.", 422, facts))  # type: ignore[misc]
    first = perform(any_store, wrong, "sheet-1", Write("one"), an_act("a"))
    again = perform(any_store, wrong, "sheet-1", Write("one"), an_act("a"))
    assert isinstance(first, Refused)
    assert first.refusal.details == facts
    assert again == first
    assert entries_of(any_store, "sheet-1")[-1].payload["details"] == facts


def test_a_refusal_without_facts_keeps_none(store: Store) -> None:
    perform(store, SHEET, "sheet-1", Sign(), an_act("a", OKONJO))
    assert "details" not in entries_of(store, "sheet-1")[-1].payload


def test_who_may_not_is_refused_with_403_before_the_state_is_asked(store: Store) -> None:
    answer = perform(store, SHEET, "sheet-1", Sign(), an_act("a", OKONJO))
    assert isinstance(answer, Refused)
    assert answer.refusal.status == 403
    assert state_of(store, "sheet-1") == Sheet()


def test_the_same_key_with_the_same_content_gets_the_first_answer(any_store: Store) -> None:
    first = perform(any_store, SHEET, "sheet-1", Write("one"), an_act("a"))
    perform(any_store, SHEET, "sheet-1", Write("two"), an_act("b"))
    later = perform(any_store, SHEET, "sheet-1", Write("one"), an_act("a", at=EIGHT.replace(hour=9)))
    assert later == first
    assert len(entries_of(any_store, "sheet-1")) == 2


def test_the_same_key_gets_the_first_refusal_again(any_store: Store) -> None:
    first = perform(any_store, SHEET, "sheet-1", Sign(), an_act("a", OKONJO))
    again = perform(any_store, SHEET, "sheet-1", Sign(), an_act("a", OKONJO))
    assert again == first
    assert len(entries_of(any_store, "sheet-1")) == 1


@pytest.mark.parametrize(
    ("record", "action", "actor"),
    [
        ("sheet-1", Write("two"), OKONJO),
        ("sheet-2", Write("one"), OKONJO),
        ("sheet-1", Write("one"), MARLOW),
        ("sheet-1", Sign(), OKONJO),
    ],
)
def test_the_same_key_with_other_content_is_refused(
    any_store: Store, record: str, action: Write | Sign, actor: Actor
) -> None:
    perform(any_store, SHEET, "sheet-1", Write("one"), an_act("a"))
    for _ in range(2):
        answer = perform(any_store, SHEET, record, action, an_act("a", actor))
        assert isinstance(answer, Refused)
        assert answer.refusal.code == "key_reused"
    assert state_of(any_store, "sheet-1").lines == ("one",)
    assert state_of(any_store, "sheet-2").lines == ()


def copy_to_second(before: Sheet, after: Sheet, entry: Entry, context: object) -> list[Consequence]:
    return [(SHEET, "sheet-copy", Write(after.lines[-1]))] if entry.kind == "written" else []


def test_a_consequence_is_written_by_the_system_in_the_same_unit_of_work(any_store: Store) -> None:
    perform(any_store, sheet_type(consequences=copy_to_second), "sheet-1", Write("one"), an_act("a"))
    (copy,) = entries_of(any_store, "sheet-copy")
    assert (copy.who, copy.key, copy.payload) == ("system", "a/0", {"line": "one"})


def test_a_refused_consequence_refuses_the_whole(any_store: Store) -> None:
    perform(any_store, SHEET, "sheet-copy", Sign(), an_act("a", MARLOW))
    answer = perform(any_store, sheet_type(consequences=copy_to_second), "sheet-1", Write("one"), an_act("b"))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "signed"
    assert [e.kind for e in entries_of(any_store, "sheet-1")] == ["refused"]
    assert len(entries_of(any_store, "sheet-copy")) == 1


def test_several_records_are_written_together_or_not_at_all(any_store: Store) -> None:
    both = [(SHEET, "sheet-1", Write("one")), (SHEET, "sheet-2", Write("two"))]
    first = perform_many(any_store, both, an_act("a"))
    assert isinstance(first, list)
    assert [done.entry.key for done in first] == ["a", "a+1"]
    assert perform_many(any_store, both, an_act("a")) == first
    perform(any_store, SHEET, "sheet-2", Sign(), an_act("b", MARLOW))
    answer = perform_many(any_store, both, an_act("c"))
    assert isinstance(answer, Refused)
    assert answer.entry.record == "sheet-2"
    assert state_of(any_store, "sheet-1").lines == ("one",)


def test_a_check_may_complete_the_action(store: Store) -> None:
    def complete(state: Sheet, action: Write, act: Act, context: int) -> Write:
        return replace(action, line=f"{action.line}, line {context}")

    counting = replace(sheet_type(gather=lambda uow, record, state, action, act: len(state.lines) + 1), check=complete)
    for _ in range(2):
        done = perform(store, counting, "sheet-1", Write("drawn"), an_act("a"))
        assert isinstance(done, Done)
        assert done.state.lines == ("drawn, line 1",)


def test_an_error_in_a_projection_leaves_nothing_behind(any_store: Store) -> None:
    def broken(uow: object, state: Sheet, entry: Entry) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        perform(any_store, sheet_type(project=broken), "sheet-1", Write("one"), an_act("a"))
    assert entries_of(any_store, "sheet-1") == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entries SET who = 'x'",
        "DELETE FROM entries",
        "DELETE FROM heads",
        "UPDATE heads SET seq = seq + 2",
        "UPDATE heads SET record = 'other'",
        "INSERT OR REPLACE INTO heads VALUES ('sheet-1', 9, 'x')",
        "TRUNCATE entries",
        "TRUNCATE heads",
    ],
)
def test_the_database_refuses_to_change_what_is_written(any_store: Store, statement: str) -> None:
    only = {"TRUNCATE": "postgresql", "INSERT": "sqlite"}.get(statement.split()[0], any_store.dialect)
    if only != any_store.dialect:
        statement = "DELETE FROM entries"
    perform(any_store, SHEET, "sheet-1", Write("one"), an_act("a"))
    with pytest.raises(DBAPIError, match=r"never changed|one entry forward"), any_store.write() as uow:
        uow.session.execute(text(statement))
    assert len(entries_of(any_store, "sheet-1")) == 1


def test_nothing_can_be_written_through_a_reading_unit_of_work(any_store: Store) -> None:
    with pytest.raises(DBAPIError), any_store.read() as uow:
        uow.session.execute(text("INSERT INTO heads VALUES ('sheet-9', 1, 'x')"))


def test_an_altered_record_is_not_acted_on(store: Store) -> None:
    perform(store, SHEET, "sheet-1", Write("one"), an_act("a"))
    with store.write() as uow:
        uow.session.execute(text("DROP TRIGGER entries_no_UPDATE"))
        uow.session.execute(text("UPDATE entries SET who = 'person-marlow'"))
        uow.commit()
    with pytest.raises(AlteredRecord, match="sheet-1"):
        perform(store, SHEET, "sheet-1", Write("two"), an_act("b"))


def alter_first(store: Store, record: str) -> None:
    """Change the first line of a record by hand, below everything that guards it."""
    with store.write() as uow:
        if store.dialect == "postgresql":
            uow.session.execute(text("ALTER TABLE entries DISABLE TRIGGER USER"))
        else:
            uow.session.execute(text("DROP TRIGGER entries_no_UPDATE"))
        change = "UPDATE entries SET payload = replace(payload, 'one', 'ten') WHERE record = :record AND seq = 1"
        uow.session.execute(text(change), {"record": record})
        uow.commit()


@pytest.mark.parametrize("proof", [None, proof_of("person-okonjo", EIGHT)], ids=["bare", "with the secret"])
def test_a_record_whose_older_entry_was_altered_since_it_was_read_is_not_acted_on(any_store: Store, proof) -> None:
    for line in ("one", "two", "three"):
        perform(any_store, SHEET, "sheet-1", Write(line), an_act(line))
    alter_first(any_store, "sheet-1")
    with any_store.read() as uow:  # a page still shows what was checked when it was read
        assert load(uow, SHEET, "sheet-1").lines == ("one", "two", "three")
    with pytest.raises(AlteredRecord, match="sheet-1 was altered at entry 1"):
        perform(any_store, SHEET, "sheet-1", Write("four"), an_act("four", proof=proof))
    with any_store.read_tolerantly() as uow:
        assert uow.session.execute(text("SELECT count(*) FROM entries")).scalar() == 3


def test_an_act_with_the_secret_is_not_decided_on_another_record_that_was_altered(store: Store) -> None:
    looks = replace(SHEET, gather=lambda uow, *_: load(uow, SHEET, "sheet-2"))
    for line in ("one", "two", "three"):
        perform(store, SHEET, "sheet-2", Write(line), an_act(line))
    alter_first(store, "sheet-2")
    perform(store, looks, "sheet-1", Write("one"), an_act("bare"))
    with pytest.raises(AlteredRecord, match="sheet-2"):
        perform(store, looks, "sheet-1", Write("two"), an_act("signed", proof=proof_of("person-okonjo", EIGHT)))


def test_a_second_writing_unit_of_work_in_one_thread_is_an_error_not_a_standstill(store: Store) -> None:
    with store.write(), pytest.raises(RuntimeError, match="open in this thread"), store.write():
        pass
