"""The vials of controlled drugs in one dose, from its record: content, drawn, and what is settled of the rest. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from calculations.quantity import Quantity
from compounding.controlled.accountability import NOTHING, Balance, Tolerance, Vial, balance, total
from compounding.controlled.policy import schedule_of
from compounding.planning.draw_up import MIX
from compounding.preparing.dose import Dose, Scanned
from compounding.preparing.keeping import ended
from compounding.preparing.recorded import strength_from
from formulary.model import Formulary, Product

WASTED, PUT_BACK, KEPT, IN_CASE = "wasted", "put_back", "kept", "in_case"
HOW = (WASTED, PUT_BACK, KEPT, IN_CASE)
"""How a part of a vial is settled."""


@dataclass(frozen=True)
class DoseVial:
    """One vial of a controlled drug in a dose, or the intermediate dilution that was made of it (slot `mix`)."""

    slot: str
    product: str
    display: str
    lot: str
    schedule: str
    content: Quantity
    """mL."""
    drawn: Quantity | None
    concentration: Quantity | None = None
    opened: str = ""
    """Number of the opened container that it is."""
    touched: bool = True
    """False: nothing was recorded as taken out, so it may still be unopened."""


@dataclass(frozen=True)
class Part:
    """What was settled of a vial."""

    slot: str
    how: str
    volume: Quantity


@dataclass(frozen=True)
class Accounted:
    """A vial with what was settled of it, and its balance."""

    vial: DoseVial
    parts: Vial
    found: Balance


def vials_of(dose: Dose, formulary: Formulary) -> tuple[DoseVial, ...]:
    """The vials of controlled drugs that were scanned for a dose; of an intermediate dilution what was made of them."""
    scans = [(scan, schedule_of(formulary, scan.product)) for scan in dose.scans]
    found = [_vial(dose, scan, schedule, formulary) for scan, schedule in scans if schedule]
    known = [vial for vial in found if vial is not None]
    mix = _mix(dose, known)
    return (*known, *([mix] if mix is not None else []))


def _vial(dose: Dose, scan: Scanned, schedule: str, formulary: Formulary) -> DoseVial | None:
    strength = None if scan.strength is None else strength_from(scan.strength)
    concentration = None if strength is None else strength.concentration
    item = formulary.item(scan.product)
    if strength is not None:
        dissolved = strength.label_volume
        content = (strength.content / strength.concentration if dissolved is None else dissolved).to("mL")
    elif isinstance(item, Product) and item.volume is not None:
        content = item.volume.to("mL")
    else:
        return None
    drawn, touched = _taken(dose, scan.slot)
    if dose.planned.ready_to_use:
        drawn, touched = content, True
    return DoseVial(
        scan.slot, scan.product, scan.display, scan.lot, schedule, content, drawn, concentration, scan.opened, touched
    )


def _taken(dose: Dose, slot: str) -> tuple[Quantity | None, bool]:
    """What was taken out of a slot by the record, None where it was not measured; and whether anything was.

    A step that was never recorded was not done: what it would have taken is still to be accounted for.
    """
    records = [dose.record_of(step.number) for step in dose.drawing.measures if slot in (step.take, step.put)]
    out = [dose.record_of(step.number) for step in dose.drawing.measures if step.take == slot]
    volumes = [record.volume for record in out if record is not None]
    measured = [volume for volume in volumes if volume is not None]
    touched = any(record is not None for record in records) or dose.undone > 0  # what was undone may have been this one's
    return (total(measured) if len(measured) == len(volumes) else None), touched


def _mix(dose: Dose, vials: Sequence[DoseVial]) -> DoseVial | None:
    """The intermediate dilution of a controlled drug, once something is in it."""
    slots = {vial.slot: vial for vial in vials}
    into = [step for step in dose.drawing.measures if step.put == MIX]
    source = next((slots[step.take] for step in into if step.take in slots), None)
    put = [record.volume for step in into if (record := dose.record_of(step.number)) is not None]
    measured = [volume for volume in put if volume is not None]
    if source is None or not measured:
        return None
    content, (drawn, _) = total(measured), _taken(dose, MIX)
    return DoseVial(
        MIX, source.product, f"intermediate dilution of {source.display}", source.lot, source.schedule, content,
        drawn if len(measured) == len(put) else None,
    )  # fmt: skip


def accounted(
    dose: Dose, vials: Sequence[DoseVial], settled: Sequence[Part], tolerance: Tolerance
) -> tuple[Accounted, ...]:
    """Every vial with its balance. What is left in an opened container that was taken stays in its own record."""
    rows = []
    for vial in vials:
        volumes = {how: total(part.volume for part in settled if (part.slot, part.how) == (vial.slot, how)) for how in HOW}
        left = volumes[KEPT] + volumes[PUT_BACK]
        if vial.opened and vial.drawn is not None and ended(dose):
            left = left + max(vial.content - vial.drawn, NOTHING)
        parts = Vial(vial.content, vial.drawn, volumes[WASTED], left, volumes[IN_CASE])
        rows.append(Accounted(vial, parts, balance(parts, tolerance)))
    return tuple(rows)


def in_dose(vials: Sequence[DoseVial]) -> Mapping[str, Quantity]:
    """Amount of each controlled product that was drawn, by product; what nobody measured is left out."""
    amounts: dict[str, Quantity] = {}
    for vial in vials:
        if vial.drawn is not None and vial.concentration is not None and vial.slot != MIX:
            amount = vial.drawn * vial.concentration
            amounts[vial.product] = amounts[vial.product] + amount if vial.product in amounts else amount
    return amounts
