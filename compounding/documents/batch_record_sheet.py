"""What stays of a batch on paper: its compounding record, one for all its units."""

from dataclasses import dataclass

from compounding.documents.shapes import BeyondUse, DrugLine, Printed, Site, maybe
from compounding.documents.sheets import KeptPicture, Measurement, QualityCheck, Refused, Signature, WorkedFigure


@dataclass(frozen=True)
class LotUsed:
    """Containers of one product and lot: name, lot, expiry and strength as scanned, and how much of them went in."""

    name: str
    code: str
    vendor: str
    quantity: str
    """Containers."""
    lot: str
    expires: str
    strength: str
    amount: str
    scanned: str
    """By whom, and when the first one was."""


@dataclass(frozen=True)
class UnitsAlike:
    """Units of which everything is the same: where they are, how they stand, and whose one became."""

    units: str
    """``1 to 26``."""
    state: str
    place: str
    until: str
    dose: str
    """Number of the preparation that it became; ``none``."""
    note: str = maybe()
    """Why it is held, what shortened its time, under which policy it was assigned."""


@dataclass(frozen=True)
class AmountFound:
    """What was found in units by recalculation from what was recorded."""

    units: str
    amount: str
    difference: str
    inside: str


@dataclass(frozen=True, kw_only=True)
class BatchRecord:
    """``batch_record/1``: all that USP <797> asks of the compounding record of what is made for many patients."""

    number: str
    """The lot number."""
    barcode: str
    bands: list[str]
    site: Site
    drugs: list[DrugLine]
    """What one unit holds."""
    name: str
    strength: str
    dosage_form: str
    route: str
    prepared: str
    """Date, time and hoods."""
    formulation: str
    """The master formulation with the versions of its data, and an alternative that was made in its place."""
    why_so_many: str
    outcome: str
    prepared_by: list[str]
    verified_by: list[str]
    """Empty while nobody has verified it: the record then says so."""
    components: list[LotUsed]
    total_quantity: str
    yields: str
    """Theoretical and actual: planned, made, rejected, samples, retained, and the share."""
    rejected: str
    """Which units were rejected and why; ``none``."""
    labels: str
    """Printed = used + spoiled + destroyed, by whom."""
    beyond_use: BeyondUse
    beyond_use_reason: str
    unit_rows: list[UnitsAlike]
    amounts: list[AmountFound]
    quality: list[QualityCheck]
    """Looks, checks, tests with their reports, the count of the labels."""
    figures: list[WorkedFigure]
    measurements: list[Measurement]
    signatures: list[Signature]
    pictures: list[KeptPicture]
    refusals: list[Refused]
    head: str
    printed: Printed
