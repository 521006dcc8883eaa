"""Products that parenteral nutrition is made from, and the drugs that may be added to it; one source for each figure."""

from collections.abc import Mapping
from dataclasses import dataclass

from gmpy2 import mpq

from calculations.nutrition.product import CATIONS, Role, SourceProduct
from calculations.quantity import Quantity
from calculations.units import Unit, unit
from formulary.model_common import Source


@dataclass(frozen=True, kw_only=True)
class Constituent:
    """How much of one ion or nutrient a millilitre brings, by the label's own figure."""

    name: str
    """Ion ("sodium"), nutrient ("amino_acids"), drug, or the salt itself ("calcium gluconate")."""
    per_ml: Quantity
    """mEq/mL or, for phosphate, mmol/mL; g/mL, mg/mL, mcg/mL, units/mL. Zero only where a source says zero."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class NutritionProduct:
    """One product by composition, whatever container it comes in. What no source tells is named in `unknown`."""

    id: str
    display: str
    role: Role
    salt: str
    """Salt and hydrate in words; empty where the product is no salt."""
    items: tuple[str, ...]
    """Ids of the formulary's containers that hold it: a scan of one of them is a scan of this product."""
    ions: tuple[Constituent, ...]
    nutrients: tuple[Constituent, ...]
    dextrose_form: str | None
    """"monohydrate" or "anhydrous", where the product brings dextrose."""
    energy: Quantity | None
    """kcal/mL by label; None = the named convention of the profile."""
    energy_source: Source | None
    osmolarity: Quantity | None
    """mOsm/mL."""
    osmolarity_source: Source | None
    density: Quantity | None
    """g/mL; None = additions of it cannot be weighed."""
    density_source: Source | None
    aluminium: Quantity | None
    """mcg/L; None = not known, never zero."""
    aluminium_source: Source | None
    scaled: bool
    """False: taken as whole units a day and not enlarged by the overfill."""
    organic_phosphate: bool
    not_for: tuple[str, ...]
    """Populations that the label excludes."""
    unknown: tuple[str, ...]
    """What the sources do not tell: totals over it cannot be assessed."""
    note: str
    """What a pharmacist should know about these figures; may be empty."""
    source: Source
    allergy_classes: tuple[str, ...] = ()
    """Classes that an allergy is coded as and that the label names: "egg", "soya", "fish", "sulfite"."""
    allergy_source: Source | None = None
    """What says so. None = not known; with no class beside it the source names none."""
    lines: tuple[str, ...] = ()
    """Lines that it may run in undiluted by its label: "central", "peripheral"; none told = the line of the order."""
    lines_source: Source | None = None

    def as_source_product(self) -> SourceProduct:
        """What the engine reckons with. Raises `Faults` where the figures contradict each other."""
        ions = _by_name(self.ions)
        return SourceProduct(
            id=self.id,
            display=self.display,
            role=self.role,
            salt=self.salt,
            ions=ions,
            phosphate_charge=_phosphate_charge(ions) if self.role is Role.SALT else None,
            nutrients=_by_name(self.nutrients),
            dextrose_form=self.dextrose_form or "",
            energy=self.energy,
            osmolarity=self.osmolarity,
            density=self.density,
            aluminium=self.aluminium,
            scaled=self.scaled,
            organic_phosphate=self.organic_phosphate,
            not_for=self.not_for,
            unknown=self.unknown,
        )


def _by_name(rows: tuple[Constituent, ...]) -> Mapping[str, Quantity]:
    return {row.name: Quantity(row.per_ml.number, row.per_ml.unit, of=row.name) for row in rows}


def _phosphate_charge(ions: Mapping[str, Quantity]) -> mpq | None:
    """mEq of cation for each mmol of phosphate: the label's own equation, never a constant."""
    phosphate = ions.get("phosphate")
    brought = [ions[name] for name in CATIONS if name in ions]
    if phosphate is None or not phosphate.number or not _in(phosphate, "mmol/mL"):
        return None
    if not all(_in(cation, "mEq/mL") for cation in brought):
        return None
    cations = sum((cation.amount_in("mEq/mL") for cation in brought), mpq(0))
    return cations / phosphate.amount_in("mmol/mL")


def _in(quantity: Quantity, unit_name: str) -> bool:
    return quantity.unit.dimension is unit(unit_name).dimension


@dataclass(frozen=True, kw_only=True)
class ProductFamily:
    """One file of products."""

    products: tuple[NutritionProduct, ...]


@dataclass(frozen=True, kw_only=True)
class NonNutrient:
    """A drug that may be part of parenteral nutrition. What is not on the released list is refused."""

    nutrient: str
    """Name in orders and products: "heparin"."""
    display: str
    products: tuple[str, ...]
    populations: tuple[str, ...]
    kinds: tuple[str, ...]
    """"2-in-1", "3-in-1": kinds of bag it may go into."""
    units: tuple[Unit, ...]
    """Units it may be ordered in; the unit says the basis."""
    figures: tuple[str, ...]
    """Figures of the limit table that bound it: at least one with a hard bound for each population."""
    conditions: tuple[str, ...]
    """Sentences shown at review."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class NonNutrients:
    """The released list."""

    drugs: tuple[NonNutrient, ...]
