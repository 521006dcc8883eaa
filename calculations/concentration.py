"""Amount, volume and concentration: each from the other two."""

from calculations.formula import Number, above, formula
from calculations.quantity import Quantity

_SOURCE = "Definition of a concentration"


@formula(
    id="volume.from_dose",
    version=1,
    statement="volume = dose ÷ concentration",
    source=_SOURCE,
    inputs={"dose": "amount", "concentration": "amount/mL"},
    valid={"concentration": above(0)},
    gives="mL",
)
def _volume_of_dose(dose: Number, concentration: Number) -> Number:
    return dose / concentration


@formula(
    id="concentration.of_amount",
    version=1,
    statement="concentration = amount ÷ volume",
    source=_SOURCE,
    inputs={"amount": "amount", "volume": "mL"},
    valid={"volume": above(0)},
    gives="amount/mL",
)
def _concentration_of(amount: Number, volume: Number) -> Number:
    return amount / volume


@formula(
    id="amount.in_volume",
    version=1,
    statement="amount = concentration × volume",
    source=_SOURCE,
    inputs={"concentration": "amount/mL", "volume": "mL"},
    gives="amount",
)
def _amount_in(concentration: Number, volume: Number) -> Number:
    return concentration * volume


def volume_of_dose(dose: Quantity, concentration: Quantity) -> Quantity:
    """The volume (mL, unrounded) that holds `dose`. Refuses another substance and a concentration of zero."""
    return _volume_of_dose(dose, concentration)


def concentration_of(amount: Quantity, volume: Quantity) -> Quantity:
    """The concentration (mg/mL, units/mL, mEq/mL, mmol/mL) of `amount` in `volume`. Refuses a volume of zero."""
    return _concentration_of(amount, volume)


def amount_in(concentration: Quantity, volume: Quantity) -> Quantity:
    """The amount (mass in mg) that `volume` of this concentration holds."""
    return _amount_in(concentration, volume)
