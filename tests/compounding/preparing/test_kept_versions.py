"""A dose in the queue is made with the versions that it was planned with, whatever is released or withdrawn since."""

from datetime import timedelta

import pytest

from compounding.preparing.actions import ScanContainer
from compounding.preparing.numbering import dose_record
from compounding.preparing.record import DOSE
from formulary.change_control import Change
from formulary.drug_record import record_id
from formulary.loading import DATA, drug_from_text
from formulary.packaged import packaged
from formulary.releasing import DRUG, LoadDrug, ReleaseDrug, WithdrawDrug
from formulary.repository import formulary_at, formulary_in_force, kept_for
from tests.support.cast import ADEYEMI, DUARTE, IBARRA, NOON, OKONJO, do, refused
from tests.support.flow import CEFTRIAXONE, dose_now, queued_dose, staged

RECORD = record_id("ceftriaxone")
TEXT = (DATA / "drugs" / "ceftriaxone.toml").read_text(encoding="utf-8").replace("\nversion = 1\n", "\nversion = 2\n")
OTHER_CODE = TEXT.replace("99999-0101-1", "99999-0777-1").replace("00399999010115", "00399999077712")
"""Version 2: the 500 mg vial comes with another code, and the child's daily maximum is lower."""
WHY = Change("another supplier", "purchase list")
LATER = NOON + timedelta(minutes=1)


def version_2(store) -> None:
    """Drafted, released by two and in force."""
    text = OTHER_CODE.replace('"4000 mg/day"', '"3000 mg/day"')
    drug, faults = drug_from_text(text, "x", packaged().site, packaged().supplies)
    assert faults == []
    do(store, ADEYEMI, DRUG, RECORD, LoadDrug(text, WHY), LATER)
    for member in (IBARRA, DUARTE):
        do(store, member, DRUG, RECORD, ReleaseDrug(2, drug.digest, without_replay="a test"), LATER, signed=True)


@pytest.mark.parametrize("change", ["replaced", "withdrawn"])
def test_an_open_dose_is_made_with_the_version_it_was_planned_with(cast_store, change):
    number = queued_dose(cast_store)
    if change == "replaced":
        version_2(cast_store)
    else:
        do(cast_store, IBARRA, DRUG, RECORD, WithdrawDrug(1, "wrong"), LATER)
    assert staged(cast_store, number) == number
    dose = dose_now(cast_store, number)
    assert dose.planned.drug_versions == ("ceftriaxone@1",)
    assert "ceftriaxone_500mg_vial" in {scan.product for scan in dose.scans}


def test_what_only_the_new_version_knows_does_not_enter_an_old_dose(cast_store):
    number = queued_dose(cast_store)
    version_2(cast_store)
    scan = ScanContainer("01003999990777121727103110DEMO-X")
    assert refused(cast_store, OKONJO, DOSE, dose_record(number), scan, NOON + timedelta(minutes=2)) == "code_unknown"


def test_a_new_order_is_planned_with_the_new_version_and_keeps_that(cast_store):
    version_2(cast_store)
    order = {**CEFTRIAXONE, "start": "2026-04-14T18:30:00-04:00"}
    dose = dose_now(cast_store, queued_dose(cast_store, order))
    assert dose.planned.drug_versions == ("ceftriaxone@2",)


def test_what_was_in_force_when_it_was_planned_can_be_told_for_ever(cast_store):
    queued_dose(cast_store)
    version_2(cast_store)
    with cast_store.read() as uow:
        before, now = formulary_at(uow, NOON), formulary_in_force(uow)
        kept = kept_for(uow, now, ("ceftriaxone@1", "demonstration@1", "nonsense@7"))
    assert (before.drug("ceftriaxone").version, now.drug("ceftriaxone").version) == (1, 2)
    assert kept.drug("ceftriaxone") == before.drug("ceftriaxone")
    assert kept.drug("vancomycin") is now.drug("vancomycin")
    assert kept_for(uow, now, ("ceftriaxone@2",)) is now
