"""What a record is about, in words: for lists of entries, where the id alone would tell nobody anything."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from batch_records.people_tables import PersonRow
from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchRow
from compounding.controlled.account import account_record
from compounding.controlled.tables import CaseRow, ControlledCountRow, ControlledWasteRow
from compounding.documents.versions.record import kind_of, title_of
from compounding.orders.tables import MessageRow, PatientRow
from compounding.preparing.numbering import dose_record, order_record, patient_record
from compounding.preparing.tables import DoseRow
from compounding.print_papers import PREFIX as PRINT_PREFIX
from compounding.qualifications import qualification_record
from compounding.recalls.numbering import recall_record
from compounding.recalls.tables import RecallRow
from compounding.reviewing.tables import OrderRow
from compounding.stock.tables import (
    CodeLinkRow,
    CountRow,
    LevelRow,
    LocationRow,
    LotRow,
    OpenedRow,
    PurchaseRow,
)
from compounding.tables import HoodRow
from compounding.views.lots import item_names
from formulary.house.record import PARTS
from formulary.repository import formulary_in_force
from formulary.tables import DrugVersionRow

TYPES = {
    "batch": "Batch",
    "claim": "Name or badge that was taken",
    "code_link": "Code of a product",
    "controlled": "Account of a controlled drug",
    "controlled_count": "Count of controlled drugs",
    "controlled_handling": "Controlled lot handled by two",
    "controlled_inventory": "Inventory of controlled drugs",
    "controlled_shift": "Close of a shift, controlled drugs",
    "controlled_waste": "Waste of a controlled drug",
    "count": "Stock count",
    "discrepancy": "Discrepancy of a controlled drug",
    "dose": "Dose",
    "drug": "Drug of the formulary",
    "formulary": "Formulary",
    "hood": "Hood",
    "house": "Rules of the house",
    "level": "Minimum and maximum in stock",
    "location": "Location",
    "lot": "Lot",
    "message": "Message",
    "ndc_directory": "NDC directory",
    "nutrition": "Nutrition set",
    "one_time": "One-time formulation",
    "opened": "Opened container",
    "order": "Order",
    "patient": "Patient",
    "person": "Person",
    "print_job": "Paper on its way to a printer",
    "printers": "Printers",
    "purchase": "Purchase order",
    "qualification": "Qualifications",
    "recall": "Recall",
    "recall_part": "Recall, what it touches",
    "sealing": "Seals of the server",
    "site": "Site",
    "substitution": "Alternative in a shortage",
    "template": "Template of a document",
}
"""Types of record as people call them."""


@dataclass(frozen=True)
class About:
    """One record in words."""

    kind: str
    """`Dose`."""
    subject: str
    """`vancomycin 1,250 mg, SPECIMEN, Tomas`; empty where the kind says all."""

    @property
    def words(self) -> str:
        return self.subject or self.kind


def type_in_words(record_type: str) -> str:
    """A type of record as people call it."""
    return TYPES.get(record_type) or record_type.replace("_", " ").capitalize()


def about_records(uow: UnitOfWork, records: Iterable[tuple[str, str]]) -> dict[str, About]:
    """What each record is about, from its id and type: at most a few queries for a whole list. Nothing is decided from it."""
    by_type: dict[str, set[str]] = {}
    for record, record_type in records:
        by_type.setdefault(record_type, set()).add(record)
    found: dict[str, About] = {}
    for record_type, asked in by_type.items():
        subjects = _subjects(uow, record_type, asked)
        found |= {record: About(type_in_words(record_type), subjects.get(record, "")) for record in asked}
    return found


_Row = tuple[type[Any], Callable[[Any], str]]

_ROWS: Mapping[str, _Row] = {
    "batch": (BatchRow, lambda row: f"{row.title}, lot {row.number}"),
    "code_link": (CodeLinkRow, lambda row: row.display or row.code),
    "controlled_count": (ControlledCountRow, lambda row: row.location),
    "controlled_handling": (ControlledWasteRow, lambda row: f"{row.display}, {row.said}"),
    "controlled_waste": (ControlledWasteRow, lambda row: f"{row.display}, {row.said}"),
    "count": (CountRow, lambda row: row.location),
    "discrepancy": (CaseRow, lambda row: f"{row.display}, {row.location}"),
    "dose": (DoseRow, lambda row: f"{row.title}, {row.patient_name}"),
    "drug": (DrugVersionRow, lambda row: row.display),
    "hood": (HoodRow, lambda row: row.name),
    "location": (LocationRow, lambda row: row.name),
    "message": (MessageRow, lambda row: row.what),
    "opened": (OpenedRow, lambda row: f"{row.display}, lot {row.lot}"),
    "patient": (PatientRow, lambda row: row.name),
    "person": (PersonRow, lambda row: f"{row.name}, {row.credentials}".removesuffix(", ")),
    "purchase": (PurchaseRow, lambda row: f"{row.number} from {row.supplier}"),
    "recall": (RecallRow, lambda row: row.title),
}
"""Type of record -> the projection that lists it, and what that says of one."""


def _dose_printed(record: str) -> str:
    """The dose a paper belongs to: `print-job-260414-0140-01-6-2`; the record of no dose for a batch's paper."""
    return dose_record("-".join(record.removeprefix(PRINT_PREFIX).split("-")[:4]))


