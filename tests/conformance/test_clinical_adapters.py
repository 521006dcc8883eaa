"""The rules behind the numeric topics, on cases of our own: what the inputs determine, and what they leave open."""

from fractions import Fraction
from typing import Any

import pytest

from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.running import answer_case


def _data(text: str) -> Any:
    value, _, unit = text.partition(" ")
    return {"value": value, "unit": unit} if unit and ":" not in text else text


def _answer(topic: str, wanted: str, given: str, convention: dict[str, str] | None = None) -> dict[str, str]:
    """`given` reads `name=value unit, name=value unit`; `wanted` may name the quantity before its unit: `name|unit`."""
    inputs = dict(part.split("=") for part in given.split(", "))
    name, _, unit = wanted.rpartition("|")
    asked = {"name": name, "unit": unit} if name else {"unit": unit}
    case = Case("x", {key: _data(text) for key, text in inputs.items()}, convention, asked, topic)
    found: dict[str, str] = answer_case(case)
    return found


@pytest.mark.parametrize(
    ("topic", "wanted", "given", "expected"),
    [
        ("percent_ratio_strength", "%", "alcohol=70 mL, total=100 mL", "70"),
        ("percent_ratio_strength", "g", "quantity=60 g, strength=5 %", "3"),
        ("percent_ratio_strength", "g", "drug=5 g, strength=2 %", "250"),
        ("percent_ratio_strength", "g", "volume=500 mL, strength=0.9 %", "4.5"),
        ("percent_ratio_strength", "mg", "volume=0.5 L, strength=1:200000", "2.5"),
        ("percent_ratio_strength", "g", "quantity=100 g, strength=1:200 w/w", "0.5"),
        ("percent_ratio_strength", "x of 1:x", "drug=250 mg, volume=100 mL", "400"),
        ("reconstitution", "powder_volume|mL", "drug=1 g, diluent=9.6 mL, concentration=100 mg/mL", "0.4"),
        ("reconstitution", "total_volume|mL", "drug=1 g, diluent=9.6 mL, concentration=100 mg/mL", "10"),
        ("reconstitution", "diluent|mL", "drug=1 g, total=10 mL, displacement=0.8 mL", "9.2"),
        ("reconstitution", "mL", "dose=500 mg, drug=1 g, diluent=10 mL, displacement=0.4 mL", "5.2"),
        ("dilution_alligation", "%", "strength=50 %, volume=100 mL, water=400 mL", "10"),
        ("dilution_alligation", "mg/mL", "stock=40 mg/mL, stock_volume=25 mL, total=100 mL", "10"),
        ("dilution_alligation", "diluent|mL", "stock=40 mg/mL, volume=100 mL, want=10 mg/mL", "75"),
        ("dilution_alligation", "mL", "stock=1:50, volume=500 mL, want=1:500", "50"),
        ("dilution_alligation", "lo|mL", "volume=600 mL, lo=5 %, hi=50 %, want=20 %", "400"),
        ("dilution_alligation", "g", "have_lo=30 g, lo=1 %, hi=2.5 %, want=1.5 %", "15"),
        ("mg_mmol_meq", "mEq", "volume=1 L, strength=8.4 %, molar_mass=84 g/mol, charge=1", "1000"),
        ("mg_mmol_meq", "mL", "dose=2 mEq/kg, weight=10 kg, concentration=4 mEq/mL", "5"),
        ("dose_by_weight", "mL", "dose=5 mg/kg, weight=70 kg, drug=80 mg, volume=50 mL", "218.75"),
        ("dose_by_weight", "mg", "dose=15 mg/kg, weight=80 kg, max=1000 mg", "1000"),
        ("dose_by_weight", "mg", "dose=30 mg/kg/d, weight=20 kg, interval=8 h", "200"),
        ("dose_by_weight", "mL", "dose=500 mg, have=250 mg, volume=5 mL", "10"),
        ("infusion_rate", "h", "drug=400 mg, volume=250 mL, dose=5 mcg/kg/min, weight=80 kg", "16.66666666666667"),
        ("infusion_rate", "gtt/min", "dose=1500 unit/h, drug=25000 unit, volume=500 mL, drop_factor=60 gtt/mL", "30"),
        ("infusion_rate", "mg/h", "rate=10 mL/h, strength=0.4 %", "40"),
        ("renal_function", "mL/min", "age=60 a, weight=72 kg, scr=88.4 umol/L, sex=male", "80"),
        ("renal_function", "mL/min/1.73m2", "age=5 a, height=110 cm, scr=0.5 mg/dL, sex=male", "90.86"),
        ("renal_function", "mL/min", "egfr=86.5 mL/min/1.73m2, bsa=2 m2", "100"),
        ("body_weight", "kg/m2", "weight=81 kg, height=180 cm", "25"),
        ("body_weight", "kg", "ft=5, in=10, sex=male", "73"),
        ("syringe_rounding", "mL", "value=0.456 mL, syringe=1 mL", "0.46"),
    ],
)
def test_what_the_inputs_determine_is_answered(topic: str, wanted: str, given: str, expected: str) -> None:
    assert _answer(topic, wanted, given) == {"value": expected, "unit": wanted.rpartition("|")[2]}


