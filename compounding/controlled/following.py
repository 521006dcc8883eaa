"""What an entry of a dose means for the account of its controlled drugs. Pure."""

from collections.abc import Sequence

from batch_records.acting import Consequence
from batch_records.entries import Entry
from compounding.controlled.account import ACCOUNT, LedgerVial, RecordVials, account_record
from compounding.controlled.vials import vials_of
from compounding.preparing.dose import Dose
from formulary.model import Formulary

RECORDED_AT = frozenset({"complete", "abandon", "reject_in_process", "quarantine", "read_from_picture"})
"""After these the volumes drawn are known, or nothing more is drawn."""


def follows(before: Dose, after: Dose, entry: Entry, formulary: Formulary) -> Sequence[Consequence]:
    """The vials with what was drawn, when the dose is made or ends half made, and when a volume is read later."""
    read_later = entry.kind == "read_from_picture" and before.completed_at is not None
    just_ended = before.completed_at is None and before.started_at is not None and entry.kind != "read_from_picture"
    if after.plan is None or "controlled" not in after.planned.flags:
        return []
    if entry.kind == "report_missing":
        return _missing(before, after, entry, formulary)
    never_made = entry.kind == "quarantine" and before.started_at is None and bool(before.scans)
    if entry.kind not in RECORDED_AT or not (read_later or just_ended or never_made):
        return []
    vials = tuple(
        LedgerVial(vial.slot, vial.product, vial.lot, vial.content, vial.drawn, vial.opened, by=_drawn_by(after, vial.slot))
        for vial in vials_of(after, formulary)
    )
    by = after.completed_by or (after.preparers[-1] if after.preparers else after.scans[-1].by if after.scans else entry.who)
    return [(ACCOUNT, account_record(after.number), RecordVials(after.number, by, vials))] if vials else []


def _drawn_by(dose: Dose, slot: str) -> str:
    """Who recorded the last volume taken out of a vial: who finished the dose may be another person."""
    taken = [dose.record_of(step.number) for step in dose.drawing.measures if step.take == slot]
    return next((record.by for record in reversed(taken) if record is not None and record.how != "read from picture"), "")


def _missing(before: Dose, dose: Dose, entry: Entry, formulary: Formulary) -> Sequence[Consequence]:
    """A controlled dose that nobody finds is a discrepancy of all that it held, closed by somebody else's word."""
    from compounding.controlled.cases import CASE, OpenCase, case_record, missing_case

    vial = next(iter(vials_of(dose, formulary)), None)
    if vial is None:
        return []
    number = missing_case(dose.number)
    reason = f"the preparation was reported missing; looked: {dose.reason}"
    missing = OpenCase(
        number, vial.product, dose.planned.title, vial.lot, dose.place, 0, volume=-dose.planned.final_volume.to("mL"),
        about=dose.number, involved=tuple(dict.fromkeys(one for one in (entry.who, before.moved_by) if one)), reason=reason,
    )  # fmt: skip
    return [(CASE, case_record(number), missing)]