_BEHIND: Mapping[str, tuple[str, Callable[[str], str]]] = {
    "controlled": ("dose", lambda record: dose_record(record.removeprefix(account_record("")))),
    "one_time": ("order", lambda record: order_record(record.removeprefix("one-time-").rpartition("-")[0])),
    "print_job": ("dose", _dose_printed),
    "qualification": ("person", lambda record: record.removeprefix(qualification_record(""))),
    "recall_part": ("recall", lambda record: recall_record(record.removeprefix("recall_part-").rpartition("-")[0])),
}
"""Type of record -> the type, and the id, of the record that it is about."""


def _subjects(uow: UnitOfWork, record_type: str, asked: set[str]) -> dict[str, str]:
    if record_type in _BEHIND:
        other, point = _BEHIND[record_type]
        behind = {record: point(record) for record in asked}
        found = _subjects(uow, other, set(behind.values()))
        return {record: found.get(one, "") for record, one in behind.items()}
    if record_type in _ROWS:
        row_type, say = _ROWS[record_type]
        return {row.record: say(row) for row in _rows(uow, row_type, asked)}
    read = _READ.get(record_type)
    return {} if read is None else read(uow, asked)


def _rows(uow: UnitOfWork, row_type: type[Any], asked: set[str]) -> Iterable[Any]:
    return uow.session.execute(select(row_type).where(row_type.record.in_(sorted(asked)))).scalars()


def _orders(uow: UnitOfWork, asked: set[str]) -> dict[str, str]:
    rows = list(_rows(uow, OrderRow, asked))
    patients = _subjects(uow, "patient", {patient_record(row.patient) for row in rows})
    told = {row.record: (row.title, patients.get(patient_record(row.patient), "")) for row in rows}
    return {record: ", ".join(filter(None, parts)) for record, parts in told.items()}


def _lots(uow: UnitOfWork, asked: set[str]) -> dict[str, str]:
    names = item_names(formulary_in_force(uow))
    return {row.record: f"{names.get(row.product, row.product)}, lot {row.lot}" for row in _rows(uow, LotRow, asked)}


def _levels(uow: UnitOfWork, asked: set[str]) -> dict[str, str]:
    names = item_names(formulary_in_force(uow))
    return {row.record: f"{names.get(row.product, row.product)}, {row.location}" for row in _rows(uow, LevelRow, asked)}


def _substitutions(uow: UnitOfWork, asked: set[str]) -> dict[str, str]:
    names = {row.id: row.name for drug in formulary_in_force(uow).drugs for row in drug.formulations}
    return {record: names.get(record.removeprefix("substitution-"), "") for record in asked}


def _templates(uow: UnitOfWork, asked: set[str]) -> dict[str, str]:
    kinds = {record: kind_of(record.removeprefix("template-")) for record in asked}
    return {record: title_of(kind) for record, kind in kinds.items() if kind}


def _houses(uow: UnitOfWork, asked: set[str]) -> dict[str, str]:
    parts = {record: PARTS.get(record.removeprefix("house-")) for record in asked}
    return {record: part.display for record, part in parts.items() if part}


_READ: Mapping[str, Callable[[UnitOfWork, set[str]], dict[str, str]]] = {
    "house": _houses,
    "level": _levels,
    "lot": _lots,
    "order": _orders,
    "substitution": _substitutions,
    "template": _templates,
}
"""Type of record -> how what it is about is found, where one row does not tell it."""
