"""Dilution and alligation: which quantity is meant must follow from the names of the inputs or of what is wanted."""

import re
from collections.abc import Mapping

from calculations import alligation, dilution
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.adapters.percent_ratio_strength import RATIO, said
from tests.conformance.case import Answer, CannotAnswer, Case, Value, decimal_text
from tests.conformance.notation import readings
from tests.conformance.quantities import in_wanted, number
from tests.conformance.solving import solve

_WANT = ("want", "wanted", "target", "desired", "c2", "final_strength", "final_concentration")
_STOCK = ("stock", "c1", "stock_strength", "stock_concentration")
_WHOLE = ("volume", "quantity", "total", "total_volume", "v2", "final_volume", "want_volume", "final_quantity")
_LOW, _HIGH = ("lo", "low", "lower", "weak"), ("hi", "high", "higher", "strong")
_TAKEN = ("have", "stock_volume", "v1", "available")
_ADDED = ("diluent", "water", "added", "add", "base", "diluent_volume")
_FINAL = ("final_volume", "total", "v2", "final", "diluted_to", "total_volume")
_DILUENT_WORDS = {"diluent", "base", "water", "add", "added", "vehicle", "petrolatum", "saline", "solvent", "swfi"}
_STRENGTH_WORDS = {"strength", "concentration", "conc", "c"}
_PART_WORDS = {"volume", "quantity", "amount", "weight", "mass", "v", "q", "part", "have"}
_WORDS = re.compile(r"[a-z]+|\d+")
_NUMBERS = re.compile(r"\d+(?:\.\d+)?")
_STRENGTH_UNITS = ("%", "% w/v", "% w/w", RATIO)
_MASS, _VOLUME, _PLAIN = unit("g").dimension, unit("mL").dimension, unit("one").dimension
_CONCENTRATIONS = {unit(name).dimension for name in ("mg/mL", "units/mL", "mEq/mL", "mmol/mL")}


def answer(case: Case) -> Answer:
    """The volume, mass or strength that the inputs determine."""
    try:
        mixed = _mixture(case)
        return _find(case) if mixed is None else _as_strength(mixed, case.wanted_unit)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _find(case: Case) -> Answer:
    named = str((case.wanted or {}).get("name", "")).lower()
    if _named(case, _LOW) and _named(case, _HIGH):
        return in_wanted(_alligation(case, named), case.wanted_unit)
    strength = _named(case, (*_STOCK, "strength", "concentration"))
    if _named(case, _WANT) and strength:
        return _dilution(case, named)
    if strength and len(case.inputs) == 3:
        return _weaker(case, strength)
    if len(case.inputs) == 3 and "drug_volume" in case.inputs and _named(case, _ADDED):
        added = _quantity(case, _named(case, _ADDED) or "")
        (drug,) = (name for name in case.inputs if name not in ("drug_volume", *_ADDED))
        return solve(case, {"drug": [_quantity(case, drug)], "volume": [_quantity(case, "drug_volume") + added]})
    whole = _named(case, _WHOLE)
    if whole is not None and _quantity(case, whole).unit.dimension is _MASS:
        raise CannotAnswer("a mass of the mixture, and no two strengths")
    return solve(case)


def _mixture(case: Case) -> Quantity | None:
    """The strength of strengths mixed in parts (alligation medial); None where the inputs are no such pairs."""
    pairs: dict[frozenset[str], dict[str, str]] = {}
    for name in case.inputs:
        words = _WORDS.findall(name.lower())
        kind = "strength" if _STRENGTH_WORDS & set(words) else "part" if _PART_WORDS & set(words) else None
        which = frozenset(set(words) - _STRENGTH_WORDS - _PART_WORDS)
        if kind is None or not which or kind in pairs.get(which, {}):
            return None
        pairs.setdefault(which, {})[kind] = name
    if len(pairs) < 2 or any(len(pair) != 2 for pair in pairs.values()):
        return None
    parts = [_quantity(case, pair["part"]) for pair in pairs.values()]
    strengths = [_of_kind(case, pair["strength"], parts[0]) for pair in pairs.values()]
    return alligation.mixture(tuple(strengths), tuple(parts))


def _as_strength(found: Quantity, text: str) -> Answer:
    """A strength in percent, as 1:x or in a unit."""
    if text == "% v/v":
        return Value.of(found.amount_in("%"), text)
    return Value.of(said(found, text), text) if text in _STRENGTH_UNITS else in_wanted(found, text)


