"""What a convention says that counts as an input: a cap, a step of rounding, a drop factor, of what a percent is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.conformance.case import CannotAnswer, Case
from tests.conformance.limits import CAPS, ROUNDED
from tests.conformance.wording import as_quantity

_LIMITED = {"dose_by_weight", "infusion_rate", "bsa"}
_OF_PERCENT = {"percent_ratio_strength", "dilution_alligation"}
_FACTS = {"drop_factor", "drip_factor", "drop_set", "density", "specific_gravity", "concentration"}
_FIGURE = r"\D{0,5}?(\d[\d.,]*\d|\d)( ?[A-Za-z]\S*)?"
_AT_MOST = r"\bmax(?:imum)?(?: single| daily)?(?: dose| rate)?(?: is| of)?|\bcap(?:ped)?(?: at)?|exceed|no more than"
_NEAREST = r"\bnearest|\bround(?:ed|ing)?(?: off)? to(?: the nearest)?"
_SAID = (
    ("max", re.compile(f"(?:{_AT_MOST}){_FIGURE}", re.IGNORECASE)),
    ("round_to", re.compile(f"(?:{_NEAREST}){_FIGURE}", re.IGNORECASE)),
)
_SURFACE = re.compile(r"\bbsa\b|surface")
_FILLER = re.compile(r"(?i)\b(?:bsa|body surface area|dose|the|is|at|of|to|and|with)\b|[^A-Za-z]")
_OTHERWISE = re.compile(r"round\w* (?:up|down)|truncat|ceil|floor")
_KINDS = ("w/w", "w/v", "v/v")
_RATIO = re.compile(r"1 ?: ?\d[\d,.]*")


def applied(case: Case) -> Case:
    """The case with what its convention adds to the inputs.

    Raises:
        CannotAnswer: the convention limits or rounds in a way that is none of ours.
    """
    if case.topic in _OF_PERCENT:
        return _of_kind(case)
    if case.topic not in _LIMITED:
        return case
    said = {name: data for name, data in _limits(case.convention) if name not in case.inputs}
    surface = {name for name, data in said.items() if isinstance(data, Mapping) and data.get("unit") in ("m2", "m²")}
    said = {"bsa_cap" if name in surface else name: data for name, data in said.items()}
    return replace(case, inputs={**case.inputs, **said}, convention=_without_limits(case.convention))


def _limits(convention: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(convention, str):
        text = convention.lower()
        if _OTHERWISE.search(text):
            raise CannotAnswer(f"{convention}: rounded by no rule of ours")
        found = {name: pattern.search(text) for name, pattern in _SAID}
        for name, match in found.items():
            data = as_quantity(convention[match.start(1) : match.end()].rstrip(".,; ")) if match else None
            if isinstance(data, str) and _SURFACE.search(text):
                data = {"value": data, "unit": "m2"}
            if data is not None and (name == "max" or not isinstance(data, str)):  # not so many places
                yield name, data
    elif isinstance(convention, Mapping):
        for name, data in convention.items():
            said = data.removeprefix("nearest ") if isinstance(data, str) else data
            if name in {*CAPS, *ROUNDED, *_FACTS} and (not isinstance(said, str) or any(map(str.isdigit, said))):
                yield name, as_quantity(said)


def _without_limits(convention: Any) -> Any:
    """What else a text says, such as the formula; nothing where it says no more than the limit."""
    if not isinstance(convention, str):
        return convention
    rest = convention
    for _, pattern in _SAID:
        rest = pattern.sub(" ", rest)
    return convention if rest == convention else rest if _FILLER.sub("", rest) else None


def _of_kind(case: Case) -> Case:
    """Every percent by weight, by volume or in 100 mL, where the convention names one of these."""
    kinds = [kind for kind in _KINDS if kind in str(case.convention or "")]
    if len(kinds) != 1:
        return case
    inputs = dict(case.inputs)
    for name, data in inputs.items():
        if isinstance(data, Mapping) and data.get("unit") == "%":
            inputs[name] = {**data, "unit": f"% {kinds[0]}"}
        elif isinstance(data, str) and _RATIO.fullmatch(data):
            inputs[name] = f"{data} {kinds[0]}"
    wanted = dict(case.wanted or {})
    if wanted.get("unit") == "%":
        wanted["unit"] = f"% {kinds[0]}"
    return replace(case, inputs=inputs, wanted=wanted or case.wanted)
