"""One version of an order, as ordered. `Order.parse` gives a valid order or every fault by field.

An order keeps the dose in the basis in which it was written (mg, mg/kg, mg/m2, per day, AUC); planning works out the
amount. Whether the dose is right is never decided here: findings come only from planning.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from calculations.errors import Fault, Faults
from calculations.nutrition.order import NutritionOrder
from calculations.nutrition.order import order_as_data as nutrition_as_data
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.orders.reading import Fields
from compounding.orders.schedule import Frequency, frequency_as_data, read_frequency
from formulary.model import OrderType


class Priority(StrEnum):
    STAT = "stat"
    NOW = "now"
    ROUTINE = "routine"


NUTRITION = "parenteral_nutrition"
"""What stands in the place of a drug in an order of parenteral nutrition."""
ROUTES = ("IV", "IV push", "IV infusion", "intrathecal", "intramuscular", "subcutaneous")
LINES = ("peripheral", "central", "umbilical", "intrathecal")


@dataclass(frozen=True)
class Additive:
    """One more drug in the same bag, ordered per bag."""

    drug: str
    dose: Quantity


@dataclass(frozen=True)
class Chemotherapy:
    regimen: str
    cycle: int
    day: int
    planned_dose: Quantity | None = None
    """The regimen's dose before any reduction, in the basis of the regimen."""
    reduction_percent: Quantity | None = None
    """Share taken off the planned dose, as `one`."""
    reduction_reason: str = ""
    cumulative_before: Quantity | None = None
    """What the patient has had in their life of this drug, in its limit's basis."""
    planned_surface: Quantity | None = None
    """Body surface that the regimen was planned on (m2)."""
    planned_weight: Quantity | None = None
    """Body weight of that surface (kg_bw)."""
    planned_on: date | None = None
    """Day on which it was measured."""


@dataclass(frozen=True)
class Order:
    """What a prescriber asked for. Quantities carry units; `None` and empty text mean that it was not said."""

    order_type: OrderType
    patient: str
    """Medical record number."""
    drug: str
    """Formulary id of the drug."""
    dose: Quantity | None
    """Amount in the basis ordered; None for a continuous infusion ordered by concentration and rate, and for nutrition."""
    route: str
    start: datetime
    frequency: Frequency
    prescriber: str
    priority: Priority = Priority.ROUTINE
    line: str = ""
    diluent: str = ""
    volume: Quantity | None = None
    """Label volume of the container asked for."""
    infuse_over: Quantity | None = None
    rate: Quantity | None = None
    """Pump rate in mL/h, if the prescriber wrote one."""
    dose_rate: Quantity | None = None
    """Rate of a continuous infusion in the drug's own basis, such as mcg/kg/min."""
    concentration: Quantity | None = None
    """Standard concentration asked for."""
    purpose: str = "maintenance"
    stop: datetime | None = None
    indication: str = ""
    additives: tuple[Additive, ...] = ()
    chemotherapy: Chemotherapy | None = None
    nutrition: NutritionOrder | None = None
    """Every row of an order of parenteral nutrition, as ordered."""
    source: str = "form"
    """Where it came from: form, json or fhir."""
    original: str = ""
    """The order as it came, word for word."""
    remarks: tuple[str, ...] = field(default=())
    """What the reader of a message noticed, such as text that disagrees with the fields. Planning makes findings of it."""

    @classmethod
    def parse(cls, data: Mapping[str, Any], *, kept: bool = False) -> "Order":
        """Reads an order from plain data. Raises `Faults` with every field that is missing or wrong."""
        return _parse(Fields(data, "order.", kept=kept))


PURPOSES = ("load", "bolus", "maintenance", "titration")

_FIELDS = (
    "order_type",
    "patient",
    "drug",
    "dose",
    "route",
    "start",
    "frequency",
    "prescriber",
    "priority",
    "line",
    "diluent",
    "volume",
    "infuse_over",
    "rate",
    "dose_rate",
    "concentration",
    "purpose",
    "stop",
    "indication",
    "additives",
    "chemotherapy",
    "nutrition",
    "source",
    "original",
    "remarks",
)


