"""How many units to make: the doses of the last weeks, by the day, for the time that the units keep. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from calculations.batch import demand_per_day, samples_of, units_for
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.plan import TherapeuticPlan
from compounding.planning.time_rules import preparation_beyond_use
from formulary.model_site import SiteProfile

CLOCKS = ("PREPARATION_START", "RECONSTITUTION", "DILUTION", "DRAW", "FIRST_PUNCTURE", "REMOVAL_FROM_COLD")


@dataclass(frozen=True)
class Proposal:
    """What history proposes, with everything that it was worked out from."""

    doses: int
    """Such doses released in that time."""
    days: Quantity
    per_day: Quantity
    keeps: Quantity
    """How long a unit keeps that is started now."""
    exact: Quantity
    """Units used up in that time, before rounding down."""
    on_hand: int
    """Finished units that may still be assigned."""
    units: int
    """To make now."""
    most: int
    """The site's limit, samples and retained units included."""

    @property
    def words(self) -> str:
        """The arithmetic on one line."""
        days, keeps = show_number(self.days.amount_in("day")), show_number(self.keeps.amount_in("day"), 1)
        per_day = show_number(self.per_day.amount_in("1/day"), 2)
        figure = f"{self.doses} doses ÷ {days} days = {per_day} a day; × {keeps} days that they keep = {_shown(self.exact)}"
        less = f"; less {self.on_hand} on hand" if self.on_hand else ""
        return f"{figure}{less}: {self.units} units, rounded down"


def _shown(exact: Quantity) -> str:
    return show_number(exact.amount_in("one"), 1)


def keeps_for(plan: TherapeuticPlan, at: datetime) -> Quantity:
    """How long a unit keeps whose every clock starts at `at`, in hours. Raises CannotCompute as for a dose."""
    until = preparation_beyond_use(plan, dict.fromkeys(CLOCKS, at), ()).at
    return Quantity((until - at) // timedelta(minutes=1), "min").to("h")


def propose(doses: int, days: Quantity, keeps: Quantity, on_hand: int, site: SiteProfile) -> Proposal:
    """The proposal: never more than history uses up before they run out, and never more than the site's limit."""
    per_day = demand_per_day(doses, days)
    exact, whole_units = units_for(per_day, keeps)
    most = whole_number(site, "batch_units_limit")
    return Proposal(doses, days, per_day, keeps, exact, on_hand, min(max(whole_units - on_hand, 0), most), most)


def samples_for(site: SiteProfile, units: int, *, tested: bool) -> int:
    """How many samples a batch of so many units needs: none without a test. Raises CannotCompute beyond the site's rule."""
    if not tested:
        return 0
    share = site.value("sterility_sample_share")
    least, below = whole_number(site, "sterility_least"), whole_number(site, "sterility_least_from")
    middle, fixed = whole_number(site, "sterility_share_to"), whole_number(site, "sterility_fixed")
    return samples_of(units, share, least, below, middle, fixed, whole_number(site, "sterility_known_to"))


def whole_number(site: SiteProfile, name: str) -> int:
    """A count that the site has set. Raises ValueError for a part of one."""
    number = site.value(name).amount_in("one")
    if number.denominator != 1:
        raise ValueError(f"the site's {name} is {show(site.value(name))}, not a whole number")
    return int(number)
