"""The form of a nutrition order: typed numbers to the plain data that `Order.parse` reads, and back; faults by field.

Every row says its nutrient, unit and basis in a field of its own, which the page shows and nobody types.
"""

from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from calculations.errors import Fault, Faults
from calculations.number import parse_number
from calculations.nutrition.order import ELEMENT, AnionChoice, Basis, OrderedAmount
from calculations.nutrition.product import POPULATIONS
from calculations.printing import show_number
from calculations.quantity import Quantity
from compounding.nutrition.rows import title_of
from compounding.orders.order import NUTRITION, Order
from web.fault_words import in_a_sentence
from web.order_form import FieldFault, instant, mrn_in

ROWS, OTHERS = 40, 8
KINDS = (
    ("2-in-1 apart", "2-in-1 bag, lipid apart"),
    ("2-in-1", "2-in-1 bag, no lipid"),
    ("3-in-1", "3-in-1 bag with lipid"),
)
LINES = (("central", "central line"), ("peripheral", "peripheral line"))
ANIONS = tuple((choice.value, choice.value) for choice in AnionChoice)
AGES = tuple((name, name) for name in POPULATIONS)
UNITS = {
    "dosing_weight": "kg", "total_fluid": "mL/kg/day", "volume": "mL/day", "hours": "h", "taper_up": "h",
    "taper_down": "h", "lipid_hours": "h",
}  # fmt: skip
BROUGHT = {"volume": "mL/day", "sodium": "mEq/day", "dextrose": "g/day", "lipid": "g/day"}
"""What another fluid takes of the allowance, and what it brings."""
LABELS = {
    "patient": "Patient", "dosing_weight": "Dosing weight", "total_fluid": "All fluid", "volume": "Volume of the bag",
    "hours": "Runs", "taper_up": "Taper up", "taper_down": "Taper down", "lipid_hours": "Lipid runs",
    "population": "Age band", "bag": "Bag", "line": "Line", "anions": "Chloride and acetate",
    "anion_ratio": "Chloride to acetate", "start_day": "Day", "start_time": "Time", "prescriber": "Prescriber",
    "indication": "Indication", "answer": "Answer", "answered_by": "Who answered",
}  # fmt: skip
PLAIN = (
    *LABELS, *(f"{part}_{number}" for number in range(1, ROWS + 1) for part in ("row", "amount")),
    *(f"other_{number}_{part}" for number in range(1, OTHERS + 1) for part in ("name", *BROUGHT)),
    "version",
)  # fmt: skip
"""Every field that the form may send."""
_OF_ENGINE = {
    "dosing weight": "dosing_weight", "anion ratio": "anion_ratio", "lipid hours": "lipid_hours", "taper": "taper_up",
    "kind": "bag", "lipid_apart": "bag", "start": "start_time", "amounts": "amount_1",
}  # fmt: skip


@dataclass(frozen=True)
class RowField:
    """One row of the form as it is drawn: what is ordered, its unit, its basis."""

    number: int
    nutrient: str
    unit: str
    basis: str
    stated_as: str
    title: str
    added: bool = False
    """It stands in no template: shown apart until something is typed."""

    @property
    def name(self) -> str:
        """The field of its number."""
        return f"amount_{self.number}"

    @property
    def says(self) -> str:
        """What the hidden field beside it holds."""
        return "|".join((self.nutrient, self.unit, self.basis, self.stated_as, *(("added",) if self.added else ())))


