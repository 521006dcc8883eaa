"""What is left in the containers when a preparation ends, and until when each may be kept. Pure, from the record.

A container is kept only where everything that went in and out of it was measured; otherwise nobody knows what is left.
"""

from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import reduce
from operator import add

from batch_records.acts import Refusal
from calculations.beyond_use import Celsius, may_draw, require_inside
from calculations.errors import CannotCompute
from calculations.printing import show
from calculations.quantity import Quantity
from compounding.planning.plan import Step
from compounding.preparing.dose import Dose, Recorded, Scanned
from compounding.preparing.recorded import strength_from
from compounding.preparing.states import BEING_MADE, DoseStatus
from compounding.site_time import end_of_day
from formulary.model import (
    ContainerType,
    DiluentVial,
    Formulary,
    Product,
    Stability,
    StabilityStart,
    StabilityState,
    StorageCondition,
)

ISO_CLASS = 5
"""Air of a hood: a preparation starts only at a hood, and a hood is ISO class 5 air."""
ENDED = frozenset(DoseStatus) - {DoseStatus.NEW, DoseStatus.QUEUED, DoseStatus.HELD, DoseStatus.STAGED}


@dataclass(frozen=True)
class Rest:
    """What is left in one container."""

    slot: str
    scan: Scanned
    product: Product | DiluentVial
    opened_at: datetime
    """The earliest moment at which it can have been punctured."""
    reconstituted_at: datetime | None
    concentration: Quantity | None
    """As it is drawn from; None for a diluent."""
    left: Quantity
    """Amount of drug; of a diluent its volume."""
    solution: str
    """What it was dissolved with; empty for a solution."""


@dataclass(frozen=True)
class Keeping:
    """Until when a rest may be drawn from."""

    until: datetime
    words: str
    one_patient: bool


def ended(dose: Dose) -> bool:
    """Whether nothing more is drawn for this dose."""
    making = dose.status in BEING_MADE and dose.completed_at is None
    return dose.started_at is not None and dose.status in ENDED and not making


def drawn_from(dose: Dose, slot: str) -> Quantity | None:
    """The volume that was taken out of a container; None when a step was not done or not measured."""
    volumes = [_volume(dose.record_of(step.number)) for step in dose.drawing.measures if step.take == slot]
    known = [volume for volume in volumes if volume is not None]
    return reduce(add, known) if known and len(known) == len(volumes) else None


def _volume(record: Recorded | None) -> Quantity | None:
    return None if record is None else record.volume


def rest_of(dose: Dose, slot: str, formulary: Formulary) -> Rest | Refusal:
    """What is left in the container of one slot, or why it cannot be kept."""
    scan = next((one for one in dose.scans if one.slot == slot), None)
    if scan is None or dose.started_at is None or not may_be_kept(slot):
        return NOTHING_TO_KEEP
    if not ended(dose):
        return Refusal("not_ended", "The preparation is not ended: send it to the check first.")
    if dose.status is DoseStatus.QUARANTINED:
        return Refusal("in_quarantine", "The preparation is in quarantine: nothing that was opened for it is kept.")
    if scan.opened:
        return Refusal("kept_already", f"This is container {scan.opened}: what is left in it is counted already.")
    if scan.product not in {item.id for item in formulary.items}:
        return Refusal("product_gone", f"{scan.display} is not in the formulary any more: discard it.")
    product = formulary.item(scan.product)
    if not isinstance(product, Product | DiluentVial):
        return NOTHING_TO_KEEP
    if product.container_type is ContainerType.AMPULE:
        return Refusal("ampule_not_kept", "An opened ampule is never kept: discard what is left.", 422)
    if isinstance(product, DiluentVial):
        return _rest_of_diluent(dose, scan, product)
    return _rest(dose, scan, product, formulary)


NOTHING_TO_KEEP = Refusal("nothing_to_keep", "No container of a drug or a diluent was opened there.", 422)
_NOT_MEASURED = Refusal(
    "rest_unknown", "What was taken out was not measured, so nobody knows what is left: discard it."
)


def may_be_kept(slot: str) -> bool:
    """Whether a slot holds what can be kept at all: a drug or a diluent, never the final container."""
    return slot.startswith(("drug-", "diluent-"))


def _rest_of_diluent(dose: Dose, scan: Scanned, product: DiluentVial) -> Rest | Refusal:
    drawn = drawn_from(dose, scan.slot)
    if drawn is None or dose.started_at is None:
        return _NOT_MEASURED
    left = product.volume - drawn
    if left.number <= 0:
        return Refusal("nothing_left", "Nothing is left in it: discard it.")
    return Rest(scan.slot, scan, product, dose.started_at, None, None, left.to("mL"), "")


def _rest(dose: Dose, scan: Scanned, product: Product, formulary: Formulary) -> Rest | Refusal:
    drawn = drawn_from(dose, scan.slot)
    if drawn is None or scan.strength is None or dose.started_at is None:
        return _NOT_MEASURED
    strength = strength_from(scan.strength)
    into = [step for step in dose.drawing.measures if step.purpose == "reconstitute" and step.put == scan.slot]
    put = [_volume(dose.record_of(step.number)) for step in into]
    measured = [volume for volume in put if volume is not None]
    held = strength.content
    if strength.label_diluent is not None and strength.label_volume is not None:
        if len(measured) != len(put) or not measured or reduce(add, measured) != strength.label_diluent:
            told = f"dissolved with exactly {show(strength.label_diluent)} by the record"
            return Refusal("other_diluent", f"It is kept only when it was {told}: discard it.")
        held = min(held, strength.label_volume * strength.concentration)
    left = held - drawn * strength.concentration
    if left.number <= 0:
        return Refusal("nothing_left", "Nothing is left in it: discard it.")
    at = [done for step in into if (done := dose.done_at(step.number)) is not None]
    return Rest(
        scan.slot,
        scan,
        product,
        dose.started_at,
        min(at) if at else None,
        strength.concentration,
        left,
        _solution(dose, into, formulary),
    )