def _weaker(case: Case, strength: str) -> Answer:
    """The strength after so much was taken and filled up to, or diluent was added."""
    added, final = _named(case, _ADDED), _named(case, _FINAL)
    if added is None and final is None and _named(case, _TAKEN):
        final = _named(case, _WHOLE)
    taken = next((name for name in case.inputs if name not in (strength, added, final)), None)
    if (added is None) == (final is None) or taken is None:
        return solve(case)
    part, other = _quantity(case, taken), _quantity(case, added or final or "")
    whole = part + other if added else other
    if part > whole:
        raise CannotAnswer("the part is more than the whole")
    return _as_strength(_of_kind(case, strength, part) * part / whole, case.wanted_unit)


def _alligation(case: Case, named: str) -> Quantity:
    """Two strengths mixed to one between them."""
    low, high, want = (_strength(case, names) for names in (_LOW, _HIGH, _WANT))
    whole, have_low, have_high = (
        _named(case, _WHOLE), _named(case, _at_hand(_LOW)), _named(case, _at_hand(_HIGH)),
    )  # fmt: skip
    words = set(_WORDS.findall(named))
    have = None if have_low or have_high or whole else _named(case, _TAKEN)
    if have is not None and words & {*_LOW, *_HIGH}:  # what is added is not what is at hand
        have_low, have_high = (have, None) if words & set(_HIGH) else (None, have)
    if have_low:
        return alligation.higher_to_add(_quantity(case, have_low), high, low, want)
    if have_high:
        return alligation.lower_to_add(_quantity(case, have_high), high, low, want)
    if whole is None:
        raise CannotAnswer("nothing says of which strength the quantity at hand is")
    found = alligation.mix(_quantity(case, whole), high, low, want)
    of_strength = {_said_strength(case, _LOW): found.of_lower, _said_strength(case, _HIGH): found.of_higher}
    told = [part for text, part in of_strength.items() if text in _NUMBERS.findall(named)]
    if found.of_higher == found.of_lower or words & set(_HIGH):
        return found.of_higher
    if words & set(_LOW):
        return found.of_lower
    if len(told) == 1:  # as in volume_of_50_percent
        return told[0]
    raise CannotAnswer("nothing says which of the two strengths is asked for")


def _said_strength(case: Case, names: tuple[str, ...]) -> str:
    """The number of a strength as an output may be named by it."""
    data = case.inputs[_named(case, names) or ""]
    return decimal_text(number(data.get("value"))) if isinstance(data, Mapping) else ""


def _at_hand(names: tuple[str, ...]) -> tuple[str, ...]:
    """What the quantity at hand of a strength may be called: have_lo, lo_volume, quantity_of_lo."""
    parts = ("have", "volume", "quantity", "amount")
    return tuple(
        text for name in names for part in parts for text in (f"{part}_{name}", f"{name}_{part}", f"{part}_of_{name}")
    )


def _dilution(case: Case, named: str) -> Answer:
    """One strength diluted to another."""
    whole, taken = _named(case, _WHOLE), _named(case, _TAKEN)
    if len(case.inputs) != 3 or (whole is None) == (taken is None):
        return solve(case)
    words = set(_WORDS.findall(named))
    asks_diluent = bool(words & _DILUENT_WORDS)
    if whole is not None and not _mixed_kinds(case, whole):
        return _from_stock(case, whole, words, asks_diluent=asks_diluent)
    if whole is not None:
        return _by_weight_from_solution(case, whole)
    assert taken is not None
    have = _quantity(case, taken)
    stock, want = _strength(case, (*_STOCK, "strength", "concentration"), taken), _strength(case, _WANT, taken)
    if want > stock and words & {"product", "final", "new", "made"} and not asks_diluent:
        return in_wanted(have * (stock / want), case.wanted_unit)  # evaporated: what is dissolved stays
    made = have + _diluent_to_add(have, stock, want)
    if asks_diluent:
        return in_wanted(made - have, case.wanted_unit)
    made_of = _said_strength(case, _WANT) in _NUMBERS.findall(named)  # as in volume_of_5_percent
    # In C1 × V1 = C2 × V2 the fourth of the letters is the volume made.
    if made_of or words & {"product", "final", "total", "made", "v"} or {"c1", "v1", "c2"} == set(case.inputs):
        return in_wanted(made, case.wanted_unit)
    raise CannotAnswer("nothing says whether the product or the diluent is asked for")


