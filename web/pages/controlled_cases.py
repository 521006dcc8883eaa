"""Discrepancies of controlled drugs: opened, answered with a reason, confirmed by a second person. None ever disappears."""

from typing import Any

from flask import Blueprint, render_template, request

from calculations.errors import Fault, Faults
from compounding.controlled.cases import (
    ANSWERED,
    CASE,
    CLOSED,
    FOUND,
    OPEN,
    OUTCOMES,
    REPORTED,
    AnswerCase,
    ConfirmCase,
    OpenCase,
    SendBackCase,
    case_record,
    difference_words,
    reporting,
)
from compounding.controlled.policy import controlled_products
from compounding.people import shown_name
from compounding.views.controlled import held_rows, listed_cases
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, read_form
from web.errors import again
from web.pages.controlled import may
from web.pages.controlled_forms import Form
from web.pages.stock_common import LONGEST, clock, whole, words
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("controlled_cases", __name__, url_prefix="/controlled/discrepancies")
FORM = Form(CASE, "controlled_cases.one")


@blueprint.get("")
def page() -> str:
    """Open discrepancies, those that were closed, and where to open one by hand."""
    with store().read() as uow:
        open_ones = listed_cases(uow, now(), clock(), closed=False)
        closed = listed_cases(uow, now(), clock(), closed=True)
        held = held_rows(uow, formulary_in_force(uow))
    products = sorted({(row.product, row.display) for row in held}, key=lambda pair: pair[1])
    places = sorted({row.location for row in held})
    return render_template(
        "controlled/cases.html", open_ones=open_ones, closed=closed, products=products, places=places, may=may
    )


@blueprint.post("")
@again(page)
def open_case() -> Any:
    """Open a case for what somebody saw."""
    form = read_form(["product", "lot", "location", "way", "count", "reason"])
    faults: list[Fault] = []
    count = whole(form["count"], "count", 1, faults)
    reason = words(form["reason"], "reason", "what was seen", faults)
    if form["way"] not in ("missing", "too_many"):
        faults.append(Fault("way", form["way"] or "nothing", "missing or too many"))
    with store().read() as uow:
        products = controlled_products(formulary_in_force(uow))
    if form["product"] not in products:
        faults.append(Fault("product", form["product"] or "nothing", "a controlled drug of the list"))
    if faults:
        raise Faults(faults)
    number = FORM.new_number()
    display, lot = products[form["product"]][0], form["lot"].strip()[:LONGEST]
    signed = -count if form["way"] == "missing" else count
    action = OpenCase(number, form["product"], display, lot, form["location"], signed, reason=reason)
    return FORM.does(number, action, act())


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One case: what differs, who was involved, what was answered, and what is still to be done."""
    state = FORM.known(number)
    told, me = state.told, open_visitor().actor.person
    with store().read() as uow:
        lines = story(uow, case_record(number), frozenset(OpenCase.__dataclass_fields__) - {"reason"})
        involved = [shown_name(uow, person) for person in told.involved]
        answered = shown_name(uow, state.answered_by) if state.answered_by else ""
        confirmed = shown_name(uow, state.confirmed_by) if state.confirmed_by else ""
    at = now()
    outcomes = [pair for pair in OUTCOMES.items() if pair[0] != FOUND or told.volume is None or told.container]
    return render_template(
        "controlled/case.html", case=state, told=told, said=difference_words(told), lines=lines, involved=involved,
        answered=answered, confirmed=confirmed, outcome=OUTCOMES.get(state.outcome, ""), outcomes=outcomes,
        opened=clock().moment(state.opened_at) if state.opened_at else "",
        due=clock().moment(told.due) if told.due else "",
        overdue=state.status != CLOSED and told.due is not None and told.due <= at,
        mine=me in told.involved, answers=state.status == OPEN and may("controlled_cases.answer"),
        confirms=state.status == ANSWERED and may("controlled_cases.confirm") and me != state.answered_by,
        reporting=reporting(), reported=state.outcome in REPORTED, typed_outcome=request.form.get("outcome", ""), may=may,
    )  # fmt: skip


@blueprint.post("/<number>/answer")
@again(one)
def answer(number: str) -> Any:
    """What became of it, with the reason, signed."""
    form = read_form(["outcome", "reason", "reported", "secret"])
    action = AnswerCase(form["outcome"], form["reason"].strip()[:500], form["reported"].strip()[:500])
    return FORM.does(number, action, act_with_secret())


@blueprint.post("/<number>/confirm")
@again(one)
def confirm(number: str) -> Any:
    """The second person agrees, and the case is closed."""
    read_form(["secret"])
    return FORM.does(number, ConfirmCase(), act_with_secret())


@blueprint.post("/<number>/send-back")
@again(one)
def send_back(number: str) -> Any:
    """The second person does not agree: it is open again."""
    return FORM.does(number, SendBackCase(read_form(["reason"])["reason"].strip()[:500]), act())
