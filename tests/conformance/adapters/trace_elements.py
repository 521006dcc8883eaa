"""Trace element concentrates: the element of a salt in mass and amount, hydrate as named."""

from calculations.errors import CannotCompute
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.nutrition import answering, elements
from tests.conformance.nutrition.names import atoms, ion
from tests.conformance.quantities import case_unit


def answer(case: Case) -> Answer:
    """The outputs that are determined; of one salt alone the element, in the kind of amount that is asked for."""
    try:
        if not case.outputs and len(case.inputs) == 1:
            (name,) = case.inputs
            if ion(name) is None and atoms(name, case.topic) is not None:
                by_mass = any(base == "mass" for base, _ in case_unit(case.wanted_unit).dimension.powers)
                found = elements.named(case, "element_mass" if by_mass else "element_amount", case.wanted_unit)
                if found is not None:
                    return found
        return answering.answer(case)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None
