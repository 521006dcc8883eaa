"""What every row of the formulary shares: its source, its release state, and the closed lists of words.

All names are re-exported by `formulary.model`; import from there.
"""

from dataclasses import dataclass
from enum import StrEnum

from calculations.quantity import Quantity


class Confidence(StrEnum):
    """How well a value is founded. A mark is never raised without reading the named text again."""

    SEEN = "seen"
    LABEL_HIGH = "L-H"
    LABEL_MEDIUM = "L-M"
    LABEL_LOW = "L-L"
    PRACTICE_HIGH = "P-H"
    PRACTICE_MEDIUM = "P-M"
    PRACTICE_LOW = "P-L"
    STANDARD_HIGH = "M-H"
    STANDARD_MEDIUM = "M-M"
    STANDARD_LOW = "M-L"
    CALCULATED = "calculated"
    DESIGN = "design"
    DEMONSTRATION = "demonstration"


CONFIDENCE_MEANING = {
    Confidence.SEEN: "number read in the named text",
    Confidence.LABEL_HIGH: "product label, from memory, high confidence",
    Confidence.LABEL_MEDIUM: "product label, from memory, medium confidence",
    Confidence.LABEL_LOW: "product label, from memory, low confidence",
    Confidence.PRACTICE_HIGH: "ordinary practice, from memory, high confidence",
    Confidence.PRACTICE_MEDIUM: "ordinary practice, from memory, medium confidence",
    Confidence.PRACTICE_LOW: "ordinary practice, from memory, low confidence",
    Confidence.STANDARD_HIGH: "named standard, from memory, high confidence",
    Confidence.STANDARD_MEDIUM: "named standard, from memory, medium confidence",
    Confidence.STANDARD_LOW: "named standard, from memory, low confidence",
    Confidence.CALCULATED: "worked out from values that have a source",
    Confidence.DESIGN: "proposed by this project, to be decided by the hospital",
    Confidence.DEMONSTRATION: "invented for the demonstration hospital",
}


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where a value comes from. Printed beside every finding that rests on the value."""

    id: str
    """Name of the source inside its file, e.g. "label"."""
    text: str
    """What a pharmacist would look up, e.g. "FDA label, medlibrary.org copy, vancomycin, page 4"."""
    confidence: Confidence


class Status(StrEnum):
    """DRAFT never drives a live order outside the demonstration; APPROVED was released by two pharmacists."""

    DRAFT = "DRAFT"
    APPROVED = "APPROVED"


class Form(StrEnum):
    """How a product leaves its maker."""

    POWDER_VIAL = "powder_vial"
    SOLUTION_VIAL = "solution_vial"
    AMPULE = "ampule"
    PREMIX_BAG = "premix_bag"
    PREFILLED_SYRINGE = "prefilled_syringe"
    BULK_VIAL = "bulk_vial"


class ContainerType(StrEnum):
    """Decides how long an opened container may still be drawn from."""

    SINGLE_DOSE = "single_dose"
    MULTIPLE_DOSE = "multiple_dose"
    PHARMACY_BULK = "pharmacy_bulk"
    AMPULE = "ampule"


class ContainerClass(StrEnum):
    """The final container; decides label stock and how the dose is handed over."""

    BAG = "bag"
    MINIBAG = "minibag"
    SYRINGE = "syringe"


class Material(StrEnum):
    """Wall of a bag or syringe."""

    PVC = "pvc"
    NON_PVC = "non_pvc"
    POLYOLEFIN = "polyolefin"
    GLASS = "glass"
    EVA = "eva"
    POLYPROPYLENE = "polypropylene"


class OrderType(StrEnum):
    """Kind of order a master formulation serves."""

    INTERMITTENT = "intermittent"
    PUSH = "push"
    CONTINUOUS = "continuous"
    LARGE_VOLUME = "large_volume"
    CHEMOTHERAPY = "chemotherapy"
    MICRODOSE = "microdose"
    INTRATHECAL = "intrathecal"
    PARENTERAL_NUTRITION = "parenteral_nutrition"
    """Made by the nutrition profile of the site; no single drug's formulation serves it."""


class Line(StrEnum):
    """Where a catheter tip lies. ANY is a row that holds for both."""

    ANY = "any"
    PERIPHERAL = "peripheral"
    CENTRAL = "central"


class VolumePolicy(StrEnum):
    """How the volume of the drug meets the bag; fixes the declared final volume.

    ADD: declared = bag label volume + drug volume (the bag's overfill is not counted).
    REPLACE: the drug's volume is removed first; declared = bag label volume.
    REMOVE_OVERFILL: drug volume and overfill are removed; declared = bag label volume, and true.
    EXACT: empty bag or syringe filled to the declared volume.
    """

    ADD = "ADD"
    REPLACE = "REPLACE"
    REMOVE_OVERFILL = "REMOVE_OVERFILL"
    EXACT = "EXACT"


class StorageCondition(StrEnum):
    """Place of storage in the terms of the beyond-use table."""

    CRT = "crt"
    FRIDGE = "fridge"
    FREEZER = "freezer"


@dataclass(frozen=True, kw_only=True)
class Storage:
    """A place of storage with the label's own temperature range (whole °C; None = the label names no bound)."""

    condition: StorageCondition
    celsius_low: int | None
    celsius_high: int | None
    protect_from_light: bool
    text: str
    """As printed: "2 to 8 °C, protect from light"."""


class AgeUnit(StrEnum):
    """Calendar ages: completed days, weeks, months, years."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, kw_only=True)
class Age:
    """A calendar age, counted on birthdays; no quantity, because months and years have no fixed length."""

    number: int
    unit: AgeUnit


@dataclass(frozen=True, kw_only=True)
class Population:
    """Whom a row holds for. Every bound that is None does not restrict; `from` is included, `below` is not."""

    id: str
    """"any", "adult", "child", "neonate", or a drug's own band."""
    text: str
    age_from: Age | None
    age_below: Age | None
    weight_from: Quantity | None
    """Body weight, kg_bw."""
    weight_below: Quantity | None
    postmenstrual_from: Quantity | None
    """Weeks since the last menstruation of the mother."""
    postmenstrual_below: Quantity | None
    source: Source
