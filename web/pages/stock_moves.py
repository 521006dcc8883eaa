"""What is done to one lot: put somewhere else, wasted, sent back. Shown again on the lot's own page."""

from typing import Any

from flask import Blueprint, redirect, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from calculations.errors import Fault, Faults
from compounding.record_actions import RecordAction
from compounding.stock.lot import LOT, ReturnLot, TransferLot, WasteLot, lot_record
from compounding.stock.lot_actions import CAUSES
from compounding.stock.sending import ArriveLot, SendLot
from web.acting import act, read_form
from web.errors import again
from web.pages.lots import lot as lot_page
from web.pages.stock_common import whole
from web.services import store

blueprint = Blueprint("stock_moves", __name__, url_prefix="/stock/lot")

def _do(product: str, lot: str, action: RecordAction) -> Any:
    with store().read() as uow:
        if not load(uow, LOT, lot_record(product, lot)).product:
            raise NotFound
    answer = perform(store(), LOT, lot_record(product, lot), action, act())
    return redirect(url_for("lots.lot", product=product, lot=lot), 303) if isinstance(answer, Done) else answer


def _counted(form: dict[str, str]) -> int:
    faults: list[Fault] = []
    count = whole(form["moved"], "moved", 1, faults)
    if faults:
        raise Faults(faults)
    return count


@blueprint.post("/transfer/<product>/<path:lot>")
@again(lot_page)
def transfer(product: str, lot: str) -> Any:
    """Put containers from one location to another, or send them there: then somebody says that they arrived."""
    form = read_form(["moved", "source", "target"], ["reason", "carried"])
    kind = SendLot if form.get("carried") == "yes" else TransferLot
    return _do(product, lot, kind(_counted(form), form["source"], form["target"], form.get("reason", "").strip()))


@blueprint.post("/arrive/<product>/<path:lot>")
@again(lot_page)
def arrive(product: str, lot: str) -> Any:
    """What was sent came, all of it or less."""
    form = read_form(["came", "target"], ["missing", "reason"])
    faults: list[Fault] = []
    came = whole(form["came"], "came", 0, faults)
    missing = whole(form.get("missing") or "0", "missing", 0, faults)
    if faults:
        raise Faults(faults)
    return _do(product, lot, ArriveLot(came, form["target"], missing, form.get("reason", "").strip()))


@blueprint.post("/waste/<product>/<path:lot>")
@again(lot_page)
def waste(product: str, lot: str) -> Any:
    """Throw containers away, with the cause and the reason."""
    form = read_form(["moved", "source", "cause", "reason"])
    if form["cause"] not in CAUSES:
        raise Fault("cause", form["cause"] or "nothing", "one from the list")
    return _do(product, lot, WasteLot(_counted(form), form["source"], form["cause"], form["reason"].strip()))


@blueprint.post("/return/<product>/<path:lot>")
@again(lot_page)
def give_back(product: str, lot: str) -> Any:
    """Send containers back to the supplier."""
    form = read_form(["moved", "source", "supplier", "reason"])
    action = ReturnLot(_counted(form), form["source"], form["supplier"].strip(), form["reason"].strip())
    return _do(product, lot, action)
