"""What the limits of one drug were judged on, frozen with the plan: what a replay of past orders needs, and nothing else.

All of it stands still while an order waits: the age is kept as the day of birth, and counted at the day of acceptance.
"""

from dataclasses import dataclass

from calculations.quantity import Quantity


@dataclass(frozen=True)
class JudgedOn:
    """The figures of one drug in one preparation. None where the plan has no such figure, or a size was not measured."""

    drug: str
    formulation: str
    order_type: str
    purpose: str
    route: str
    """In the formulary's words."""
    line: str
    """As judged: peripheral or central."""
    born: str
    """Day of birth, YYYY-MM-DD."""
    gestational_weeks: int | None
    """Completed weeks at birth."""
    body_weight: Quantity | None
    """Latest actual weight: decides the population."""
    dose: Quantity | None
    """As ordered, after a cap, before rounding; None for a continuous infusion."""
    made: Quantity | None
    """The same after rounding."""
    doses_per_day: Quantity | None
    """A plain number."""
    weight: Quantity | None
    """The weight that the formulation doses by."""
    surface: Quantity | None
    concentration: Quantity | None
    duration: Quantity | None
    rate: Quantity | None
    """Amount per time while running, as ordered."""
    rate_made: Quantity | None
    """The same after rounding."""
    cumulative: Quantity | None
    auc: Quantity | None
    capped: bool
