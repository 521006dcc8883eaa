"""Body surface by the formula that is named, Mosteller where none is; and doses per surface."""

from calculations import body_size
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.clinical import body_weight, convention, first, height
from tests.conformance.quantities import in_wanted, read
from tests.conformance.solving import solve

_FORMULAS = {
    "mosteller": body_size.bsa_mosteller,
    "dubois": body_size.bsa_dubois,
    "haycock": body_size.bsa_haycock,
    "gehangeorge": body_size.bsa_gehan_george,
    "boyd": body_size.bsa_boyd,
}
_SIZE = {"weight", "height", "formula", "lb", "oz", "ft", "in", "height_ft", "height_in", "weight_lb", "weight_oz"}


def answer(case: Case) -> Answer:
    """The surface in m², or the dose that it gives."""
    if first(case, "bsa", "surface") is not None:
        return solve(case)
    found = surface(case)
    rest = {name: [read(data)] for name, data in case.inputs.items() if name not in _SIZE}
    return solve(case, {**rest, "surface": [found]}) if rest else in_wanted(found, case.wanted_unit)


def surface(case: Case) -> Quantity:
    """The body surface from weight and height.

    Raises:
        CannotAnswer: one is missing, or the formula is not one of ours.
    """
    weight, tall = body_weight(case), height(case)
    if weight is None or tall is None:
        raise CannotAnswer("a body surface needs weight and height")
    named = str(first(case, "formula") or convention(case, "bsa", "formula") or "mosteller").lower()
    formula = _FORMULAS.get("".join(letter for letter in named if letter.isalpha()))
    if formula is None:
        raise CannotAnswer(f"no body surface by {named}")
    try:
        return formula(weight, tall)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
