"""An order of parenteral nutrition in words, as it was ordered: every row in its own unit and basis, nothing worked out."""

from calculations.nutrition.order import ELEMENT, NutritionOrder, OrderedAmount
from calculations.printing import show
from calculations.quantity import Quantity


def nutrition_line(order: NutritionOrder) -> str:
    """The whole order in one text: what kind of bag, then its rows."""
    lipid = ", lipid apart" if order.lipid_apart else ""
    head = [f"{order.kind} for a {order.population}, {order.line} line{lipid}, dosing weight {show(order.dosing_weight)}"]
    if order.total_fluid is not None:
        head.append(f"all fluid {show(order.total_fluid)}")
    if order.volume is not None:
        head.append(f"bag {show(order.volume)}")
    head += [f"{other.name} {show(other.volume)}" for other in order.others]
    head.append(f"over {show(order.hours)}{_tapers(order)}")
    return f"{', '.join(head)}: {'; '.join(_row(row) for row in order.amounts)}; {order.anions.value}"


def _row(row: OrderedAmount) -> str:
    name = row.nutrient.replace("_", " ") if row.stated_as == ELEMENT else f"{row.stated_as} (the salt)"
    return f"{name} {show(row.amount)} {row.basis.value}".replace("/kg/day per kg per day", "/kg/day")


def _tapers(order: NutritionOrder) -> str:
    none = Quantity(0, "h")
    tapers = (("up", order.taper_up), ("down", order.taper_down))
    words = [f"{show(time)} taper {way}" for way, time in tapers if time > none]
    return f" with {' and '.join(words)}" if words else ""
