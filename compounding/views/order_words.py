"""The order of a dose as it came, for the eyes of whoever checks it: original text, version, who, and the patient's facts."""

from dataclasses import dataclass
from datetime import datetime

from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.dose_documents import Clock
from compounding.orders.order import Order
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from compounding.reviewing.states import OrderStatus
from compounding.views.ordered_nutrition import nutrition_line
from compounding.views.patient_now import patient_rows

SOURCES = {"form": "form", "json": "JSON", "fhir": "FHIR"}


@dataclass(frozen=True)
class OrderWords:
    quote: str
    """Word for word where it came as text, otherwise its fields in one line."""
    how: str
    """`FHIR, 14 Apr 2026, 12:47, version 1`."""
    standing: str
    """`still active`, or how it stands now."""
    active: bool
    """This version is in force."""
    facts: tuple[tuple[str, str, str], ...]
    """Name, text, note."""


def order_words(uow: UnitOfWork, state: OrderRecord, dose: Dose, clock: Clock) -> OrderWords:
    """The order version that the dose was made for, and how it stands now."""
    version = state.versions[dose.order_version - 1]
    current = version.number in state.standing
    active = current and state.status is OrderStatus.VERIFIED
    standing = "still active" if active else f"now {_status(state, version)}"
    source = SOURCES.get(version.order.source if version.order else "", "")
    return OrderWords(
        version.original or ordered_line(version.order),
        f"{source}, {_short(clock, version.placed_at)}, version {version.number}",
        standing,
        active,
        (*_who(uow, version, clock), *patient_rows(uow, state, dose, clock)),
    )


def _status(state: OrderRecord, version: OrderVersion) -> str:
    if version.number in state.standing and version is not state.current:
        return f"reviewed again: {state.status.words}"
    return version.status.words


def _short(clock: Clock, at: datetime) -> str:
    """`14 Apr 12:47`."""
    day = clock.local(at)
    return f"{day.day} {day:%b} {clock.time(at)}"


def ordered_line(order: Order | None) -> str:
    """The fields of an order in one line, as ordered: nothing worked out."""
    if order is None:
        return ""
    if order.nutrition is not None:
        return nutrition_line(order.nutrition)
    parts = [order.drug.replace("_", " ")]
    parts += [show(amount) for amount in (order.dose, order.dose_rate, order.concentration) if amount is not None]
    parts.append(order.route)
    if order.frequency.every is not None:
        parts.append(f"every {show(order.frequency.every)}")
    if order.diluent:
        parts.append(f"in {order.diluent}" + (f" {show(order.volume)}" if order.volume is not None else ""))
    if order.infuse_over is not None:
        parts.append(f"over {show(order.infuse_over)}")
    if order.rate is not None:
        parts.append(f"at {show(order.rate)}")
    parts += [f"with {extra.drug.replace('_', ' ')} {show(extra.dose)}" for extra in order.additives]
    return ", ".join(parts)


def _who(uow: UnitOfWork, version: OrderVersion, clock: Clock) -> tuple[tuple[str, str, str], ...]:
    order = version.order
    reviewed = " and ".join(shown_name(uow, person) for person in version.accepted_by)
    when = "" if version.accepted_at is None else f", {clock.time(version.accepted_at)}"
    rows = [("Ordered by", order.prescriber if order else "", f"reviewed {reviewed}{when}" if reviewed else "")]
    if version.prescriber_confirmed:
        rows.append(("Confirmed by", version.prescriber_confirmed, "for findings beyond a limit"))
    for finding in version.findings:
        if finding["grade"] in ("soft", "hard"):
            reason = version.reasons.get(finding["code"], "")
            rows.append(("Finding", finding["title"], f"{finding['grade']}: {reason}"))
    if version.answer:
        rows.append(("Asked", version.question, version.answer))
    return tuple(rows)
