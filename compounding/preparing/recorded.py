"""Hands what was recorded to the recalculation, and asks it for every active of a dose."""

from collections.abc import Mapping
from typing import Any

from calculations.errors import CannotCompute
from calculations.quantity import Quantity
from compounding.checking.recalculation import Container, Draw, Recalculated, Strength, recalculate
from compounding.nutrition.recorded import nutrition_recalculation
from compounding.planning.draw_up import FINAL, MIX
from compounding.preparing.dose import Dose


def strength_data(strength: Strength) -> dict[str, Any]:
    """The plain form that a scan entry keeps."""
    data: dict[str, Any] = {
        "drug": strength.drug,
        "content": strength.content.as_data(),
        "concentration": strength.concentration.as_data(),
    }
    for name in ("label_diluent", "label_volume"):
        if (amount := getattr(strength, name)) is not None:
            data[name] = amount.as_data()
    return data


def strength_from(data: Mapping[str, Any]) -> Strength:
    def amount(name: str) -> Quantity | None:
        return Quantity.from_data(data[name]) if name in data else None

    return Strength(
        data["drug"],
        Quantity.from_data(data["content"]),
        Quantity.from_data(data["concentration"]),
        amount("label_diluent"),
        amount("label_volume"),
    )


def containers(dose: Dose) -> tuple[Container, ...]:
    """The scanned drug containers with the diluent that was recorded for each."""
    diluent = _diluents(dose)
    return tuple(
        Container(scan.slot, scan.display, scan.lot, strength_from(scan.strength), diluent.get(scan.slot))
        for scan in dose.scans
        if scan.strength is not None
    )


def _diluents(dose: Dose) -> dict[str, Quantity]:
    """Diluent volume put into each vial, several draws added up; a vial with an unmeasured draw is left out."""
    totals: dict[str, Quantity | None] = {}
    for step in dose.drawing.measures:
        if step.purpose == "reconstitute":
            record = dose.record_of(step.number)
            volume = None if record is None else record.volume
            before = totals.get(step.put)
            totals[step.put] = (
                volume if step.put not in totals else None if before is None or volume is None else before + volume
            )
    return {slot: volume for slot, volume in totals.items() if volume is not None}


def draws(dose: Dose) -> tuple[Draw, ...]:
    """Every recorded measure, in order, except what dissolves a powder or is taken out of the bag."""
    rows = []
    for step in dose.drawing.measures:
        if step.purpose in ("draw", "dilute", "intermediate"):
            record = dose.record_of(step.number)
            volume = None if record is None else record.volume
            rows.append(Draw(step.number, step.take, step.put, volume, step.purpose != "draw"))
    return tuple(rows)


def recalculation(dose: Dose) -> tuple[Recalculated, ...]:
    """Every active, from what was recorded. Raises CannotCompute when something was not measured."""
    plan = dose.planned
    if plan.nutrition is not None:
        return nutrition_recalculation(dose, plan.nutrition, plan.volume_tolerance)
    held, drawn = containers(dose), draws(dose)
    return tuple(
        recalculate(active.drug, active.amount, plan.volume_tolerance, held, drawn, FINAL, MIX)
        for active in plan.actives
    )


def recalculation_or_reason(dose: Dose) -> tuple[tuple[Recalculated, ...], str]:
    """The recalculation, or why there is none."""
    try:
        return recalculation(dose), ""
    except CannotCompute as why:
        return (), f"{why.what}: {why.why} {why.next_step}".strip()
