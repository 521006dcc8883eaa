"""An order of parenteral nutrition as one kind of order: kept whole, read back equal, and nothing beside its rows."""

from typing import Any

import pytest

from calculations.errors import Faults
from compounding.orders.order import Order, OrderType, order_as_data

ROW = {"nutrient": "amino_acids", "amount": "3.5 g/kg/day", "basis": "per kg per day"}


def ordered(*rows: dict[str, str], **more: Any) -> dict[str, Any]:
    nutrition = {
        "dosing_weight": "1.2 kg",
        "population": "preterm",
        "kind": "2-in-1",
        "line": "central",
        "total_fluid": "140 mL/kg/day",
        "amounts": [ROW, *rows],
    }
    return {
        "order_type": "parenteral_nutrition",
        "patient": "DEMO-5120",
        "drug": "parenteral_nutrition",
        "route": "IV infusion",
        "line": "central",
        "start": "2026-04-14T20:00:00-04:00",
        "frequency": {"once": True},
        "prescriber": "Dr. R. Castell",
        "nutrition": nutrition,
        **more,
    }


def test_an_order_of_nutrition_is_kept_as_ordered_and_read_back_equal() -> None:
    order = Order.parse(ordered())

    assert order.order_type is OrderType.PARENTERAL_NUTRITION
    assert order.nutrition is not None
    assert [row.nutrient for row in order.nutrition.amounts] == ["amino_acids"]
    assert Order.parse(order_as_data(order), kept=True) == order


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"nutrient": "phosphate", "amount": "1 mEq/kg/day", "basis": "per kg per day"}, "phosphate"),
        ({"nutrient": "phosphate", "amount": "31 mg/kg/day", "basis": "per kg per day"}, "phosphate"),
        ({"nutrient": "calcium", "amount": "100 mg/kg/day", "basis": "per kg per day"}, "calcium"),
        ({"nutrient": "magnesium", "amount": "50 mg/day", "basis": "per day"}, "magnesium"),
        ({"nutrient": "sodium", "amount": "3 mEq/kg/day", "basis": "per day"}, "sodium"),
    ],
)
def test_an_amount_that_can_be_read_in_two_ways_is_refused_by_its_row(row: dict[str, str], field: str) -> None:
    with pytest.raises(Faults, match=rf"order\.nutrition\.{field}"):
        Order.parse(ordered(row))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("dose", "5 mg"),
        ("rate", "6 mL/h"),
        ("volume", "180 mL"),
        ("additives", [{"drug": "potassium_chloride", "dose": "2 mEq"}]),
    ],
)
def test_a_dose_a_rate_or_an_additive_beside_the_rows_is_refused(name: str, value: Any) -> None:
    with pytest.raises(Faults, match=rf"order\.{name}"):
        Order.parse(ordered(**{name: value}))


def test_an_order_without_its_rows_or_in_a_drugs_name_is_refused() -> None:
    with pytest.raises(Faults, match=r"order\.nutrition"):
        Order.parse(ordered(nutrition=None))
    with pytest.raises(Faults, match=r"order\.drug"):
        Order.parse(ordered(drug="vancomycin"))
