"""Parenteral nutrition: where it begins, the order page with its live figures, a change, and an answer.

Only the submits write. What is shown while typing is worked out and thrown away.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from calculations.errors import Fault
from compounding.documents.dose_documents import Clock, in_words
from compounding.orders.numbers import order_number
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import Patient
from compounding.orders.patient_record import PATIENT
from compounding.preparing.numbering import order_record, patient_record
from compounding.reviewing.actions import Answer, Place
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.yesterday import order_before
from compounding.views.nutrition_look import look
from compounding.views.nutrition_start import (
    YESTERDAY,
    beginning,
    may_be_added,
    offered_rows,
    rows_beside,
    starts,
    weight_facts,
)
from compounding.views.nutrition_tonight import tonight
from compounding.views.order_changes import doses_of, what_stopping_does
from compounding.views.patient_facts import patient_facts
from compounding.views.strip import unbroken
from formulary.model import Formulary
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.doses import wall_clock
from web.errors import Refuse, again
from web.nutrition_drawing import DRAWINGS
from web.nutrition_form import (
    AGES,
    ANIONS,
    KINDS,
    LINES,
    OTHERS,
    PLAIN,
    NutritionForm,
    RowFault,
    read_nutrition,
    too_long,
    values_of,
)
from web.order_form import mrn_in
from web.order_values import day_options
from web.pages.order_versions import placed_before, same_version, to_order
from web.pages.review import bar_of
from web.permissions import PRESCRIBER, PRESCRIBING
from web.services import now, services, store
from web.sessions import open_visitor

blueprint = Blueprint("nutrition", __name__, url_prefix="/nutrition")


def _clock() -> Clock:
    return wall_clock(now())


def _own_name() -> str:
    """The name of a prescriber, who orders in no other name; empty for whoever enters for one."""
    actor = open_visitor().actor
    return actor.name if PRESCRIBER in actor.roles else ""


def _patient(mrn: str) -> Patient:
    with store().read() as uow:
        patient = load(uow, PATIENT, patient_record(mrn)).patient
    if patient is None:
        raise NotFound
    return patient


@blueprint.get("")
def page() -> str:
    """Where an order begins, and tonight's bags in a safe sequence."""
    with store().read() as uow:
        board = tonight(uow, now(), _clock())
    may_order = bool(PRESCRIBING & open_visitor().actor.roles)
    return render_template("nutrition/page.html", board=board, may_order=may_order)


@blueprint.post("/begin")
@again(page)
def begin() -> Response:
    """From the patient that was chosen to the ways to begin. Writes nothing; the address holds no name."""
    form = read_form(["patient"])
    mrn = mrn_in(form["patient"])
    with store().read() as uow:
        known = load(uow, PATIENT, patient_record(mrn)).patient if mrn else None
    if known is None:
        raise RowFault("patient", form["patient"], "a patient of the list", "Patient")
    return redirect(url_for(".new", mrn=mrn), 303)


@blueprint.get("/new/<patient:mrn>")
def new(mrn: str) -> str:
    """The ways to begin; with one chosen, the order page."""
    patient, at, clock = _patient(mrn), now(), _clock()
    with store().read() as uow:
        formulary, before = formulary_in_force(uow), order_before(uow, mrn, at, "")
    source = request.args.get("from", "")
    held = formulary.nutrition
    data = None if held is None else beginning(source, request.args.get("weight", ""), patient, held, before)
    if request.method == "POST":
        return _form(patient, formulary, request.form)
    if data is None or held is None:
        offered = starts(patient, formulary, before, at, clock)
        rows = patient_facts(patient, at, clock)
        return render_template(
            "nutrition/start.html", patient=patient, starts=offered, rows=rows, released=held is not None
        )
    _refuse_too_long(data)
    beside = rows_beside(source, held, str(data["population"]))
    values = values_of(data, beside, ordered=source == YESTERDAY) | {"from": source}
    return _form(patient, formulary, values)


