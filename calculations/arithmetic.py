"""What the body of a formula may use besides `+ - * /`.

Each helper works on every kind of number a body meets: exact fractions, NumPy float64 columns, and the quantities of
the two proofs (`calculations.proof`). Bodies use no literal numbers, no comparisons and no functions of `math`.
"""

from collections.abc import Iterable
from contextvars import ContextVar
from decimal import Context, Decimal
from typing import Any

from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.number import exact
from calculations.rounding import whole

Number = Any
"""A figure in the body of a formula: whichever of the kinds of number the body is run on."""

NEAR = 1e-9
"""Rows of a column this close (relatively) to a limit or a rounding tie are computed again exactly."""

near_rows: ContextVar[list[Any] | None] = ContextVar("near_rows", default=None)
"""While a column runs: masks of the rows that need the exact way."""

_WORKING = Context(prec=50)
_GIVEN = Context(prec=20, rounding="ROUND_HALF_UP")


def total(figures: Iterable[Number]) -> Number:
    """The sum of one or more figures. Raises `CannotCompute` for none: an empty sum has no unit."""
    rest = iter(figures)
    for summed in rest:
        for figure in rest:
            summed = summed + figure
        return summed
    raise CannotCompute("nothing_to_add", "a total", "there is nothing to add.")


def least(*figures: Number) -> Number:
    """The smallest of the figures."""
    return _numpy().minimum.reduce(_rows(figures)) if _columns(figures) else min(figures)


def greatest(*figures: Number) -> Number:
    """The largest of the figures."""
    return _numpy().maximum.reduce(_rows(figures)) if _columns(figures) else max(figures)


def choose(figure: Number, limit: Number, if_at_most: Number, otherwise: Number) -> Number:
    """`if_at_most` where `figure` ≤ `limit`, else `otherwise`."""
    if not _columns((figure, limit)):
        return if_at_most if figure <= limit else otherwise
    numpy = _numpy()
    _note(abs(figure - limit) <= NEAR * numpy.maximum(abs(figure), abs(limit)))
    return numpy.where(figure <= limit, if_at_most, otherwise)


def round_to(figure: Number, step: Number) -> Number:
    """`figure` to the nearest multiple of `step`, a tie away from zero."""
    share = figure / step
    if not _columns((share,)):
        return step * _as_kind(share, mpq(whole(_plain(share))))
    numpy = _numpy()
    size = abs(share)
    _note(abs(size - numpy.floor(size) - 0.5) <= NEAR * numpy.maximum(size, 1.0))
    return numpy.copysign(numpy.floor(size + 0.5), share) * step


def power(base: Number, exponent: Number) -> Number:
    """`base` raised to `exponent`: worked in Decimal at 50 digits and rounded half-up to 20, by definition.

    Both are plain numbers. Raises `CannotCompute` for a base below zero, or zero to a power that is not positive.
    """
    if _columns((base, exponent)):
        return _numpy().power(base, exponent)
    root, raised = _plain(base), _plain(exponent)
    if root < 0 or (root == 0 and raised <= 0):
        raise CannotCompute("no_such_power", f"{root} to the power {raised}", "the base must be above zero.")
    worked = _WORKING.power(_decimal(root), _decimal(raised))
    return _as_kind(base, exact(_GIVEN.plus(worked)))


def log10(figure: Number) -> Number:
    """The decimal logarithm of a plain number above zero, by the same rule as `power`."""
    if _columns((figure,)):
        return _numpy().log10(figure)
    plain = _plain(figure)
    if plain <= 0:
        raise CannotCompute("no_such_logarithm", f"the logarithm of {plain}", "it must be above zero.")
    return _as_kind(figure, exact(_GIVEN.plus(_WORKING.log10(_decimal(plain)))))


def _decimal(number: mpq) -> Decimal:
    return _WORKING.divide(Decimal(int(number.numerator)), Decimal(int(number.denominator)))


def _plain(figure: Number) -> mpq:
    """The exact plain number behind a figure of any scalar kind; the proofs refuse one with a dimension."""
    if type(figure) is mpq:
        return figure
    if hasattr(figure, "m_as"):  # a pint quantity
        return exact(figure.m_as("dimensionless"))
    return figure.plain() if hasattr(figure, "plain") else exact(figure)


def _as_kind(like: Number, number: mpq) -> Number:
    """An exact plain number as the kind of `like`."""
    if hasattr(like, "m_as"):
        from fractions import Fraction

        return type(like)(Fraction(int(number.numerator), int(number.denominator)), "dimensionless")
    return type(like).of_plain(number) if hasattr(like, "of_plain") else number


def _columns(figures: Iterable[Number]) -> bool:
    return any(hasattr(figure, "dtype") for figure in figures)


def _rows(figures: tuple[Number, ...]) -> list[Number]:
    return list(_numpy().broadcast_arrays(*figures))


def _note(mask: Number) -> None:
    noted = near_rows.get()
    if noted is not None and mask.any():
        noted.append(mask)


def _numpy() -> Any:
    import numpy  # loaded only where columns are used

    return numpy
