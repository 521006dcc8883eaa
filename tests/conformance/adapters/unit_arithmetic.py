"""Arithmetic on quantities: every input is multiplied or divided in, in the one way that gives the wanted unit."""

from collections.abc import Iterator
from contextlib import suppress
from itertools import product
from typing import Any

from calculations.errors import UnitMismatch
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit
from tests.conformance.quantities import case_unit, in_wanted, read


def answer(case: Case) -> Answer:
    """The figure in the wanted unit, or how two quantities compare where no unit is wanted.

    Raises:
        CannotAnswer: no way, or more than one way, of combining the inputs gives the wanted unit.
    """
    if not case.wanted:
        return _comparison(case)
    wanted = case_unit(case.wanted_unit)
    results = {
        combined.amount_in(wanted)
        for quantities in _readings(case)
        for combined in _combinations(quantities)
        if combined.unit.dimension is wanted.dimension
    }
    if len(results) != 1:
        raise CannotAnswer(f"{len(results)} ways of multiplying and dividing the inputs give {case.wanted_unit}")
    return in_wanted(Quantity(results.pop(), wanted, "the drug" if wanted.needs_substance else None), case.wanted_unit)


def _readings(case: Case) -> Iterator[list[Quantity]]:
    """The inputs as quantities; a kilogram may be drug or body weight, and the wanted unit decides."""
    choices = []
    for data in case.inputs.values():
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
        return {"allowed": False, "comparable": False, "error": "unlike units", "reason": str(found)}
    sign = "<" if a < b else ">" if a > b else "="
    return {"comparable": True, "comparison": sign, "equal": a == b, "greater": a > b, "less": a < b}
