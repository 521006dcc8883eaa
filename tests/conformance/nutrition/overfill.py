"""A bag with more in it than is infused: what is prepared and what is drawn."""

import re
from fractions import Fraction

from calculations.nutrition import overfill as formulas
from calculations.quantity import Quantity
from tests.conformance.case import CannotAnswer, Case
from tests.conformance.nutrition.bag import Bag
from tests.conformance.quantities import number, read

NAMES = ("overfill", "overfill_volume", "overfill_percent", "overfill_factor", "overage")
WITH_OVERFILL = re.compile(
    r"^(.*?)_?(?:with_overfill|including_overfill|incl_overfill|prepared|drawn|to_draw|compounded)$"
)
PREPARED = {"prepared_volume", "total_bag_volume", "compounded_volume", "volume_prepared", "bag_volume_total"}


def given(case: Case) -> bool:
    """Whether the case tells of an overfill."""
    return any(name in case.inputs for name in NAMES)


def factor(bag: Bag, infused: Quantity) -> Quantity:
    """Prepared ÷ infused volume.

    Raises:
        CannotAnswer: no overfill is given.
    """
    name = next((name for name in NAMES if name in bag.case.inputs), None)
    if name is None:
        raise CannotAnswer("the overfill is not given")
    prepared = formulas.prepare(infused, _overfill(bag.case.inputs[name])).prepared
    return formulas.overfill_factor(prepared=prepared, infused=infused)


def _overfill(data: object) -> formulas.Overfill:
    value = data.get("value") if isinstance(data, dict) else data
    measure = str(data.get("unit", "1")) if isinstance(data, dict) else "1"
    if measure == "%":
        return formulas.Overfill(share=Quantity(number(value) / 100, "one"))
    if measure in ("1", ""):
        told = number(value)
        return formulas.Overfill(share=Quantity(told - 1 if told >= 1 else Fraction(told), "one"))
    assert isinstance(data, dict)
    return formulas.Overfill(fixed=read(data).to("mL"))
