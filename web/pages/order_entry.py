"""Order entry: a new order by kind, a change (a new version), and the answer to a question, with findings while typing.

Only the three submits write. What is shown while typing is worked out and thrown away.
"""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from compounding.documents.dose_documents import Clock, in_words
from compounding.orders.numbers import order_number
from compounding.orders.order import order_as_data
from compounding.orders.patient_record import PATIENT
from compounding.preparing.numbering import order_record, patient_record
from compounding.reviewing.actions import Answer, Place
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.views.order_changes import doses_of, what_stopping_does
from compounding.views.order_entry import DrugChoices, drug_choices, preview
from compounding.views.patient_facts import patient_facts
from compounding.views.patients import found_patients
from formulary.model import Formulary
from formulary.repository import formulary_in_force
from web.acting import act, read_form
from web.addresses import mrn_at
from web.doses import wall_clock
from web.errors import Refuse, again
from web.order_form import ADDITIVES, KINDS, PLAIN, FieldFault, OrderForm, label_of, mrn_in, read_order, worded
from web.order_values import day_options, values_of
from web.pages.order_versions import placed_before, same_version, to_order
from web.pages.review import bar_of
from web.permissions import PRESCRIBER
from web.services import now, services, store
from web.sessions import open_visitor

blueprint = Blueprint("entry", __name__)

MOST_FOUND = 12


def _clock() -> Clock:
    return wall_clock(now())


def _kind(kind: str) -> str:
    if kind not in KINDS:
        raise NotFound
    return kind


def _formulary() -> Formulary:
    with store().read() as uow:
        return formulary_in_force(uow)


def _own_name() -> str:
    """The name of a prescriber, who orders in no other name; empty for whoever enters for one."""
    actor = open_visitor().actor
    return actor.name if PRESCRIBER in actor.roles else ""


def _offered(formulary: Formulary, kind: str, name: str) -> DrugChoices | None:
    drug = formulary.drug_named(name) if name else None
    return None if drug is None else drug_choices(formulary, drug, kind)


def _page(kind: str, values: Mapping[str, str], **more: Any) -> str:
    """The form with its values: those that were typed where this is an answer to a form."""
    if request.method == "POST":
        values = request.form
    formulary, at = _formulary(), now()
    rows = range(1, ADDITIVES + 1)
    return render_template(
        "orders/form.html",
        kind=kind,
        kinds=KINDS,
        shows=KINDS[kind],
        v=values,
        drug=_offered(formulary, kind, values.get("drug", "")),
        additives=[(row, _offered(formulary, kind, values.get(f"additive_{row}_drug", ""))) for row in rows],
        days=day_options(at, services().zone, values.get("start_day", "")),
        stop_days=day_options(at, services().zone, values.get("stop_day", "")),
        own_name=_own_name(),
        route_options=[(route, route) for route in KINDS[kind].routes],
        **{
            "number": "",
            "version": 0,
            "doing": "new",
            "effect": (),
            "question": "",
            "original": "",
            "remarks": (),
            **more,
        },
    )


@blueprint.get("/orders/new")
def start() -> Response:
    """The form of the commonest kind."""
    return redirect(url_for(".new", kind="intermittent", **request.args), 303)


@blueprint.get("/orders/new/<kind>")
def new(kind: str) -> str:
    """An empty form; the drug and the patient's address may stand in the address already."""
    mrn = mrn_at(request.args.get("patient", ""))
    with store().read() as uow:
        patient = load(uow, PATIENT, patient_record(mrn)).patient if mrn else None
    given = {"drug": request.args.get("drug", "")[:120], "patient": "" if patient is None else f"{mrn} · {patient.name}"}
    return _page(_kind(kind), given)


@blueprint.post("/orders/new/<kind>/as")
def new_as(kind: str) -> str:
    """Another kind of order with what was typed so far, sent and not asked by address. Writes nothing."""
    return _page(_kind(kind), {})


