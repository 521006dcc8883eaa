"""Whether the container holds what was measured into it, by the capacity that the site entered for it."""

from calculations.printing import show
from calculations.quantity import Quantity
from compounding.checking.recalculation import content_of
from compounding.planning.draw_up import FINAL
from compounding.preparing.dose import Dose
from formulary.model import EmptyBag, Formulary, SolutionBag, Syringe

NOTHING = Quantity(0, "mL")


def measured_content(dose: Dose, held: Quantity, slot: str = FINAL) -> Quantity:
    """The volume in the final container, or in that of one unit of a batch, from the records of its steps. A step without a
    volume adds nothing: there is no pass before it has one."""
    into: list[Quantity] = []
    out: list[Quantity] = []
    for step in dose.drawing.measures:
        record = dose.record_of(step.number)
        if record is None or record.volume is None or step.purpose == "reconstitute":
            continue
        if step.put == slot:
            into.append(record.volume)
        if step.take == slot:
            out.append(record.volume)
    return content_of(held, into, out)


def over_capacity(dose: Dose, formulary: Formulary, slot: str = FINAL) -> str:
    """How the measured volumes pass what the container holds, in words; empty where they do not or no capacity is known."""
    scan = next((one for one in dose.scans if one.slot == slot), None)
    if scan is None or dose.planned.ready_to_use:
        return ""
    try:
        item = formulary.item(scan.product)
    except KeyError:
        return ""
    capacity, held = _room(item)
    content = measured_content(dose, held, slot)
    if capacity is None or content <= capacity:
        return ""
    return f"{show(content)} was measured into {scan.display}, which holds {show(capacity)}"


def _room(item: object) -> tuple[Quantity | None, Quantity]:
    """Capacity, and what it holds before anything goes in; a bag whose overfill is not known counts with its label."""
    if isinstance(item, SolutionBag):
        return item.capacity, item.label_volume if item.overfill is None else item.label_volume + item.overfill
    if isinstance(item, EmptyBag | Syringe):
        return item.capacity, NOTHING
    return None, NOTHING
