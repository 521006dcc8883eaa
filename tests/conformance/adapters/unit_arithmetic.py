"""Arithmetic on quantities: every input is multiplied or divided in, in the one way that gives the wanted unit."""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from itertools import product
from typing import Any

from calculations.errors import UnitMismatch
from calculations.number import exact
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit
from tests.conformance.quantities import DRUG, case_unit, in_wanted, number, read

_OPERATIONS = ("operation", "op", "operator")
_WORDS = {
    "+": "+", "add": "+", "plus": "+", "sum": "+", "-": "-", "\u2212": "-", "subtract": "-", "minus": "-", "difference": "-",
    "*": "*", "x": "*", "\u00d7": "*", "times": "*", "multiply": "*", "product": "*",
    "/": "/", "\u00f7": "/", "divide": "/", "divided by": "/", "quotient": "/",
}  # fmt: skip
_TIMES = {"times", "count", "n", "number", "number_of_times"}
"""Names of a bare number that says how often something is taken."""


def answer(case: Case) -> Answer:
    """The figure in the wanted unit, or how two quantities compare where no unit is wanted.

    Raises:
        CannotAnswer: no way, or more than one way, of combining the inputs gives the wanted unit.
    """
    said = next((str(case.inputs[name]).strip().lower() for name in _OPERATIONS if name in case.inputs), None)
    if said is not None:
        return _operated(case, _WORDS.get(said, ""))
    if not case.wanted:
        return _comparison(case)
    wanted = case_unit(case.wanted_unit)
    times = {name: data for name, data in case.inputs.items() if name in _TIMES and _is_bare(data)}
    others = {name: data for name, data in case.inputs.items() if name not in times}
    if not others:
        raise CannotAnswer("no quantity is given")
    results = {
        combined.amount_in(wanted)
        for quantities in _readings(others)
        for combined in _combinations(quantities)
        if combined.unit.dimension is wanted.dimension
    }
    if len(results) != 1:
        raise CannotAnswer(f"{len(results)} ways of multiplying and dividing the inputs give {case.wanted_unit}")
    found = results.pop()
    for data in times.values():
        found *= exact(number(data["value"] if isinstance(data, Mapping) else data))
    return in_wanted(Quantity(found, wanted, DRUG if wanted.needs_substance else None), case.wanted_unit)


def _is_bare(data: Any) -> bool:
    return not isinstance(data, Mapping) or data.get("unit") in ("1", "", "x")


def _operated(case: Case, operation: str) -> Answer:
    """Two quantities under a named operation; unlike ones are neither added nor subtracted."""
    given = [read(data) for name, data in case.inputs.items() if name not in _OPERATIONS]
    if len(given) != 2 or not operation:
        raise CannotAnswer("no two quantities and an operation on them")
    a, b = given
    try:
        found = {"+": Quantity.__add__, "-": Quantity.__sub__, "*": Quantity.__mul__, "/": Quantity.__truediv__}[
            operation
        ](a, b)
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
        one = [read(data)]
        with suppress(UnknownUnit):
            one.append(read(data, body_weight=True))
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
    a, b = read(case.inputs["a"]), read(case.inputs["b"])
    try:
        a + b
    except UnitMismatch as found:
        facts = {"allowed": False, "refused": True, "comparable": False, "commensurable": False}
        return {**facts, "error": "unlike units", "reason": str(found)}
    sign = "<" if a < b else ">" if a > b else "="
    facts = {"allowed": True, "refused": False, "comparable": True, "commensurable": True}
    return {**facts, "comparison": sign, "equal": a == b, "greater": a > b, "less": a < b}
