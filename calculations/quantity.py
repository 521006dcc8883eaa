"""A quantity: an exact number, its unit and, where it matters, of what it is an amount.

>>> dose = Quantity("1250", "mg", of="vancomycin")
>>> strength = Quantity(50, "mg/mL", of="vancomycin")
>>> dose / strength
Quantity('25', 'mL')
>>> dose + Quantity(1, "g", of="cefazolin")
Traceback (most recent call last):
calculations.errors.UnitMismatch: 1,250 mg vancomycin + 1 g cefazolin: vancomycin is not cefazolin.
"""

from collections.abc import Mapping
from typing import Any, Self

from gmpy2 import mpq

from calculations.errors import Fault, UnitMismatch
from calculations.number import Exactable, exact, parse_number
from calculations.units import Unit, divide, factor_between, multiply, parse_unit, unit


class Quantity:
    """An exact number with a unit, for ever unchanged.

    `of` names the substance and form, for example `"vancomycin"`, `"calcium gluconate salt"` or `"calcium element"`.
    Amounts of unlike or only partly named substances are neither added, compared nor divided. International units
    must name their drug.
    """

    __slots__ = ("number", "of", "unit")
    number: mpq
    """The exact number, in `unit`."""
    unit: Unit
    of: str | None

    def __init__(self, number: Exactable, unit_or_name: Unit | str, of: str | None = None) -> None:
        measure = unit(unit_or_name) if isinstance(unit_or_name, str) else unit_or_name
        if measure.needs_substance and not of:
            raise UnitMismatch(measure.shown, "international units mean nothing without their drug.", "Name the drug.")
        _set_number(self, exact(number))
        _set_unit(self, measure)
        _set_of(self, of or None)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a quantity does not change: {name} cannot be set")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a quantity does not change: {name} cannot be deleted")

    @classmethod
    def parse(
        cls, text: str, field: str, of: str | None = None, *, trailing_zeros: bool = False, body_weight: bool = False
    ) -> "Quantity":
        """What a person typed, such as `0.5 mg`: a number, one space, a unit of the closed list; otherwise a `Fault`.

        `trailing_zeros` and `body_weight` as in `parse_number` and `parse_unit`.
        """
        number, space, unit_text = text.partition(" ") if isinstance(text, str) else ("", "", "")
        if not space:
            raise Fault(field, text, "a number, one space and a unit, such as 0.5 mg")
        measure = parse_unit(unit_text, field, of, body_weight=body_weight)
        return trusted(parse_number(number, field, trailing_zeros=trailing_zeros), measure, of or None)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """The quantity that `as_data` wrote. Raises `ValueError` or `KeyError` for anything else."""
        return cls(exact(data["value"]), unit(data["unit"]), data.get("of"))

    def as_data(self) -> dict[str, str]:
        """Plain strings for records: the exact fraction, the canonical unit and, if named, the substance."""
        data = {"value": str(self.number), "unit": self.unit.name}
        if self.of is not None:
            data["of"] = self.of
        return data

    def to(self, target: Unit | str) -> "Quantity":
        """The same quantity in another unit of the same dimension; `UnitMismatch` otherwise. Never rounds."""
        measure = unit(target) if isinstance(target, str) else target
        if measure is self.unit:
            return self
        return trusted(self.number * factor_between(self.unit, measure), measure, self.of)

    def amount_in(self, target: Unit | str) -> mpq:
        """The exact number in `target`."""
        measure = unit(target) if isinstance(target, str) else target
        if measure is self.unit:
            return self.number
        return self.number * factor_between(self.unit, measure)

    def named(self, of: str | None) -> "Quantity":
        """The same amount under another name. For the few places that know that the substance changes."""
        return Quantity(self.number, self.unit, of)

    def __add__(self, other: "Quantity") -> "Quantity":
        if not isinstance(other, Quantity):
            return NotImplemented
        return trusted(self.number + self._like(other, "+"), self.unit, self.of)

    def __sub__(self, other: "Quantity") -> "Quantity":
        if not isinstance(other, Quantity):
            return NotImplemented
        return trusted(self.number - self._like(other, "−"), self.unit, self.of)

    def __neg__(self) -> "Quantity":
        return trusted(-self.number, self.unit, self.of)

    def __abs__(self) -> "Quantity":
        return trusted(abs(self.number), self.unit, self.of)

    def __mul__(self, other: "Quantity | Exactable") -> "Quantity":
        if not isinstance(other, Quantity):
            return trusted(self.number * exact(other), self.unit, self.of)
        measure, factor = multiply(self.unit, other.unit)
        return trusted(self.number * other.number * factor, measure, self._shared(other, measure, "×"))

    __rmul__ = __mul__

    def __truediv__(self, other: "Quantity | Exactable") -> "Quantity":
        if not isinstance(other, Quantity):
            return trusted(self.number / exact(other), self.unit, self.of)
        measure, factor = divide(self.unit, other.unit)
        return trusted(self.number / other.number * factor, measure, self._shared(other, measure, "÷"))

    def __rtruediv__(self, other: Exactable) -> "Quantity":
        return Quantity(other, "one") / self

    def __lt__(self, other: "Quantity") -> bool:
        return bool(self.number < self._like(other, "<"))

    def __le__(self, other: "Quantity") -> bool:
        return bool(self.number <= self._like(other, "≤"))

    def __gt__(self, other: "Quantity") -> bool:
        return bool(self.number > self._like(other, ">"))

    def __ge__(self, other: "Quantity") -> bool:
        return bool(self.number >= self._like(other, "≥"))

    def __eq__(self, other: object) -> bool:
        """The same amount of the same thing; 1 g equals 1,000 mg. Unlike things are simply not equal."""
        if not isinstance(other, Quantity):
            return NotImplemented
        if self.unit.dimension is not other.unit.dimension or self.of != other.of:
            return False
        return bool(self.number * self.unit.factor == other.number * other.unit.factor)

    def __hash__(self) -> int:
        return hash((self.number * self.unit.factor, self.unit.dimension, self.of))

    def __bool__(self) -> bool:
        raise TypeError("a quantity is neither true nor false; compare it")

    def __repr__(self) -> str:
        tag = f", of={self.of!r}" if self.of else ""
        return f"Quantity('{self.number}', '{self.unit.name}'{tag})"

    def __str__(self) -> str:
        from calculations.printing import show

        return show(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return Quantity.from_data, (self.as_data(),)

    def _like(self, other: "Quantity", sign: str) -> mpq:
        """The other's number in this unit; refuses unlike dimensions and unlike substances."""
        if not isinstance(other, Quantity):
            raise TypeError(f"a quantity {sign} {type(other).__name__}: both need a unit")
        if self.of != other.of:
            raise UnitMismatch(_said(self, other, sign), f"{_who(self)} is not {_who(other)}.")
        if self.unit is other.unit:
            return other.number
        if self.unit.dimension is not other.unit.dimension:
            raise UnitMismatch(_said(self, other, sign), f"{self.unit.dimension} is not {other.unit.dimension}.")
        return other.number * factor_between(other.unit, self.unit)

    def _shared(self, other: "Quantity", measure: Unit, sign: str) -> str | None:
        """The substance of a product or quotient: gone when it cancels, refused when the two are unlike."""
        if self.of is None and other.of is None:
            return None
        amounts = self.unit.dimension.carries_substance and other.unit.dimension.carries_substance
        if self.of != other.of and (amounts or (self.of and other.of)):
            raise UnitMismatch(_said(self, other, sign), f"{_who(self)} is not {_who(other)}.")
        if self.of == other.of and not measure.dimension.carries_substance:
            return None
        return self.of or other.of


_set_number = Quantity.__dict__["number"].__set__
_set_unit = Quantity.__dict__["unit"].__set__
_set_of = Quantity.__dict__["of"].__set__
_new = object.__new__


def trusted(number: mpq, measure: Unit, of: str | None) -> Quantity:
    """A quantity from parts that are known to be right: the short way past the checks of the constructor."""
    made = _new(Quantity)
    _set_number(made, number)
    _set_unit(made, measure)
    _set_of(made, of)
    return made


def _who(quantity: Quantity) -> str:
    return quantity.of or "an unnamed substance"


def _said(left: Quantity, right: Quantity, sign: str) -> str:
    def words(quantity: Quantity) -> str:
        return f"{quantity} {quantity.of}" if quantity.of else str(quantity)

    return f"{words(left)} {sign} {words(right)}"
