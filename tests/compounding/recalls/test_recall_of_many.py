"""A recall of more than fits one unit of work: listed portion by portion, safe to stop anywhere, and nothing usable meanwhile."""

import pytest

from batch_records.acting import Refused, load, perform
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus as S
from compounding.recalls import going_on
from compounding.recalls.actions import Touched
from compounding.recalls.going_on import go_on, go_on_with_all
from compounding.recalls.numbering import part_record, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL, listing_of, parts_of
from compounding.stock.lot import LOT, ReceiveLot, lot_record
from compounding.views.recalls import Progress
from tests.compounding.recalls.test_recall import FOR_TOMAS, LATER, NUMBER, lot_of, opened, tasks
from tests.support.cast import ADEYEMI, DUARTE, HALLORAN, OFFSET, OKONJO, act_of, do, refused
from tests.support.flow import TOMAS, code_of, completed, content_digest, dose_now, paired, queued_dose

VIAL = "ceftriaxone_500mg_vial"


@pytest.fixture
def few_at_once(monkeypatch):
    """The stock is held with the opening, every preparation in a portion of its own."""
    monkeypatch.setattr("compounding.recalls.listing.AT_ONCE", 1)


def two_doses(store):
    """One on the ward, one at the check, both of the same person's hands."""
    first = paired(store)
    second = completed(store, queued_dose(store, FOR_TOMAS, TOMAS, "260414-0141"))
    do(store, HALLORAN, DOSE, dose_record(first), a.Receive("7 West"), LATER)
    return first, second


def test_from_the_opening_on_nothing_that_it_touched_is_given_or_released_although_it_is_not_listed_yet(cast_store, few_at_once):
    ward, check = two_doses(cast_store)
    opened(cast_store, **lot_of(cast_store, ward))
    assert [task.what for task in tasks(cast_store).values()] == ["lot"]
    assert dose_now(cast_store, ward).status is S.DELIVERED
    assert refused(cast_store, HALLORAN, DOSE, dose_record(ward), a.StartAdministration(), LATER) == "in_recall"
    opened(cast_store, number="R260414-02", subject="person", person=OKONJO.person)
    assert list(tasks(cast_store, "R260414-02")) == [dose_record(ward)]
    release = a.Release(content_digest(cast_store, check))
    assert refused(cast_store, DUARTE, DOSE, dose_record(check), release, LATER, station="desk-1", signed=True) == "in_recall"
    assert go_on_with_all(cast_store, LATER, OFFSET, rest=0.0) == 0
    assert {dose_now(cast_store, number).status for number in (ward, check)} == {S.QUARANTINED}


def test_a_lot_that_is_not_held_yet_stops_at_the_scan(cast_store, monkeypatch):
    monkeypatch.setattr("compounding.recalls.listing.STOCK_AT_ONCE", 0)
    do(cast_store, OKONJO, LOT, lot_record(VIAL, "A1"), ReceiveLot(VIAL, "A1", "2028-05-31", 5, "Fridge 2"))
    opened(cast_store, subject="place", place="fridge 2")
    with cast_store.read() as uow:
        assert load(uow, LOT, lot_record(VIAL, "A1")).state == "available"
    dose = dose_record(queued_dose(cast_store))
    assert refused(cast_store, OKONJO, DOSE, dose, a.ScanContainer(code_of(VIAL, "A1", "280531")), LATER) == "lot_held"


def test_it_is_killed_between_two_portions_and_goes_on_where_it_stopped_each_thing_once(cast_store, few_at_once, monkeypatch):
    first, second = two_doses(cast_store)
    opened(cast_store, subject="person", person=OKONJO.person)
    act = act_of(ADEYEMI, LATER)

    class Killed(Exception):
        pass

    def killed(*_):
        raise Killed

    with monkeypatch.context() as one_moment:
        one_moment.setattr(going_on, "perform", killed)
        with pytest.raises(Killed):
            go_on(cast_store, NUMBER, act)
    assert go_on(cast_store, NUMBER, act, seconds=0.0) == 1
    assert go_on_with_all(cast_store, LATER, OFFSET, rest=0.0) == 0
    assert set(tasks(cast_store)) == {dose_record(first), dose_record(second)}
    with cast_store.read() as uow:
        assert [len(part.tasks) for part in parts_of(uow, NUMBER)] == [1, 1]
    assert {dose_now(cast_store, number).status for number in (first, second)} == {S.QUARANTINED}
    assert go_on(cast_store, NUMBER, act) == 0


def test_who_finds_somebody_else_at_it_leaves_it_to_them(cast_store, few_at_once):
    two_doses(cast_store)
    opened(cast_store, subject="person", person=OKONJO.person)
    with going_on._ONE_AT_A_TIME:
        assert go_on(cast_store, NUMBER, act_of(ADEYEMI, LATER)) == 1
    assert go_on(cast_store, NUMBER, act_of(ADEYEMI, LATER)) == 0


def test_a_portion_is_listed_once_whoever_asks(cast_store):
    number = paired(cast_store)
    opened(cast_store, **lot_of(cast_store, number))
    with cast_store.read() as uow:
        recall = load(uow, RECALL, recall_record(NUMBER))
    again = listing_of(recall, (Touched(dose_record(number), "dose"),))
    answer = perform(cast_store, PART, part_record(NUMBER, 1), again, act_of(ADEYEMI, LATER))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "part_listed"


def test_the_share_that_is_listed_is_a_hundred_only_when_all_is():
    assert [Progress(199, 0, 0).listed(left) for left in (0, 1, 199)] == [100, 99, 50]
