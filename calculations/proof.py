"""Proofs that the units of a formula are right.

A body runs on bare numbers, so nothing in a call would notice a forgotten 60 between minutes and hours. Therefore the
body is run twice at declaration: on bare exact numbers, as in a call, and on quantities; if the two disagree by a hair,
the formula is refused. Quantities here know nothing but their dimension and exact size, and refuse bare numbers
altogether. An empirical formula is only run on bare numbers, to see that its figure is exact.

The second, independent proof runs the same body on pint quantities. It costs a third of a second to load pint, so it is
not made at import but over the whole registry: by the tests and by `sufficit doctor`, through `prove_all`.
"""

from collections.abc import Callable
from fractions import Fraction
from typing import Any

from gmpy2 import mpq

from calculations.declaration import Input, Plan
from calculations.printing import show_number
from calculations.units import Dimension, Unit, dimension_of_product, unit

_ROUNDS = 3
_SPREAD = 19
_PLAIN = unit("one").dimension


class NotProven(Exception):
    """The body of a formula disagrees with its declared units."""


class Sized:
    """A figure with a dimension and its exact size in base units; works with its own kind only."""

    __slots__ = ("dimension", "size")

    def __init__(self, size: mpq, dimension: Dimension) -> None:
        self.size = size
        self.dimension = dimension

    @classmethod
    def of_plain(cls, number: mpq) -> "Sized":
        """A plain number."""
        return cls(number, _PLAIN)

    def plain(self) -> mpq:
        """The number of a figure without dimension."""
        if self.dimension is not _PLAIN:
            raise NotProven(f"a plain number is needed, not {self.dimension}")
        return self.size

    def __add__(self, other: object) -> "Sized":
        return Sized(self.size + self._like(other).size, self.dimension)

    def __sub__(self, other: object) -> "Sized":
        return Sized(self.size - self._like(other).size, self.dimension)

    def __neg__(self) -> "Sized":
        return Sized(-self.size, self.dimension)

    def __mul__(self, other: object) -> "Sized":
        right = self._own(other)
        return Sized(self.size * right.size, dimension_of_product(self.dimension, right.dimension, 1))

    def __truediv__(self, other: object) -> "Sized":
        right = self._own(other)
        return Sized(self.size / right.size, dimension_of_product(self.dimension, right.dimension, -1))

    def __lt__(self, other: object) -> bool:
        return bool(self.size < self._like(other).size)

    def __le__(self, other: object) -> bool:
        return bool(self.size <= self._like(other).size)

    def __gt__(self, other: object) -> bool:
        return bool(self.size > self._like(other).size)

    def __ge__(self, other: object) -> bool:
        return bool(self.size >= self._like(other).size)

    def _refuse(self, other: object) -> "Sized":
        raise NotProven(f"a bare number ({other!r}) stands in the body: declare it as a constant with its unit")

    __radd__ = __rsub__ = __rmul__ = __rtruediv__ = __pow__ = __rpow__ = _refuse

    def _own(self, other: object) -> "Sized":
        return other if isinstance(other, Sized) else self._refuse(other)

    def _like(self, other: object) -> "Sized":
        right = self._own(other)
        if right.dimension is not self.dimension:
            raise NotProven(f"{self.dimension} meets {right.dimension}")
        return right


Body = Callable[..., Any]


def prove(body: Body, plan: Plan) -> None:
    """Run the body on sized figures and on bare numbers; `NotProven` if they disagree."""
    for turn in range(_ROUNDS):
        numbers = _samples(plan, turn)
        found = body(*_map(plan, numbers, _sized), *(_sized(c.number, c.unit) for c in plan.constants))
        if not isinstance(found, Sized):
            raise NotProven(f"the body gives {found!r} without a unit")
        if found.dimension is not plan.gives.dimension:
            raise NotProven(f"the body gives {found.dimension}, declared is {plan.gives.dimension}")
        _compare(found.size / plan.gives.factor, body(*numbers, *plan.bare_constants))


def check_exact(body: Body, plan: Plan) -> None:
    """Run an empirical body on bare numbers; `NotProven` if what comes out is not exact."""
    for turn in range(_ROUNDS):
        found = body(*_samples(plan, turn), *plan.bare_constants)
        if type(found) is not mpq:
            raise NotProven(f"the body gives {type(found).__name__}, which is not an exact number")


def prove_with_pint(body: Body, plan: Plan) -> None:
    """Run the body on pint quantities and on bare numbers; `NotProven` if they disagree."""
    from calculations.pint_registry import quantity

    for turn in range(_ROUNDS):
        numbers = _samples(plan, turn)
        found = body(*_map(plan, numbers, quantity), *(quantity(c.number, c.unit) for c in plan.constants))
        target = quantity(mpq(1), plan.gives)
        if found.dimensionality != target.dimensionality:
            raise NotProven(f"pint finds {found.dimensionality}, declared is {target.dimensionality}")
        ratio = (found / target).to("dimensionless").magnitude
        _compare(mpq(Fraction(ratio)), body(*numbers, *plan.bare_constants))


def _compare(with_units: mpq, bare: Any) -> None:
    if type(bare) is not mpq:
        raise NotProven(f"the body gives {type(bare).__name__}, which is not an exact number")
    if with_units != bare:
        raise NotProven(f"with units the body gives {show_number(with_units)}, on bare numbers {show_number(bare)}")


def _samples(plan: Plan, turn: int) -> tuple[Any, ...]:
    """Three sets of valid numbers, spread so that no two inputs agree; a list gets three of them."""
    return tuple(
        tuple(_sample(item, turn, 3 * place + n) for n in range(3)) if item.many else _sample(item, turn, place)
        for place, item in enumerate(plan.inputs)
    )


def _sample(item: Input, turn: int, place: int) -> mpq:
    share = mpq((7 * place + 5 * turn + 3) % (_SPREAD - 1) + 1, _SPREAD)
    low, high = item.range.low, item.range.high
    if low is None:
        return share if high is None else high - share
    return low + share * (1 + 2 * place if high is None else high - low)


def _map(plan: Plan, numbers: tuple[Any, ...], make: Callable[[mpq, Unit], Any]) -> list[Any]:
    return [
        tuple(make(n, item.unit) for n in number) if item.many else make(number, item.unit)
        for item, number in zip(plan.inputs, numbers, strict=True)
    ]


def _sized(number: mpq, measure: Unit) -> Sized:
    return Sized(number * measure.factor, measure.dimension)
