"""What an adapter is given and what it may answer.

An adapter is a module `tests/conformance/adapters/<topic>.py` with one function `answer(case)`. It returns

* a `Value` (a number with the unit that was asked for), or
* a mapping of output names to `Value` (a whole order), or
* a mapping of plain data (a structured fact: barcode elements, order fields, allowed or refused),

or raises `CannotAnswer(reason)` when the inputs do not determine the answer, `UnknownUnit(text)` when a unit is outside
our vocabulary.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

SIGNIFICANT_DIGITS = 16


class CannotAnswer(Exception):
    """The inputs, convention and wanted unit do not determine an answer; the text says what is missing."""


class UnknownUnit(Exception):
    """A unit outside the engine's closed vocabulary; counted apart from what is merely not answered."""


@dataclass(frozen=True)
class Case:
    """One case as it may be put to the engine: never the question in words, never what is expected."""

    id: str
    inputs: Mapping[str, Any]
    convention: Any = None
    wanted: Mapping[str, str] | None = None
    topic: str | None = None
    root: Path | None = field(default=None, compare=False)

    @property
    def wanted_unit(self) -> str:
        """The unit of the single figure that is asked for.

        Raises:
            CannotAnswer: no unit is named.
        """
        unit = (self.wanted or {}).get("unit")
        if unit is None:
            raise CannotAnswer("the case names no wanted unit")
        return unit

    @property
    def outputs(self) -> Mapping[str, str]:
        """Output name to unit, for a case that asks for several figures; empty for a single figure."""
        wanted = self.wanted or {}
        return {} if "unit" in wanted else wanted


@dataclass(frozen=True)
class Value:
    """A figure as it is printed: an exact number and the unit as the case spells it."""

    number: Fraction
    unit: str

    @classmethod
    def of(cls, number: Any, unit: str) -> "Value":
        """Make a value from anything exact (int, str, Decimal, Fraction, mpq)."""
        if isinstance(number, float | bool):
            raise TypeError("a value is exact, never a float")
        if isinstance(number, int | str | Decimal | Fraction):
            return cls(Fraction(number), unit)
        return cls(Fraction(int(number.numerator), int(number.denominator)), unit)

    def as_data(self) -> dict[str, str]:
        """The printed form: a decimal string, exact where the decimal is finite."""
        return {"value": decimal_text(self.number), "unit": self.unit}


Answer = Value | Mapping[str, Any]
Adapter = Callable[[Case], Answer]


def decimal_text(number: Fraction) -> str:
    """A decimal string without exponent: exact where it is finite and short, else to 16 significant digits, half-up."""
    sign = "-" if number < 0 else ""
    number = abs(number)
    rest = number.denominator
    places = 0
    while rest % 10 == 0:
        rest, places = rest // 10, places + 1
    for prime in (2, 5):
        while rest % prime == 0:
            rest, places = rest // prime, places + 1
    if rest != 1 or places > 40:
        whole = len(str(int(number))) if number >= 1 else -_leading_zeros(number)
        places = max(SIGNIFICANT_DIGITS - whole, 0)
    scaled = int(number * 10**places + Fraction(1, 2))
    digits = str(scaled).rjust(places + 1, "0")
    text = f"{digits[:-places]}.{digits[-places:]}".rstrip("0").rstrip(".") if places else digits
    return sign + text


def _leading_zeros(number: Fraction) -> int:
    """Zeros between the decimal point and the first digit of a number below one."""
    zeros = 0
    while number * 10 < 1 and number:
        number, zeros = number * 10, zeros + 1
    return zeros
