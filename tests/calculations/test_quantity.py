import copy
import json
import operator
import pickle
from collections.abc import Callable

import pytest
from gmpy2 import mpq

from calculations.errors import Fault, UnitMismatch
from calculations.quantity import Quantity


def units_of(number: int, drug: str) -> Quantity:
    return Quantity(number, "units", of=drug)


def test_a_float_never_becomes_a_quantity() -> None:
    with pytest.raises(TypeError, match="exact number"):
        Quantity(0.5, "mg")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="exact number"):
        Quantity(1, "mg") * 0.5  # type: ignore[operator]


def test_a_quantity_does_not_change() -> None:
    dose = Quantity(1, "mg")
    with pytest.raises(AttributeError, match="does not change"):
        dose.number = mpq(2)
    with pytest.raises(AttributeError, match="does not change"):
        del dose.of


def test_conversion_is_exact_both_ways() -> None:
    third = Quantity("1/3", "mg")
    assert third.to("mcg").number == mpq(1000, 3)
    assert third.to("mcg").to("mg").number == mpq(1, 3)
    assert third.to("mg") is third
    assert Quantity("1.5", "h").amount_in("min") == 90


def test_like_amounts_add_subtract_and_compare_across_units() -> None:
    assert Quantity(1, "g") + Quantity(500, "mg") == Quantity("1.5", "g")
    assert (Quantity(1, "g") - Quantity(500, "mg")).as_data() == {"value": "1/2", "unit": "g"}
    assert Quantity(1, "g") > Quantity(999, "mg")
    assert Quantity(1, "g") >= Quantity(1000, "mg")
    assert Quantity(1, "g") <= Quantity(1000, "mg")
    assert not Quantity(1, "g") < Quantity(1000, "mg")
    assert len({Quantity(1, "g"), Quantity(1000, "mg"), Quantity("1000000", "mcg")}) == 1
    assert abs(-Quantity(1, "g")) == Quantity(1, "g")


UNLIKE = [
    (units_of(1, "heparin"), units_of(1, "insulin regular")),
    (Quantity(1, "mg", of="calcium gluconate salt"), Quantity(1, "mg", of="calcium element")),
    (Quantity(1, "mg"), Quantity(1, "mg", of="vancomycin")),
    (Quantity(1, "mmol"), Quantity(1, "mEq")),
    (Quantity(1, "mg"), Quantity(1, "mL")),
    (Quantity(1, "kg"), Quantity(1, "kg_bw")),
    (Quantity(1, "mg/kg"), Quantity(1, "mg/kg/day")),
    (Quantity(1, "mEq/L"), Quantity(1, "mEq")),
]
MIXING: list[Callable[[Quantity, Quantity], object]] = [
    operator.add,
    operator.sub,
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
]


@pytest.mark.parametrize("mix", MIXING)
@pytest.mark.parametrize(("left", "right"), UNLIKE)
def test_unlike_amounts_neither_add_nor_compare(
    left: Quantity, right: Quantity, mix: Callable[[Quantity, Quantity], object]
) -> None:
    for a, b in ((left, right), (right, left)):
        with pytest.raises(UnitMismatch, match="is not"):
            mix(a, b)
        assert a != b


def test_a_quantity_is_neither_added_to_nor_compared_with_a_bare_number() -> None:
    with pytest.raises(TypeError):
        Quantity(1, "mg") + 1  # type: ignore[operator]
    with pytest.raises(TypeError):
        Quantity(1, "mg") < 2  # type: ignore[operator]  # noqa: B015
    assert Quantity(1, "mg") != 1


def test_a_quantity_is_neither_true_nor_false() -> None:
    with pytest.raises(TypeError, match="compare it"):
        bool(Quantity(0, "mg"))


def test_the_substance_travels_through_products_and_cancels_in_quotients() -> None:
    strength = Quantity(50, "mg/mL", of="vancomycin")
    volume = Quantity(25, "mL")
    dose = volume * strength
    assert dose.as_data() == {"value": "1250", "unit": "mg", "of": "vancomycin"}
    assert (dose / strength).as_data() == {"value": "25", "unit": "mL"}
    assert (dose / volume).of == "vancomycin"
    assert (Quantity(15, "mg/kg", of="vancomycin") * Quantity(70, "kg_bw")).of == "vancomycin"
    assert (dose * 2).of == "vancomycin"
    assert (2 * dose).number == 2500


def test_one_drug_is_not_drawn_from_the_vial_of_another() -> None:
    with pytest.raises(UnitMismatch, match="vancomycin is not cefazolin"):
        Quantity(1, "g", of="vancomycin") / Quantity(330, "mg/mL", of="cefazolin")
    with pytest.raises(UnitMismatch, match="an unnamed substance"):
        Quantity(1, "g", of="vancomycin") / Quantity(330, "mg/mL")


def test_international_units_without_a_drug_do_not_exist() -> None:
    for name in ("units", "units/kg/h", "milliunits/min", "million_units"):
        with pytest.raises(UnitMismatch, match="drug"):
            Quantity(5, name)


def test_units_never_become_mg() -> None:
    with pytest.raises(UnitMismatch):
        units_of(5, "heparin").to("mg")


def test_data_keeps_the_fraction_unit_and_substance() -> None:
    kept = Quantity("25/33", "mL")
    assert kept.as_data() == {"value": "25/33", "unit": "mL"}
    tagged = Quantity("0.5", "million_units", of="penicillin G")
    assert Quantity.from_data(json.loads(json.dumps(tagged.as_data()))) == tagged
    for copied in (copy.deepcopy(tagged), pickle.loads(pickle.dumps(tagged))):
        assert copied == tagged
        assert copied.unit is tagged.unit


@pytest.mark.parametrize(
    "text",
    ["5mg", "5  mg", " 5 mg", "5 mg ", "mg", "5", "", "05 mg", "5.0 mg", "1,000 mg", "5 mg; 3", "5mg/2mL", "5\tmg"],
)
def test_typed_text_in_any_other_form_is_a_fault(text: str) -> None:
    with pytest.raises(Fault) as refused:
        Quantity.parse(text, field="dose")
    assert refused.value.field == "dose"


def test_typed_text_becomes_a_quantity() -> None:
    assert Quantity.parse("0.5 mg", field="dose") == Quantity("0.5", "mg")
    assert Quantity.parse("10 million units", field="dose", of="penicillin G").amount_in("units") == 10_000_000
    assert Quantity.parse("42.0 kg", field="weight", trailing_zeros=True, body_weight=True) == Quantity(42, "kg_bw")