def _from_stock(case: Case, whole: str, words: set[str], *, asks_diluent: bool) -> Answer:
    """The stock for so much of a weaker strength, or what is added to it."""
    stock, want = _strength(case, (*_STOCK, "strength", "concentration"), whole), _strength(case, _WANT, whole)
    total = _quantity(case, whole)
    needed = _stock_needed(total, stock, want)
    if asks_diluent:
        return in_wanted(total - needed, case.wanted_unit)
    if words & {"product", "final", "total"}:
        raise CannotAnswer("the whole is asked for, and it is given")
    if _named(case, _STOCK) is not None or "stock" in words:
        return in_wanted(needed, case.wanted_unit)
    raise CannotAnswer("nothing says whether the stock or the diluent is asked for")


def _stock_needed(total: Quantity, stock: Quantity, want: Quantity) -> Quantity:
    if stock.unit.dimension is not _PLAIN:
        return dilution.stock_volume(stock, want, total)
    return alligation.mix(total, stock, stock - stock, want).of_higher


def _diluent_to_add(have: Quantity, stock: Quantity, want: Quantity) -> Quantity:
    if stock.unit.dimension is not _PLAIN:
        return dilution.diluent_for(dilution.final_volume(stock, have, want), have)
    return alligation.lower_to_add(have, stock, stock - stock, want)


def _mixed_kinds(case: Case, whole: str) -> bool:
    """Whether a mass of a strength by weight is made from a solution in mg/mL."""
    stock = _named(case, _STOCK)
    if stock is None:
        return False
    strength = readings(case, stock, case.inputs[stock])
    liquid = (len(strength) == 1 and strength[0].unit.dimension is not _PLAIN) or case.wanted_unit in ("mL", "L")
    return liquid and _quantity(case, whole).unit.dimension is _MASS


def _by_weight_from_solution(case: Case, whole: str) -> Answer:
    """Drug = share by weight × mass; volume = drug ÷ concentration."""
    want, stock = _named(case, _WANT), _named(case, _STOCK)
    assert want is not None
    assert stock is not None
    shares = [one for one in readings(case, want, case.inputs[want]) if one.unit.dimension is _PLAIN]
    if len(shares) != 1:
        raise CannotAnswer("the wanted strength is no share by weight")
    drug = _quantity(case, whole) * shares[0]
    return solve(case, {"drug": [drug], "stock": [_of_kind(case, stock, Quantity(1, "mL"))]})


def _strength(case: Case, names: tuple[str, ...], beside: str | None = None) -> Quantity:
    """A strength: a share where masses are mixed, a concentration where volumes are."""
    name = _named(case, names)
    if name is None:
        raise CannotAnswer(f"none of {', '.join(names)} is given")
    strengths = (*_LOW, *_HIGH, *_WANT, *_STOCK, "strength", "concentration")
    others = [beside] if beside else [other for other in case.inputs if other not in strengths]
    parts = [_quantity(case, other) for other in others]
    by_weight = next((part for part in parts if part.unit.dimension is _MASS), None)
    return _of_kind(case, name, Quantity(1, "mL") if by_weight is None else by_weight)


def _of_kind(case: Case, name: str, part: Quantity) -> Quantity:
    """A strength as it counts beside a part: a share for masses, an amount per volume for volumes."""
    kinds = {_PLAIN} if part.unit.dimension is _MASS else _CONCENTRATIONS
    given = readings(case, name, case.inputs[name])
    fitting = [one for one in given if one.unit.dimension in kinds]
    if not fitting and part.unit.dimension is _VOLUME and "v/v" in str(case.inputs[name]):
        # Only how the strengths stand to each other counts.
        fitting = [Quantity(one.number * 100, "%") for one in given if one.unit.name == "one"]
    if len(fitting) != 1:
        raise CannotAnswer(f"{name} is no strength of this kind")
    return fitting[0]


def _quantity(case: Case, name: str) -> Quantity:
    """A mass (never a body weight) or a volume."""
    return readings(case, name, case.inputs[name])[0]


def _named(case: Case, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in case.inputs), None)
