"""What a plan of parenteral nutrition carries besides that of every preparation, frozen and signed at review.

Two volumes stand side by side: what is *infused* drives label, limits, energy and glucose rate; what is *prepared*
(with overfill and prime) drives worksheet, pump and stock. Final concentrations are the same in both.
"""

from dataclasses import dataclass

from calculations.quantity import Quantity

BAG, LIPID = "bag", "lipid"
"""The two kinds of container that one order may need."""


@dataclass(frozen=True)
class NutrientRow:
    """One row of the order, in the order in which form, review and label show it."""

    nutrient: str
    title: str
    ordered: Quantity
    """As it was ordered, in its own unit."""
    basis: str
    """per kg per day, per day, per litre or per bag."""
    stated_as: str
    """element, or the name of the salt."""
    per_day: Quantity
    """What this infusion gives in its day."""
    per_kg: Quantity | None = None
    """By dosing weight and day; None where the weight is no basis, as for a vial of vitamins."""
    per_litre: Quantity | None = None
    made_of: str = ""
    """Sources with their infused volumes, as shown: "sodium chloride 14.6 %: 1.8 mL"."""
    salts: str = ""
    """The salts that bring it, as the label prints them."""
    apart: bool = False
    """Given in a container of its own beside the bag."""
    worked_out: bool = False
    """Not ordered as a row: it follows from the others, such as chloride and acetate."""


@dataclass(frozen=True)
class Figure:
    """One total of the bag, with what must be said beside it."""

    name: str
    title: str
    amount: Quantity
    note: str = ""
    """"by product labels", "an estimate: Multrys has no figure", …"""


@dataclass(frozen=True)
class Content:
    """What the whole prepared container holds of one ion (mEq; mmol of phosphate) or nutrient."""

    name: str
    amount: Quantity


@dataclass(frozen=True)
class Dilution:
    """Dilute first: `take` of the source and `add` of diluent make `final`, of which `draw` goes in."""

    take: Quantity
    add: Quantity
    final: Quantity
    draw: Quantity
    diluent: str
    """Id of the solution."""


@dataclass(frozen=True)
class SourceDraw:
    """What is taken of one source product, in the order of mixing."""

    product: str
    """Formulary id of the product that was planned with; another one at the scan stops."""
    drug: str
    display: str
    infused: Quantity
    """mL of it that the patient gets."""
    drawn: Quantity
    """mL of it that are put into the container."""
    by: str
    """pump or hand."""
    rinse: str = ""
    """What is done before it: a rinse of the tubing, or mixing; empty for nothing."""
    note: str = ""
    """"not scaled by the overfill", "near use", …"""
    dilution: Dilution | None = None
    """No syringe shows the volume: it is diluted first."""


@dataclass(frozen=True)
class MixingMoment:
    """Calcium against phosphate after one step of the sequence."""

    after: str
    calcium: Quantity
    """mEq/L at that moment."""
    phosphate: Quantity
    """mmol/L at that moment."""
    allowed: Quantity | None = None
    """mmol/L of phosphate that the curve allows at this calcium; None outside the curve."""
    margin: Quantity | None = None
    """(allowed − found) ÷ allowed, as `one`."""


@dataclass(frozen=True)
class CurvePoint:
    phosphate: Quantity
    calcium: Quantity


@dataclass(frozen=True)
class CalciumPhosphate:
    """The assessment as it is shown and plotted. No verdict is ever "compatible": it is inside a curve, or not assessed."""

    verdict: str
    """In words: "28 % under the curve at the worst moment", or why it cannot be assessed."""
    assessed: bool
    curve: str = ""
    """Name and version of the curve, with its source."""
    fictional: bool = False
    points: tuple[CurvePoint, ...] = ()
    moments: tuple[MixingMoment, ...] = ()
    worst: int = 0
    """Index of the moment with the least margin."""


@dataclass(frozen=True)
class NutritionPlan:
    """One container of an order of parenteral nutrition."""

    container: str
    """bag or lipid."""
    title: str
    """"2-in-1 bag", "lipid syringe, 1 of 2", …"""
    population: str
    dosing_weight: Quantity
    dosing_weight_note: str
    """Which weight it is and of which day."""
    central: bool
    infused_volume: Quantity
    prepared_volume: Quantity
    overfill_words: str
    """How the prepared volume follows: "+ 36 mL for the tubing"."""
    hours: Quantity
    rate: Quantity
    """mL/h at full rate."""
    tapers: tuple[str, ...] = ()
    """Rate steps of a cycle, in words; empty for a steady rate."""
    rows: tuple[NutrientRow, ...] = ()
    figures: tuple[Figure, ...] = ()
    draws: tuple[SourceDraw, ...] = ()
    contents: tuple[Content, ...] = ()
    """What the recalculation from the record must find, overfill and prime included."""
    calcium_phosphate: CalciumPhosphate | None = None
    label_figures: tuple[str, ...] = ()
    """Lines of the label under the rows: energy, osmolarity, nitrogen, …"""
    warnings: tuple[str, ...] = ()
    """What the label says in large letters: "CENTRAL LINE ONLY"."""
    hang: str = ""
    """Hang-by and the longest hang time, in words."""
    fluids: tuple[str, ...] = ()
    """The fluid allowance worked out, in words."""
    profile: str = ""
    """`profile@version` that it was planned with."""
    expected_mass: Quantity | None = None
    """g of the finished content by the densities of all sources; None where one of them is not known."""
    mass_tolerance: Quantity | None = None
    """Share of the expected mass, as `one`."""
    mass_gap: str = ""
    """Which sources have no density; empty where the mass is known."""
