"""Reading an order of parenteral nutrition from text or from a record: every field strict, every fault named at once."""

from collections.abc import Mapping
from typing import Any

from gmpy2 import mpq

from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.nutrition.order import (
    ELEMENT,
    AnionChoice,
    Basis,
    NutritionOrder,
    OrderedAmount,
    OtherFluid,
)
from calculations.nutrition.ordered_units import amount_fault
from calculations.nutrition.product import POPULATIONS
from calculations.quantity import Quantity
from calculations.units import unit

_KNOWN = frozenset((
    "dosing_weight", "population", "kind", "line", "amounts", "lipid_apart", "total_fluid", "volume", "others",
    "hours", "taper_up", "taper_down", "lipid_hours", "anions", "anion_ratio",
))  # fmt: skip
_DAY = mpq(24)


class _Reader:
    """Reads fields one by one and keeps the faults."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def quantity(self, data: Mapping[str, Any], name: str, unit_name: str, of: str | None = None, **how: bool) -> Any:
        """The quantity of a field in its unit; None with a fault noted, or if the field is not there."""
        found = data.get(name)
        if found is None or found == "":
            return None
        place = str(how.pop("place", name))
        read = self.read(found, place, of, **how)
        if read is None:
            return None
        if read.unit.dimension is not unit(unit_name).dimension or read.number < 0:
            self.faults.append(Fault(place, str(read), f"an amount in {unit(unit_name).shown or 'a plain number'}"))
            return None
        return read.to(unit_name)

    def read(self, found: object, place: str, of: str | None, **how: bool) -> Quantity | None:
        """Text or record data as a quantity; None with a fault noted."""
        try:
            if isinstance(found, Mapping):
                if found.get("of", of) != of:
                    raise Fault(place, str(found.get("of")), f"an amount of {of or 'nothing in particular'}")
                return Quantity.from_data({**found, "of": of})
            return Quantity.parse(found, place, of, **how)  # type: ignore[arg-type]
        except Fault as fault:
            self.faults.append(fault)
        except (ValueError, KeyError, TypeError):
            self.faults.append(Fault(place, str(found), "a quantity as recorded"))
        return None

    def plain(self, data: Mapping[str, Any], name: str) -> Quantity | None:
        """A plain number, as text or as recorded; None if the field is not there."""
        found = data.get(name)
        if isinstance(found, Mapping) or found is None or found == "":
            kept: Quantity | None = self.quantity(data, name, "one")
            return kept
        try:
            return Quantity(parse_number(found, name), "one")
        except Fault as fault:
            self.faults.append(fault)
            return None

    def choice(self, data: Mapping[str, Any], name: str, allowed: tuple[str, ...], default: str | None = None) -> str:
        """One of the allowed words."""
        found = data.get(name, default)
        if found not in allowed:
            self.faults.append(Fault(name, found, f"one of: {', '.join(allowed)}"))
            return allowed[0]
        return str(found)

    def needed(self, value: Any, name: str, expected: str, stand_in: Quantity) -> Any:
        """The value, or a stand-in with a fault noted (the order is then not made)."""
        if value is not None:
            return value
        if all(fault.field != name for fault in self.faults):
            self.faults.append(Fault(name, "", expected))
        return stand_in


def read_order(data: Mapping[str, Any]) -> NutritionOrder:
    """The order, or `Faults` with every fault by field."""
    reader = _Reader()
    if not isinstance(data, Mapping):
        raise Faults([Fault("order", str(data), "the fields of an order")])
    reader.faults += [Fault(str(name), "a field", "no such field") for name in data if name not in _KNOWN]
    weight = reader.quantity(data, "dosing_weight", "kg_bw", body_weight=True, trailing_zeros=True)
    hours = {name: reader.quantity(data, name, "h") for name in ("hours", "taper_up", "taper_down", "lipid_hours")}
    order = NutritionOrder(
        dosing_weight=reader.needed(weight, "dosing_weight", "the dosing weight, such as 1.2 kg", Quantity(1, "kg_bw")),
        population=reader.choice(data, "population", POPULATIONS),
        kind=reader.choice(data, "kind", ("2-in-1", "3-in-1")),
        line=reader.choice(data, "line", ("central", "peripheral")),
        lipid_apart=_flag(reader, data, "lipid_apart"),
        amounts=_rows(reader, data.get("amounts")),
        total_fluid=reader.quantity(data, "total_fluid", "mL/kg/day"),
        volume=reader.quantity(data, "volume", "mL/day"),
        others=_others(reader, data.get("others", ())),
        anions=AnionChoice(reader.choice(data, "anions", tuple(AnionChoice), "balanced")),
        anion_ratio=reader.plain(data, "anion_ratio"),
        **{name: value for name, value in hours.items() if value is not None},
    )
    faults = reader.faults or _contradictions(order)
    if faults:
        raise Faults(faults)
    return order


def _flag(reader: _Reader, data: Mapping[str, Any], name: str) -> bool:
    found = data.get(name, False)
    if not isinstance(found, bool):
        reader.faults.append(Fault(name, str(found), "true or false"))
    return found is True


def _rows(reader: _Reader, found: Any) -> tuple[OrderedAmount, ...]:
    if not isinstance(found, list | tuple) or not found:
        reader.faults.append(Fault("amounts", str(found), "a list of one or more ordered nutrients"))
        return ()
    return tuple(row for index, data in enumerate(found) if (row := _row(reader, data, f"amounts[{index}]")))


def _row(reader: _Reader, data: Any, place: str) -> OrderedAmount | None:
    if not isinstance(data, Mapping) or not {"nutrient", "amount", "basis"} <= set(data) or not data["nutrient"]:
        reader.faults.append(Fault(place, str(data), "nutrient, amount and basis"))
        return None
    nutrient, said = str(data["nutrient"]), data.get("stated_as")
    stated_as = str(said) if said else ELEMENT
    if data["basis"] not in tuple(Basis):
        reader.faults.append(Fault(f"{nutrient} basis", data["basis"], f"one of: {', '.join(Basis)}"))
        return None
    amount = reader.read(data["amount"], nutrient, nutrient if stated_as == ELEMENT else stated_as)
    if amount is None:
        return None
    row = OrderedAmount(nutrient, amount, Basis(data["basis"]), stated_as)
    fault = amount_fault(row, said_element=said is not None)
    if fault:
        reader.faults.append(fault)
        return None
    return row


def _others(reader: _Reader, found: Any) -> tuple[OtherFluid, ...]:
    if not isinstance(found, list | tuple):
        reader.faults.append(Fault("others", str(found), "a list of other fluids"))
        return ()
    return tuple(_other(reader, data, f"others[{index}]") for index, data in enumerate(found))


def _other(reader: _Reader, data: Any, place: str) -> OtherFluid:
    nothing = OtherFluid("", Quantity(0, "mL/day"))
    if not isinstance(data, Mapping) or not data.get("name"):
        reader.faults.append(Fault(place, str(data), "name and volume of another fluid"))
        return nothing
    if stray := set(data) - {"name", "volume", "sodium", "dextrose", "lipid"}:
        reader.faults.append(Fault(place, ", ".join(sorted(stray)), "name, volume, sodium, dextrose and lipid"))
    name = str(data["name"])
    brought = {
        what: reader.quantity(data, what, unit_name, what)
        for what, unit_name in (("sodium", "mEq/day"), ("dextrose", "g/day"), ("lipid", "g/day"))
    }
    volume = reader.quantity(data, "volume", "mL/day")
    return OtherFluid(name, reader.needed(volume, f"{name} volume", "mL/day", Quantity(0, "mL/day")), **brought)


def _contradictions(order: NutritionOrder) -> list[Fault]:
    """What the fields say against each other."""
    return [
        Fault(name, found, expected)
        for wrong, name, found, expected in (*_volume_rules(order), *_time_rules(order), *_row_rules(order))
        if wrong
    ]


_Rule = tuple[bool, str, str, str]


def _volume_rules(order: NutritionOrder) -> tuple[_Rule, ...]:
    both = order.total_fluid is not None and order.volume is not None
    neither = order.total_fluid is None and order.volume is None
    ready = order.row("ready_bag") is not None
    return (
        (order.dosing_weight.number <= 0, "dosing weight", str(order.dosing_weight), "a weight above zero"),
        (both, "volume", "both total fluid and bag volume", "one of the two"),
        (neither and not ready, "volume", "neither total fluid nor bag volume", "one of the two"),
        (any(v is not None and v.number <= 0 for v in (order.total_fluid, order.volume)),
         "volume", "zero", "a volume above zero"),
    )  # fmt: skip


def _time_rules(order: NutritionOrder) -> tuple[_Rule, ...]:
    hours, tapers = order.hours.number, order.taper_up.number + order.taper_down.number
    gir = any(row.nutrient == "dextrose" and "min" in row.amount.unit.name.split("/") for row in order.amounts)
    return (
        (not 0 < hours <= _DAY, "hours", str(order.hours), "above 0 and at most 24 h"),
        (not 0 < order.lipid_hours.number <= _DAY, "lipid hours", str(order.lipid_hours), "above 0 and at most 24 h"),
        (tapers >= hours, "taper", f"{order.taper_up} and {order.taper_down}", "tapers shorter than the infusion"),
        (gir and (hours != _DAY or tapers > 0), "dextrose", "mg/kg/min for a cycle",
         "g/kg/day: over a cycle the rate is not one figure"),
    )  # fmt: skip


def _row_rules(order: NutritionOrder) -> tuple[_Rule, ...]:
    keys = [(row.nutrient, row.stated_as) for row in order.amounts]
    twice = ", ".join(
        sorted({f"{nutrient} as {stated}" for nutrient, stated in keys if keys.count((nutrient, stated)) > 1})
    )
    lipid = order.row("lipid") is not None
    lipid_row = order.row("lipid")
    by_bag = lipid_row is not None and lipid_row.basis is Basis.PER_LITRE
    anion_rows = any(order.row(ion) is not None for ion in ("chloride", "acetate"))
    ratio = order.anion_ratio
    return (
        (bool(twice), "amounts", f"{twice} twice", "each nutrient once"),
        (order.kind == "3-in-1" and order.lipid_apart, "lipid", "a 3-in-1 bag with lipid apart", "one of the two"),
        (order.kind == "3-in-1" and not lipid and order.row("ready_bag") is None, "lipid", "a 3-in-1 bag without lipid",
         "lipid, or a 2-in-1 bag"),
        (order.kind == "2-in-1" and lipid and not order.lipid_apart, "lipid", "lipid ordered with a 2-in-1 bag",
         "lipid apart, or a 3-in-1 bag"),
        (order.lipid_apart and by_bag, "lipid", "lipid apart as a concentration of the bag",
         "lipid per kg per day, per day or as a rate"),
        (anion_rows is not (order.anions is AnionChoice.AS_ORDERED), "anions", order.anions.value,
         "'as ordered' exactly when chloride or acetate is ordered as a row"),
        ((order.anions is AnionChoice.RATIO) is not (ratio is not None), "anion ratio",
         "nothing" if ratio is None else str(ratio),
         "a ratio of chloride to acetate exactly when the choice is 'ratio'"),
        (ratio is not None and ratio.number <= 0, "anion ratio", str(ratio), "a number above zero"),
    )  # fmt: skip
