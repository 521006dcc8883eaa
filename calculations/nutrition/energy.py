"""Energy by source. The convention (kcal per gram) is named and part of every figure.

A US label counts dextrose as the monohydrate, 3.4 kcal/g; a European label counts anhydrous glucose, 4 kcal/g. The
same bag differs by a tenth between the two, so no function here has a default: the site profile names its convention.

>>> us = CONVENTIONS["US label"]
>>> print(dextrose_energy(Quantity(240, "g", of="dextrose"), us.dextrose))
816 kcal
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculations.arithmetic import total
from calculations.formula import Number, above, each, formula
from calculations.quantity import Quantity

_BY_MASS = "Energy of nutrients by mass (Atwater factors as labels apply them)"
_SUM = "Definition of a total"


@dataclass(frozen=True, slots=True)
class EnergyConvention:
    """kcal per gram by nutrient, each figure naming the nutrient it is for."""

    name: str
    dextrose: Quantity
    dextrose_form: str
    """The form whose grams are counted: `monohydrate` or `anhydrous`."""
    amino_acids: Quantity
    lipid: Quantity
    """Of the emulsion's oil, its glycerol and phospholipid counted in: 20 % gives 2 kcal/mL."""
    source: str


def _convention(name: str, dextrose: str, form: str, source: str) -> EnergyConvention:
    per_gram = [Quantity(n, "kcal/g", of) for n, of in ((dextrose, "dextrose"), ("4", "amino_acids"), ("10", "lipid"))]
    return EnergyConvention(name, per_gram[0], form, per_gram[1], per_gram[2], source)


CONVENTIONS: Mapping[str, EnergyConvention] = {
    made.name: made
    for made in (
        _convention("US label", "3.4", "monohydrate", "US labels of dextrose injections; 20 % lipid 2 kcal/mL"),
        _convention("European label", "4", "anhydrous", "European product texts of multi-chamber bags"),
    )
}
"""The two conventions in use, by name."""


@formula(
    id="nutrition.dextrose_energy", version=1, statement="dextrose energy = dextrose × kcal per gram",
    source=_BY_MASS, inputs={"dextrose": "g", "per_gram": "kcal/g"}, gives="kcal",
)  # fmt: skip
def _dextrose_energy(dextrose: Number, per_gram: Number) -> Number:
    return dextrose * per_gram


@formula(
    id="nutrition.amino_acid_energy", version=1, statement="amino acid energy = amino acids × kcal per gram",
    source=_BY_MASS, inputs={"amino_acids": "g", "per_gram": "kcal/g"}, gives="kcal",
)  # fmt: skip
def _amino_acid_energy(amino_acids: Number, per_gram: Number) -> Number:
    return amino_acids * per_gram


@formula(
    id="nutrition.lipid_energy", version=1, statement="lipid energy = lipid × kcal per gram",
    source=_BY_MASS, inputs={"lipid": "g", "per_gram": "kcal/g"}, gives="kcal",
)  # fmt: skip
def _lipid_energy(lipid: Number, per_gram: Number) -> Number:
    return lipid * per_gram


@formula(
    id="nutrition.product_energy", version=1, statement="energy = volume × kcal per mL by the label",
    source="The product's label", inputs={"volume": "mL", "per_ml": "kcal/mL"}, gives="kcal",
)  # fmt: skip
def _product_energy(volume: Number, per_ml: Number) -> Number:
    return volume * per_ml


@formula(
    id="nutrition.total_energy", version=1, statement="total energy = sum of all sources", source=_SUM,
    inputs={"sources": each("kcal")}, gives="kcal",
)  # fmt: skip
def _total_energy(sources: Number) -> Number:
    return total(sources)


@formula(
    id="nutrition.nonprotein_energy", version=1, statement="non-protein energy = dextrose energy + lipid energy",
    source="Amino acids are given to build protein and left out", inputs={"dextrose": "kcal", "lipid": "kcal"},
    gives="kcal",
)  # fmt: skip
def _nonprotein_energy(dextrose: Number, lipid: Number) -> Number:
    return dextrose + lipid


@formula(
    id="nutrition.energy_share", version=1, statement="share = energy of the source ÷ whole energy", source=_SUM,
    inputs={"source": "kcal", "whole": "kcal"}, valid={"whole": above(0)}, gives="one",
)  # fmt: skip
def _energy_share(source: Number, whole: Number) -> Number:
    return source / whole


def dextrose_energy(dextrose: Quantity, per_gram: Quantity) -> Quantity:
    """kcal of a mass of dextrose, both named `dextrose` and counted in the same form (monohydrate or anhydrous)."""
    return _dextrose_energy(dextrose, per_gram)


def amino_acid_energy(amino_acids: Quantity, per_gram: Quantity) -> Quantity:
    """kcal of a mass of amino acids, both named `amino_acids`."""
    return _amino_acid_energy(amino_acids, per_gram)


def lipid_energy(lipid: Quantity, per_gram: Quantity) -> Quantity:
    """kcal of a mass of lipid, both named `lipid`. Where the label tells kcal/mL, use `product_energy`."""
    return _lipid_energy(lipid, per_gram)


def product_energy(volume: Quantity, per_ml: Quantity) -> Quantity:
    """kcal of a volume of a product whose label tells its energy per mL (20 % lipid: 2 kcal/mL)."""
    return _product_energy(volume, per_ml)


def total_energy(sources: Sequence[Quantity]) -> Quantity:
    """kcal of all sources. `CannotCompute` for none."""
    return _total_energy(sources)


def nonprotein_energy(dextrose: Quantity, lipid: Quantity) -> Quantity:
    """kcal of dextrose and lipid together."""
    return _nonprotein_energy(dextrose, lipid)


def energy_share(source: Quantity, whole: Quantity) -> Quantity:
    """Part of the energy that comes from one source, as `one` (0.2 is 20 %). Refuses a whole of zero."""
    return _energy_share(source, whole)
