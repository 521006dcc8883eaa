"""Lots: what is there, what expires, what runs out; receive by scan, count, hold, recall, and where a lot went."""

from datetime import date
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.days import parse_day
from calculations.errors import Fault, Faults
from compounding.controlled.policy import schedule_of
from compounding.recalls.looking import recalls_listing
from compounding.record_actions import RecordAction
from compounding.stock.code_links import resolve_scanned
from compounding.stock.lot import LOT, AdjustLot, FreeLot, HoldLot, Lot, ReceiveLot, lot_record
from compounding.stock.lot_actions import CAUSES
from compounding.stock.money import parse_price, price_words
from compounding.stock.resolving import Resolved, Unknown
from compounding.tracing.finding import tally
from compounding.tracing.subject import Subject
from compounding.views.controlled import products_counted_now
from compounding.views.lots import SHOWS, item_names, stock
from compounding.views.stock_orders import orders_of
from compounding.views.stock_places import balances_of, moves, open_places, stored_wrongly
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.errors import again
from web.live import live_part
from web.pages.stock_common import LONGEST, clock, today, whole
from web.permissions import allowed
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("lots", __name__, url_prefix="/lots")


def _asked() -> dict[str, Any]:
    """The list as the address asks for it."""
    show = request.args.get("show", "all")
    text = request.args.get("find", "")[:LONGEST]
    show = show if show in SHOWS else "all"
    with store().read() as uow:
        found = stock(uow, formulary_in_force(uow), now(), today(), show, text, request.args.get("page", ""))
        counted = products_counted_now(uow)
    return {"stock": found, "show": show, "shows": SHOWS, "find": text, "counted": counted}


@blueprint.get("")
def page() -> str:
    """All lots, first to expire first, page by page; narrowed by what needs somebody and by text."""
    return render_template("lots/page.html", **_asked())


@blueprint.get("/rows")
def rows() -> Response:
    """Counts and rows alone, for the page that stays live."""
    return live_part("lots/rows.html", **_asked())


@blueprint.post("/scan")
def scan() -> Any:
    """A scan anywhere on these pages: the lot's own page, or the form that receives it. Nothing is written."""
    form = read_form(["code"], ["to"])
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), form["code"], today())
        known = (
            isinstance(found, Resolved)
            and form.get("to") != "receive"
            and bool(found.lot)
            and load(uow, LOT, lot_record(found.item.id, found.lot)).received
        )
    if known and isinstance(found, Resolved):
        return redirect(url_for("lots.lot", product=found.item.id, lot=found.lot), 303)
    return redirect(url_for("lots.receive", code=form["code"]), 303)


@blueprint.get("/receive")
def receive() -> str:
    """The form that receives a lot. What the code carries is filled in and cannot be typed over."""
    code = request.form.get("code", request.args.get("code", ""))[:LONGEST]
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        found = resolve_scanned(uow, formulary, code, today()) if code else None
        names = sorted(item_names(formulary).items(), key=lambda pair: pair[1].casefold())
        places = [(place, place) for place in open_places(uow)]
        waiting = orders_of(uow, found.item.id) if isinstance(found, Resolved) else []
    return render_template(
        "lots/receive.html",
        code=code,
        found=found if isinstance(found, Resolved) else None,
        unknown=found if isinstance(found, Unknown) else None,
        names=names,
        places=places,
        waiting=waiting,
        received=_just_received(),
        spelled=request.args.get("spelled", "")[:LONGEST] if request.method == "GET" else "",
    )


def _just_received() -> tuple[str, str] | None:
    """Product and lot that the form before this one received."""
    product, lot = request.args.get("product", ""), request.args.get("lot", "")
    return (product, lot) if product and lot and request.method == "GET" else None


@blueprint.post("/receive")
@again(receive)
def take_in() -> Any:
    """Receive containers of a lot."""
    form = read_form(["code", "count", "place", "reason"], ["product", "lot", "expires", "price"])
    action = to_receive(form)
    answer = perform(store(), LOT, lot_record(action.product, action.lot), action, act())
    if isinstance(answer, Refused):
        return answer
    spelled = answer.entry.payload.get("spelled") or None
    return redirect(url_for("lots.receive", product=action.product, lot=answer.state.lot, spelled=spelled), 303)


