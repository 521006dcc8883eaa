"""Doses without a database: real plans, and real actions through the gate and the fold, with what the gate reads made up.

`attempt` does what `perform` does to one record: authorise, check, encode, fold. People are known by their part in the dose.
"""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from batch_records.acts import SYSTEM, Act, Actor, Refusal, SecretProof
from batch_records.entries import Entry, canonical, digest
from calculations.quantity import Quantity
from compounding.demonstration.orders import orders
from compounding.demonstration.patients import patients
from compounding.orders.order import Order
from compounding.orders.patient import Patient, parse_patient
from compounding.planning.situation import Situation
from compounding.planning.therapeutic import Planned, plan_order
from compounding.preparing.actions import Queue, ScanContainer
from compounding.preparing.check_page import check_content
from compounding.preparing.context import DoseContext, OrderNow
from compounding.preparing.dose import Dose
from compounding.preparing.folding import apply
from compounding.preparing.numbering import dose_number
from compounding.preparing.record import authorise, check
from compounding.qualifications import ASEPTIC, HAZARDOUS, Qualification
from compounding.record_actions import encode
from compounding.rooms import Hood
from compounding.stock.resolving import resolve
from tests.support.flow import formulary

NOON = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
NUMBER = dose_number("260414-0140", 1)
QUALIFIED = Qualification("", {ASEPTIC: "2026-12-31", HAZARDOUS: "2026-12-31"})
HOOD = Hood("Hood 3", "hazardous room", "2", True, True)
MORE_ORDERS: dict[str, dict[str, Any]] = {
    "rocuronium": {"patient": "DEMO-1120", "drug": "rocuronium", "dose_rate": "10 mcg/kg/min"},
    "fentanyl": {"patient": "DEMO-1120", "drug": "fentanyl", "dose_rate": "50 mcg/h", "volume": "50 mL"},
}


def person(name: str, *roles: str) -> Actor:
    """Somebody with these roles."""
    return Actor(name, name, frozenset(roles), "")


@cache
def demonstration_order(name: str) -> Order:
    """An order of the demonstration, or one of the two more."""
    common = {"order_type": "continuous", "route": "IV infusion", "line": "central", "start": NOON.isoformat()}
    more = MORE_ORDERS.get(name)
    return Order.parse(common | more | {"prescriber": "Dr. R. Castell"} if more else orders(NOON)[name])


@cache
def patient_of(mrn: str) -> Patient:
    """A patient of the demonstration."""
    return parse_patient(next(data for data in patients(NOON) if data["mrn"] == mrn))


@cache
def planned(name: str) -> Planned:
    """The plan of a demonstration order."""
    order = demonstration_order(name)
    return plan_order(Situation(order, patient_of(order.patient), formulary(), NOON, 0))


def context(dose: Dose, action: Any, at: datetime, **other: Any) -> DoseContext:
    """What the gate reads when nothing is in the way; `other` says what is."""
    resolved = resolve(formulary(), action.code, at.date()) if isinstance(action, ScanContainer) else None
    usual: dict[str, Any] = {
        "order": OrderNow(1, True, False, "verified"),
        "qualification": QUALIFIED,
        "hood": HOOD,
        "resolved": resolved,
        "witness_roles": frozenset({"technician"}),
        "label": {"number": dose.number},
        "content_digest": content_digest(dose) if hasattr(action, "content_digest") else "",
    }
    return DoseContext(**({"formulary": formulary()} | usual | other))


_LAST: list[tuple[Dose, str]] = []
"""The dose that was looked at last with its digest: one dose is tried with many people, and working it out is what takes long."""


def content_digest(dose: Dose) -> str:
    """Digest of what the check page shows."""
    if not _LAST or _LAST[0][0] is not dose:
        _LAST[:] = [(dose, digest(canonical(check_content(dose))))]
    return _LAST[0][1]


def attempt(
    dose: Dose, action: Any, who: Actor, at: datetime = NOON, station: str = "hood-1", **other: Any
) -> Dose | Refusal:
    """The dose after the action, or the refusal."""
    if who is not SYSTEM and (denied := authorise(who, action)) is not None:
        return denied
    act = Act(who, station, at, "key", -240, SecretProof(who.person, at, "PIN"))
    allowed = check(dose, action, act, context(dose, action, at, **other))
    return allowed if isinstance(allowed, Refusal) else after(dose, allowed, act)


def after(dose: Dose, action: Any, act: Act) -> Dose:
    """The dose with the entry of an action that was let through, as it would be read back from the database."""
    kind, version, payload = encode(action)
    entry = Entry(f"dose-{NUMBER}", 1, kind, version, act.actor.person, act.station, act.at, -240, payload, act.key)
    return apply(dose, entry)


@cache
def queued(name: str) -> Dose:
    """A dose of a demonstration order, just queued."""
    found = planned(name)
    assert found.plan is not None and found.draw_up is not None, found.findings
    queue = Queue(
        NUMBER, "260414-0140", 1, NOON + timedelta(hours=1), "routine", "DEMO", found.plan, found.draw_up, {"name": "x"}
    )
    dose = attempt(Dose(), queue, SYSTEM)
    assert isinstance(dose, Dose)
    return dose


def code_of(product: str) -> str:
    """The GS1 code of an item, with a lot and an expiry."""
    return f"01{formulary().item(product).codes.gtin}1727103110LOT-1"


def with_beyond_use(dose: Dose, at: datetime) -> Dose:
    """The dose with another beyond-use time: for what happens when it passes."""
    return replace(dose, beyond_use={"at": at.isoformat()})


def volume(text: str) -> Quantity:
    """A volume in mL."""
    return Quantity(text, "mL")
