"""What to look at twice in a difference: a bound that is gone or moved outwards, another unit, another size, a guard taken away.

Pure, from the plain values of both versions. A change without a sentence here is still shown, only not called out.
"""

from collections.abc import Mapping
from typing import Any

from calculations.errors import CannotCompute
from calculations.printing import show_number
from calculations.quantity import Quantity
from calculations.units import Unit
from formulary.decoding import without_none
from formulary.differing.guards import guard_alarm
from formulary.differing.values import Plain, quantity_of
from formulary.model import (
    BeyondUseRow,
    Compatibility,
    DoseRule,
    Drug,
    Flags,
    Limit,
    MasterFormulation,
    Note,
    OpenedContainerRow,
    Product,
    Stability,
)
from formulary.nutrition.model_rules import LimitRow

LARGE = 5
"""From how many times more or less on a figure is called out: a slipped decimal point is ten times."""

_CEILINGS: Mapping[type, Mapping[str, str]] = {
    Limit: {"high": "usual maximum", "hard_max": "highest allowed"},
    LimitRow: {"soft_high": "soft bound", "hard_high": "hard bound", "usual_high": "usual maximum"},
    DoseRule: {"single_dose_cap": "cap of a single dose"},
}
_FLOORS: Mapping[type, Mapping[str, str]] = {
    Limit: {"low": "usual minimum"},
    LimitRow: {"soft_low": "soft bound", "hard_low": "hard bound", "usual_low": "usual minimum"},
}
_HARD = frozenset({"hard_max", "hard_high", "hard_low", "single_dose_cap"})
"""Bounds that stop: moved outwards they are called out; the others only where they are taken away."""
_GUARDS: Mapping[type, frozenset[str]] = {
    Limit: frozenset({"absolute"}),
    LimitRow: frozenset({"absolute"}),
    Flags: frozenset(
        {
            "high_alert", "hazardous", "paralytic", "light_in_vial", "light_after_preparation", "refrigerate", "second_check",
            "in_process_check",
        }
    ),
    MasterFormulation: frozenset(
        {
            "light_cover", "hazardous_hood", "pictures_required", "in_process_check", "second_check", "minibag_only",
            "preservative_free_only",
        }
    ),
}  # fmt: skip
"""What only makes stricter: a yes that becomes a no is called out."""
_SCOPE: Mapping[type, frozenset[str]] = {
    Limit: frozenset({"kind", "purpose", "population", "route", "line", "order_types", "formulations"}),
    LimitRow: frozenset({"figure", "populations", "kinds", "line", "weight_from", "weight_below"}),
}
_TIMES: Mapping[type, str] = {
    BeyondUseRow: "limit", OpenedContainerRow: "limit", Stability: "limit", Product: "in_use_limit",
}  # fmt: skip
_STRENGTH = frozenset({"content", "concentration"})
_GONE: Mapping[type, str] = {
    Limit: "A limit is gone: what it held back is held back by nothing else that this names",
    LimitRow: "A limit is gone: what it held back is held back by nothing else that this names",
    Note: "A sentence that had to be shown is gone",
}


def alarm_of(row: type, name: str, hint: Any, old: Plain, new: Plain) -> str:
    """Why a changed field is to be looked at twice; empty where it is not."""
    before, after = old.get(name), new.get(name)
    if name in _GUARDS.get(row, ()):
        return "A guard is taken away" if before and not after else ""
    if told := guard_alarm(row, name, old, new):
        return told
    if name in _SCOPE.get(row, ()):
        return "The limit holds for others than before: those that it held for have lost it"
    if row is Compatibility and name == "verdict":
        return "No longer incompatible" if before == "incompatible" else ""
    if row is Drug and name == "of":
        return "All amounts are of another substance"
    if without_none(hint) is Unit:
        return f"Another unit: {before} becomes {after}"
    if without_none(hint) is Quantity:
        return _of_quantity(row, name, quantity_of(before), quantity_of(after), old, new)
    return ""


def _of_quantity(row: type, name: str, before: Quantity | None, after: Quantity | None, old: Plain, new: Plain) -> str:
    bound = _CEILINGS.get(row, {}).get(name) or _FLOORS.get(row, {}).get(name)
    if before is None or after is None:
        return f"The {bound} is taken away" if bound and before is not None else ""
    told = _other_unit(before, after) or _other_size(before, after)
    if told:
        return told
    moved = after < before if name in _FLOORS.get(row, ()) else after > before
    if bound and name in _HARD and moved:
        return f"The {bound} lets more through"
    if _TIMES.get(row) == name and after > before:
        return "It may be used for longer"
    same_code = row is Product and old.get("codes") == new.get("codes") and any(dict(old.get("codes") or {}).values())
    return "Another strength under the same code" if same_code and name in _STRENGTH else ""


def _other_unit(before: Quantity, after: Quantity) -> str:
    if before.unit == after.unit:
        return "" if before.of == after.of else f"Another substance: {before.of or 'none'} becomes {after.of or 'none'}"
    units = f"Another unit: {before.unit.shown or 'a share'} becomes {after.unit.shown or 'a share'}"
    try:
        size = _times(before, after.to(before.unit))
    except CannotCompute:
        return f"{units}, which is another kind of figure"
    return f"{units}; {size or 'about as much as before'}"


def _other_size(before: Quantity, after: Quantity) -> str:
    try:
        return _times(before, after)
    except CannotCompute:
        return ""


def _times(before: Quantity, after: Quantity) -> str:
    """ "10 times as much", "1,000 times less"; empty below `LARGE`."""
    if not before.number or not after.number:
        return "" if before.number == after.number else "from or to nothing"
    if after.number >= before.number * LARGE:
        return f"{show_number(after.number / before.number, 2)} times as much"
    if before.number >= after.number * LARGE:
        return f"{show_number(before.number / after.number, 2)} times less"
    return ""


def alarm_of_gone(row: type, raw: Plain) -> str:
    """Why a row that is gone is to be looked at twice; empty where it is not."""
    if row is Compatibility:
        return "What was incompatible is no longer said" if raw.get("verdict") == "incompatible" else ""
    if row in (Limit, LimitRow) and not any(raw.get(name) for name in (*_CEILINGS[row], *_FLOORS[row])):
        return ""
    return _GONE.get(row, "")
