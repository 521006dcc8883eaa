"""What was scanned, measured and photographed for one dose, as rows that a page or a record shows."""

from collections.abc import Callable
from dataclasses import dataclass

from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock, in_words
from compounding.planning.plan import Step, SyringeChoice
from compounding.preparing.dose import Dose, Recorded
from formulary.model import Formulary

Named = Callable[[str], str]
"""Name with credentials of a person's id."""


@dataclass(frozen=True)
class ContainerRow:
    display: str
    code: str
    """Product code as printed on the container, where the formulary has one."""
    lot: str
    expires: str
    scanned: str
    typed: bool
    """Lot or expiry were typed, not read."""
    by: str


@dataclass(frozen=True)
class MeasuredRow:
    step: int
    what: str
    syringe: str
    planned: str
    entered: str
    """Empty where it was not measured."""
    difference: str
    differs: bool
    how: str
    """typed, weighed, read from picture or not measured."""
    by: str
    at: str
    reason: str
    picture: str
    read_aloud: str
    """What was read aloud off the container before the draw; empty where nothing is."""
    remark: str = ""
    """What the compounder told of it: interrupted, source replaced."""

    @property
    def unmeasured(self) -> bool:
        return not self.entered


@dataclass(frozen=True)
class PictureRow:
    name: str
    """Hash of the picture; empty where none was taken."""
    volume: str
    """What the record says the picture shows: ``4.6 mL``; empty for a step without a volume."""
    what: str
    at: str


def containers_of(dose: Dose, formulary: Formulary, clock: Clock, named: Named) -> tuple[ContainerRow, ...]:
    """Every container in the order in which it was scanned."""
    return tuple(
        ContainerRow(
            scan.display,
            product_code(formulary, scan.product),
            scan.lot or "none",
            in_words(scan.expires) if scan.expires else "none",
            clock.time(scan.at),
            scan.typed,
            named(scan.by),
        )
        for scan in dose.scans
    )


def product_code(formulary: Formulary, product: str) -> str:
    """The code that is printed on a product; its id where the formulary has none any more."""
    try:
        codes = formulary.item(product).codes
    except KeyError:  # withdrawn from the formulary since
        return product
    return codes.ndc or codes.gtin or product


def measured_of(dose: Dose, clock: Clock, named: Named) -> tuple[MeasuredRow, ...]:
    """Every measure step that was done, planned beside entered."""
    rows = []
    for step in dose.drawing.measures:
        record = dose.record_of(step.number)
        if record is not None:
            device = "pump" if dose.planned.nutrition is not None else ""
            rows.append(_measured(step, record, clock, named, device))
    return tuple(rows)


def _measured(step: Step, record: Recorded, clock: Clock, named: Named, device: str) -> MeasuredRow:
    difference, differs = _difference(step.volume, record.volume)
    entered = "" if record.volume is None else show(record.volume)
    if record.mass is not None:
        entered += f" ({show(record.mass)})"
    return MeasuredRow(
        step.number,
        step.title,
        syringe_words(step.syringe) or device,
        "" if step.volume is None else show(step.volume),
        entered,
        difference,
        differs,
        record.how,
        named(record.by),
        clock.time(record.at),
        record.reason,
        record.picture,
        record.read_aloud or "",
        record.device or "",
    )


def syringe_words(syringe: SyringeChoice | None) -> str:
    """`30 mL, by 1 mL`: capacity, and what one small line is worth."""
    return "" if syringe is None else f"{show(syringe.capacity)}, by {show(syringe.graduation)}"


def _difference(planned: Quantity | None, entered: Quantity | None) -> tuple[str, bool]:
    if entered is None:
        return "not measured", True
    if planned is None or entered == planned:
        return "none", False
    off = entered - planned
    return signed(off), True


def signed(quantity: Quantity) -> str:
    """`+0.4 mL` or `−0.5 mL`, with a real minus sign; nothing before zero."""
    sign = "+" if quantity.number > 0 else "−" if quantity.number < 0 else ""
    return f"{sign}{show(abs(quantity))}"


def signed_percent(share: Quantity) -> str:
    """`−0.4` from a share as `one`: percent to one decimal, without the sign of percent."""
    percent = share.amount_in("one") * 100
    return f"{'+' if percent > 0 else '−' if percent < 0 else ''}{show_number(abs(percent), 1)}"


def pictures_of(dose: Dose, clock: Clock) -> tuple[PictureRow, ...]:
    """A row for each recorded step, with its picture or without."""
    rows = []
    for step in dose.drawing.steps:
        record = dose.record_of(step.number)
        if record is not None:
            volume = "" if record.volume is None else show(record.volume)
            rows.append(PictureRow(record.picture, volume, step.title, clock.time(record.at)))
    return tuple(rows)
