"""Limits, standard concentrations, stability and compatibility: rows that findings and beyond-use times rest on."""

from dataclasses import dataclass
from enum import StrEnum

from calculations.quantity import Quantity
from calculations.units import Unit
from formulary.model_common import Line, Material, Source, Storage


class LimitKind(StrEnum):
    """Which figure of the plan is compared.

    DOSE one dose; DAY all doses of 24 h; COURSE one cycle or course; LIFETIME all doses ever;
    CONCENTRATION in the final container; RATE amount per time while running; DURATION time to infuse.
    """

    DOSE = "dose"
    DAY = "day"
    COURSE = "course"
    LIFETIME = "lifetime"
    CONCENTRATION = "concentration"
    RATE = "rate"
    DURATION = "duration"


class Purpose(StrEnum):
    """Why the dose is given. ANY is a row that holds for every purpose that has no row of its own kind."""

    ANY = "any"
    LOAD = "load"
    BOLUS = "bolus"
    MAINTENANCE = "maintenance"
    TITRATION = "titration"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """One bound on one figure. The unit says the basis (mg, mg/kg, mg/kg/day, mg/m2, mg/min, mg/mL).

    Below `low` or above `high`: soft. Above `hard_max`: hard, or absolute when `absolute` is set.
    At the bound is inside. All three carry `unit` and the drug's `of`.
    """

    id: str
    drug: str
    kind: LimitKind
    purpose: Purpose
    population: str
    """Id of a Population of the drug or of the site."""
    route: str | None
    """None = every route."""
    line: Line
    order_types: tuple[str, ...]
    """Order types the row holds for; empty = all."""
    formulations: tuple[str, ...]
    """Formulation ids the row holds for; empty = all."""
    unit: Unit
    low: Quantity | None
    high: Quantity | None
    hard_max: Quantity | None
    absolute: bool
    condition: str
    """In words, what must also be true ("with continuous ECG"); empty = nothing."""
    note: str
    source: Source


@dataclass(frozen=True, kw_only=True)
class StandardConcentration:
    """A concentration that continuous infusions are offered in. Off-standard needs a reason and a second pharmacist."""

    id: str
    drug: str
    population: str
    line: Line
    concentration: Quantity
    pump_unit: str
    """Unit the pump's dose rate is entered in, e.g. "mcg/kg/min"."""
    source: Source


class StabilityState(StrEnum):
    """What is kept: the dissolved vial, the mixed container, the drawn-up syringe, the intact container."""

    RECONSTITUTED = "reconstituted"
    DILUTED = "diluted"
    DRAWN = "drawn"
    INTACT = "intact"


class StabilityStart(StrEnum):
    """Event that starts the clock."""

    PREPARATION_START = "PREPARATION_START"
    RECONSTITUTION = "RECONSTITUTION"
    DILUTION = "DILUTION"
    DRAW = "DRAW"
    FIRST_PUNCTURE = "FIRST_PUNCTURE"
    REMOVAL_FROM_COLD = "REMOVAL_FROM_COLD"
    THAW = "THAW"


class StabilityEnd(StrEnum):
    """What must have happened when the clock runs out."""

    START_OF_ADMIN = "START_OF_ADMIN"
    END_OF_INFUSION = "END_OF_INFUSION"


@dataclass(frozen=True, kw_only=True)
class Stability:
    """Physico-chemical stability of one state under named conditions. Never stretched to another condition."""

    id: str
    drug: str
    state: StabilityState
    products: tuple[str, ...]
    """Product ids it was stated for; empty = all products of the drug."""
    formulations: tuple[str, ...]
    """Formulation ids it is limited to; empty = all."""
    solutions: tuple[str, ...]
    """Solution ids of the diluent; empty = the source names none (holds for each allowed diluent)."""
    materials: tuple[Material, ...]
    """Container walls; empty = the source names none."""
    concentration_low: Quantity | None
    concentration_high: Quantity | None
    storage: Storage
    limit: Quantity
    """Hours."""
    starts_at: StabilityStart
    ends_at: StabilityEnd
    note: str
    source: Source


class CompatibilityKind(StrEnum):
    """Y_SITE in one line; ADMIXTURE in one container; DILUENT as the base solution."""

    Y_SITE = "y_site"
    ADMIXTURE = "admixture"
    DILUENT = "diluent"


class Verdict(StrEnum):
    """No row at all means "no data", never "compatible"."""

    COMPATIBLE = "compatible"
    INCOMPATIBLE = "incompatible"
    VARIABLE = "variable"


@dataclass(frozen=True, kw_only=True)
class Compatibility:
    """One statement about this drug with another drug, solution or tag."""

    drug: str
    kind: CompatibilityKind
    other: str
    """Drug id, solution id, or a tag such as "calcium" or "beta_lactams"."""
    other_display: str
    verdict: Verdict
    text: str
    """As shown: "not in the same line as calcium fluids"."""
    source: Source
