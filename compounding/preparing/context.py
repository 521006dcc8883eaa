"""What a guard looks at beyond the dose itself, read once and frozen. Guards never read anything on their own."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from calculations.nutrition.order import NutritionOrder
from compounding.planning.draw_up import draw_up
from compounding.planning.plan import DrawUpPlan
from compounding.qualifications import Qualification
from compounding.rooms import Hood
from compounding.stock.location import Location
from compounding.stock.lot import Lot
from compounding.stock.opened_state import Opened
from compounding.stock.resolving import Resolved, Unknown
from formulary.house.assigning import AssigningPolicy
from formulary.model import Formulary

if TYPE_CHECKING:
    from compounding.preparing.finished_units import FoundUnit


@dataclass(frozen=True)
class OrderNow:
    """How the order of the dose stands at this moment."""

    version: int = 0
    """The current version."""
    active: bool = False
    """Verified and not ended."""
    held: bool = False
    status: str = ""
    stop: datetime | None = None
    """When the order ends, where it says so."""
    standing: frozenset[int] = frozenset()
    """Older versions whose doses stand: the current one repeats them after a new review and is made in the same way."""


@dataclass(frozen=True)
class DoseContext:
    formulary: Formulary
    order: OrderNow = field(default_factory=OrderNow)
    qualification: Qualification = field(default_factory=Qualification)
    hood: Hood = field(default_factory=Hood)
    new_allergies: tuple[str, ...] = ()
    """Coded allergies against what is in the dose that became known after the order was accepted, in words."""
    changed_since: tuple[str, ...] = ()
    """Weights and results that the order uses and that are not as they were at its review, in words."""
    grave_since: tuple[str, ...] = ()
    """Findings for two, or for nobody, that the patient as now gives and the review did not have, in words."""
    resolved: Resolved | Unknown | None = None
    lot: Lot = field(default_factory=Lot)
    opened: Opened | None = None
    """The opened container under the scanner."""
    dissolved_with: tuple[tuple[str, str], ...] = ()
    """Vials of diluent that it was dissolved with: id and what each is called."""
    nutrition_order: NutritionOrder | None = None
    """For a scan at a nutrition container: what was ordered, so that its bag can be assessed by what is scanned."""
    lots: tuple[Lot, ...] = ()
    """How the lots of everything scanned stand at this moment; of an opened container under the scanner those inside it."""
    reserved_for: str = ""
    """Number of another dose that this very container was scanned for."""
    expiries: tuple[tuple[str, datetime], ...] = ()
    """Name and last moment of every scanned component."""
    unpaired_here: str = ""
    """Number of another dose whose printed label waits for its container at this station."""
    label_at_printer: bool = False
    """The newest label went to a print queue, and it is not certain that nothing came out there."""
    witness_roles: frozenset[str] = frozenset()
    unaccounted: tuple[str, ...] = ()
    """Vials of controlled drugs of which something is neither drawn nor kept nor wasted, in words."""
    label: dict[str, object] | None = None
    """Snapshot of the dispensing label, for a release."""
    content_digest: str = ""
    """Digest of what is on the check page now."""
    unit: "FoundUnit | None" = None
    """The finished unit under the scanner, as its batch says now."""
    recalled_by: str = ""
    """Number of a recall that stops it: for the end of a quarantine, and for a batch, one that has not settled it."""
    unit_held: str = ""
    """Why the finished unit that became this dose is held."""
    location: Location = field(default_factory=Location)
    """Where the units of a batch are put; blank for a place that nobody described."""
    assigning: AssigningPolicy | None = None
    """The released policy under which somebody who is no pharmacist assigns the unit under the scanner."""
    draw_up: Callable[..., DrawUpPlan] = draw_up
    """Makes the draw-up plan anew from what was scanned; of a batch that of all its units."""
