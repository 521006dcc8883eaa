"""The dose after an entry: one small reader for every released kind of entry."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.entries import Entry
from compounding.planning.plan_data import from_data
from compounding.preparing import moving, rechecking
from compounding.preparing.actions import ACTIONS
from compounding.preparing.actions_pumping import PumpedStep
from compounding.preparing.dose import Dose, Recorded, Scanned, Signed
from compounding.preparing.finished_units import assigned
from compounding.preparing.remarks import Saying
from compounding.preparing.states import DoseStatus as S
from compounding.tracing.stays import NOWHERE, followed

Reader = Callable[[Dose, Any, Entry], Dose]


def apply(dose: Dose, entry: Entry) -> Dose:
    """The state after one entry. Raises KeyError for a kind that was never released."""
    action = from_data(ACTIONS[entry.kind, entry.version], entry.payload)
    return been(READERS[entry.kind](dose, action, entry), entry.at)


_NOT_THERE = frozenset({S.NEW, S.QUEUED, S.HELD, S.CANCELLED, S.ADMINISTERED, S.WASTED})
"""Nothing of it lies anywhere: its containers are not together yet, or it is gone."""


def been(dose: Dose, at: datetime) -> Dose:
    """The dose with the place that it is at now among those where it has been."""
    here = NOWHERE if dose.status in _NOT_THERE else dose.place
    return replace(dose, been=followed(dose.been, here, at))


def _queue(dose: Dose, a: Any, e: Entry) -> Dose:
    return dose.moved(
        S.QUEUED,
        e.who,
        e.at,
        number=a.number,
        order=a.order,
        order_version=a.order_version,
        due=a.due,
        priority=a.priority,
        patient=a.patient,
        patient_shown=a.patient_shown,
        plan=a.plan,
        draw_up=a.draw_up,
        not_before=a.not_before,
        remake_of=a.remake_of,
        queued_at=e.at,
        place="queue",
    )


def _scan(dose: Dose, a: Any, e: Entry) -> Dose:
    scan = Scanned(
        a.slot, a.product, a.display, a.code, a.lot, a.expires, a.typed, e.who, e.at, a.content, a.strength, a.serial,
        a.opened, a.opened_at, a.reconstituted_at, a.usable_until,
    )  # fmt: skip
    after = replace(dose, scans=(*dose.scans, scan), hands=dose.hands | {e.who}, staging_checked_by="", staging_reason="")
    return _staged_when_complete(after, e)


def _draw_up(dose: Dose, a: Any, e: Entry) -> Dose:
    return _staged_when_complete(replace(dose, draw_up=a.draw_up, assessed=a.assessed), e)


def _staged_when_complete(dose: Dose, e: Entry) -> Dose:
    if dose.open_slots:
        return replace(dose, status=S.QUEUED, staged_at=None)
    return dose if dose.status is S.STAGED else dose.moved(S.STAGED, e.who, e.at, staged_at=e.at, place="staging")


def _take_apart(dose: Dose, a: Any, e: Entry) -> Dose:
    return dose.moved(
        S.QUEUED, e.who, e.at, scans=(), staged_at=None, staging_checked_by="", staging_reason="", hands=frozenset(),
        reason=a.reason,
    )  # fmt: skip


def _start(dose: Dose, a: Any, e: Entry) -> Dose:
    return dose.moved(
        S.IN_PREP,
        e.who,
        e.at,
        started_at=e.at,
        hood=a.hood,
        hoods=((a.hood, e.at),),
        place=a.hood,
        preparers=(*dose.preparers, e.who),
        hands=dose.hands | {e.who},
    )


def _hand_over(dose: Dose, a: Any, e: Entry) -> Dose:
    return replace(dose, preparers=(*dose.preparers, e.who), hands=dose.hands | {e.who})


def _recorded(how: str) -> Reader:
    def read(dose: Dose, a: Any, e: Entry) -> Dose:
        record = Recorded(
            a.step,
            e.who,
            e.at,
            how,
            getattr(a, "volume", None),
            getattr(a, "mass", None),
            getattr(a, "picture", ""),
            getattr(a, "reason", ""),
            getattr(a, "confirmed", "") or None,
        )
        hands = dose.hands if how == "read from picture" else dose.hands | {e.who}
        return replace(dose, records=(*dose.records, record), hands=hands)

    return read


def _pumped(dose: Dose, a: Any, e: Entry) -> Dose:
    """One record for each row of the compounder's file; the file itself stays in the entry."""
    records = tuple(
        Recorded(one.step, e.who, e.at, "read from the compounder", one.volume, device=_remark(one)) for one in a.steps
    )
    files = (*(dose.pump_files or ()), a.digest)
    return replace(dose, records=(*dose.records, *records), pump_files=files, hands=dose.hands | {e.who})


