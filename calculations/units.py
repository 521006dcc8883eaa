"""Units: one closed table, each unit and each compound one object.

`unit` reads program text (canonical names only), `parse_unit` reads what people and messages write (the closed list of
`calculations.unit_spelling`). Two units with the same name are the same object, so they compare by identity.

>>> unit("mcg/kg/min").dimension is unit("mg/kg/day").dimension
True
>>> unit("mg/100mL").factor
mpq(1,100)
>>> parse_unit("µg/kg/min", "rate").name
'mcg/kg/min'
"""

from functools import lru_cache
from threading import RLock
from typing import Any

from gmpy2 import mpq

from calculations.errors import Fault, UnitMismatch
from calculations.unit_spelling import ABOVE, BELOW, BODY_WEIGHT, HINTS, WHOLE
from calculations.unit_table import AMOUNTS, ATOMS, COUNTED, ORDER, SHORT_NAMES, SHOWN, Atom

Terms = tuple[tuple[str, int], ...]
"""A compound as atoms with their powers, in the order in which they are written."""

_LONGEST = 40
_MOST_PARTS = 4
_ATOMS: dict[str, Atom] = {atom.name: atom for atom in (*ATOMS, *COUNTED)}
_SIZES: dict[str, mpq] = {name: mpq(atom.size) for name, atom in _ATOMS.items()}
_COUNTED: frozenset[str] = frozenset(atom.name for atom in COUNTED)


class Dimension:
    """What a unit measures: powers of the base dimensions. Equal dimensions are one object."""

    __slots__ = ("carries_substance", "powers")

    def __init__(self, powers: Terms) -> None:
        self.powers = powers
        self.carries_substance: bool = any(name in AMOUNTS for name, _ in powers)
        """Whether it is an amount of something, so that a tag says of what."""

    def __str__(self) -> str:
        above = " × ".join(name for name, power in self.powers for _ in range(power)) or "1"
        below = "".join(f" per {name}" for name, power in self.powers for _ in range(-power))
        return "a plain number" if not self.powers else f"{above}{below}"

    __repr__ = __str__

    def __reduce__(self) -> tuple[Any, ...]:
        return _dimension, (self.powers,)


class Unit:
    """One unit of the closed table, or a compound of them. Made by `unit` and `parse_unit` only."""

    __slots__ = ("dimension", "factor", "name", "needs_substance", "shown", "shown_one", "terms", "ucum")

    def __init__(self, name: str, terms: Terms) -> None:
        self.name = name
        """Canonical name, for program text and records."""
        self.terms = terms
        self.dimension = _dimension(_powers(terms))
        self.factor = _factor(terms)
        """Exact size in the base units (mg, mL, min, kg of body weight, …)."""
        self.needs_substance: bool = any(base == "activity" for base, _ in self.dimension.powers)
        """International units mean nothing without the drug."""
        self.shown: str = SHOWN.get(name, _written(terms, "many", name))
        """As printed after a number."""
        self.shown_one: str = SHOWN.get(name, _written(terms, "one", name))
        """As printed after the number 1."""
        self.ucum: str = _ucum(terms, name)
        """As coded in messages."""

    def __repr__(self) -> str:
        return f"unit({self.name!r})"

    def __reduce__(self) -> tuple[Any, ...]:
        return unit, (self.name,)


_DIMENSIONS: dict[Terms, Dimension] = {}
_UNITS: dict[str, Unit] = {}
_PRODUCTS: dict[tuple[Unit, Unit, int], tuple[Unit, mpq]] = {}
_LOCK = RLock()


def unit(name: str) -> Unit:
    """The unit of this canonical name, such as `mg/mL` or `mcg/kg/min`; below the line `kg` is body weight.

    For program text. Raises `ValueError` for anything else: what people write goes through `parse_unit`.
    """
    return _UNITS.get(name) or _make(name)


def parse_unit(text: str, field: str, of: str | None = None, *, body_weight: bool = False) -> Unit:
    """The unit that a person or a message wrote in `field`; `Fault` for every spelling outside the closed list.

    `of` is the drug: without it, international units are refused. With `body_weight` the field holds a patient's
    weight, and only kg, g and lb are accepted.
    """
    if not isinstance(text, str) or len(text) > _LONGEST:
        raise Fault(field, text, "a unit such as mg, mL or mcg/kg/min")
    if body_weight:
        if text not in BODY_WEIGHT:
            raise Fault(field, text, "kg, g or lb")
        return unit(BODY_WEIGHT[text])
    found = _spelled(text)
    if found is None:
        raise Fault(field, text, _expectation(text))
    if found.needs_substance and not of:
        raise Fault(field, text, "the drug whose units these are")
    return found


def multiply(left: Unit, right: Unit) -> tuple[Unit, mpq]:
    """The unit of a product, and the factor by which the product of the numbers is to be multiplied."""
    return _PRODUCTS.get((left, right, 1)) or _combine(left, right, 1)


def divide(left: Unit, right: Unit) -> tuple[Unit, mpq]:
    """The unit of a quotient, and the factor by which the quotient of the numbers is to be multiplied."""
    return _PRODUCTS.get((left, right, -1)) or _combine(left, right, -1)


def factor_between(source: Unit, target: Unit) -> mpq:
    """The factor from a number in `source` to one in `target`; `UnitMismatch` if they measure different things."""
    if source.dimension is not target.dimension:
        raise UnitMismatch(
            f"{source.shown or 'a plain number'} as {target.shown or 'a plain number'}",
            f"{source.dimension} is not {target.dimension}.",
        )
    return source.factor / target.factor


