"""Answers a case of parenteral nutrition: every figure that the inputs determine, and no other."""

import re

from calculations.errors import CannotCompute, UnitMismatch
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from tests.conformance.adapters import dose_by_weight
from tests.conformance.case import Answer, CannotAnswer, Case, UnknownUnit, Value
from tests.conformance.notation import readings
from tests.conformance.nutrition import elements
from tests.conformance.nutrition.asking import BY_UNIT, Figure, same_basis
from tests.conformance.nutrition.bag import TRIALS, read_bag
from tests.conformance.nutrition.calcium import ratio_or_product
from tests.conformance.nutrition.figures import figure, measure_of
from tests.conformance.nutrition.names import ion, nutrient, salt
from tests.conformance.nutrition.osmotic import PARTICLES
from tests.conformance.nutrition.output_names import canonical
from tests.conformance.nutrition.reading import as_read
from tests.conformance.nutrition.told_doses import told_dose
from tests.conformance.quantities import in_wanted, number, read
from tests.conformance.solving import solve

_FORMS = re.compile(r"anhydrous|monohydrate|elemental|nitrogen|nonprotein|npc", re.IGNORECASE)
"""Words of a name that ask for something else than what is given in the same unit."""
_PER_NITROGEN = {"npc_n", "npe_n"}
_CAPS = {"max", "maximum", "cap", "max_dose", "maximum_dose", "dose_cap"}


def answer(case: Case) -> Answer:
    """All outputs that are determined, or the single figure, in the units as the case spells them.

    Raises:
        CannotAnswer: none is.
    """
    found = _answer(as_read(case))
    if isinstance(found, Value):
        return Value(found.number, case.wanted_unit)
    return {name: Value(one.number, case.outputs[name]) for name, one in found.items()}


def _answer(case: Case) -> Answer:
    if not case.outputs:
        return single(case)
    found: dict[str, Value] = {}
    refused: list[str] = []
    for name, text in case.outputs.items():
        try:
            found[name] = named(case, name, text)
        except (CannotAnswer, UnknownUnit) as why:
            refused.append(f"{name}: {why}")
    if not found:
        raise CannotAnswer("; ".join(refused))
    return found


def named(case: Case, name: str, text: str) -> Value:
    """One figure that is asked for by its name."""
    name = canonical(name)
    told = elements.named(case, name, text) or ratio_or_product(case, text, name)
    if told is not None:
        return told
    if name.lower() in _PER_NITROGEN and measure_of(text).dimension is unit("one").dimension:
        text = "kcal/g"  # 150 to 1 is 150 kcal to 1 g of nitrogen
    return determined(case, text, lambda bag: figure(bag, name, text))


def single(case: Case) -> Answer:
    """The figure that a unit alone asks for."""
    text = case.wanted_unit
    name = str((case.wanted or {}).get("name") or (case.wanted or {}).get("quantity") or "")
    if name:
        try:
            return named(case, name, text)
        except CannotAnswer:
            if len(case.inputs) == 1 or _FORMS.search(name):
                raise  # nothing to reckon with: what is given is not what is asked for
            return solve(case)  # plain arithmetic over all inputs, or nothing
    ratio = ratio_or_product(case, text, name)
    if ratio is not None:
        return ratio
    measure = measure_of(text)
    if ("mass", 1) in measure.dimension.powers and PARTICLES & set(case.inputs):
        return _mass_of_osmoles(case)
    for fits, figure_of in BY_UNIT:
        if fits(case, measure):
            return determined(case, text, figure_of(measure))
    told = told_dose(case, measure)
    if told is not None:
        return in_wanted(told, text)
    element = elements.as_told_salt(case, text) or elements.conversion(case, text)
    if element is not None:
        return element
    _refuse_what_is_already_there(case, measure)
    return dose_by_weight.answer(case) if _CAPS & set(case.inputs) else solve(case)


def _mass_of_osmoles(case: Case) -> Answer:
    """The mass that brings so many osmoles, from molar mass and particles."""
    choices = {name: readings(case, name, data) for name, data in case.inputs.items() if name not in PARTICLES}
    particles = [case.inputs[name] for name in case.inputs if name in PARTICLES]
    counts = [number(one.get("value") if isinstance(one, dict) else one) for one in particles]
    return solve(case, {**choices, "particles": [Quantity(count, "mOsm/mmol") for count in counts]})


def determined(case: Case, text: str, work: Figure) -> Value:
    """A figure in the unit asked for, if it does not hang on a weight or volume that is not given."""
    found = {_value(work, case, trial, text) for trial in range(len(TRIALS))}
    if len(found) != 1:
        raise CannotAnswer(f"{text} depends on a weight or volume that is not given")
    return found.pop()


def _value(work: Figure, case: Case, trial: int, text: str) -> Value:
    measure = measure_of(text)
    try:
        result = work(read_bag(case, trial))
    except (CannotCompute, UnitMismatch) as refused:
        raise CannotAnswer(str(refused)) from None
    if text == "%" and result.unit.dimension is unit("one").dimension:
        return Value.of(result.number * 100, text)
    if result.unit.dimension is not measure.dimension:
        raise CannotAnswer(f"{result.unit.dimension} cannot be given in {text}")
    return Value.of(result.amount_in(measure), text)


def _refuse_what_is_already_there(case: Case, measure: Unit) -> None:
    """A lone substance that is measured already as it is wanted: what is asked of it (a salt, which) is not said."""
    if len(case.inputs) == 1:
        ((name, data),) = case.inputs.items()
        known = ion(name) is not None or salt(name) is not None or nutrient(name) is not None
        if known and isinstance(data, dict) and same_basis(read(data).unit, measure):
            raise CannotAnswer("the input is already what the unit asks for: what is meant is not said")
