"""Calcium and phosphate: concentrations, ratios by mass and by amount, products. No limit is asked of it or given."""

from tests.conformance.adapters import mg_mmol_meq
from tests.conformance.case import Answer, Case
from tests.conformance.nutrition import answering

_MOLAR_MASS = {"molar_mass", "molecular_weight", "mw"}


def answer(case: Case) -> Answer:
    """The figure that the inputs determine."""
    if _MOLAR_MASS & {name.lower() for name in case.inputs}:
        return mg_mmol_meq.answer(case)
    return answering.answer(case)
