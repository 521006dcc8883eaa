"""What is printed for a batch: the worksheet that goes to the hood, and the labels of its units."""

from dataclasses import dataclass

from compounding.documents.shapes import BeyondUse, DrugLine, Maker, Printed, Site, maybe
from compounding.documents.sheets import StepToDo, WorkedFigure


@dataclass(frozen=True)
class ContainersToTake:
    """Containers of one product, and of one lot once they are scanned. Lot and expiry are empty before: lines to write on."""

    name: str
    code: str
    quantity: str
    lot: str = maybe()
    expires: str = maybe()


@dataclass(frozen=True)
class RowToFill:
    """One container to dissolve, or one unit to fill: what goes in, with room for what the syringe showed."""

    number: str
    todo: str
    """``10 mL from container 1``."""


@dataclass(frozen=True, kw_only=True)
class BatchWorksheet:
    """``batch_worksheet/1``: recipe, working and sign-off boxes of a batch of 1 to 250 units."""

    number: str
    """The lot number."""
    barcode: str
    bands: list[str]
    status: str = maybe()
    """``VOID`` for a batch that was rejected or given up; else empty."""
    site: Site
    drugs: list[DrugLine]
    """What one unit holds."""
    diluent: str = maybe()
    diluent_volume: str = maybe()
    total: str
    route: str
    formulation: str
    formulary_version: str
    units: str
    """``30 units: 27 for patients, 3 samples``."""
    test: str
    """Whether it waits for a test."""
    proposed: str
    """Why so many: the arithmetic, or the reason given."""
    cautions: list[str]
    containers: list[ContainersToTake]
    supplies: str = maybe()
    figures: list[WorkedFigure]
    before: list[StepToDo]
    """What is done before anything is drawn; may be none."""
    dissolving: list[RowToFill]
    """Containers to dissolve; none for a solution."""
    filling: list[RowToFill]
    """One row for each unit."""
    after: list[StepToDo]
    tolerance: str
    beyond_use: str
    printed: Printed


@dataclass(frozen=True)
class UnitOnLabel:
    """One unit."""

    name: str
    """``unit 14 of 30``."""
    number: str
    """``01-20260414-02-7U014``."""
    barcode: str


@dataclass(frozen=True, kw_only=True)
class BatchLabels:
    """``batch_labels/1``: one label for each unit, a page each. The patient's label goes on at its assignment."""

    number: str
    barcode: str
    bands: list[str]
    site: Site
    drugs: list[DrugLine]
    dosage_form: str
    diluent: str = maybe()
    diluent_volume: str = maybe()
    total: str
    concentration: str
    route: str
    beyond_use: BeyondUse
    auxiliary: list[str]
    warnings: list[str]
    """``HIGH ALERT``, and what the unit is an alternative to; may be none."""
    made_by: Maker
    units: list[UnitOnLabel]
    printed: Printed
