"""The label of a nutrition container, after the ASPEN template: what the patient gets a day and per kg, salt and ion."""

from dataclasses import dataclass

from compounding.documents.shapes import BeyondUse, Due, Maker, PatientLine, Person, Printed, Site, maybe


@dataclass(frozen=True)
class NutrientLine:
    """One row of the label, in the order of the order."""

    name: str
    """Salt or product in words: ``calcium gluconate``, ``amino acids (TrophAmine 10 %)``."""
    per_day: str
    per_kg: str = maybe()
    """Per kg per day; empty where the weight is no basis."""
    note: str = maybe()
    """What comes with it: ``sodium 1.33 mEq/kg``."""


@dataclass(frozen=True, kw_only=True)
class NutritionLabel:
    """``nutrition_label/1``: a bag of parenteral nutrition, or the lipid beside it. After the pharmacist's pass only."""

    number: str
    barcode: str
    order_version: str
    bands: list[str]
    site: Site
    patient: PatientLine
    weight: str
    """``dosing weight 1.2 kg, 9 Apr 2026``."""
    title: str
    """``PARENTERAL NUTRITION, 2-in-1`` or ``LIPID, SYRINGE 1 OF 2``."""
    line: str
    """``CENTRAL LINE ONLY``, or which lines it may run in."""
    rate: str
    hours: str
    """``24 h``."""
    infuse: str
    """Volume to infuse."""
    holds: str
    """Volume that the container holds, overfill included."""
    volumes: str
    """The overfill, hang-by and the longest hang time, lipid in or apart, in words."""
    tapers: list[str]
    """Steps of a cycle: ``20:00 to 21:00 at 81.8 mL/h``; none for a steady rate."""
    rows_title: str
    """``What the patient gets``; of one lipid container of several ``All syringes together``."""
    rows: list[NutrientLine]
    sums: list[str]
    """Lines under the rows: all ions from all sources, glucose rate, energy, final percent."""
    osmolarity: str = maybe()
    filter: str
    due: Due
    beyond_use: BeyondUse
    auxiliary: list[str]
    goes_with: str = maybe()
    """Number of the other container of the same order."""
    made_by: Maker
    checked_by: list[Person]
    measured: str = maybe()
    printed: Printed
