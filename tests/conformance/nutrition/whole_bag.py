"""The bag as a whole: its volume, what is left for water, and how fast it runs."""

import re

from calculations.nutrition import lipid as lipids
from calculations.nutrition.cycle import cyclic_full_rate, taper_rate
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from tests.conformance.case import CannotAnswer
from tests.conformance.nutrition.amounts import is_concentration, measures
from tests.conformance.nutrition.bag import FLUID_NAMES, GLUCOSE_RATES, OTHER_FLUIDS, RATE_NAMES, VOLUME_NAMES, Bag
from tests.conformance.nutrition.names import AMINO_ACIDS, CARBOHYDRATE
from tests.conformance.nutrition.nutrients import KINDS, drawn, refuse_unknown_times

Found = re.Match[str]
_NOT_INSIDE = VOLUME_NAMES | RATE_NAMES | FLUID_NAMES | OTHER_FLUIDS | {"overfill", "overfill_volume", "prime"}


def whole_volume(bag: Bag) -> Quantity:
    """As given; else from the drawn volumes of amino acids and dextrose and the additives per litre of them."""
    if bag.volume_is_told():
        return bag.volume()
    taken = drawn(bag)
    additives = bag.plain.get("additives")
    if set(taken) != {AMINO_ACIDS, CARBOHYDRATE} or additives is None:
        raise CannotAnswer("the whole volume is not given")
    base = taken[AMINO_ACIDS] + taken[CARBOHYDRATE]
    return base + Quantity(base.amount_in("L") * additives.amount_in(unit("mL/L")), "mL")


def total_volume(bag: Bag, measure: Unit, found: Found) -> Quantity:
    if (
        not bag.volume_is_told()
        and found.string == "total_volume"
        and all(bag.has_volume(kind) for kind in bag.nutrients)
    ):
        return sum_of_volumes(bag, measure, found)
    return bag.as_asked(whole_volume(bag), measure)


def water(bag: Bag, measure: Unit, found: Found) -> Quantity:
    """What is left of the volume when the products whose volumes are known are in; none may be missing."""
    if not any(name in bag.plain for name in ("total", "volume", "total_volume", "bag_volume", "final_volume")):
        raise CannotAnswer("the whole volume is not given")
    if len(bag.added) < len(bag.salts) + len(bag.ions) - bag.additions.second_ions or not bag.nutrients:
        raise CannotAnswer("the volumes of the salts are not given")
    rest = bag.volume()
    for one in bag.added:
        rest = rest - bag.whole(one).to("mL")
    for kind in bag.nutrients:
        rest = rest - bag.stock_volume(kind)
    for name, one in bag.plain.items():
        inside = measures(one, "mL") and name not in _NOT_INSIDE and not name.endswith(("_rate", "_fluid"))
        if inside and not any(one is other for other in bag.added):
            rest = rest - bag.whole(one).to("mL")
    if rest.number < 0:
        raise CannotAnswer("the products are more than the whole volume")
    return bag.as_asked(rest, measure)


def sum_of_volumes(bag: Bag, measure: Unit, found: Found) -> Quantity:
    """Every volume that is given, added up; two at least."""
    parts = [bag.whole(one).to("mL") for one in bag.volumes_given()]
    if len(parts) < 2:
        raise CannotAnswer("there are no two volumes to add up")
    return bag.as_asked(sum(parts[1:], parts[0]), measure)


def macronutrient_volume(bag: Bag, measure: Unit, found: Found) -> Quantity:
    parts = [bag.stock_volume(kind) for kind in bag.nutrients]
    if not parts:
        raise CannotAnswer("no nutrient is given")
    return bag.as_asked(sum(parts[1:], parts[0]), measure)


def chambers(bag: Bag, measure: Unit, found: Found) -> Quantity:
    """A chamber bag's volume with and without its lipid chamber."""
    kinds = KINDS if found[1] == "three" else (AMINO_ACIDS, CARBOHYDRATE)
    if not all(bag.has_volume(kind) for kind in kinds):
        raise CannotAnswer("a chamber's volume is not given")
    return Quantity(sum(bag.stock_volume(kind).amount_in("mL") for kind in kinds), "mL")


def rate(bag: Bag, measure: Unit, found: Found) -> Quantity:
    """The pump rate; of a cycle with tapers the full rate, or the rate of the taper."""
    tapers = [bag.plain.get(name, bag.plain.get("taper")) for name in ("taper_up", "taper_down")]
    refuse_unknown_times(bag)
    if all(one is None for one in tapers):
        if "taper" in found.string:
            raise CannotAnswer("the tapers are not given")
        if not bag.volume_is_told() and set(bag.nutrients) == {CARBOHYDRATE} and GLUCOSE_RATES & _names(bag):
            return _rate_for_glucose(bag, measure)
        return lipids.lipid_rate(whole_volume(bag), bag.hours)
    if not bag.hours_are_told:
        raise CannotAnswer("how long the cycle is is not given")
    up, down = (Quantity(0, "h") if one is None else one for one in tapers)
    full = cyclic_full_rate(whole_volume(bag), bag.hours, up, down)
    return taper_rate(full) if "taper" in found.string else full


def _names(bag: Bag) -> set[str]:
    return {name.lower() for name in bag.case.inputs}


def _rate_for_glucose(bag: Bag, measure: Unit) -> Quantity:
    """How fast dextrose of a strength runs for the glucose infusion rate that is asked for."""
    doses = [one.amount for one in bag.given(CARBOHYDRATE) if not is_concentration(one.amount)]
    held = [one.amount for one in bag.given(CARBOHYDRATE) if is_concentration(one.amount)]
    if len(doses) != 1 or len(held) != 1:
        raise CannotAnswer("the whole volume is not given")
    return bag.as_asked((bag.whole(doses[0]) / held[0].to("g/mL")).to("mL"), measure)


def peak(bag: Bag) -> Quantity:
    """How much faster the bag runs between its tapers than on the average."""
    tapers = [bag.plain.get(name, bag.plain.get("taper")) for name in ("taper_up", "taper_down")]
    if all(one is None for one in tapers):
        return Quantity(1, "one")
    if not bag.hours_are_told:
        raise CannotAnswer("how long the cycle is is not given")
    volume = whole_volume(bag)
    up, down = (Quantity(0, "h") if one is None else one for one in tapers)
    return cyclic_full_rate(volume, bag.hours, up, down) / (volume / bag.hours)
