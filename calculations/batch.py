"""Batches made ahead: how many units history asks for, what all of them hold together, samples, and the yield.

Counts are plain numbers (`one`). Nothing is rounded but by the functions that say so.
"""

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.formula import Number, above, at_least, formula
from calculations.quantity import Quantity
from calculations.rounding import Rule, whole

_BASIC = "Definition of a mean and of a share"


@formula(
    id="batch.demand_per_day", version=1, statement="doses a day = doses released ÷ days", source=_BASIC,
    inputs={"doses": "one", "days": "day"}, valid={"doses": at_least(0), "days": above(0)}, gives="1/day",
)  # fmt: skip
def _demand(doses: Number, days: Number) -> Number:
    return doses / days


@formula(
    id="batch.units_for_time", version=1, statement="units = doses a day × time that they keep", source=_BASIC,
    inputs={"demand": "1/day", "keeps": "day"}, valid={"demand": at_least(0), "keeps": at_least(0)}, gives="one",
)  # fmt: skip
def _needed(demand: Number, keeps: Number) -> Number:
    return demand * keeps


@formula(
    id="batch.total_amount", version=1, statement="amount in all units = amount in one unit × units", source=_BASIC,
    inputs={"amount": "amount", "units": "one"}, valid={"units": at_least(1)}, gives="amount",
)  # fmt: skip
def _total_amount(amount: Number, units: Number) -> Number:
    return amount * units


@formula(
    id="batch.total_volume", version=1, statement="volume for all units = volume for one unit × units", source=_BASIC,
    inputs={"volume": "mL", "units": "one"}, valid={"units": at_least(1)}, gives="mL",
)  # fmt: skip
def _total_volume(volume: Number, units: Number) -> Number:
    return volume * units


@formula(
    id="batch.yield", version=1, statement="yield = units made ÷ units planned", source=_BASIC,
    inputs={"made": "one", "planned": "one"}, valid={"made": at_least(0), "planned": at_least(1)}, gives="one",
)  # fmt: skip
def _yield(made: Number, planned: Number) -> Number:
    return made / planned


def demand_per_day(doses: int, days: Quantity) -> Quantity:
    """Doses released in a time, per day. Refuses a time of zero."""
    return _demand(Quantity(doses, "one"), days)


def units_for(demand: Quantity, keeps: Quantity) -> tuple[Quantity, int]:
    """How many units are asked for while they keep: the exact figure, and whole units, rounded down so that none is left over."""
    exact = _needed(demand, keeps)
    return exact, whole(exact.amount_in("one"), Rule.DOWN)


def total_amount(amount: Quantity, units: int) -> Quantity:
    """What all units hold together, in the unit of one."""
    return _total_amount(amount, Quantity(units, "one")).to(amount.unit)


def total_volume_of(volume: Quantity, units: int) -> Quantity:
    """A volume of one unit, for all of them (mL)."""
    return _total_volume(volume, Quantity(units, "one"))


def yield_share(made: int, planned: int) -> Quantity:
    """Units made of those planned, as `one`."""
    return _yield(Quantity(made, "one"), Quantity(planned, "one"))


def samples_of(units: int, share: Quantity, least: int, below: int, middle_to: int, above_middle: int, known_to: int) -> int:
    """How many samples a sterility test of so many units needs, by a table whose numbers are the site's data.

    Under `below` units: `share` of them, rounded up. To `middle_to`: the same share, but at least `least`. To `known_to`:
    `above_middle`. More units are a CannotCompute: the table says nothing of them.
    """
    if units < 1:
        raise CannotCompute("no_units", "the number of samples", f"{units} units are none.")
    if units > known_to:
        raise CannotCompute("too_many_units", "the number of samples", f"the rule ends at {known_to} units.")
    if units > middle_to:
        return above_middle
    wanted = whole(share.amount_in("one") * mpq(units), Rule.UP)
    return wanted if units < below else max(wanted, least)
