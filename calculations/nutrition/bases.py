"""Each ordered amount in every basis, and the fluid allowance. Nothing is inferred: the basis is part of the order.

The day's one bag is the measure: an ordered amount is brought to what the infused volume of that bag holds, in mEq for
ions (mmol for phosphate), mg for masses and mL for what is ordered by volume, and from there shown in all bases.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.formula import Number, above, any_number, formula
from calculations.nutrition.fluid import fluid_allowance, pn_volume
from calculations.nutrition.lipid import lipid_volume_at_rate
from calculations.nutrition.order import ELEMENT, Basis, NutritionOrder, OrderedAmount
from calculations.nutrition.ordered_units import ORDERED_IONS
from calculations.nutrition.product import CHARGES
from calculations.quantity import Quantity
from calculations.substance_table import substance
from calculations.substances import convert, meq_from_mmol

_SOURCE = "Definition of the basis"
_ONE_DAY = Quantity(1, "day")


@formula(
    id="nutrition.bag.for_weight", version=1, statement="for the day = ordered per kg per day × dosing weight × 1 day",
    source=_SOURCE, inputs={"ordered": "amount/kg/day", "weight": "kg_bw"}, constants={"one_day": "1 day"},
    valid={"weight": above(0)}, gives="amount",
)  # fmt: skip
def for_weight(ordered: Number, weight: Number, one_day: Number) -> Number:
    """An amount of the day."""
    return ordered * weight * one_day


@formula(
    id="nutrition.bag.for_day", version=1, statement="for the day = ordered per day × 1 day",
    source=_SOURCE, inputs={"ordered": "amount/day"}, constants={"one_day": "1 day"}, gives="amount",
)  # fmt: skip
def for_day(ordered: Number, one_day: Number) -> Number:
    """An amount of the day."""
    return ordered * one_day


@formula(
    id="nutrition.bag.for_volume", version=1, statement="for the day = ordered concentration × volume to infuse",
    source=_SOURCE, inputs={"ordered": "amount/mL", "volume": "mL"}, gives="amount",
)  # fmt: skip
def for_volume(ordered: Number, volume: Number) -> Number:
    """An amount of the day."""
    return ordered * volume


@formula(
    id="nutrition.bag.per_kg_day", version=1, statement="per kg per day = amount of the day ÷ 1 day ÷ dosing weight",
    source=_SOURCE, inputs={"amount": "amount", "weight": "kg_bw"}, constants={"one_day": "1 day"},
    valid={"amount": any_number(), "weight": above(0)}, gives="amount/kg/day",
)  # fmt: skip
def per_kg_day(amount: Number, weight: Number, one_day: Number) -> Number:
    """mg/kg/day, mEq/kg/day, …"""
    return amount / one_day / weight


@formula(
    id="nutrition.bag.per_day", version=1, statement="per day = amount of the day ÷ 1 day",
    source=_SOURCE, inputs={"amount": "amount"}, constants={"one_day": "1 day"}, valid={"amount": any_number()},
    gives="amount/day",
)  # fmt: skip
def per_day(amount: Number, one_day: Number) -> Number:
    """mg/day, mEq/day, …"""
    return amount / one_day


@formula(
    id="nutrition.bag.per_litre", version=1, statement="per litre = amount ÷ volume to infuse",
    source=_SOURCE, inputs={"amount": "amount", "volume": "L"}, valid={"amount": any_number(), "volume": above(0)},
    gives="amount/L",
)  # fmt: skip
def per_litre(amount: Number, volume: Number) -> Number:
    """mg/L, mEq/L, …"""
    return amount / volume


@dataclass(frozen=True, slots=True)
class Fluid:
    """The day's fluid, mL each."""

    total: Quantity
    lipid_apart: Quantity
    others: Quantity
    bag: Quantity
    """What is left for the bag, or as ordered directly."""


