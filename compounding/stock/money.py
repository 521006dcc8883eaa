"""Money, in whole cents: read from what is typed, and in words."""

import re

from calculations.errors import Fault

_TYPED = re.compile(r"(0|[1-9][0-9]{0,6})(?:\.([0-9]{2}))?\Z")


def parse_price(text: str, field: str) -> int | None:
    """Cents of a price as typed, `12.50` or `12`; None for nothing. Raises Fault."""
    plain = text.strip()
    if not plain:
        return None
    found = _TYPED.match(plain) if plain.isascii() else None
    if found is None:
        raise Fault(field, text, "a price with a point and two digits, such as 12.50, or nothing")
    return int(found[1]) * 100 + int(found[2] or 0)


def price_words(cents: int | None) -> str:
    """`1,250.00`, or that it is not known. The currency is the site's and stands in the heads of tables."""
    if cents is None:
        return "not known"
    sign = "−" if cents < 0 else ""
    return f"{sign}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"
