"""FHIR orders: every field and every figure that the resource determines, for any drug."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from calculations.errors import Fault, Faults
from calculations.quantity import Quantity
from compounding.orders.fhir import ReceivedOrder, read_fhir, why_not_for_queue
from compounding.orders.fhir_compare import DISAGREEMENTS
from compounding.orders.fhir_dosage import Dosage
from compounding.orders.fhir_figures import Figures, figures
from compounding.orders.fhir_text import SaidInText, read_text
from compounding.orders.ucum import is_ucum
from tests.conformance.case import CannotAnswer, Case, Value
from tests.conformance.running import message_path

_BRACKETED_VOLUME = re.compile(r"\d ?(?:mcg|mg|g|units?) ?\((\d{1,4}(?:\.\d{1,3})?) ?m[lL]\)", re.ASCII)
_MEALS = ("breakfast", "lunch", "dinner", "supper", "bedtime")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def answer(case: Case) -> dict[str, Any]:
    """Facts about the order as one flat set of fields; what the message leaves open is left out."""
    try:
        order = read_fhir(_message(case))
    except (Fault, Faults) as found:
        return {"valid": False, "enters_queue": False, "reason": str(found)}
    if not order.dosages:
        return _whole_order(order)
    first = order.dosages[0]
    said = read_text(first.text, _drug(order))
    derived = figures(first, said, order.medication, order.supplied)
    facts = dict(_instruction(first, derived))
    facts |= dict(_limits(first, said))
    facts |= dict(_text_alone(said))
    facts |= dict(_in_brackets(first.text, said))
    facts |= dict(_mixture(order, first, derived))
    if len(order.dosages) > 1:
        facts.pop("total", None)  # of the first instruction alone
    facts |= dict(_several(order))
    facts |= dict(_given(order, derived))
    return {**_whole_order(order), **dict(_said_in_words(order, first)), **_unit_code(first), **facts}


def _message(case: Case) -> str:
    if isinstance(case.inputs.get("resource"), dict):
        return json.dumps(case.inputs["resource"])
    name = case.inputs.get("message")
    if not isinstance(name, str):
        raise CannotAnswer("no message is named")
    if name.lstrip().startswith("{"):
        return name
    path = message_path(case, name) if not Path(name).is_absolute() else Path(name)
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as found:
        raise CannotAnswer(f"the message {name} cannot be read: {found}") from None


def _drug(order: ReceivedOrder) -> str:
    named = order.medication.ingredients[0].name if order.medication.ingredients else order.medication.name
    return named or "the drug"


def _whole_order(order: ReceivedOrder) -> dict[str, Any]:
    """Status, intent, whether it enters the queue, and whether text and fields agree."""
    refused = why_not_for_queue(order, NOW)
    facts: dict[str, Any] = {
        "status": order.status,
        "enters_queue": refused is None,
        "consistent": not any(one.code in DISAGREEMENTS for one in order.remarks),
        "remarks": [one.text for one in order.remarks],
    }
    if refused:
        facts["reason"] = refused.reason
    if order.intent:
        facts["intent"] = order.intent
    if order.is_intravenous is not None:
        facts["intravenous"] = order.is_intravenous
    if order.sequences_are_unique is not None and len(order.dosages) > 1:
        facts["sequence_unique"] = order.sequences_are_unique
    return facts


def _said_in_words(order: ReceivedOrder, dosage: Dosage) -> Iterator[tuple[str, Any]]:
    """What the message names: drug, patient, route, method; and how often, where one interval is told."""
    named = {
        "drug": order.medication.name, "patient": order.patient.name, "route": dosage.route.name,
        "method": dosage.method.name, "authored_on": order.authored_on, "priority": order.priority,
    }  # fmt: skip
    yield from ((name, text) for name, text in named.items() if text)
    yield "as_needed", dosage.as_needed
    timing = dosage.timing
    if timing.period is not None and timing.period_max is None and timing.frequency_max is None:
        yield "interval", _value(timing.period / Quantity(timing.frequency or 1, "one"))


def _unit_code(dosage: Dosage) -> dict[str, Any]:
    """The unit code of the dose (else of the rate): as sent, whether it is UCUM, and what UCUM writes."""
    sent = dosage.dose or dosage.rate
    if sent is None or not sent.code:
        return {}
    valid = is_ucum(sent.code)
    facts: dict[str, Any] = {"code": sent.code, "valid_ucum": valid}
    if valid:
        facts["ucum"] = sent.code
    elif sent.quantity is not None:
        facts["ucum"] = sent.quantity.unit.ucum
    return facts


def _instruction(dosage: Dosage, derived: Figures) -> Iterator[tuple[str, Any]]:
    """Dose, timing, totals."""
    dose, highest = (one.quantity if one else None for one in (dosage.dose, dosage.dose_max))
    least, most = derived.times_a_day_least, derived.times_a_day_most
    if dose is not None:
        yield ("dose", _value(dose)) if highest is None else ("dose_low", _value(dose))
    if highest is not None:
        yield "dose_high", _value(highest)
    if least is not None and most is not None:
        yield "min_doses_per_day", _plain(least)
        yield "max_doses_per_day", _plain(most)
        if least == most:
            yield "doses_per_day", _plain(most)
    yield from _daily(dosage, dose, highest, least, most)
    if derived.doses is not None:
        yield "doses", _plain(derived.doses)
        if dose is not None and highest is None:
            yield "total", _value(dose * derived.doses)
    if derived.lasts is not None:
        yield "duration", _value(derived.lasts.to("day"))
    if derived.lasts is not None or dosage.timing.is_limited:
        yield "duration_structured", derived.lasts_is_structured


def _daily(
    dosage: Dosage, dose: Quantity | None, highest: Quantity | None, least: Quantity | None, most: Quantity | None
) -> Iterator[tuple[str, Any]]:
    """Amount per day: one figure, or a smallest and a largest one where dose or interval is a range."""
    if least is None or most is None or dosage.dose is None:
        return
    ranged = least != most or dosage.dose_max is not None
    if dose is None:  # tablets and the like: plain numbers
        low, high = dosage.dose.value, (dosage.dose_max or dosage.dose).value
        if ranged:
            yield "min", _plain(least * low)
            yield "max", _plain(most * high)
        else:
            yield "daily", _plain(most * low)
        return
    if ranged:
        yield "min", _value(dose * least)
        yield "max", _value((dose if highest is None else highest) * most)
    else:
        yield "daily", _value(dose * most)


def _limits(dosage: Dosage, said: SaidInText) -> Iterator[tuple[str, Any]]:
    """Limits of the fields and of the text."""
    for kind, limit in dosage.limits:
        if limit.quantity is not None:
            shown = _value(limit.quantity)
            unit = shown.unit if kind == "period" else f"{shown.unit} per {kind}"
            yield "structured_limit", Value(shown.number, unit)
            yield f"limit_per_{kind}", shown
    if said.limit_per_day is not None:
        yield "text_limit", _value(said.limit_per_day / Quantity(1, "day"))
    elif said.limit_per_dose is not None:
        shown = _value(said.limit_per_dose)
        yield "text_limit", Value(shown.number, f"{shown.unit} per administration")


def _in_brackets(text: str, said: SaidInText) -> Iterator[tuple[str, Any]]:
    """The volume that the text gives in brackets behind its dose, as in `100mg (4ml)`, and the strength that it says."""
    found = _BRACKETED_VOLUME.search(text)
    if found is None or said.dose is None:
        return
    volume = Quantity(found[1], "mL")
    yield "text_volume", _value(volume)
    yield "dose_volume", _value(volume)
    yield "concentration", _value(said.dose / volume)


def _text_alone(said: SaidInText) -> Iterator[tuple[str, Any]]:
    """What the free text says, apart from the fields."""
    found = {
        "text_dose": said.dose, "text_volume": said.volume, "text_rate": said.rate, "text_duration": said.lasts,
        "text_infusion_time": said.infuse_over, "text_interval": said.every,
    }  # fmt: skip
    yield from ((name, _value(one)) for name, one in found.items() if one is not None)


def _mixture(order: ReceivedOrder, dosage: Dosage, derived: Figures) -> Iterator[tuple[str, Any]]:
    """Volumes, rates and times of what is infused."""
    said = read_text(dosage.text, _drug(order))
    sent_rate = dosage.rate.quantity if dosage.rate else None
    if sent_rate is not None:
        yield "rate", _value(sent_rate)
    elif derived.bag_rate is not None:
        yield "rate", _value(derived.bag_rate.to("mL/h"))
    if derived.bag_rate is not None:
        yield "pump_rate", _value(derived.bag_rate.to("mL/h"))
    if derived.volume is not None:
        yield "volume", _value(derived.volume.to("mL"))
    if derived.dose_volume is not None:
        yield "additive_volume", _value(derived.dose_volume.to("mL"))
        yield "dose_volume", _value(derived.dose_volume.to("mL"))
    if derived.concentration is not None:
        yield "concentration", _value(derived.concentration)
    if derived.run_time is not None and derived.bag_rate is not None:
        per_minute = sent_rate is not None and sent_rate.unit.name == "mL/min"
        yield "run_time", _value(derived.run_time.to("min" if per_minute else "h"))
    if derived.dose_rate is not None:
        yield "dose_rate", _value(derived.dose_rate)
        name = _first_word(order)
        if name:
            yield f"{name}_rate", _value(derived.dose_rate)
    time = dosage.infuse_over if dosage.infuse_over is not None else said.infuse_over
    if time is not None:
        yield "infusion_time", _value(time)
    if dosage.timing.duration is not None:
        yield "infusion_duration", _value(dosage.timing.duration)
    yield from _implied_weight(said, derived)


def _implied_weight(said: SaidInText, derived: Figures) -> Iterator[tuple[str, Any]]:
    """The body weight at which the text's rate per kilogram is the rate of the fields."""
    if said.dose is None or derived.dose_rate is None:
        return
    weight = derived.dose_rate.named(None) / said.dose.named(None)
    if weight.unit.name == "kg_bw":
        yield "implied_weight", _value(weight)


