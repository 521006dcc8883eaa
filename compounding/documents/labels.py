"""The labels: on the released dose, on the dose in the making, and on an intermediate dilution.

Content after USP <797> (label on the immediate container) and hospital practice: two identifiers, location, tall-man
drug with amount, diluent, total volume, concentration, route, rate, due, beyond-use date and time with storage, lots,
who made and checked it, number and barcode.
"""

from dataclasses import dataclass

from compounding.documents.shapes import (
    BeyondUse,
    Component,
    DrugLine,
    Due,
    Maker,
    PatientLine,
    Person,
    Printed,
    Site,
    maybe,
)


@dataclass(frozen=True, kw_only=True)
class DispensingLabel:
    """``dispensing_label/1``: goes on the dose after the pharmacist's pass, never before."""

    number: str
    barcode: str
    order_version: str
    container: str
    """``single-dose`` or ``multiple-dose``; its statement stands among the auxiliary texts."""
    bands: list[str]
    """``DEMONSTRATION, NOT FOR PATIENT CARE``, ``DRAFT``; may be none."""
    site: Site
    patient: PatientLine
    alerts: list[str]
    """``HIGH ALERT``, ``FOR INTRATHECAL USE ONLY``: white on black; may be none."""
    drugs: list[DrugLine]
    dosage_form: str
    diluent: str = maybe()
    diluent_volume: str = maybe()
    total: str
    concentration: str = maybe()
    route: str
    rate: str = maybe()
    rate_as_dose: str = maybe()
    """The rate in units of dose: ``2 units/h``."""
    duration: str = maybe()
    due: Due
    beyond_use: BeyondUse
    components: list[Component]
    auxiliary: list[str]
    made_by: Maker
    checked_by: list[Person]
    measured: str = maybe()
    """``Measured 1,245 mg, −0.4 %``."""
    printed: Printed


@dataclass(frozen=True, kw_only=True)
class InProcessLabel:
    """``in_process_label/1``: marks the final container from the first step until the dispensing label covers it."""

    number: str
    barcode: str
    bands: list[str]
    site: Site
    patient: PatientLine
    drugs: list[DrugLine]
    diluent: str = maybe()
    diluent_volume: str = maybe()
    route: str
    due: Due
    started_by: Maker
    hood: str
    warnings: list[str]
    """``HAZARDOUS``, ``PARALYZING AGENT``: what the next hand must know; may be none."""
    printed: Printed


@dataclass(frozen=True, kw_only=True)
class IntermediateLabel:
    """``intermediate_label/1``: an intermediate dilution, drawn from for one preparation and then discarded."""

    number: str
    barcode: str
    preparation: str
    """Number of the one preparation it belongs to."""
    bands: list[str]
    site: Site
    patient: PatientLine
    drug: str
    concentration: str
    total: str
    diluent: str
    diluent_volume: str
    components: list[Component]
    made_by: Maker
    use_until: str
    """Until when it may be drawn from: ``14 Apr 2026, 15:00``."""
    warnings: list[str]
    printed: Printed


@dataclass(frozen=True, kw_only=True)
class OpenedLabel:
    """``opened_label/1``: on a container that is kept after the preparation that opened it."""

    number: str
    """The container's own number, with its check digit."""
    barcode: str
    bands: list[str]
    site: Site
    product: str
    concentration: str = maybe()
    """As it is drawn from; empty for a diluent."""
    left: str
    """What was left when this was printed."""
    dissolved: str = maybe()
    """When; empty for a solution."""
    use_before: str
    """It is drawn from before this moment only: ``15 Apr 2026, 01:03``."""
    limit: str
    """What sets that moment, in words."""
    opened_at: str
    opened_by: str
    """Who made the preparation that opened it."""
    kept_by: str
    hood: str
    iso_class: str
    storage: str
    place: str
    lot: str
    expires: str
    """Last day of use of the lot."""
    warnings: list[str]
    """``FOR ONE PATIENT ONLY``; may be none."""
    printed: Printed
