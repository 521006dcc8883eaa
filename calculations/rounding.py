"""Rounding, by a named rule that becomes part of the record. Half-up always means: a tie goes away from zero.

>>> str(to_places(mpq("2.345"), 2))
'47/20'
>>> to_step(Quantity("21.74", "mL"), Quantity("0.1", "mL"))
Quantity('217/10', 'mL')
"""

from enum import StrEnum

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.quantity import Quantity


class Rule(StrEnum):
    """How a figure comes to a step."""

    HALF_UP = "half_up"
    """To the nearest step, a tie away from zero. The rule wherever no other is named."""
    UP = "up"
    """To the next step away from zero."""
    DOWN = "down"
    """To the next step towards zero."""


def whole(number: mpq, rule: Rule = Rule.HALF_UP) -> int:
    """`number` as a whole number by `rule`."""
    top, bottom = abs(number.numerator), number.denominator
    if rule is Rule.HALF_UP:
        count = (2 * top + bottom) // (2 * bottom)
    elif rule is Rule.UP:
        count = -(-top // bottom)
    else:
        count = top // bottom
    return int(-count if number < 0 else count)


def to_places(number: mpq, places: int, rule: Rule = Rule.HALF_UP) -> mpq:
    """`number` rounded to so many decimal places; negative places round to tens, hundreds, …"""
    scale = mpq(10) ** places
    return mpq(whole(number * scale, rule)) / scale


def to_step(quantity: Quantity, step: Quantity, rule: Rule = Rule.HALF_UP) -> Quantity:
    """`quantity` as a multiple of `step` (a syringe's graduation, a pump's increment), in its own unit.

    The step needs no substance of its own. Raises `CannotCompute` for a step that is not above zero.
    """
    size = step.amount_in(quantity.unit)
    if size <= 0:
        raise CannotCompute("bad_step", f"rounding to {step}", "a rounding step must be greater than zero.")
    return Quantity(whole(quantity.number / size, rule) * size, quantity.unit, quantity.of)


def deviation(rounded: Quantity, exact_value: Quantity) -> Quantity:
    """How far rounding moved a figure, as a share of the exact one (−0.048 is 4.8 % less)."""
    if not exact_value.number:
        raise CannotCompute("no_share_of_zero", "the deviation by rounding", "the exact figure is zero.")
    return (rounded - exact_value) / exact_value
