"""Blind counts of controlled drugs: begun at a location, counted by one or two persons who sign, and printed as a sheet."""

from typing import Any

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select

from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    COUNTING,
    DONE,
    PERMISSIONS,
    SECOND,
    BeginControlledCount,
    Counted,
    DropControlledCount,
    EnterControlledCount,
)
from compounding.controlled.policy import beginning_of_shift
from compounding.controlled.tables import ControlledCountRow
from compounding.controlled.unsettled import counting_now
from compounding.documents.stock import LETTER
from compounding.people import shown_name
from compounding.views.controlled import overview
from compounding.views.controlled_sheet import count_sheet
from formulary.repository import formulary_in_force
from web.acting import act, act_of_other, read_form
from web.errors import Refuse, again
from web.pages.controlled import EXPECTING, may
from web.pages.controlled_forms import Form, others
from web.pages.labels import pdf_answer
from web.pages.stock_common import LONGEST, clock, whole
from web.printing import printer
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("controlled_counts", __name__, url_prefix="/controlled/counts")
FORM = Form(CONTROLLED_COUNT, "controlled_counts.one")

MOST = 100


@blueprint.get("")
def page() -> str:
    """Where to count in this shift, and the last counts."""
    with store().read() as uow:
        found = overview(uow, formulary_in_force(uow), now(), clock())
        rows = uow.session.execute(
            select(ControlledCountRow).order_by(ControlledCountRow.begun_at.desc()).limit(MOST)
        ).scalars()
        begun = beginning_of_shift(formulary_in_force(uow).site, now(), offset_minutes(now()))
        listed = [
            (row, clock().moment(row.begun_at), [shown_name(uow, one) for one in row.counted_by.split(", ") if one])
            for row in rows
        ]
    left_open = {
        row.number for row, _, _ in listed if row.status in (COUNTING, SECOND) and begun is not None and row.begun_at < begun
    }
    return render_template("controlled/counts.html", found=found, rows=listed, left_open=left_open, may=may)


@blueprint.post("")
@again(page)
def begin() -> Any:
    """Begin a blind count of what lies at a location: everything controlled, or one product."""
    form = read_form(["location"], ["product"])
    number = FORM.new_number()
    return FORM.does(number, BeginControlledCount(number, form["location"], form.get("product", "")), act())


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One count. No figure is shown before it is done."""
    state = FORM.known(number)
    me = open_visitor().actor
    with store().read() as uow:
        by = [shown_name(uow, person) for person in state.counted_by]
        counters = others(uow, PERMISSIONS[EnterControlledCount.kind], state.counted_by)
    names = {item.name: item for item in state.items}
    differing = {found.name: index for index, found in enumerate(state.differing, start=1)}
    return render_template(
        "controlled/count.html", count=state, names=names, by=by, others=counters, differing=differing, me=me.person,
        asks=state.status in (COUNTING, SECOND) and may("controlled_counts.enter"), done=state.status == DONE, may=may,
    )  # fmt: skip


@blueprint.post("/<number>/enter")
@again(one)
def enter(number: str) -> Any:
    """What was counted, line by line, signed by who counted it: the first person, or the second at the same place."""
    state = FORM.known(number)
    fields = [f"count_{row}" for row in range(1, len(state.items) + 1)]
    form = read_form([*fields, "person", "secret"])
    faults: list[Fault] = []
    found = tuple(
        Counted(item.name, whole(form[field], field, 0, faults))
        for field, item in zip(fields, state.items, strict=True)
    )
    if not form["person"]:
        faults.append(Fault("person", "nothing", "who counted"))
    if faults:
        raise Faults(faults)
    return FORM.does(number, EnterControlledCount(found), act_of_other(form["person"], form["secret"]))


@blueprint.post("/<number>/drop")
@again(one)
def drop(number: str) -> Any:
    """Leave a count unfinished, with the reason."""
    return FORM.does(number, DropControlledCount(read_form(["reason"])["reason"].strip()[:LONGEST]), act())


@blueprint.get("/sheet.pdf")
def sheet() -> Response:
    """The count sheet of a location; with `expected=yes` the expected counts stand on it."""
    location, at = request.args.get("location", ""), now()
    expected = request.args.get("expected", "") == "yes"
    if expected and not open_visitor().actor.roles & EXPECTING:
        raise Refuse(Refusal("not_allowed", "Who counts does not print the expected counts.", 403))
    with store().read() as uow:
        if expected and (number := counting_now(uow).get(location, "")):
            raise Fault("location", location, f"a location that is not being counted: count {number} is done first")
        formulary = formulary_in_force(uow)
        told = count_sheet(uow, formulary, location, expected, at, clock())
    return pdf_answer(printer().render(told["kind"], told, LETTER).pdf, f"count-sheet-{told['number']}")
