"""How a figure is printed: leading zero, no trailing zero, thousands comma, a space before the unit, units in full.

>>> show(Quantity("1250.50", "mg"))
'1,250.5 mg'
>>> show(Quantity("0.004", "mL"), places=2)
'0.004 mL'
>>> show(Quantity(1, "units/mL", of="insulin regular"))
'1 unit/mL'
"""

from gmpy2 import mpq

from calculations.number import Exactable, exact
from calculations.quantity import Quantity
from calculations.rounding import to_places

_EXACT_PLACES = 4
"""Without a wished number of places, a figure that ends within so many is printed exactly."""
_FIGURES = 4
"""Any other is rounded to so many significant figures, but never to fewer than two decimals."""
_LEAST_PLACES = 2


def show(quantity: Quantity, places: int | None = None) -> str:
    """`quantity` as printed, rounded half-up to at most `places` decimals; a figure never rounds to zero.

    Without `places`: exact where it ends within four decimals, otherwise four significant figures and at least two
    decimals.
    """
    number = show_number(quantity.number, places)
    measure = quantity.unit.shown_one if number == "1" else quantity.unit.shown
    return f"{number}{'' if measure.startswith('/') else ' '}{measure}" if measure else number


def show_number(number: Exactable, places: int | None = None) -> str:
    """A plain number as printed, by the same rules."""
    value = exact(number)
    rounded = to_places(value, _default_places(value) if places is None else places)
    digits = places or 0
    while value and not rounded:
        digits += 1
        rounded = to_places(value, digits)
    return _plain(rounded)


def _default_places(value: mpq) -> int:
    if to_places(value, _EXACT_PLACES) == value:
        return _EXACT_PLACES
    before = len(str(abs(value.numerator) // value.denominator)) if abs(value) >= 1 else 0
    places = max(_LEAST_PLACES, _FIGURES - before)
    size = abs(value) * 10
    while size < 1:
        places += 1
        size *= 10
    return places


def _plain(value: mpq) -> str:
    """A number with a finite decimal expansion, written out without trailing zeros."""
    places, scaled = 0, abs(value)
    while scaled.denominator != 1:
        places, scaled = places + 1, scaled * 10
    digits = str(scaled.numerator).rjust(places + 1, "0")
    before, after = (digits[:-places], digits[-places:]) if places else (digits, "")
    sign = "-" if value < 0 else ""
    return f"{sign}{int(before):,}{'.' + after if after else ''}"