def _parse(fields: Fields) -> Order:
    fields.known(*_FIELDS)
    order_type = fields.choice("order_type", tuple(OrderType))
    continuous = order_type == OrderType.CONTINUOUS
    dosed = not continuous and order_type != OrderType.PARENTERAL_NUTRITION
    values: dict[str, Any] = {
        "patient": fields.text("patient", longest=40),
        "drug": fields.text("drug", longest=60),
        "dose": fields.quantity("dose", required=dosed, like="15 mg/kg"),
        "route": fields.choice("route", ROUTES),
        "start": fields.instant("start"),
        "frequency": read_frequency(fields.part("frequency"), fields, continuous=continuous),
        "prescriber": fields.text("prescriber", longest=120),
        "priority": fields.choice("priority", tuple(Priority), required=False, otherwise="routine"),
        "line": fields.choice("line", LINES, required=False),
        "diluent": fields.text("diluent", required=False, longest=60),
        "volume": fields.quantity("volume", required=False, like="250 mL"),
        "infuse_over": fields.quantity("infuse_over", required=False, like="30 min"),
        "rate": fields.quantity("rate", required=False, like="100 mL/h"),
        "dose_rate": fields.quantity("dose_rate", required=continuous, like="0.1 mcg/kg/min"),
        "concentration": fields.quantity("concentration", required=False, like="16 mcg/mL"),
        "purpose": fields.choice("purpose", PURPOSES, required=False, otherwise="maintenance"),
        "stop": fields.instant("stop", required=False),
        "indication": fields.text("indication", required=False),
        "additives": tuple(a for row in fields.rows("additives") if (a := _additive(row))),
        "chemotherapy": _chemotherapy(fields.part("chemotherapy")),
        "nutrition": _nutrition(fields.part("nutrition")),
        "source": fields.choice("source", ("form", "json", "fhir"), required=False, otherwise="form"),
        "original": fields.text("original", required=False, longest=4000),
        "remarks": tuple(str(text) for text in fields.data.get("remarks") or ()),
    }
    _consistent(fields, order_type, values)
    fields.finish()
    values["priority"] = Priority(values["priority"])
    return Order(order_type=OrderType(order_type), **values)


def _consistent(fields: Fields, order_type: str, values: dict[str, Any]) -> None:
    """What belongs together by the kind of order; amounts must lie above zero and in a dimension that fits."""
    if order_type == OrderType.CHEMOTHERAPY and values["chemotherapy"] is None:
        fields.note("chemotherapy", "nothing", "regimen, cycle and day")
    if order_type == OrderType.PARENTERAL_NUTRITION:
        _is_nutrition(fields, values)
    if order_type == OrderType.LARGE_VOLUME and values["volume"] is None:
        fields.note("volume", "nothing", "the volume of the bag, like 1000 mL")
    start, stop = values["start"], values["stop"]
    if start is not None and stop is not None and stop <= start:
        fields.note("stop", stop.isoformat(), "a moment after the start")
    for name in ("dose", "volume", "infuse_over", "rate", "dose_rate", "concentration"):
        amount = values[name]
        if amount is not None and amount.number <= 0:
            fields.note(name, f"{amount.number} {amount.unit.shown}", "more than zero")
    for name, like in (("volume", "mL"), ("infuse_over", "h"), ("rate", "mL/h")):
        amount = values[name]
        if amount is not None and amount.unit.dimension != Quantity(1, like).unit.dimension:
            fields.note(name, amount.unit.shown, f"a unit like {like}")


def _is_nutrition(fields: Fields, values: dict[str, Any]) -> None:
    """Nutrition is ordered by its rows alone: a dose or an additive beside them would be lost."""
    if values["nutrition"] is None and not fields.faults:
        fields.note("nutrition", "nothing", "the rows of the order")
    if values["drug"] != NUTRITION:
        fields.note("drug", values["drug"], NUTRITION)
    for name in ("dose", "volume", "infuse_over", "rate", "dose_rate", "concentration", "chemotherapy"):
        if values[name] is not None:
            fields.note(name, "a value", "nothing: it belongs to the rows of the nutrition order")
    if values["additives"]:
        fields.note("additives", "additives", "nothing: what goes in stands in the rows of the nutrition order")


