"""Rules of test results: what a result says, what a release waits for, and what a failed one stops for good."""

from typing import Any

from batch_records.acts import SYSTEM, Act, Refusal
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.batches.batch import Batch
from compounding.preparing.context import DoseContext
from compounding.preparing.guards import on_site
from compounding.site_time import day_of

RESULTS = ("passed", "failed")


def test_complete(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if action.result not in RESULTS:
        return Refusal("result_wrong", "A test is passed or failed.", 422)
    if not action.test.strip() or not action.reference.strip():
        return Refusal("test_incomplete", "Name the test and the number of its report.", 422)
    try:
        read = parse_day(action.read_on, "read_on")
    except Fault as fault:
        return Refusal("date_wrong", f"The day on which it was read is {fault.expected}; found '{action.read_on}'.", 422)
    if read > on_site(act).date():
        return Refusal("date_wrong", "The day on which it was read is not past.", 422)
    made = batch.work.completed_at
    if made is not None and read < day_of(made, act):
        return Refusal("date_wrong", "It cannot have been read before the batch was made.", 422)
    return None


def tests_passed(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A tested batch waits for its result; one failed test stops any batch."""
    if batch.failed is not None:
        return Refusal("test_failed", f"{batch.failed.words}: this batch is never released.")
    if batch.tested and not batch.test_passed:
        return Refusal("test_open", "Its sterility test has no result yet: it stays in quarantine.")
    return None


def not_failed(batch: Batch, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Nobody frees a unit of a batch whose test failed. What a recall lets go is still not assigned."""
    if batch.failed is None or act.actor is SYSTEM:
        return None
    return Refusal("test_failed", f"{batch.failed.words}: no unit of it is freed. Waste what is here, recall what went out.")
