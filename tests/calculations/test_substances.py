import pytest
from gmpy2 import mpq

from calculations.errors import CannotCompute, UnitMismatch
from calculations.formula import recording
from calculations.quantity import Quantity
from calculations.substance_table import SUBSTANCES, substance
from calculations.substances import Substance, convert, ion_of

PRINTED_MASSES = [
    ("sodium chloride", "salt", "58.44"), ("potassium chloride", "salt", "74.55"),
    ("sodium acetate", "anhydrous", "82.03"),
    ("sodium acetate", "trihydrate", "136.08"), ("potassium acetate", "salt", "98.14"),
    ("monobasic sodium phosphate", "monohydrate", "137.99"), ("dibasic sodium phosphate", "anhydrous", "141.96"),
    ("monobasic potassium phosphate", "salt", "136.08"), ("dibasic potassium phosphate", "salt", "174.17"),
    ("calcium gluconate", "anhydrous", "430.37"), ("calcium gluconate", "monohydrate", "448.39"),
    ("calcium chloride", "dihydrate", "147.01"), ("magnesium sulfate", "heptahydrate", "246.47"),
    ("magnesium chloride", "hexahydrate", "203.30"), ("sodium bicarbonate", "salt", "84.01"),
    ("sodium glycerophosphate", "anhydrous", "216.04"), ("sodium glycerophosphate", "pentahydrate", "306.11"),
    ("ammonium chloride", "salt", "53.49"), ("dextrose", "monohydrate", "198.17"), ("dextrose", "anhydrous", "180.16"),
    ("cysteine hydrochloride", "monohydrate", "175.63"), ("zinc sulfate", "heptahydrate", "287.54"),
    ("cupric chloride", "dihydrate", "170.48"), ("selenious acid", "acid", "128.98"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "form", "printed"), PRINTED_MASSES)
def test_the_molar_mass_computed_from_atoms_is_the_printed_one(name: str, form: str, printed: str) -> None:
    mass = substance(name, form).molar_mass
    assert mass is not None
    assert abs(mass.amount_in("g/mol") - mpq(printed)) <= mpq("0.0075")


def test_every_salt_leaves_as_many_positive_as_negative_charges() -> None:
    positive = {"sodium", "potassium", "calcium", "magnesium", "ammonium", "zinc", "copper", "manganese", "cobalt"}
    positive |= {"chromium", "iron(II)", "iron(III)"}
    for salt in SUBSTANCES.values():
        if len(salt.ions) == 2 and all(ion.charge for ion in salt.ions):
            charges = [(ion.name in positive) * 2 - 1 for ion in salt.ions]
            assert sum(c * i.count * (i.charge or 0) for c, i in zip(charges, salt.ions, strict=True)) == 0, salt.tag


@pytest.mark.parametrize(
    ("value", "unit", "name", "form", "target", "expected"),
    [
        ("1", "g", "magnesium sulfate", "heptahydrate", "mEq", "8.115"),
        ("15", "%", "potassium chloride", "salt", "mEq/mL", "2.012"),
        ("300.57", "mcmol/L", "creatinine", "base", "mg/dL", "3.400"),
        ("3", "mEq/mL", "sodium chloride", "salt", "%", "17.532"),
        ("2", "mEq/kg/day", "calcium chloride", "dihydrate", "mg/kg/day", "147.008"),
        ("1", "mEq", "magnesium", "element", "mmol", "0.500"),
    ],
)
def test_mass_moles_and_equivalents_of_a_named_substance(
    value: str, unit: str, name: str, form: str, target: str, expected: str
) -> None:
    converted = convert(Quantity(value, unit), substance(name, form), target)
    assert f"{float(converted.number):.3f}" == expected
    assert converted.of == f"{name} {form}"


def test_a_conversion_comes_back_to_the_same_fraction() -> None:
    salt = substance("calcium gluconate", "monohydrate")
    start = Quantity("1.234", "g", of=salt.tag)
    assert convert(convert(start, salt, "mEq"), salt, "g") == start


def test_ions_of_a_salt() -> None:
    chloride = ion_of(Quantity(20, "mg/100mL"), substance("calcium chloride", "dihydrate"), "chloride", "mEq/L")
    assert f"{float(chloride.number):.4f}" == "2.7209"
    assert chloride.of == "chloride ion"
    with pytest.raises(CannotCompute, match="brings none"):
        ion_of(Quantity(1, "mg"), substance("calcium chloride", "dihydrate"), "sodium", "mEq")


def test_mEq_of_phosphate_cannot_be_given() -> None:
    with pytest.raises(CannotCompute, match="use mmol"):
        ion_of(Quantity(1, "mmol"), substance("monobasic potassium phosphate", "salt"), "phosphate", "mEq")


@pytest.mark.parametrize(
    ("start", "target", "code"),
    [("mol", "g", "no_molar_mass"), ("g", "Eq", "no_molar_mass"), ("Eq", "mol", "no_equivalents")],
)
def test_what_the_substance_does_not_say_is_never_guessed(start: str, target: str, code: str) -> None:
    with pytest.raises(CannotCompute) as refused:
        convert(Quantity(1, start), Substance("something", "salt"), target)
    assert refused.value.code == code


def test_another_substance_or_another_kind_of_unit_is_refused() -> None:
    salt = substance("sodium chloride", "salt")
    with pytest.raises(UnitMismatch, match="not of sodium chloride"):
        convert(Quantity(1, "g", of="potassium chloride salt"), salt, "mmol")
    for start, target in (("g", "mL"), ("pmol/g", "mg/dL"), ("mEq/L", "mEq"), ("mg/kg", "mmol")):
        with pytest.raises(UnitMismatch):
            convert(Quantity(1, start), salt, target)


def test_an_unknown_form_is_refused_with_those_known() -> None:
    with pytest.raises(CannotCompute, match="trihydrate"):
        substance("sodium acetate", "hexahydrate")


def test_a_conversion_shows_its_work() -> None:
    with recording() as noted:
        convert(Quantity(1, "g"), substance("magnesium sulfate", "heptahydrate"), "mEq")
    assert [step.id for step in noted.steps] == ["substance.mmol_from_mass", "substance.meq_from_mmol"]
