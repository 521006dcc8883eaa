"""An order of parenteral nutrition: each amount as it was ordered, its unit and basis part of the value.

Nothing is inferred from the weight or from the size of a number. What can be read in two ways is refused at `parse`
with the way out: `mEq phosphate`, `mg phosphate`, and `mg` of an ion without saying salt or element.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from calculations.quantity import Quantity

ELEMENT = "element"
_WHOLE_DAY, _NO_TIME = Quantity(24, "h"), Quantity(0, "h")


class Basis(StrEnum):
    """What an ordered amount counts for. The unit must agree with it."""

    PER_KG_DAY = "per kg per day"
    """Of the dosing weight; `/kg/day`, and dextrose in mg/kg/min."""
    PER_DAY = "per day"
    """`/day`, and lipid in mL/h over its own hours."""
    PER_LITRE = "per litre"
    """Of the finished bag: `/L`, `/mL` or `%`."""
    PER_BAG = "per bag"
    """Of the volume to infuse of the day's one bag: a plain amount."""


class AnionChoice(StrEnum):
    """How chloride and acetate share what the cations leave open."""

    MAX_CHLORIDE = "maximum chloride"
    MAX_ACETATE = "maximum acetate"
    BALANCED = "balanced"
    """As much chloride as acetate, in mEq."""
    RATIO = "ratio"
    """Chloride : acetate as ordered, in mEq."""
    AS_ORDERED = "as ordered"
    """Chloride, acetate or both stand in the order as rows."""


@dataclass(frozen=True, slots=True)
class OrderedAmount:
    """One row of the order, as ordered."""

    nutrient: str
    amount: Quantity
    basis: Basis
    stated_as: str = ELEMENT
    """`element`, or the salt whose amount this is (`calcium gluconate`); then the salt itself is what is ordered."""


@dataclass(frozen=True, slots=True)
class OtherFluid:
    """A drip, flush or feed that shares the fluid allowance. What it brings counts in the patient's totals."""

    name: str
    volume: Quantity
    """mL/day."""
    sodium: Quantity | None = None
    """mEq/day; None: it brings none."""
    dextrose: Quantity | None = None
    """g/day."""
    lipid: Quantity | None = None
    """g/day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NutritionOrder:
    """One day of parenteral nutrition as ordered. `parse` gives a whole order or the faults by field."""

    dosing_weight: Quantity
    """kg of body weight."""
    population: str
    """preterm, term, infant, child, adolescent or adult: ordered, never inferred."""
    kind: str
    """`2-in-1` or `3-in-1`."""
    line: str
    """`central` or `peripheral`."""
    amounts: tuple[OrderedAmount, ...]
    lipid_apart: bool = False
    """Lipid in containers of its own."""
    total_fluid: Quantity | None = None
    """mL/kg/day, of which the bag gets what lipid apart and other fluids leave."""
    volume: Quantity | None = None
    """mL/day of the bag, when ordered directly."""
    others: tuple[OtherFluid, ...] = ()
    hours: Quantity = _WHOLE_DAY
    taper_up: Quantity = _NO_TIME
    taper_down: Quantity = _NO_TIME
    lipid_hours: Quantity = _WHOLE_DAY
    anions: AnionChoice = AnionChoice.BALANCED
    anion_ratio: Quantity | None = None
    """Chloride ÷ acetate, a plain number, with `anions` ratio."""

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "NutritionOrder":
        """The order of a form, a message or a record; raises `Faults` by field.

        Quantities come as text (`"3.5 g/kg/day"`) or as `order_as_data` writes them.
        """
        from calculations.nutrition.order_reading import read_order

        return read_order(data)

    def row(self, nutrient: str) -> OrderedAmount | None:
        """The row of a nutrient ordered as element; None if it is not ordered so."""
        return next((row for row in self.amounts if row.nutrient == nutrient and row.stated_as == ELEMENT), None)


def order_as_data(order: NutritionOrder) -> dict[str, Any]:
    """Plain data for records; `NutritionOrder.parse` reads it back as the same order."""
    data: dict[str, Any] = {
        "dosing_weight": order.dosing_weight.as_data(),
        "population": order.population,
        "kind": order.kind,
        "line": order.line,
        "lipid_apart": order.lipid_apart,
        "anions": order.anions.value,
        "amounts": [_row_as_data(row) for row in order.amounts],
        "others": [_other_as_data(other) for other in order.others],
    }
    for name in ("total_fluid", "volume", "hours", "taper_up", "taper_down", "lipid_hours", "anion_ratio"):
        value: Quantity | None = getattr(order, name)
        if value is not None:
            data[name] = value.as_data()
    return data


def _row_as_data(row: OrderedAmount) -> dict[str, Any]:
    return {
        "nutrient": row.nutrient,
        "amount": row.amount.as_data(),
        "basis": row.basis.value,
        "stated_as": row.stated_as,
    }


def _other_as_data(other: OtherFluid) -> dict[str, Any]:
    data: dict[str, Any] = {"name": other.name, "volume": other.volume.as_data()}
    for name in ("sodium", "dextrose", "lipid"):
        value: Quantity | None = getattr(other, name)
        if value is not None:
            data[name] = value.as_data()
    return data
