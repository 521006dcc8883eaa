"""Purchase orders: draft, place, receive by scan against a line, and close with what is short."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from batch_records.store import UnitOfWork
from calculations.days import parse_day
from calculations.errors import Fault, Faults
from compounding.record_actions import RecordAction
from compounding.stock.code_links import resolve_scanned
from compounding.stock.money import parse_price
from compounding.stock.numbers import new_number
from compounding.stock.purchase import (
    PLACED,
    PURCHASE,
    ClosePurchase,
    DraftPurchase,
    Line,
    PlacePurchase,
    Purchase,
    ReceivePurchase,
    ReopenPurchase,
    purchase_record,
)
from compounding.stock.resolving import Resolved, Unknown
from compounding.views.lots import item_names
from compounding.views.stock_orders import order_lines, purchases
from compounding.views.stock_places import open_places, quarantines
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, client_key, read_form
from web.errors import again
from web.pages.stock_common import LONGEST, clock, today, whole, words
from web.permissions import allowed
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("stock_orders", __name__, url_prefix="/stock/orders")

ROWS = 8
"""Lines that the form offers beyond those that are filled."""
MOST_ROWS = 60
LONGEST_COUNT = 7


@blueprint.get("")
def page() -> str:
    """The orders that are open, or all of them."""
    show = "all" if request.args.get("show") == "all" else "open"
    with store().read() as uow:
        rows, pages = purchases(uow, clock(), show, request.args.get("page", ""))
    may = allowed("stock_orders.draft", open_visitor().actor.roles)
    return render_template("stock/orders.html", rows=rows, pages=pages, show=show, may_draft=may)


def _known(uow: UnitOfWork, number: str) -> Purchase:
    state = load(uow, PURCHASE, purchase_record(number))
    if not state.number:
        raise NotFound
    return state


def _draft_page(state: Purchase) -> str:
    with store().read() as uow:
        names = sorted(item_names(formulary_in_force(uow)).items(), key=lambda pair: pair[1].casefold())
    rows = min(len(state.lines) + ROWS, MOST_ROWS)
    return render_template("stock/order_draft.html", order=state, names=names, rows=rows)


@blueprint.get("/new")
def new() -> str:
    """The form of a new draft."""
    return _draft_page(Purchase())


@blueprint.post("/new")
@again(new)
def draft() -> Any:
    """Keep a draft."""
    number = new_number(store(), "purchase", client_key(), now(), offset_minutes(now()))
    return _do(number, _drafted(number))


def _drafted(number: str) -> DraftPurchase:
    """What the form says, line by line. Raises Faults."""
    fields = [f"{name}_{row}" for row in range(1, MOST_ROWS + 1) for name in ("product", "count", "price")]
    form = read_form(["supplier"], ["note", "replaces", *fields])
    faults: list[Fault] = []
    supplier = words(form["supplier"], "supplier", "from whom it is ordered", faults)
    with store().read() as uow:
        names = item_names(formulary_in_force(uow))
    lines = []
    for row in range(1, MOST_ROWS + 1):
        product, price = form.get(f"product_{row}", ""), form.get(f"price_{row}", "")
        if not product and not form.get(f"count_{row}", "").strip():
            continue
        if product not in names:
            faults.append(Fault(f"product_{row}", product or "nothing", "a product of the formulary"))
        count = whole(form.get(f"count_{row}", ""), f"count_{row}", 1, faults)
        try:
            lines.append(Line(product, names.get(product, ""), count, parse_price(price, f"price_{row}")))
        except Fault as fault:
            faults.append(fault)
    if faults:
        raise Faults(faults)
    seen = form.get("replaces", "0")
    replaces = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < LONGEST_COUNT else 0
    return DraftPurchase(number, supplier, tuple(lines), form.get("note", "").strip()[:LONGEST], replaces)


def _do(number: str, action: RecordAction) -> Any:
    answer = perform(store(), PURCHASE, purchase_record(number), action, act())
    return redirect(url_for("stock_orders.one", number=number), 303) if isinstance(answer, Done) else answer


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One order: its lines, what came, what differed, and the form that receives."""
    code = request.form.get("code", request.args.get("code", ""))[:LONGEST]
    roles = open_visitor().actor.roles
    with store().read() as uow:
        state = _known(uow, number)
        found = resolve_scanned(uow, formulary_in_force(uow), code, today()) if code else None
        targets = open_places(uow)
        aside = quarantines(uow)
        lines = story(uow, purchase_record(number), frozenset({"number", "lines", "findings", "price", "product"}))
    resolved = found if isinstance(found, Resolved) else None
    return render_template(
        "stock/order.html",
        order=state,
        lines=order_lines(state),
        code=code,
        found=resolved,
        line=state.line(resolved.item.id) if resolved else None,
        unknown=found if isinstance(found, Unknown) else None,
        targets=[(place, place) for place in targets],
        aside=[(place, place) for place in aside],
        came=_just_came(state),
        story=lines,
        products=[(line.product, line.display) for line in state.lines],
        may_receive=state.status == PLACED and allowed("stock_orders.receive", roles),
        may_order=allowed("stock_orders.place", roles),
    )


