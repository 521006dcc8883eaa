"""Blind counts of controlled drugs: begun at a location, counted by one or two persons who sign, and printed as a sheet."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from batch_records.acting import Done, load, perform
from batch_records.acts import Refusal
from batch_records.people import people
from calculations.errors import Fault, Faults
from compounding.controlled.counts import (
    CONTROLLED_COUNT,
    COUNTING,
    DONE,
    PERMISSIONS,
    SECOND,
    BeginControlledCount,
    ControlledCount,
    Counted,
    DropControlledCount,
    EnterControlledCount,
    controlled_count_record,
)
from compounding.controlled.policy import beginning_of_shift
from compounding.controlled.tables import ControlledCountRow
from compounding.documents.stock import LETTER
from compounding.people import shown_name
from compounding.stock.numbers import new_number
from compounding.views.controlled import counting_now, overview
from compounding.views.controlled_sheet import count_sheet
from formulary.repository import formulary_in_force
from web.acting import act, act_of_other, client_key, read_form
from web.errors import Refuse, again
from web.pages.controlled import EXPECTING, may
from web.pages.labels import pdf_answer
from web.pages.stock_common import LONGEST, clock, whole
from web.printing import printer
from web.services import now, offset_minutes, store
from web.sessions import open_visitor

blueprint = Blueprint("controlled_counts", __name__, url_prefix="/controlled/counts")

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
    at = now()
    number = new_number(store(), "controlled_count", client_key(), at, offset_minutes(at))
    action = BeginControlledCount(number, form["location"], form.get("product", ""))
    answer = perform(store(), CONTROLLED_COUNT, controlled_count_record(number), action, act())
    return redirect(url_for("controlled_counts.one", number=number), 303) if isinstance(answer, Done) else answer


def _known(number: str) -> ControlledCount:
    with store().read() as uow:
        state = load(uow, CONTROLLED_COUNT, controlled_count_record(number))
    if not state.number:
        raise NotFound
    return state


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One count. No figure is shown before it is done."""
    state = _known(number)
    me = open_visitor().actor
    with store().read() as uow:
        by = [shown_name(uow, person) for person in state.counted_by]
        roles = PERMISSIONS[EnterControlledCount.kind]
        others = [
            (person, found.name)
            for person, found in people(uow)
            if found.enabled and found.roles & roles and person not in state.counted_by
        ]
    names = {item.name: item for item in state.items}
    differing = {found.name: index for index, found in enumerate(state.differing, start=1)}
    return render_template(
        "controlled/count.html", count=state, names=names, by=by, others=others, differing=differing, me=me.person,
        asks=state.status in (COUNTING, SECOND) and may("controlled_counts.enter"), done=state.status == DONE, may=may,
    )  # fmt: skip


@blueprint.post("/<number>/enter")
@again(one)
def enter(number: str) -> Any:
    """What was counted, line by line, signed by who counted it: the first person, or the second at the same place."""
    state = _known(number)
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
    asked = act_of_other(form["person"], form["secret"])
    answer = perform(store(), CONTROLLED_COUNT, controlled_count_record(number), EnterControlledCount(found), asked)
    return redirect(url_for("controlled_counts.one", number=number), 303) if isinstance(answer, Done) else answer


@blueprint.post("/<number>/drop")
@again(one)
def drop(number: str) -> Any:
    """Leave a count unfinished, with the reason."""
    action = DropControlledCount(read_form(["reason"])["reason"].strip()[:LONGEST])
    answer = perform(store(), CONTROLLED_COUNT, controlled_count_record(number), action, act())
    return redirect(url_for("controlled_counts.one", number=number), 303) if isinstance(answer, Done) else answer


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