@blueprint.post("/orders/new/<kind>")
@again(new)
def place(kind: str) -> Any:
    """Place the order. The number belongs to the page's key, so pressing twice places one."""
    read = _read(_kind(kind))
    order = read.parsed()
    made = act()
    number = order_number(store(), made.key, made.at, made.offset_minutes)
    answer = perform(store(), ORDER, order_record(number), Place(number, order_as_data(order)), made)
    return answer if isinstance(answer, Refused) else to_order(number)


def _read(kind: str, *more: str) -> OrderForm:
    form = read_form([], [*PLAIN, "version", *more])
    return read_order(form, kind, _formulary(), services().zone, _own_name())


@blueprint.get("/orders/<number>/change")
def change(number: str) -> str | Response:
    """The form with the order as it stands; nutrition has a page of its own."""
    state = _order(number)
    if state.current.order is None:
        raise NotFound
    if state.current.order.nutrition is not None:
        return redirect(url_for("nutrition.change", number=number), 303)
    with store().read() as uow:
        effect = what_stopping_does(doses_of(uow, state))
    order = state.current.order
    values = values_of(order_as_data(order), _formulary(), services().zone)
    more = {"number": number, "version": state.current.number, "doing": "change", "effect": effect}
    return _page(str(order.order_type), values, **more)


def _order(number: str) -> OrderRecord:
    with store().read() as uow:
        state = load(uow, ORDER, order_record(number))
    if not state.versions:
        raise NotFound
    return state


@blueprint.post("/orders/<number>/change")
@again(change)
def change_order(number: str) -> Any:
    """Place a new version. The one before is superseded; doses not begun are cancelled."""
    if (before := placed_before(number)) is not None:
        return before
    state = _order(number)
    if state.current.order is None:
        raise NotFound
    read = _read(str(state.current.order.order_type))
    shown = same_version(state)
    data = order_as_data(read.parsed())
    if data == order_as_data(state.current.order) | {"source": "form", "original": "", "remarks": []}:
        raise Refuse(Refusal("nothing_changed", "Nothing was changed, so there is no new version.", 422))
    answer = perform(store(), ORDER, order_record(number), Place(number, data, replaces=shown), act())
    return answer if isinstance(answer, Refused) else to_order(number)


@blueprint.get("/orders/<number>/answer")
def answer(number: str) -> str | Response:
    """The form with what is known of the order, for the answer that the prescriber gave; nutrition has its own."""
    state = _order(number)
    version = state.current
    if version.status is not OrderStatus.CLARIFY:
        raise Refuse(Refusal("wrong_state", "No question is open for this order."))
    if version.order is not None and version.order.nutrition is not None:
        return redirect(url_for("nutrition.answer", number=number), 303)
    data = dict(version.draft) if version.order is None else order_as_data(version.order)
    kind = request.args.get("kind") or str(data.get("order_type") or "intermittent")
    values = values_of(data, _formulary(), services().zone)
    more = {
        "number": number,
        "version": version.number,
        "doing": "answer",
        "question": version.question,
        "original": version.original or str(data.get("original", "")),
        "remarks": tuple(data.get("remarks") or ()),
    }
    return _page(_kind(kind), values, **more)


@blueprint.post("/orders/<number>/answer/as")
def answer_as(number: str) -> str:
    """The answer as another kind of order, with what was typed so far. Writes nothing."""
    return answer(number)


