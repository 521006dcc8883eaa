"""From a received FHIR order to our own: complete, waiting for a pharmacist's answer, or not for this pharmacy.

Nothing is filled in that the message does not say. What is missing is listed by field; a pharmacist sets it.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from calculations.errors import Fault
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.fhir import NotForQueue, ReceivedOrder, why_not_for_queue
from compounding.orders.fhir_dosage import Dosage
from formulary.identifiers.ndc import ndc_readings, parse_ndc
from formulary.model import Drug, Formulary, Product


@dataclass(frozen=True)
class Draft:
    """What the message says, as fields of our own order (quantities in kept form), and what it leaves out."""

    fields: Mapping[str, Any]
    missing: tuple[str, ...]
    original: str

    @property
    def complete(self) -> bool:
        return not self.missing


def receive(
    received: ReceivedOrder, formulary: Formulary, known_patients: Mapping[str, str], now: datetime
) -> Draft | NotForQueue:
    """The draft of an order, or why it does not belong here.

    `known_patients` maps the references that messages use to record numbers.
    """
    refused = why_not_for_queue(received, now) or _not_intravenous(received)
    if refused is not None:
        return refused
    dosage = received.dosages[0] if received.dosages else None
    drug = drug_of(received, formulary)
    fields: dict[str, Any] = {
        "prescriber": received.prescriber.name or received.prescriber.reference,
        "priority": received.priority if received.priority in ("stat", "routine") else "routine",
        "indication": "; ".join(received.reasons),
        "source": "fhir",
        "original": _words(received),
        "remarks": [f"{remark.text}" for remark in received.remarks] + list(received.notes) + not_taken(received),
        "route": "IV infusion",
    }
    patient = known_patients.get(received.patient.reference.rpartition("/")[2])
    if patient is not None:
        fields["patient"] = patient
    if drug is not None:
        fields["drug"] = drug.id
    if dosage is not None:
        fields |= _from_dosage(dosage, drug)
    wanted = ("patient", "drug", "order_type", "dose", "frequency", "start", "diluent", "volume", "prescriber")
    missing = tuple(name for name in wanted if not fields.get(name))
    return Draft(fields, missing, received.original)


def _not_intravenous(received: ReceivedOrder) -> NotForQueue | None:
    route = received.is_intravenous
    said = any(remark.code == "text_says_intravenous" for remark in received.remarks)
    if route is True or (route is None and said):
        return None
    why = "its route is not intravenous" if route is False else "it states no intravenous route"
    return NotForQueue("not_intravenous", f"no IV preparation: {why}")


def drug_of(received: ReceivedOrder, formulary: Formulary) -> Drug | None:
    """The formulary drug by product code, else by exactly its name; None where nothing or more than one fits."""
    for _, code in received.medication.codes:
        for ndc in _ndcs(code):
            item = formulary.item_with_ndc(ndc)
            if isinstance(item, Product):
                return formulary.drug(item.drug)
    names = [received.medication.name, *(one.name for one in received.medication.ingredients)]
    found = {
        drug.id: drug
        for name in names
        for part in (name, name.partition("(")[0].strip())
        if (drug := formulary.drug_named(part)) is not None
    }
    return next(iter(found.values())) if len(found) == 1 else None


def _ndcs(code: str) -> list[str]:
    with suppress(Fault):
        readings = ndc_readings(code) if code.isdigit() and len(code) == 10 else (parse_ndc(code, "code"),)
        return [one.eleven for one in readings]
    return []


def _from_dosage(dosage: Dosage, drug: Drug | None) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    dose = dosage.dose.quantity if dosage.dose is not None and dosage.dose_max is None else None
    if dose is not None:
        fields["dose"] = _named(dose, drug).as_data()
    timing = dosage.timing
    if timing.period is not None and timing.frequency and timing.period_max is None:
        every = (timing.period / timing.frequency).to("h")
        fields["frequency"] = {"every": every.as_data()}
    elif timing.count == 1:
        fields["frequency"] = {"once": True}
    if timing.start and "T" in timing.start:
        fields["start"] = timing.start
    if timing.end and "T" in timing.end:
        fields["stop"] = timing.end
    rate = dosage.rate.quantity if dosage.rate is not None else None
    if rate is not None and rate.unit.dimension is Quantity(1, "mL/h").unit.dimension:
        fields["rate"] = rate.to("mL/h").as_data()
    if dosage.infuse_over is not None:
        fields["infuse_over"] = dosage.infuse_over.as_data()
    return fields


def not_taken(received: ReceivedOrder) -> list[str]:
    """What fields of the message say and the fields of our order do not hold: a pharmacist must see it, or it is lost."""
    said = [f"the message holds {len(received.dosages)} instructions; only the first is read"] if received.dosages[1:] else []
    for dosage in received.dosages[:1]:
        timing = dosage.timing
        said += ["it is to be given as needed, not at set times"] if dosage.as_needed else []
        said += [f"a field says that it goes on for {show(timing.bounds)}"] if timing.bounds is not None else []
        for what, moment in (("starts", timing.start), ("ends", timing.end)):
            said += [f"a field says that it {what} on {moment}, without a time"] if moment and "T" not in moment else []
        said += [f"a field asks for {timing.count} doses in all"] if timing.count is not None and timing.count > 1 else []
        told = (*timing.when, *timing.times_of_day, *timing.days_of_week, *timing.events)
        said += [f"a field names times of its own: {', '.join(told)}"] if told else []
        said += [f"a field allows at most {limit.shown} per {kind}" for kind, limit in dosage.limits]
    return said


def _named(dose: Quantity, drug: Drug | None) -> Quantity:
    """The dose under the formulary's own name of the drug, where the message can only mean that."""
    if drug is None or drug.of is None:
        return dose
    plain = drug.of in (drug.id, drug.name)
    return dose.named(drug.of) if plain or dose.unit.needs_substance else dose


def _words(received: ReceivedOrder) -> str:
    """The order as a person reads it: medication and every instruction, word for word."""
    texts = [dosage.text for dosage in received.dosages if dosage.text]
    return f"{received.medication.name}: {'; '.join(texts) or 'no text'}"
