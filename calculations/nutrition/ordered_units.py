"""In which units a nutrient may be ordered, and what is refused because it can be read in two ways."""

from calculations.errors import Fault
from calculations.nutrition.order import ELEMENT, Basis, OrderedAmount
from calculations.units import Unit

MACRO: tuple[str, ...] = ("amino_acids", "dextrose", "lipid")
ORDERED_IONS: tuple[str, ...] = ("sodium", "potassium", "calcium", "magnesium", "phosphate", "chloride", "acetate")
TRACE: tuple[str, ...] = ("zinc", "copper", "selenium", "manganese", "chromium")
BY_VOLUME: tuple[str, ...] = ("trace_elements", "vitamins", "ready_bag")
"""Ordered as a volume of the product."""

_WAY_OUT: dict[tuple[str, str], str] = {
    ("phosphate", "charge equivalents"): "mmol of phosphate: its charge is not fixed, so mEq of it mean nothing",
    ("phosphate", "mass"): "mmol of phosphate: mg may mean phosphorus, phosphate or a salt (1 mmol holds 31 mg of phosphorus)",
}  # fmt: skip


def amount_fault(row: OrderedAmount, *, said_element: bool) -> Fault | None:
    """Why a row cannot be taken as it stands; None if it can. `said_element`: 'element' was written, not left out."""
    return _number_fault(row) or _meaning_fault(row, said_element) or _basis_fault(row)


def _number_fault(row: OrderedAmount) -> Fault | None:
    return Fault(row.nutrient, str(row.amount), "zero or more") if row.amount.number < 0 else None


def _meaning_fault(row: OrderedAmount, said_element: bool) -> Fault | None:
    """The amount must be one that this nutrient can be ordered in, read in one way only."""
    counted = _counted(row.amount.unit)
    if (row.nutrient, counted) in _WAY_OUT and (row.stated_as == ELEMENT or counted == "charge equivalents"):
        return Fault(row.nutrient, str(row.amount), _WAY_OUT[row.nutrient, counted])
    allowed = _allowed(row)
    if counted == "mass" and row.nutrient in ORDERED_IONS and row.stated_as == ELEMENT:
        if row.nutrient == "acetate" or not said_element:
            way_out = f"mEq or mmol; or say whether the mg are of the salt or of the element {row.nutrient}"
            return Fault(row.nutrient, f"{row.amount} without salt or element", way_out)
        return None
    if counted not in allowed:
        return Fault(row.nutrient, str(row.amount), f"an amount by {' or '.join(allowed)}")
    return None


def _allowed(row: OrderedAmount) -> tuple[str, ...]:
    """What an amount of this nutrient may count: the bases of the unit's upper part."""
    if row.nutrient in ORDERED_IONS:
        salt = ("mass", "charge equivalents", "substance")
        return salt if row.stated_as != ELEMENT else ("substance",) if row.nutrient == "phosphate" else salt[1:]
    if row.nutrient == "lipid":
        return ("mass", "volume")
    if row.nutrient in BY_VOLUME:
        return ("volume",)
    if row.nutrient in MACRO or row.nutrient in TRACE:
        return ("mass",)
    return ("mass", "activity", "substance", "charge equivalents")


def _counted(measure: Unit) -> str:
    """What the part above the line counts: mass, substance, volume, …; empty for none or several."""
    above = [base for base, power in measure.dimension.powers if power > 0]
    return above[0] if len(above) == 1 and dict(measure.dimension.powers)[above[0]] == 1 else ""


def _basis_fault(row: OrderedAmount) -> Fault | None:
    """The unit must say the same as the basis."""
    below = {(base, power) for base, power in row.amount.unit.dimension.powers if power < 0}
    needed = {
        Basis.PER_KG_DAY: {("body weight", -1), ("time", -1)},
        Basis.PER_DAY: {("time", -1)},
        Basis.PER_LITRE: {("volume", -1)},
        Basis.PER_BAG: set(),
    }[row.basis]
    example = {
        Basis.PER_KG_DAY: "a unit per kg per day",
        Basis.PER_DAY: "a unit per day",
        Basis.PER_LITRE: "a unit per litre",
        Basis.PER_BAG: "a plain amount, with no 'per' in its unit",
    }[row.basis]
    if below != needed:
        return Fault(row.nutrient, f"{row.amount} {row.basis.value}", f"{example} to agree with '{row.basis.value}'")
    if ("time", -1) in below and not _times_agree(row):
        return Fault(row.nutrient, str(row.amount), "an amount per day")
    return None


def _times_agree(row: OrderedAmount) -> bool:
    """Per day; dextrose also by the minute and the kilogram, lipid also as mL/h."""
    name = row.amount.unit.name
    return (
        name.endswith("/day")
        or (row.nutrient == "dextrose" and name == "mg/kg/min")
        or (row.nutrient == "lipid" and name == "mL/h")
    )
