"""The order form: typed fields to the plain data that `Order.parse` reads, faults by field.

A unit is never typed: it is chosen from the units of the drug's formulations, and what it counts comes from the drug.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from calculations.days import parse_clock, parse_day
from calculations.errors import Fault, Faults
from compounding.orders.order import Order
from compounding.views.order_entry import drug_choices
from formulary.model import Drug, Formulary
from web.fault_words import UNSAID, in_a_sentence

ADDITIVES = 4
"""Rows for further drugs in one bag."""


@dataclass(frozen=True)
class Kind:
    """One kind of order and what its form shows."""

    text: str
    note: str
    routes: tuple[str, ...]
    dose: bool = True
    container: bool = True
    repeats: bool = True
    rate: bool = False


KINDS: dict[str, Kind] = {
    "intermittent": Kind("Intermittent", "a minibag or bag, given again or once", ("IV infusion",), rate=True),
    "push": Kind("IV push", "a syringe, injected by hand", ("IV push",), container=False),
    "continuous": Kind(
        "Continuous", "a rate that goes on, at a standard concentration", ("IV infusion",), dose=False, repeats=False
    ),
    "large_volume": Kind("Large volume", "a bag with additives", ("IV infusion",), rate=True),
    "chemotherapy": Kind("Chemotherapy", "regimen, cycle and day", ("IV infusion", "IV push", "intrathecal")),
    "microdose": Kind("Microdose", "neonates, diluted first where needed", ("IV infusion", "IV push")),
}

LABELS = {
    "patient": "Patient", "drug": "Drug", "dose": "Dose", "dose_rate": "Dose rate", "concentration": "Concentration",
    "route": "Route", "line": "Line", "diluent": "Diluent", "volume": "Volume", "infuse_over": "Infuse over", "rate": "Rate",
    "purpose": "Purpose", "start_day": "Day of the first dose", "start_time": "Time of the first dose", "repeat": "How often",
    "every": "Every", "doses": "Number of doses", "stop_day": "Last day", "stop_time": "Stop at", "priority": "Priority",
    "prescriber": "Prescriber", "indication": "Indication", "regimen": "Regimen", "cycle": "Cycle", "day": "Day",
    "planned": "Planned dose", "reduction": "Reduction", "reduction_reason": "Why it is reduced",
    "cumulative": "Cumulative dose before", "planned_surface": "Planned on a body surface of",
    "planned_weight": "Weight of that surface", "planned_on": "Measured on", "answer": "Answer", "answered_by": "Who answered",
}  # fmt: skip

QUANTITIES = ("dose", "dose_rate", "concentration", "planned", "cumulative")
"""Amounts of the drug: the unit is chosen, and they carry what the drug is counted as."""
FIXED_UNITS = {
    "volume": "mL", "rate": "mL/h", "every": "h", "reduction": "%", "planned_surface": "m2", "planned_weight": "kg",
}  # fmt: skip
OF_PARSE = {
    "frequency": "repeat", "frequency.every": "every", "frequency.doses": "doses", "start": "start_time", "stop": "stop_time",
    "chemotherapy": "regimen", "chemotherapy.planned_dose": "planned", "chemotherapy.reduction_percent": "reduction",
    "chemotherapy.cumulative_before": "cumulative",
}  # fmt: skip
IN_THE_FORM = {
    "start_time": "the day, and the time on the 24 h clock, like 14:30",
    "stop_time": "the day, and the time on the 24 h clock, like 14:30",
    "repeat": "once, or every so many hours",
    "prescriber": "the name of who ordered it",
    "patient": "a patient of the list",
    "drug": "a drug of the list",
}
"""What to write where nothing stands, in the form's words: the order's own say how a file writes it."""
PLAIN = (
    *(name for name in LABELS if name not in ("answer", "answered_by")),
    *(f"{name}_unit" for name in (*QUANTITIES, "infuse_over")),
    *(f"additive_{row}_{part}" for row in range(1, ADDITIVES + 1) for part in ("drug", "dose", "unit")),
)  # fmt: skip
"""Every field that an order form may send."""


class FieldFault(Fault):
    """A fault worded for the form: which field, what was typed, what to write."""

    def __str__(self) -> str:
        return in_a_sentence(label_of(self.field), self.found, self.expected)


def label_of(field: str) -> str:
    """What a field of the form is called."""
    if field.startswith("additive_"):
        _, row, part = field.split("_")
        return f"Additive {row}, {part}"
    return LABELS.get(field, field.replace("_", " ").capitalize())


def field_of(name: str) -> str:
    """The form's field for a place in the order's data."""
    short = name.removeprefix("order.")
    if short in OF_PARSE:
        return OF_PARSE[short]
    if short.startswith("additives["):
        row, _, part = short.removeprefix("additives[").partition("].")
        return f"additive_{row}_{part or 'drug'}"
    return short.removeprefix("chemotherapy.")


def worded(fault: Fault) -> FieldFault:
    """The fault with the form's own field."""
    field = field_of(fault.field)
    expected = IN_THE_FORM.get(field, fault.expected) if fault.found in UNSAID else fault.expected
    return FieldFault(field, fault.found, expected)


