"""What the site decides about parenteral nutrition, handed in as data: the engine itself holds no such value."""

from collections.abc import Mapping
from dataclasses import dataclass

from calculations.errors import Fault, Faults
from calculations.nutrition.energy import EnergyConvention
from calculations.nutrition.overfill import Overfill
from calculations.quantity import Quantity

WHOLE_BAG, ADDED_SALTS = "whole bag", "added salts"
AS_LABELLED, ANHYDROUS = "as labelled", "anhydrous 10/11"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Conventions and policies of the site, in one released version. Raises `Faults` for a word it does not know."""

    phosphate_order: tuple[str, ...]
    """Cations by preference for the phosphate salt, such as `("potassium", "sodium")`."""
    lipid_phosphate_counts: bool
    """Whether the phosphate of the lipid emulsion counts towards the ordered phosphate."""
    ratio_scope: str
    """What a chloride:acetate choice means: `whole bag` or `added salts`."""
    gir_convention: str
    """What an ordered mg/kg/min means: `as labelled`, or `anhydrous 10/11` of the labelled monohydrate."""
    energy: EnergyConvention
    """kcal per gram, for products whose label gives no energy; its name is printed beside the energy."""
    osmoles: Mapping[str, Quantity]
    """For products without an osmolarity on the label: mOsm/g of `dextrose`, `amino_acids`, `lipid`, and mOsm/mEq
    under `ions` (mOsm/mmol for phosphate under `phosphate`). What it lacks cannot be estimated."""
    overfill: Overfill
    lipid_overfill: Overfill
    lipid_container_hours: Quantity
    """Longest time for one container of lipid apart, h."""
    rate_step: Quantity
    """The pump's step, mL/h."""

    def __post_init__(self) -> None:
        faults = []
        if self.ratio_scope not in (WHOLE_BAG, ADDED_SALTS):
            faults.append(Fault("ratio scope", self.ratio_scope, f"'{WHOLE_BAG}' or '{ADDED_SALTS}'"))
        if self.gir_convention not in (AS_LABELLED, ANHYDROUS):
            faults.append(Fault("GIR convention", self.gir_convention, f"'{AS_LABELLED}' or '{ANHYDROUS}'"))
        if not self.phosphate_order or set(self.phosphate_order) - {"potassium", "sodium"}:
            faults.append(
                Fault("phosphate order", ", ".join(self.phosphate_order), "potassium, sodium or both, in order")
            )
        if faults:
            raise Faults(faults)