@dataclass
class NutritionForm:
    """Typed fields under reading."""

    form: Mapping[str, str]
    data: dict[str, Any]
    faults: list[Fault]
    rows: tuple[RowField, ...]

    def typed(self, name: str) -> str:
        """What was typed there, without the blanks around it."""
        return self.form.get(name, "").strip()

    def parsed(self) -> Order:
        """The order. Raises Faults with every field that is missing or wrong, by the form's own names."""
        own = {fault.field for fault in self.faults}
        try:
            order = Order.parse(self.data)
        except Faults as several:
            named = [self.worded(fault) for fault in several.faults]
            raise Faults([*self.faults, *(fault for fault in named if fault.field not in own)]) from None
        if self.faults:
            raise Faults(self.faults)
        return order

    def only(self, offered: Collection[tuple[str, str, str, str]]) -> None:
        """Refuses a row in a unit or basis that no page shows for its nutrient."""
        for row in self.rows:
            if self.typed(row.name) and (row.nutrient, row.unit, row.basis, row.stated_as) not in offered:
                found = f"{row.unit}, {row.basis}"
                self.faults.append(RowFault(row.name, found, "the row as the page shows it; load it again", row.title))

    def worded(self, fault: Fault) -> Fault:
        """The fault at the form's own field, in its words."""
        short = fault.field.removeprefix("order.").removeprefix("nutrition.")
        name = short.removesuffix(" basis")
        row = next((one for one in self.rows if one.nutrient == name), None)
        if row is not None and short not in UNITS:
            return RowFault(row.name, fault.found, fault.expected, row.title)
        field = _OF_ENGINE.get(short, short)
        return RowFault(field, fault.found, fault.expected, LABELS.get(field, field.replace("_", " ").capitalize()))


class RowFault(FieldFault):
    """A fault that names its row or field as the page does."""

    def __init__(self, field: str, found: object, expected: str, label: str) -> None:
        super().__init__(field, found, expected)
        self.label = label

    def __str__(self) -> str:
        return in_a_sentence(self.label, self.found, self.expected)


def rows_in(form: Mapping[str, str]) -> tuple[RowField, ...]:
    """The rows that a form holds; one that says no nutrient, unit and basis is no row (`read_nutrition` refuses it)."""
    found = []
    for number in range(1, ROWS + 1):
        parts = form.get(f"row_{number}", "").split("|")
        if len(parts) in (4, 5) and parts[2] in tuple(Basis):
            nutrient, unit, basis, stated_as = parts[:4]
            with suppress(Fault):
                amount = Quantity.parse(f"1 {unit}", "unit", nutrient)
                title = title_of(OrderedAmount(nutrient[:60], amount, Basis(basis), stated_as[:60] or ELEMENT))
                named = (nutrient[:60], unit, basis, stated_as[:60] or ELEMENT)
                found.append(RowField(number, *named, title, parts[4:] == ["added"]))
    return tuple(found)


def read_nutrition(form: Mapping[str, str], zone: ZoneInfo, prescriber: str = "") -> NutritionForm:
    """Reads the form. ``prescriber``: the name of a prescriber who writes their own order."""
    read = NutritionForm(form, {}, [], rows_in(form))
    known = {row.number for row in read.rows}
    read.faults += [
        RowFault(f"amount_{number}", form[f"row_{number}"], "a row as the page shows it", f"Row {number}")
        for number in range(1, ROWS + 1)
        if number not in known and (form.get(f"row_{number}") or form.get(f"amount_{number}"))
    ]
    bag = read.typed("bag")
    nutrition: dict[str, Any] = {
        "population": read.typed("population"),
        "line": read.typed("line"),
        "anions": read.typed("anions") or AnionChoice.BALANCED.value,
        "kind": bag.removesuffix(" apart"),
        "lipid_apart": bag.endswith(" apart"),
        "amounts": _amounts(read),
        "others": _others(read),
    }
    for name, unit in UNITS.items():
        if text := read.typed(name):
            _number(read, name, text, trailing_zeros=name == "dosing_weight")
            nutrition[name] = f"{text} {unit}"
    if text := read.typed("anion_ratio"):
        nutrition["anion_ratio"] = text
    read.data |= {
        "order_type": "parenteral_nutrition", "drug": NUTRITION, "route": "IV infusion", "source": "form",
        "patient": mrn_in(read.typed("patient")), "line": read.typed("line"), "frequency": {"once": True},
        "prescriber": prescriber or read.typed("prescriber"), "indication": read.typed("indication"),
        "start": instant(read, "start", zone), "nutrition": nutrition,
    }  # fmt: skip
    return read


