"""Formulas over columns: the same figures, the same refusals, and exact where a float could decide otherwise."""

from typing import Any

import numpy
import pytest

from calculations.arithmetic import choose, greatest, least, power, round_to, total
from calculations.column import Column
from calculations.errors import CannotCompute, Fault, OutOfRange, UnitMismatch
from calculations.formula import above, between, each, formula
from calculations.quantity import Quantity

TOLD: dict[str, Any] = {"version": 1, "statement": "test", "source": "test"}
ROWS = 40_000


@formula(
    id="test.columns.rate", **TOLD, inputs={"dose": "amount/kg/min", "weight": "kg_bw", "strength": "amount/mL"},
    constants={"minutes": "60 min/h"}, valid={"weight": between("0.3", 300), "strength": above(0)}, gives="mL/h",
)  # fmt: skip
def rate(dose: Any, weight: Any, strength: Any, minutes: Any) -> Any:
    return dose * weight * minutes / strength


@formula(id="test.columns.rounded", **TOLD, inputs={"v": "mL", "step": "mL"}, valid={"step": above(0)}, gives="mL")
def rounded(v: Any, step: Any) -> Any:
    return round_to(v, step)


@formula(
    id="test.columns.chosen", **TOLD, inputs={"a": "mg", "b": "mg", "limit": "mg"}, gives="mg",
)  # fmt: skip
def chosen(a: Any, b: Any, limit: Any) -> Any:
    return choose(a + b, limit, least(a, b), greatest(a, b))


@formula(
    id="test.columns.surface", **TOLD, inputs={"h": "cm", "w": "kg_bw"}, constants={"d": "3600", "half": "1/2"},
    gives="m2", empirical=True,
)  # fmt: skip
def surface(h: Any, w: Any, d: Any, half: Any) -> Any:
    return power(h * w / d, half)


def spread(low: float, high: float, seed: int) -> Any:
    return numpy.random.default_rng(seed).uniform(low, high, ROWS).round(2)


def test_columns_agree_with_the_exact_figures() -> None:
    dose, weight, strength = spread(0.01, 2, 1), spread(0.5, 250, 2), spread(1, 64, 3)
    found = rate.columns(
        dose=Column(dose, "mcg/kg/min", of="x"),
        weight=Column(weight, "kg_bw"),
        strength=Column(strength, "mcg/mL", of="x"),
    )
    assert found.unit.name == "mL/h"
    assert found.of is None
    for row in range(0, ROWS, 997):
        exact_figure = rate(
            Quantity(str(dose[row]), "mcg/kg/min"),
            Quantity(str(weight[row]), "kg_bw"),
            Quantity(str(strength[row]), "mcg/mL"),
        )
        assert found.array[row] == pytest.approx(float(exact_figure.number), rel=1e-12, abs=0)


def test_a_quantity_among_the_columns_holds_for_every_row() -> None:
    height = spread(50, 200, 4)
    found = surface.columns(h=Column(height, "cm"), w=Quantity(70, "kg_bw"))
    assert numpy.allclose(found.array, numpy.sqrt(height * 70 / 3600), rtol=1e-12)


def test_a_rounding_tie_that_a_float_would_miss_is_computed_exactly() -> None:
    figures = numpy.array([0.15, 0.25, 0.35, 1.005, 2.675, 0.149])
    tenth = rounded.columns(v=Column(figures, "mL"), step=Quantity("0.1", "mL")).array
    assert list(tenth) == [0.2, 0.3, 0.4, 1.0, 2.7, 0.1]
    cent = rounded.columns(v=Column(figures, "mL"), step=Quantity("0.01", "mL")).array
    assert list(cent[3:5]) == [1.01, 2.68]


def test_a_limit_that_a_float_would_miss_is_decided_exactly() -> None:
    assert 0.1 + 0.2 > 0.3  # the float's mistake
    found = chosen.columns(
        a=Column(numpy.array([0.1, 0.1]), "mg"), b=Column(numpy.array([0.2, 0.21]), "mg"), limit=Quantity("0.3", "mg")
    )
    assert list(found.array) == [0.1, 0.21]


def test_the_range_is_checked_exactly_at_its_ends_and_names_the_row() -> None:
    usual: dict[str, Any] = {"dose": Quantity("0.1", "mcg/kg/min"), "strength": Quantity(16, "mcg/mL")}
    grams = numpy.array([300.0, 300_000.0, 5_000.0])  # 0.3 kg is not exact as a float
    rate.columns(weight=Column(grams, "g_bw"), **usual)
    for figure in (299.9999, 300_000.001, -1.0):
        with pytest.raises(OutOfRange, match=r"row 1: .* valid is 0.3 to 300 kg"):
            rate.columns(weight=Column(numpy.array([5_000.0, figure]), "g_bw"), **usual)
    with pytest.raises(OutOfRange, match="above 0"):
        rate.columns(**usual | {"strength": Column(numpy.array([1.0, 0.0]), "mg/mL"), "weight": Quantity(7, "kg_bw")})


def test_a_column_is_finite_float64_of_a_known_unit() -> None:
    with pytest.raises(Fault, match="row 1"):
        Column(numpy.array([1.0, numpy.nan]), "mg")
    with pytest.raises(Fault, match="row 0"):
        Column(numpy.array([numpy.inf]), "mg")
    for wrong in (numpy.array([1]), numpy.array([[1.0]]), numpy.array([]), [1.0]):
        with pytest.raises(TypeError):
            Column(wrong, "mg")
    with pytest.raises(UnitMismatch, match="drug"):
        Column(numpy.array([1.0]), "units")


def test_columns_refuse_what_a_call_refuses() -> None:
    one = Column(numpy.array([1.0]), "mg/kg/min", of="a")
    weight = Column(numpy.array([1.0]), "kg_bw")
    with pytest.raises(UnitMismatch, match="unlike"):
        rate.columns(dose=one, weight=weight, strength=Column(numpy.array([1.0]), "mg/mL", of="b"))
    with pytest.raises(UnitMismatch, match="is needed"):
        rate.columns(
            dose=one, weight=Column(numpy.array([1.0]), "kg"), strength=Column(numpy.array([1.0]), "mg/mL", of="a")
        )
    with pytest.raises(ValueError, match="one length"):
        rate.columns(dose=one, weight=Column(numpy.array([1.0, 2.0]), "kg_bw"), strength=Quantity(1, "mg/mL", of="a"))
    with pytest.raises(TypeError):
        rate.columns(dose=one, weight=weight)


def test_a_figure_that_is_not_finite_is_refused() -> None:
    ratio = formula(id="test.columns.ratio", **TOLD, inputs={"a": "mL", "b": "mL"}, gives="one")(lambda a, b: a / b)
    with pytest.raises(CannotCompute, match="row 1"):
        ratio.columns(a=Column(numpy.array([1.0, 1.0]), "mL"), b=Column(numpy.array([1.0, 0.0]), "mL"))


def test_a_formula_over_lists_takes_no_columns() -> None:
    summed = formula(id="test.columns.sum", **TOLD, inputs={"v": each("mL")}, gives="mL")(lambda v: total(v))
    with pytest.raises(TypeError, match="no lists"):
        summed.columns(v=Column(numpy.array([1.0]), "mL"))


def test_a_column_converts() -> None:
    assert list(Column(numpy.array([1.5]), "g").to("mg").array) == [1500.0]
