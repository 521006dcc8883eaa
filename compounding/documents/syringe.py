"""The picture of a syringe as it must look, from three numbers: capacity, smallest line, volume.

x = 74 + k × mL in the drawing's own units, so that the whole scale always spans 640 units.
"""

from decimal import Decimal
from fractions import Fraction

from compounding.documents.sheets import SyringeDrawing, Tick

LEFT = 74
SPAN = 640
FEWEST_NUMBERS = 4
"""Numbers on the scale: the coarsest of the steps below that still gives at least so many."""

STEPS = ("50", "10", "5", "1", "0.5", "0.1", "0.05", "0.01")


def drawing(*, capacity_ml: str, line_ml: str, volume_ml: str, shown: str) -> SyringeDrawing:
    """A syringe of ``capacity_ml`` with a small line every ``line_ml``, its plunger's edge at ``volume_ml``.

    ``shown`` is the volume as it prints, ``4.6 mL``. Raises ValueError for a volume that is not within the syringe.
    """
    capacity, line, volume = Fraction(capacity_ml), Fraction(line_ml), Fraction(volume_ml)
    if not 0 < volume <= capacity or line <= 0:
        raise ValueError(f"a volume above 0 and up to {capacity_ml} mL was expected, found {volume_ml} mL")
    step = next(Fraction(one) for one in STEPS if capacity / Fraction(one) >= FEWEST_NUMBERS)
    numbers = [step * index for index in range(1, int(capacity / step) + 1)]
    lines = [line * index for index in range(int(capacity / line) + 1)]
    minor = [mark for mark in lines if mark % step]

    def x(millilitres: Fraction) -> str:
        return f"{float(LEFT + SPAN * millilitres / capacity):.1f}"

    return SyringeDrawing(
        title=f"Syringe at {shown}",
        hint=f"{capacity_ml} mL syringe, one small line is {line_ml} mL",
        edge=x(volume),
        flag=shown,
        minor="".join(f"M{x(mark)} 52v18" for mark in minor),
        major="".join(f"M{x(mark)} 52v34" for mark in [Fraction(0), *numbers]),
        ticks=[Tick(f"{Decimal(number.numerator) / Decimal(number.denominator):f}", x(number)) for number in numbers],
    )
