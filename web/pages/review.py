"""The review desk: a pharmacist accepts an order version, asks about it, or rejects it."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from compounding.documents.dose_documents import Clock
from compounding.people import prescribers
from compounding.preparing.numbering import order_record
from compounding.reviewing.actions import Accept, Clarify, Confirmation, RejectOrder
from compounding.reviewing.record import ORDER
from compounding.views.review import ReviewPage, outcome, review_page
from compounding.views.review_list import ListedOrder, waiting_orders
from compounding.views.shown_findings import Bar
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, read_form
from web.doses import wall_clock
from web.drawing import BarDrawing, limit_bar
from web.errors import again
from web.live import live_part
from web.nutrition_drawing import DRAWINGS
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("review", __name__, url_prefix="/review")

REASON = "reason."
"""Prefix of the field that holds the reason for one finding; the rule's code follows."""
LONGEST_TEXT = 2000
OTHER = "other"
"""Chosen for a prescriber who is not registered and confirmed by telephone."""
CONFIRMING = ("prescriber", "told_by", "told_role", "told_at", "read_back")


def clock() -> Clock:
    """The site's wall clock at this moment."""
    return wall_clock(now())


def bar_of(bar: Bar | None) -> BarDrawing | None:
    """The picture of a figure against its limit."""
    if bar is None:
        return None
    if bar.over:
        return limit_bar(bar.figure, bar.figure_text, high=bar.limit, high_text=bar.limit_text)
    return limit_bar(bar.figure, bar.figure_text, low=bar.limit, low_text=bar.limit_text)


@blueprint.get("")
def page() -> str | Response:
    """The most urgent new order; a page that says so when none waits."""
    with store().read() as uow:
        listed = waiting_orders(uow, now(), clock())
        after = request.args.get("after", "")
        done = outcome(uow, after, formulary_in_force(uow)) if after else ""
    first = next((one.number for one in listed if not one.waiting and one.number != after), None)
    if first is None:
        return render_template("review/empty.html", listed=listed, done=done)
    return _shown(first, listed, done)


@blueprint.get("/list")
def live_list() -> Response:
    """The list alone, for the page that keeps it live."""
    with store().read() as uow:
        listed = waiting_orders(uow, now(), clock())
    return live_part("review/list.html", listed=listed, current=request.args.get("current", ""))


@blueprint.get("/<number>")
def order(number: str) -> str:
    """One order for the person who looks."""
    with store().read() as uow:
        listed = waiting_orders(uow, now(), clock())
    return _shown(number, listed)


def _shown(number: str, listed: tuple[ListedOrder, ...], done: str = "") -> str:
    actor = open_visitor().actor
    with store().read() as uow:
        shown: ReviewPage | None = review_page(uow, number, actor.person, actor.name, now(), clock())
        choices = prescribers(uow)
    if shown is None:
        raise NotFound
    more: dict[str, Any] = {} if shown.nutrition is None else dict(DRAWINGS)
    more |= {"prescribers": choices, "bar_of": bar_of, "reason": REASON}
    return render_template("review/page.html", page=shown, listed=listed, done=done, **more)


@blueprint.post("/<number>/accept")
@again(order)
def accept(number: str) -> Any:
    """Accept the version that was shown, signed with a fresh secret. A hard finding then waits for a second pharmacist."""
    reasons = [name for name in request.form if name.startswith(REASON)]
    form = read_form(["version", "digest", "secret"], [*CONFIRMING, "question", *reasons])
    said = {name.removeprefix(REASON): form[name].strip()[:LONGEST_TEXT] for name in reasons if form[name].strip()}
    action = Accept(_version(form), said, content_digest=form["digest"], confirmation=_confirmation(form))
    return _decided(number, action, act_with_secret())


@blueprint.post("/<number>/ask")
@again(order)
def ask(number: str) -> Any:
    """Hold the order and ask the prescriber."""
    reasons = [name for name in request.form if name.startswith(REASON)]
    form = read_form(["version", "question"], ["digest", "secret", *CONFIRMING, *reasons])
    return _decided(number, Clarify(form["question"].strip()[:LONGEST_TEXT], _version(form)), act())


@blueprint.post("/<number>/reject")
@again(order)
def reject(number: str) -> Any:
    """Reject the order, with the reason."""
    form = read_form(["version", "reject_reason"])
    return _decided(number, RejectOrder(form["reject_reason"].strip()[:LONGEST_TEXT], _version(form)), act())


def _confirmation(form: dict[str, str]) -> Confirmation | None:
    """Who was chosen as having confirmed hard findings, or heard on the telephone; None where nothing was said."""
    chosen = form.get("prescriber", "")
    if chosen != OTHER:
        return Confirmation(chosen[:60]) if chosen else None
    told = (form.get(name, "").strip()[:120] for name in ("told_by", "told_role", "told_at"))
    return Confirmation("", *told, read_back=form.get("read_back") == "yes")


def _version(form: dict[str, str]) -> int:
    """The version that was looked at; one that is no number fits none."""
    text = form["version"]
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else -1


def _decided(number: str, action: Any, made: Any) -> Any:
    with store().read() as uow:
        if not load(uow, ORDER, order_record(number)).versions:
            raise NotFound
    answer = perform(store(), ORDER, order_record(number), action, made)
    return answer if isinstance(answer, Refused) else redirect(url_for("review.page", after=number), 303)
