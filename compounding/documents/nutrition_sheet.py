"""The worksheet of a nutrition container: every source in the order of mixing, with what measures it and the running volume."""

from dataclasses import dataclass

from compounding.documents.shapes import Due, PatientLine, Printed, Site, maybe
from compounding.documents.sheets import ContainerToTake


@dataclass(frozen=True)
class OrderedRow:
    """One row of the order: what the patient gets and what it is made of."""

    name: str
    ordered: str
    per_day: str
    made_of: str = maybe()


@dataclass(frozen=True)
class MixStepToDo:
    """One step of the mixing."""

    number: str
    text: str
    by: str = maybe()
    """What measures it: ``pump``, ``3 mL syringe, by 0.1 mL``; empty for a rinse, a label or a look."""
    volume: str = maybe()
    running: str = maybe()
    """What the container holds after it."""
    reads: str = maybe()
    """Unit of what is written down: ``mL`` or ``g``."""
    note: str = maybe()


@dataclass(frozen=True, kw_only=True)
class NutritionWorksheet:
    """``nutrition_worksheet/1``: the recipe of one container in mixing order, with sign-off boxes."""

    number: str
    barcode: str
    status: str = maybe()
    """``VOID`` when the order changed; else empty."""
    order_version: str
    profile: str
    """Nutrition profile and version."""
    bands: list[str]
    site: Site
    patient: PatientLine
    weight: str
    allergies: str
    title: str
    line: str
    infuse: str
    holds: str
    volumes: str
    """How the prepared volume follows from the one to infuse."""
    run: str
    """``6 mL/h over 24 h``, with the tapers of a cycle."""
    due: Due
    prescriber: str
    reviewed: str
    goes_with: str = maybe()
    rows: list[OrderedRow]
    containers: list[ContainerToTake]
    supplies: str = maybe()
    steps: list[MixStepToDo]
    tolerance: str
    calcium_phosphate: str = maybe()
    beyond_use: str
    printed: Printed
