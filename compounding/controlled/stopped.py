"""What is in the container of a preparation that was stopped while it was made, by what was recorded so far. Pure."""

from calculations.quantity import Quantity
from compounding.controlled.accountability import NOTHING
from compounding.planning.draw_up import FINAL
from compounding.preparing.dose import Dose
from compounding.preparing.holding import measured_content
from formulary.model import Formulary, SolutionBag


def content_now(dose: Dose, formulary: Formulary) -> Quantity | None:
    """mL in the final container; None where something was put in or taken out that nobody measured."""
    done = [dose.record_of(step.number) for step in dose.drawing.measures if FINAL in (step.put, step.take)]
    if any(record is not None and record.volume is None for record in done):
        return None
    products = [scan.product for scan in dose.scans if scan.slot == FINAL]
    bag = next((item for item in formulary.items if item.id in products and isinstance(item, SolutionBag)), None)
    held = NOTHING
    if bag is not None:
        held = bag.label_volume if bag.overfill is None else bag.label_volume + bag.overfill
    return measured_content(dose, held.to("mL"))
