"""Orders from a file: FHIR R4 MedicationRequest, one or a Bundle of them, or our own JSON. Every one ends visibly.

Whoever takes a file in brought it in; who ordered is the prescriber that it names, and the order keeps both.

Our own form: `{"patients": [...], "orders": [...]}`, both lists as `parse_patient` and `Order.parse` read them.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from batch_records.acting import Refused, load, perform
from batch_records.acts import Act, Refusal
from batch_records.entries import REFUSED, digest
from batch_records.store import Store
from calculations.errors import Fault, Faults
from compounding.orders.exact_json import ExactJson, as_received, parts, read_exact
from compounding.orders.fhir import NotForQueue, read_fhir
from compounding.orders.messages import MESSAGE, kept, message_record
from compounding.orders.numbers import order_number
from compounding.orders.order import Order, order_as_data
from compounding.orders.patient import parse_patient, patient_as_data
from compounding.orders.patient_merging import with_known
from compounding.orders.patient_record import PATIENT, DescribePatient, seen
from compounding.orders.receiving import receive
from compounding.orders.tables import PatientRow
from compounding.preparing.numbering import order_record, patient_record
from formulary.repository import formulary_in_force

MOST_ROWS = 1_000
"""Orders or patients in one file: more would keep everybody else waiting, and flood the board where they are refused."""
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
        exact = read_exact(text)
        plain = json.dumps(exact.data, ensure_ascii=False, default=str)
        plain.encode()  # half a character can be written in JSON and nowhere else
    except (ValueError, RecursionError):
        raise Fault("file", text[:40], "a JSON file: FHIR R4 or our own form") from None
    if "\\u0000" in plain:
        raise Fault("file", "a character that no record holds (U+0000)", "text without it")
    if not isinstance(exact.data, Mapping):
        raise Fault("file", type(exact.data).__name__, "a JSON object")
    return tuple(_kept(store, outcome, content, act) for outcome, content in _read(store, exact, text, act))


def _read(store: Store, exact: ExactJson, text: str, act: Act) -> Iterator[tuple[Outcome, str]]:
    """What became of each part of the file, with the part as it came. A name that stands twice inside a part refuses the
    part, one outside of all parts the file."""
    data = exact.data
    if data.get("resourceType") == "Bundle":
        _refuse_twice(exact, r"entry\[\d+\]\.resource[.\[]")
        rows = _rows(data, "entry")  # first: it says so where there is no list
        for part, one in zip(parts(text, "entry", "resource"), rows, strict=True):
            resource = one.get("resource")
            if isinstance(resource, Mapping) and str(resource.get("resourceType", "")).startswith("Medication"):
                yield _fhir(store, part, act, json.dumps(json.loads(part))), part
    elif "resourceType" in data:
        yield _fhir(store, text, act), text
    else:
        yield from _own(store, exact, text, act)


def _refuse_twice(exact: ExactJson, inside: str) -> None:
    """Raises Faults for names that stand twice outside of the parts whose paths begin so."""
    faults = [fault for fault in exact.faults_under("") if not re.match(inside, fault.field)]
    if faults:
        raise Faults(faults)


def _kept(store: Store, outcome: Outcome, content: str, act: Act) -> Outcome:
    """A part that could not be placed is kept for a pharmacist, once however often it comes."""
    if outcome.result == "refused":
        own = Act(act.actor, act.station, act.at, f"message/{digest(content.encode())}", act.offset_minutes, act.proof)
        perform(store, MESSAGE, message_record(content), kept(outcome.what, outcome.why, content), own)
    return outcome


def _own(store: Store, exact: ExactJson, text: str, act: Act) -> Iterator[tuple[Outcome, str]]:
    data = exact.data
    _refuse_twice(exact, r"(patients|orders)\[\d+\][.\[]")
    unknown = set(data) - {"patients", "orders"}
    if unknown or not set(data) & {"patients", "orders"}:
        raise Fault("file", ", ".join(sorted(data)), "patients and orders, or a FHIR resource")
    patients, orders = _rows(data, "patients"), _rows(data, "orders")
    for name, take, rows in (("patients", _patient, patients), ("orders", _order, orders)):
        for index, (one, part) in enumerate(zip(rows, parts(text, name), strict=True)):
            faults = exact.faults_under(f"{name}[{index}]")
            refused = Outcome(f"{name}[{index}]", "refused", why=str(Faults(faults))) if faults else None
            yield refused or take(store, one, part, act), part


def _rows(data: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects of a list in the file. Raises Fault when it is no list of objects."""
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, Mapping) for row in rows):
        raise Fault(f"file.{name}", type(rows).__name__, "a list of JSON objects")
    if len(rows) > MOST_ROWS:
        raise Fault(f"file.{name}", f"{len(rows):,} of them", f"at most {MOST_ROWS:,} in one file")
    return rows


