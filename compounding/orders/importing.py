"""Orders from a file: FHIR R4 MedicationRequest, one or a Bundle of them, or our own JSON. Every one ends visibly.

Whoever takes a file in brought it in; who ordered is the prescriber that it names, and the order keeps both.

Our own form: `{"patients": [...], "orders": [...]}`, both lists as `parse_patient` and `Order.parse` read them.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from batch_records.acting import Refused, perform
from batch_records.acts import Act
from batch_records.entries import REFUSED, digest
from batch_records.store import Store
from calculations.errors import Fault, Faults
from compounding.orders.fhir import NotForQueue, read_fhir
from compounding.orders.messages import MESSAGE, kept, message_record
from compounding.orders.numbers import order_number
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import parse_patient, patient_as_data
from compounding.orders.patient_record import PATIENT, DescribePatient
from compounding.orders.receiving import receive
from compounding.orders.tables import PatientRow
from compounding.preparing.numbering import order_record, patient_record
from formulary.repository import formulary_in_force

BEFORE = "taken in before by somebody else; nothing was done again"


@dataclass(frozen=True)
class Outcome:
    """What became of one order or patient of the file."""

    what: str
    result: str
    """placed, waits for an answer, described, or refused."""
    number: str = ""
    why: str = ""


def import_orders(store: Store, text: str, act: Act) -> tuple[Outcome, ...]:
    """Takes in a whole file; one bad order does not hold up the others. Raises Fault when the file is no JSON object.

    The same file taken in twice does nothing twice: keys come from the content.
    """
    try:
        data = json.loads(text, parse_constant=_no_constant)
        plain = json.dumps(data, ensure_ascii=False)
        plain.encode()  # half a character can be written in JSON and nowhere else
    except (ValueError, RecursionError):
        raise Fault("file", text[:40], "a JSON file: FHIR R4 or our own form") from None
    if "\\u0000" in plain:
        raise Fault("file", "a character that no record holds (U+0000)", "text without it")
    if not isinstance(data, Mapping):
        raise Fault("file", type(data).__name__, "a JSON object")
    return tuple(_kept(store, outcome, content, act) for outcome, content in _read(store, data, text, act))


def _read(store: Store, data: Mapping[str, Any], text: str, act: Act) -> Iterator[tuple[Outcome, str]]:
    """What became of each part of the file, with the part itself."""
    if data.get("resourceType") == "Bundle":
        entries = [one.get("resource") for one in _rows(data, "entry")]
        wanted = [
            one
            for one in entries
            if isinstance(one, Mapping) and str(one.get("resourceType", "")).startswith("Medication")
        ]
        for one in wanted:
            part = json.dumps(one)
            yield _fhir(store, part, act), part
    elif "resourceType" in data:
        yield _fhir(store, text, act), text
    else:
        yield from _own(store, data, act)


def _kept(store: Store, outcome: Outcome, content: str, act: Act) -> Outcome:
    """A part that could not be placed is kept for a pharmacist, once however often it comes."""
    if outcome.result == "refused":
        own = Act(act.actor, act.station, act.at, f"message/{digest(content.encode())}", act.offset_minutes, act.proof)
        perform(store, MESSAGE, message_record(content), kept(outcome.what, outcome.why, content), own)
    return outcome


def _own(store: Store, data: Mapping[str, Any], act: Act) -> Iterator[tuple[Outcome, str]]:
    unknown = set(data) - {"patients", "orders"}
    if unknown or not set(data) & {"patients", "orders"}:
        raise Fault("file", ", ".join(sorted(data)), "patients and orders, or a FHIR resource")
    patients, orders = _rows(data, "patients"), _rows(data, "orders")
    for take, rows in ((_patient, patients), (_order, orders)):
        for one in rows:
            yield take(store, one, act), json.dumps(one, ensure_ascii=False, sort_keys=True)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _rows(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list in the file. Raises Fault when it is no list of objects."""
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Fault(f"file.{name}", type(rows).__name__, "a list of JSON objects")
    return rows


def _patient(store: Store, data: Mapping[str, Any], act: Act) -> Outcome:
    what = f"patient {data.get('mrn', '')}"
    try:
        patient = parse_patient(data)
    except (Fault, Faults) as faults:
        return Outcome(what, "refused", why=str(faults))
    action, part = DescribePatient(patient_as_data(patient)), _part(store, act, data)
    if _taken_in_by_another(store, part):
        return Outcome(what, "described", why=BEFORE)
    answer = perform(store, PATIENT, patient_record(patient.mrn), action, part)
    return (
        Outcome(what, "refused", why=answer.refusal.text) if isinstance(answer, Refused) else Outcome(what, "described")
    )


def _order(store: Store, data: Mapping[str, Any], act: Act) -> Outcome:
    from compounding.reviewing.actions import Place

    what = f"order for {data.get('patient', '')}: {data.get('drug', '')}"
    try:
        order = Order.parse({**data, "source": "json"})
    except (Fault, Faults) as faults:
        return Outcome(what, "refused", why=str(faults))
    part = _part(store, act, data)
    number = order_number(store, part.key, act.at, act.offset_minutes)
    return _placed(store, what, number, Place(number, order_as_data(order), brought_in=True), part)


def _fhir(store: Store, text: str, act: Act) -> Outcome:
    from compounding.reviewing.actions import Place, ReceiveIncomplete

    try:
        received = read_fhir(text)
    except (Fault, Faults) as faults:
        return Outcome("FHIR message", "refused", why=str(faults))
    what = f"{received.kind} {received.id}: {received.medication.name}"
    with store.read() as uow:
        formulary = formulary_in_force(uow)
        known = {row.mrn: row.mrn for row in uow.session.execute(select(PatientRow.mrn))}
    draft = receive(received, formulary, known, act.at)
    if isinstance(draft, NotForQueue):
        return Outcome(what, "refused", why=draft.reason)
    part = _part(store, act, {"original": text})
    number = order_number(store, part.key, act.at, act.offset_minutes)
    if not draft.complete:
        action = ReceiveIncomplete(number, draft.fields, draft.missing, draft.fields["original"], received.id)
        return _placed(store, what, number, action, part)
    return _placed(store, what, number, Place(number, draft.fields, received.id, brought_in=True), part)


def _placed(store: Store, what: str, number: str, action: Any, act: Act) -> Outcome:
    from compounding.reviewing.record import ORDER

    missing = getattr(action, "missing", ())
    if _taken_in_by_another(store, act):
        return Outcome(what, "waits for an answer" if missing else "placed", number, BEFORE)
    answer = perform(store, ORDER, order_record(number), action, act)
    if isinstance(answer, Refused):
        return Outcome(what, "refused", number, answer.refusal.text)
    if missing:
        return Outcome(what, "waits for an answer", number, f"not said: {', '.join(missing)}")
    return Outcome(what, "placed", number)


def _part(store: Store, act: Act, data: Mapping[str, Any]) -> Act:
    """The act of one part of the file: its key comes from the content, so that a repeat is one and the same.

    What was refused is tried anew under the next key: what stood against it may be mended, or somebody else may do it.
    """
    first = f"import/{digest(json.dumps(data, sort_keys=True, default=str).encode())}"
    key, tries = first, 1
    with store.read() as uow:
        while (answer := uow.answer_for(key)) is not None and answer.kind == REFUSED:
            tries += 1
            key = f"{first}-{tries}"
    return Act(act.actor, act.station, act.at, key, act.offset_minutes, act.proof)


def _taken_in_by_another(store: Store, act: Act) -> bool:
    with store.read() as uow:
        answer = uow.answer_for(act.key)
    return answer is not None and answer.who != act.actor.person