@pytest.mark.parametrize(
    ("topic", "wanted", "given"),
    [
        ("reconstitution", "mL", "drug=1 g, diluent=9.6 mL, concentration=100 mg/mL"),  # powder or total
        ("dilution_alligation", "mL", "stock=5 %, volume=600 mL, want=20 %"),  # stronger than the stock
        ("dilution_alligation", "mL", "have=600 mL, stock=20 %, want=5 %"),  # product or diluent
        ("dilution_alligation", "g", "have=30 g, lo=1 %, hi=2.5 %, want=1.5 %"),  # of which strength
        ("mg_mmol_meq", "mEq", "MgCl2=508 mg"),  # which hydrate
        ("mg_mmol_meq", "mEq", "drug=250 mg, molar_mass=388.48 g/mol"),  # which charge
        ("mg_mmol_meq", "mEq/L", "NaCl=0.2 g/100mL, NaHCO3=0.1 g/100mL, KCl=0.1 g/100mL"),  # no common ion
        ("dose_by_weight", "mg", "dose=30 mg, loading=60 mg"),
        ("dose_by_weight", "mg", "auc=5 mg*min/mL, gfr=150 mL/min"),  # capped or not
        ("infusion_rate", "mL", "volume=1000 mL, rate=100 mL/h, time=3 h"),  # given or remaining
        ("renal_function", "mL/min", "age=60 a, weight=120 kg, height=160 cm, scr=1 mg/dL, sex=male"),  # which weight
        ("renal_function", "mL/min", "age=10 a, weight=30 kg, scr=1 mg/dL, sex=male"),  # a formula for adults
        ("renal_function", "mL/min/1.73m2", "age=60 a, scr=1 mg/dL, sex=male, race=other"),  # an input without a rule
        ("body_weight", "kg", "height=150 cm, sex=female"),  # below 60 in
        ("body_weight", "kg", "height=170 cm, weight=90 kg, sex=female"),  # which of the weights
        ("syringe_rounding", "mL", "value=0.456 mL"),
        ("dose_by_weight", "mg", "weight=14 kg"),  # a patient is no drug
        ("dose_by_weight", "mL", "weight=10 kg, concentration=40 mg/mL"),
        ("dose_by_weight", "mL", "volume=150 mL"),  # the input itself
        ("dose_by_weight", "mg", "dose=-5 mg/kg, weight=10 kg"),
        ("dose_by_weight", "mg", "dose=5 mg/kg, weight=0 kg"),
        ("infusion_rate", "mL/h", "dose=1 unit/h, concentration=100 unit/mL, dilution=100 mL"),
        ("infusion_rate", "mL/h", "drug=400 mg, volume=250 mL, concentration=2 mg/mL, dose=400 mcg/min"),  # 1.6 mg/mL
        ("dose_by_weight", "mL", "dose=5 mg/kg, weight=100 kg, ibw=60 kg, concentration=10 mg/mL"),  # which weight
        ("reconstitution", "mg/mL", "drug=75 mg, total_volume=1.5 mL, diluent=13.5 mL"),  # more in than out
        ("reconstitution", "total_volume|mL", "drug=500 mg, diluent=1.8 mL"),  # the powder takes up room
        ("reconstitution", "mL", "displacement=0.2 mL, target=50 mg/mL"),  # of how much drug
        ("reconstitution", "mg", "concentration=40 mg/mL, add=1.9 mL, dose_volume=0.1 mL"),  # to how much
        ("renal_function", "mL/min/1.73m2", "age=60 a, weight=70 kg, scr=1 mg/dL, sex=male"),  # which formula
        ("renal_function", "mL/min", "age=140 a, weight=70 kg, scr=1 mg/dL, sex=male"),
        ("body_weight", "kg", "weight=80 kg, bmi=30 kg/m2, sex=male"),  # which weight
    ],
)
def test_what_the_inputs_leave_open_is_left_out(topic: str, wanted: str, given: str) -> None:
    with pytest.raises(CannotAnswer):
        _answer(topic, wanted, given)


