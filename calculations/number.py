"""Numbers: one door in, exact for ever.

Inside the calculations every number is a `gmpy2.mpq`, an exact fraction. `exact` is the door for program text and
records, `parse_number` the one for what people and messages write.
"""

import re
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from gmpy2 import mpq

from calculations.errors import Fault

Exactable: TypeAlias = str | int | Decimal | Fraction | mpq
"""What may become an exact number. A float may not: it has already lost its last digits."""

_MOST_DIGITS = 12
_LONGEST_FRACTION = 20_000
"""Characters. No fraction of a calculation comes near it; a longer text would only keep the reader busy."""
_PROGRAM_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:/[0-9]+)?", re.ASCII)
_TYPED = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{0,11}[1-9])?", re.ASCII)
_SENT = re.compile(r"(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,12})?", re.ASCII)


def exact(value: Exactable) -> mpq:
    """`value` as an exact fraction.

    Text is a plain decimal (`"0.25"`, `"-3"`) or a fraction (`"25/33"`). Raises `TypeError` for a float or a bool, and
    `ValueError` for text in any other form or a number that is not finite.
    """
    if type(value) is mpq:
        return value
    if isinstance(value, str):
        if len(value) > _LONGEST_FRACTION or not _PROGRAM_NUMBER.fullmatch(value):
            raise ValueError(f"{value[:40]!r} is not a plain decimal or a fraction")
        top, slash, bottom = value.partition("/")
        if slash and ("." in top or not int(bottom)):
            raise ValueError(f"{value[:40]!r} is not a plain decimal or a fraction")
        return mpq(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal | Fraction):
        raise TypeError(f"an exact number is needed, not {type(value).__name__}: {value!r}")
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is not a number")
    return mpq(value)


def parse_number(text: str, field: str, *, trailing_zeros: bool = False) -> mpq:
    """The exact number that a person typed, or a `Fault` that names `field`.

    Accepted: digits with an optional decimal point, a zero before the point, none at the end, at most 12 digits on each
    side. With `trailing_zeros` also `42.0`, for weights and electronic messages (the value is shown back). Signs,
    exponents, commas, spaces, fractions, ranges and other scripts' digits are refused.
    """
    pattern = _SENT if trailing_zeros else _TYPED
    if not isinstance(text, str) or len(text) > 2 * _MOST_DIGITS + 1 or not pattern.fullmatch(text):
        raise Fault(field, text, _what_is_wrong(text))
    return mpq(text)


def _what_is_wrong(text: object) -> str:
    """The expectation, worded for the commonest slips."""
    general = "a plain number such as 0.5 or 1250"
    if not isinstance(text, str) or not text:
        return general
    if len(text) > 2 * _MOST_DIGITS + 1:
        return f"{general}, with at most {_MOST_DIGITS} digits on each side of the point"
    if "," in text:
        return f"{general}, without a comma"
    if re.fullmatch(r"\.[0-9]+", text, re.ASCII):
        return f"a zero before the point: 0{text}"
    if re.fullmatch(r"[0-9]+\.[0-9]*0*", text, re.ASCII) and (text.endswith(("0", "."))):
        return f"no zero or point at the end: {text.rstrip('0').rstrip('.') or '0'}"
    if re.fullmatch(r"0[0-9]+(?:\.[0-9]+)?", text, re.ASCII):
        return "no zero in front of the first digit"
    return general