@blueprint.post("/new/<patient:mrn>")
@again(new)
def place(mrn: str) -> Any:
    """Place the order. The number belongs to the page's key, so pressing twice places one."""
    order = _read(mrn).parsed()
    made = act()
    number = order_number(store(), made.key, made.at, made.offset_minutes)
    answer = perform(store(), ORDER, order_record(number), Place(number, order_as_data(order)), made)
    return answer if isinstance(answer, Refused) else to_order(number)


def _read(mrn: str, own: Order | None = None) -> NutritionForm:
    """The form that was sent, for the patient of the address and no other; each row one that the page had."""
    form = read_form([], PLAIN)
    read = read_nutrition(form, services().zone, _own_name())
    read.data["patient"] = mrn
    with store().read() as uow:
        held, before = formulary_in_force(uow).nutrition, order_before(uow, mrn, now(), "")
    if held is not None:
        orders = (None if own is None else own.nutrition, None if before is None else before.order)
        read.only(offered_rows(held, *orders))
    return read


def _order(number: str) -> tuple[OrderRecord, Order]:
    """The order and its newest version; only one of parenteral nutrition has this page."""
    with store().read() as uow:
        state = load(uow, ORDER, order_record(number))
    if not state.versions or state.current.order is None or state.current.order.nutrition is None:
        raise NotFound
    return state, state.current.order


@blueprint.get("/<number>/change")
def change(number: str) -> str:
    """The form with the order as it stands."""
    state, order = _order(number)
    with store().read() as uow:
        effect = what_stopping_does(doses_of(uow, state))
    return _form_of(state, order, doing="change", effect=effect)


@blueprint.post("/<number>/change")
@again(change)
def change_order(number: str) -> Any:
    """Place a new version. The one before is superseded; bags not begun are cancelled."""
    if (before := placed_before(number)) is not None:
        return before
    state, order = _order(number)
    read = _read(order.patient, order)
    shown = same_version(state)
    data = order_as_data(read.parsed())
    if data == order_as_data(order) | {"source": "form", "original": "", "remarks": []}:
        raise Refuse(Refusal("nothing_changed", "Nothing was changed, so there is no new version.", 422))
    answer = perform(store(), ORDER, order_record(number), Place(number, data, replaces=shown), act())
    return answer if isinstance(answer, Refused) else to_order(number)


@blueprint.get("/<number>/answer")
def answer(number: str) -> str:
    """The form with the order, for the answer that the prescriber gave."""
    state, order = _order(number)
    if state.status is not OrderStatus.CLARIFY:
        raise Refuse(Refusal("wrong_state", "No question is open for this order."))
    return _form_of(state, order, doing="answer", question=state.current.question)


@blueprint.post("/<number>/answer")
@again(answer)
def record_answer(number: str) -> Any:
    """Record the answer and the order as it then stands: a new version, which another pharmacist reviews."""
    if (before := placed_before(number)) is not None:
        return before
    state, order = _order(number)
    read = _read(order.patient, order)
    shown = same_version(state)
    for name, expected in (("answer", "what was answered"), ("answered_by", "the name of who answered")):
        if not read.typed(name):
            read.faults.append(read.worded(Fault(name, "", expected)))
    data = order_as_data(read.parsed()) | {"original": state.current.original, "source": order.source}
    action = Answer(read.typed("answer")[:2000], read.typed("answered_by")[:120], data, shown)
    done = perform(store(), ORDER, order_record(number), action, act())
    return done if isinstance(done, Refused) else to_order(number)


def _form_of(state: OrderRecord, order: Order, **more: Any) -> str:
    """The form of an order that stands."""
    patient = _patient(order.patient)
    with store().read() as uow:
        formulary = formulary_in_force(uow)
    if request.method == "POST":
        values: Mapping[str, str] = request.form
    else:
        data, held = order_as_data(order), formulary.nutrition
        _refuse_too_long(data["nutrition"])
        added = () if held is None else may_be_added(held, data["nutrition"]["population"])
        wall = order.start.astimezone(services().zone)
        values = values_of(data["nutrition"], added) | {
            "start_day": wall.date().isoformat(), "start_time": f"{wall:%H:%M}",
            "prescriber": order.prescriber, "indication": order.indication,
        }  # fmt: skip
    return _form(patient, formulary, values, number=state.number, version=state.current.number, **more)


