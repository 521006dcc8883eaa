"""What the site has set for controlled drugs, as plain values. What it has not set is told, never guessed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from batch_records.acts import Refusal
from calculations.quantity import Quantity
from compounding.controlled.accountability import Tolerance
from formulary.model import Formulary, Product, SiteProfile

SCHEDULES = ("CII", "CIII", "CIV", "CV")
"""Schedules whose stock is counted all the time. Nothing of schedule I is made in a hospital pharmacy."""
TWO_PERSONS = frozenset({"CII"})
"""Schedules that are counted, and whose discrepancies are closed, by two persons."""


def schedule_of(formulary: Formulary, product: str) -> str:
    """`CII` to `CV` for a controlled product; empty for any other item, and for one that is not known any more."""
    item: Any = next((one for one in formulary.items if one.id == product), None)
    return schedule_of_drug(formulary, item.drug) if isinstance(item, Product) else ""


def schedule_of_drug(formulary: Formulary, drug: str) -> str:
    """The schedule of a drug; empty where it has none or is not known."""
    found = next((one for one in formulary.drugs if one.id == drug), None)
    return (found.flags.controlled_schedule or "") if found is not None else ""


def controlled_products(formulary: Formulary) -> dict[str, tuple[str, str]]:
    """Every controlled product: its id, with its name and schedule."""
    return {
        product.id: (product.display, drug.flags.controlled_schedule)
        for drug in formulary.drugs
        if drug.flags.controlled_schedule
        for product in drug.products
    }


def set_by(site: SiteProfile, name: str) -> Quantity | None:
    """A value of the site; None where the hospital has not set it."""
    return next((row.value for row in site.values if row.name == name), None)


def tolerance_of(site: SiteProfile) -> Tolerance | Refusal:
    """The tolerance of a vial's balance, or that it is not set."""
    volume, share = set_by(site, "controlled_tolerance_volume"), set_by(site, "controlled_tolerance_share")
    return Refusal("not_set", _NOT_SET) if volume is None or share is None else Tolerance(volume, share)


_NOT_SET = "The hospital has not set how far the balance of a controlled vial may be off: add it to the site's values."


def witness_within(site: SiteProfile) -> timedelta | None:
    """How long a second person has to sign; None where the hospital has set none."""
    within = set_by(site, "controlled_witness_within")
    return None if within is None else timedelta(minutes=int(within.amount_in("min")))


def rest_is_kept(site: SiteProfile) -> bool:
    """Whether the rest of a controlled vial may be kept as an opened container; never where the hospital has not said so."""
    kept = set_by(site, "controlled_rest_kept")
    return kept is not None and bool(kept.number)


def received_by_two(site: SiteProfile) -> bool:
    """Whether a controlled drug is taken in by two persons; only where the hospital says so."""
    persons = set_by(site, "controlled_received_by")
    return persons is not None and bool(persons.number > 1)


def inventory_due(site: SiteProfile, last: date) -> date | None:
    """The day by which the next inventory is taken; None where the hospital set no interval."""
    every = set_by(site, "controlled_inventory_every")
    return None if every is None else last + timedelta(days=int(every.amount_in("day")))


@dataclass(frozen=True)
class Shifts:
    """Shifts of one length, the first of a day from its hour on, by the site's wall clock."""

    begins: timedelta
    length: timedelta

    def begun(self, local: datetime) -> datetime:
        """When the shift began that a wall-clock time lies in."""
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + self.begins + ((local - midnight - self.begins) // self.length) * self.length

    def ends(self, local: datetime) -> datetime:
        """When that shift ends: the first moment of the next one."""
        return self.begun(local) + self.length


def shifts_of(site: SiteProfile) -> Shifts | None:
    """The site's shifts; None where they are not set, or a day holds no whole number of them."""
    begins, length = set_by(site, "controlled_shift_begins"), set_by(site, "controlled_shift_length")
    if begins is None or length is None:
        return None
    minutes = [int(value.amount_in("min")) for value in (begins, length)]
    if minutes[1] <= 0 or 1440 % minutes[1]:
        return None
    return Shifts(timedelta(minutes=minutes[0]), timedelta(minutes=minutes[1]))


def end_of_shift(site: SiteProfile, at: datetime, offset_minutes: int) -> datetime | None:
    """The moment (UTC) at which the shift of `at` ends; None where the hospital set no shifts."""
    shifts, offset = shifts_of(site), timedelta(minutes=offset_minutes)
    return None if shifts is None else shifts.ends(at + offset) - offset


def beginning_of_shift(site: SiteProfile, at: datetime, offset_minutes: int) -> datetime | None:
    """The moment (UTC) at which the shift of `at` began; None where the hospital set no shifts."""
    shifts, offset = shifts_of(site), timedelta(minutes=offset_minutes)
    return None if shifts is None else shifts.begun(at + offset) - offset
