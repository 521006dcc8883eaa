"""A finished unit becomes a dose by the scan of its label: what must be equal, and who is told when two want the same."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from batch_records.acting import Refused, perform
from batch_records.verify import verify_records
from calculations.quantity import Quantity
from compounding.batches.actions import HoldUnits, WasteUnits
from compounding.batches.assigning import offered, unit_under_scanner
from compounding.batches.numbering import lot_number, unit_code
from compounding.batches.states import UnitState
from compounding.planning.plan import Excipients
from compounding.preparing.actions import (
    AnswerLabelInHand,
    AssignUnit,
    PairLabels,
    PrintLabel,
)
from compounding.preparing.finished_units import differences
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.stock.lot import LOT as STOCK_LOT
from compounding.stock.lot import HoldLot, lot_record
from tests.support.batches import FOR_TOMAS, LOT, batch_now, minutes, on_batch, released_batch
from tests.support.cast import AMARI, DUARTE, MARLOW, NOON, OKONJO, act_of, do, refused
from tests.support.flow import TOMAS, dose_now, queued_dose, scanned
from web.record_types import RECORD_TYPES

AT = minutes(10)
LATER = lot_number(1, NOON.date(), 2)
DESK: dict[str, Any] = {"station": "desk-1", "signed": True}


def for_tomas(store, number: str = "260414-0140", **changed: Any) -> str:
    return queued_dose(store, FOR_TOMAS | changed, TOMAS, number)


def assign(store, dose: str, serial: int = 1, at=AT, member=DUARTE, lot: str = LOT) -> DoseStatus:
    return do(store, member, DOSE, dose_record(dose), AssignUnit(unit_code(lot, serial)), at, **DESK).status


def no(store, dose: str, code: str, at=AT, member=DUARTE, **act: Any) -> str:
    return refused(store, member, DOSE, dose_record(dose), AssignUnit(code), at, **(act or DESK))


def test_a_unit_becomes_the_dose_with_its_lot_serial_time_and_label(released_store):
    number = for_tomas(released_store)
    assert assign(released_store, number) is DoseStatus.RELEASED
    dose, unit = dose_now(released_store, number), batch_now(released_store).unit(1)
    assert dose.unit == {"lot": LOT, "serial": "1"}
    assert (unit.state, unit.dose, unit.patient) == (UnitState.ASSIGNED, number, "DEMO-2093")
    assert dose.beyond_use_at() == unit.beyond_use
    assert [(c["name"], c["lot"]) for c in dose.label["components"]] == [
        ("cefTRIAXone 1 g, made ahead, unit 1", LOT)
    ]
    assert (dose.label["made_by"]["name"], dose.label["checked_by"][0]["name"]) == ("T. Okonjo, CPhT", "K. Duarte, RPh")
    assert dose.label["patient"]["identifier"] == "MRN DEMO-2093"
    assert verify_records(released_store, RECORD_TYPES).problems == []


def test_its_two_labels_are_paired_before_it_leaves(released_store):
    number = for_tomas(released_store)
    assign(released_store, number)
    record, at = dose_record(number), minutes(11)
    do(released_store, MARLOW, DOSE, record, PrintLabel("0" * 64, issue=1), at, station="desk-1")
    do(released_store, MARLOW, DOSE, record, AnswerLabelInHand(True), at, station="desk-1")
    other = PairLabels(unit_code(LOT, 2), f"91{number}C1")
    assert refused(released_store, AMARI, DOSE, record, other, at) == "wrong_container"
    own = PairLabels(unit_code(LOT, 1), f"91{number}C1")
    on_batch(released_store, MARLOW, HoldUnits("particles seen in unit 3"), at)
    assert refused(released_store, AMARI, DOSE, record, own, at) == "unit_held"


def test_a_lot_in_the_unit_that_is_recalled_later_stops_the_dose_on_its_way(released_store):
    number = for_tomas(released_store)
    assign(released_store, number)
    vials = lot_record("ceftriaxone_1000mg_vial", "MADE-1")
    do(released_store, MARLOW, STOCK_LOT, vials, HoldLot("recalled", "glass"), minutes(11))
    other = for_tomas(released_store, "260414-0141")
    assert no(released_store, other, unit_code(LOT, 2)) == "lot_recalled"
    with released_store.read() as uow:
        assert offered(uow, dose_now(released_store, other), minutes(12)) == ()
    record = dose_record(number)
    do(released_store, MARLOW, DOSE, record, PrintLabel("0" * 64, issue=1), minutes(12), station="desk-1")
    do(released_store, MARLOW, DOSE, record, AnswerLabelInHand(True), minutes(12), station="desk-1")
    pair = PairLabels(unit_code(LOT, 1), f"91{number}C1")
    assert refused(released_store, AMARI, DOSE, record, pair, minutes(12)) == "lot_recalled"


def test_only_a_pharmacist_without_a_hand_in_it_assigns_with_their_secret(released_store):
    number, code = for_tomas(released_store), unit_code(LOT, 1)
    assert no(released_store, number, code, member=AMARI) == "not_allowed"
    assert no(released_store, number, code, station="desk-1") == "secret_needed"
    assert no(released_store, number, "98nonsense") == "unit_unknown"
    assert no(released_store, number, unit_code(LOT, 9)) == "unit_unknown"


def test_a_unit_that_is_held_wasted_or_past_its_time_is_not_assigned(released_store):
    number = for_tomas(released_store)
    on_batch(released_store, MARLOW, HoldUnits("cracked", (1,)), minutes(9))
    on_batch(released_store, OKONJO, WasteUnits((2,), "dropped", "ordinary waste"), minutes(9))
    assert no(released_store, number, unit_code(LOT, 1)) == "unit_held"
    assert no(released_store, number, unit_code(LOT, 2)) == "unit_not_available"
    assert no(released_store, number, unit_code(LOT, 3), NOON + timedelta(hours=47, minutes=50)) == "unit_too_old"
    assert no(released_store, number, unit_code(LOT, 3), NOON + timedelta(hours=49)) == "beyond_use_passed"


def test_a_dose_with_scanned_containers_is_taken_apart_first(released_store):
    number = for_tomas(released_store)
    scanned(released_store, number, "ceftriaxone_1000mg_vial")
    assert no(released_store, number, unit_code(LOT, 1)) == "staged_already"


def test_every_difference_is_named_in_words(released_store):
    with released_store.read() as uow:
        unit = unit_under_scanner(uow, unit_code(LOT, 1), minutes(9))

    def found(active: dict[str, Any], **plan: Any) -> tuple[str, ...]:
        return differences(replace(unit.plan, actives=(replace(unit.plan.actives[0], **active),), **plan), unit)

    assert found({}) == ()
    assert found({"drug": "cefazolin", "display": "ceFAZolin"}) == ("drug: cefTRIAXone, ordered ceFAZolin",)
    assert found({"amount": Quantity("2", "g", "ceftriaxone")}) == ("amount: 1 g, ordered 2 g",)
    assert "made from ceftriaxone_1000mg_vial" in found({"products": ("ceftriaxone_250mg_vial",)})[0]
    other = {"base_display": "dextrose 5 %", "final_volume": Quantity(100, "mL"), "route": "intrathecal"}
    assert [text.partition(":")[0] for text in found({}, **other)] == ["diluent and container", "volume", "route"]
    assert "one drug" in found({}, one_time=True)[0]


def test_units_that_fit_are_offered_first_to_expire_first(released_store):
    released_batch(released_store, LATER, units=1)
    number, large = for_tomas(released_store), for_tomas(released_store, "260414-0141", volume="100 mL")
    with released_store.read() as uow:
        found = offered(uow, dose_now(released_store, number), minutes(10))
        assert offered(uow, dose_now(released_store, large), minutes(10)) == ()
        late = offered(uow, dose_now(released_store, number), NOON + timedelta(hours=48))
    assert [(one.lot, one.serial) for one in found] == [(LOT, 1), (LOT, 2), (LOT, 3), (LATER, 1)]
    assert late == ()


def test_of_two_who_take_the_same_unit_one_gets_it_and_the_other_is_told_whose_it_is(any_cast_store):
    released_store = any_cast_store
    released_batch(released_store)
    first, second = for_tomas(released_store), for_tomas(released_store, "260414-0141")

    def take(dose: str) -> Any:
        action, act = AssignUnit(unit_code(LOT, 1)), act_of(DUARTE, minutes(10), **DESK)
        return perform(released_store, DOSE, dose_record(dose), action, act)

    with ThreadPoolExecutor(2) as pool:
        answers = dict(zip((first, second), pool.map(take, (first, second)), strict=True))
    lost = [dose for dose, answer in answers.items() if isinstance(answer, Refused)]
    won = batch_now(released_store).unit(1).dose
    assert lost == [dose for dose in (first, second) if dose != won]
    assert answers[lost[0]].refusal.text == f"Unit 1 was assigned to dose {won} already."
    assert dose_now(released_store, lost[0]).status is DoseStatus.QUEUED


def test_a_unit_that_brings_what_the_patient_is_allergic_to_is_not_what_was_reviewed(released_store):
    number = for_tomas(released_store)
    with released_store.read() as uow:
        unit = unit_under_scanner(uow, unit_code(LOT, 1), AT)
    plan = replace(dose_now(released_store, number).planned, excipients=Excipients(("benzyl_alcohol",), ("sulfite",), ()))
    assert {"ceftriaxone_1000mg_vial"} < {product for product, _ in unit.containers}
    assert differences(plan, unit) == ()
    held = replace(unit, holds=frozenset({"sulfite"}), not_stated=frozenset({"benzyl_alcohol"}))
    assert differences(plan, held) == (
        "nothing states whether it holds benzyl alcohol, and the patient is allergic to that",
        "it holds sulfite, and the patient is allergic to that",
    )