def _refuse_too_long(nutrition: Mapping[str, Any]) -> None:
    """What the form cannot show it would leave out of the next version, unseen."""
    if words := too_long(nutrition):
        way_out = "It cannot be changed or copied here; send it the way that it came."
        raise Refuse(Refusal("too_long_for_the_form", f"The order has {words}. {way_out}", 422))


def _form(patient: Patient, formulary: Formulary, values: Mapping[str, str], **more: Any) -> str:
    """The order page with its values, worked out as they stand."""
    at, clock = now(), _clock()
    named = {**values, "patient": f"{patient.mrn} · {patient.name}"}
    given = {"number": "", "version": 0, "doing": "new", "effect": (), "question": "", **more}
    return render_template(
        "nutrition/form.html",
        patient=patient,
        born=in_words(patient.birth_date.isoformat()),
        patient_rows=patient_facts(patient, at, clock),
        weights=weight_facts(patient, clock),
        v=named,
        days=day_options(at, services().zone, values.get("start_day", "")),
        own_name=_own_name(),
        choices={"population": AGES, "bag": KINDS, "line": LINES, "anions": ANIONS},
        others=_other_rows(named),
        **_looked(named, formulary, given["number"]),
        **given,
    )


def _other_rows(form: Mapping[str, str]) -> range:
    """The other fluids that are there, and one empty place more."""
    used = [number for number in range(1, OTHERS + 1) if form.get(f"other_{number}_name") or form.get(f"other_{number}_volume")]
    return range(1, min(OTHERS, max(used, default=0) + 1) + 1)


def _looked(form: Mapping[str, str], formulary: Formulary, number: str, *, working: bool = False) -> dict[str, Any]:
    """What the typed fields would become, for the page and its live parts."""
    read = read_nutrition(form, services().zone, _own_name())
    mrn, at = mrn_in(form.get("patient", "")), now()
    with store().read() as uow:
        patient = load(uow, PATIENT, patient_record(mrn)).patient if mrn else None
        found = look(uow, read.data, tuple(read.faults), patient, formulary, number, at, _clock(), working=working)
    live = {} if found.shown is None else {(row.nutrient, row.stated_as): row for row in found.shown.rows}
    faults = [read.worded(fault) if not isinstance(fault, RowFault) else fault for fault in found.faults]
    return {
        "look": found,
        "shown": found.shown,
        "rows": [(field, live.get((field.nutrient, field.stated_as))) for field in read.rows],
        "filled": {field.name for field in read.rows if read.typed(field.name)},
        "wrong": faults,
        "wrong_at": {fault.field for fault in faults},
        "open_fields": [str(read.worded(fault)).partition(" is missing")[0] for fault in found.missing],
        "bar_of": bar_of,
        "unbroken": unbroken,
        **DRAWINGS,
    }


def _typed_now(*, working: bool = False) -> dict[str, Any]:
    """The form as it stands, for the parts that only show."""
    form = {name: value for name, value in request.form.items() if len(value) <= 2000}
    with store().read() as uow:
        formulary = formulary_in_force(uow)
    number = request.args.get("number", "")[:40]
    return _looked(form, formulary, number, working=working) | {"number": number}


@blueprint.post("/look")
def preview() -> str:
    """What the typed fields would become: every figure, picture and finding. Writes nothing."""
    return render_template("nutrition/live.html", live=True, **_typed_now())


@blueprint.post("/worked")
def worked() -> str:
    """How every figure came about, for the fields as they stand. Writes nothing."""
    return render_template("nutrition/working.html", steps=_typed_now(working=True)["look"].worked)


