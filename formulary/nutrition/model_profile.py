"""The site's nutrition profile, and the whole set that two pharmacists release together."""

from dataclasses import dataclass
from functools import cached_property

from calculations.nutrition.product import SourceProduct
from calculations.quantity import Quantity
from formulary.model_common import Line, Source, Status
from formulary.model_site import SiteValue
from formulary.nutrition.model_products import NonNutrient, NutritionProduct
from formulary.nutrition.model_rules import Curve, LimitRow, Template


@dataclass(frozen=True, kw_only=True)
class SiteChoice:
    """One decision of the hospital between named ways."""

    name: str
    choice: str
    text: str
    """What it decides, in one sentence."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Stocked:
    """Products that the house stocks for a purpose, the preferred one first."""

    purpose: str
    """"amino_acids", "potassium_phosphate", "calcium"."""
    populations: tuple[str, ...]
    products: tuple[str, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class Overfill:
    """How much more is prepared than is infused, and what the line takes."""

    populations: tuple[str, ...]
    kinds: tuple[str, ...]
    share: Quantity | None
    """Of the infused volume; else `volume`."""
    volume: Quantity | None
    source: Source
    prime: Quantity
    """mL that stay in the line."""
    prime_inside: bool
    """True: the overfill covers the prime; False: the prime comes on top."""
    prime_source: Source


@dataclass(frozen=True, kw_only=True)
class HangTime:
    """How long a container may hang, and through which filter it runs."""

    kind: str
    """"2-in-1", "3-in-1" or "lipid"."""
    longest: Quantity
    """Hours."""
    longest_source: Source
    filter: str
    """Item id of the filter."""
    filter_source: Source
    light: bool | None = None
    """Whether it is kept from light; None = the hospital has not said it, and a finding tells so."""
    light_source: Source | None = None


@dataclass(frozen=True, kw_only=True)
class NutritionLabel:
    """Label stock of a container."""

    kind: str
    width: Quantity
    height: Quantity
    source: Source


@dataclass(frozen=True, kw_only=True)
class MixingStep:
    """One step of the order of mixing; the rows stand in that order."""

    takes: str
    """Class of products as the engine names it: "amino_acids", "phosphate", "calcium"."""
    device: str
    """"pump" or "hand"."""
    keeps: Quantity | None
    """Hours that the bag keeps from this step on, for what is added shortly before use."""
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class KeptApart:
    """Two classes that must not meet in the tubing: a rinse goes in between."""

    first: str
    second: str
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class Storing:
    """Where a bag waits, and how warm it hangs: what a calcium-phosphate curve must cover."""

    populations: tuple[str, ...]
    storage_celsius: int
    storage_hours: Quantity
    hang_celsius: int
    """Of the place where it hangs: warmer in an incubator."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class Osmoles:
    """What counts for a product whose label tells no osmolarity."""

    name: str
    """"dextrose", "ions", "phosphate", or a nutrient or drug."""
    osmoles: Quantity
    """mOsm for each g, mg, mEq or mmol; zero where the house counts nothing."""
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class CurveBinding:
    """Which curve the house relies on."""

    curve: str
    populations: tuple[str, ...]
    source: Source


@dataclass(frozen=True, kw_only=True)
class CheckPolicy:
    """How many pharmacists check a preparation, each alone."""

    populations: tuple[str, ...]
    pharmacists: int
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class DayChange:
    """How far a nutrient may move from one day to the next before it is a finding: greater ÷ smaller, and a step up."""

    nutrient: str
    """"*" = every nutrient that has no row of its own."""
    populations: tuple[str, ...]
    soft: Quantity | None
    hard: Quantity | None
    """Plain numbers above 1."""
    soft_step: Quantity | None
    """By how much it may be raised in a day, per kg and time: mg/kg/min, g/kg/day, mEq/kg/day."""
    hard_step: Quantity | None
    step_source: Source | None
    source: Source
    """Of the ratios, and of the steps where they have no source of their own."""


