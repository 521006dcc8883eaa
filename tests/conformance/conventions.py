"""What a convention says that counts as an input: a cap, to what it is rounded, a drop factor, of what a percent is."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from tests.conformance.case import Case
from tests.conformance.limits import CAPS
from tests.conformance.rounded import HOW_ELSEWHERE
from tests.conformance.wording import as_quantity

_LIMITED = {"dose_by_weight", "infusion_rate", "bsa"}
_OF_PERCENT = {"percent_ratio_strength", "dilution_alligation"}
_TEXTS_NAME_RULES = {"body_weight", "renal_function", "syringe_rounding", "unit_arithmetic"}
"""Topics that read a convention in words themselves."""
_FACTS = {"drop_factor", "drip_factor", "drop_set", "density", "specific_gravity", "concentration"}
_FIGURE = r"\D{0,5}?(\d[\d.,]*\d|\d)( ?[A-Za-z]\S*)?"
_AT_MOST = r"\bmax(?:imum)?(?: single| daily)?(?: dose| rate)?(?: is| of)?|\bcap(?:ped)?(?: at)?|exceed|no more than"
_NEAREST = r"\bnearest|\bround(?:ed|ing)?(?: off| up| down)? to(?: the nearest)?"
_SAID = (
    ("max", re.compile(f"(?:{_AT_MOST}){_FIGURE}", re.IGNORECASE)),
    ("round_to", re.compile(f"(?:{_NEAREST}){_FIGURE}", re.IGNORECASE)),
    ("round_to", re.compile(r"(?:nearest|to) (?:the )?(?:nearest )?(whole|tenth|hundredth)()\w*", re.IGNORECASE)),
    ("rounding_rule", re.compile(r"(round\w* (?:up|down)|truncat\w*|half.?(?:even|up|down))()", re.IGNORECASE)),
)
_SURFACE = re.compile(r"\bbsa\b|surface")
_FILLER = re.compile(r"(?i)\b(?:bsa|body surface area|dose|the|is|at|of|to|and|with)\b|[^A-Za-z]")
_KINDS = ("w/w", "w/v", "v/v")
_RATIO = re.compile(r"1 ?: ?\d[\d,.]*")


def applied(case: Case) -> Case:
    """The case with what its convention adds to the inputs."""
    if case.topic in _OF_PERCENT:
        case = _of_kind(case)
    if isinstance(case.convention, Mapping):
        found = dict(_told(case.convention))
    else:
        found = {} if case.topic in _TEXTS_NAME_RULES else dict(_said(str(case.convention or "")))
    if case.topic not in _LIMITED:
        found = {name: data for name, data in found.items() if name in HOW_ELSEWHERE}
    said = {name: data for name, data in found.items() if name not in case.inputs}
    surface = {name for name, data in said.items() if isinstance(data, Mapping) and data.get("unit") in ("m2", "m²")}
    said = {"bsa_cap" if name in surface and name in CAPS else name: data for name, data in said.items()}
    return replace(
        case, inputs={**case.inputs, **said}, convention=_without(case.convention) if said else case.convention
    )


def _told(convention: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    for name, data in convention.items():
        if name in HOW_ELSEWHERE or (
            name in {*CAPS, *_FACTS} and (not isinstance(data, str) or any(map(str.isdigit, data)))
        ):
            yield name, as_quantity(data)


def _said(text: str) -> Iterator[tuple[str, Any]]:
    for name, pattern in _SAID:
        match = pattern.search(text)
        if match is None:
            continue
        data = as_quantity((match[1] + (match[2] or "")).rstrip(".,; "))
        if name == "max" and isinstance(data, str) and _SURFACE.search(text.lower()):
            data = {"value": data, "unit": "m2"}
        if name != "round_to" or not isinstance(data, str) or not data[0].isdigit():  # not so many places
            yield name, data


def _without(convention: Any) -> Any:
    """What else a text says, such as the formula; nothing where it says no more than the limit."""
    if not isinstance(convention, str):
        return convention
    for _, pattern in _SAID:
        convention = pattern.sub(" ", convention)
    return convention if _FILLER.sub("", convention) else None


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
