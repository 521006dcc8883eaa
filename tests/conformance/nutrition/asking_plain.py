"""What a unit asks for where the inputs are plain volumes, shares or doses: the rest, the sum, the part, a day's amount."""

from collections.abc import Callable

from calculations.quantity import Quantity
from calculations.units import Unit, unit
from tests.conformance.case import Case
from tests.conformance.clinical import WEIGHT_NAMES
from tests.conformance.nutrition.amounts import measures
from tests.conformance.nutrition.bag import ENERGY_NAMES, VOLUME_NAMES, Bag, read_bag
from tests.conformance.nutrition.names import LIPID
from tests.conformance.nutrition.nutrients import energy_of, goal
from tests.conformance.quantities import number

Figure = Callable[[Bag], Quantity]
_WHOLE = (VOLUME_NAMES - {"volume", "fluid"}) | {"goal", "target", "target_volume", "goal_volume"}
_SHARES = ("share", "percent", "percentage", "part", "fraction")
_BAGS = {"pn", "tpn", "pn_rate", "tpn_rate", "rate", "2in1", "aa_dextrose", "two_in_one"}


def _rest(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        whole, parts = _whole_and_parts(bag)
        return bag.as_asked(whole - sum(parts[1:], parts[0]), measure)

    return work


def _asks_rest(case: Case, measure: Unit) -> bool:
    """The volumes of parts and of the whole, and nothing else: what is left to fill up is all that can be meant."""
    if ("volume", 1) not in measure.dimension.powers or len(case.inputs) < len(("whole", "part")):
        return False
    bag = read_bag(case, 0)
    if bag.texts or bag.ions or bag.salts or bag.molecules or len(bag.volumes_given()) != len(case.inputs):
        return False
    if len({one.unit.dimension for one in bag.volumes_given()}) != 1:
        return False
    whole_names = _WHOLE | {"volume"} if len(bag.nutrients) > 1 else _WHOLE
    told = [name for name in bag.plain if name in whole_names]
    if set(bag.plain) & VOLUME_NAMES - set(told):
        return False
    if len(told) != 1 or (len(case.inputs) == len(("whole", "part")) and bag.nutrients):
        return False  # a product and a total may as well be a dilution
    whole, parts = _whole_and_parts(bag)
    return whole > sum(parts[1:], parts[0])


def _whole_and_parts(bag: Bag) -> tuple[Quantity, list[Quantity]]:
    whole = next(one for name, one in bag.plain.items() if name in _WHOLE | {"volume"})
    parts = [bag.whole(one).to("mL") for one in bag.volumes_given() if one is not whole]
    return bag.whole(whole).to("mL"), parts


def _sum(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        parts = [bag.whole(one).to("mL") for one in bag.volumes_given()]
        return bag.as_asked(sum(parts[1:], parts[0]), measure)

    return work


def _asks_sum(case: Case, measure: Unit) -> bool:
    """The rate of the bag and that of the lipid beside it, and a rate that is asked for: both together."""
    if not {("volume", 1), ("time", -1)} <= set(measure.dimension.powers):
        return False
    bag = read_bag(case, 0)
    alike = {one.unit.dimension for one in bag.volumes_given()}
    rates = len(bag.volumes_given()) == len([name for name in case.inputs if name.lower() not in WEIGHT_NAMES])
    return (
        rates and len(alike) == 1 and set(bag.nutrients) == {LIPID} and len(bag.plain) == 1 and set(bag.plain) <= _BAGS
    )


def _part(measure: Unit) -> Figure:
    def work(bag: Bag) -> Quantity:
        whole = goal(bag)
        assert whole is not None
        if bag.nutrients:
            (kind,) = bag.nutrients
            return bag.as_asked(energy_of(bag, kind), measure)
        share = next(data for name, data in bag.case.inputs.items() if name.lower() in _SHARES)
        return bag.as_asked(whole * (number(share["value"]) / 100), measure)

    return work


def _asks_part(case: Case, measure: Unit) -> bool:
    """An energy and a share of it in percent."""
    if ("energy", 1) not in measure.dimension.powers:
        return False
    bag = read_bag(case, 0)
    if bag.texts or goal(bag) is None or not set(bag.plain) <= ENERGY_NAMES | set(_SHARES):
        return False
    shares = [data for name, data in case.inputs.items() if name.lower() in _SHARES]
    if bag.nutrients:
        return not shares and len(bag.nutrients) == 1 and bag.share_of_energy(next(iter(bag.nutrients))) is not None
    return len(shares) == 1 and isinstance(shares[0], dict) and shares[0].get("unit") == "%"


def _daily(measure: Unit) -> Figure:
    return lambda bag: bag.as_asked(bag.whole(_only_dose(bag)[0]), measure)


def _asks_daily(case: Case, measure: Unit) -> bool:
    """A dose per weight and day of one substance, the weight, and an amount that is asked for: that of a day."""
    if measure.dimension is not unit("mg").dimension:
        return False
    weights = [name for name in case.inputs if name.lower() in WEIGHT_NAMES]
    doses = _only_dose(read_bag(case, 0)) if len(weights) == 1 and len(case.inputs) == len(("weight", "dose")) else []
    return len(doses) == 1 and {("mass", 1), ("body weight", -1), ("time", -1)} == set(doses[0].unit.dimension.powers)


def _only_dose(bag: Bag) -> list[Quantity]:
    found = [amount for _, _, amount in bag.salts] + [amount for _, amount in bag.ions] + list(bag.plain.values())
    return found if len(found) == 1 and measures(found[0], "mg") and not bag.nutrients else []


PLAIN: tuple[tuple[Callable[[Case, Unit], bool], Callable[[Unit], Figure]], ...] = (
    (_asks_rest, _rest),
    (_asks_sum, _sum),
    (_asks_part, _part),
    (_asks_daily, _daily),
)
