"""The element of a trace element salt in mass and amount, and conversions of one named element."""

from calculations.nutrition.trace_elements import element_amount, element_mass
from calculations.quantity import Quantity
from calculations.substance_table import ATOMIC_MASSES, molar_mass
from tests.conformance.case import CannotAnswer, Case, Value
from tests.conformance.nutrition import conventions
from tests.conformance.nutrition.amounts import as_mmol, from_mmol
from tests.conformance.nutrition.names import ELEMENTS, atoms, ion, trace_element
from tests.conformance.quantities import case_unit, in_wanted, read

_MASS = ("element_mass", "element")
_AMOUNT = ("element_amount", "element_mmol", "element_umol", "element_nmol")


def named(case: Case, name: str, text: str) -> Value | None:
    """`element_mass` or `element_amount` of the one salt that is given; None for every other name."""
    if name not in (*_MASS, *_AMOUNT):
        return _as_salt(case, name, text)
    if len(case.inputs) != 1:
        raise CannotAnswer("of which salt the element is asked for is not said")
    ((salt, data),) = case.inputs.items()
    if (known := ion(salt)) is not None:
        return _of_ion(known, read(data), text)
    counted = atoms(salt, case.topic)
    if counted is None:
        raise CannotAnswer(f"{salt} is no known salt")
    symbol = trace_element(counted)
    given = read(data)
    over = given / Quantity(1, "mg")  # whatever the mass is over
    milligram = Quantity(given.number, "mg")
    whole, atomic = molar_mass(counted), Quantity(ATOMIC_MASSES[symbol], "g/mol")
    if name in _AMOUNT:
        found = element_amount(milligram, whole, counted[symbol])
    else:
        found = element_mass(milligram, whole, atomic, counted[symbol])
    return in_wanted(found / milligram.number * over if given.number else found * over, text)


def _as_salt(case: Case, name: str, text: str) -> Value | None:
    """The mass of the salt of this name that brings the one element that is given; None where the name is no salt."""
    if len(case.inputs) != 1 or ion(name) is not None:
        return None
    ((element, data),) = case.inputs.items()
    known = ion(element)
    try:
        counted = None if known is None else atoms(name, case.topic)
    except CannotAnswer:
        return None  # the label's calcium gluconate, or an open hydrate: refused where salts are
    if known is None or counted is None or not isinstance(data, dict):
        return None
    if ("mass", 1) not in case_unit(text).dimension.powers:
        return None
    symbol = ELEMENTS.get(known)
    if symbol is None or symbol not in counted:
        raise CannotAnswer(f"{name} holds no {element}")
    mmol = as_mmol(known, read(data)) / counted[symbol]
    return in_wanted(mmol * Quantity(molar_mass(counted).number, "mg") / Quantity(1, "mmol"), text)


def as_told_salt(case: Case, text: str) -> Value | None:
    """One element that is asked for as the salt that the convention names; None where it names none."""
    for key, said in conventions.as_written(case):
        if key in ("salt", "as", "form", "salt_form", "compound"):
            return _as_salt(case, said.strip(), text)
    return None


def conversion(case: Case, text: str) -> Value | None:
    """One element or ion in another kind of amount (mcg to mcmol, mmol to mEq); None where the case is no such."""
    if len(case.inputs) != 1:
        return None
    ((name, data),) = case.inputs.items()
    known = ion(name)
    if known is None or not isinstance(data, dict):
        return None
    given, measure = read(data), case_unit(text)
    if given.unit.dimension is measure.dimension:
        return None
    return _of_ion(known, given, text)


def _of_ion(known: str, given: Quantity, text: str) -> Value:
    return in_wanted(from_mmol(known, as_mmol(known, given), case_unit(text)), text)