@dataclass(frozen=True, kw_only=True)
class Screening:
    """A rule of thumb for calcium with phosphate. It only ever adds a warning and passes nothing."""

    id: str
    way: str
    """"product_meq_mmol", "product_mmol" or "sum" of the two concentrations."""
    threshold: Quantity
    """Plain number."""
    amino_acids_from: Quantity | None
    """Final % from which the rule was proposed."""
    populations: tuple[str, ...]
    text: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class NutritionProfile:
    """What the hospital decides about parenteral nutrition, in one version."""

    id: str
    version: int
    status: Status
    name: str
    demonstration: bool
    """True: invented for the demonstration hospital and refused elsewhere."""
    populations: tuple[str, ...]
    """Whom the house makes parenteral nutrition for; limits must bound each of them."""
    stocked: tuple[Stocked, ...]
    values: tuple[SiteValue, ...]
    choices: tuple[SiteChoice, ...]
    overfill: tuple[Overfill, ...]
    hanging: tuple[HangTime, ...]
    labels: tuple[NutritionLabel, ...]
    mixing: tuple[MixingStep, ...]
    apart: tuple[KeptApart, ...]
    storing: tuple[Storing, ...]
    osmoles: tuple[Osmoles, ...]
    curves: tuple[CurveBinding, ...]
    checks: tuple[CheckPolicy, ...]
    changes: tuple[DayChange, ...]
    screening: tuple[Screening, ...]

    def value(self, name: str) -> Quantity:
        """The number of that name. Raises KeyError with the name when the hospital has not set it."""
        for row in self.values:
            if row.name == name:
                return row.value
        raise KeyError(f"the nutrition profile {self.id} has no value {name!r}")

    def choice(self, name: str) -> str:
        """The decision of that name. Raises KeyError with the name when the hospital has not taken it."""
        for row in self.choices:
            if row.name == name:
                return row.choice
        raise KeyError(f"the nutrition profile {self.id} has no choice {name!r}")

    def stocked_for(self, purpose: str, population: str) -> tuple[str, ...]:
        """Ids of the products for a purpose, the preferred one first; empty when none is stocked."""
        for row in self.stocked:
            if row.purpose == purpose and population in row.populations:
                return row.products
        return ()

    def overfill_for(self, population: str, kind: str) -> Overfill:
        """The overfill rule. Raises KeyError when the hospital has none."""
        for row in self.overfill:
            if population in row.populations and kind in row.kinds:
                return row
        raise KeyError(f"the nutrition profile {self.id} has no overfill for {population}, {kind}")

    def pharmacists_for(self, population: str) -> int:
        """How many pharmacists check, each alone. Raises KeyError when the hospital has not said it."""
        for row in self.checks:
            if population in row.populations:
                return row.pharmacists
        raise KeyError(f"the nutrition profile {self.id} has no check policy for {population}")


@dataclass(frozen=True, kw_only=True)
class NutritionSet:
    """Profile, products, limits, templates, released non-nutrients and curves: one version, one digest."""

    profile: NutritionProfile
    products: tuple[NutritionProduct, ...]
    limits: tuple[LimitRow, ...]
    templates: tuple[Template, ...]
    non_nutrients: tuple[NonNutrient, ...]
    curves: tuple[Curve, ...]
    digest: str
    """SHA-256 over the canonical content of every file."""

    def __hash__(self) -> int:
        return hash(self.digest)

    @cached_property
    def _products_by_id(self) -> dict[str, NutritionProduct]:
        return {row.id: row for row in self.products}

    @cached_property
    def source_products(self) -> dict[str, SourceProduct]:
        """Every product as the engine reckons with it, by id."""
        return {row.id: row.as_source_product() for row in self.products}

    @cached_property
    def _products_by_item(self) -> dict[str, NutritionProduct]:
        return {item: row for row in self.products for item in row.items}

    def product(self, product_id: str) -> NutritionProduct:
        """The product of that id. Raises KeyError when it is not in this set."""
        return self._products_by_id[product_id]

    def product_of_item(self, item_id: str) -> NutritionProduct | None:
        """The product that a scanned container holds; None when it is no source of parenteral nutrition."""
        return self._products_by_item.get(item_id)

    def limits_for(self, figure: str, population: str, weight: Quantity, line: Line, kind: str) -> tuple[LimitRow, ...]:
        """Every row that bounds the figure for such an order."""
        return tuple(
            row for row in self.limits if row.figure == figure and row.holds_for(population, weight, line, kind)
        )

    def non_nutrient(self, nutrient: str, population: str, kind: str) -> NonNutrient | None:
        """The released row of a drug for this population and kind of bag; None = refused."""
        for row in self.non_nutrients:
            if row.nutrient == nutrient and population in row.populations and kind in row.kinds:
                return row
        return None

    def templates_for(self, population: str, weight: Quantity) -> tuple[Template, ...]:
        """Starting orders for this age and dosing weight."""
        return tuple(
            row
            for row in self.templates
            if row.population == population
            and (row.weight_from is None or weight >= row.weight_from)
            and (row.weight_below is None or weight < row.weight_below)
        )

    def curve(self, curve_id: str) -> Curve:
        """The curve of that id. Raises KeyError when it is not in this set."""
        return next(row for row in self.curves if row.id == curve_id)
