"""Body surface by the formula that is named, Mosteller where none is; and doses per surface."""

from collections.abc import Callable, Mapping

from calculations import body_size
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.clinical import HEIGHT_INPUTS, WEIGHT_INPUTS, body_weight, convention, first, height
from tests.conformance.limits import solve_within_limits
from tests.conformance.notation import is_label, readings
from tests.conformance.quantities import in_wanted, number, read

Formula = Callable[[Quantity, Quantity], Quantity]

_FORMULAS = {
    "mosteller": body_size.bsa_mosteller,
    "dubois": body_size.bsa_dubois,
    "haycock": body_size.bsa_haycock,
    "gehangeorge": body_size.bsa_gehan_george,
    "boyd": body_size.bsa_boyd,
}
BSA_CAPS = ("bsa_cap", "max_bsa", "surface_cap", "cap_bsa", "bsa_max")
SIZE_INPUTS = {*WEIGHT_INPUTS, *HEIGHT_INPUTS, "formula", "age", "sex", "gender"}


def answer(case: Case) -> Answer:
    """The surface in m², or the dose that it gives."""
    given = first(case, "bsa", "surface")
    size = {"bsa", "surface"} if given is not None else SIZE_INPUTS
    found = read(given) if given is not None else surface(case)
    rest = {
        name: readings(case, name, data)
        for name, data in case.inputs.items()
        if name not in size and name not in BSA_CAPS and not is_label(name, data)
    }
    cap = first(case, *BSA_CAPS) or convention(case, *BSA_CAPS)
    if cap is not None:
        found = min(found, read(cap) if isinstance(cap, Mapping) else Quantity(number(str(cap).split()[0]), "m2"))
    if "adult_dose" in rest:
        rest["adult_dose"] = [one / Quantity("1.73", "m2") for one in rest["adult_dose"]]
    return solve_within_limits(case, {**rest, "surface": [found]}) if rest else in_wanted(found, case.wanted_unit)


def surface(case: Case, named_by: tuple[str, ...] = ("bsa", "bsa_formula", "formula")) -> Quantity:
    """The body surface from weight and height, by the formula that the convention names under `named_by`.

    Raises:
        CannotAnswer: one is missing, or the formula is not one of ours.
    """
    weight, tall = body_weight(case), height(case)
    if weight is None or tall is None:
        raise CannotAnswer("a body surface needs weight and height")
    named = str(first(case, "formula") or convention(case, *named_by) or "").lower()
    asked = str((case.wanted or {}).get("name", "")).lower()
    formulas = _named(named) if named else _named(asked) or {body_size.bsa_mosteller}
    if len(formulas) != 1:
        raise CannotAnswer(f"no body surface by {named}")
    try:
        return formulas.pop()(weight, tall)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _named(text: str) -> set[Formula]:
    """The formulas whose names stand in a text."""
    letters = "".join(letter for letter in text.replace(" and ", "") if letter.isalpha())
    return {formula for name, formula in _FORMULAS.items() if name in letters}
