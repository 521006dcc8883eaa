"""Nitrogen by the product's label, else by the factor 6.25, and non-protein energy per gram of nitrogen.

The factor is a mean over proteins; amino acid products differ from it by up to a tenth. A figure by the factor says so.
"""

from collections.abc import Sequence

from calculations.arithmetic import total
from calculations.formula import Number, above, each, formula
from calculations.quantity import Quantity

NITROGEN = "nitrogen"


@formula(
    id="nutrition.nitrogen_by_product", version=1, statement="nitrogen = volume × nitrogen per mL by the label",
    source="The product's label", inputs={"volume": "mL", "per_ml": "g/mL"}, gives="g",
)  # fmt: skip
def _by_product(volume: Number, per_ml: Number) -> Number:
    return volume * per_ml


@formula(
    id="nutrition.nitrogen_by_factor", version=1, statement="nitrogen = amino acids ÷ 6.25",
    source="Mean nitrogen of protein, 16 % (Jones, USDA Circular 183, 1931)", inputs={"amino_acids": "g"},
    constants={"factor": "6.25"}, gives="g", substances="any",
)  # fmt: skip
def _by_factor(amino_acids: Number, factor: Number) -> Number:
    return amino_acids / factor


@formula(
    id="nutrition.total_nitrogen", version=1, statement="nitrogen = sum over all sources", source="Definition of a total",
    inputs={"sources": each("g")}, gives="g",
)  # fmt: skip
def _total_nitrogen(sources: Number) -> Number:
    return total(sources)


@formula(
    id="nutrition.nonprotein_energy_per_nitrogen", version=1,
    statement="non-protein energy per gram of nitrogen = (dextrose energy + lipid energy) ÷ nitrogen",
    source="Definition (NPC:N)", inputs={"nonprotein": "kcal", "nitrogen": "g"}, valid={"nitrogen": above(0)},
    gives="kcal/g",
)  # fmt: skip
def _per_nitrogen(nonprotein: Number, nitrogen: Number) -> Number:
    return nonprotein / nitrogen


def nitrogen_by_product(volume: Quantity, per_ml: Quantity) -> Quantity:
    """Nitrogen (g) of a volume of an amino acid product by its label's g/mL, which names `nitrogen`."""
    return _by_product(volume, per_ml)


def nitrogen_by_factor(amino_acids: Quantity) -> Quantity:
    """Nitrogen (g) of a mass of amino acids by the factor 6.25: an estimate where the label tells none."""
    return _by_factor(amino_acids).named(NITROGEN)


def total_nitrogen(sources: Sequence[Quantity]) -> Quantity:
    """Nitrogen (g) of all sources. `CannotCompute` for none."""
    return _total_nitrogen(sources)


def nonprotein_energy_per_nitrogen(nonprotein: Quantity, nitrogen: Quantity) -> Quantity:
    """kcal per g of nitrogen (NPC:N). Refuses a nitrogen of zero."""
    return _per_nitrogen(nonprotein, nitrogen)