def _solution(dose: Dose, into: list[Step], formulary: Formulary) -> str:
    """The solution of the diluent that was scanned for a powder."""
    products = [scan.product for step in into for scan in dose.scans if scan.slot == step.take]
    items = [item for item in formulary.items if item.id in products and isinstance(item, DiluentVial)]
    return items[0].solution if items and isinstance(items[0], DiluentVial) else ""


def keeping(
    rest: Rest, formulary: Formulary, storage: str, at: datetime, offset_minutes: int, zone: tzinfo | None = None
) -> Keeping | Refusal:
    """Until when it may be drawn from when it is kept so, or why it is not kept.

    The product's own limit counts, else the table of opened containers; what is dissolved also keeps no longer than
    its stability, and nothing outlasts its expiry.
    """
    limit = _in_use(rest.product, formulary)
    if isinstance(limit, Refusal):
        return limit
    lasts, words, one_patient = limit
    dissolved = _dissolved_keeps(rest, formulary, storage)
    if isinstance(dissolved, Refusal):
        return dissolved
    expiry = end_of_day(rest.scan.expires, offset_minutes, zone)
    draw = may_draw(rest.opened_at, lasts, expiry, at)
    ends = [(draw.until or at, words if draw.until != expiry else "its expiry")]
    if dissolved is not None and rest.reconstituted_at is not None:
        hours, told = dissolved
        ends.append((may_draw(rest.reconstituted_at, hours, None, at).until or at, told))
    until, why = min(ends)
    if until <= at:
        return Refusal("opened_over", f"It is past its time already: {why}. Discard it.")
    return Keeping(until, why, one_patient)


def _in_use(product: Product | DiluentVial, formulary: Formulary) -> tuple[Quantity, str, bool] | Refusal:
    """How long after opening, in words, and whether for one patient only: a single dose that its own label keeps longer."""
    rows = formulary.site.beyond_use.opened
    row = next((r for r in rows if r.container_type is product.container_type and r.iso5), None)
    own, air = (product.in_use_limit, product.in_use_iso_class) if isinstance(product, Product) else (None, None)
    if own is not None and air is not None and air < ISO_CLASS:
        return Refusal("air_not_clean", f"Its label asks for ISO class {air} air: discard it.")
    if own is not None:
        single = product.container_type is ContainerType.SINGLE_DOSE
        longer = single and (row is None or row.limit is None or own > row.limit)
        return own, f"{show(own)} after opening, by its label", longer
    if row is None:
        kind = product.container_type.value.replace("_", "-")
        return Refusal("no_in_use_limit", f"No rule says how long an opened {kind} container is kept: discard it.")
    if row.limit is None or row.one_preparation:
        return Refusal("not_kept", f"{row.text[0].upper()}{row.text[1:]}.")
    return row.limit, row.text, False


def _dissolved_keeps(rest: Rest, formulary: Formulary, storage: str) -> tuple[Quantity, str] | Refusal | None:
    """The stability of what was dissolved, in this storage; for a solution only whether its label allows the storage."""
    if storage not in {row.value for row in StorageCondition}:
        return Refusal("storage_unknown", "Say where it is kept: room temperature or refrigerator.", 422)
    labelled = rest.product.storage.condition.value
    if rest.reconstituted_at is not None and isinstance(rest.product, Product):
        rows = [row for row in formulary.drug(rest.product.drug).stabilities if _fits(row, rest, storage, formulary)]
        if rows:
            row = min(rows, key=lambda one: one.limit)
            return row.limit, f"{row.note or 'stability after dissolving'}, {row.storage.text}"
        if rest.product.in_use_limit is None:
            return Refusal(
                "stability_unknown", f"No statement says how long it keeps once dissolved ({storage}): discard it."
            )
    if storage != labelled:
        return Refusal("storage_differs", f"Its label asks for other storage ({rest.product.storage.text}).", 422)
    return None


def _fits(row: Stability, rest: Rest, storage: str, formulary: Formulary) -> bool:
    if row.state is not StabilityState.RECONSTITUTED or row.starts_at is not StabilityStart.RECONSTITUTION:
        return False
    if row.products and rest.product.id not in row.products:
        return False
    if row.storage.condition.value != storage or (row.solutions and rest.solution not in row.solutions):
        return False
    low, high = row.concentration_low, row.concentration_high
    if rest.concentration is None:
        return False
    if (low is not None and rest.concentration < low) or (high is not None and rest.concentration > high):
        return False
    place = next((r for r in formulary.site.beyond_use.ranges if r.storage is row.storage.condition), None)
    try:
        if place is not None:
            kept, label = Celsius(place.celsius_low, place.celsius_high), row.storage
            require_inside(kept, Celsius(label.celsius_low, label.celsius_high), label.text)
    except CannotCompute:
        return False
    return place is not None
