"""From facts to plain data and back: the one door to a printed document.

A snapshot is plain data (texts, lists, tables) with its ``kind``. It is made once, signed, kept, and printed from again
years later, so a released kind is never changed: a new field makes a new kind.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import Field, asdict, fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

from calculations.errors import Fault, Faults
from compounding.documents.batch_record_sheet import BatchRecord
from compounding.documents.batch_sheets import BatchLabels, BatchWorksheet
from compounding.documents.call_list import CallList
from compounding.documents.controlled_inventory import ControlledInventory
from compounding.documents.controlled_sheet import ControlledCountSheet
from compounding.documents.labels import DispensingLabel, InProcessLabel, IntermediateLabel, OpenedLabel
from compounding.documents.nutrition_labels import NutritionLabel
from compounding.documents.nutrition_sheet import NutritionWorksheet
from compounding.documents.sheets import CompoundingRecord, Worksheet

KINDS: dict[str, type] = {
    "dispensing_label/1": DispensingLabel,
    "nutrition_label/1": NutritionLabel,
    "in_process_label/1": InProcessLabel,
    "intermediate_label/1": IntermediateLabel,
    "opened_label/1": OpenedLabel,
    "worksheet/1": Worksheet,
    "nutrition_worksheet/1": NutritionWorksheet,
    "compounding_record/1": CompoundingRecord,
    "call_list/1": CallList,
    "controlled_count_sheet/1": ControlledCountSheet,
    "controlled_inventory/1": ControlledInventory,
    "batch_labels/1": BatchLabels,
    "batch_worksheet/1": BatchWorksheet,
    "batch_record/1": BatchRecord,
}

BARCODE_IDENTIFIERS = {
    "dispensing_label/1": "91",
    "nutrition_label/1": "91",
    "in_process_label/1": "92",
    "intermediate_label/1": "93",
    "worksheet/1": "94",
    "nutrition_worksheet/1": "94",
    "compounding_record/1": "95",
    "opened_label/1": "96",
    "call_list/1": "97",
    "controlled_count_sheet/1": "90",
    "controlled_inventory/1": "90",
    "batch_labels/1": "98",
    "batch_worksheet/1": "99",
    "batch_record/1": "95",
}
"""GS1 application identifiers for company internal information (and 90, agreed between partners), one for each kind: a scan
tells which paper it was. A nutrition label is read as a dispensing label, and the record of a batch by its lot number."""

LISTS_THAT_MAY_BE_EMPTY = {
    "bands", "alerts", "warnings", "cautions", "syringes", "auxiliary",
    "tapers", "verified_by", "pictures", "refusals", "signatures", "measurements", "quality",
    "before", "dissolving", "unit_rows", "amounts",
}  # fmt: skip


NUMBERED = ("dispensing_label/1", "intermediate_label/1")
"""Kinds whose code may carry a number of its own: the newest copy of a dose's label is told from an earlier one, and one
intermediate dilution of a preparation from another (there the number is that of the step)."""
_ISSUE = re.compile(r"(.+)[Cc]([1-9][0-9]{0,3})\Z")


def barcode_text(kind: str, number: str, issue: int = 0) -> str:
    """What the barcode of a document says: ``(91)260414-0131-6``; with the number of the label: ``(91)260414-0131-6C2``."""
    return f"({BARCODE_IDENTIFIERS[kind]}){number}{f'C{issue}' if issue else ''}"


def read_barcode(scanned: str) -> tuple[str, str] | None:
    """Kind and number behind a scan of one of our documents, ``91260414-0131-6``; None when it is none of ours.

    A code is read with and without a number of its own: labels printed before had none.
    """
    for kind, identifier in BARCODE_IDENTIFIERS.items():
        if scanned.startswith(identifier) and len(scanned) > len(identifier):
            number = scanned[len(identifier) :]
            told = _ISSUE.match(number) if kind in NUMBERED else None
            return kind, number if told is None else told[1]
    return None


def label_issue(scanned: str) -> int:
    """The number of its own in a scanned code: which label of its dose, or of which step; 0 without one."""
    told = _ISSUE.match(scanned) if scanned.startswith(tuple(BARCODE_IDENTIFIERS[kind] for kind in NUMBERED)) else None
    return 0 if told is None else int(told[2])


def snapshot(document: Any) -> dict[str, Any]:
    """The plain data of a document. Raises Faults, all at once, when a mandatory text is empty."""
    kind = next(name for name, shape in KINDS.items() if isinstance(document, shape))
    data = {"kind": kind, **_composed(asdict(document))}
    check(data)
    return data


def check(data: Mapping[str, Any]) -> None:
    """Raise Faults unless the data are a complete snapshot of a known kind, with no field too many."""
    kind = data.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise Faults([Fault("kind", str(kind), f"one of {', '.join(KINDS)}")])
    found = list(_faults(KINDS[kind], {key: value for key, value in data.items() if key != "kind"}, ""))
    found += list(_belongs_together(kind, data)) if not found else []
    if found:
        raise Faults(found)


def _belongs_together(kind: str, data: Mapping[str, Any]) -> Iterator[Fault]:
    expected = barcode_text(kind, data["number"], label_issue(data["barcode"].replace("(", "").replace(")", "")))
    if data["barcode"] != expected:
        yield Fault("barcode", data["barcode"], expected)
    printed = data["printed"]
    if bool(printed["reprint"]) != bool(printed["reason"]):
        yield Fault("printed.reason", printed["reason"], "a reason with every reprint, and none without")
    if bool(data.get("diluent")) != bool(data.get("diluent_volume")):
        yield Fault("diluent_volume", str(data.get("diluent_volume")), "a diluent with its volume, or neither")
    if kind == "dispensing_label/1":
        statement = STATEMENTS.get(data["container"])
        if statement is None:
            yield Fault("container", data["container"], "single-dose or multiple-dose")
        elif statement not in data["auxiliary"]:
            yield Fault("auxiliary", "; ".join(data["auxiliary"]), f"the statement {statement!r}")
        if not data["rate"] and not data["duration"] and data["route"] != INTRATHECAL:
            yield Fault("rate", "", "a rate, or the time over which to give it")


INTRATHECAL = "intrathecal"
"""The route by which no pump runs and no time is set: it is injected by hand, as whoever gives it decides."""
STATEMENTS = {"single-dose": "SINGLE DOSE container", "multiple-dose": "MULTIPLE DOSE container"}


def _composed(value: Any) -> Any:
    """Composed characters (Unicode NFC) throughout: the same name has one spelling in the record and on paper."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value)
    if isinstance(value, list | tuple):
        return [_composed(one) for one in value]
    return {key: _composed(one) for key, one in value.items()}


