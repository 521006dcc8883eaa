"""A controlled drug taken in, moved, returned or put back by two persons: shown by one, counted and signed by the other."""

from dataclasses import replace
from typing import Any

from flask import Blueprint, render_template, request
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from batch_records.acting import load
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.errors import Fault, Faults
from compounding.controlled.handling import HANDLING, late
from compounding.controlled.handling_state import (
    BACK,
    DONE_BY_ROLE,
    OFFERED,
    PERMISSIONS,
    RECEIPT,
    RETURN,
    SUBJECTS,
    TRANSFER,
    OfferHandling,
    SecondHandling,
    TakeBackHandling,
    handling_record,
    said,
)
from compounding.controlled.policy import controlled_products, schedule_of, witness_within
from compounding.controlled.unsettled import HandRow, in_hand
from compounding.people import shown_name
from compounding.stock.in_hand import is_in_hand
from compounding.stock.lot import LOT, lot_record
from compounding.stock.purchase import PLACED
from compounding.stock.tables import PurchaseLineRow, PurchaseRow
from compounding.views.controlled import products_counted_now
from compounding.views.stock_places import open_places, quarantines
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, read_form
from web.errors import again
from web.pages.controlled import may
from web.pages.controlled_forms import Form, others, second_person
from web.pages.lots import to_receive
from web.pages.stock_common import LONGEST, clock, whole
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("controlled_handling", __name__, url_prefix="/controlled/two")


FORM = Form(HANDLING, "controlled_handling.one")


def _offer(told: OfferHandling) -> Any:
    number = FORM.new_number()
    return FORM.does(number, replace(told, number=number), act_with_secret())


def _allowed(subject: str) -> bool:
    return bool(open_visitor().actor.roles & DONE_BY_ROLE[subject])


@blueprint.get("/lot")
def lot() -> str:
    """The forms that move or return a lot, named in the address."""
    product, number = request.args.get("product", ""), request.args.get("lot", "")
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        held = load(uow, LOT, lot_record(product, number))
        if not held.product or not schedule_of(formulary, product):
            raise NotFound
        targets = [(place, place) for place in open_places(uow)]
        counting = products_counted_now(uow).get(product, "")
    lying = [(place, count) for place, count in sorted(held.balances.items()) if count > 0 and not is_in_hand(place)]
    sources = [(place, place if counting else f"{place}: {count}") for place, count in lying]
    return render_template(
        "controlled/handle_lot.html", lot=held, title=formulary.item(product).display, sources=sources, targets=targets,
        schedule=schedule_of(formulary, product), moves=_allowed(TRANSFER), returns=_allowed(RETURN), may=may,
    )  # fmt: skip


@blueprint.post("/lot")
@again(lot)
def offer() -> Any:
    """Show a move or a return to the second person."""
    form = read_form(["subject", "count", "source", "reason", "secret"], ["target", "supplier"])
    faults: list[Fault] = []
    count = whole(form["count"], "count", 1, faults)
    if form["subject"] not in (TRANSFER, RETURN):
        faults.append(Fault("subject", form["subject"] or "nothing", "a move or a return"))
    if faults:
        raise Faults(faults)
    return _offer(
        OfferHandling(
            "", form["subject"], request.args.get("product", ""), request.args.get("lot", "").strip(), count,
            source=form["source"], target=form.get("target", "").strip(), supplier=form.get("supplier", "").strip()[:LONGEST],
            reason=form["reason"].strip()[:LONGEST],
        )
    )  # fmt: skip


@blueprint.get("/receive")
def receive() -> str:
    """The form that takes a controlled drug in, against a purchase order or without one."""
    code = request.form.get("code", request.args.get("code", ""))[:LONGEST]
    with store().read() as uow:
        products = controlled_products(formulary_in_force(uow))
        places = [(place, place) for place in open_places(uow)]
        rows = uow.session.execute(
            select(PurchaseRow.number, PurchaseRow.supplier)
            .join(PurchaseLineRow, PurchaseLineRow.record == PurchaseRow.record)
            .where(PurchaseRow.status == PLACED, PurchaseLineRow.product.in_(list(products)))
            .distinct()
            .order_by(PurchaseRow.number)
        )
        orders = [(number, f"{number}, {supplier}") for number, supplier in rows]
        broken = [(place, place) for place in quarantines(uow)]
    names = sorted(((one, f"{name}, {schedule}") for one, (name, schedule) in products.items()), key=lambda pair: pair[1])
    return render_template(
        "controlled/handle_receive.html", code=code, names=names, places=places, broken=broken,
        orders=orders, may=may,
    )  # fmt: skip