def test_a_pound_is_as_heavy_as_the_convention_says_and_exact_without_one() -> None:
    assert _answer("body_weight", "kg", "weight=22 lb", {"lb_per_kg": "2.2"})["value"] == "10"
    assert Fraction(_answer("body_weight", "kg", "weight=22 lb")["value"]) == Fraction("9.97903214")


def test_a_rule_whose_inputs_are_missing_is_left_out_and_a_cap_of_a_convention_counts() -> None:
    with pytest.raises(CannotAnswer):
        _answer("body_weight", "kg", "weight=160 kg, sex=female", {"rule": "InsightRX dosing weight"})
    given = "age=65 a, weight=70 kg, scr=0.3 mg/dL, sex=female"
    assert _answer("renal_function", "mL/min", given, {"gfr_cap": "125 mL/min"})["value"] == "125"


def test_low_and_high_of_a_range_are_answered_one_by_one() -> None:
    inputs = {"dose_low": _data("10 mg/kg/d"), "dose_high": _data("20 mg/kg/d"), "weight": _data("20 kg")}
    found = answer_case(Case("x", inputs, None, {"low": "mg/d", "high": "mg/d", "median": "mg/d"}, "dose_by_weight"))
    assert {name: one["value"] for name, one in found.items()} == {"low": "200", "high": "400"}


def test_the_weight_of_a_convention_is_the_one_that_counts() -> None:
    given = "age=60 a, weight=120 kg, height=72 in, scr=1 mg/dL, sex=male"
    found = {
        rule: _answer("renal_function", "mL/min", given, {"weight": rule})["value"]
        for rule in ("actual", "ideal", "adjusted 0.4", "adjusted 0.25", "MDCalc BMI-class rule")
    }
    assert found["adjusted 0.4"] == found["MDCalc BMI-class rule"]
    assert len(set(found.values())) == 4
    with pytest.raises(CannotAnswer):
        _answer("renal_function", "mL/min", given, {"weight": "guessed"})


@pytest.mark.parametrize(
    ("topic", "wanted", "given", "otherwise"),
    [
        ("renal_function", "mL/min", "age=60 a, weight=72 kg, scr=1 mg/dL, sex=male",
         "Age=720 mo, WT=72000 g, SCr=88.4 micromol/L, Gender=M"),
        ("dose_by_weight", "mL", "dose=30 mg/kg/d, weight=20 kg, doses=3, concentration=50 mg/mL",
         "dose=0.03 g/kg/day, wt=20000 g, frequency=q8h, concentration=250 mg/5 mL"),
        ("infusion_rate", "mL/h", "dose=5 mcg/kg/min, weight=80 kg, drug=400 mg, volume=250 mL",
         "dose=0.3 mg/kg/h, weight=80000 g, drug=0.4 g, volume=0.25 L"),
        ("reconstitution", "mL", "dose=500 mg, drug=1 g, diluent=10 mL, displacement=0.4 mL",
         "ordered_dose=0.5 g, powder=1000 mg, SWFI=10 mL, powder_volume=0.4 mL"),
        ("dilution_alligation", "mL", "stock=1:50, volume=500 mL, want=1:500", "stock=20 mg/mL, bag=0.5 L, want=0.2 %"),
    ],
)  # fmt: skip
def test_the_same_case_in_other_words_and_units_has_the_same_answer(
    topic: str, wanted: str, given: str, otherwise: str
) -> None:
    assert _answer(topic, wanted, otherwise) == _answer(topic, wanted, given)


def test_a_unit_outside_the_vocabulary_is_refused_as_such() -> None:
    with pytest.raises(UnknownUnit):
        _answer("infusion_rate", "mL/h", "volume=1 quart, time=4 h")
