"""Dilution and alligation: which quantity is meant must follow from the names of the inputs or of what is wanted."""

from calculations import alligation, dilution
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.notation import readings
from tests.conformance.quantities import in_wanted
from tests.conformance.solving import solve

_WANT = ("want", "wanted", "target", "desired", "c2", "final_strength", "final_concentration")
_STOCK = ("stock", "c1", "stock_strength", "stock_concentration")
_WHOLE = ("volume", "quantity", "total", "v2", "final_volume", "want_volume", "final_quantity")
_LOW, _HIGH = ("lo", "low", "lower", "weak"), ("hi", "high", "higher", "strong")
_TAKEN = ("have", "stock_volume", "v1", "available")
_ADDED = ("diluent", "water", "added", "add", "base", "diluent_volume")
_FINAL = ("final_volume", "total", "v2", "final", "diluted_to", "total_volume")
_MASS, _PLAIN = unit("g").dimension, unit("one").dimension
_CONCENTRATION = unit("mg/mL").dimension


def answer(case: Case) -> Answer:
    """The volume, mass or strength that the inputs determine."""
    try:
        return _find(case)
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
    return solve(case)


def _weaker(case: Case, strength: str) -> Answer:
    """The strength after so much was taken and filled up to, or diluent was added."""
    added, final = _named(case, _ADDED), _named(case, _FINAL)
    taken = next((name for name in case.inputs if name not in (strength, added, final)), None)
    if (added is None) == (final is None) or taken is None:
        return solve(case)
    part, other = _quantity(case, taken), _quantity(case, added or final or "")
    whole = part + other if added else other
    if part > whole:
        raise CannotAnswer("the part is more than the whole")
    kind = _PLAIN if part.unit.dimension is _MASS else _CONCENTRATION
    (found,) = (one for one in readings(case, strength, case.inputs[strength]) if one.unit.dimension is kind)
    text = case.wanted_unit
    result = found * part / whole
    return Value.of(result.number * 100, text) if kind is _PLAIN and text == "%" else in_wanted(result, text)


def _alligation(case: Case, named: str) -> Quantity:
    """Two strengths mixed to one between them."""
    low, high, want = (_strength(case, names) for names in (_LOW, _HIGH, _WANT))
    whole, have_low, have_high = (
        _named(case, _WHOLE), _named(case, tuple(f"have_{n}" for n in _LOW)),
        _named(case, tuple(f"have_{n}" for n in _HIGH)),
    )  # fmt: skip
    if have_low:
        return alligation.higher_to_add(_quantity(case, have_low), high, low, want)
    if have_high:
        return alligation.lower_to_add(_quantity(case, have_high), high, low, want)
    if whole is None:
        raise CannotAnswer("nothing says of which strength the quantity at hand is")
    found = alligation.mix(_quantity(case, whole), high, low, want)
    if found.of_higher == found.of_lower or any(word in named for word in _HIGH):
        return found.of_higher
    if any(word in named for word in _LOW):
        return found.of_lower
    raise CannotAnswer("nothing says which of the two strengths is asked for")


def _dilution(case: Case, named: str) -> Answer:
    """One strength diluted to another."""
    whole, taken = _named(case, _WHOLE), _named(case, _TAKEN)
    if len(case.inputs) != 3 or (whole is None) == (taken is None):
        return solve(case)
    explicit = _named(case, _STOCK) is not None
    if whole is not None:
        if _mixed_kinds(case, whole):
            return _by_weight_from_solution(case, whole)
        stock, want = _strength(case, (*_STOCK, "strength"), whole), _strength(case, _WANT, whole)
        total = _quantity(case, whole)
        needed = _stock_needed(total, stock, want)
        if "diluent" in named or "base" in named or "water" in named:
            return in_wanted(total - needed, case.wanted_unit)
        if explicit or "stock" in named:
            return in_wanted(needed, case.wanted_unit)
        raise CannotAnswer("nothing says whether the stock or the diluent is asked for")
    assert taken is not None
    stock, want, have = (
        _strength(case, (*_STOCK, "strength"), taken),
        _strength(case, _WANT, taken),
        _quantity(case, taken),
    )
    made = have + _diluent_to_add(have, stock, want)
    if "diluent" in named or "base" in named or "water" in named or "add" in named:
        return in_wanted(made - have, case.wanted_unit)
    if "product" in named or "final" in named or "total" in named:
        return in_wanted(made, case.wanted_unit)
    raise CannotAnswer("nothing says whether the product or the diluent is asked for")


def _stock_needed(total: Quantity, stock: Quantity, want: Quantity) -> Quantity:
    if stock.unit.dimension is _CONCENTRATION:
        return dilution.stock_volume(stock, want, total)
    return alligation.mix(total, stock, stock - stock, want).of_higher


def _diluent_to_add(have: Quantity, stock: Quantity, want: Quantity) -> Quantity:
    if stock.unit.dimension is _CONCENTRATION:
        return dilution.diluent_for(dilution.final_volume(stock, have, want), have)
    return alligation.lower_to_add(have, stock, stock - stock, want)


def _mixed_kinds(case: Case, whole: str) -> bool:
    """Whether a mass of a strength by weight is made from a solution in mg/mL."""
    stock = _named(case, _STOCK)
    if stock is None:
        return False
    strength = readings(case, stock, case.inputs[stock])
    return len(strength) == 1 and _quantity(case, whole).unit.dimension is _MASS


def _by_weight_from_solution(case: Case, whole: str) -> Answer:
    """Drug = share by weight × mass; volume = drug ÷ concentration."""
    want, stock = _named(case, _WANT), _named(case, _STOCK)
    assert want is not None
    assert stock is not None
    shares = [one for one in readings(case, want, case.inputs[want]) if one.unit.dimension is _PLAIN]
    if len(shares) != 1:
        raise CannotAnswer("the wanted strength is no share by weight")
    drug = _quantity(case, whole) * shares[0]
    return solve(case, {"drug": [drug], "stock": readings(case, stock, case.inputs[stock])})


def _strength(case: Case, names: tuple[str, ...], beside: str | None = None) -> Quantity:
    """A strength: a share where masses are mixed, a concentration where volumes are."""
    name = _named(case, names)
    if name is None:
        raise CannotAnswer(f"none of {', '.join(names)} is given")
    found = readings(case, name, case.inputs[name])
    by_weight = any(
        _quantity(case, other).unit.dimension is _MASS
        for other in ([beside] if beside else case.inputs)
        if other not in (*_LOW, *_HIGH, *_WANT, *_STOCK, "strength")
    )
    kind = _PLAIN if by_weight else _CONCENTRATION
    fitting = [one for one in found if one.unit.dimension is kind]
    if len(fitting) != 1:
        raise CannotAnswer(f"{name} is no strength of this kind")
    return fitting[0]


def _quantity(case: Case, name: str) -> Quantity:
    """A mass (never a body weight) or a volume."""
    return readings(case, name, case.inputs[name])[0]


def _named(case: Case, names: tuple[str, ...]) -> str | None:
    return next((name for name in names if name in case.inputs), None)
