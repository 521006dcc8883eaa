"""Tenfold slips of high-alert ingredients, from every usual range of the packaged data: counted, not sampled."""

from collections.abc import Iterator

import pytest
from gmpy2 import mpq

from calculations.findings import Grade
from calculations.nutrition.order import NutritionOrder, OrderedAmount
from calculations.nutrition.product import POPULATIONS
from calculations.nutrition.suspicion import UsualRange, suspicions
from calculations.quantity import Quantity
from formulary.nutrition.engine_limits import high_alert, usual_ranges
from formulary.nutrition.packaged import packaged_nutrition

POINTS = 21
BAG = Quantity(500, "mL")
_WEIGHTS = {"preterm": "1.2", "term": "3.5", "infant": "7", "child": "20", "adolescent": "50", "adult": "70"}


def cases() -> Iterator[tuple[str, UsualRange, Quantity, mpq]]:
    """Population, range, weight, and amounts spread over the range with both ends."""
    held = packaged_nutrition()
    for population in POPULATIONS:
        high = high_alert(held, population)
        for usual in usual_ranges(held):
            weight = _weight(usual, population)
            if usual.nutrient in high and usual.band.holds(population, weight):
                spread = usual.high.number - usual.low.number
                for place in range(POINTS):
                    yield population, usual, weight, usual.low.number + spread * mpq(place, POINTS - 1)


def _weight(usual: UsualRange, population: str) -> Quantity:
    """A weight in the band."""
    band, own = usual.band, Quantity(_WEIGHTS[population], "kg_bw")
    if band.weight_from is not None and own < band.weight_from:
        return band.weight_from
    if band.weight_below is not None and not own < band.weight_below:
        return band.weight_below * Quantity("0.9", "one")
    return own


def share_stopped(factor: mpq) -> mpq:
    """The share of amounts that are stopped when they come out so many times too large."""
    held = packaged_nutrition()
    ranges, basis_factor = usual_ranges(held), held.profile.value("basis_factor")
    stopped = total = 0
    for population, usual, weight, number in cases():
        if not number:
            continue
        amount = Quantity(number * factor, usual.low.unit, usual.nutrient)
        order = NutritionOrder(
            dosing_weight=weight, population=population, kind="2-in-1", line="central",
            amounts=(OrderedAmount(usual.nutrient, amount, usual.basis),), volume=Quantity(500, "mL/day"),
        )  # fmt: skip
        found = suspicions(order, BAG, ranges, high_alert=high_alert(held, population), basis_factor=basis_factor)
        total += 1
        stopped += any(finding.grade in (Grade.HARD, Grade.ABSOLUTE) for finding in found)
    assert total > 1000
    return mpq(stopped, total)


def test_tenfold_amounts_are_stopped_in_999_of_1000_and_more() -> None:
    assert share_stopped(mpq(10)) >= mpq(999, 1000)
    assert share_stopped(mpq(1, 10)) >= mpq(999, 1000)


@pytest.mark.parametrize("factor", [mpq(100), mpq(1000), mpq(1, 100), mpq(1, 1000)])
def test_hundredfold_and_thousandfold_amounts_are_all_stopped(factor: mpq) -> None:
    assert share_stopped(factor) == 1


def test_usual_amounts_are_not_stopped() -> None:
    assert share_stopped(mpq(1)) == 0
