"""Limits and usual ranges, starting templates, and calcium-phosphate curves of parenteral nutrition."""

from dataclasses import dataclass

from calculations.nutrition.limits import MIXED_HERE
from calculations.nutrition.order import Basis
from calculations.quantity import Quantity
from calculations.units import Unit
from formulary.model_common import Line, Source

KINDS = ("2-in-1", "3-in-1", "lipid")
"""Kinds of container: the bag without lipid, with lipid, lipid apart."""

LIMIT_KINDS = (*KINDS, f"3-in-1 {MIXED_HERE}")
"""Kinds that a limit may be restricted to; the last leaves out ready-made bags, whose maker answers for the emulsion."""

SINGLE: dict[str, tuple[str | None, str]] = {
    "energy per kg per day": (None, "kcal/kg/day"),
    "energy share of lipid": (None, "one"),
    "glucose infusion rate": ("dextrose", "mg/kg/min"),
    "lipid per kg per hour": ("lipid", "g/kg/h"),
    "potassium per kg per hour": ("potassium", "mEq/kg/h"),
    "aluminium per kg per day": (None, "mcg/kg/day"),
    "osmolarity": (None, "mOsm/L"),
    "amino acids percent": ("amino_acids", "%"),
    "dextrose percent": ("dextrose", "%"),
    "lipid percent": ("lipid", "%"),
    "monovalent cations": (None, "mEq/L"),
    "divalent cations": (None, "mEq/L"),
    "calcium to phosphorus by amount": (None, "one"),
}
"""Figures that exist once: the tag that their amounts carry, and their unit."""

_BASIS_ENDS: dict[Basis, tuple[str, ...]] = {
    Basis.PER_KG_DAY: ("/kg/day",),
    Basis.PER_DAY: ("/day",),
    Basis.PER_LITRE: ("/L", "/mL"),
}


def nutrient_and_basis(figure: str) -> tuple[str, Basis] | None:
    """Nutrient and basis of a figure such as "sodium per litre"; None for one that exists once, or for none at all."""
    for basis in _BASIS_ENDS:
        if figure not in SINGLE and figure.endswith(f" {basis.value}"):
            return figure.removesuffix(f" {basis.value}"), basis
    return None


def tag_of(figure: str) -> str | None:
    """What the amounts of a figure are an amount of."""
    found = nutrient_and_basis(figure)
    return found[0] if found is not None else SINGLE.get(figure, (None, ""))[0]


def unit_expected(figure: str, unit: Unit) -> str | None:
    """None when the unit fits the figure; else what would fit. A figure that nobody knows fits no unit."""
    if figure in SINGLE:
        wanted = SINGLE[figure][1]
        return None if unit.name == wanted else wanted
    found = nutrient_and_basis(figure)
    if found is None:
        return "a figure that exists, such as 'sodium per kg per day'"
    ends = _BASIS_ENDS[found[1]]
    fits = unit.name.endswith(ends) and ("/kg" in unit.name) == (found[1] is Basis.PER_KG_DAY)
    return None if fits else f"a unit that ends in {' or '.join(ends)}"


@dataclass(frozen=True, kw_only=True)
class LimitRow:
    """Bounds of one figure from one source. Several rows may hold for a figure; each of them is looked at.

    `usual` is what is shown beside an order, `soft` needs a reason, `hard` two pharmacists and the prescriber.
    """

    id: str
    figure: str
    """As the engine names it: "sodium per kg per day", "glucose infusion rate", "osmolarity"."""
    unit: Unit
    populations: tuple[str, ...]
    """Ages in words: preterm, term, infant, child, adolescent, adult."""
    weight_from: Quantity | None
    """Dosing weight, kg_bw; included."""
    weight_below: Quantity | None
    """Not included."""
    line: Line
    kinds: tuple[str, ...]
    """Empty = every kind of container."""
    usual_low: Quantity | None
    usual_high: Quantity | None
    soft_low: Quantity | None
    soft_high: Quantity | None
    hard_low: Quantity | None
    hard_high: Quantity | None
    absolute: bool
    """The hard bound is absolute: nobody passes it."""
    condition: str
    """When it holds, as a sentence shown with the finding; may be empty."""
    source: Source

    def holds_for(self, population: str, weight: Quantity, line: Line, kind: str) -> bool:
        """Whether the row bounds an order of this population, dosing weight, line and kind of container."""
        return (
            population in self.populations
            and (self.weight_from is None or weight >= self.weight_from)
            and (self.weight_below is None or weight < self.weight_below)
            and self.line in (Line.ANY, line)
            and (not self.kinds or kind in self.kinds)
        )


BOUNDS = ("usual_low", "usual_high", "soft_low", "soft_high", "hard_low", "hard_high")


@dataclass(frozen=True, kw_only=True)
class LimitTable:
    """The file of limits and usual ranges."""

    limits: tuple[LimitRow, ...]


@dataclass(frozen=True, kw_only=True)
class TemplateAmount:
    """One row of a starting order, in the unit that an order of this age is written in."""

    nutrient: str
    amount: Quantity
    basis: str
    """"per kg per day", "per day", "per litre", "per bag"."""
    stated_as: str
    """"element", or the salt's name."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Template:
    """A starting order for an age band. A draft: the prescriber sets every amount."""

    id: str
    title: str
    population: str
    weight_from: Quantity | None
    weight_below: Quantity | None
    kind: str
    line: Line
    lipid_apart: bool
    total_fluid: Quantity
    """mL/kg/day."""
    total_fluid_source: Source
    hours: Quantity
    lipid_hours: Quantity
    anions: str
    """"maximum chloride", "maximum acetate", "balanced"."""
    amounts: tuple[TemplateAmount, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Templates:
    """The file of starting orders."""

    templates: tuple[Template, ...]


@dataclass(frozen=True, kw_only=True)
class CurvePoint:
    """One point of a curve: with this calcium, phosphate up to here stayed in solution."""

    calcium: Quantity
    """mEq/L."""
    phosphate: Quantity
    """mmol/L."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """How long the solutions of a curve were watched, at which temperature."""

    celsius: int
    hours: Quantity


@dataclass(frozen=True, kw_only=True)
class Curve:
    """One calcium-phosphate curve with the conditions it was found under. Outside them it says nothing."""

    id: str
    title: str
    fictional: bool
    """Invented for the demonstration; refused in every other hospital."""
    amino_acids: str
    """Product id: another brand is another curve."""
    amino_acids_from: Quantity
    """Final concentration, %."""
    amino_acids_to: Quantity
    dextrose_from: Quantity
    dextrose_to: Quantity
    cysteine: bool
    """Found with cysteine in the bag."""
    lipid: bool
    """Found with lipid in the bag."""
    calcium_salt: str
    """Product id."""
    phosphate_salts: tuple[str, ...]
    """Product ids."""
    watched: tuple[Watched, ...]
    points: tuple[CurvePoint, ...]
    """By rising calcium; phosphate falls."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Curves:
    """The file of curves."""

    curves: tuple[Curve, ...]
