"""Where every scan of a station goes: containers, our own labels, worksheets, and numbers typed by hand."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Any

from flask import g, redirect, render_template, request, url_for

from batch_records.acting import Refused, load
from batch_records.acts import Refusal
from calculations.days import parse_day
from calculations.errors import Fault
from compounding.documents.snapshots import read_barcode
from compounding.preparing.actions import Complete, ConfirmStep, ScanContainer, StartPreparation
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_record, is_dose_number
from compounding.preparing.record import DOSE
from compounding.preparing.states import DoseStatus
from compounding.stock.code_links import resolve_scanned
from compounding.stock.lot import LOT, lot_record
from compounding.stock.resolving import Resolved
from compounding.views.places import usable_lots
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.errors import again
from web.pages.pictures import taken
from web.pages.station_hand import blueprint, clock_at, does, done_or_refused, dose, in_hand, page, refuse, shown
from web.services import now, store
from web.stations import here

IN_PROCESS, INTERMEDIATE, WORKSHEET = "in_process_label/1", "intermediate_label/1", "worksheet/1"
NOBODYS = "This code is no worksheet, no label of a dose and no dose number. Scan the worksheet of the dose to make."


def ours(code: str) -> tuple[str, str] | None:
    """Kind of document and dose number, for one of our own codes or a dose number typed by hand."""
    plain = code.strip().removeprefix("]d2").removeprefix("]C1")
    if is_dose_number(plain):
        return WORKSHEET, plain
    read = read_barcode(plain)
    return read if read is not None and is_dose_number(read[1]) else None


@blueprint.post("/scan")
@again(page)
def scan() -> Any:
    """A scan with nothing in hand: takes the dose in hand that it names."""
    found = ours(read_form(["code"])["code"])
    if found is None:
        return refuse("nothing_in_hand", NOBODYS, 422)
    return redirect(url_for("station.dose", number=found[1]), 303)


def dose_or_lot(number: str) -> Any:
    """What is shown again after a no: the question for the lot with what was typed, unless the scan stopped the dose."""
    if "lot" in request.form and in_hand(number).page.halt is None:
        return _lot_page(number, ScanContainer(request.form.get("code", "")), 200)[0]
    return dose(number)


@blueprint.post("/<number>/scan")
@again(dose_or_lot)
def dose_scan(number: str) -> Any:
    """A scan with a dose in hand. A container may come with its lot and expiry, picked or typed."""
    form = read_form(["code"], ["pick", "lot", "day", "month", "year"])
    found = ours(form["code"])
    if found is None:
        return container(number, form)
    kind, other = found
    if kind == WORKSHEET:
        return worksheet(number, other)
    if kind == IN_PROCESS:
        return in_process_label(number, other, form["code"])
    if kind == INTERMEDIATE:
        return dilution_label(number, form["code"])
    return refuse("not_here", f"This is a label of {other} that is not scanned at this station.")


def worksheet(number: str, other: str) -> Any:
    """A worksheet takes its dose in hand; not while another one is being made by the same hands."""
    if other == number:
        return shown(number)
    if in_hand(number).page.status == DoseStatus.IN_PREP:
        text = f"This is the worksheet of {other}. Finish or stop the preparation in your hands first."
        return refuse("not_finished", text)
    return redirect(url_for("station.dose", number=other), 303)


def in_process_label(number: str, other: str, code: str) -> Any:
    """On the staged container it starts; on the finished one it leads to the last step; another dose's label stops."""
    found = in_hand(number)
    status, focus = found.page.status, found.page.focus.kind
    if status == DoseStatus.STAGED:
        if other != number:
            return refuse("wrong_label", f"This is the label of {other}. Print the label of {number} and scan that.", 422)
        return done_or_refused(number, StartPreparation(here().id))
    if status == DoseStatus.IN_PREP and other == number and focus == "label":
        return redirect(url_for("station.send_page", number=number, label=code), 303)
    if status == DoseStatus.IN_PREP and other == number and found.page.halt is None:
        return refuse("label_early", "This is the right label. It is scanned when everything is in the container.")
    if status == DoseStatus.IN_PREP:
        # Refused by the gate and kept: either another dose's container is in these hands, or this is the right label that ends
        # the stop, before everything is in the container.
        return does(number, Complete(code))
    return redirect(url_for("station.dose", number=other), 303)