def _remark(one: PumpedStep) -> str:
    words = ("pump interrupted" if one.interrupted else "", "source replaced" if one.replaced else "")
    return ", ".join(word for word in words if word)


def _read_picture(dose: Dose, a: Any, e: Entry) -> Dose:
    earlier = dose.record_of(a.step)
    picture, aloud = ("", None) if earlier is None else (earlier.picture, earlier.read_aloud)
    record = Recorded(a.step, e.who, e.at, "read from picture", a.volume, None, picture, read_aloud=aloud)
    return replace(dose, records=(*dose.records, record), first_check=None, second_check=None)


def _undo(dose: Dose, a: Any, e: Entry) -> Dose:
    kept = tuple(r for r in dose.records if r.step != a.step)
    gone = tuple((r.step, r.at) for r in dose.records if r.step == a.step)
    undone_at = (*dose.undone_at, *gone)
    return replace(dose, records=kept, undone=dose.undone + 1, undone_at=undone_at, hands=dose.hands | {e.who})


def _pass_in_process(dose: Dose, a: Any, e: Entry) -> Dose:
    step = dose.current_step
    records = dose.records
    if step is not None and step.kind == "check":
        records = (*records, Recorded(step.number, e.who, e.at, "confirmed"))
    return dose.moved(S.IN_PREP, e.who, e.at, in_process_passed_by=e.who, records=records)


def completed(dose: Dose, a: Any, e: Entry) -> Dose:
    records = dose.records
    if (step := dose.current_step) is not None and step.kind == "label":
        records = (*records, Recorded(step.number, e.who, e.at, "confirmed", picture=getattr(a, "picture", "")))
    return dose.moved(
        S.AWAITING_FINAL_CHECK,
        e.who,
        e.at,
        records=records,
        completed_at=e.at,
        completed_by=e.who,
        beyond_use=a.beyond_use,
        hands=dose.hands | {e.who},
        place="check desk",
        first_check=None,
        second_check=None,
        second_differences=(),
    )


def _first_check(dose: Dose, a: Any, e: Entry) -> Dose:
    return dose.moved(S.SECOND_CHECK, e.who, e.at, first_check=_signed("first check: pass", a, e), second_check=None)


def _second_check(dose: Dose, a: Any, e: Entry) -> Dose:
    signed = _signed("second check, worked out alone", a, e)
    matched = not a.differences
    return dose.moved(
        S.AWAITING_FINAL_CHECK,
        e.who,
        e.at,
        second_differences=a.differences,
        first_check=dose.first_check if matched else None,
        second_check=signed if matched else None,
    )


def _release(dose: Dose, a: Any, e: Entry) -> Dose:
    decided = getattr(a, "beyond_use_decided", None) or dose.beyond_use
    emergency = a.kind == "emergency_release"
    meaning = "emergency release" if emergency else "final check: pass, released"
    return dose.moved(
        S.RELEASED,
        e.who,
        e.at,
        released=_signed(meaning, a, e),
        emergency=emergency,
        beyond_use=decided,
        label=a.label,
        place="check desk",
        copies=0,
        label_in_hand=None,
        reason=getattr(a, "reason", ""),
    )


def _signed(meaning: str, a: Any, e: Entry) -> Signed:
    return Signed(e.who, e.at, meaning, a.signature or {})


def _to(status: S, **fixed: Any) -> Reader:
    def read(dose: Dose, a: Any, e: Entry) -> Dose:
        return dose.moved(status, e.who, e.at, reason=getattr(a, "reason", ""), **fixed)

    return read


def _quarantine(dose: Dose, a: Any, e: Entry) -> Dose:
    return dose.moved(
        S.QUARANTINED,
        e.who,
        e.at,
        before_quarantine=dose.status,
        investigation_closed=None,
        reason=a.reason,
        recall=a.recall,
    )


