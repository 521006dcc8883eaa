"""One name for several formulas that differ only in what they count (an amount, an amount per day, a volume)."""

from calculations.errors import CannotCompute, UnitMismatch
from calculations.formula import Formula
from calculations.quantity import Quantity
from calculations.units import Unit, divide, multiply


def fitting(figure: Quantity, *candidates: Formula) -> Formula:
    """The candidate whose first input measures what `figure` measures.

    Raises:
        UnitMismatch: none does; the refusal names what would fit.
    """
    for candidate in candidates:
        if any(plan.inputs[0].unit.dimension is figure.unit.dimension for plan in candidate.plans):
            return candidate
    first = candidates[0]
    known = ", ".join(dict.fromkeys(candidate.plans[0].inputs[0].unit.shown for candidate in candidates))
    raise UnitMismatch(
        first.statement, f"{figure.unit.shown or 'a plain number'} was given; one like {known} is needed."
    )


def product_unit(left: Quantity, right: Quantity) -> Unit:
    """The unit that a person expects of `left × right`: mcg/kg × kg gives mcg."""
    return multiply(left.unit, right.unit)[0]


def quotient_unit(left: Quantity, right: Quantity) -> Unit:
    """The unit that a person expects of `left ÷ right`."""
    return divide(left.unit, right.unit)[0]


def by_sex(sex: str, *, female: Formula, male: Formula) -> Formula:
    """The formula for "female" or "male".

    Raises:
        CannotCompute: the formula is not published for any other entry; nothing is guessed.
    """
    if sex not in ("female", "male"):
        raise CannotCompute(
            "sex_needed", female.statement, f"it needs female or male, not {sex!r}.", "A pharmacist decides."
        )
    return female if sex == "female" else male