def _just_came(state: Purchase) -> ReceivePurchase | None:
    """What the form before this page received."""
    shown = request.method == "GET" and request.args.get("came") == str(len(state.received))
    return state.received[-1] if shown and state.received else None


@blueprint.get("/<number>/draft")
def edit(number: str) -> str:
    """The form that writes a draft anew."""
    with store().read() as uow:
        return _draft_page(_known(uow, number))


@blueprint.post("/<number>/draft")
@again(edit)
def redraft(number: str) -> Any:
    """Write a draft anew."""
    with store().read() as uow:
        _known(uow, number)
    return _do(number, _drafted(number))


@blueprint.post("/<number>/place")
@again(one)
def place(number: str) -> Any:
    """It was sent to the supplier."""
    read_form([])
    return _do(number, PlacePurchase())


@blueprint.post("/<number>/close")
@again(one)
def close(number: str) -> Any:
    """No more comes."""
    return _do(number, ClosePurchase(read_form([], ["reason"]).get("reason", "").strip()))


@blueprint.post("/<number>/reopen")
@again(one)
def reopen(number: str) -> Any:
    """What was given up comes after all."""
    return _do(number, ReopenPurchase(read_form([], ["reason"]).get("reason", "").strip()))


@blueprint.post("/<number>/scan")
@again(one)
def scan(number: str) -> Any:
    """A scan on the order fills the form that receives. Nothing is written."""
    return redirect(url_for("stock_orders.one", number=number, code=read_form(["code"])["code"]) + "#receive", 303)


@blueprint.post("/<number>/receive")
@again(one)
def receive(number: str) -> Any:
    """Take in what came of one line."""
    form = read_form(["code", "count", "damaged", "place"], ["product", "lot", "expires", "price", "damaged_place"])
    action = _received(form)
    answer = perform(store(), PURCHASE, purchase_record(number), action, act())
    if not isinstance(answer, Done):
        return answer
    came = len(answer.state.received)
    return redirect(url_for("stock_orders.one", number=number, came=came), 303)


def _received(form: dict[str, str]) -> ReceivePurchase:
    """What the form says, the code first. Raises Faults."""
    faults: list[Fault] = []
    with store().read() as uow:
        found = resolve_scanned(uow, formulary_in_force(uow), form["code"], today()) if form["code"] else None
    product, lot, expires = form.get("product", ""), form.get("lot", ""), form.get("expires", "")
    if isinstance(found, Resolved):
        product, lot, expires = found.item.id, found.lot or lot, found.expires or expires
    if not product:
        faults.append(Fault("product", "nothing", "a product of the order"))
    lot = words(lot, "lot", "the lot number on the container", faults)
    try:
        if parse_day(expires, "expires") < today():
            faults.append(Fault("expires", expires, "a day that is not past: an expired lot is not received"))
    except Fault as fault:
        faults.append(fault)
    count = whole(form["count"], "count", 1, faults)
    damaged = whole(form["damaged"] or "0", "damaged", 0, faults)
    place_name = words(form["place"], "place", "where it is put", faults)
    if faults:
        raise Faults(faults)
    price = parse_price(form.get("price", ""), "price")
    aside = form.get("damaged_place", "").strip()
    return ReceivePurchase(product, lot, expires, count, damaged, place_name, price, aside)