@dataclass
class OrderForm:
    """Typed fields under reading. ``data`` is what `Order.parse` reads; ``faults`` what it could not even be asked."""

    kind: str
    form: Mapping[str, str]
    formulary: Formulary
    zone: ZoneInfo
    data: dict[str, Any]
    faults: list[Fault]
    drug: Drug | None = None

    def typed(self, name: str) -> str:
        return self.form.get(name, "").strip()

    def refuse(self, name: str, expected: str) -> None:
        self.faults.append(FieldFault(name, self.typed(name), expected))

    def parsed(self) -> Order:
        """The order. Raises Faults with every field that is missing or wrong, by the form's own names."""
        own = {fault.field for fault in self.faults}
        try:
            order = Order.parse(self.data)
        except Faults as several:
            named = [worded(fault) for fault in several.faults]
            raise Faults([*self.faults, *(fault for fault in named if fault.field not in own)]) from None
        if self.faults:
            raise Faults(self.faults)
        return order


def read_order(
    form: Mapping[str, str], kind: str, formulary: Formulary, zone: ZoneInfo, prescriber: str = ""
) -> OrderForm:
    """Reads the form. ``prescriber``: the name of a prescriber who writes their own order."""
    read = OrderForm(kind, form, formulary, zone, {"order_type": kind, "source": "form"}, [])
    _who_and_what(read, prescriber)
    _amounts(read)
    _when(read)
    if kind == "large_volume":
        _additives(read)
    if kind == "chemotherapy":
        _chemotherapy(read)
    return read


def mrn_in(text: str) -> str:
    """The record number that a chosen patient stands for: `DEMO-4417 · EXAMPLE, Ada` or the number alone."""
    return text.partition(" · ")[0].strip()


def _who_and_what(read: OrderForm, prescriber: str) -> None:
    kind = KINDS[read.kind]
    read.data["patient"] = mrn_in(read.typed("patient"))
    name = read.typed("drug")
    read.drug = read.formulary.drug_named(name) if name else None
    if name and read.drug is None:
        read.refuse("drug", "a drug of the list")
    read.data["drug"] = "" if read.drug is None else read.drug.id
    read.data["route"] = kind.routes[0] if len(kind.routes) == 1 else read.typed("route")
    read.data["prescriber"] = prescriber or read.typed("prescriber")
    for field in ("line", "diluent", "purpose", "priority", "indication"):
        read.data[field] = read.typed(field)


def _amounts(read: OrderForm) -> None:
    for field in ("dose", "dose_rate", "concentration"):
        if (value := _amount(read, field)) is not None:
            read.data[field] = value
    for field in ("volume", "rate"):
        if text := read.typed(field):
            read.data[field] = {"value": text, "unit": FIXED_UNITS[field]}
    if text := read.typed("infuse_over"):
        chosen = read.typed("infuse_over_unit") or "min"
        if chosen not in ("min", "h"):
            read.refuse("infuse_over", "minutes or hours")
        read.data["infuse_over"] = {"value": text, "unit": chosen}


