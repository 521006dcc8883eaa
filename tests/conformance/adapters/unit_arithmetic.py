"""Arithmetic on quantities: every input is multiplied or divided in, in the one way that gives the wanted unit."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import reduce
from itertools import product
from typing import Any

from calculations.errors import UnitMismatch
from calculations.number import exact
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit
from tests.conformance.clinical import convention
from tests.conformance.quantities import DRUG, case_unit, in_wanted, number, read

_OPERATIONS = ("operation", "op", "operator")
_WORDS = {
    "+": "+", "add": "+", "plus": "+", "sum": "+", "-": "-", "\u2212": "-", "subtract": "-", "minus": "-", "difference": "-",
    "*": "*", "x": "*", "\u00d7": "*", "times": "*", "multiply": "*", "product": "*",
    "/": "/", "\u00f7": "/", "divide": "/", "divided by": "/", "quotient": "/",
}  # fmt: skip
_NO_UNIT = ("1", "", "x", "times")
_TIMES = {"times", "count", "n", "number", "number_of_times"}
"""Names of a bare number that says how often something is taken."""


def answer(case: Case) -> Answer:
    """The figure in the wanted unit, or how two quantities compare where no unit is wanted.

    Raises:
        CannotAnswer: no way, or more than one way, of combining the inputs gives the wanted unit.
    """
    said = next((str(case.inputs[name]).strip().lower() for name in _OPERATIONS if name in case.inputs), None)
    said = said or convention(case, *_OPERATIONS)
    named = str((case.wanted or {}).get("name", "")).lower()
    said = said if said is not None or named not in _WORDS else named
    if said is not None:
        return _operated(case, _WORDS.get(said, ""))
    if not case.wanted:
        return _comparison(case)
    wanted = case_unit(case.wanted_unit)
    times = {name: data for name, data in case.inputs.items() if name in _TIMES and _is_bare(data)}
    others = {name: data for name, data in case.inputs.items() if name not in times}
    if not others:
        raise CannotAnswer("no quantity is given")
    ways = [combined for quantities in _readings(others) for combined in _combinations(quantities)]
    turned = [Quantity(1, "one") / one for one in ways if one.number]  # counts only where nothing comes out upright
    results = {one.amount_in(wanted) for one in ways if one.unit.dimension is wanted.dimension}
    results = results or {one.amount_in(wanted) for one in turned if one.unit.dimension is wanted.dimension}
    if len(results) != 1:
        raise CannotAnswer(f"{len(results)} ways of multiplying and dividing the inputs give {case.wanted_unit}")
    found = results.pop()
    for data in times.values():
        found *= exact(number(data["value"] if isinstance(data, Mapping) else data))
    return in_wanted(Quantity(found, wanted, DRUG if wanted.needs_substance else None), case.wanted_unit)


def _is_bare(data: Any) -> bool:
    return not isinstance(data, Mapping) or data.get("unit") in _NO_UNIT


def _read(data: Any, *, body_weight: bool = False) -> Quantity:
    """A quantity; a bare number has the unit 1, and so has one counted in times."""
    if not _is_bare(data):
        return read(data, body_weight=body_weight)
    return Quantity(number(data.get("value") if isinstance(data, Mapping) else data), "one")


def _operated(case: Case, operation: str) -> Answer:
    """Quantities under a named operation, in their order; unlike ones are neither added nor subtracted."""
    given = [_read(data) for name, data in case.inputs.items() if name not in _OPERATIONS]
    if len(given) < 2 or not operation or (len(given) > 2 and operation not in "+*"):
        raise CannotAnswer("no quantities and an operation on them")
    work = {"+": Quantity.__add__, "-": Quantity.__sub__, "*": Quantity.__mul__, "/": Quantity.__truediv__}[operation]
    try:
        found = reduce(work, given)
    except UnitMismatch as refused:
        if case.wanted:
            raise CannotAnswer(str(refused)) from None
        return {"allowed": False, "refused": True, "error": "unlike units", "reason": str(refused)}
    except ZeroDivisionError:
        raise CannotAnswer("nothing is divided by zero") from None
    return in_wanted(found, case.wanted_unit) if case.wanted else {"allowed": True, "refused": False}


def _readings(inputs: Mapping[str, Any]) -> Iterator[list[Quantity]]:
    """The inputs as quantities; a kilogram may be drug or body weight, and the wanted unit decides."""
    choices = []
    for data in inputs.values():
        one = [_read(data)]
        with suppress(UnknownUnit):
            one.append(_read(data, body_weight=True))
        choices.append(one)
    for chosen in product(*choices):
        yield list(chosen)


def _combinations(quantities: list[Quantity]) -> Iterator[Quantity]:
    """The first quantity times or divided by each of the others."""
    first, *others = quantities
    for signs in product((True, False), repeat=len(others)):
        combined = first
        try:
            for multiply, other in zip(signs, others, strict=True):
                combined = combined * other if multiply else combined / other
        except (UnitMismatch, ZeroDivisionError):
            continue
        yield combined


def _comparison(case: Case) -> dict[str, Any]:
    """How two quantities stand to each other; unlike ones are refused."""
    if set(case.inputs) != {"a", "b"}:
        raise CannotAnswer("neither a wanted unit nor two quantities to compare")
    a, b = (_read(case.inputs[name], body_weight=_are_weights(case)) for name in ("a", "b"))
    try:
        a + b
    except UnitMismatch as found:
        facts = {"allowed": False, "refused": True, "comparable": False, "commensurable": False}
        return {**facts, "error": "unlike units", "reason": str(found)}
    sign = "<" if a < b else ">" if a > b else "="
    facts = {"allowed": True, "refused": False, "comparable": True, "commensurable": True}
    return {**facts, "comparison": sign, "equal": a == b, "greater": a > b, "less": a < b}


def _are_weights(case: Case) -> bool:
    """Whether one of the two is in pounds, which only a body is weighed in."""
    return any(
        isinstance(data, Mapping) and data.get("unit") in ("lb", "lbs", "[lb_av]") for data in case.inputs.values()
    )
