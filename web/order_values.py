"""The order form the other way round: the fields for an order that stands, or for what a message said of one."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gmpy2 import mpq

from calculations.days import parse_day
from calculations.errors import Fault
from calculations.printing import show_number
from calculations.quantity import Quantity
from formulary.model import Formulary

DAYS_AHEAD = 28
MOST_PLACES = 12
"""Decimals that a typed number may have."""


def day_options(at: datetime, zone: ZoneInfo, chosen: str = "") -> list[tuple[str, str]]:
    """The days that a dose may start on, written out: `2026-04-14`, `today, Tue 14 Apr 2026`."""
    today = at.astimezone(zone).date()
    days = [today + timedelta(days=n) for n in range(DAYS_AHEAD)]
    if chosen and chosen not in {day.isoformat() for day in days}:
        with suppress(Fault):  # what the form refuses is no choice to offer again
            days.insert(0, parse_day(chosen, "day"))
    near = {today: "today, ", today + timedelta(days=1): "tomorrow, "}
    return [(day.isoformat(), f"{near.get(day, '')}{day:%a} {day.day} {day:%b %Y}") for day in days]


def values_of(data: Mapping[str, Any], formulary: Formulary, zone: ZoneInfo) -> dict[str, str]:
    """The fields of the form for an order that stands (canonical data), or for what a message said of one."""
    values = {
        name: str(data.get(name) or "") for name in ("route", "line", "purpose", "priority", "prescriber", "indication")
    }
    drug = formulary.drug_named(str(data.get("drug", "")))
    values["drug"] = str(data.get("drug", "")) if drug is None else drug.display
    values["patient"] = str(data.get("patient", ""))
    solution = formulary.solution_named(str(data.get("diluent") or ""))
    values["diluent"] = "" if solution is None else solution.id
    for name in ("dose", "dose_rate", "concentration", "volume", "rate", "infuse_over"):
        values |= _typed_amount(name, data.get(name))
    for name in ("start", "stop"):
        if data.get(name):
            wall = datetime.fromisoformat(str(data[name])).astimezone(zone)
            values |= {f"{name}_day": wall.date().isoformat(), f"{name}_time": f"{wall:%H:%M}"}
    frequency = data.get("frequency") or {}
    values["repeat"] = "once" if frequency.get("once") else "every" if frequency.get("every") else ""
    values |= {
        "every": _typed_amount("every", frequency.get("every")).get("every", ""),
        "doses": frequency.get("doses") or "",
    }
    for row, additive in enumerate(data.get("additives") or (), start=1):
        values |= _typed_additive(row, additive, formulary)
    return values | _typed_chemotherapy(data.get("chemotherapy") or {})


def _typed_amount(name: str, value: Any) -> dict[str, str]:
    if not value:
        return {}
    quantity = Quantity.from_data(value)
    return {name: _as_typed(quantity.number), f"{name}_unit": quantity.unit.shown}


def _as_typed(number: mpq) -> str:
    """A number as somebody typed it, to its last digit: a form that is sent again unchanged changes nothing."""
    places = next((n for n in range(MOST_PLACES + 1) if (number * 10**n).denominator == 1), None)
    if places is None:  # of a message: a third of a day, say
        return show_number(number).replace(",", "")
    return f"{Decimal(int(number * 10**places)).scaleb(-places):f}"


def _typed_additive(row: int, additive: Mapping[str, Any], formulary: Formulary) -> dict[str, str]:
    drug = formulary.drug_named(additive["drug"])
    name = additive["drug"] if drug is None else drug.display
    amount = _typed_amount("dose", additive["dose"])
    return {
        f"additive_{row}_drug": name,
        f"additive_{row}_dose": amount["dose"],
        f"additive_{row}_unit": amount["dose_unit"],
    }


def _typed_chemotherapy(part: Mapping[str, Any]) -> dict[str, str]:
    if not part:
        return {}
    values = {name: str(part.get(name) or "") for name in ("regimen", "cycle", "day", "reduction_reason", "planned_on")}
    if part.get("reduction_percent"):
        share = Quantity.from_data(part["reduction_percent"]).amount_in("one") * 100
        values["reduction"] = _as_typed(share)
    return (
        values
        | _typed_amount("planned", part.get("planned_dose"))
        | _typed_amount("cumulative", part.get("cumulative_before"))
        | _typed_amount("planned_surface", part.get("planned_surface"))
        | _typed_amount("planned_weight", part.get("planned_weight"))
    )
