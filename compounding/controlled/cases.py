"""A discrepancy: opened when a count or a vial does not agree, closed with a reason by somebody who did not cause it.

A case never disappears: it is answered and closed, and the answer stays. What is missing stays in the ledger until then; a case
of schedule II is closed by two persons.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType, load
from batch_records.acts import SYSTEM, Act, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from compounding.controlled.accountability import microlitres
from compounding.controlled.case_state import (
    ACTIONS,
    ANSWERED,
    ANSWERED_BY,
    CLOSED,
    CONFIRMED_BY,
    CONTAINERS,
    FOUND,
    OPEN,
    OUTCOMES,
    PERMISSIONS,
    REPORTED,
    AnswerCase,
    Case,
    ConfirmCase,
    OpenCase,
    SendBackCase,
    case_record,
    difference_words,
    missing_case,
    reporting,
)
from compounding.controlled.policy import end_of_shift, schedule_of
from compounding.controlled.tables import CaseRow, VolumeRow, volume_row
from compounding.planning.plan_data import as_data, from_data
from compounding.preparing.numbering import is_dose_number
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.ledger import Lot
from compounding.stock.lot import LOT, AdjustLot, lot_record
from compounding.stock.opened import OPENED, DiscardContainer
from compounding.stock.opened_state import DISCARDED, Opened, opened_record
from formulary.repository import formulary_in_force

__all__ = [
    "ANSWERED", "CASE", "CLOSED", "FOUND", "OPEN", "OUTCOMES", "PERMISSIONS", "REPORTED", "AnswerCase", "Case", "ConfirmCase",
    "OpenCase", "SendBackCase", "case_record", "difference_words", "missing_case", "reporting",
]  # fmt: skip


@dataclass(frozen=True)
class CaseContext:
    record: str
    lot: Lot
    container: Opened
    schedule: str
    due: datetime | None
    known: bool
    """The product is in the formulary."""


def _apply(state: Case, entry: Entry) -> Case:
    action = from_data(ACTIONS[entry.kind], entry.payload)
    if isinstance(action, OpenCase):
        return Case(action.number, OPEN, action, entry.at, entry.who)
    if isinstance(action, AnswerCase):
        answered = replace(
            state, outcome=action.outcome, reason=action.reason, reported=action.reported, answered_by=entry.who,
            answered_at=entry.at,
        )  # fmt: skip
        status = ANSWERED if state.two_persons else CLOSED
        return replace(answered, status=status, closed_at=entry.at if status == CLOSED else None)
    if isinstance(action, ConfirmCase):
        return replace(state, status=CLOSED, confirmed_by=entry.who, closed_at=entry.at)
    return replace(state, status=OPEN, outcome="", reason="", reported="", answered_by="", answered_at=None)


def _gather(uow: UnitOfWork, record: str, state: Case, action: RecordAction, act: Act) -> CaseContext:
    told = action if isinstance(action, OpenCase) else state.opened
    if told is None:
        return CaseContext(record, Lot(), Opened(), "", None, known=False)
    formulary = formulary_in_force(uow)
    schedule = schedule_of(formulary, told.product)
    lot = load(uow, LOT, lot_record(told.product, told.lot))
    container = load(uow, OPENED, opened_record(told.container)) if told.container else Opened()
    return CaseContext(
        record, lot, container, schedule, end_of_shift(formulary.site, act.at, act.offset_minutes), bool(schedule)
    )


def _check(state: Case, action: RecordAction, act: Act, ctx: CaseContext) -> RecordAction | Refusal:
    if isinstance(action, OpenCase):
        return _open(state, action, act, ctx)
    if state.opened is None:
        return Refusal("case_unknown", "There is no such case.", 404)
    if isinstance(action, AnswerCase):
        return _answer(state, action, act, ctx)
    if state.status != ANSWERED:
        return Refusal("not_answered", "There is no answer to decide on.")
    if act.actor.person == state.answered_by:
        return Refusal("same_person", "You answered it. Another person confirms it or sends it back.", 403)
    if act.actor.person in state.told.involved:
        return Refusal("involved", _INVOLVED, 403)
    if isinstance(action, ConfirmCase):
        content = {"case": as_data(state.told), "outcome": state.outcome, "reason": state.reason, "by": state.answered_by}
        signature = sign(act, CONFIRMED_BY, ctx.record, content)
        return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())
    return action if getattr(action, "reason", "").strip() else Refusal("reason_missing", "Say why.", 422)


_INVOLVED = "You opened it, counted it or had it in hand. Somebody else closes the case."


def _open(state: Case, action: OpenCase, act: Act, ctx: CaseContext) -> OpenCase | Refusal:
    if state.number:
        return Refusal("number_taken", "Another case was opened in the same moment. Open it again.")
    if not ctx.known:
        return Refusal("not_controlled", "This is no controlled drug of the formulary.", 422)
    if not action.difference and (action.volume is None or not action.volume.number):
        return Refusal("no_difference", "Say how many are missing or too many.", 422)
    if act.actor is not SYSTEM and not action.reason.strip():
        return Refusal("reason_missing", "Say what was seen.", 422)
    if act.actor is SYSTEM:
        return replace(action, schedule=ctx.schedule, due=ctx.due)
    if not ctx.lot.product:
        return Refusal("lot_unknown", "This lot was never received.", 422)
    there = ctx.lot.at(action.location)
    if action.difference < 0 and there + action.difference < 0:
        text = f"By the ledger {max(there, 0)} of this lot lie at {action.location or 'this place'}: no more are missing."
        return Refusal("not_there", text, 422)
    return replace(action, schedule=ctx.schedule, due=ctx.due, involved=(act.actor.person,), container="", volume=None)


def _answer(state: Case, action: AnswerCase, act: Act, ctx: CaseContext) -> AnswerCase | Refusal:
    if state.status != OPEN:
        return Refusal("case_over", "It is closed." if state.status == CLOSED else "It was answered already.")
    if act.actor.person in state.told.involved:
        return Refusal("involved", _INVOLVED, 403)
    if action.outcome not in OUTCOMES:
        return Refusal("outcome_wrong", "Say what became of it: an outcome of the list.", 422)
    poured = state.told.volume is not None and not state.told.container and not is_dose_number(state.told.about)
    if action.outcome == FOUND and poured:
        return Refusal("not_found", "A volume that was poured away is not found again: choose another outcome.", 422)
    if not action.reason.strip():
        return Refusal("reason_missing", "Say how you know.", 422)
    if action.outcome in REPORTED and not action.reported.strip():
        return Refusal("report_missing", f"Say who was told, and when. {reporting()['text']}", 422)
    content = {"case": as_data(state.told), "outcome": action.outcome, "reason": action.reason, "told": action.reported}
    signature = sign(act, ANSWERED_BY, ctx.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _consequences(before: Case, after: Case, entry: Entry, ctx: CaseContext) -> Sequence[Consequence]:
    """Closed, the ledger takes up what is really there; found again, it was right."""
    if after.status != CLOSED or before.status == CLOSED or after.outcome == FOUND:
        return ()
    told, words = after.told, f"discrepancy {after.number}: {OUTCOMES[after.outcome]}"
    if told.container:
        gone = ctx.container.state in ("", DISCARDED)
        return () if gone else [(OPENED, opened_record(told.container), DiscardContainer(words, "missing"))]
    if told.volume is not None:
        return ()
    there = max(ctx.lot.at(told.location) + told.difference, 0)
    return [(LOT, lot_record(told.product, told.lot), AdjustLot(there, words, told.location, after.number))]


def _rows(record: str, state: Case) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    if state.opened is None:
        return {}
    told = state.opened
    row = {
        "record": record,
        "number": state.number,
        "status": state.status,
        "product": told.product,
        "display": told.display,
        "lot": told.lot,
        "location": told.location,
        "schedule": told.schedule,
        "unit": CONTAINERS if told.volume is None else "mL",
        "difference": told.difference if told.volume is None else microlitres(told.volume),
        "about": told.about,
        "opened_at": state.opened_at,
        "due": told.due,
        "involved": ", ".join(told.involved),
        "outcome": state.outcome,
        "closed_at": state.closed_at,
    }
    return {table_of(CaseRow): [row]}


def _volume_rows(before: Case, after: Case, entry: Entry) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    """A missing opened container leaves the ledger of volumes when its case is closed as not found."""
    told = after.opened
    closed = after.status == CLOSED and before.status != CLOSED and after.outcome != FOUND
    if told is None or not closed or not told.container or told.volume is None:
        return {}
    row = volume_row(
        entry, 1, product=told.product, lot=told.lot, location=told.location, kind="in_case",
        microlitres=microlitres(told.volume), about=after.number, person=after.answered_by, witness=after.confirmed_by,
        reason=after.reason,
    )  # fmt: skip
    return {table_of(VolumeRow): [row]}


CASE: RecordType[Case, RecordAction, CaseContext] = RecordType(
    name="discrepancy",
    blank=Case,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    consequences=_consequences,
    signed_kinds=frozenset({AnswerCase.kind, ConfirmCase.kind}),
    projection_tables=(table_of(CaseRow),),
    projection_rows=_rows,
    entry_tables=(table_of(VolumeRow),),
    entry_rows=_volume_rows,
)
