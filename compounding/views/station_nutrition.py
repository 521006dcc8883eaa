"""What a nutrition container adds to the station: pumped steps, the weighing of the whole, its tray of many sources."""

from collections.abc import Sequence
from dataclasses import dataclass

from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.planning.plan import Step
from compounding.preparing.dose import Dose
from compounding.views.station_steps import RailStep, container_rows

LONG_TRAY = 6
"""From this many kinds of container on, a list of all of them stands on the page: a tray is laid out by it."""


@dataclass(frozen=True)
class TrayRow:
    """One kind of container on the tray, in the order of mixing."""

    name: str
    note: str
    done: bool


def tray_of(dose: Dose) -> tuple[TrayRow, ...]:
    """Every kind of container in the order in which it is used; empty for a short list, which the rail shows whole."""
    rows: Sequence[RailStep] = container_rows(dose)
    if len(rows) < LONG_TRAY:
        return ()
    return tuple(TrayRow(row.note or row.name, row.name if row.note else "", row.done) for row in rows)


def is_pumped(dose: Dose, step: Step) -> bool:
    """Whether the compounder measures this step: no syringe shows its volume."""
    return dose.planned.nutrition is not None and step.kind == "measure" and step.syringe is None


def pump_facts(dose: Dose, step: Step) -> list[tuple[str, str, str]]:
    """What stands beside the volume of a pumped step: out of which source, and how much is in the bag after it."""
    before = [
        record.volume
        for one in dose.drawing.measures
        if one.number < step.number
        and one.put == step.put
        and (record := dose.record_of(one.number)) is not None
        and record.volume is not None
    ]
    planned = step.volume if step.volume is not None else Quantity(0, "mL")
    after = sum(before, planned)
    return [("the ", "compounder", " pumps it"), ("in the bag after it ", show(after, 1), "")]


def weigh_facts(dose: Dose, step: Step) -> tuple[tuple[str, str, str], ...]:
    """Between which masses the container may lie. Outside, something is missing or too much is in."""
    nutrition = dose.planned.nutrition
    if nutrition is None or nutrition.mass_tolerance is None or step.expected_mass is None:
        return ()
    off = step.expected_mass * nutrition.mass_tolerance
    low, high = show(step.expected_mass - off, 1), show(step.expected_mass + off, 1)
    percent = show_number(nutrition.mass_tolerance.amount_in("one") * 100, 1)
    return (("between ", low, ""), ("and ", high, f" (±{percent} %)"))
