"""What a guard looks at beyond the dose itself, read once and frozen. Guards never read anything on their own."""

from dataclasses import dataclass
from datetime import datetime

from formulary.model import Formulary

from compounding.qualifications import Qualification
from compounding.rooms import Hood
from compounding.stock.lot import Lot
from compounding.stock.resolving import Resolved, Unknown


@dataclass(frozen=True)
class OrderNow:
    """How the order of the dose stands at this moment."""

    version: int = 0
    """The current version."""
    active: bool = False
    """Verified and not ended."""
    held: bool = False
    status: str = ""


@dataclass(frozen=True)
class DoseContext:
    formulary: Formulary
    order: OrderNow = OrderNow()
    qualification: Qualification = Qualification()
    hood: Hood = Hood()
    resolved: Resolved | Unknown | None = None
    lot: Lot = Lot()
    reserved_for: str = ""
    """Number of another dose that this very container was scanned for."""
    places: tuple[str, ...] = ()
    expiries: tuple[tuple[str, datetime], ...] = ()
    """Name and last moment of every scanned component."""
    witness_roles: frozenset[str] = frozenset()
    label: dict[str, object] | None = None
    """Snapshot of the dispensing label, for a release."""
    content_digest: str = ""
    """Digest of what is on the check page now."""
    hands_on_lone_shift: bool = False
