"""Glucose infusion rate, and the two forms of dextrose.

A US label counts dextrose as the monohydrate; only 10/11 of it (by molar mass 0.909) is glucose. A glucose infusion
rate is given as counted (uncorrected) unless it says that the anhydrous mass was taken: the two are never mixed.

>>> rate = glucose_infusion_rate(Quantity(240, "g", of="dextrose"), Quantity(60, "kg_bw"), Quantity(24, "h"))
>>> print(rate)
2.778 mg/kg/min
"""

from calculations.formula import Number, above, between, formula
from calculations.quantity import Quantity
from calculations.substance_table import molar_mass_of

_WEIGHT = between("0.3", 300)
_GIR = "Definition of the glucose infusion rate (mass per body weight and minute of infusion)"


@formula(
    id="nutrition.glucose_infusion_rate", version=1,
    statement="glucose infusion rate = dextrose ÷ (weight × infusion time)", source=_GIR,
    inputs={"dextrose": "mg", "weight": "kg_bw", "time": "min"}, valid={"weight": _WEIGHT, "time": above(0)},
    gives="mg/kg/min",
)  # fmt: skip
def _infusion_rate(dextrose: Number, weight: Number, time: Number) -> Number:
    return dextrose / (weight * time)


@formula(
    id="nutrition.glucose_infusion_rate_at_pump_rate", version=1,
    statement="glucose infusion rate = concentration × pump rate ÷ weight", source=_GIR,
    inputs={"concentration": "mg/mL", "rate": "mL/min", "weight": "kg_bw"}, valid={"weight": _WEIGHT},
    gives="mg/kg/min",
)  # fmt: skip
def _infusion_rate_at(concentration: Number, rate: Number, weight: Number) -> Number:
    return concentration * rate / weight


@formula(
    id="nutrition.dextrose_for_infusion_rate", version=1,
    statement="dextrose = glucose infusion rate × weight × infusion time", source=_GIR,
    inputs={"infusion_rate": "mg/kg/min", "weight": "kg_bw", "time": "min"}, valid={"weight": _WEIGHT}, gives="mg",
)  # fmt: skip
def _dextrose_for(infusion_rate: Number, weight: Number, time: Number) -> Number:
    return infusion_rate * weight * time


@formula(
    id="nutrition.anhydrous_by_ten_elevenths", version=1, statement="anhydrous glucose = dextrose monohydrate × 10/11",
    source="Convention of paediatric services (Stanford LPCH neonatal nutrition guide); labels use 1.1 likewise",
    inputs={"monohydrate": "g"}, constants={"factor": "10/11"}, gives="g",
)  # fmt: skip
def _anhydrous_by_convention(monohydrate: Number, factor: Number) -> Number:
    return monohydrate * factor


@formula(
    id="nutrition.other_form", version=1, statement="mass of the other form = mass × its molar mass ÷ own molar mass",
    source="Equal moles of glucose", inputs={"mass": "g", "own": "g/mol", "other": "g/mol"},
    valid={"own": above(0)}, gives="g", substances="any",
)  # fmt: skip
def _other_form(mass: Number, own: Number, other: Number) -> Number:
    return mass * other / own


def glucose_infusion_rate(dextrose: Quantity, weight: Quantity, time: Quantity) -> Quantity:
    """mg/kg/min when `dextrose` (mass, in whichever form it is counted) runs evenly over `time`."""
    return _infusion_rate(dextrose, weight, time)


def glucose_infusion_rate_at_pump_rate(concentration: Quantity, rate: Quantity, weight: Quantity) -> Quantity:
    """mg/kg/min at one pump rate, such as the full rate of a cycle."""
    return _infusion_rate_at(concentration, rate, weight)


def dextrose_for_infusion_rate(infusion_rate: Quantity, weight: Quantity, time: Quantity) -> Quantity:
    """The dextrose (mg, in the form the rate counts) that gives `infusion_rate` over `time`."""
    return _dextrose_for(infusion_rate, weight, time)


def anhydrous_by_ten_elevenths(monohydrate: Quantity) -> Quantity:
    """Anhydrous glucose (g) of a mass of dextrose monohydrate, by the 10/11 convention."""
    return _anhydrous_by_convention(monohydrate)


def anhydrous_glucose(monohydrate: Quantity) -> Quantity:
    """Anhydrous glucose (g) of a mass of dextrose monohydrate, by molar mass."""
    return _by_molar_mass(monohydrate, "monohydrate", "anhydrous")


def dextrose_monohydrate(anhydrous: Quantity) -> Quantity:
    """Dextrose monohydrate (g) that holds a mass of anhydrous glucose, by molar mass."""
    return _by_molar_mass(anhydrous, "anhydrous", "monohydrate")


def _by_molar_mass(mass: Quantity, own: str, other: str) -> Quantity:
    return _other_form(mass, molar_mass_of("dextrose", own), molar_mass_of("dextrose", other)).named(mass.of)
