"""What a container holds: drug and volume as a concentration, before anything is asked of it."""

from collections.abc import Mapping, Sequence

from calculations.concentration import concentration_of
from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from calculations.units import unit
from tests.conformance.case import Answer, CannotAnswer, Case
from tests.conformance.solving import read_all, solve, solve_without_one

_DRUG = ("drug", "amount", "have", "on_hand", "supply", "stock_amount", "content", "additive", "vial")
_VOLUME = ("volume", "total", "bag", "bag_volume", "total_volume", "final_volume", "vehicle", "quantity", "per")
_ROUNDED = Quantity("0.01", "one")
"""By how much a printed concentration may differ from drug ÷ volume."""
_VOLUMES = unit("mL").dimension

Choices = dict[str, list[Quantity]]


def with_concentration(choices: Mapping[str, Sequence[Quantity]]) -> Choices | None:
    """The inputs with drug and volume put together as a concentration; None where they are not such a pair."""
    drug = next((name for name in _DRUG if name in choices), None)
    volume = next((name for name in _VOLUME if name in choices and name != drug), None)
    if drug is None or volume is None or "concentration" in choices:
        return None
    volumes = [one for one in choices[volume] if one.unit.dimension is _VOLUMES]
    strengths = []
    for amount in choices[drug]:
        for held in volumes:
            try:
                strengths.append(concentration_of(amount, held))
            except CannotCompute:
                continue
    if not strengths:
        return None
    rest = {name: list(one) for name, one in choices.items() if name not in (drug, volume)}
    return {**rest, "concentration": strengths}


def _one_concentration(choices: Mapping[str, Sequence[Quantity]]) -> Mapping[str, Sequence[Quantity]]:
    """The inputs without drug and volume where these only say the concentration once more."""
    told = choices["concentration"]
    others = {name: one for name, one in choices.items() if name != "concentration"}
    again = with_concentration(others)
    if again is None:
        return choices
    alike = [(a, b) for a in told for b in again["concentration"] if a.unit.dimension is b.unit.dimension]
    if not alike:
        return choices
    if any(abs(a - b) <= b * _ROUNDED for a, b in alike):
        return {**again, "concentration": told}
    raise CannotAnswer("the concentration is not that of drug and volume")


def solve_as_container(case: Case) -> Answer:
    """The figure that follows from a container's concentration and the rest; else from the inputs one by one."""
    return solve_mixed(case, read_all(case))


def solve_mixed(case: Case, choices: Mapping[str, Sequence[Quantity]]) -> Answer:
    """As `solve_as_container`, from inputs that are already read.

    Raises:
        CannotAnswer: nothing follows, or the concentration that is told is not that of drug and volume.
    """
    if "concentration" in choices:
        choices = _one_concentration(choices)
    combined = with_concentration(choices)
    if combined is not None:
        try:
            return solve(case, combined)
        except CannotAnswer:
            pass
    return solve_without_one(case, choices)
