"""Tonight's nutrition: bands never interleaved, each by due time; only what is not staged counts as to stage."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from batch_records.acting import load
from batch_records.store import Store
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.nutrition.plan import NutritionPlan, SourceDraw
from compounding.preparing.numbering import dose_record, order_record
from compounding.preparing.record import DOSE
from compounding.reviewing.actions import Discontinue
from compounding.reviewing.record import ORDER
from compounding.views.nutrition_tonight import Night, taken, tonight
from formulary.nutrition.packaged import packaged_nutrition
from formulary.nutrition.templates import order_data
from tests.support.cast import CASTELL, NOON, OFFSET, do
from tests.support.doses import formulary
from tests.support.flow import TOMAS, accepted_order, placed_order, staged
from tests.support.nutrition_flow import BABY, BAG, NUMBER, preterm_order, queued_nutrition

ADULT, SECOND = "260414-0151", "260414-0152"
WITH_PORT = TOMAS | {"lines": [{"name": "port", "kind": "port"}, {"name": "PICC", "kind": "central"}]}


def night(store: Store) -> Night:
    with store.read() as uow:
        return tonight(uow, NOON, Clock(OFFSET))


def adult_order() -> dict[str, Any]:
    template = next(row for row in packaged_nutrition().templates if row.id == "adult_central")
    data = order_data(template, Quantity("83.2", "kg_bw"))
    order = preterm_order() | {"patient": TOMAS["mrn"], "start": "2026-04-14T21:00:00-04:00"}
    return order | {"nutrition": data}


def test_bands_are_not_interleaved_and_each_stands_by_due_time(cast_store: Store):
    placed_order(cast_store, adult_order(), WITH_PORT, ADULT)
    accepted_order(cast_store, ADULT)
    queued_nutrition(cast_store)
    found = night(cast_store)
    assert [band.name for band in found.bands] == ["preterm", "adult"]
    preterm, adult = found.bands
    assert [(row.title, row.due) for row in preterm.rows] == [
        ("2-in-1 bag", "20:00"), ("lipid, 1 of 2", "20:00"), ("lipid, 2 of 2", "15 Apr, 08:00")
    ]  # fmt: skip
    assert [row.due for row in adult.rows] == ["21:00"]


def test_what_is_staged_is_no_longer_counted_to_stage(cast_store: Store):
    queued_nutrition(cast_store)
    before = night(cast_store)
    staged(cast_store, BAG)
    after = night(cast_store)
    assert (before.count, before.to_stage) == (3, 3)
    assert (after.count, after.to_stage) == (3, 2)
    assert [(one.display, one.volume, one.containers) for one in after.sources] == [("SMOFlipid 20 %", "21 mL", 2)]
    assert len(before.sources) > len(after.sources)


def test_volumes_of_one_source_are_added_over_all_containers(cast_store: Store):
    queued_nutrition(cast_store)
    one = {row.display: row.volume for row in night(cast_store).sources}
    start = (NOON + timedelta(hours=9)).isoformat()
    placed_order(cast_store, preterm_order() | {"start": start}, BABY, SECOND)
    accepted_order(cast_store, SECOND)
    two = {row.display: row.volume for row in night(cast_store).sources}
    assert (one["TrophAmine 10 %"], two["TrophAmine 10 %"]) == ("54.6 mL", "109.2 mL")


def test_a_stopped_order_leaves_the_page(cast_store: Store):
    queued_nutrition(cast_store)
    do(cast_store, CASTELL, ORDER, order_record(NUMBER), Discontinue("enteral now"), NOON, station="desk-2")
    assert night(cast_store) == Night((), (), (), 0, 0)


def test_an_order_that_waits_is_told_apart(cast_store: Store):
    placed_order(cast_store, preterm_order(), BABY, NUMBER)
    found = night(cast_store)
    assert [(row.number, row.state) for row in found.waiting] == [(NUMBER, "waits for review")]
    assert (found.count, found.sources) == (0, ())


def test_water_to_dilute_with_is_staged_too(cast_store: Store):
    queued_nutrition(cast_store)
    plan = bag_planned(cast_store)
    (dilution,) = (draw.dilution for draw in plan.draws if draw.dilution is not None)
    (found,) = (row for row in night(cast_store).sources if row.display.endswith(", to dilute with"))
    assert (found.display, found.volume) == ("sterile water for injection, to dilute with", show(dilution.add, 2))
    assert found.sizes


def test_water_that_rinses_the_tubing_into_the_bag_is_staged_with_the_water_of_the_bag(cast_store: Store):
    queued_nutrition(cast_store)
    plan, house = bag_planned(cast_store), replace(formulary(), nutrition=packaged_nutrition())
    water = next(draw for draw in plan.draws if draw.product == "sterile_water")
    rinsed = replace(water, drawn=water.drawn - Quantity(10, "mL"))

    def staged_of(*draws: SourceDraw) -> Quantity:
        return next(volume for name, _, volume in taken(replace(plan, draws=draws), house) if name == "sterile_water")

    others = tuple(draw for draw in plan.draws if draw is not water)
    assert staged_of(*plan.draws) == staged_of(*others, rinsed) == staged_of(*others) == water.drawn


def bag_planned(store: Store) -> NutritionPlan:
    with store.read() as uow:
        plan = load(uow, DOSE, dose_record(BAG)).planned.nutrition
    assert plan is not None
    return plan