def _several(order: ReceivedOrder) -> Iterator[tuple[str, Any]]:
    """Figures over all instructions: volumes by meal, and the total of those that stand side by side or have an end."""
    doses, courses = [], []
    for dosage in order.dosages:
        derived = figures(dosage, read_text(dosage.text, _drug(order)), order.medication, order.supplied)
        meal = next((name for name in _MEALS if name in dosage.text.lower()), None)
        if meal and derived.dose_volume is not None:
            yield f"{meal}_volume", _value(derived.dose_volume.to("mL"))
        if dosage.dose is not None and dosage.dose_max is None:
            doses.append(dosage.dose)
            if derived.lasts_is_structured and derived.doses is not None:
                courses.append(derived.doses * dosage.dose.value)
    if len(order.dosages) < 2 or len(doses) < len(order.dosages) or len({one.code for one in doses}) != 1:
        return
    if order.sequences_are_unique is False and doses[0].quantity is not None:
        yield "total", Value.of(sum(one.value for one in doses), _value(doses[0].quantity).unit)
    elif len(courses) == len(doses):
        total = sum((one.number for one in courses[1:]), courses[0].number)
        sent = doses[0].quantity
        yield "total", Value.of(total, _value(sent).unit) if sent is not None else _plain(Quantity(total, "one"))