def _nutrition(part: Fields | None) -> NutritionOrder | None:
    if part is None:
        return None
    try:
        return NutritionOrder.parse(part.data)
    except (Fault, Faults) as wrong:
        for fault in getattr(wrong, "faults", [wrong]):
            part.note(fault.field, fault.found, fault.expected)
    return None


def _additive(row: Fields) -> Additive | None:
    drug, dose = row.text("drug", longest=60), row.quantity("dose", like="20 mEq")
    return Additive(drug, dose) if drug and dose is not None else None


def _chemotherapy(part: Fields | None) -> Chemotherapy | None:
    if part is None:
        return None
    regimen = part.text("regimen", longest=120)
    cycle, day = part.whole("cycle", least=1, most=99), part.whole("day", least=0, most=99)
    planned = part.quantity("planned_dose", required=False, like="75 mg/m2")
    percent = part.percent("reduction_percent")
    reason = part.text("reduction_reason", required=percent is not None)
    before = part.quantity("cumulative_before", required=False, like="300 mg/m2")
    return Chemotherapy(regimen, cycle or 0, day or 0, planned, percent, reason, before, *_planned_sizes(part))


def _planned_sizes(part: Fields) -> tuple[Quantity | None, Quantity | None, date | None]:
    """The surface that the regimen was planned on, with its weight and day; a surface without its day says nothing."""
    surface = part.quantity("planned_surface", required=False, like="1.85 m2")
    weight = part.quantity("planned_weight", required=False, like="72 kg", body_weight=True)
    for name, amount, unit in (("planned_surface", surface, "m2"), ("planned_weight", weight, "kg_bw")):
        if amount is None:
            continue
        if amount.unit.dimension is not Quantity(1, unit).unit.dimension or amount.number <= 0:
            part.note(name, show(amount), f"more than zero, in {Quantity(1, unit).unit.shown}")
    return surface, weight, part.day("planned_on", required=surface is not None)


def order_as_data(order: Order) -> dict[str, Any]:
    """The canonical plain form that a record keeps; `Order.parse(data, kept=True)` reads it back to an equal value."""
    data: dict[str, Any] = {
        "order_type": str(order.order_type),
        "start": order.start.isoformat(),
        "frequency": frequency_as_data(order.frequency),
        "priority": str(order.priority),
        "remarks": list(order.remarks),
        "additives": [{"drug": a.drug, "dose": a.dose.as_data()} for a in order.additives],
    }
    for name in (
        "patient",
        "drug",
        "route",
        "prescriber",
        "line",
        "diluent",
        "purpose",
        "indication",
        "source",
        "original",
    ):
        data[name] = getattr(order, name)
    for name in ("dose", "volume", "infuse_over", "rate", "dose_rate", "concentration"):
        if (amount := getattr(order, name)) is not None:
            data[name] = amount.as_data()
    if order.stop is not None:
        data["stop"] = order.stop.isoformat()
    if order.chemotherapy is not None:
        data["chemotherapy"] = _chemotherapy_as_data(order.chemotherapy)
    if order.nutrition is not None:
        data["nutrition"] = nutrition_as_data(order.nutrition)
    return data


def _chemotherapy_as_data(chemotherapy: Chemotherapy) -> dict[str, Any]:
    data: dict[str, Any] = {
        "regimen": chemotherapy.regimen,
        "cycle": str(chemotherapy.cycle),
        "day": str(chemotherapy.day),
        "reduction_reason": chemotherapy.reduction_reason,
    }
    for name in ("planned_dose", "reduction_percent", "cumulative_before", "planned_surface", "planned_weight"):
        if (amount := getattr(chemotherapy, name)) is not None:
            data[name] = amount.as_data()
    if chemotherapy.planned_on is not None:
        data["planned_on"] = chemotherapy.planned_on.isoformat()
    return data


__all__ = ["Additive", "Chemotherapy", "Order", "OrderType", "Priority", "order_as_data"]
