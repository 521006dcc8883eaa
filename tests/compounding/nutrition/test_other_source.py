"""Another brand or salt than planned: stopped at the scan, planned anew from what is stocked now, verified anew."""

from datetime import timedelta

from batch_records.acting import load
from batch_records.store import Store
from compounding.preparing.actions import ScanContainer
from compounding.preparing.numbering import dose_number, dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import ReviewAgain
from compounding.reviewing.record import ORDER
from formulary.change_control import Change, Release
from formulary.nutrition.editing import renumbered
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.nutrition.releasing import NUTRITION, LoadNutrition
from tests.support.cast import ADEYEMI, DUARTE, MARLOW, NOON, OKONJO, do, refused
from tests.support.flow import accepted_order, code_of, dose_now
from tests.support.nutrition import packaged_texts
from tests.support.nutrition_flow import BAG, NUMBER, queued_nutrition

LATER = NOON + timedelta(minutes=20)
USUAL, OTHER = "potassium_phosphates_45mmol_15ml_vial", "potassium_phosphates_45mmol_15ml_vial_4_7"
STOCKED = ('["potassium_phosphates_4_4", "potassium_phosphates_4_7"]', '["potassium_phosphates_4_7"]')


def the_other_is_stocked_now(store: Store) -> None:
    """The profile names the other phosphate; two pharmacists release it."""
    texts = renumbered(packaged_texts(), 2)
    texts = {**texts, "profile.toml": texts["profile.toml"].replace(*STOCKED)}
    why = Change("the other phosphate came", "wholesaler, 14 Apr 2026")
    do(store, ADEYEMI, NUTRITION, NUTRITION_RECORD, LoadNutrition(texts, why), LATER, station="desk-1")
    with store.read() as uow:
        digest = load(uow, NUTRITION, NUTRITION_RECORD).versions[2].digest
    for member in (MARLOW, DUARTE):
        release = Release(2, digest, against=1, without_replay="no limit changed")
        do(store, member, NUTRITION, NUTRITION_RECORD, release, LATER, station="desk-1", signed=True)


def phosphates(store: Store, number: str) -> set[str]:
    """What the plan of a bag draws phosphate from."""
    nutrition = dose_now(store, number).planned.nutrition
    assert nutrition is not None
    return {draw.product for draw in nutrition.draws if "phosphates" in draw.product}


def test_a_source_that_was_not_planned_is_used_after_a_new_plan_and_a_new_review(cast_store: Store) -> None:
    queued_nutrition(cast_store)
    assert refused(cast_store, OKONJO, DOSE, dose_record(BAG), ScanContainer(code_of(OTHER))) == "other_source"
    the_other_is_stocked_now(cast_store)
    do(cast_store, MARLOW, ORDER, order_record(NUMBER), ReviewAgain("the other phosphate is stocked"), LATER)
    accepted_order(cast_store, NUMBER, LATER)
    anew = dose_number(NUMBER, 4)
    assert [dose_now(cast_store, number).status for number in (BAG, anew)] == ["cancelled", "queued"]
    assert [phosphates(cast_store, number) for number in (BAG, anew)] == [
        {"potassium_phosphates_4_4"},
        {"potassium_phosphates_4_7"},
    ]
    assert refused(cast_store, OKONJO, DOSE, dose_record(anew), ScanContainer(code_of(USUAL))) == "other_source"
    do(cast_store, OKONJO, DOSE, dose_record(anew), ScanContainer(code_of(OTHER)), LATER)
