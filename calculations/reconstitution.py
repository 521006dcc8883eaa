"""Dissolving a powder: by the label's own concentration, or by the volume that the powder displaces.

Where the label gives a concentration, that counts. The final volume is never taken for the diluent volume: the powder
has a volume of its own.
"""

from dataclasses import dataclass

from calculations.concentration import concentration_of
from calculations.errors import CannotCompute
from calculations.formula import Number, above, formula
from calculations.printing import show
from calculations.quantity import Quantity


@formula(
    id="recon.final_volume", version=1, statement="final volume = diluent + displacement",
    source="Powder displacement as stated for the product", inputs={"diluent": "mL", "displacement": "mL"}, gives="mL",
)  # fmt: skip
def _final_volume(diluent: Number, displacement: Number) -> Number:
    return diluent + displacement


@formula(
    id="recon.label", version=1, statement="final volume = content ÷ label concentration",
    source="Concentration after dissolution on the product's label",
    inputs={"content": "amount", "label_concentration": "amount/mL"}, valid={"label_concentration": above(0)},
    gives="mL",
)  # fmt: skip
def _label_volume(content: Number, label_concentration: Number) -> Number:
    return content / label_concentration


@formula(
    id="recon.diluent", version=1, statement="diluent = content ÷ wanted concentration − displacement",
    source="Powder displacement as stated for the product",
    inputs={"content": "amount", "wanted_concentration": "amount/mL", "displacement": "mL"},
    valid={"wanted_concentration": above(0)}, gives="mL",
)  # fmt: skip
def _diluent(content: Number, wanted_concentration: Number, displacement: Number) -> Number:
    return content / wanted_concentration - displacement


@formula(
    id="recon.displacement", version=1, statement="displacement = final volume − diluent",
    source="Definition of powder displacement", inputs={"final_volume": "mL", "diluent": "mL"}, gives="mL",
)  # fmt: skip
def _displacement(final_volume: Number, diluent: Number) -> Number:
    return final_volume - diluent


@dataclass(frozen=True)
class Reconstituted:
    """A dissolved vial."""

    concentration: Quantity
    final_volume: Quantity


def reconstituted_by_label(content: Quantity, label_concentration: Quantity, diluent_volume: Quantity) -> Reconstituted:
    """The vial by its label's concentration. The diluent volume is what the label says to add.

    Raises:
        CannotCompute: the label's concentration would leave less volume than the diluent that goes in.
    """
    final = _label_volume(content, label_concentration)
    displacement_of(final, diluent_volume)
    return Reconstituted(label_concentration, final)


def reconstituted_by_displacement(content: Quantity, diluent_volume: Quantity, displacement: Quantity) -> Reconstituted:
    """The vial by the volume that its powder displaces (zero only where the product's text says so)."""
    final = _final_volume(diluent_volume, displacement)
    return Reconstituted(concentration_of(content, final), final)


def diluent_to_reach(content: Quantity, wanted: Quantity, displacement: Quantity) -> Quantity:
    """The diluent (mL) that brings a powder to concentration `wanted`.

    Raises:
        CannotCompute: the powder alone fills more than that.
    """
    diluent = _diluent(content, wanted, displacement)
    if diluent.number < 0:
        raise CannotCompute(
            "too_concentrated",
            f"dissolving {show(content)} to {show(wanted)}",
            f"the powder alone takes up {show(displacement)}.",
            "Choose a weaker concentration.",
        )
    return diluent


def displacement_of(final_volume: Quantity, diluent_volume: Quantity) -> Quantity:
    """The volume (mL) that the powder takes up.

    Raises:
        CannotCompute: the final volume is smaller than the diluent.
    """
    if final_volume < diluent_volume:
        raise CannotCompute(
            "displacement_negative",
            "the volume of the powder",
            f"{show(diluent_volume)} of diluent cannot become {show(final_volume)}.",
            "Check the label's concentration and diluent volume.",
        )
    return _displacement(final_volume, diluent_volume)
