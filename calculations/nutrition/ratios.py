"""Calcium to phosphorus, by mass and by amount, and charges of added salts.

The two ratios differ by a quarter (1.7 mg/mg is 1.3 mmol/mmol), so each figure says which it is. Calcium here is the
element, never a salt: turn a salt into the element by its product's label first.
"""

from collections.abc import Sequence

from calculations.arithmetic import total
from calculations.formula import Number, above, any_number, each, formula
from calculations.quantity import Quantity

_SOURCE = "Definition of a ratio of elements"
_CHARGE = "A solution is neutral: added cations and anions balance in mEq"


@formula(
    id="nutrition.calcium_to_phosphorus_by_mass", version=1,
    statement="calcium : phosphorus = mass of calcium ÷ mass of phosphorus", source=_SOURCE,
    inputs={"calcium": "mg", "phosphorus": "mg"}, valid={"phosphorus": above(0)}, gives="one", substances="any",
)  # fmt: skip
def _by_mass(calcium: Number, phosphorus: Number) -> Number:
    return calcium / phosphorus


@formula(
    id="nutrition.calcium_to_phosphorus_by_amount", version=1,
    statement="calcium : phosphorus = mmol of calcium ÷ mmol of phosphorus", source=_SOURCE,
    inputs={"calcium": "mmol", "phosphorus": "mmol"}, valid={"phosphorus": above(0)}, gives="one", substances="any",
)  # fmt: skip
def _by_amount(calcium: Number, phosphorus: Number) -> Number:
    return calcium / phosphorus


@formula(
    id="nutrition.charge_balance", version=1, statement="balance = sum of cations − sum of anions", source=_CHARGE,
    inputs={"cations": each("mEq"), "anions": each("mEq")}, valid={"cations": any_number(), "anions": any_number()},
    gives="mEq", substances="any",
)  # fmt: skip
def _charge_balance(cations: Number, anions: Number) -> Number:
    return total(cations) - total(anions)


def calcium_to_phosphorus_by_mass(calcium: Quantity, phosphorus: Quantity) -> Quantity:
    """mg of calcium for each mg of phosphorus, as `one`. Refuses a phosphorus of zero."""
    return _by_mass(calcium, phosphorus)


def calcium_to_phosphorus_by_amount(calcium: Quantity, phosphorus: Quantity) -> Quantity:
    """mmol of calcium for each mmol of phosphorus, as `one`. Refuses a phosphorus of zero."""
    return _by_amount(calcium, phosphorus)


def charge_balance(cations: Sequence[Quantity], anions: Sequence[Quantity]) -> Quantity:
    """mEq by which the cations exceed the anions; phosphate comes in mEq at the charge of its own product."""
    return _charge_balance(cations, anions)
