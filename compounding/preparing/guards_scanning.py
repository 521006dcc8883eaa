"""Rules of staging: which containers may be scanned, and what must hold before a preparation starts."""

from typing import Any

from batch_records.acts import Act, Refusal
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.guards import no_hand, on_site
from compounding.qualifications import qualification_refusal
from compounding.rooms import hood_refusal
from compounding.stock.lot import Lot, expired_on


def not_too_early(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Made now, it would run out before it is due."""
    if dose.not_before is not None and act.at < dose.not_before:
        return Refusal("too_early", "Made now it would not last until it is due. Wait until the time shown.")
    return None


def lot_not_stopped(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Neither the lot under the scanner, nor one that an opened container was dissolved with."""
    return next((refused for lot in (ctx.lot, *ctx.lots) if (refused := _stopped(lot))), None)


def scanned_lots_not_stopped(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A lot that was held or recalled after its scan stops the start, the release, the way out and the giving."""
    if ctx.unit_held:
        return Refusal("unit_held", f"This finished unit is held: {ctx.unit_held}")
    return next((refused for lot in ctx.lots if (refused := _stopped(lot))), None)


def _stopped(lot: Lot) -> Refusal | None:
    if lot.state not in ("held", "recalled"):
        return None
    return Refusal(f"lot_{lot.state}", f"Lot {lot.lot} is {lot.state}: {lot.reason}")


def not_expired(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Expiry counts to the end of its day on the site's clock."""
    if expired_on(action.expires, on_site(act)):
        return Refusal("container_expired", f"Expired on {action.expires}.")
    return None


def scanned_not_expired(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A container that was in date at its scan may have expired on the shelf since."""
    over = next((scan for scan in dose.scans if expired_on(scan.expires, on_site(act))), None)
    if over is None:
        return None
    return Refusal("container_expired", f"{over.display}, lot {over.lot}, expired on {over.expires}. Take it apart.")


def lot_and_expiry_known(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """A code without lot or expiry, as on most vials: pick a received lot, or enter it once with a picture."""
    if not action.lot or not action.expires:
        return Refusal(
            "lot_needed", "This code carries no lot or expiry. Pick a received lot, or type it and take a picture.", 422
        )
    try:
        parse_day(action.expires, "expires")
    except Fault as fault:
        return Refusal("expiry_wrong", f"The last day of use is {fault.expected}; found '{action.expires}'.", 422)
    if action.typed and not action.picture:
        return Refusal("picture_needed", "A lot that is typed needs a picture of the container.", 422)
    return None


def not_reserved(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if ctx.reserved_for and ctx.reserved_for != dose.number:
        return Refusal("reserved", f"This container was scanned for {ctx.reserved_for}, another patient's dose.")
    return None


def staging_checked(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if dose.planned.staging_check and not dose.staging_checked_by:
        return Refusal("staging_check_needed", "A pharmacist looks at the containers before this drug is opened.")
    return None


def staging_needs_other(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return no_hand(dose, act, "looked at")


def assessment_decided(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    """Calcium with phosphate in no curve, drawn otherwise than it was reviewed: whoever looks decides anew, with a reason."""
    if dose.assessed is None or not dose.assessed.asks or any(letter.isalnum() for letter in action.reason):
        return None
    return Refusal("reason_missing", f"Say why it may be made: {' '.join(dose.assessed.asks)}", 422)


def person_qualified(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return qualification_refusal(ctx.qualification, act.actor.name, dose.planned.hazardous_hood, on_site(act))


def hood_good_enough(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    return hood_refusal(ctx.hood, dose.planned.category, dose.planned.hazardous_hood)


def not_yet_preparer(dose: Dose, action: Any, act: Act, ctx: DoseContext) -> Refusal | None:
    if act.actor.person in dose.preparers:
        return Refusal("already_preparer", "This preparation is yours already.")
    return None