def _number(read: NutritionForm, name: str, text: str, label: str = "", *, trailing_zeros: bool = False) -> bool:
    """Whether a plain number was typed; a fault at the field if not."""
    try:
        parse_number(text, name, trailing_zeros=trailing_zeros)
    except Fault as fault:
        read.faults.append(RowFault(name, text, fault.expected, label or LABELS.get(name, name)))
        return False
    return True


def _amounts(read: NutritionForm) -> list[dict[str, str]]:
    rows = []
    for row in read.rows:
        text = read.typed(row.name)
        if text and _number(read, row.name, text, row.title):
            said = {} if row.stated_as == ELEMENT else {"stated_as": row.stated_as}
            rows.append({"nutrient": row.nutrient, "amount": f"{text} {row.unit}", "basis": row.basis, **said})
    return rows


def _others(read: NutritionForm) -> list[dict[str, str]]:
    rows = []
    for number in range(1, OTHERS + 1):
        typed = {part: read.typed(f"other_{number}_{part}") for part in ("name", *BROUGHT)}
        if not any(typed.values()):
            continue
        for part in ("name", "volume"):
            if not typed[part]:
                read.faults.append(RowFault(f"other_{number}_{part}", "", "name and volume", f"Other fluid {number}"))
        row = {"name": typed["name"]}
        for part, unit in BROUGHT.items():
            if typed[part] and _number(read, f"other_{number}_{part}", typed[part], f"Other fluid {number}, {part}"):
                row[part] = f"{typed[part]} {unit}"
        if typed["name"] and "volume" in row:
            rows.append(row)
    return rows


def too_long(nutrition: Mapping[str, Any]) -> str:
    """What of an order's data the form has no place for, in words; empty where it holds all of it."""
    found = [
        f"{len(there)} {words}, and the form has places for {most}"
        for name, words, most in (("amounts", "rows", ROWS), ("others", "other fluids", OTHERS))
        if len(there := list(nutrition.get(name) or ())) > most
    ]
    return "; ".join(found)


def values_of(
    nutrition: Mapping[str, Any], more: Iterable[OrderedAmount] = (), *, ordered: bool = True
) -> dict[str, str]:
    """The fields for an order's data (`order_as_data`), and empty rows for what may be added.

    `ordered`: an amount of zero was ordered as zero. In a template (False) it is a row that waits for its amount.
    """
    values = {name: str(nutrition.get(name) or "") for name in ("population", "line", "anions")}
    values["bag"] = f"{nutrition.get('kind', '')}{' apart' if nutrition.get('lipid_apart') else ''}"
    for name in (*UNITS, "anion_ratio"):
        if nutrition.get(name):
            number = Quantity.from_data(nutrition[name]).number
            values[name] = "" if name.startswith("taper") and not number else typed_number(number)
    number, there = 0, set()
    for number, row in enumerate(nutrition.get("amounts") or (), start=1):
        amount, stated_as = _amount(row), str(row.get("stated_as") or ELEMENT)
        values |= _row_values(number, str(row["nutrient"]), amount, str(row["basis"]), stated_as)
        values[f"amount_{number}"] = typed_number(amount.number) if ordered or amount.number else ""
        there.add((row["nutrient"], stated_as))
    for row in more:
        if (row.nutrient, row.stated_as) not in there and number < ROWS:
            number += 1
            values |= _row_values(number, row.nutrient, row.amount, row.basis.value, f"{row.stated_as}|added")
    for place, other in enumerate(list(nutrition.get("others") or ())[:OTHERS], start=1):
        values[f"other_{place}_name"] = str(other["name"])
        for part in BROUGHT:
            if other.get(part):
                values[f"other_{place}_{part}"] = typed_number(Quantity.from_data(other[part]).number)
    return values


def _amount(row: Mapping[str, Any]) -> Quantity:
    """The amount of a row, named after its nutrient: units mean nothing without their drug."""
    return Quantity.from_data({"of": str(row["nutrient"]), **row["amount"]})


def _row_values(number: int, nutrient: str, amount: Quantity, basis: str, stated_as: str) -> dict[str, str]:
    return {f"row_{number}": "|".join((nutrient, amount.unit.shown, basis, stated_as))}


def typed_number(number: Any) -> str:
    """A number as a person would type it."""
    return show_number(number).replace(",", "")
