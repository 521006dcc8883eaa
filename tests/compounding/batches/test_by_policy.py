"""A unit assigned by scan under a released policy of the house: for whom, for which formulation, and what the records say.

Without one nobody but a pharmacist assigns a unit: what comes with the program names none.
"""

from dataclasses import replace
from typing import Any

import pytest

from batch_records.acts import Refusal
from batch_records.store import Store
from batch_records.verify import verify_records
from compounding.batches.assigning import by_scan, offered, unit_under_scanner
from compounding.batches.numbering import unit_code
from compounding.documents.record_documents import record_snapshot
from compounding.preparing.actions import AssignUnit
from compounding.preparing.context import DoseContext
from compounding.preparing.finished_units import assigned_by_whom
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from formulary.change_control import Change, Release
from formulary.house.assigning import AssigningPolicy, assigning_faults, assigning_policy
from formulary.house.loading import house_with, proposal
from formulary.house.record import record_id
from formulary.house.releasing import HOUSE, LoadHouse
from formulary.repository import formulary_in_force, house
from tests.support.batches import FOR_TOMAS, FORMULATION, LOT, batch_now, minutes
from tests.support.cast import ADEYEMI, AMARI, DUARTE, HALLORAN, MARLOW, OKONJO, Member, act_of, acting, do, refused
from tests.support.flow import TOMAS, dose_now, formulary, queued_dose
from web.record_types import RECORD_TYPES

WHY = Change("units from the ICU satellite", "committee, 3 Apr 2026")
AT = minutes(10)
ON: dict[str, Any] = {"station": "desk-1", "signed": True}


def rules(formulation: str = FORMULATION, roles: str = '"technician"') -> str:
    """The house rules as they come, with a policy for the units of one formulation."""
    row = f'formulation = "{formulation}"\nroles = [{roles}]\ntext = "Minibags from the satellite."\nsource = "house"\n'
    return f"{proposal('rules')}\n[[assigned_by_scan]]\n{row}"


def step(store: Store, member: Member, action: Any) -> None:
    do(store, member, HOUSE, record_id("rules"), action, minutes(9), **ON)


def no(store: Store, dose: str, member: Member, **act: Any) -> str:
    return refused(store, member, DOSE, dose_record(dose), AssignUnit(unit_code(LOT, 1)), AT, **(act or ON))


def test_a_technician_assigns_under_the_policy_that_two_pharmacists_released(released_store: Store) -> None:
    number = queued_dose(released_store, FOR_TOMAS, TOMAS)
    assert no(released_store, number, AMARI) == "not_allowed"
    step(released_store, ADEYEMI, LoadHouse("rules", rules(), WHY))
    release = Release(1, house_with("rules", rules(), house())[2], without_replay="it changes no figure")
    step(released_store, MARLOW, release)
    assert no(released_store, number, AMARI) == "not_allowed"  # a draft that one has signed
    step(released_store, DUARTE, release)
    assert no(released_store, number, AMARI, station="desk-1") == "secret_needed"
    assert no(released_store, number, OKONJO) == "own_work"
    assert no(released_store, number, HALLORAN) == "not_allowed"
    with released_store.read() as uow:
        units = offered(uow, dose_now(released_store, number), AT)
        assert by_scan(uow, units, acting(AMARI)) is not None
        assert by_scan(uow, units, acting(HALLORAN)) is None
    action = AssignUnit(unit_code(LOT, 1))
    dose = do(released_store, AMARI, DOSE, dose_record(number), action, AT, **ON)
    assert (dose.status, dose.released.person) == (DoseStatus.RELEASED, AMARI.person)
    assert dose.unit == {"lot": LOT, "serial": "1", "policy": "house rules, version 1"}
    assert dose.released.data["meaning"] == "Finished unit scanned for this dose under the released house rules by"
    checked = [(one["name"], one["how"]) for one in dose.label["checked_by"]]
    assert checked == [("J. Marlow, RPh", "batch released"), ("L. Amari, CPhT", "assigned under house rules 1")]
    with released_store.read() as uow:
        paper = record_snapshot(uow, dose, act_of(AMARI, AT), formulary())
    assert paper["verified_by"] == ["J. Marlow, RPh, batch released", "L. Amari, CPhT, assigned under house rules 1"]
    assert batch_now(released_store).unit(1).policy == "house rules, version 1"
    with released_store.read() as uow:
        entry = next(one for one in uow.entries(dose_record(number)) if one.kind == "assign_unit")
    assert {entry.payload["policy"][name] for name in ("formulation", "role")} == {FORMULATION, "technician"}
    assert verify_records(released_store, RECORD_TYPES).problems == []


def test_what_comes_with_the_program_names_no_unit_and_would_not_hold_if_it_did(released_store: Store) -> None:
    assert house()[0].assigned_by_scan == ()
    with released_store.read() as uow:
        kept = formulary_in_force(uow)
        drafted, _, _, _ = house_with("rules", rules(), house())
        kept = replace(kept, site=drafted[0])
        assert assigning_policy(uow, kept, FORMULATION, frozenset({"technician"})) is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (rules("morphine_infusion"), "a pharmacist assigns those"),
        (rules("rocuronium_infusion"), "a pharmacist assigns those"),
        (rules("norepinephrine_infusion"), "two check this"),
        (rules("no_such_thing"), "a formulation in force"),
        (rules(roles='"lead"'), "some of: nurse, technician"),
        (rules(roles=""), "some of: nurse, technician"),
    ],
)
def test_what_a_pharmacist_always_looks_at_is_named_in_no_policy(text: str, told: str) -> None:
    drafted, _, _, faults = house_with("rules", text, house())
    assert drafted is not None
    found = [*faults, *assigning_faults(replace(formulary(), site=drafted[0]))]
    assert len(found) == 1
    assert told in str(found[0])


def test_an_order_that_two_check_is_not_assigned_by_policy(released_store: Store) -> None:
    number = queued_dose(released_store, FOR_TOMAS, TOMAS)
    with released_store.read() as uow:
        unit = unit_under_scanner(uow, unit_code(LOT, 1), AT)
    dose = dose_now(released_store, number)
    policy = AssigningPolicy(1, "", FORMULATION, "technician", "", "")
    ctx = DoseContext(formulary(), unit=unit, assigning=policy)
    two = replace(dose, plan=replace(dose.planned, second_check=True))
    assert assigned_by_whom(dose, None, act_of(AMARI), ctx) is None
    told = assigned_by_whom(two, None, act_of(AMARI), ctx)
    assert isinstance(told, Refusal) and told.status == 403
    assert assigned_by_whom(two, None, act_of(MARLOW), ctx) is None
