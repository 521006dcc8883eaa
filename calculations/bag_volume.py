"""Bag volume policy: which volume is declared, what is taken out first, and what the bag truly holds.

The *declared* final volume drives label, rate and pump entry. The true volume also counts overfill and additive; where
they differ, the true concentration is told with its difference.

| policy | taken out first | declared | true |
|---|---|---|---|
| ADD | nothing | label + additive | label + overfill + additive |
| REPLACE | as much as the additive | label | label + overfill |
| REMOVE_OVERFILL | additive + overfill | label | label |
| EXACT | empty container, filled up | label | label |
"""

from dataclasses import dataclass

from calculations.arithmetic import total
from calculations.concentration import concentration_of
from calculations.dosing import deviation
from calculations.errors import CannotCompute
from calculations.formula import Number, above, each, formula
from calculations.printing import show
from calculations.quantity import Quantity

POLICIES = ("ADD", "REPLACE", "REMOVE_OVERFILL", "EXACT")
_SOURCE = "Bag volume policy of the formulation; volumes assumed additive"
_NONE = Quantity(0, "mL")


@formula(
    id="bag.sum", version=1, statement="volume = sum of the volumes", source=_SOURCE,
    inputs={"volumes": each("mL")}, gives="mL",
)  # fmt: skip
def _sum(volumes: Number) -> Number:
    return total(volumes)


@formula(
    id="bag.declared_add", version=1, statement="declared volume = label volume + additive", source=_SOURCE,
    inputs={"label_volume": "mL", "additive": "mL"}, valid={"label_volume": above(0)}, gives="mL",
)  # fmt: skip
def _declared_add(label_volume: Number, additive: Number) -> Number:
    return label_volume + additive


@formula(
    id="bag.true_add", version=1, statement="true volume = label volume + overfill + additive", source=_SOURCE,
    inputs={"label_volume": "mL", "overfill": "mL", "additive": "mL"}, valid={"label_volume": above(0)}, gives="mL",
)  # fmt: skip
def _true_add(label_volume: Number, overfill: Number, additive: Number) -> Number:
    return label_volume + overfill + additive


@formula(
    id="bag.true_replace", version=1, statement="true volume = label volume + overfill", source=_SOURCE,
    inputs={"label_volume": "mL", "overfill": "mL"}, valid={"label_volume": above(0)}, gives="mL",
)  # fmt: skip
def _true_replace(label_volume: Number, overfill: Number) -> Number:
    return label_volume + overfill


@formula(
    id="bag.remove_with_overfill", version=1, statement="volume taken out = additive + overfill", source=_SOURCE,
    inputs={"additive": "mL", "overfill": "mL"}, gives="mL",
)  # fmt: skip
def _remove(additive: Number, overfill: Number) -> Number:
    return additive + overfill


@dataclass(frozen=True)
class BagVolumes:
    """A container after its policy. The three last are None where the overfill is not known."""

    declared: Quantity
    remove: Quantity
    """Taken out before anything is added, mL; may be zero."""
    true_volume: Quantity | None
    concentration: Quantity
    """amount ÷ declared."""
    true_concentration: Quantity | None
    """amount ÷ true volume."""
    difference: Quantity | None
    """(true − declared concentration) ÷ declared, as `one`."""


def bag(
    policy: str, label_volume: Quantity, overfill: Quantity | None, additive_volume: Quantity, amount: Quantity
) -> BagVolumes:
    """The volumes of a bag (or of an empty container, EXACT) after `additive_volume` holding `amount` went in.

    `label_volume` is the bag's label volume; for EXACT the declared final volume.

    Raises:
        CannotCompute: an unknown policy, more additive than can be taken out of or fits into the container, or
            REMOVE_OVERFILL with an overfill that is not known.
    """
    if policy not in POLICIES:
        raise CannotCompute("unknown_policy", "the volume of the bag", f"there is no bag volume policy {policy!r}.")
    if policy != "ADD" and additive_volume > label_volume:
        raise CannotCompute(
            "over_full",
            "the volume of the bag",
            f"{show(additive_volume)} of additive is more than the {show(label_volume)} declared.",
            "Use a larger container, or more concentrated products.",
        )
    declared, remove, true = _volumes(policy, label_volume, overfill, additive_volume)
    concentration = concentration_of(amount, declared)
    if true is None:
        return BagVolumes(declared, remove, None, concentration, None, None)
    true_concentration = concentration if true == declared else concentration_of(amount, true)
    return BagVolumes(
        declared, remove, true, concentration, true_concentration, _difference(true_concentration, concentration)
    )


def total_volume(volumes: tuple[Quantity, ...]) -> Quantity:
    """The sum (mL) of additive volumes; their order does not matter. Refuses none at all."""
    return _sum(volumes)


def _difference(true: Quantity, declared: Quantity) -> Quantity:
    return Quantity(0, "one") if not declared.number else deviation(true, declared)


def _volumes(
    policy: str, label: Quantity, overfill: Quantity | None, additive: Quantity
) -> tuple[Quantity, Quantity, Quantity | None]:
    """Declared volume, volume taken out, true volume."""
    if policy == "ADD":
        true = None if overfill is None else _true_add(label, overfill, additive)
        return _declared_add(label, additive), _NONE, true
    if policy == "REPLACE":
        return label.to("mL"), additive.to("mL"), None if overfill is None else _true_replace(label, overfill)
    if policy == "EXACT":
        return label.to("mL"), _NONE, label.to("mL")
    if overfill is None:
        raise CannotCompute(
            "overfill_unknown",
            "the volume to take out of the bag",
            "this policy removes the overfill, and the overfill of this bag is not known.",
            "Enter the bag's overfill, or choose another policy.",
        )
    return label.to("mL"), _remove(additive, overfill), label.to("mL")
