"""What an order says is taken in one way only, or refused with the way out."""

from typing import Any

import pytest

from calculations.errors import Faults
from calculations.nutrition.order import AnionChoice, Basis, NutritionOrder, order_as_data
from tests.support.made_up_nutrition import ADULT, PRETERM, changed_order, row


def refusal(data: dict[str, Any]) -> str:
    with pytest.raises(Faults) as caught:
        NutritionOrder.parse(data)
    return str(caught.value)


@pytest.mark.parametrize("data", [PRETERM, ADULT])
def test_an_order_comes_back_from_its_record_as_it_was(data: dict[str, Any]) -> None:
    order = NutritionOrder.parse(data)
    assert NutritionOrder.parse(order_as_data(order)) == order


def test_amounts_are_kept_as_ordered() -> None:
    order = NutritionOrder.parse(PRETERM)
    assert [(str(one.amount), one.basis) for one in order.amounts[:2]] == [
        ("3.5 g/kg/day", Basis.PER_KG_DAY),
        ("10 mg/kg/min", Basis.PER_KG_DAY),
    ]
    assert order.anions is AnionChoice.BALANCED


@pytest.mark.parametrize(
    ("nutrient", "amount", "way_out"),
    [
        ("phosphate", "1 mEq", "mmol of phosphate"),
        ("phosphate", "31 mg", "1 mmol holds 31 mg of phosphorus"),
        ("calcium", "50 mg", "mEq or mmol"),
        ("magnesium", "4 mg", "mEq or mmol"),
        ("sodium", "70 mg", "salt or of the element"),
        ("zinc", "6 mmol", "by mass"),
        ("amino_acids", "3 mEq", "by mass"),
        ("vitamins", "5 mg", "by volume"),
        ("acetate", "50 mg", "mEq or mmol"),
    ],
)
def test_an_amount_that_can_be_read_in_two_ways_is_refused_with_the_way_out(
    nutrient: str, amount: str, way_out: str
) -> None:
    anions = "as ordered" if nutrient == "acetate" else "balanced"
    text = refusal(changed_order(PRETERM, row(nutrient, amount), anions=anions))
    assert text.startswith(f"{nutrient}: found")
    assert way_out in text


def test_milligrams_are_taken_when_they_say_salt_or_element() -> None:
    of_element = NutritionOrder.parse(changed_order(PRETERM, row("calcium", "50 mg", stated_as="element")))
    of_salt = NutritionOrder.parse(changed_order(PRETERM, row("calcium", "500 mg", stated_as="calcium gluconate")))
    assert (of_element.amounts[-1].amount.of, of_salt.amounts[-1].amount.of) == ("calcium", "calcium gluconate")


@pytest.mark.parametrize(
    ("amount", "basis"),
    [
        ("3 mEq/kg/day", "per day"), ("3 mEq/day", "per kg per day"), ("3 mEq/L", "per bag"), ("3 mEq", "per litre"),
        ("3 mEq/kg/h", "per kg per day"), ("3 mEq/h", "per day"), ("3 mEq/kg/min", "per kg per day"), ("3 mEq/kg", "per bag"),
    ],
)  # fmt: skip
def test_the_unit_must_say_the_same_as_the_basis(amount: str, basis: str) -> None:
    data = changed_order(PRETERM, {"nutrient": "sodium", "amount": amount, "basis": basis})
    assert refusal(data).startswith("sodium: found")


def test_a_basis_is_never_left_to_be_guessed() -> None:
    assert "nutrient, amount and basis" in refusal(
        changed_order(PRETERM, {"nutrient": "sodium", "amount": "3 mEq/kg/day"})
    )
    assert "sodium basis" in refusal(changed_order(PRETERM, row("sodium", "3 mEq/kg/day", "per hour")))


@pytest.mark.parametrize(
    ("fields", "names"),
    [
        ({"volume": "144 mL/day"}, "volume"),
        ({"total_fluid": None}, "volume"),
        ({"dosing_weight": None}, "dosing_weight"),
        ({"dosing_weight": "0 kg"}, "dosing weight"),
        ({"dosing_weight": "1.2 mg"}, "dosing_weight"),
        ({"population": "neonate"}, "population"),
        ({"lipid_apart": False}, "lipid"),
        ({"kind": "3-in-1"}, "lipid"),
        ({"lipid_apart": "yes"}, "lipid_apart"),
        ({"anions": "ratio"}, "anion ratio"),
        ({"anions": "as ordered"}, "anions"),
        ({"hours": "25 h"}, "hours"),
        ({"hours": "12 h"}, "dextrose"),
        ({"taper_up": "13 h", "taper_down": "12 h"}, "taper"),
        ({"total_fluid": "1,5 mL/kg/day"}, "total_fluid"),
        ({"note": "urgent"}, "note"),
    ],
)
def test_a_field_that_is_missing_or_speaks_against_another_is_named(fields: dict[str, Any], names: str) -> None:
    assert names in _fields(changed_order(PRETERM, **fields))


def _fields(data: dict[str, Any]) -> set[str]:
    with pytest.raises(Faults) as caught:
        NutritionOrder.parse(data)
    return {fault.field for fault in caught.value.faults}


def test_lipid_apart_is_no_concentration_of_the_bag() -> None:
    assert _fields(changed_order(PRETERM, row("lipid", "2 %", "per litre"))) == {"lipid"}


def test_every_fault_is_told_at_once() -> None:
    data = changed_order(PRETERM, row("phosphate", "1 mEq"), row("calcium", "50 mg"), line="arm")
    assert {"phosphate", "calcium", "line"} <= _fields(data)


def test_a_nutrient_is_ordered_once() -> None:
    data = changed_order(PRETERM)
    data["amounts"].append(row("sodium", "1 mEq"))
    assert "sodium as element twice" in refusal(data)


def test_a_record_that_names_another_substance_is_refused() -> None:
    data = order_as_data(NutritionOrder.parse(PRETERM))
    data["amounts"][3]["amount"]["of"] = "potassium"
    assert "sodium" in _fields(data)