@blueprint.post("/orders/<number>/answer")
@again(answer)
def record_answer(number: str) -> Any:
    """Record the answer and the order as it then stands: a new version, which another pharmacist reviews."""
    if (before := placed_before(number)) is not None:
        return before
    state = _order(number)
    known = _remarks(state)
    still = [f"remark_{row}" for row in range(1, len(known) + 1)]
    read = _read(_kind(request.args.get("kind") or _kind_of(state)), "answer", "answered_by", *still)
    shown = same_version(state)
    faults = [
        FieldFault(name, "nothing", expected)
        for name, expected in (("answer", "what was answered"), ("answered_by", "the name of who answered"))
        if not read.typed(name)
    ]
    order = _parsed_with(read, faults)
    remarks = [text for name, text in zip(still, known, strict=True) if read.form.get(name)]
    data = order_as_data(order) | {"remarks": remarks, "original": state.current.original, "source": _source(state)}
    action = Answer(read.typed("answer")[:2000], read.typed("answered_by")[:120], data, shown)
    done = perform(store(), ORDER, order_record(number), action, act())
    return done if isinstance(done, Refused) else to_order(number)


def _parsed_with(read: OrderForm, faults: list[Fault]) -> Any:
    try:
        order = read.parsed()
    except Faults as several:
        raise Faults([*faults, *several.faults]) from None
    if faults:
        raise Faults(faults)
    return order


def _remarks(state: OrderRecord) -> tuple[str, ...]:
    version = state.current
    return tuple(version.draft.get("remarks") or ()) if version.order is None else version.order.remarks


def _source(state: OrderRecord) -> str:
    version = state.current
    return str(version.draft.get("source", "form")) if version.order is None else version.order.source


def _kind_of(state: OrderRecord) -> str:
    order = state.current.order
    return str(order.order_type) if order is not None else str(state.current.draft.get("order_type") or "intermittent")


@blueprint.post("/orders/preview/<kind>")
def look(kind: str) -> str:
    """What the typed fields would become: dose, container, rate and findings. Writes nothing."""
    form = {name: value for name, value in request.form.items() if len(value) <= 2000}
    clock = _clock()
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        mrn = mrn_in(form.get("patient", ""))
        patient = load(uow, PATIENT, patient_record(mrn)).patient if mrn else None
    read = read_order(form, _kind(kind), formulary, services().zone, _own_name())
    at = now()
    shown = preview(read.data, tuple(read.faults), patient, formulary, at, clock)
    return render_template(
        "orders/preview.html",
        shown=shown,
        patient=patient,
        patient_rows=() if patient is None else patient_facts(patient, at, clock),
        born="" if patient is None else in_words(patient.birth_date.isoformat()),
        typed_patient=mrn,
        open_fields=[label_of(worded(Fault(name, "", "")).field) for name in shown.open],
        wrong=[fault if isinstance(fault, FieldFault) else worded(fault) for fault in shown.faults],
        bar_of=bar_of,
    )


@blueprint.post("/orders/choices/<kind>")
def choices(kind: str) -> str:
    """The fields whose units and offers depend on the drug, for the drug that is typed now."""
    form, formulary = request.form, _formulary()
    row = request.args.get("row", "")
    if row:
        offered = _offered(formulary, _kind(kind), form.get(f"additive_{row}_drug", ""))
        return render_template("orders/additive.html", row=row, drug=offered, v=form)
    offered = _offered(formulary, _kind(kind), form.get("drug", ""))
    return render_template("orders/dose.html", kind=kind, shows=KINDS[kind], drug=offered, v=form)


@blueprint.post("/orders/find/drugs")
def find_drugs() -> str:
    """Drugs of the formulary for the typed letters, as options of a list."""
    found = _formulary().search(request.form.get("q", "")[:60], MOST_FOUND)
    rows = [(drug.display, drug.display, ", ".join(drug.synonyms)) for drug in found]
    return render_template("orders/options.html", rows=rows)


@blueprint.post("/orders/find/patients")
def find_patients() -> str:
    """Patients for the typed letters or number, as options of a list: two identifiers each."""
    with store().read() as uow:
        found = found_patients(uow, request.form.get("q", "")[:60], size=MOST_FOUND)[0]
    rows = [(f"{one.mrn} · {one.name}", one.name, f"MRN {one.mrn} · born {one.born} · {one.location}") for one in found]
    return render_template("orders/options.html", rows=rows)
