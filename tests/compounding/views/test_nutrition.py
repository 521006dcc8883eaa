"""What a page shows of a nutrition order: rows beside yesterday and what is usual, totals, changes, ways to begin."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from gmpy2 import mpq

from calculations.nutrition.order import NutritionOrder
from calculations.quantity import Quantity
from calculations.units import unit
from compounding.documents.dose_documents import Clock
from compounding.orders.order import Order
from compounding.orders.patient import parse_patient
from compounding.planning.situation import NutritionBefore
from compounding.planning.therapeutic import Planned
from compounding.reviewing.record import planned_for
from compounding.reviewing.yesterday import OrderBefore
from compounding.views.nutrition import NutritionShown, RowShown, changes_shown, nutrition_shown
from compounding.views.nutrition_start import basis_of, beginning, may_be_added, starts
from formulary.model import Formulary
from formulary.nutrition.packaged import packaged_nutrition
from tests.support.cast import NOON, OFFSET
from tests.support.doses import formulary
from tests.support.flow import TOMAS
from tests.support.nutrition_flow import BABY, preterm_order

CLOCK = Clock(OFFSET)
START = Order.parse(preterm_order()).start


@pytest.fixture(scope="module")
def house() -> Formulary:
    return replace(formulary(), nutrition=packaged_nutrition())


def nutrition(more: dict[str, Any] | None = None, **changes: str) -> NutritionOrder:
    order = Order.parse(preterm_order(more, **changes)).nutrition
    assert order is not None
    return order


def planned(house: Formulary, before: NutritionBefore | None = None, **changes: str) -> Planned:
    order = Order.parse(preterm_order(**changes))
    return planned_for(order, parse_patient(BABY), house, NOON, OFFSET, before)


def a_day_before(house: Formulary, **changes: str) -> OrderBefore:
    found = planned(house, **changes)
    assert found.plan is not None
    return OrderBefore("260413-0150", START - timedelta(days=1), nutrition(**changes), found.plan.nutrition)


def shown(house: Formulary, before: OrderBefore | None = None, **changes: str) -> NutritionShown:
    found = planned(house, None if before is None else before.for_planning, **changes)
    held = house.nutrition
    assert held is not None
    return nutrition_shown(nutrition(**changes), found.plan, found.findings, held, before, CLOCK, START)


def row(found: NutritionShown, nutrient: str) -> RowShown:
    return next(one for one in found.rows if one.nutrient == nutrient)


def test_rows_stand_in_the_order_of_the_order_which_is_that_of_the_label(house: Formulary):
    found = planned(house)
    assert found.plan is not None
    assert found.plan.nutrition is not None
    label = [one.nutrient for one in found.plan.nutrition.rows if not one.worked_out]
    assert [one.nutrient for one in shown(house).rows] == label


def test_a_row_shows_what_goes_in_per_day_and_in_the_bag(house: Formulary):
    amino = row(shown(house), "amino_acids")
    assert (amino.ordered, amino.per_day, amino.in_bag, amino.usual) == ("3.5 g/kg/day", "4.2 g", "29.17 g/L", "3 to 3.5")
    assert amino.made_of == "TrophAmine 10 %: 42 mL"
    assert row(shown(house), "dextrose").in_bag == "12 %"
    assert row(shown(house), "lipid").in_bag == "apart"


def test_yesterdays_figure_and_the_difference_stand_beside_todays(house: Formulary):
    found = shown(house, a_day_before(house, calcium="2 mEq/kg/day", phosphate="1.2 mmol/kg/day", heparin=""))
    calcium, phosphate = row(found, "calcium"), row(found, "phosphate")
    assert (calcium.yesterday, calcium.change, calcium.changed) == ("2", "+0.5", True)
    assert (phosphate.yesterday, phosphate.change) == ("1.2", "−0.2")
    assert (row(found, "sodium").change, row(found, "sodium").changed) == ("", False)
    assert row(found, "heparin").change == "new"
    assert found.since == "13 Apr"
    assert [one.name for one in found.changes] == ["Phosphate", "Calcium, as the ion", "Heparin"]


def test_a_row_in_another_basis_than_yesterdays_is_not_subtracted(house: Formulary):
    sodium = row(shown(house, a_day_before(house), sodium="3 mmol/kg/day"), "sodium")
    assert sodium.change == "in another unit"
    assert sodium.yesterday == "3 mEq/kg/day"


def test_without_an_order_before_nothing_is_claimed_of_yesterday(house: Formulary):
    found = shown(house)
    assert (found.since, found.changes) == ("", ())
    assert {(one.yesterday, one.change) for one in found.rows} == {("", "")}


def test_the_usual_range_is_drawn_in_the_rows_own_unit(house: Formulary):
    spark = row(shown(house, a_day_before(house, dextrose="7 mg/kg/min")), "dextrose").spark
    assert spark is not None
    assert (spark.now, spark.low, spark.high, spark.was) == (mpq(10), mpq(4), mpq(14), mpq(7))
    assert row(shown(house), "vitamins").spark is None


def test_a_finding_marks_its_row_and_no_other(house: Formulary):
    found = shown(house, a_day_before(house), magnesium="3 mEq/kg/day")
    assert row(found, "magnesium").grade == "hard"
    assert row(found, "sodium").grade == ""


def test_totals_are_those_of_the_plan_with_what_is_usual(house: Formulary):
    totals = {one.label: one for one in shown(house).totals}
    assert (totals["Energy"].number, totals["Energy"].unit, totals["Energy"].note) == ("88", "kcal/kg/day", "usual 85 to 111")
    assert (totals["Rate"].number, totals["Rate"].note) == ("6", "lipid 0.63 mL/h")
    assert totals["Osmolarity"].number == "973"
    assert totals["Infuse"].number == "144"


def test_layers_add_up_to_what_is_prepared(house: Formulary):
    found = planned(house)
    assert found.plan is not None
    assert found.plan.nutrition is not None
    total = sum(layer.volume for layer in shown(house).layers)
    assert abs(total - found.plan.nutrition.prepared_volume.amount_in("mL")) < mpq(1, 2)


def test_the_curve_is_told_to_be_fictional_and_yesterdays_point_is_kept(house: Formulary):
    curve = shown(house, a_day_before(house, calcium="2 mEq/kg/day")).curve
    assert curve is not None
    assert curve.fictional
    assert curve.was is not None
    assert curve.was.calcium < curve.now.calcium


def test_what_cannot_be_made_shows_the_rows_as_ordered_and_claims_no_figure(house: Formulary):
    found = planned(house)
    held = house.nutrition
    assert held is not None
    alone = nutrition_shown(nutrition(), None, found.findings, held, None, CLOCK, START)
    assert [one.ordered for one in alone.rows][:1] == ["3.5 g/kg/day"]
    assert (alone.totals, alone.layers, alone.curve, alone.osmolarity) == ((), (), None, None)
    assert {one.per_day for one in alone.rows} == {""}


def test_changes_name_rows_fields_and_other_fluids():
    now = nutrition({"total_fluid": "150 mL/kg/day", "others": []}, calcium="2 mEq/kg/day", heparin="")
    rows = {one.name: (one.before, one.now) for one in changes_shown(now, nutrition())}
    assert rows == {
        "Calcium, as the ion": ("2.5 mEq/kg/day", "2 mEq/kg/day"),
        "Heparin": ("0.5 units/mL", "none"),
        "Total fluid": ("140 mL/kg/day", "150 mL/kg/day"),
        "Other fluids": ("feeds and flushes 9 mL/day", "none"),
    }
    assert changes_shown(nutrition(), nutrition()) == ()


def test_a_beginning_is_offered_by_age_and_measured_weight_and_never_chosen(house: Formulary):
    baby = {(one.source, one.weight) for one in starts(parse_patient(BABY), house, None, NOON, CLOCK)}
    assert baby == {("preterm_1_to_3_kg", "actual_weight"), ("preterm_1_to_3_kg", "birth_weight")}
    adult = {one.source for one in starts(parse_patient(TOMAS), house, None, NOON, CLOCK)}
    assert adult == {"adult_central", "adult_peripheral", "ready_bag adult"}
    first = starts(parse_patient(BABY), house, a_day_before(house), NOON, CLOCK)[0]
    assert (first.source, "dosing weight 1.2 kg" in first.note) == ("yesterday", True)


def test_yesterdays_order_begins_as_it_was_and_a_template_takes_the_measured_weight(house: Formulary):
    held, baby = house.nutrition, parse_patient(BABY)
    assert held is not None
    copied = beginning("yesterday", "", baby, held, a_day_before(house, calcium="2 mEq/kg/day"))
    assert copied is not None
    assert NutritionOrder.parse(copied) == nutrition(calcium="2 mEq/kg/day")
    template = beginning("preterm_1_to_3_kg", "actual_weight", baby, held, None)
    assert template is not None
    assert NutritionOrder.parse(template).dosing_weight == Quantity("1.15", "kg_bw")
    for source, weight in (("yesterday", ""), ("nothing", "actual_weight"), ("adult_central", "height"), ("adult_central", "")):
        assert beginning(source, weight, baby, held, None) is None


@pytest.mark.parametrize(
    ("measure", "basis"),
    [("mEq/kg/day", "per kg per day"), ("mL/day", "per day"), ("units/mL", "per litre"), ("mg/kg/min", "per kg per day"),
     ("mL/h", "per day"), ("%", "per litre"), ("mEq", "per bag")],
)  # fmt: skip
def test_a_unit_has_one_basis(measure: str, basis: str):
    assert basis_of(unit(measure)).value == basis


def test_only_what_is_stocked_or_released_for_the_age_may_be_added(house: Formulary):
    held = house.nutrition
    assert held is not None
    baby = {one.nutrient for one in may_be_added(held, "preterm")}
    assert {"zinc", "levocarnitine", "cysteine", "chloride"} <= baby
    assert "insulin regular" not in baby
    assert "cysteine" not in {one.nutrient for one in may_be_added(held, "adult")}


def test_only_the_order_of_the_day_before_is_called_yesterdays(house: Formulary) -> None:
    assert shown(house, a_day_before(house)).before_name == "Yesterday"
    older = replace(a_day_before(house), start=START - timedelta(days=3))
    assert shown(house, older).before_name == "On 11 Apr"
    [first, *_] = starts(parse_patient(BABY), house, older, NOON, CLOCK)
    assert first.title == "Copy the order before, 3 days ago"
