"""Formulas to molar masses, hydrates, ions of salts, and the element in a trace element salt."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.chemical_formula import composition, hydrated
from calculations.errors import CannotCompute
from calculations.nutrition.salts import ions_of, total_ions
from calculations.nutrition.trace_elements import element_amount, element_mass, salt_of_element
from calculations.quantity import Quantity as Q
from calculations.substance_table import SUBSTANCES, hydrate, molar_mass, molar_mass_of, substance


@pytest.mark.parametrize(
    ("formula", "mass"),
    [
        ("NaCl", "58.44"), ("Ca(C6H11O7)2", "430.372"), ("Ca(C6H11O7)2·H2O", "448.387"), ("CuSO4.5H2O", "249.677"),
        ("MgSO4*7H2O", "246.466"), ("(NH4)2SO4", "132.134"), ("H2SeO3", "128.984"),
    ],
)  # fmt: skip
def test_a_molar_mass_is_computed_from_the_formula(formula: str, mass: str) -> None:
    assert molar_mass(composition(formula)) == Q(mass, "g/mol")


@pytest.mark.parametrize("text", ["", "nacl", "Na Cl", "NaCl)", "(NaCl", "NaCl.5H2", "NaCl-", "2NaCl"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(CannotCompute):
        composition(text)


def test_an_element_without_atomic_mass_is_refused_by_name() -> None:
    with pytest.raises(CannotCompute, match="Xx"):
        molar_mass(composition("NaXx"))


@given(st.integers(min_value=0, max_value=20))
def test_each_molecule_of_crystal_water_weighs_the_same(waters: int) -> None:
    dry = molar_mass(composition("Na2HPO4"))
    assert molar_mass(hydrated(composition("Na2HPO4"), waters)) == dry + Q("18.015", "g/mol") * waters
    assert hydrate("dibasic sodium phosphate", waters).molar_mass == dry + Q("18.015", "g/mol") * waters


def test_a_listed_hydrate_is_the_one_of_the_table() -> None:
    assert hydrate("magnesium sulfate", 7) is substance("magnesium sulfate", "heptahydrate")
    assert hydrate("sodium chloride", 0) is substance("sodium chloride", "salt")
    with pytest.raises(CannotCompute):
        hydrate("unobtainium chloride", 2)
    with pytest.raises(CannotCompute, match="known forms: anhydrous, monohydrate"):
        molar_mass_of("dextrose", "dihydrate")


def test_no_two_substances_of_the_table_have_one_molar_mass() -> None:
    masses = [one.molar_mass for one in SUBSTANCES.values()]
    assert len(set(masses)) == len(masses)


def test_all_ions_of_a_fluid_are_counted_from_its_salts() -> None:
    parts = [
        (Q(6, "g/L"), substance("sodium chloride", "salt")),
        (Q("0.4", "g/L"), substance("potassium chloride", "salt")),
        (Q("0.27", "g/L"), substance("calcium chloride", "dihydrate")),
    ]
    found = total_ions(parts)
    assert set(found) == {"sodium", "potassium", "calcium", "chloride"}
    calcium = found["calcium"]
    assert found["chloride"].number == found["sodium"].number + found["potassium"].number + 2 * calcium.number
    assert (calcium.of, calcium.unit.name) == ("calcium ion", "mmol/L")


@given(st.fractions(min_value=Fraction(1, 1000), max_value=1000))
def test_ions_scale_with_the_salt(grams: Fraction) -> None:
    acetate = substance("magnesium acetate", "tetrahydrate")
    one, many = ions_of(Q(1, "g"), acetate), ions_of(Q(grams, "g"), acetate)
    assert {name: brought.number for name, brought in many.items()} == {
        name: brought.number * grams for name, brought in one.items()
    }
    assert many["acetate"].number == 2 * many["magnesium"].number


def test_an_element_from_its_salt_and_back() -> None:
    salt, copper = molar_mass_of("cupric sulfate", "pentahydrate"), molar_mass_of("copper", "element")
    found = element_mass(Q(400, "mcg"), salt, copper)
    assert found == Q(400, "mcg") * (Fraction("63.546") / Fraction("249.677"))
    assert salt_of_element(found, salt, copper) == Q(400, "mcg")
    assert element_amount(Q("249.677", "mcg"), salt) == Q(1, "mcmol")
    assert element_amount(Q("249.677", "mcg"), salt, atoms=2) == Q(2, "mcmol")
