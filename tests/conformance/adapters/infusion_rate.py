"""Pump rates, drops, dose rates and running times, from whichever of them are given."""

from tests.conformance.case import Answer, Case
from tests.conformance.mixing import solve_as_container


def answer(case: Case) -> Answer:
    """The rate, dose rate, time or volume that the inputs determine."""
    return solve_as_container(case)
