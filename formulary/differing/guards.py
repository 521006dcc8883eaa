"""What a change takes away without moving a bound: a guard, a class that an allergy is held against, whom a row holds for.

Part of `alarms`; pure as that is.
"""

from collections.abc import Mapping
from typing import Any

from formulary.differing.values import Plain, named
from formulary.model import AssignedByScan, Drug, Flags, Limit, OpenedContainerRow, Population, Product, Stability

COMMON = frozenset({"any", "adult", "child", "neonate"})
"""Groups of patients that the house defines: a drug's own one of this name takes their place."""
_BANDS = frozenset(
    {"age_from", "age_below", "weight_from", "weight_below", "postmenstrual_from", "postmenstrual_below"}
)
_HELD_AGAINST: Mapping[type, frozenset[str]] = {
    Drug: frozenset({"ingredients", "allergy_classes", "excipient_classes"}),
    Product: frozenset({"excipients"}),
    Flags: frozenset({"look_alikes"}),
}
"""Lists that only make stricter: what is no longer among them is called out."""
_ONLY_FOR: Mapping[type, frozenset[str]] = {Product: frozenset({"populations", "routes"})}
"""Lists that a row is limited to; an empty one is no limit."""
_NO_SCHEDULE = (None, "", "none")


def guard_alarm(row: type, name: str, old: Plain, new: Plain) -> str:
    """Why a changed field that is no bound is to be looked at twice; empty where it is not."""
    before, after = old.get(name), new.get(name)
    if row is Population and name in _BANDS:
        return "Every row for this group holds for others than before"
    if row is Flags and name in ("controlled_schedule", "vesicant"):
        return _of_flag(name, before, after)
    if row is AssignedByScan and name == "roles" and _gone(after, before):
        return "More people assign these units by a scan, without a pharmacist"
    if row is OpenedContainerRow and name == "one_preparation":
        return "The rest may be kept" if before and not after else ""
    if row is Stability and name in ("starts_at", "ends_at"):
        return "Its time runs from or to another event"
    if name in _HELD_AGAINST.get(row, ()) and _gone(before, after):
        return f"A guard is taken away: {', '.join(named(one, {}) for one in _gone(before, after))}"
    if name in _ONLY_FOR.get(row, ()) and before and (not after or _gone(after, before)):
        return "It may be used for others than before"
    return ""


def _of_flag(name: str, before: Any, after: Any) -> str:
    """Another schedule or class is not always a weaker one; the page says it where there is any before."""
    if before in _NO_SCHEDULE:
        return ""
    if after in _NO_SCHEDULE:
        return "A guard is taken away"
    return "Another schedule: what is counted and who witnesses follows it" if name == "controlled_schedule" else ""


def _gone(before: Any, after: Any) -> list[str]:
    kept = set(after or ())
    return [str(one) for one in before or () if one not in kept]


def alarm_of_added(row: type, raw: Plain) -> str:
    """Why a row that came is to be looked at twice: it takes the place of others, or a pharmacist's look away."""
    if row is Limit and raw.get("purpose") not in (None, "any"):
        return "For this purpose it takes the place of the limits of the same figure for every purpose"
    if row is Population and raw.get("id") in COMMON:
        return "It takes the place of the house's own group of this name"
    return "These units are assigned by a scan, without a pharmacist" if row is AssignedByScan else ""
