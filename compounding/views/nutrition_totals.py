"""The totals at the foot of a nutrition order."""

from dataclasses import dataclass

from calculations.errors import CannotCompute
from calculations.nutrition.order import NutritionOrder
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.nutrition.plan import Figure, NutritionPlan
from formulary.model_common import Line
from formulary.nutrition.model_profile import NutritionSet


@dataclass(frozen=True)
class Total:
    """One figure at the foot."""

    label: str
    number: str
    unit: str
    note: str


def totals_shown(order: NutritionOrder, bag: NutritionPlan, held: NutritionSet) -> tuple[Total, ...]:
    """Energy, rate, osmolarity, calcium to phosphorus, energy to nitrogen, and what to infuse and to make."""
    figures = {one.name: one for one in bag.figures}
    lipid = f"lipid {show(figures['lipid rate'].amount, 2)}" if "lipid rate" in figures else "no lipid apart"
    named = (
        ("energy per kg per day", "Energy", _usual(held, order, "energy per kg per day"), 0),
        ("rate as programmed", "Rate", lipid, 2),
        ("osmolarity", "Osmolarity", _short(figures.get("osmolarity")), 0),
        ("calcium to phosphorus by amount", "Ca to P", _usual(held, order, "calcium to phosphorus by amount"), 2),
        ("nonprotein energy per nitrogen", "kcal per g N", "non-protein", 0),
    )
    rows = [_total(label, figures[name].amount, note, places) for name, label, note, places in named if name in figures]
    made = f"make {show(bag.prepared_volume, 1)}, {bag.overfill_words}"
    return (*rows, _total("Infuse", bag.infused_volume, made, 1))


def _total(label: str, amount: Quantity, note: str, places: int) -> Total:
    number, _, unit = show(amount, places).partition(" ")
    return Total(label, number, unit or ": 1", note)


def _short(figure: Figure | None) -> str:
    if figure is None:
        return ""
    return "by product labels" if not figure.note else "an estimate" if "estimate" in figure.note else figure.note


def _usual(held: NutritionSet, order: NutritionOrder, figure: str) -> str:
    try:
        line = Line(order.line)
        rows = held.limits_for(figure, order.population, order.dosing_weight, line, order.kind)
    except (CannotCompute, ValueError):
        return ""
    for row in rows:
        if row.usual_low is not None and row.usual_high is not None:
            low, high = show_number(row.usual_low.number), show_number(row.usual_high.number)
            return f"goal {low} : 1" if low == high else f"usual {low} to {high}"
    return ""
