"""What a declaration refuses, what a call refuses, and that a record can be computed again."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from gmpy2 import mpq

from calculations.arithmetic import choose, greatest, least, log10, power, round_to, total
from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.formula import Formula, above, any_number, between, each, find, formula, recheck, recording
from calculations.proof import NotProven, prove_with_pint
from calculations.quantity import Quantity


def declare(body: Callable[..., Any], id: str, **told: Any) -> Formula:
    return formula(id=f"test.{id}", version=1, statement=f"{id} in words", source="test", **told)(body)


PUMP: dict[str, Any] = {
    "inputs": {"dose_rate": "amount/kg/min", "weight": "kg_bw", "concentration": "amount/mL"},
    "valid": {"weight": between("0.3", 300), "concentration": above(0)},
    "gives": "mL/h",
}
pump_rate = declare(
    lambda dose_rate, weight, concentration, minutes: dose_rate * weight * minutes / concentration,
    "pump_rate", constants={"minutes": "60 min/h"}, **PUMP,
)  # fmt: skip
osmolarity = declare(
    lambda volumes, strengths: total(v * s for v, s in zip(volumes, strengths, strict=True)) / total(volumes),
    "osmolarity", inputs={"volumes": each("L"), "strengths": each("mOsm/L")}, gives="mOsm/L", substances="any",
)  # fmt: skip
surface = declare(
    lambda height, weight, divisor, half: power(height * weight / divisor, half),
    "surface", inputs={"height": "cm", "weight": "kg_bw"}, constants={"divisor": "3600", "half": "1/2"}, gives="m2",
    empirical=True,
)  # fmt: skip
capped = declare(
    lambda per_kg, weight, cap, step: round_to(least(per_kg * weight, cap), step),
    "capped", inputs={"per_kg": "amount/kg", "weight": "kg_bw", "cap": "amount", "step": "amount"},
    valid={"step": above(0)}, gives="amount",
)  # fmt: skip


def given(drug: str | None = None, **changed: Quantity) -> dict[str, Quantity]:
    usual = {
        "dose_rate": Quantity("0.1", "mcg/kg/min", of=drug),
        "weight": Quantity(70, "kg_bw"),
        "concentration": Quantity(16, "mcg/mL", of=drug),
    }
    return usual | changed


def test_a_forgotten_factor_between_minutes_and_hours_is_refused_at_declaration() -> None:
    with pytest.raises(NotProven, match="bare numbers"):
        declare(lambda dose_rate, weight, concentration: dose_rate * weight / concentration, "no_sixty", **PUMP)


def test_drug_kilograms_in_place_of_body_kilograms_are_refused_at_declaration() -> None:
    with pytest.raises(NotProven, match="declared is mass"):
        declare(lambda d, w: d * w, "drug_kg", inputs={"d": "mg/kg", "w": "kg"}, gives="mg")


def test_a_bare_number_in_the_body_is_refused_at_declaration() -> None:
    with pytest.raises(NotProven, match="declare it as a constant"):
        declare(lambda d: d * 60, "bare", inputs={"d": "mg"}, gives="mg")


def test_unlike_figures_in_a_sum_are_refused_at_declaration() -> None:
    with pytest.raises(NotProven, match="meets"):
        declare(lambda a, b: a + b, "sum", inputs={"a": "mEq", "b": "mmol"}, gives="mEq")


def test_an_inexact_empirical_body_is_refused_at_declaration() -> None:
    with pytest.raises(NotProven, match="not an exact number"):
        declare(lambda h: h ** mpq(1, 2), "root", inputs={"h": "cm"}, gives="m2", empirical=True)


@pytest.mark.parametrize(
    ("told", "message"),
    [
        ({"inputs": {"other": "mg"}, "gives": "mg"}, "the body takes"),
        ({"inputs": {"d": "mg"}, "gives": "mg", "valid": {"e": above(0)}}, "no input"),
        ({"inputs": {"d": "mg"}, "gives": "amount"}, "no input brings"),
        ({"inputs": {"d": "MG"}, "gives": "mg"}, "no unit has the name"),
    ],
)
def test_a_muddled_declaration_is_refused(told: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        declare(lambda d: d, "muddled", **told)


def test_one_id_and_version_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        declare(lambda d: d, "pump_rate", inputs={"d": "mg"}, gives="mg")


@pytest.mark.parametrize("declared", [pump_rate, osmolarity, capped])
def test_pint_agrees(declared: Formula) -> None:
    for plan in declared.plans:
        prove_with_pint(declared.body, plan)


def test_pint_sees_a_wrong_factor_too() -> None:
    plan = pump_rate.plans[0]
    with pytest.raises(NotProven, match="bare numbers"):
        prove_with_pint(lambda d, w, c, minutes: d * w / c, plan)


def test_a_call_converts_and_gives_the_exact_figure() -> None:
    assert pump_rate(**given()).as_data() == {"value": "105/4", "unit": "mL/h"}
    in_grams = given(weight=Quantity(70_000, "g_bw"), concentration=Quantity("0.016", "mg/mL"))
    assert pump_rate(**in_grams) == pump_rate(**given())
    assert pump_rate(*given().values()) == pump_rate(**given())


def test_amount_may_be_units_meq_or_any_other_amount_but_one_throughout() -> None:
    heparin = given(
        dose_rate=Quantity(18, "units/kg/h", of="heparin"),
        weight=Quantity(80, "kg_bw"),
        concentration=Quantity(100, "units/mL", of="heparin"),
    )
    assert pump_rate(**heparin) == Quantity("14.4", "mL/h")
    with pytest.raises(UnitMismatch, match="units/mL is needed"):
        pump_rate(**heparin | {"concentration": Quantity(1, "mg/mL", of="heparin")})
    with pytest.raises(UnitMismatch, match="amount/kg/min is needed"):
        pump_rate(**given(dose_rate=Quantity(5, "mg/h")))


def test_the_substance_is_carried_and_unlike_substances_refuse() -> None:
    cap = Quantity(2, "g", of="vancomycin")
    asked = {
        "per_kg": Quantity(15, "mg/kg", of="vancomycin"), "weight": Quantity(70, "kg_bw"), "cap": cap,
        "step": Quantity(50, "mg", of="vancomycin"),
    }  # fmt: skip
    assert capped(**asked) == Quantity(1050, "mg", of="vancomycin")
    assert capped(**asked | {"weight": Quantity(200, "kg_bw")}) == cap
    with pytest.raises(UnitMismatch, match="cefazolin was given beside vancomycin"):
        capped(**asked | {"cap": cap.named("cefazolin")})
    with pytest.raises(UnitMismatch, match="an unnamed substance"):
        pump_rate(**given("norepinephrine", concentration=Quantity(16, "mcg/mL")))


def test_a_total_over_several_substances_is_unnamed() -> None:
    figure = osmolarity(
        volumes=[Quantity(10, "mL"), Quantity(1, "L")],
        strengths=[Quantity(8, "mOsm/mL", of="sodium chloride"), Quantity(308, "mOsm/L", of="saline")],
    )
    assert figure == Quantity(388_000, "mOsm/L") / 1010
    assert figure.of is None


def test_an_empty_total_has_no_figure() -> None:
    with pytest.raises(CannotCompute, match="nothing to add"):
        osmolarity(volumes=[], strengths=[])


@pytest.mark.parametrize(
    ("name", "value", "valid"),
    [
        ("weight", Quantity(700, "kg_bw"), "valid is 0.3 to 300 kg"),
        ("weight", Quantity("0.29", "kg_bw"), "valid is 0.3 to 300 kg"),
        ("concentration", Quantity(0, "mg/mL"), "valid is above 0 mg/mL"),
        ("dose_rate", Quantity("-0.1", "mcg/kg/min"), "valid is at least 0 mg/kg/min"),
    ],
)
def test_outside_the_range_the_refusal_says_what_is_valid(name: str, value: Quantity, valid: str) -> None:
    with pytest.raises(OutOfRange, match=valid):
        pump_rate(**given(**{name: value}))


def test_the_ends_of_a_range_are_valid() -> None:
    for weight in ("0.3", "300"):
        pump_rate(**given(weight=Quantity(weight, "kg_bw")))


def test_a_signed_input_is_declared_so() -> None:
    signed = declare(lambda d: d, "signed", inputs={"d": "mL"}, valid={"d": any_number()}, gives="mL")
    assert signed(d=Quantity(-1, "mL")) == Quantity(-1, "mL")


def test_a_division_by_zero_cannot_be_computed() -> None:
    plain = declare(lambda a, b: a / b, "ratio", inputs={"a": "mL", "b": "mL"}, gives="one")
    with pytest.raises(CannotCompute, match="zero"):
        plain(a=Quantity(1, "mL"), b=Quantity(0, "mL"))


def test_missing_unknown_and_doubled_inputs_are_programming_errors() -> None:
    for wrong in ({}, given() | {"more": Quantity(1, "mg")}, {**given(), "weight": 70}):
        with pytest.raises(TypeError):
            pump_rate(**wrong)
    with pytest.raises(TypeError):
        pump_rate(Quantity("0.1", "mcg/kg/min"), **given())


def test_a_result_that_is_not_exact_is_refused() -> None:
    leaky = declare(lambda d, k: d * k, "leaky", inputs={"d": "mg"}, constants={"k": "2"}, gives="mg", empirical=True)
    leaky.body = lambda d, k: d * 0.5
    with pytest.raises(TypeError, match="not an exact number"):
        leaky(d=Quantity(1, "mg"))


def test_an_empirical_formula_takes_exactly_its_declared_units() -> None:
    assert surface(height=Quantity(170, "cm"), weight=Quantity(70, "kg_bw")).amount_in("m2") == mpq(
        "1.8181186857726190686"
    )
    with pytest.raises(UnitMismatch, match="cm is needed"):
        surface(height=Quantity("1.7", "m"), weight=Quantity(70, "kg_bw"))


def test_power_is_rounded_to_twenty_digits_by_definition() -> None:
    assert power(mpq(4), mpq(1, 2)) == 2
    assert power(mpq(2), mpq(1, 2)) == mpq("1.4142135623730950488")
    assert log10(mpq(1000)) == 3
    for base, exponent in ((mpq(-1), mpq(1, 2)), (mpq(0), mpq(-1))):
        with pytest.raises(CannotCompute):
            power(base, exponent)
    with pytest.raises(CannotCompute):
        log10(mpq(0))


def test_helpers_on_exact_numbers() -> None:
    assert least(mpq(2), mpq(1)) == 1
    assert greatest(mpq(2), mpq(1)) == 2
    assert choose(mpq(1), mpq(1), mpq(5), mpq(6)) == 5
    assert choose(mpq("1.0000000001"), mpq(1), mpq(5), mpq(6)) == 6
    assert round_to(mpq("2.5"), mpq(1)) == 3
    assert round_to(mpq("-2.5"), mpq(1)) == -3


def test_the_recorder_is_off_by_default_and_notes_every_step_when_on() -> None:
    with recording() as noted:
        pump_rate(**given())
        with recording() as inner:
            osmolarity(volumes=[Quantity(1, "L")], strengths=[Quantity(308, "mOsm/L")])
        surface(height=Quantity(170, "cm"), weight=Quantity(70, "kg_bw"))
    pump_rate(**given())
    assert [step.id for step in noted.steps] == ["test.pump_rate", "test.surface"]
    assert [step.id for step in inner.steps] == ["test.osmolarity"]
    assert noted.steps[0].as_data() == {
        "id": "test.pump_rate", "version": 1, "statement": "pump_rate in words",
        "inputs": {
            "dose_rate": {"value": "1/10", "unit": "mcg/kg/min"},
            "weight": {"value": "70", "unit": "kg_bw"},
            "concentration": {"value": "16", "unit": "mcg/mL"},
        },
        "exact": {"value": "105/4", "unit": "mL/h"}, "shown": "26.25 mL/h",
    }  # fmt: skip


def test_a_recorded_step_is_computed_again_from_its_data_alone() -> None:
    with recording() as noted:
        pump_rate(**given("norepinephrine"))
        osmolarity(
            volumes=[Quantity(10, "mL"), Quantity(1, "L")], strengths=[Quantity(8, "mOsm/mL"), Quantity(308, "mOsm/L")]
        )
        surface(height=Quantity(170, "cm"), weight=Quantity(70, "kg_bw"))
    for step in noted.steps:
        assert recheck(json.loads(json.dumps(step.as_data()))) == step.exact


def test_a_changed_record_does_not_recheck() -> None:
    with recording() as noted:
        pump_rate(**given())
    changed = noted.steps[0].as_data()
    changed["exact"] = {"value": "106/4", "unit": "mL/h"}
    with pytest.raises(CannotCompute) as refused:
        recheck(changed)
    assert refused.value.code == "recheck_differs"
    with pytest.raises(CannotCompute, match="no such formula"):
        recheck(changed | {"version": 99})


def test_a_formula_is_found_by_id_and_version() -> None:
    assert find("test.pump_rate", 1) is pump_rate
    assert find("substance.mmol_from_mass", 1).statement == "amount = mass ÷ molar mass"
