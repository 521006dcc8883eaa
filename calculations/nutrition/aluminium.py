"""Aluminium by the labels' maximum (21 CFR 201.323): of each product, and per kg and day.

A product whose label tells no aluminium has no figure here. It is never counted as zero: the total is then a lower
bound, and whoever shows it says so.
"""

from collections.abc import Sequence

from calculations.arithmetic import total
from calculations.formula import Number, between, each, formula
from calculations.quantity import Quantity

_SOURCE = "21 CFR 201.323: the label tells the maximum at expiry in mcg/L"
ALUMINIUM = "aluminium"


@formula(
    id="nutrition.aluminium_of_product", version=1, statement="aluminium = volume × aluminium per litre by the label",
    source=_SOURCE, inputs={"volume": "L", "per_litre": "mcg/L"}, gives="mcg", substances="any",
)  # fmt: skip
def _of_product(volume: Number, per_litre: Number) -> Number:
    return volume * per_litre


@formula(
    id="nutrition.aluminium_per_kg", version=1, statement="aluminium per kg and day = sum of all products ÷ weight",
    source=_SOURCE, inputs={"products": each("mcg"), "weight": "kg_bw"}, constants={"day": "1 day"},
    valid={"weight": between("0.3", 300)}, gives="mcg/kg/day",
)  # fmt: skip
def _per_kg(products: Number, weight: Number, day: Number) -> Number:
    return total(products) / (weight * day)


def aluminium_of_product(volume: Quantity, per_litre: Quantity) -> Quantity:
    """mcg of aluminium in a volume of one product, by its label."""
    return _of_product(volume, per_litre).named(ALUMINIUM)


def aluminium_per_kg(products: Sequence[Quantity], weight: Quantity) -> Quantity:
    """mcg/kg/day from the amounts (mcg) of one day. `CannotCompute` for none."""
    return _per_kg(products, weight)
