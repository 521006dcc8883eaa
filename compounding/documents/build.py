"""The snapshot of each document from explicit facts. Every figure comes in as the text that prints.

Each builder adds what follows from the rest: the kind's barcode, the demonstration and draft bands, the statement of a
single-dose container. Raises ``Faults`` with all missing mandatory fields at once.
"""

from collections.abc import Sequence
from typing import Any

from compounding.documents.batch_record_sheet import BatchRecord
from compounding.documents.batch_sheets import BatchLabels, BatchWorksheet, UnitOnLabel
from compounding.documents.labels import DispensingLabel, InProcessLabel, IntermediateLabel, OpenedLabel
from compounding.documents.nutrition_labels import NutritionLabel
from compounding.documents.nutrition_sheet import NutritionWorksheet
from compounding.documents.sheets import CompoundingRecord, Worksheet
from compounding.documents.snapshots import STATEMENTS, barcode_text, snapshot
from compounding.planning.plan import ONE_TIME_WORDS

DEMONSTRATION = "DEMONSTRATION, NOT FOR PATIENT CARE"
DRAFT = "DRAFT FORMULARY, NOT FOR PATIENT CARE"


def bands(*, demonstration: bool, draft: bool, one_time: bool = False, instead: Sequence[str] = ()) -> list[str]:
    """The bands across the top: data or formulary that are not the real, released ones, a one-time formulation, and what is
    made in place of the usual way (`alternatives`)."""
    own = [*([ONE_TIME_WORDS] if one_time else []), *instead]
    if demonstration:
        return [DEMONSTRATION, *own]
    return [DRAFT, *own] if draft else own


def dispensing_label(
    *,
    number: str,
    container: str,
    auxiliary: list[str],
    demonstration: bool,
    draft: bool,
    instead: Sequence[str] = (),
    **facts: Any,
) -> dict[str, Any]:
    """``dispensing_label/1``. The other facts are the fields of ``DispensingLabel``."""
    statement = STATEMENTS.get(container)
    texts = [*auxiliary, statement] if statement and statement not in auxiliary else auxiliary
    kind = "dispensing_label/1"
    return snapshot(
        DispensingLabel(
            number=number,
            barcode=barcode_text(kind, number),
            container=container,
            auxiliary=texts,
            bands=bands(demonstration=demonstration, draft=draft, instead=instead),
            **facts,
        )
    )


def nutrition_label(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``nutrition_label/1``. The other facts are the fields of ``NutritionLabel``; it pairs as a dispensing label does."""
    code = barcode_text("nutrition_label/1", number)
    top = bands(demonstration=demonstration, draft=draft)
    return snapshot(NutritionLabel(number=number, barcode=code, bands=top, **facts))


def in_process_label(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``in_process_label/1``. The other facts are the fields of ``InProcessLabel``."""
    code = barcode_text("in_process_label/1", number)
    top = bands(demonstration=demonstration, draft=draft)
    return snapshot(InProcessLabel(number=number, barcode=code, bands=top, **facts))


def intermediate_label(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``intermediate_label/1``. The other facts are the fields of ``IntermediateLabel``."""
    code = barcode_text("intermediate_label/1", number)
    top = bands(demonstration=demonstration, draft=draft)
    return snapshot(IntermediateLabel(number=number, barcode=code, bands=top, **facts))


def opened_label(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``opened_label/1``. The other facts are the fields of ``OpenedLabel``."""
    code = barcode_text("opened_label/1", number)
    return snapshot(
        OpenedLabel(number=number, barcode=code, bands=bands(demonstration=demonstration, draft=draft), **facts)
    )


def worksheet(
    *,
    number: str,
    demonstration: bool,
    draft: bool,
    one_time: bool = False,
    instead: Sequence[str] = (),
    **facts: Any,
) -> dict[str, Any]:
    """``worksheet/1``. The other facts are the fields of ``Worksheet``."""
    code = barcode_text("worksheet/1", number)
    top = bands(demonstration=demonstration, draft=draft, one_time=one_time, instead=instead)
    return snapshot(Worksheet(number=number, barcode=code, bands=top, **facts))


def nutrition_worksheet(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``nutrition_worksheet/1``. The other facts are the fields of ``NutritionWorksheet``."""
    code = barcode_text("nutrition_worksheet/1", number)
    top = bands(demonstration=demonstration, draft=draft)
    return snapshot(NutritionWorksheet(number=number, barcode=code, bands=top, **facts))


def compounding_record(
    *,
    number: str,
    demonstration: bool,
    draft: bool,
    one_time: bool = False,
    instead: Sequence[str] = (),
    **facts: Any,
) -> dict[str, Any]:
    """``compounding_record/1``. The other facts are the fields of ``CompoundingRecord``."""
    code = barcode_text("compounding_record/1", number)
    top = bands(demonstration=demonstration, draft=draft, one_time=one_time, instead=instead)
    return snapshot(CompoundingRecord(number=number, barcode=code, bands=top, **facts))


def batch_worksheet(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``batch_worksheet/1``. The other facts are the fields of ``BatchWorksheet``."""
    code = barcode_text("batch_worksheet/1", number)
    top = bands(demonstration=demonstration, draft=draft)
    return snapshot(BatchWorksheet(number=number, barcode=code, bands=top, **facts))


def batch_labels(
    *, number: str, units: list[tuple[str, str]], auxiliary: list[str], demonstration: bool, draft: bool, **facts: Any
) -> dict[str, Any]:
    """``batch_labels/1``. ``units``: name and number of each. The other facts are the fields of ``BatchLabels``."""
    kind, statement = "batch_labels/1", STATEMENTS["single-dose"]
    top = bands(demonstration=demonstration, draft=draft)
    each = [UnitOnLabel(name, own, barcode_text(kind, own)) for name, own in units]
    texts = auxiliary if statement in auxiliary else [*auxiliary, statement]
    labels = BatchLabels(
        number=number, barcode=barcode_text(kind, number), bands=top, units=each, auxiliary=texts, **facts
    )
    return snapshot(labels)


def batch_record_sheet(*, number: str, demonstration: bool, draft: bool, **facts: Any) -> dict[str, Any]:
    """``batch_record/1``. The other facts are the fields of ``BatchRecord``."""
    code = barcode_text("batch_record/1", number)
    top = bands(demonstration=demonstration, draft=draft)
    return snapshot(BatchRecord(number=number, barcode=code, bands=top, **facts))
