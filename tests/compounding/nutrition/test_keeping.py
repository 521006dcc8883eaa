"""How long a nutrition bag keeps: by the curve only where every moment of mixing lies inside it."""

from dataclasses import replace

from calculations.nutrition.calcium_phosphate import Assessment, Moment
from calculations.quantity import Quantity
from compounding.nutrition.keeping import keeping_rules
from compounding.nutrition.planning import bag_of
from compounding.orders.order import Order
from formulary.nutrition.packaged import packaged_nutrition
from formulary.packaged import packaged
from tests.support.nutrition_flow import preterm_order

CURVE = packaged_nutrition().curves[0].id
INSIDE = Moment(
    4, Quantity(20, "mEq/L", "calcium"), Quantity(8, "mmol/L", "phosphate"), Quantity(3, "%"), Quantity(12, "%"),
    Quantity(100, "mL"), CURVE, Quantity(20, "mmol/L", "phosphate"), Quantity("0.6", "one"),
)  # fmt: skip


def gap(*moments: Moment) -> str:
    order = Order.parse(preterm_order()).nutrition
    assert order is not None
    found = Assessment(moments, INSIDE, Quantity(24, "h"), ())
    rules, why, _ = keeping_rules(packaged(), packaged_nutrition(), bag_of(order, packaged_nutrition()), (), found)
    assert any(rule.name.startswith("calcium with phosphate") for rule in rules) is (why == "")
    return why


def test_the_curve_gives_the_time_where_every_moment_lies_inside() -> None:
    assert gap(INSIDE, replace(INSIDE, step=5)) == ""


def test_a_moment_that_could_not_be_assessed_leaves_the_time_to_a_pharmacist() -> None:
    unknown = replace(INSIDE, step=5, curve="", limit=None, margin=None, reason="outside the points")
    assert "not inside a curve" in gap(INSIDE, unknown)


def test_a_moment_over_the_curve_leaves_the_time_to_a_pharmacist() -> None:
    assert "not inside a curve" in gap(INSIDE, replace(INSIDE, step=5, margin=Quantity("-0.1", "one")))
