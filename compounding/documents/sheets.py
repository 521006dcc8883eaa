"""The sheets: the worksheet that goes to the hood, and the compounding record that stays."""

from dataclasses import dataclass

from compounding.documents.shapes import BeyondUse, DrugLine, Due, PatientLine, Printed, Site, maybe


@dataclass(frozen=True)
class ContainerToTake:
    """A container to take and scan. ``not_this`` names the look-alike it must not be."""

    name: str
    code: str
    quantity: str
    lot: str = maybe()
    expires: str = maybe()
    not_this: str = maybe()


@dataclass(frozen=True)
class WorkedFigure:
    """One figure with its derivation."""

    name: str
    working: str
    """Formula and numbers: ``dose ÷ strength = 460 mg ÷ 100 mg/mL``."""
    result: str
    formula: str
    """Identifier and version: ``volume.from_dose 1``."""
    allowed: str = maybe()


@dataclass(frozen=True)
class StepToDo:
    """One step. ``reads`` is the unit of a volume or mass to write down; empty where nothing is measured."""

    text: str
    reads: str = maybe()


@dataclass(frozen=True)
class Tick:
    """A number on a syringe's scale; ``x`` is a length in the drawing."""

    text: str
    x: str


@dataclass(frozen=True)
class SyringeDrawing:
    """A syringe as it must look, in units of the drawing; made by ``syringe.drawing``."""

    title: str
    """``Syringe at 4.6 mL``."""
    hint: str
    """``10 mL syringe, one small line is 0.2 mL``."""
    edge: str
    flag: str
    minor: str
    major: str
    ticks: list[Tick]


@dataclass(frozen=True, kw_only=True)
class Worksheet:
    """``worksheet/1``: recipe, working and sign-off boxes of one preparation."""

    number: str
    barcode: str
    status: str = maybe()
    """``DRAFT`` until verified, ``VOID`` when the order changed; else empty."""
    order_version: str
    formulary_version: str
    bands: list[str]
    site: Site
    patient: PatientLine
    patient_facts: str
    """``11 months, 9.2 kg (13 Apr)``."""
    allergies: str
    drugs: list[DrugLine]
    diluent: str = maybe()
    diluent_volume: str = maybe()
    total: str
    route: str
    rate: str = maybe()
    duration: str = maybe()
    due: Due
    order_text: str
    prescriber: str
    reviewed: str
    """``K. Duarte, RPh, 13:44: no findings``."""
    cautions: list[str]
    containers: list[ContainerToTake]
    supplies: str = maybe()
    figures: list[WorkedFigure]
    steps: list[StepToDo]
    syringes: list[SyringeDrawing]
    tolerance: str
    """``Outside ±5 %: measure again or reject.``"""
    in_process_check: str
    beyond_use: str
    printed: Printed


@dataclass(frozen=True)
class RecordedComponent:
    """Items 5 to 8 of the record: component, vendor, lot, expiry, weight or volume, strength or activity."""

    name: str
    code: str
    vendor: str
    lot: str
    expires: str
    strength: str
    amount: str
    scanned: str
    """Who scanned it and when, or how it was identified otherwise."""


@dataclass(frozen=True)
class Measurement:
    """A measured volume or mass beside what was planned."""

    step: str
    planned: str
    entered: str
    difference: str
    how: str
    """Typed from the syringe, weighed; by whom, when."""


@dataclass(frozen=True)
class QualityCheck:
    """Item 12: a control procedure and its result."""

    procedure: str
    expected: str
    result: str
    by: str
    at: str


@dataclass(frozen=True)
class Signature:
    """A signature: who, when, what it means, and the digest of the content it stands on."""

    name: str
    at: str
    meaning: str
    digest: str


@dataclass(frozen=True)
class KeptPicture:
    """A picture by its hash; the file itself is kept beside the record."""

    what: str
    at: str
    hash: str


@dataclass(frozen=True)
class Refused:
    """An action that the system refused: a near miss."""

    at: str
    who: str
    action: str
    why: str


@dataclass(frozen=True, kw_only=True)
class CompoundingRecord:
    """``compounding_record/1``: all that USP <797> asks of a compounding record, and what was refused on the way."""

    number: str
    barcode: str
    bands: list[str]
    site: Site
    patient: PatientLine
    name: str
    """Item 1 with strength and dosage form: what was made."""
    strength: str
    dosage_form: str
    drugs: list[DrugLine]
    route: str
    prepared: str
    """Item 2: date and time of preparation."""
    order: str
    outcome: str
    """``Released 14 Apr 2026, 14:09``, ``Rejected …``."""
    prepared_by: list[str]
    verified_by: list[str]
    """Item 4; empty only while nobody has verified it: the record then says so."""
    components: list[RecordedComponent]
    total_quantity: str
    """Item 9."""
    yield_made: str
    """Item 10: quantity, containers, units."""
    beyond_use: BeyondUse
    beyond_use_reason: str
    quality: list[QualityCheck]
    formulation: str
    """Item 13: the master formulation and its version."""
    figures: list[WorkedFigure]
    measurements: list[Measurement]
    signatures: list[Signature]
    pictures: list[KeptPicture]
    refusals: list[Refused]
    head: str
    """Hash of the record's newest entry when it was printed."""
    printed: Printed
