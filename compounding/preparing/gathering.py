"""What a decision about a preparation looks at beyond itself: containers, lots, person and hood. Reads; decides nothing.

Used for a dose and for a batch: both are scanned, made and checked in the same way.
"""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import select

from batch_records.acting import load
from batch_records.acts import Act
from batch_records.store import UnitOfWork
from compounding.preparing import staged_opened
from compounding.preparing.actions import ScanContainer
from compounding.preparing.context import DoseContext
from compounding.preparing.dose import Dose
from compounding.preparing.guards_delivering import ASKED_OF_RECALLS
from compounding.preparing.inside import dissolved_with
from compounding.preparing.numbering import order_record
from compounding.preparing.tables import UsedRow
from compounding.qualifications import QUALIFICATION, qualification_record
from compounding.rooms import HOOD, hood_record
from compounding.site_time import end_of_day
from compounding.stock.code_links import resolve_scanned
from compounding.stock.lot import LOT, Lot, lot_record
from compounding.stock.lot_names import lot_key
from compounding.stock.opened import OPENED
from compounding.stock.opened_state import Opened, opened_record
from compounding.stock.resolving import Resolved, Unknown
from formulary.model import Formulary
from formulary.repository import kept_for


def with_person_and_hood(uow: UnitOfWork, ctx: DoseContext, action: Any, act: Act) -> DoseContext:
    """How the person is qualified, and the hood that they stand at."""
    qualification = load(uow, QUALIFICATION, qualification_record(act.actor.person))
    hood = load(uow, HOOD, hood_record(getattr(action, "hood", "") or act.station))
    return replace(ctx, qualification=qualification, hood=hood)


def with_scan(uow: UnitOfWork, ctx: DoseContext, record: str, action: ScanContainer, act: Act) -> DoseContext:
    """What is under the scanner, how its lot stands, and for what else it was scanned."""
    if (found_opened := staged_opened.under_scanner(uow, ctx, action.code)) is not None:
        inside = () if found_opened.opened is None else lots_inside(uow, found_opened.opened)
        return replace(found_opened, lots=inside)
    found = resolve_scanned(uow, ctx.formulary, action.code, act.at.date())
    if isinstance(found, Unknown):
        return replace(ctx, resolved=found)
    reserved_for = _reserved(uow, record, found)  # before the lot is read, which both of two scans may hold
    lot = found.lot or action.lot.strip()
    state = _lot_now(uow, lot_record(found.item.id, lot)) if lot else Lot()
    return replace(ctx, resolved=found, lot=state, reserved_for=reserved_for)


def _lot_now(uow: UnitOfWork, record: str) -> Lot:
    """A lot as it stands; held, where an open recall touches it and has not come to it yet."""
    from compounding.recalls.looking import recall_reaching

    lot = load(uow, LOT, record)
    if lot.recall or not (number := recall_reaching(uow, record)):
        return lot
    return replace(lot, lot=lot.lot or record.rpartition("-")[2], state="held", reason=f"recall {number}")


def formulary_of(uow: UnitOfWork, dose: Dose, formulary: Formulary) -> Formulary:
    """The formulary as this dose sees it: what it was planned with, its one-time formulation too."""
    from compounding.reviewing.one_time import formulary_for

    kept = kept_for(uow, formulary, dose.planned.drug_versions)
    return formulary_for(uow, kept, dose.order, dose.order_version) if dose.planned.one_time else kept


def with_nutrition_order(uow: UnitOfWork, ctx: DoseContext, dose: Dose) -> DoseContext:
    """What was ordered for a nutrition container: its bag is assessed again by what is scanned."""
    from compounding.reviewing.record import ORDER

    if dose.planned.nutrition is None:
        return ctx
    order = load(uow, ORDER, order_record(dose.order)).versions[dose.order_version - 1].order
    return replace(ctx, nutrition_order=None if order is None else order.nutrition)


def _reserved(uow: UnitOfWork, record: str, found: Resolved) -> str:
    """A container with a serial number is one thing: scanned for another preparation it is taken."""
    if not found.serial:
        return ""
    if uow.writing:
        uow.serialise(f"container {found.item.id} {found.serial}")
    rows = uow.session.execute(
        select(UsedRow.dose).where(
            UsedRow.product == found.item.id, UsedRow.serial == found.serial, UsedRow.record != record
        )
    )
    return rows.scalars().first() or ""


def lots_of(uow: UnitOfWork, dose: Dose) -> tuple[Lot, ...]:
    """The lots of everything scanned, as they stand now, with those that an opened container was dissolved with; an opened
    container that a recall holds stands as a held lot."""
    records = dict.fromkeys(lot_record(scan.product, scan.lot) for scan in dose.scans)
    opened = [load(uow, OPENED, opened_record(scan.opened)) for scan in dose.scans if scan.opened]
    inside = [lot for one in opened for lot in lots_inside(uow, one)]
    held = [
        Lot(one.product, f"{one.lot}, opened container {one.number},", state="held", reason=one.reason)
        for one in opened
        if one.held
    ]
    return (*(_lot_now(uow, record) for record in records), *inside, *held)


def lots_inside(uow: UnitOfWork, opened: Opened) -> tuple[Lot, ...]:
    """The lots that an opened container was dissolved with, as they stand now, each named with the container."""
    scans = dissolved_with(uow, opened)
    lots = [_lot_now(uow, record) for record in dict.fromkeys(lot_record(scan.product, scan.lot) for scan in scans)]
    return tuple(replace(lot, lot=f"{lot.lot}, which dissolved opened container {opened.number},") for lot in lots)


def expiries_of(dose: Dose, act: Act) -> tuple[tuple[str, datetime], ...]:
    """The last moment of every scanned component, at the end of its day on the site's clock."""
    return tuple(
        (f"{scan.display}, lot {scan.lot}", end_of_day(scan.expires, act.offset_minutes, act.zone))
        for scan in dose.scans
        if scan.expires
    )


def recalled_by(uow: UnitOfWork, record: str, kind: str) -> str:
    """Number of the recall that stands against an action: for the end of a quarantine one that lists this preparation and has
    not settled it, for anything that goes on with it one that touches it and has not come to it yet. Empty for none."""
    from compounding.recalls.looking import recall_reaching
    from compounding.recalls.part import open_recall_of

    if kind == "end_quarantine":
        return open_recall_of(uow, record)
    return recall_reaching(uow, record) if kind in ASKED_OF_RECALLS else ""


def used_rows(record: str, number: str, patient: str, dose: Dose) -> list[dict[str, Any]]:
    """Where a lot went: one row for each container that was scanned, the lot in its one normal form."""
    return [
        {
            "record": record,
            "slot": s.slot,
            "dose": number,
            "patient": patient,
            "product": s.product,
            "lot": lot_key(s.lot),
            "expires": s.expires,
            "code": s.code,
            "serial": s.serial,
        }
        for s in dose.scans
    ]
