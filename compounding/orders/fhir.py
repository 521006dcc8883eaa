"""An order received as a FHIR R4 resource: what it says, what is doubtful, and whether it may enter the queue.

`read_fhir` gives a `ReceivedOrder`, which knows no formulary: it becomes an order only where its medication is mapped
to a formulary drug. Text that disagrees with the fields, and limits that stand in the text alone, are remarks: data for
a pharmacist, never resolved here. Published examples contradict themselves, so reading one must not mean believing it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from compounding.orders.fhir_compare import Remark, compare
from compounding.orders.fhir_dosage import Dosage, read_dosages
from compounding.orders.fhir_fields import Medication, SentQuantity, coded, read_medication, sent_quantity
from compounding.orders.fhir_shape import read_resource

# SNOMED CT: the routes that make an order an IV preparation.
INTRAVENOUS_ROUTES = frozenset({"47625008", "255560000", "418114005", "419993007"})
ORDERING_INTENTS = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_STATUS_REASONS = {
    "completed": "it is completed",
    "stopped": "it was stopped",
    "cancelled": "it was cancelled",
    "draft": "it is a draft that nobody has signed",
    "on-hold": "it is on hold",
    "entered-in-error": "it was entered in error",
    "unknown": "its status is unknown",
}


@dataclass(frozen=True)
class Reference:
    """Whom or what a message refers to."""

    reference: str
    name: str


@dataclass(frozen=True)
class ReceivedOrder:
    """A medication request, dispense or administration as sent."""

    kind: str
    id: str
    identifiers: tuple[tuple[str, str], ...]
    """(system, value)."""
    status: str
    intent: str
    priority: str
    do_not_perform: bool
    medication: Medication
    patient: Reference
    encounter: Reference
    prescriber: Reference
    authored_on: str
    valid_until: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    dosages: tuple[Dosage, ...]
    supplied: SentQuantity | None
    """The quantity of a dispense, or the one a request asks to be dispensed."""
    days_supply: SentQuantity | None
    given_from: str
    given_to: str
    remarks: tuple[Remark, ...]
    original: str
    """The message, byte for byte."""

    @property
    def is_intravenous(self) -> bool | None:
        """True or False by the coded routes; None where no instruction has one."""
        codes = {code for one in self.dosages for _, code in one.route.codes}
        return bool(codes & INTRAVENOUS_ROUTES) if codes else None

    @property
    def sequences_are_unique(self) -> bool | None:
        """Whether no two instructions carry the same sequence number; None where none has one."""
        numbers = [one.sequence for one in self.dosages if one.sequence is not None]
        return len(set(numbers)) == len(numbers) if numbers else None


@dataclass(frozen=True)
class NotForQueue:
    """Why a received order must not be prepared: `code` for programs, `reason` for people."""

    code: str
    reason: str


def read_fhir(text: str) -> ReceivedOrder:
    """Read one FHIR R4 MedicationRequest, MedicationDispense or MedicationAdministration.

    Raises:
        Faults: no JSON, another resource, or a shape or required code that R4 does not allow; all faults at once.
    """
    data = read_resource(text)
    medication = read_medication(data)
    of = medication.ingredients[0].name if medication.ingredients else medication.name
    dosages = read_dosages(data, of or "the drug")
    dispense, period = data.get("dispenseRequest", {}), data.get("effectivePeriod", {})
    supplied = sent_quantity(data.get("quantity") or dispense.get("quantity"), "quantity", of or "the drug")
    supply = sent_quantity(data.get("daysSupply") or dispense.get("expectedSupplyDuration"), "daysSupply", of)
    return ReceivedOrder(
        kind=data["resourceType"],
        id=str(data.get("id", "")),
        identifiers=tuple(
            (str(one.get("system", "")), str(one.get("value", ""))) for one in data.get("identifier", ())
        ),
        status=str(data.get("status", "")),
        intent=str(data.get("intent", "")),
        priority=str(data.get("priority", "")),
        do_not_perform=bool(data.get("doNotPerform", False)),
        medication=medication,
        patient=_reference(data.get("subject")),
        encounter=_reference(data.get("encounter") or data.get("context")),
        prescriber=_reference(data.get("requester")),
        authored_on=str(data.get("authoredOn", "")),
        valid_until=str(dispense.get("validityPeriod", {}).get("end", "")),
        reasons=tuple(coded(one).name for one in data.get("reasonCode", ())),
        notes=tuple(str(one.get("text", "")) for one in data.get("note", ())),
        dosages=dosages,
        supplied=supplied,
        days_supply=supply,
        given_from=str(data.get("effectiveDateTime") or period.get("start", "")),
        given_to=str(period.get("end", "")),
        remarks=compare(dosages, medication, supplied, of or "the drug"),
        original=text,
    )


def why_not_for_queue(order: ReceivedOrder, now: datetime) -> NotForQueue | None:
    """The first reason why the order must not be prepared at `now`, or None where it may enter the queue.

    An active order without a stated end is not past, however old: it may enter and must be clarified.
    """
    if order.kind != "MedicationRequest":
        return NotForQueue("not_an_order", f"a {order.kind} reports what was done and orders nothing")
    if order.status != "active":
        reason = _STATUS_REASONS.get(order.status, f"its status is {order.status or 'missing'}")
        return NotForQueue(f"status_{order.status or 'missing'}".replace("-", "_"), reason)
    if order.intent not in ORDERING_INTENTS:
        return NotForQueue("no_order_intent", f"its intent is {order.intent}, which asks nobody to prepare anything")
    if order.do_not_perform:
        return NotForQueue("do_not_perform", "it says that the medication must not be given")
    ends = [one.timing.end for one in order.dosages if one.timing.end]
    if order.dosages and len(ends) == len(order.dosages) and all(_is_past(end, now) for end in ends):
        return NotForQueue("past", f"it ended on {max(ends)}")
    if _is_past(order.valid_until, now):
        return NotForQueue("past", f"it was valid until {order.valid_until}")
    return _why_not_intravenous(order)


def _why_not_intravenous(order: ReceivedOrder) -> NotForQueue | None:
    """Refuse what is no IV preparation; one without a coded route goes to clarification only if its text says IV."""
    routes = sorted({one.route.name for one in order.dosages if one.route.name})
    if order.is_intravenous is False:
        return NotForQueue("not_intravenous", f"it is no IV preparation: the route is {', '.join(routes)}")
    if order.is_intravenous is None and not any(one.code == "text_says_intravenous" for one in order.remarks):
        said = f"the route is only said in words ({', '.join(routes)})" if routes else "no route is given"
        return NotForQueue("no_route", f"it is not known to be an IV preparation: {said}")
    if not any(one.dose or one.rate for one in order.dosages):
        return NotForQueue("no_dose", "no field holds a dose or a rate")
    return None


def _is_past(moment: str, now: datetime) -> bool:
    """Whether a FHIR date or instant lies wholly before `now`; a bare year, month or day counts to its end anywhere."""
    if not moment:
        return False
    if "T" in moment:
        return datetime.fromisoformat(moment) < now
    # West of Greenwich a day ends up to 12 hours later than in UTC, so the day after still counts as that day.
    return moment < now.astimezone(UTC).date().isoformat()[: len(moment)] and not _was_yesterday(moment, now)


def _was_yesterday(moment: str, now: datetime) -> bool:
    day = now.astimezone(UTC)
    return day.hour < 12 and len(moment) == 10 and (day.date() - datetime.fromisoformat(moment).date()).days <= 1


def _reference(data: Any) -> Reference:
    if not isinstance(data, Mapping):
        return Reference("", "")
    return Reference(str(data.get("reference", "")), str(data.get("display", "")))
