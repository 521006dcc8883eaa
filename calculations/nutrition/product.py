"""A source product of parenteral nutrition: everything that one millilitre of it brings, by its own label.

Ions are counted from salts: a product declares all its ions, so that no counter-ion is lost. The label wins over
theory. What the label does not tell is listed in `unknown`: a total over it cannot be given, and is never zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gmpy2 import mpq

from calculations.errors import Fault, Faults
from calculations.quantity import Quantity
from calculations.units import unit


class Role(StrEnum):
    """What a product is in the bag for."""

    AMINO_ACIDS = "amino_acids"
    DEXTROSE = "dextrose"
    LIPID = "lipid"
    SALT = "salt"
    TRACE_ELEMENTS = "trace_elements"
    VITAMINS = "vitamins"
    WATER = "water"
    CYSTEINE = "cysteine"
    DRUG = "drug"
    READY_BAG = "ready_bag"


CHARGES: dict[str, int | None] = {
    "sodium": 1, "potassium": 1, "ammonium": 1, "calcium": 2, "magnesium": 2,
    "chloride": 1, "acetate": 1, "sulfate": 2, "gluconate": 1, "lactate": 1, "bicarbonate": 1, "citrate": 3,
    "malate": 2, "phosphate": None,
}  # fmt: skip
"""Charge of each ion without sign; None for phosphate: its charge goes with the pH, so that it is counted in mmol."""

IONS: tuple[str, ...] = tuple(CHARGES)
"""Every ion that a product may declare. Organic phosphate is `phosphate` of a product marked `organic_phosphate`."""

CATIONS: tuple[str, ...] = ("sodium", "potassium", "calcium", "magnesium", "ammonium")

POPULATIONS: tuple[str, ...] = ("preterm", "term", "infant", "child", "adolescent", "adult")

_MEQ, _MMOL, _ML = unit("mEq/mL"), unit("mmol/mL"), unit("mL")
_PER_ML = unit("mg/mL").dimension.powers[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProduct:
    """One product as its label declares it. Raises `Faults` naming every field that cannot be."""

    id: str
    display: str
    role: Role
    salt: str = ""
    """Salt and hydrate in words, as the label prints it."""
    ions: Mapping[str, Quantity] = field(default_factory=dict)
    """By ion: per mL, mEq/mL or mmol/mL as on the label, phosphate in mmol/mL only; `of` is the ion."""
    phosphate_charge: mpq | None = None
    """mEq of cation for each mmol of phosphate in this product, such as 4.4/3; for the balance of added salts."""
    nutrients: Mapping[str, Quantity] = field(default_factory=dict)
    """Per mL: amino_acids, dextrose, lipid, nitrogen; zinc, copper, …; drugs; a salt's own mass; `of` is the name."""
    dextrose_form: str = ""
    """`monohydrate` or `anhydrous`, where it brings dextrose."""
    energy: Quantity | None = None
    """kcal/mL by label; None: by the named convention."""
    osmolarity: Quantity | None = None
    """mOsm/mL by label; None: estimated, and marked so."""
    density: Quantity | None = None
    """g/mL."""
    aluminium: Quantity | None = None
    """mcg/L by label; None: not known, never zero."""
    scaled: bool = True
    """False: taken as ordered (one vitamin vial a day), not scaled by overfill."""
    organic_phosphate: bool = False
    not_for: tuple[str, ...] = ()
    """Populations that the label excludes."""
    unknown: tuple[str, ...] = ()
    """What the label does not tell, such as `aluminium`, `osmolarity`, `chloride`."""

    def __post_init__(self) -> None:
        faults = [*_ion_faults(self), *_other_faults(self)]
        if faults:
            raise Faults(faults)

    def brings(self, name: str) -> Quantity | None:
        """Per mL of an ion or nutrient; None if it brings none."""
        return self.ions[name] if name in self.ions else self.nutrients.get(name)

    def tells(self, name: str) -> bool:
        """Whether the label tells how much of `name` (also `aluminium`, `osmolarity`) it brings, none included."""
        return name not in self.unknown


def per_ml(ion: str, strength: Quantity) -> Quantity:
    """A label's figure of an ion as mEq/mL, or as mmol/mL where its charge is not fixed; by the ion's charge."""
    charge = CHARGES[ion]
    if charge is None or strength.unit is _MEQ or strength.unit.dimension is _MEQ.dimension:
        return strength
    return (strength.named(None) * Quantity(charge, "mEq/mmol")).named(ion)


def _ion_faults(product: SourceProduct) -> list[Fault]:
    faults = []
    for ion, strength in product.ions.items():
        place = f"{product.id}: {ion}"
        if ion not in CHARGES:
            faults.append(Fault(place, ion, f"an ion of the list: {', '.join(IONS)}"))
        elif ion == "phosphate" and strength.unit.dimension is not _MMOL.dimension:
            faults.append(Fault(place, str(strength), "mmol/mL: phosphate has no fixed charge"))
        elif strength.unit.dimension not in (_MEQ.dimension, _MMOL.dimension):
            faults.append(Fault(place, str(strength), "mEq/mL or mmol/mL"))
        elif strength.number < 0 or strength.of != ion:
            faults.append(Fault(place, f"{strength} of {strength.of}", f"zero or more, of {ion}"))
    if "phosphate" in product.ions and product.role is Role.SALT and product.phosphate_charge is None:
        faults.append(Fault(f"{product.id}: phosphate charge", "", "mEq of cation per mmol of phosphate, by its label"))
    return faults


def _other_faults(product: SourceProduct) -> list[Fault]:
    faults = []
    for name, strength in product.nutrients.items():
        if _PER_ML not in strength.unit.dimension.powers or strength.number < 0 or strength.of != name:
            faults.append(Fault(f"{product.id}: {name}", f"{strength} of {strength.of}", f"an amount per mL of {name}"))
    for name, unit_name in (
        ("energy", "kcal/mL"),
        ("osmolarity", "mOsm/mL"),
        ("density", "g/mL"),
        ("aluminium", "mcg/L"),
    ):
        figure: Quantity | None = getattr(product, name)
        if figure is not None and (figure.unit.dimension is not unit(unit_name).dimension or figure.number < 0):
            faults.append(Fault(f"{product.id}: {name}", str(figure), f"a figure in {unit_name}"))
    if "dextrose" in product.nutrients and product.dextrose_form not in ("monohydrate", "anhydrous"):
        faults.append(Fault(f"{product.id}: dextrose form", product.dextrose_form, "monohydrate or anhydrous"))
    if product.role is Role.WATER and (product.ions or product.nutrients):
        faults.append(Fault(f"{product.id}: role", "water that brings something", "sterile water with nothing in it"))
    if stray := [name for name in product.not_for if name not in POPULATIONS]:
        faults.append(Fault(f"{product.id}: not for", ", ".join(stray), f"populations: {', '.join(POPULATIONS)}"))
    return faults
