"""Curves as the engine takes them."""

from calculations.nutrition.curve import Curve as EngineCurve
from calculations.nutrition.curve import Stage
from calculations.quantity import Quantity
from formulary.nutrition.model_rules import Curve


def engine_curve(curve: Curve) -> EngineCurve:
    """The curve with its products, ranges, conditions and points. Raises `Faults`."""
    return EngineCurve(
        id=curve.id,
        amino_acid_product=curve.amino_acids,
        amino_acids=(curve.amino_acids_from, curve.amino_acids_to),
        dextrose=(curve.dextrose_from, curve.dextrose_to),
        cysteine=curve.cysteine,
        calcium_product=curve.calcium_salt,
        phosphate_products=curve.phosphate_salts,
        stages=tuple(Stage(row.celsius, row.hours) for row in curve.watched),
        points=tuple((_of(row.calcium, "calcium"), _of(row.phosphate, "phosphate")) for row in curve.points),
        source=f"{curve.title}. {curve.source.text}",
        with_lipid=curve.lipid,
        fictional=curve.fictional,
    )


def _of(quantity: Quantity, name: str) -> Quantity:
    return Quantity(quantity.number, quantity.unit, of=name)