def to_receive(form: dict[str, str]) -> ReceiveLot:
    """What the form says, the code first. Raises Faults."""
    faults: list[Fault] = []
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        found = resolve_scanned(uow, formulary, form["code"], today()) if form["code"] else None
    product, lot, expires = form.get("product", ""), form.get("lot", "").strip(), form.get("expires", "")
    if isinstance(found, Resolved):
        product, lot, expires = found.item.id, found.lot or lot, found.expires or expires
    elif form["code"] and not product:
        faults.append(Fault("product", "a code that belongs to no product", "the product, chosen from the list"))
    if product not in item_names(formulary) and not faults:
        faults.append(Fault("product", product or "nothing", "a product of the formulary"))
    if not lot or len(lot) > LONGEST or not lot.isprintable():
        faults.append(Fault("lot", lot or "nothing", f"the lot number on the container, at most {LONGEST} characters"))
    faults += _expiry_faults(expires)
    place = form["place"].strip()
    if not place or len(place) > LONGEST:
        faults.append(Fault("place", place or "nothing", "where it is put"))
    count = whole(form["count"], "count", 1, faults)
    if not form["reason"].strip() or len(form["reason"]) > LONGEST:
        faults.append(Fault("reason", form["reason"] or "nothing", "why it comes without a purchase order"))
    if faults:
        raise Faults(faults)
    price = parse_price(form.get("price", ""), "price")
    return ReceiveLot(product, lot, expires, count, place, price, reason=form["reason"].strip())


def _expiry_faults(expires: str) -> list[Fault]:
    try:
        last = parse_day(expires, "expires")
    except Fault as fault:
        return [fault]
    if last < today():
        return [Fault("expires", expires, "a day that is not past: an expired lot is not received")]
    return []


def _known_lot(uow: UnitOfWork, product: str, lot: str) -> Lot:
    state = load(uow, LOT, lot_record(product, lot))
    if not state.product:
        raise NotFound
    return state


@blueprint.get("/lot/<product>/<path:lot>")
def lot(product: str, lot: str) -> str:
    """One lot: its count and state, where it went, and everything that was done to it."""
    roles = open_visitor().actor.roles
    with store().read() as uow:
        state = _known_lot(uow, product, lot)
        reach = tally(uow, Subject("lot", product=product, lot=lot))
        lines = story(uow, lot_record(product, lot), frozenset({"product", "lot", "price"}))
        counting = products_counted_now(uow).get(product, "")
        formulary = formulary_in_force(uow)
        names = item_names(formulary)
        there = balances_of(uow, names, today(), lot_record(product, lot))
        ledger = moves(uow, lot_record(product, lot), clock())
        targets = open_places(uow)
        recalls = recalls_listing(uow, [lot_record(product, lot)])
    over = bool(state.expires) and date.fromisoformat(state.expires) < today()
    return render_template(
        "lots/lot.html",
        lot=state,
        name=names.get(product, product),
        price=price_words(state.price),
        balances=there,
        wrongly=stored_wrongly(there, formulary),
        moves=ledger,
        sources=[(row.location, f"{row.location}, {row.count} there") for row in there if row.count > 0],
        targets=[(place, place) for place in targets],
        causes=list(CAUSES.items()),
        may_move=allowed("stock_moves.transfer", roles),
        may_waste=allowed("stock_moves.waste", roles),
        controlled=schedule_of(formulary, product),
        may_return=allowed("stock_moves.give_back", roles),
        expires=date.fromisoformat(state.expires) if state.expires else None,
        expired=over,
        reach=reach,
        recalls=recalls if allowed("recalls.one", roles) else (),
        may_trace=allowed("trace.page", roles),
        may_recall=allowed("recalls.start", roles),
        lines=lines,
        counting=counting,
        may_count=bool(roles & {"buyer", "pharmacist"}),
        may_stop=bool(roles & {"pharmacist", "lead"}),
    )


@blueprint.post("/count/<product>/<path:lot>")
@again(lot)
def adjust(product: str, lot: str) -> Any:
    """Put the count right."""
    form = read_form(["count", "reason"])
    faults: list[Fault] = []
    count = whole(form["count"], "count", 0, faults)
    if faults:
        raise Faults(faults)
    return _do(product, lot, AdjustLot(count, form["reason"].strip()))


@blueprint.post("/stop/<product>/<path:lot>")
@again(lot)
def stop(product: str, lot: str) -> Any:
    """Hold or recall it: from here on it stops at every scan."""
    form = read_form(["state", "reason"])
    if form["state"] not in ("held", "recalled"):
        raise Fault("state", form["state"], "held or recalled")
    return _do(product, lot, HoldLot(form["state"], form["reason"].strip()))


@blueprint.post("/free/<product>/<path:lot>")
@again(lot)
def free(product: str, lot: str) -> Any:
    """Let it be used again."""
    return _do(product, lot, FreeLot(read_form(["reason"])["reason"].strip()))


def _do(product: str, lot: str, action: RecordAction) -> Any:
    with store().read() as uow:
        _known_lot(uow, product, lot)
    answer = perform(store(), LOT, lot_record(product, lot), action, act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("lots.lot", product=product, lot=lot), 303)


@blueprint.get("/where-used/<product>/<path:lot>")
def export(product: str, lot: str) -> Any:
    """The address under which the trace of a lot was saved before."""
    return redirect(url_for("trace.file", kind="lot", product=product, lot=lot))