def _given(order: ReceivedOrder, derived: Figures) -> Iterator[tuple[str, Any]]:
    """How long an administration took, and the volume that ran in."""
    try:
        seconds = int(
            (datetime.fromisoformat(order.given_to) - datetime.fromisoformat(order.given_from)).total_seconds()
        )
    except ValueError:
        return
    took = Quantity(seconds, "s").to("h")
    yield "elapsed", _value(took)
    if derived.bag_rate is not None:
        yield "volume_given", _value((derived.bag_rate * took).to("mL"))


def _first_word(order: ReceivedOrder) -> str:
    """The drug's first word in small letters, as figures are named after it."""
    found = re.match(r"[A-Za-z]+", _drug(order))
    return found.group().lower() if found else ""


def _value(quantity: Quantity) -> Value:
    """A quantity with its unit as published cases spell it: d for day, unit in the singular."""
    parts = [
        {"day": "d", "units": "unit", "week": "wk", "kg_bw": "kg"}.get(one, one)
        for one in quantity.unit.name.split("/")
    ]
    return Value.of(quantity.number, "/".join(parts))


def _plain(quantity: Quantity) -> int | str:
    """A count; a fraction stays a decimal string."""
    number = quantity.number
    return int(number) if number.denominator == 1 else Value.of(number, "1").as_data()["value"]
