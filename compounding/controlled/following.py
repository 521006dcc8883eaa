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
    if entry.kind not in RECORDED_AT or not (read_later or just_ended) or "controlled" not in after.planned.flags:
        return []
    vials = tuple(
        LedgerVial(vial.slot, vial.product, vial.lot, vial.content, vial.drawn, vial.opened)
        for vial in vials_of(after, formulary)
    )
    by = after.completed_by or (after.preparers[-1] if after.preparers else entry.who)
    return [(ACCOUNT, account_record(after.number), RecordVials(after.number, by, vials))] if vials else []
