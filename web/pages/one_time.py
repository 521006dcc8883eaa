"""One-time formulations: a pharmacist writes one for an order that none serves, a second approves it."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from compounding.people import shown_name
from compounding.preparing.numbering import order_record
from compounding.record_actions import RecordAction
from compounding.reviewing.one_time import (
    ONE_TIME,
    ApproveOneTime,
    WithdrawOneTime,
    WriteOneTime,
    earlier_of,
    one_time_digest,
    one_time_record,
)
from compounding.reviewing.one_time_data import drug_text, template_of
from compounding.reviewing.order_state import OrderVersion
from compounding.reviewing.record import ORDER
from compounding.views.story import story
from web.acting import act, act_with_secret, read_form
from web.errors import again
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("one_time", __name__, url_prefix="/one-time")


def _current(uow: UnitOfWork, order: str) -> OrderVersion:
    """The newest version of an order that is complete, or 404."""
    state = load(uow, ORDER, order_record(order))
    if not state.versions or state.current.order is None:
        raise NotFound
    return state.current


@blueprint.get("/<order>")
def page(order: str) -> str:
    """The formulation of the newest version of an order: to be written, to be approved, or as it stands."""
    with store().read() as uow:
        version = _current(uow, order)
        record = one_time_record(order, version.number)
        state = load(uow, ONE_TIME, record)
        drug = "" if version.order is None else version.order.drug
        earlier = earlier_of(uow, load(uow, ORDER, order_record(order)))
        start = state.text or (earlier.text if earlier else template_of(drug_text(uow, drug)))
        people = [one for found in (state, earlier) if found for one in (found.written_by, found.approved_by)]
        names = {person: shown_name(uow, person) for person in people if person}
        lines = story(uow, record, frozenset({"text", "signature"}))
    return render_template(
        "one_time/page.html",
        order=order,
        version=version.number,
        state=state,
        earlier=earlier,
        start=start,
        content_digest=one_time_digest(state),
        names=names,
        lines=lines,
        own=open_visitor().actor.person == state.written_by,
    )


@blueprint.post("/<order>/write")
@again(page)
def write(order: str) -> Any:
    """Put one before the second pharmacist."""
    form = read_form(["version", "text"])
    number = int(form["version"]) if form["version"].isascii() and form["version"].isdigit() else 0
    return _do(order, WriteOneTime(order, number, form["text"].replace("\r\n", "\n")))


@blueprint.post("/<order>/again")
@again(page)
def put_again(order: str) -> Any:
    """Put the formulation that the order was made with before in front of a second pharmacist, word for word."""
    read_form([])
    with store().read() as uow:
        number = _current(uow, order).number
        earlier = earlier_of(uow, load(uow, ORDER, order_record(order)))
    if earlier is None:
        return Refusal("not_repeated", "This version repeats none that was made with a one-time formulation. Write one.", 409)
    return _do(order, WriteOneTime(order, number, earlier.text, again_of=earlier.version))


@blueprint.post("/<order>/approve")
@again(page)
def approve(order: str) -> Any:
    """The second pharmacist approves exactly what was on the page."""
    form = read_form(["digest", "secret"])
    return _do(order, ApproveOneTime(form["digest"]), secret=True)


@blueprint.post("/<order>/withdraw")
@again(page)
def withdraw(order: str) -> Any:
    """Take it away before the order is accepted."""
    return _do(order, WithdrawOneTime(read_form(["reason"])["reason"].strip()))


def _do(order: str, action: RecordAction, secret: bool = False) -> Any:
    with store().read() as uow:
        record = one_time_record(order, _current(uow, order).number)
    answer = perform(store(), ONE_TIME, record, action, act_with_secret() if secret else act())
    return answer if isinstance(answer, Refused) else redirect(url_for("one_time.page", order=order), 303)
