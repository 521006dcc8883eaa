"""A preterm's nutrition from the order to paired labels: a bag and two lipid containers, on both databases."""

from datetime import timedelta

import pytest

from batch_records.acting import Refused, load, perform
from batch_records.store import Store
from calculations.quantity import Quantity
from compounding.documents.snapshots import check
from compounding.preparing import actions as a
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.preparing.recorded import recalculation
from compounding.reviewing.record import ORDER
from tests.support.cast import DUARTE, NOON, OKONJO, act_of, do, refused
from tests.support.flow import A_PICTURE, code_of, dose_now, staged
from tests.support.nutrition_flow import (
    BAG,
    LIPIDS,
    NUMBER,
    made,
    nutrition_step_done,
    paired_nutrition,
    queued_nutrition,
    released_nutrition,
)


def test_one_order_yields_a_bag_and_lipid_that_never_hangs_longer_than_the_house_allows(any_cast_store: Store) -> None:
    queued_nutrition(any_cast_store)
    with any_cast_store.read() as uow:
        assert load(uow, ORDER, order_record(NUMBER)).doses == 3
    bag, *lipids = (dose_now(any_cast_store, number) for number in (BAG, *LIPIDS))
    assert [dose.planned.nutrition.container for dose in (bag, *lipids)] == ["bag", "lipid", "lipid"]
    assert bag.due is not None
    assert [dose.due - bag.due for dose in lipids] == [timedelta(0), timedelta(hours=12)]
    assert {dose.planned.nutrition.hours for dose in lipids} == {Quantity(12, "h")}


def test_bag_and_lipid_are_made_checked_by_two_labelled_and_paired(any_cast_store: Store) -> None:
    queued_nutrition(any_cast_store)
    for number in (BAG, *LIPIDS):
        dose = paired_nutrition(any_cast_store, number)
        assert dose.status == "dispensed"
        assert dose.label is not None
        assert dose.label["kind"] == "nutrition_label/1"
        check(dose.label)


def test_the_recalculation_finds_every_ion_and_nutrient_inside(cast_store: Store) -> None:
    queued_nutrition(cast_store)
    dose = made(cast_store, BAG)
    found = {row.drug: row for row in recalculation(dose)}
    assert {"sodium", "potassium", "calcium", "magnesium", "phosphate", "amino_acids", "dextrose", "heparin"} <= set(
        found
    )
    assert all(row.inside for row in found.values()), [name for name, row in found.items() if not row.inside]


@pytest.mark.parametrize(
    "other",
    ["travasol_10_1000ml", "potassium_phosphates_45mmol_15ml_vial_4_7", "calcium_chloride_1g_10ml_vial"],
)
def test_another_amino_acid_phosphate_or_calcium_salt_at_the_scan_stops_the_work(cast_store: Store, other: str) -> None:
    queued_nutrition(cast_store)
    scan = a.ScanContainer(code_of(other))
    answer = perform(cast_store, DOSE, dose_record(BAG), scan, act_of(OKONJO))
    assert isinstance(answer, Refused)
    assert answer.refusal.code == "other_source"
    assert "planned and verified anew" in answer.refusal.text


def test_nothing_is_started_before_a_pharmacist_looked_at_the_sources(cast_store: Store) -> None:
    queued_nutrition(cast_store)
    staged(cast_store, BAG)
    start = a.StartPreparation("hood-1")
    assert refused(cast_store, OKONJO, DOSE, dose_record(BAG), start, NOON) == "staging_check_needed"


def test_a_dilution_is_drawn_from_only_after_its_own_label_was_scanned(cast_store: Store) -> None:
    queued_nutrition(cast_store)
    staged(cast_store, BAG)
    record = dose_record(BAG)
    do(cast_store, DUARTE, DOSE, record, a.CheckStaging(), NOON, station="desk-1", signed=True)
    do(cast_store, OKONJO, DOSE, record, a.StartPreparation("hood-1"), NOON)
    while (step := dose_now(cast_store, BAG).current_step) is not None and step.kind != "scan":
        nutrition_step_done(cast_store, BAG)
    assert step is not None
    for code in (f"93{BAG}", f"93{BAG}C{step.number + 1}", f"93{LIPIDS[0]}C{step.number}"):
        wrong = a.ConfirmStep(step.number, A_PICTURE, code)
        assert refused(cast_store, OKONJO, DOSE, record, wrong, NOON) == "wrong_label"
    do(cast_store, OKONJO, DOSE, record, a.ConfirmStep(step.number, A_PICTURE, f"93{BAG}C{step.number}"), NOON)


def test_a_volume_outside_the_tolerance_is_measured_again_or_rejected(cast_store: Store) -> None:
    queued_nutrition(cast_store)
    staged(cast_store, BAG)
    record = dose_record(BAG)
    do(cast_store, DUARTE, DOSE, record, a.CheckStaging(), NOON, station="desk-1", signed=True)
    do(cast_store, OKONJO, DOSE, record, a.StartPreparation("hood-1"), NOON)
    step = dose_now(cast_store, BAG).current_step
    assert step is not None and step.volume is not None
    off = a.RecordVolume(step.number, step.volume * Quantity("1.06", "one"), A_PICTURE)
    assert refused(cast_store, OKONJO, DOSE, record, off, NOON) == "outside_tolerance"


def test_the_label_says_what_is_infused_and_what_it_holds(cast_store: Store) -> None:
    queued_nutrition(cast_store)
    label = released_nutrition(cast_store, BAG).label
    assert label is not None
    assert (label["rate"], label["infuse"], label["holds"]) == ("6 mL/h", "144 mL", "187.2 mL")
    assert label["line"] == "CENTRAL LINE ONLY"
    rows = {row["name"]: (row["per_kg"], row["per_day"]) for row in label["rows"]}
    assert rows["calcium gluconate"] == ("2.5 mEq", "3 mEq")
    assert rows["potassium phosphates"][1] == "1.2 mmol"
