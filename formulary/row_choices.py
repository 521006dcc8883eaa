"""What a new row's fields may be chosen from: units by the kind of figure, words of closed lists, ids that the file knows."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from calculations.units import Unit, unit
from formulary.differing.values import Plain

_AMOUNTS = ("mg", "mcg", "g", "units", "mEq", "mmol", "mg_PE", "milliunits", "million_units", "ng")
_BASES = ("", "/kg", "/m2", "/day", "/kg/day", "/m2/day", "/h", "/min", "/kg/h", "/kg/min", "/mL", "/L")
_STRENGTHS = tuple(f"{amount}/mL" for amount in _AMOUNTS)
_VOLUMES, _TIMES = ("mL", "L"), ("h", "min", "day", "week")
UNITS_OF: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(("content", "dose_from", "dose_to", "single_dose_cap", "step", "amount", "equals"), (*_AMOUNTS, "mL")),
    **dict.fromkeys(("concentration", "concentration_low", "concentration_high"), (*_STRENGTHS, "%")),
    "per_ml": (*_STRENGTHS, "g/mL"),
    **dict.fromkeys(
        (
            "volume", "diluent_volume", "final_volume", "displacement", "drug_volume", "label_volume", "overfill", "capacity",
            "graduation", "smallest_measurable", "hold_up",
        ),
        _VOLUMES,
    ),
    **dict.fromkeys(("limit", "in_use_limit", "default_time", "shortest_time", "longest_time", "hours"), _TIMES),
    **dict.fromkeys(
        (
            "max_deviation", "true_concentration_limit", "volume_tolerance", "gravimetric_tolerance",
        ),
        ("one",),
    ),
    "density": ("g/mL",),
    "osmolarity": ("mOsm/L", "mOsm/mL"),
    "energy": ("kcal/mL",),
    "aluminium": ("mcg/L",),
    "weight_from": ("kg_bw", "g_bw"),
    "weight_below": ("kg_bw", "g_bw"),
    "postmenstrual_from": ("week",),
    "postmenstrual_below": ("week",),
    "clearance_cap": ("mL/min",),
    "creatinine_floor": ("mg/dL", "mg/L"),
}  # fmt: skip
"""Field of a quantity -> units that it is offered in, the usual one first."""
_QUANTITY = re.compile(r"[0-9][0-9.]* ([A-Za-z%][^ ]*)(?: of .+)?")


def known_unit(name: str) -> Unit | None:
    """The unit of that canonical name; None where there is none."""
    try:
        return unit(name)
    except ValueError:
        return None


def unit_options(field: str, data: Plain, root_limits: bool = False) -> tuple[tuple[str, str], ...]:
    """The units that a figure is offered in: those of its kind that the file uses already come first.

    `root_limits`: for the unit of a limit, which says the basis too.
    """
    wanted = (
        _every_basis() if root_limits else UNITS_OF.get(field) or (*_AMOUNTS, *_STRENGTHS, *_VOLUMES, *_TIMES, "one")
    )
    used = [name for name in dict.fromkeys(_used(data)) if name in wanted or (root_limits and "/" in name)]
    names = dict.fromkeys((*used, *wanted))
    return tuple((name, found.shown or "%") for name in names if (found := known_unit(name)) is not None)


def _every_basis() -> tuple[str, ...]:
    others = ("min", "h", "AUC", "kcal/kg/day", "g/kg/h", "mEq/kg/h", "mOsm/L", "%", "one")
    return (*(f"{amount}{basis}" for basis in _BASES for amount in _AMOUNTS), *others)


def _used(data: Any) -> Iterator[str]:
    """Every unit that stands in the file."""
    if isinstance(data, Mapping):
        if isinstance(data.get("unit"), str):
            yield data["unit"]
        for value in data.values():
            yield from _used(value)
    elif isinstance(data, list):
        for value in data:
            yield from _used(value)
    elif isinstance(data, str) and (found := _QUANTITY.fullmatch(data)):
        yield found[1]
