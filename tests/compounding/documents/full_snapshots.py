"""One snapshot of each kind in which every field holds text of its own, and the paper that it is printed on."""

from dataclasses import asdict
from typing import Any

from compounding.documents.shapes import Printed
from compounding.documents.stock import BAG, LETTER, MINIBAG, SYRINGE
from tests.compounding.batches import examples as batches
from tests.compounding.documents import examples, nutrition_examples
from tests.compounding.documents.call_list_example import calls
from tests.compounding.documents.controlled_sheet_example import count_sheet, inventory

PAGES = {
    "dispensing_label/1": (BAG, MINIBAG, SYRINGE),
    "nutrition_label/1": (BAG,),
    "in_process_label/1": (BAG, MINIBAG, SYRINGE),
    "intermediate_label/1": (BAG, MINIBAG, SYRINGE),
    "opened_label/1": (BAG, MINIBAG, SYRINGE),
    "worksheet/1": (LETTER,),
    "nutrition_worksheet/1": (LETTER,),
    "compounding_record/1": (LETTER,),
    "batch_worksheet/1": (LETTER,),
    "batch_record/1": (LETTER,),
    "batch_labels/1": (BAG, MINIBAG, SYRINGE),
    "call_list/1": (LETTER,),
    "controlled_count_sheet/1": (LETTER,),
    "controlled_inventory/1": (LETTER,),
}


def full(kind: str) -> dict[str, Any]:
    """A snapshot in which every field holds text of its own."""
    again = Printed("14:40", "2", "1", "torn")
    if kind == "dispensing_label/1":
        person = examples.Person("J. Marlow, RPh", "14:38", "alone")
        return examples.insulin(
            printed=again, checked_by=[person], duration="24 h", measured="Measured 50 units", alerts=["HIGH ALERT"]
        )
    if kind == "nutrition_label/1":
        return nutrition_examples.adult(printed=again, goes_with="260414-0140-2")
    if kind == "worksheet/1":
        snapshot = examples.worksheet(printed=again, status="DRAFT")
        snapshot["containers"][0] |= {"lot": "DEMO-1", "expires": "31 Oct 2026"}
        return snapshot
    made = {
        "opened_label/1": lambda **more: examples.opened(kept_by="L. Amari, CPhT", **more),
        "in_process_label/1": examples.in_process,
        "intermediate_label/1": examples.intermediate,
        "nutrition_worksheet/1": lambda **more: nutrition_examples.worksheet(status="VOID", **more),
        "compounding_record/1": examples.record,
        "batch_worksheet/1": batches.full_worksheet,
        "batch_labels/1": batches.full_labels,
        "batch_record/1": lambda **more: batches.record(**{name: asdict(one) for name, one in more.items()}),
        "call_list/1": calls,
        "controlled_count_sheet/1": count_sheet,
        "controlled_inventory/1": inventory,
    }
    return made[kind](printed=again)
