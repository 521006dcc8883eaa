"""How a figure is printed: leading zero, no trailing zero, thousands comma, a space before the unit, units in full.

>>> show(Quantity("1250.50", "mg"))
'1,250.5 mg'
>>> show(Quantity("0.004", "mL"), places=2)
'0.004 mL'
>>> show(Quantity(1, "units/mL", of="insulin regular"))
'1 unit/mL'
"""

from calculations.number import Exactable, exact
from calculations.quantity import Quantity

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
    top, bottom = abs(value.numerator), value.denominator
    sign = "-" if value < 0 else ""
    if bottom == 1:
        return f"{sign}{int(top):,}"
    digits = _default_places(top, bottom) if places is None else places
    scaled = _scaled(top, bottom, digits)
    while not scaled:
        digits += 1
        scaled = _scaled(top, bottom, digits)
    before, after = divmod(int(scaled), 10**digits)
    if not after:
        return f"{sign}{before:,}"
    return f"{sign}{before:,}.{str(after).rjust(digits, '0').rstrip('0')}"


def _scaled(top: int, bottom: int, digits: int) -> int:
    """The figure in units of its last printed digit, rounded half-up."""
    scaled: int = (2 * top * 10**digits + bottom) // (2 * bottom)
    return scaled


def _default_places(top: int, bottom: int) -> int:
    if not top * 10**_EXACT_PLACES % bottom:
        return _EXACT_PLACES
    if top >= bottom:
        return max(_LEAST_PLACES, _FIGURES - len(str(top // bottom)))
    places = _FIGURES
    while top * 10 < bottom:
        places, top = places + 1, top * 10
    return places