def _lift_quarantine(dose: Dose, a: Any, e: Entry) -> Dose:
    return dose.moved(dose.before_quarantine, e.who, e.at, reason=a.reason, recall="")


def _end_quarantine(dose: Dose, a: Any, e: Entry) -> Dose:
    signed = _signed("investigation closed", a, e)
    if not a.final:
        return replace(dose, investigation_closed=signed, reason=a.reason)
    return _released_again(dose, a, e, signed)


def _released_again(dose: Dose, a: Any, e: Entry, signed: Signed) -> Dose:
    """A new label is printed and paired; the beyond-use time stays what it was."""
    return dose.moved(
        S.RELEASED,
        e.who,
        e.at,
        released_again=signed,
        copies=0,
        label_in_hand=None,
        place="check desk",
        reason=a.reason,
    )


def _reused(dose: Dose, a: Any, e: Entry) -> Dose:
    """The same beyond-use time, or the shorter one that the pharmacist set."""
    again = _released_again(dose, a, e, _signed("used again", a, e))
    if a.beyond_use_decided is None:
        return again
    return replace(again, beyond_use={**(dose.beyond_use or {}), **a.beyond_use_decided}, label=a.label)


READERS: dict[str, Reader] = {
    "queue": _queue,
    "assign_unit": lambda dose, a, e: assigned(dose, a, e.who, e.at),
    "hold": _to(S.HELD),
    "resume": _to(S.QUEUED),
    "cancel": _to(S.CANCELLED, scans=()),
    "scan_container": _scan,
    "plan_draw_up": _draw_up,
    "take_apart": _take_apart,
    "check_staging": lambda dose, a, e: replace(dose, staging_checked_by=e.who, staging_reason=a.reason),
    "start_preparation": _start,
    "hand_over": _hand_over,
    "move_hood": moving.read,
    "record_volume": _recorded("typed"),
    "record_weight": _recorded("weighed"),
    "weigh_container": _recorded("weighed"),
    "record_pumped": _pumped,
    "record_unmeasured": _recorded("not measured"),
    "confirm_step": _recorded("confirmed"),
    "undo": _undo,
    "ask_in_process_check": lambda dose, a, e: dose.moved(S.IN_PROCESS_CHECK, e.who, e.at),
    "pass_in_process": _pass_in_process,
    "reject_in_process": _to(S.REJECTED),
    "complete": completed,
    "abandon": _to(S.ABANDONED),
    "read_from_picture": _read_picture,
    "ask_second_check": _first_check,
    "enter_second_check": _second_check,
    "release": _release,
    "emergency_release": _release,
    "check_afterwards": lambda dose, a, e: replace(
        dose, afterwards=_signed("checked afterwards", a, e), disagreed=not a.agreed
    ),
    "reject": _to(S.REJECTED),
    "expire": _to(S.EXPIRED),
    "print_label": lambda dose, a, e: replace(
        dose, copies=a.copy, labels=dose.labels + 1, label_issue=a.issue, label_in_hand=None, label_opened=""
    ),
    "open_label": lambda dose, a, e: replace(dose, label_opened=e.who),
    "answer_label_in_hand": lambda dose, a, e: replace(dose, label_in_hand=a.in_hand),
    "pair_labels": lambda dose, a, e: dose.moved(S.DISPENSED, e.who, e.at, paired_at=e.at, place="on its way"),
    "receive": lambda dose, a, e: dose.moved(S.DELIVERED, e.who, e.at, place=a.place),
    "start_administration": _to(S.ADMINISTERED),
    "return_dose": _to(S.RETURNED, place="returns"),
    "report_missing": lambda dose, a, e: dose.moved(S.MISSING, e.who, e.at, blocked=True, reason=a.looked),
    "find": lambda dose, a, e: dose.moved(S.RETURNED, e.who, e.at, place=a.place),
    "reuse": _reused,
    "waste": _to(S.WASTED, place="waste"),
    "say": lambda dose, a, e: replace(dose, said=(*dose.said, Saying(e.who, e.at, a.text, a.question))),
    "ask_recheck": rechecking.asked,
    "keep_released": rechecking.kept,
    "quarantine": _quarantine,
    "lift_quarantine": _lift_quarantine,
    "end_quarantine": _end_quarantine,
}
