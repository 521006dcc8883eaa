"""Master formulation: how one kind of order for one drug is made, in the sense of USP <797> (content of its §MFR)."""

from dataclasses import dataclass
from enum import StrEnum

from calculations.quantity import Quantity
from formulary.model_common import (
    ContainerClass,
    Line,
    Material,
    OrderType,
    Source,
    Storage,
    VolumePolicy,
)


class DoseBasis(StrEnum):
    """How the dose follows from the patient."""

    FLAT = "flat"
    PER_KG = "per_kg"
    PER_M2 = "per_m2"
    AUC = "auc"


class WeightKind(StrEnum):
    """Which weight a per-kg dose is worked out on."""

    DOSING = "dosing"
    ACTUAL = "actual"
    IDEAL = "ideal"
    ADJUSTED = "adjusted"
    LEAN = "lean"
    BIRTH = "birth"


@dataclass(frozen=True, kw_only=True)
class ClearanceRule:
    """Bounds that a Calvert dose is worked out with."""

    clearance_cap: Quantity
    """mL/min; a higher clearance counts as this."""
    creatinine_floor: Quantity | None
    """mg/dL written as mg/L or mg/dL by the source; a lower creatinine raises a finding."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class DoseRule:
    """What an order may state and how the dose is worked out from it."""

    bases: tuple[DoseBasis, ...]
    units: tuple[str, ...]
    """Canonical units an order may use: ("mg/kg", "mg")."""
    dosing_weight: WeightKind
    single_dose_cap: Quantity | None
    """The worked-out dose is capped here, and the cap is shown (vincristine 2 mg)."""
    clearance: ClearanceRule | None
    source: Source


@dataclass(frozen=True, kw_only=True)
class RoundingRule:
    """Rounding of the worked-out dose, before preparation. `step` None = the dose is made as ordered."""

    name: str
    step: Quantity | None
    max_deviation: Quantity
    """Largest allowed |rounded − exact| ÷ exact, as "one"; beyond it the exact dose stands."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class DiluentChoice:
    """One solution in one volume. The first row that fits is offered first."""

    solution: str
    volume: Quantity
    """Bag label volume, or for EXACT and REPLACE the declared final volume."""
    dose_from: Quantity | None
    """Row is meant for doses from here (included); None = no bound."""
    dose_to: Quantity | None
    """… up to here (included)."""
    materials: tuple[Material, ...]
    """Container walls allowed; empty = any."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class InfusionRule:
    """How the dose is run. For a push `default_time` is the time of injection. Speed limits are Limit rows."""

    default_time: Quantity | None
    shortest_time: Quantity | None
    longest_time: Quantity | None
    text: str
    """As printed when more must be said: "1 mg/min for 6 h, then 0.5 mg/min"; may be empty."""
    source: Source


class Moment(StrEnum):
    """Where an extra instruction stands among the steps that the plan makes."""

    BEFORE_START = "before_start"
    AFTER_RECONSTITUTION = "after_reconstitution"
    BEFORE_DRAWING = "before_drawing"
    BEFORE_MIXING = "before_mixing"
    AFTER_MIXING = "after_mixing"
    AT_END = "at_end"


@dataclass(frozen=True, kw_only=True)
class Instruction:
    """A sentence shown and confirmed at its moment."""

    at: Moment
    text: str
    confirm: bool
    """True: the preparer confirms it as a step of its own."""
    source: Source


@dataclass(frozen=True, kw_only=True)
class IntermediateDilution:
    """Dilute first: a named stock from which an unmeasurable dose becomes measurable."""

    id: str
    product: str
    drug_volume: Quantity
    """Drawn from the product (after dissolution for a powder)."""
    solution: str
    diluent_volume: Quantity
    final_volume: Quantity
    """drug_volume + diluent_volume."""
    concentration: Quantity
    """drug amount ÷ final_volume; the loader holds it against the product's label."""
    container: ContainerClass
    source: Source


@dataclass(frozen=True, kw_only=True)
class AuxiliaryLabel:
    """Text printed on the dispensing label because of the formulation."""

    text: str
    both_sides: bool
    source: Source


@dataclass(frozen=True, kw_only=True)
class QualityControl:
    """One check on the finished preparation and what it must show."""

    procedure: str
    expected: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class MasterFormulation:
    """One way to make one drug for one kind of order. All numbers are the house's data."""

    id: str
    drug: str
    name: str
    order_type: OrderType
    populations: tuple[str, ...]
    """Population ids it serves; empty = any."""
    routes: tuple[str, ...]
    """"IV", "intrathecal"."""
    lines: tuple[Line, ...]
    dose: DoseRule
    rounding: RoundingRule
    products: tuple[str, ...]
    """Product ids it may be made from, best first; empty = every product that is not ready to use."""
    ready_to_use: tuple[str, ...]
    """Product ids offered first, when one fits the order: no mixing."""
    diluents: tuple[DiluentChoice, ...]
    """Empty = undiluted (a push drawn up as it is)."""
    container: ContainerClass
    volume_policy: VolumePolicy
    true_concentration_limit: Quantity
    """As "one": a finding when declared and true concentration differ by more than this share."""
    concentration_low: Quantity | None
    concentration_high: Quantity | None
    """Final concentration wanted; findings come from Limit rows."""
    concentration_source: Source | None
    standard_concentrations: tuple[str, ...]
    """Ids of StandardConcentration rows (continuous infusions)."""
    pump_unit: str | None
    """Unit the pump is programmed in: "mL/h", "mcg/kg/min"."""
    infusion: InfusionRule
    volume_tolerance: Quantity
    """As "one": |entered − planned| ÷ planned that still passes, per addition."""
    gravimetric_tolerance: Quantity
    """As "one", for weighed additions."""
    instructions: tuple[Instruction, ...]
    order_of_mixing: tuple[str, ...]
    """Plain words, first to last; empty = one addition only."""
    physical_description: str
    """What a good preparation looks like."""
    description_source: Source
    preparation_filter: str | None
    """Filter type used while making ("5 micron"); None = none asked for."""
    infusion_filter: str | None
    tubing: str | None
    light_cover: bool
    labels: tuple[AuxiliaryLabel, ...]
    storage_path: tuple[Storage, ...]
    """In order: where it is kept, then where it goes ("refrigerate until …; once out …")."""
    compounding_category: str
    """"1", "2" or "3" of the beyond-use table that the house makes this as."""
    hazardous_hood: bool
    pictures_required: bool
    in_process_check: bool
    second_check: bool
    quality_control: tuple[QualityControl, ...]
    intermediate: IntermediateDilution | None
    minibag_only: bool
    """Absolute: never in a syringe, never another route (vinca alkaloids)."""
    preservative_free_only: bool
    """Absolute: only products without preservative (intrathecal, neonates)."""
    tolerance_source: Source
    """Source of tolerances, rounding share and true-concentration limit (house rules)."""
    source: Source