@blueprint.post("/receive")
@again(receive)
def take_in() -> Any:
    """Show what came to the second person, who counts it too."""
    form = read_form(
        ["code", "count", "place", "reason", "order", "secret"],
        ["product", "lot", "expires", "price", "damaged", "damaged_place"],
    )
    asked = {name: text for name, text in form.items() if name not in ("order", "secret", "damaged", "damaged_place")}
    came = to_receive(asked | {"reason": form["reason"].strip() or f"order {form['order']}" if form["order"] else form["reason"]})
    faults: list[Fault] = []
    damaged = whole(form.get("damaged", "") or "0", "damaged", 0, faults)
    if faults:
        raise Faults(faults)
    return _offer(
        OfferHandling(
            "", RECEIPT, came.product, came.lot, came.count, target=came.place, reason=form["reason"].strip()[:LONGEST],
            expires=came.expires, price=came.price, order=form["order"], damaged=damaged,
            damaged_place=form.get("damaged_place", "") if damaged else "",
        )
    )  # fmt: skip


@blueprint.get("/back")
def back() -> str:
    """The form that puts back what is in hand, out of a preparation that was not begun; named in the address."""
    with store().read() as uow:
        row = _in_hand(uow)
        counting = row is not None and row.product in products_counted_now(uow)
    return render_template("controlled/handle_back.html", row=row, counting=counting, asked=request.args, may=may)


def _in_hand(uow: UnitOfWork) -> HandRow | None:
    """What the address names, if it is still in hand."""
    names = ("product", "lot", "dose", "place", "home", "container")
    asked = tuple(request.args.get(name, "") for name in names)
    rows = in_hand(uow, formulary_in_force(uow))
    return next((row for row in rows if tuple(getattr(row, name) for name in names) == asked), None)


@blueprint.post("/back")
@again(back)
def put_back() -> Any:
    """Show what is put back to the second person."""
    form = read_form(["count", "reason", "secret"])
    faults: list[Fault] = []
    count = whole(form["count"], "count", 1, faults)
    if faults:
        raise Faults(faults)
    with store().read() as uow:
        row = _in_hand(uow)
    if row is None:
        return Refusal("not_in_hand", "It is in hand no more: somebody put it back.")
    return _offer(
        OfferHandling(
            "", BACK, row.product, row.lot, count, source=row.place, target=row.home, dose=row.dose, container=row.container,
            reason=form["reason"].strip()[:LONGEST],
        )
    )  # fmt: skip


@blueprint.get("/<number>")
def one(number: str) -> str:
    """What is done, by whom, and what the counts of both locations become: the page the second person reads and signs."""
    state = FORM.known(number)
    told = state.told
    with store().read() as uow:
        lines = story(uow, handling_record(number), frozenset(OfferHandling.__dataclass_fields__) - {"signature"})
        who, second = shown_name(uow, state.person), shown_name(uow, state.second) if state.second else ""
        seconds = others(uow, PERMISSIONS[SecondHandling.kind], {state.person})
        within = witness_within(formulary_in_force(uow).site)
    return render_template(
        "controlled/handling.html", number=number, state=state, told=told, subject=SUBJECTS[told.subject], said=said(told),
        who=who, second=second, others=seconds, lines=lines, late=late(state, now(), within), waits=state.status == OFFERED,
        at=clock().moment(state.offered_at) if state.offered_at else "", may=may,
    )  # fmt: skip


@blueprint.post("/<number>/second")
@again(one)
def second(number: str) -> Any:
    """The second person signs with their own secret, in the session that is open at this station."""
    return FORM.does(number, SecondHandling(), second_person("second", "the person who counted it too"))


@blueprint.post("/<number>/take-back")
@again(one)
def take_back(number: str) -> Any:
    """Nothing is moved after all."""
    return FORM.does(number, TakeBackHandling(read_form(["reason"])["reason"].strip()[:LONGEST]), act())