def _faults(shape: type, data: object, path: str) -> Iterator[Fault]:
    if not isinstance(data, Mapping):
        yield Fault(path or "document", type(data).__name__, f"the fields of {shape.__name__}")
        return
    declared = {one.name: one for one in fields(shape)}
    hints = get_type_hints(shape)
    for name in sorted(set(data) - set(declared)):
        yield Fault(_join(path, name), str(data[name]), "no such field")
    for name, one in declared.items():
        if name not in data:
            yield Fault(_join(path, name), "missing", "the field, empty where it may be")
        else:
            yield from _value_faults(hints[name], one, data[name], _join(path, name))


def _value_faults(hint: Any, declared: "Field[Any]", value: object, path: str) -> Iterator[Fault]:
    if hint is str:
        if not isinstance(value, str):
            yield Fault(path, str(value), "text")
        elif not value.strip() and not declared.metadata.get("may_be_empty"):
            yield Fault(path, value, "a text that is not empty")
    elif get_origin(hint) is list:
        if not isinstance(value, list):
            yield Fault(path, str(value), "a list")
        elif not value and declared.name not in LISTS_THAT_MAY_BE_EMPTY:
            yield Fault(path, "nothing", "at least one")
        else:
            for index, item in enumerate(value):
                yield from _item_faults(get_args(hint)[0], item, f"{path}.{index}")
    elif is_dataclass(hint):
        yield from _faults(hint, value, path)  # type: ignore[arg-type]


def _item_faults(shape: Any, item: object, path: str) -> Iterator[Fault]:
    if shape is not str:
        yield from _faults(shape, item, path)
    elif not isinstance(item, str) or not item.strip():
        yield Fault(path, str(item), "a text that is not empty")


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name