def dilution_label(number: str, code: str) -> Any:
    """The label of the intermediate dilution closes its own step; anywhere else it is only told."""
    found = in_hand(number)
    if found.page.status == DoseStatus.IN_PREP and found.page.focus.kind == "mix":
        return done_or_refused(number, ConfirmStep(found.page.focus.step, taken(), code))
    return refuse("label_early", "A label of an intermediate dilution is not asked for at this step.")


def container(number: str, form: dict[str, str]) -> Any:
    """One container. A fitting one whose code carries no lot asks for the lot first: normal work, nothing is refused."""
    action = _with_lot(form)
    if not (action.lot and action.expires) and (asked := _asks_for_lot(number, action)) is not None:
        return asked
    answer = does(number, action)
    if isinstance(answer, Refused) and answer.refusal.code == "picture_needed":
        g.problem = answer.refusal
        return _lot_page(number, action, 422)
    return answer if isinstance(answer, Refused) else shown(number, tone="right")


def _with_lot(form: dict[str, str]) -> ScanContainer:
    """The scan with the lot that was picked or typed. A lot as it was received counts as read, any other as typed."""
    lot, _, expires = form.get("pick", "").rpartition("|")
    lot = lot or form.get("lot", "").strip()
    if not lot:
        return ScanContainer(form["code"])
    last_day = _day(expires) if expires else _chosen_day(form)
    action = ScanContainer(form["code"], lot, last_day, typed=True, picture=taken())
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), action.code, now().date())
        received = load(uow, LOT, lot_record(found.item.id, lot)) if isinstance(found, Resolved) else None
    known = received is not None and received.received and received.expires == action.expires
    return replace(action, typed=False) if known else action


def _day(text: str) -> str:
    """The last day of use as an ISO date. Raises Fault."""
    return parse_day(text.strip(), "expires").isoformat()


def _chosen_day(form: dict[str, str]) -> str:
    """The last day of use from the three lists; without a day the last one of the month. Raises Fault."""
    day, month, year = (form.get(name, "") for name in ("day", "month", "year"))
    found = f"{day} {month} {year}".strip()
    if not all(part.isascii() and part.isdigit() and len(part) <= 4 for part in (day or "1", month, year)):
        raise Fault("month", found, "month and year of the last day of use")
    try:
        last = monthrange(int(year), int(month))[1]
        return date(int(year), int(month), int(day or last)).isoformat()
    except ValueError:
        raise Fault("month", found, "a day that there is") from None


def _asks_for_lot(number: str, action: ScanContainer) -> Any:
    """The page that asks for lot and expiry, when that is all that is missing. Decided by the gate itself, tried dry."""
    record = dose_record(number)
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), action.code, now().date())
        if not isinstance(found, Resolved) or (found.lot and found.expires):
            return None
        state: Dose = load(uow, DOSE, record)
        if state.plan is None:
            return None
        asked = act()
        tried = DOSE.check(state, action, asked, DOSE.gather(uow, record, state, action, asked))
    if not isinstance(tried, Refusal) or tried.code != "lot_needed":
        return None
    return _lot_page(number, action, 200)


def _lot_page(number: str, action: ScanContainer, status: int) -> tuple[str, int]:
    at = now()
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), action.code, at.date())
        if not isinstance(found, Resolved):
            return str(dose(number)), status
        lots = usable_lots(uow, [found.item.id], at, clock_at(at).local(at).date()).get(found.item.id, [])
    shown_page = render_template(
        "station/lot.html", page=in_hand(number).page, item=found.item, code=action.code, lots=lots, wanted=status == 422,
        years=range(at.year, at.year + 8),
    )  # fmt: skip
    return shown_page, status
