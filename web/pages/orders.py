"""Orders: the list, one order with its versions and doses, hold, resume and stop. Entry, patients and files hang below it."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Discontinue, HoldOrder, ResumeOrder, ReviewAgain
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import PERMISSIONS
from compounding.views.order_page import order_lines, order_page
from web.acting import act, read_form
from web.doses import wall_clock
from web.errors import again
from web.live import live_part
from web.order_form import KINDS
from web.pages import imports, order_entry, patients
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("orders", __name__)
for part in (order_entry, patients, imports):
    blueprint.register_blueprint(part.blueprint)

LONGEST_REASON = 500


@blueprint.get("/orders")
def page() -> str:
    """The orders, the newest first, page by page."""
    return _list("", request.args.get("page", "1"))


@blueprint.get("/orders/rows")
def rows() -> Response:
    """The rows of one page alone, for the page that stays live."""
    with store().read() as uow:
        lines, pages = order_lines(uow, "", now(), wall_clock(now()), request.args.get("page", "1"))
    return live_part("orders/rows.html", lines=lines, pages=pages, text="", may=_may())


@blueprint.post("/orders/find")
def find() -> str:
    """The orders that the typed words find. Asked by POST: names and numbers of patients stay out of addresses."""
    return _list(request.form.get("q", "")[:80], request.form.get("page", "1"))


@blueprint.get("/orders/of/<patient:mrn>")
def of_patient(mrn: str) -> str:
    """The orders of one patient."""
    return _list(mrn, request.args.get("page", "1"))


def _list(text: str, number: str) -> str:
    with store().read() as uow:
        lines, pages = order_lines(uow, text, now(), wall_clock(now()), number)
    return render_template("orders/list.html", lines=lines, pages=pages, text=text, kinds=KINDS, may=_may())


@blueprint.get("/orders/<number>")
def one(number: str) -> str:
    """One order."""
    with store().read() as uow:
        shown = order_page(uow, number, now(), wall_clock(now()))
    if shown is None:
        raise NotFound
    return render_template("orders/one.html", page=shown, may=_may(), placed="placed" in request.args)


def _may() -> frozenset[str]:
    """The kinds of act that this person's roles include, so that a page offers no more."""
    roles = open_visitor().actor.roles
    return frozenset(kind for kind, allowed in PERMISSIONS.items() if allowed & roles)


@blueprint.post("/orders/<number>/hold")
@again(one)
def hold(number: str) -> Any:
    """Pause the order; its queued doses are held with it."""
    form = read_form(["hold_reason"])
    return _done(number, HoldOrder(form["hold_reason"].strip()[:LONGEST_REASON]))


@blueprint.post("/orders/<number>/resume")
@again(one)
def resume(number: str) -> Any:
    """Go on; its held doses return to the queue. What would not be planned as it was reviewed goes back to review."""
    read_form([])
    return _done(number, ResumeOrder())


@blueprint.post("/orders/<number>/review-again")
@again(one)
def review_again(number: str) -> Any:
    """The same order to the review desk again, with the patient as now."""
    form = read_form(["again_reason"])
    return _done(number, ReviewAgain(form["again_reason"].strip()[:LONGEST_REASON]))


@blueprint.post("/orders/<number>/stop")
@again(one)
def stop(number: str) -> Any:
    """Stop the order for good."""
    form = read_form(["stop_reason"])
    return _done(number, Discontinue(form["stop_reason"].strip()[:LONGEST_REASON]))


def _done(number: str, action: Any) -> Any:
    with store().read() as uow:
        if not load(uow, ORDER, order_record(number)).versions:
            raise NotFound
    answer = perform(store(), ORDER, order_record(number), action, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("orders.one", number=number), 303)
