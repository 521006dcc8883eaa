"""Trace element concentrates: the element of a salt in mass and amount, hydrate as named."""

from calculations.errors import CannotCompute
from tests.conformance.case import Answer, CannotAnswer, Case, Value
from tests.conformance.nutrition import answering, elements
from tests.conformance.nutrition.names import atoms, ion
from tests.conformance.nutrition.reading import as_read
from tests.conformance.quantities import case_unit


def answer(case: Case) -> Answer:
    """The outputs that are determined; of one salt alone the element, in the kind of amount that is asked for."""
    try:
        found = _of_one_salt(as_read(case))
        return answering.answer(case) if found is None else Value(found.number, case.wanted_unit)
    except CannotCompute as refused:
        raise CannotAnswer(str(refused)) from None


def _of_one_salt(case: Case) -> Value | None:
    """The element where one salt is all that is given; None otherwise."""
    if case.outputs or len(case.inputs) != 1:
        return None
    (name,) = case.inputs
    if ion(name) is not None or atoms(name, case.topic) is None:
        return None
    by_mass = any(base == "mass" for base, _ in case_unit(case.wanted_unit).dimension.powers)
    return elements.named(case, "element_mass" if by_mass else "element_amount", case.wanted_unit)
