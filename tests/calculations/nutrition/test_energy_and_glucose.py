"""Energy, glucose rate, lipid and nitrogen of parenteral nutrition."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute, OutOfRange, UnitMismatch
from calculations.nutrition.energy import (
    CONVENTIONS,
    amino_acid_energy,
    dextrose_energy,
    energy_share,
    lipid_energy,
    nonprotein_energy,
    product_energy,
    total_energy,
)
from calculations.nutrition.glucose import (
    anhydrous_by_ten_elevenths,
    anhydrous_glucose,
    dextrose_for_infusion_rate,
    dextrose_monohydrate,
    glucose_infusion_rate,
    glucose_infusion_rate_at_pump_rate,
)
from calculations.nutrition.lipid import (
    lipid_in_volume,
    lipid_mass_rate,
    lipid_rate,
    lipid_volume,
    lipid_volume_at_rate,
)
from calculations.nutrition.nitrogen import (
    nitrogen_by_factor,
    nitrogen_by_product,
    nonprotein_energy_per_nitrogen,
    total_nitrogen,
)
from calculations.quantity import Quantity as Q

US, EUROPE = CONVENTIONS["US label"], CONVENTIONS["European label"]
MASSES = st.fractions(min_value=0, max_value=2000)
ABOVE_ZERO = st.fractions(min_value=Fraction(1, 100), max_value=2000)
WEIGHTS = st.fractions(min_value=Fraction(1, 2), max_value=30)
DAY = Q(24, "h")


def dextrose(grams: object) -> Q:
    return Q(grams, "g", of="dextrose")


def kg(number: object) -> Q:
    return Q(number, "kg_bw")


def test_energy_follows_the_named_convention() -> None:
    assert dextrose_energy(dextrose(240), US.dextrose) == Q(816, "kcal")
    assert dextrose_energy(dextrose(100), EUROPE.dextrose) == Q(400, "kcal")
    assert amino_acid_energy(Q(90, "g", "amino_acids"), US.amino_acids) == Q(360, "kcal")
    assert lipid_energy(Q(50, "g", "lipid"), US.lipid) == product_energy(Q(250, "mL"), Q(2, "kcal/mL"))
    assert (US.dextrose_form, EUROPE.dextrose_form) == ("monohydrate", "anhydrous")


def test_the_factor_of_another_nutrient_is_refused() -> None:
    with pytest.raises(UnitMismatch):
        dextrose_energy(dextrose(100), US.lipid)
    with pytest.raises(UnitMismatch):
        dextrose_energy(Q(100, "mL"), US.dextrose)


def test_a_total_of_nothing_is_no_energy() -> None:
    with pytest.raises(CannotCompute):
        total_energy([])
    with pytest.raises(OutOfRange):
        energy_share(Q(0, "kcal"), Q(0, "kcal"))


@given(MASSES, MASSES, ABOVE_ZERO)
def test_shares_of_the_energy_add_up_to_one(carbohydrate: Fraction, protein: Fraction, fat: Fraction) -> None:
    parts = [
        dextrose_energy(dextrose(carbohydrate), US.dextrose),
        amino_acid_energy(Q(protein, "g", "amino_acids"), US.amino_acids),
        lipid_energy(Q(fat, "g", "lipid"), US.lipid),
    ]
    whole = total_energy(parts)
    assert sum(energy_share(part, whole).number for part in parts) == 1
    assert nonprotein_energy(parts[0], parts[2]) == whole - parts[1]


def test_a_glucose_rate_is_uncorrected_unless_the_anhydrous_mass_is_taken() -> None:
    daily = dextrose(100)  # 12.5 % at 80 mL/kg/day in a child of 10 kg
    assert glucose_infusion_rate(daily, kg(10), DAY) == Q("125/18", "mg/kg/min", "dextrose")
    assert glucose_infusion_rate(anhydrous_by_ten_elevenths(daily), kg(10), DAY) == Q("625/99", "mg/kg/min", "dextrose")


@given(ABOVE_ZERO, WEIGHTS, st.fractions(min_value=1, max_value=24))
def test_a_glucose_rate_turns_back_into_its_dextrose(grams: Fraction, weight: Fraction, hours: Fraction) -> None:
    time = Q(hours, "h")
    rate = glucose_infusion_rate(dextrose(grams), kg(weight), time)
    assert dextrose_for_infusion_rate(rate, kg(weight), time) == dextrose(grams)
    assert glucose_infusion_rate(dextrose(grams * 10), kg(weight * 10), time) == rate


def test_a_glucose_rate_at_the_pump_agrees_with_the_daily_one() -> None:
    at_pump = glucose_infusion_rate_at_pump_rate(Q(10, "%", "dextrose"), Q(50, "mL/h"), kg(8))
    assert at_pump == glucose_infusion_rate(dextrose(120), kg(8), DAY)


def test_a_weight_in_drug_kilograms_or_of_nobody_is_refused() -> None:
    with pytest.raises(UnitMismatch):
        glucose_infusion_rate(dextrose(100), Q(10, "kg"), DAY)
    with pytest.raises(OutOfRange):
        glucose_infusion_rate(dextrose(100), kg("0.1"), DAY)


@given(ABOVE_ZERO)
def test_the_two_forms_of_dextrose_turn_into_each_other(grams: Fraction) -> None:
    there = anhydrous_glucose(dextrose(grams))
    assert dextrose_monohydrate(there) == dextrose(grams)
    assert abs(there.number / anhydrous_by_ten_elevenths(dextrose(grams)).number - 1) < Fraction(1, 1000)


def test_lipid_runs_in_volume_and_in_grams() -> None:
    strength = Q(20, "%", of="lipid")
    volume = lipid_volume(Q(3, "g", "lipid"), strength)
    assert volume == Q(15, "mL")
    assert lipid_rate(volume, Q(20, "h")) == Q("0.75", "mL/h")
    assert lipid_volume_at_rate(Q("0.75", "mL/h"), Q(20, "h")) == volume
    assert lipid_in_volume(volume, strength) == Q(3, "g", "lipid")
    assert lipid_mass_rate(Q(3, "g", "lipid"), kg(1), Q(20, "h")) == Q("0.15", "g/kg/h", "lipid")
    with pytest.raises(OutOfRange):
        lipid_rate(volume, Q(0, "h"))


def test_nitrogen_of_a_product_is_its_labels_and_else_a_sixteenth_part() -> None:
    by_label = nitrogen_by_product(Q(1000, "mL"), Q("0.0155", "g/mL", of="nitrogen"))
    assert by_label == Q("15.5", "g", of="nitrogen")
    assert nitrogen_by_factor(Q(100, "g", "amino_acids")) == Q(16, "g", of="nitrogen")
    assert total_nitrogen([by_label, nitrogen_by_factor(Q(50, "g", "amino_acids"))]) == Q("23.5", "g", of="nitrogen")


def test_energy_per_nitrogen_needs_nitrogen() -> None:
    assert nonprotein_energy_per_nitrogen(Q(960, "kcal"), Q(8, "g", "nitrogen")) == Q(120, "kcal/g", "nitrogen")
    with pytest.raises(OutOfRange):
        nonprotein_energy_per_nitrogen(Q(960, "kcal"), Q(0, "g", "nitrogen"))
