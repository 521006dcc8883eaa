"""What every page and act of one batch shares: finding it, its page, and doing one thing to it."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.documents import copies
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.batches.batch import Batch
from compounding.batches.numbering import batch_record, is_lot_number
from compounding.batches.record import BATCH
from compounding.batches.states import OPEN, BatchStatus
from compounding.documents.dose_documents import Clock
from compounding.recalls.looking import recall_not_settled
from compounding.views.batches import BatchPage, batch_page
from compounding.views.story import story
from formulary.model import Formulary
from formulary.repository import formulary_in_force, kept_for
from web.acting import act, act_with_secret
from web.doses import wall_clock
from web.permissions import PHARMACIST
from web.services import now, store
from web.sessions import open_visitor
from web.stations import here

blueprint = Blueprint("batches", __name__, url_prefix="/batches")

LONGEST = 200
LABELS = "batch_labels/1"
"""Kind of the document that the labels of units are printed as."""
STREAMS = {
    "sharps": "Sharps", "ordinary waste": "Ordinary pharmaceutical waste", "hazardous waste": "Hazardous waste",
    "not found": "Not found: nothing is there to throw away",
}  # fmt: skip
"""Where wasted units went: what the record says, and words. A unit that nobody finds is taken out of stock in the same way."""
MOST_NAMED = 999
"""Units that one field may name."""
NAMED = "serial numbers of units, such as 3, 7 to 9"
TOLD_ALREADY = frozenset({"plan", "draw_up", "number", "strength"})


def clock() -> Clock:
    """The site's wall clock."""
    return wall_clock(now())


def batch_of(number: str) -> Batch:
    """The batch as it stands. Raises NotFound for a number that is none of ours: a slip makes no record."""
    if not is_lot_number(number):
        raise NotFound
    with store().read() as uow:
        found = load(uow, BATCH, batch_record(number))
    if not found.number:
        raise NotFound
    return found


def formulary_of(uow: UnitOfWork, batch: Batch) -> Formulary:
    """The formulary as the batch was planned with it: what was planned before a change is finished as it was planned."""
    return kept_for(uow, formulary_in_force(uow), batch.plan.drug_versions)


def checks_alone(batch: Batch) -> bool:
    """Whether the person who looks is the one who may make the second check: its figures are hidden from them until then."""
    actor, first = open_visitor().actor, batch.checked.person if batch.checked is not None else ""
    free = actor.person not in batch.work.hands and actor.person != first
    return batch.status is BatchStatus.SECOND_CHECK and PHARMACIST in actor.roles and free


def shown_page(number: str) -> BatchPage:
    """Where the batch stands, for the person who looks."""
    batch = batch_of(number)
    with store().read() as uow:
        return batch_page(uow, batch, open_visitor().actor.person, clock(), hides=checks_alone(batch))


@blueprint.get("/batch/<number>")
def one(number: str) -> str:
    """One batch: what is next for it, its facts, its units and its story."""
    shown = shown_page(number)
    hides = checks_alone(shown.batch)
    with store().read() as uow:
        lines = () if hides else story(uow, batch_record(number), TOLD_ALREADY)
        recalled = recall_not_settled(uow, batch_record(number)) if shown.batch.status in OPEN else ""
        labels_kept = copies(uow.session, batch_record(number), LABELS)
    return render_template(
        "batches/one.html", shown=shown, batch=shown.batch, lines=lines, alone=hides, recalled=recalled,
        labels_kept=labels_kept, at_hood=here().kind == "hood", station=here().id, streams=tuple(STREAMS.items()),
    )  # fmt: skip


def does(number: str, action: Any, *, secret: bool = False) -> Any:
    """Do one thing to the batch, once; the refusal, or the way back to its page."""
    batch_of(number)
    answer = perform(store(), BATCH, batch_record(number), action, act_with_secret() if secret else act())
    return answer if isinstance(answer, Refused) else redirect(url_for("batches.one", number=number), 303)


def serials(text: str, field: str) -> tuple[int, ...]:
    """`3, 7 to 9` as serial numbers; nothing for nothing, and never for something: no unit named may mean all of them.

    Raises Fault for anything else, and for a run that counts down.
    """
    found: list[int] = []
    for part in text.replace("to", "-").replace("–", "-").split(","):
        ends = [end.strip() for end in part.split("-")]
        if ends == [""]:
            continue
        numbers = all(end.isascii() and end.isdigit() and len(end) <= 3 for end in ends)
        if len(ends) > 2 or not numbers or int(ends[0]) > int(ends[-1]) or len(found) > MOST_NAMED:
            raise Fault(field, text[:LONGEST], NAMED)
        found += range(int(ends[0]), int(ends[-1]) + 1)
    if text.strip() and not found:
        raise Fault(field, text[:LONGEST], NAMED)
    return tuple(found)