def _patient(store: Store, data: Mapping[str, Any], text: str, act: Act) -> Outcome:
    what = f"patient {data.get('mrn', '')}"
    try:
        patient = parse_patient(data)
    except (Fault, Faults) as faults:
        return Outcome(what, "refused", why=str(faults))
    part = _part(store, act, data, json.loads(text))
    if (before := _taken_in_before(store, part)) is not None:
        return Outcome(what, "described", why=before)
    with store.read() as uow:
        known = load(uow, PATIENT, patient_record(patient.mrn)).patient
    whole = with_known(known, patient, data)
    if isinstance(whole, Refusal):
        return Outcome(what, "refused", why=whole.text)
    action = DescribePatient(patient_as_data(whole), seen(known))
    answer = perform(store, PATIENT, patient_record(patient.mrn), action, part)
    return (
        Outcome(what, "refused", why=answer.refusal.text) if isinstance(answer, Refused) else Outcome(what, "described")
    )


def _order(store: Store, data: Mapping[str, Any], text: str, act: Act) -> Outcome:
    from compounding.reviewing.actions import Place

    what = f"order for {data.get('patient', '')}: {data.get('drug', '')}"
    try:
        order = Order.parse({**data, "source": "json"})
    except (Fault, Faults) as faults:
        return Outcome(what, "refused", why=str(faults))
    part = _part(store, act, data, json.loads(text))
    number = order_number(store, part.key, act.at, act.offset_minutes)
    action = Place(number, order_as_data(order), brought_in=True, received=as_received(text))
    return _placed(store, what, number, action, part)


def _fhir(store: Store, text: str, act: Act, before: str = "") -> Outcome:
    """`before`: the resource as an earlier version of the program wrote it again from a Bundle."""
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
    part = _part(store, act, {"original": text}, {"original": before or text})
    number = order_number(store, part.key, act.at, act.offset_minutes)
    if not draft.complete:
        waits = ReceiveIncomplete(
            number, draft.fields, draft.missing, draft.fields["original"], received.id, as_received(text)
        )
        return _placed(store, what, number, waits, part)
    action = Place(number, draft.fields, received.id, brought_in=True, received=as_received(text))
    return _placed(store, what, number, action, part)


def _placed(store: Store, what: str, number: str, action: Any, act: Act) -> Outcome:
    from compounding.reviewing.record import ORDER

    missing = getattr(action, "missing", ())
    result, why = ("waits for an answer", f"not said: {', '.join(missing)}") if missing else ("placed", "")
    if (before := _taken_in_before(store, act)) is not None:
        return Outcome(what, result, number, before or why)
    answer = perform(store, ORDER, order_record(number), action, act)
    if isinstance(answer, Refused):
        return Outcome(what, "refused", number, answer.refusal.text)
    return Outcome(what, result, number, why)


def _part(store: Store, act: Act, data: Mapping[str, Any], floats: Mapping[str, Any]) -> Act:
    """The act of one part of the file: its key comes from the content, so that a repeat is one and the same.

    What was refused is tried anew under the next key: what stood against it may be mended, or somebody else may do it.
    `floats`: the part as earlier versions read it; what came in under the key of that is not taken in again.
    """
    first, former = (f"import/{digest(json.dumps(one, sort_keys=True, default=str).encode())}" for one in (data, floats))
    key, tries = first, 1
    with store.read() as uow:
        if former != first and (answer := uow.answer_for(former)) is not None and answer.kind != REFUSED:
            first = key = former
        while (answer := uow.answer_for(key)) is not None and answer.kind == REFUSED:
            tries += 1
            key = f"{first}-{tries}"
    return Act(act.actor, act.station, act.at, key, act.offset_minutes, act.proof)


def _taken_in_before(store: Store, act: Act) -> str | None:
    """None where this part is new; otherwise what is said of it: nothing more to its own bringer, `BEFORE` to another."""
    with store.read() as uow:
        answer = uow.answer_for(act.key)
    if answer is None or answer.kind == REFUSED:
        return None
    return "" if answer.who == act.actor.person else BEFORE
