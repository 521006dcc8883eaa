"""The compounding record of a batch: every lot, yield, label, test, check and signature, and what was refused on the way."""

from typing import Any

from batch_records.store import Store
from compounding.batches.actions import CompleteBatch, FreeUnits, HoldUnits, RecordTest
from compounding.batches.numbering import batch_record, batch_scanned
from compounding.batches.record import BATCH
from compounding.documents.batch_record_documents import batch_record_snapshot
from compounding.documents.snapshots import check, read_barcode
from tests.support.batches import LOT, WAITING, batch_now, labelled_batch, minutes, on_batch
from tests.support.cast import MARLOW, act_of, refused
from tests.support.flow import formulary


def snapshot(store: Store) -> dict[str, Any]:
    with store.read() as uow:
        return batch_record_snapshot(uow, batch_now(store), act_of(MARLOW, minutes(20)), formulary(), room="IV room A")


def test_it_says_what_went_in_what_came_out_and_who_signed(cast_store: Store) -> None:
    done = CompleteBatch(WAITING, (1,), (4,), (5,), "leaks")
    labelled_batch(cast_store, done=done, tested=True, retained=1)
    on_batch(cast_store, MARLOW, HoldUnits("cracked", (2,)), minutes(8), station="desk-1")
    failed = RecordTest("sterility", "failed", "LAB-1", "2026-04-14", "turbid")
    on_batch(cast_store, MARLOW, failed, minutes(9), station="desk-1", signed=True)
    assert refused(cast_store, MARLOW, BATCH, batch_record(LOT), FreeUnits("looked"), minutes(9)) == "test_failed"
    found = snapshot(cast_store)
    check(found)
    used = {(row["name"], row["lot"], row["expires"]): (row["quantity"], row["amount"]) for row in found["components"]}
    assert used["sodium chloride 0.9 % 50 mL bag", "MADE-1", "31 Oct 2027"] == ("5", "whole containers")
    drug = next(row for row in found["components"] if row["name"].startswith("cefTRIAXone"))
    assert (drug["amount"], drug["strength"]) == ("50 mL", "100 mg/mL")  # 5 units of 1 g ÷ 100 mg/mL
    assert found["yields"].endswith("4 of 5 (80 %): 1 rejected, 2 for patients")
    assert found["rejected"] == "1: leaks"
    assert found["labels"].startswith("4 printed; 4 used + 0 spoiled + 0 destroyed = 4, T. Okonjo, CPhT")
    states = {row["units"]: (row["state"], row["note"]) for row in found["unit_rows"]}
    assert states["1"][0] == "rejected" and states["2 to 3"] == ("quarantine, held", "sterility failed, report LAB-1")
    assert ("Sterility, report LAB-1, turbid", "failed") in [(row["procedure"], row["result"]) for row in found["quality"]]
    assert [row["meaning"] for row in found["signatures"]] == ["Made by", "Checked by", "Test result entered by"]
    assert found["refusals"][0]["why"].startswith("sterility failed, report LAB-1: no unit of it is freed")
    assert found["outcome"] == "In quarantine"


def test_its_code_opens_the_batch() -> None:
    assert (batch_scanned(f"95{LOT}"), batch_scanned(f"94{LOT}")) == (LOT, "")
    assert read_barcode(f"95{LOT}") == ("compounding_record/1", LOT)
