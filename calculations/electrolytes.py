"""Electrolytes by the product's own label: what an ordered ion brings along, and what is left to be given otherwise.

The label's strength wins over theory: two potassium phosphates bring 4.4 and 4.7 mEq of potassium for the same 3 mmol
of phosphate. Theory by molar mass and charge stands in `calculations.substances`.
"""

from calculations.concentration import amount_in, volume_of_dose
from calculations.errors import CannotCompute
from calculations.formula import Number, formula
from calculations.printing import show
from calculations.quantity import Quantity


@formula(
    id="electrolyte.remaining", version=1, statement="still to be given = ordered − brought by other salts",
    source="An ion is ordered once, whichever salt brings it", inputs={"ordered": "amount", "brought": "amount"},
    gives="amount",
)  # fmt: skip
def _remaining(ordered: Number, brought: Number) -> Number:
    return ordered - brought


def brought_along(ordered: Quantity, ordered_strength: Quantity, other_strength: Quantity) -> Quantity:
    """What a product gives of another ion when `ordered` is met from it, both strengths from its label.

    20 mmol phosphate from 3 mmol/mL with 4.7 mEq/mL of potassium brings 31.3 mEq of potassium.
    """
    return amount_in(other_strength, volume_of_dose(ordered, ordered_strength))


def remaining(ordered: Quantity, brought: Quantity) -> Quantity:
    """What of an ion is still to be given when other salts bring some of it.

    Raises:
        CannotCompute: they bring more than was ordered.
    """
    if brought > ordered:
        raise CannotCompute(
            "over_supplied",
            f"the rest of {show(ordered)}",
            f"the other salts bring {show(brought)} already.",
            "Ask the prescriber, or use another salt.",
        )
    return _remaining(ordered, brought)