def dimension_of_product(left: Dimension, right: Dimension, sign: int) -> Dimension:
    """What a product (`sign` 1) or a quotient (-1) measures."""
    powers = dict(left.powers)
    for base, power in right.powers:
        powers[base] = powers.get(base, 0) + sign * power
    return _dimension(_ordered(powers))


@lru_cache(maxsize=4096)
def _spelled(text: str) -> Unit | None:
    """The unit of a listed spelling, or None."""
    if text in WHOLE:
        return unit(WHOLE[text])
    first, *rest = text.split("/")
    if len(rest) >= _MOST_PARTS:
        return None
    if first in ("", "1") and rest:
        terms: list[tuple[str, int]] = []
    elif first in ABOVE:
        terms = [(ABOVE[first], 1)]
    else:
        return None
    for part in rest:
        if part not in BELOW:
            return None
        terms.append(("kg_bw" if BELOW[part] == "kg" else BELOW[part], -1))
    names = [name for name, _ in terms]
    divided = [_ATOMS[name].dimension for name, power in terms if power < 0]
    if len(set(names)) != len(names) or len(set(divided)) != len(divided):  # mg/mg, mg/h/min
        return None
    return _interned(tuple(terms))


def _expectation(text: str) -> str:
    for part in (text, *text.split("/")):
        if part in HINTS:
            return HINTS[part]
    return "a unit of the list, written exactly, such as mg, mcg, mL, units, mEq, mg/mL or mcg/kg/min"


def _make(name: str) -> Unit:
    if not isinstance(name, str) or len(name) > 2 * _LONGEST:
        raise ValueError(f"no unit has the name {name!r:.60}")
    if name == "one":
        return _interned(())
    if name == "%":
        with _LOCK:
            return _UNITS.setdefault("%", Unit("%", (("g", 1), ("100mL", -1))))
    above, *below = SHORT_NAMES.get(name, name).split("/")
    terms = [] if above == "1" and below else [(part, 1) for part in above.split("*")]
    terms += [("kg_bw" if part == "kg" else part, -1) for part in below]
    unknown = [part for part, _ in terms if part not in _ATOMS]
    if unknown:
        raise ValueError(f"no unit has the name {name!r:.60}")
    made = _interned(tuple(terms))
    with _LOCK:
        return _UNITS.setdefault(name, made)


def _interned(terms: Terms) -> Unit:
    """The one unit of these atoms, whatever the order they came in."""
    summed: dict[str, int] = {}
    for name, power in terms:
        summed[name] = summed.get(name, 0) + power
    ordered = tuple(sorted(((name, p) for name, p in summed.items() if p), key=_place))
    name = _name(ordered)
    with _LOCK:
        return _UNITS.get(name) or _UNITS.setdefault(name, Unit(name, ordered))


def _place(term: tuple[str, int]) -> tuple[bool, bool, int, str]:
    name, power = term
    return power < 0, name == "1.73m2", ORDER.index(_ATOMS[name].dimension), name


def _name(terms: Terms) -> str:
    above = "*".join(name for name, power in terms for _ in range(power))
    below = "".join(f"/{'kg' if name == 'kg_bw' else name}" for name, power in terms for _ in range(-power))
    return (above or ("1" if below else "one")) + below


def _written(terms: Terms, number: str, name: str) -> str:
    if name == "%":
        return "%"
    above = "·".join(getattr(_ATOMS[atom], number) for atom, power in terms for _ in range(power))
    return above + "".join(f"/{_ATOMS[atom].one}" for atom, power in terms for _ in range(-power))


def _ucum(terms: Terms, name: str) -> str:
    if name == "%":
        return "g/dL"
    above = ".".join(_ATOMS[atom].ucum for atom, power in terms for _ in range(power))
    below = "".join(f"/{_ATOMS[atom].ucum}" for atom, power in terms for _ in range(-power))
    return f"{above}{below}" or "1"


def _powers(terms: Terms) -> Terms:
    powers: dict[str, int] = {}
    for name, power in terms:
        base = _ATOMS[name].dimension
        powers[base] = powers.get(base, 0) + power
    return _ordered(powers)


def _ordered(powers: dict[str, int]) -> Terms:
    return tuple(sorted(((base, p) for base, p in powers.items() if p), key=lambda item: ORDER.index(item[0])))


def _dimension(powers: Terms) -> Dimension:
    with _LOCK:
        return _DIMENSIONS.get(powers) or _DIMENSIONS.setdefault(powers, Dimension(powers))


def _factor(terms: Terms) -> mpq:
    factor = mpq(1)
    for name, power in terms:
        factor *= _SIZES[name] ** power
    return factor


def _combine(left: Unit, right: Unit, sign: int) -> tuple[Unit, mpq]:
    """Multiply (`sign` 1) or divide (-1): like atoms cancel, atoms of one dimension come into one of them."""
    powers: dict[str, int] = dict(left.terms)
    for name, power in right.terms:
        powers[name] = powers.get(name, 0) + sign * power
    by_dimension: dict[str, list[str]] = {}
    for name, power in powers.items():
        if power:
            by_dimension.setdefault(_ATOMS[name].dimension, []).append(name)
    terms: list[tuple[str, int]] = []
    for names in by_dimension.values():
        power = sum(powers[name] for name in names)
        keeper = next((name for name in names if name not in _COUNTED), names[0])
        if power < 0 and keeper == "kg":  # below the line "kg" would read as body weight
            keeper = "g"
        terms.append((keeper, power))
    result = _interned(tuple(terms))
    factor = left.factor * right.factor**sign / result.factor
    with _LOCK:
        return _PRODUCTS.setdefault((left, right, sign), (result, factor))
