"""Fluid allowance, cycles with tapers, ratios, aluminium and osmolarity."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.nutrition.aluminium import aluminium_of_product, aluminium_per_kg
from calculations.nutrition.cycle import cycle_volume, cyclic_full_rate, taper_rate
from calculations.nutrition.fluid import (
    daily_amount_of_line,
    daily_volume_of_line,
    final_percent,
    fluid_allowance,
    fluid_per_weight,
    pn_volume,
)
from calculations.nutrition.osmolarity import (
    osmolality_neonatal,
    osmolarity,
    osmolarity_by_products,
    osmolarity_estimate,
    osmolarity_estimate_by_electrolytes,
    osmoles_of,
)
from calculations.nutrition.ratios import (
    calcium_to_phosphorus_by_amount,
    calcium_to_phosphorus_by_mass,
    charge_balance,
)
from calculations.quantity import Quantity as Q
from calculations.substance_table import substance

HOURS = st.fractions(min_value=4, max_value=24)
TAPERS = st.fractions(min_value=0, max_value=2)
VOLUMES = st.fractions(min_value=Fraction(1, 10), max_value=5000)


def test_the_bag_gets_what_lipid_and_lines_leave_of_the_allowance() -> None:
    umbilical = daily_volume_of_line(Q("1.5", "mL/h"))
    weight = Q("3.75", "kg_bw")
    assert umbilical == Q(36, "mL/day")
    assert fluid_per_weight(umbilical, weight) == Q("9.6", "mL/kg/day")
    assert daily_amount_of_line(Q(77, "mEq/L", "sodium"), umbilical) == Q("2.772", "mEq/day", "sodium")
    assert fluid_allowance(Q(100, "mL/kg/day"), weight) == Q(375, "mL/day")
    assert pn_volume(Q(100, "mL/kg/day"), weight, [umbilical, Q("18.75", "mL/day")]) == Q("320.25", "mL/day")
    assert pn_volume(Q(100, "mL/kg/day"), weight, []) == Q(375, "mL/day")


def test_an_allowance_used_up_by_the_other_fluids_is_refused_with_the_amounts() -> None:
    with pytest.raises(CannotCompute, match=r"120 mL/day of an allowance of 100 mL/day"):
        pn_volume(Q(100, "mL/kg/day"), Q(1, "kg_bw"), [Q(120, "mL/day")])


def test_a_line_runs_at_most_the_whole_day() -> None:
    with pytest.raises(OutOfRange):
        daily_volume_of_line(Q(1, "mL/h"), Q(25, "h"))


def test_a_final_percentage_is_grams_in_100_ml() -> None:
    assert final_percent(Q(90, "g"), Q(2100, "mL")) == Q("30/7", "%")


def test_a_cycle_with_tapers_as_the_reference_has_it() -> None:
    full = cyclic_full_rate(Q(1800, "mL"), Q(12, "h"), Q(1, "h"), Q(1, "h"))
    assert full == Q("1800/11", "mL/h")
    assert taper_rate(full) == Q("900/11", "mL/h")


@given(VOLUMES, HOURS, TAPERS, TAPERS)
def test_a_cycle_gives_its_volume(volume: Fraction, hours: Fraction, up: Fraction, down: Fraction) -> None:
    full = cyclic_full_rate(Q(volume, "mL"), Q(hours, "h"), Q(up, "h"), Q(down, "h"))
    given_volume = cycle_volume(full, Q(hours - up - down, "h"), Q(up + down, "h"), taper_rate(full))
    assert given_volume == Q(volume, "mL")


def test_tapers_longer_than_the_cycle_are_refused() -> None:
    with pytest.raises(CannotCompute):
        cyclic_full_rate(Q(1800, "mL"), Q(4, "h"), Q(3, "h"), Q(2, "h"))


def test_calcium_to_phosphorus_by_mass_and_by_amount_are_two_figures() -> None:
    calcium, phosphorus = Q(2, "mmol"), Q("1.5", "mmol")
    assert calcium_to_phosphorus_by_amount(calcium, phosphorus) == Q("4/3", "one")
    masses = Q("80.156", "mg", "calcium element"), Q("46.461", "mg", "phosphorus element")
    assert round(calcium_to_phosphorus_by_mass(*masses).number, 3) == Fraction("1.725")
    with pytest.raises(UnitMismatch):
        calcium_to_phosphorus_by_mass(calcium, phosphorus)
    with pytest.raises(OutOfRange):
        calcium_to_phosphorus_by_amount(calcium, Q(0, "mmol"))


def test_charges_of_added_salts_balance() -> None:
    cations = [Q(40, "mEq", "sodium"), Q("4.65", "mEq", "calcium")]
    anions = [Q(30, "mEq", "chloride"), Q(10, "mEq", "acetate"), Q("4.65", "mEq", "gluconate")]
    assert charge_balance(cations, anions) == Q(0, "mEq")
    assert charge_balance(cations, anions[:2]) == Q("4.65", "mEq")


def test_aluminium_is_summed_over_products_and_refused_for_none() -> None:
    phosphate = aluminium_of_product(Q(10, "mL"), Q(31000, "mcg/L"))
    gluconate = aluminium_of_product(Q(20, "mL"), Q(5000, "mcg/L"))
    assert aluminium_per_kg([phosphate, gluconate], Q(10, "kg_bw")) == Q(41, "mcg/kg/day", "aluminium")
    with pytest.raises(CannotCompute):
        aluminium_per_kg([], Q(10, "kg_bw"))


def test_osmolarity_by_labels_counts_every_product_in_the_final_volume() -> None:
    amino_acids, glucose, water = Q("0.875", "mOsm/mL"), Q("3.53", "mOsm/mL"), Q(0, "mOsm/mL")
    parts = [(Q(300, "mL"), amino_acids), (Q(200, "mL"), glucose), (Q(500, "mL"), water)]
    assert osmolarity_by_products(parts, Q(1000, "mL")) == Q("968.5", "mOsm/L")
    with pytest.raises(CannotCompute):
        osmolarity_by_products([], Q(1, "L"))


def test_salts_fall_apart_into_all_their_ions() -> None:
    gluconate = osmoles_of(Q(10, "mmol"), substance("calcium gluconate", "monohydrate"))
    saline = osmoles_of(Q(154, "mmol"), substance("sodium chloride", "salt"))
    glucose = osmoles_of(Q(50, "mmol"), substance("dextrose", "anhydrous"))
    assert osmolarity([gluconate, saline, glucose], Q(1, "L")) == Q(388, "mOsm/L")
    with pytest.raises(CannotCompute):
        osmoles_of(Q(5, "mmol"), substance("malic acid", "acid"))


def test_the_estimate_by_factors() -> None:
    found = osmolarity_estimate(
        amino_acids=Q(3, "%"), dextrose=Q(10, "%"), lipid=Q(2, "%"), sodium=Q(40, "mEq/L"),
        potassium=Q(20, "mEq/L"), calcium=Q(10, "mEq/L"), magnesium=Q(5, "mEq/L"),
    )  # fmt: skip
    assert found == Q("953.2", "mOsm/L")
    plain = osmolarity_estimate_by_electrolytes(
        amino_acids=Q(3, "%"), dextrose=Q(10, "%"), lipid=Q(0, "%"), electrolytes=Q(135, "mEq/L")
    )
    assert plain == Q(935, "mOsm/L")


def test_osmolality_of_a_neonatal_solution_is_per_kilogram_of_water() -> None:
    found = osmolality_neonatal(
        amino_acids=Q(30, "g/L"), glucose=Q(100, "g/L"), sodium=Q(30, "mmol/L"), phosphorus=Q(310, "mg/L")
    )
    assert found == Q(1012, "mOsm/kg_water")
    with pytest.raises(UnitMismatch):
        found + Q(1, "mOsm/L")


def test_the_neonatal_equation_is_refused_outside_what_it_was_made_for() -> None:
    sodium, phosphorus = Q(30, "mmol/L"), Q(310, "mg/L")
    with pytest.raises(OutOfRange):
        osmolality_neonatal(amino_acids=Q(0, "g/L"), glucose=Q(100, "g/L"), sodium=sodium, phosphorus=phosphorus)
    with pytest.raises(CannotCompute):
        osmolality_neonatal(
            amino_acids=Q(1, "g/L"), glucose=Q(1, "g/L"), sodium=Q(0, "mmol/L"), phosphorus=Q(0, "mg/L")
        )