def share_fluid(order: NutritionOrder, lipid_apart: Quantity) -> Fluid:
    """How the day's fluid is shared out. `lipid_apart` in mL.

    Raises `CannotCompute` when lipid and other fluids leave nothing of the allowance for the bag; it says by how much.
    """
    others = [other.volume for other in order.others]
    other_fluid = sum(others, Quantity(0, "mL/day")) * _ONE_DAY
    if order.volume is not None:
        bag = order.volume * _ONE_DAY
        return Fluid(bag + lipid_apart + other_fluid, lipid_apart, other_fluid, bag)
    if order.total_fluid is None:
        raise CannotCompute("no_volume", "the volume of the bag", "neither total fluid nor bag volume is ordered.")
    allowance = fluid_allowance(order.total_fluid, order.dosing_weight) * _ONE_DAY
    bag = pn_volume(order.total_fluid, order.dosing_weight, [lipid_apart / _ONE_DAY, *others]) * _ONE_DAY
    return Fluid(allowance, lipid_apart, other_fluid, bag)


def amount_for_day(row: OrderedAmount, weight: Quantity, bag_volume: Quantity | None) -> Quantity:
    """What the day's bag holds of a row that is ordered by amount; mEq for ions, mmol for phosphate, mg for masses.

    A salt ordered by its own mass stays a mass of the salt.

    Raises `CannotCompute` for an amount per litre while the volume is not known.
    """
    if row.basis is Basis.PER_KG_DAY:
        found = for_weight(ordered=row.amount, weight=weight)
    elif row.basis is Basis.PER_DAY:
        found = for_day(ordered=row.amount)
    elif row.basis is Basis.PER_BAG:
        found = row.amount
    elif bag_volume is None:
        raise CannotCompute("no_volume", f"{row.nutrient} per litre", "the volume of the bag is not known yet.")
    else:
        found = for_volume(ordered=row.amount, volume=bag_volume)
    by_salt_mass = row.stated_as != ELEMENT and any(base == "mass" for base, _ in found.unit.dimension.powers)
    return _as_ion(row, found) if row.nutrient in ORDERED_IONS and not by_salt_mass else found


def volume_for_day(row: OrderedAmount, weight: Quantity, lipid_hours: Quantity) -> Quantity:
    """mL of the day of a row that is ordered by volume; a rate in mL/h runs over the lipid's own hours."""
    plain = row.amount.named(None)
    if row.basis is Basis.PER_KG_DAY:
        return fluid_allowance(plain, weight) * _ONE_DAY
    if plain.unit.name == "mL/h":
        return lipid_volume_at_rate(plain, lipid_hours)
    if row.basis is Basis.PER_DAY:
        return plain * _ONE_DAY
    if row.basis is Basis.PER_BAG:
        return plain.to("mL")
    raise CannotCompute("bad_basis", f"{row.nutrient} per litre", "a volume is ordered per kg, per day or per bag.")


def by_volume(row: OrderedAmount) -> bool:
    """Whether the row orders a volume of the product instead of an amount."""
    return any(base == "volume" and power > 0 for base, power in row.amount.unit.dimension.powers)


def in_all_bases(amount: Quantity, weight: Quantity, bag_volume: Quantity) -> Mapping[Basis, Quantity]:
    """An amount of the day's bag in every basis; mEq stay mEq, mass comes in mg."""
    return {
        Basis.PER_KG_DAY: per_kg_day(amount=amount, weight=weight),
        Basis.PER_DAY: per_day(amount=amount),
        Basis.PER_LITRE: per_litre(amount=amount, volume=bag_volume),
        Basis.PER_BAG: amount,
    }


def _as_ion(row: OrderedAmount, amount: Quantity) -> Quantity:
    """mEq of an ion (mmol of phosphate), from mmol by its charge or from mg of the element by its mass."""
    bases = {base for base, _ in amount.unit.dimension.powers}
    if "mass" in bases:
        element = substance(row.nutrient, ELEMENT)
        return convert(amount.named(element.tag), element, "mEq").named(row.nutrient)
    charge = CHARGES[row.nutrient]
    if "substance" not in bases or charge is None:
        return amount.named(row.nutrient)
    return meq_from_mmol(amount=amount, charge=Quantity(charge, "mEq/mmol")).named(row.nutrient)
