"""A dose by weight that stands in the convention, with its limit: `1 mL/kg/d up to 15 kg, 15 mL/d above`."""

import re

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import Unit
from tests.conformance.case import CannotAnswer, Case, UnknownUnit
from tests.conformance.clinical import WEIGHT_INPUTS, body_weight
from tests.conformance.nutrition.conventions import texts
from tests.conformance.nutrition.reading import spelled
from tests.conformance.quantities import DRUG, case_unit, number

_QUANTITY = re.compile(r"(\d+(?:\.\d+)?)(?: ?(?:-|–|to) ?\d+(?:\.\d+)?)? ?([a-zA-Z%]+(?:/[a-zA-Z0-9]+)+)")
_RANGE = re.compile(r"\d ?(?:-|–|to) ?\d")


def told_dose(case: Case, measure: Unit) -> Quantity | None:
    """The dose for the weight that is the only input; None where the convention tells none or another thing is asked."""
    weight = body_weight(case) if set(case.inputs) <= set(WEIGHT_INPUTS) else None
    if weight is None:
        return None
    found: set[Quantity] = set()
    for _, text in texts(case):
        per_weight = [one for one in _quantities(text) if ("body weight", -1) in one.unit.dimension.powers]
        limits = [one for one in _quantities(text) if one.unit.dimension is measure.dimension]
        if len(per_weight) != 1 or len(limits) > 1 or _RANGE.search(text):
            continue
        dose = per_weight[0] * weight
        if dose.unit.dimension is measure.dimension:
            found.add(min([dose, *limits]))
    if len(found) > 1:
        raise CannotAnswer("the convention tells more than one dose")
    return found.pop() if found else None


def _quantities(text: str) -> list[Quantity]:
    found = []
    for value, written in _QUANTITY.findall(text.replace("ml", "mL").replace("meq", "mEq")):
        try:
            measure = case_unit(spelled(written.replace("ml", "mL"))[0])
            found.append(Quantity(number(value), measure, DRUG if measure.needs_substance else None))
        except (UnknownUnit, CannotCompute):
            continue
    return found