def _amount(read: OrderForm, field: str, drug: Drug | None = None) -> dict[str, str] | None:
    """A typed number with the unit that was chosen, which must be one of the drug's own, and what it counts."""
    text, chosen, counted = read.typed(field), read.typed(f"{field}_unit"), drug or read.drug
    if not text or counted is None:
        return None
    allowed = _units(read, field, counted)
    if not chosen and len(allowed) == 1:
        chosen = allowed[0]
    if chosen not in allowed:
        read.faults.append(FieldFault(field, f"{text} {chosen}".strip(), f"a unit of the list: {', '.join(allowed)}"))
        return None
    return {"value": text, "unit": chosen} | ({} if chosen.startswith("mg·min") else {"of": counted.of})


def _units(read: OrderForm, field: str, drug: Drug) -> tuple[str, ...]:
    choices = drug_choices(read.formulary, drug, read.kind)
    if field == "concentration":
        return choices.concentration_units
    return choices.cumulative_units if field == "cumulative" else choices.units


def _when(read: OrderForm) -> None:
    read.data["start"] = instant(read, "start", read.zone)
    if read.typed("stop_time") or read.typed("stop_day"):
        read.data["stop"] = instant(read, "stop", read.zone)
    repeat = read.typed("repeat")
    if repeat == "once":
        read.data["frequency"] = {"once": True}
    elif repeat == "every":
        every = {"value": read.typed("every"), "unit": "h"}
        read.data["frequency"] = {"every": every, "doses": read.typed("doses")}
    elif repeat:
        read.refuse("repeat", "once or every so many hours")


class Typed(Protocol):
    """A form under reading."""

    faults: list[Fault]

    def typed(self, name: str) -> str: ...


def instant(read: Typed, name: str, zone: ZoneInfo) -> str:
    """Day and time on the site's clock as an instant. An hour that the clocks skip or repeat is refused, not guessed."""
    day_text, time_text = read.typed(f"{name}_day"), read.typed(f"{name}_time")
    if not day_text or not time_text:
        if day_text or time_text:
            _refuse(read, f"{name}_day" if not day_text else f"{name}_time", "a day and a time")
        return ""
    try:
        wall = datetime.combine(parse_day(day_text, f"{name}_day"), parse_clock(time_text, f"{name}_time"))
    except Fault as fault:
        _refuse(read, fault.field, fault.expected)
        return ""
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        _refuse(read, f"{name}_time", "a time outside the hour in which the clocks change that night")
        return ""
    return first.isoformat()


def _refuse(read: Typed, name: str, expected: str) -> None:
    read.faults.append(FieldFault(name, read.typed(name), expected))


def _additives(read: OrderForm) -> None:
    rows = []
    for number in range(1, ADDITIVES + 1):
        field = f"additive_{number}"
        name = read.typed(f"{field}_drug")
        if not name and not read.typed(f"{field}_dose"):
            continue
        drug = read.formulary.drug_named(name) if name else None
        if drug is None:
            read.refuse(f"{field}_drug", "a drug of the list")
            continue
        rows.append({"drug": drug.id, "dose": _additive_dose(read, field, drug)})
    read.data["additives"] = [row for row in rows if row["dose"] is not None]


def _additive_dose(read: OrderForm, field: str, drug: Drug) -> dict[str, str] | None:
    text, chosen = read.typed(f"{field}_dose"), read.typed(f"{field}_unit")
    allowed = drug_choices(read.formulary, drug, read.kind).units
    chosen = chosen or (allowed[0] if len(allowed) == 1 else "")
    if not text or chosen not in allowed:
        found = f"{text} {chosen}".strip()
        read.faults.append(
            FieldFault(f"{field}_dose", found, f"a number with one of these units: {', '.join(allowed)}")
        )
        return None
    return {"value": text, "unit": chosen, "of": drug.of}


def _chemotherapy(read: OrderForm) -> None:
    part: dict[str, Any] = {name: read.typed(name) for name in ("regimen", "cycle", "day", "reduction_reason")}
    part |= {"reduction_percent": read.typed("reduction"), "planned_on": read.typed("planned_on")}
    for field in ("planned_surface", "planned_weight"):
        if text := read.typed(field):
            part[field] = {"value": text, "unit": FIXED_UNITS[field]}
    for field, name in (("planned", "planned_dose"), ("cumulative", "cumulative_before")):
        if (value := _amount(read, field)) is not None:
            part[name] = value
    read.data["chemotherapy"] = part
