"""From an order's data to the fields of the form: nothing is left out unseen."""

from typing import Any

from calculations.nutrition.order import NutritionOrder, order_as_data
from tests.support.nutrition_flow import preterm_order
from web.nutrition_form import OTHERS, too_long, values_of


def as_data(**changes: Any) -> dict[str, Any]:
    return order_as_data(NutritionOrder.parse(preterm_order(changes)["nutrition"]))


def fluids(count: int) -> list[dict[str, str]]:
    return [{"name": f"drip {number}", "volume": "2 mL/day"} for number in range(1, count + 1)]


def test_an_amount_that_was_ordered_as_zero_stays_zero_and_that_of_a_template_stays_open() -> None:
    data = order_as_data(NutritionOrder.parse(preterm_order(potassium="0 mEq/kg/day")["nutrition"]))
    field = next(name for name, value in values_of(data).items() if value.startswith("potassium|")).replace("row", "amount")
    assert values_of(data)[field] == "0"
    assert values_of(data, ordered=False)[field] == ""


def test_every_fluid_beside_the_bag_has_its_place_and_one_too_many_is_told() -> None:
    data = as_data(others=fluids(OTHERS))
    assert values_of(data)[f"other_{OTHERS}_name"] == f"drip {OTHERS}"
    assert (OTHERS, too_long(data)) == (8, "")
    assert too_long(as_data(others=fluids(9))) == "9 other fluids, and the form has places for 8"
