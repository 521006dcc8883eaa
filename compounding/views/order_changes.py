"""The versions of an order side by side: exactly what changed, and what becomes of its doses."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.nutrition.order import NutritionOrder
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from compounding.documents.dose_documents import Clock
from compounding.orders.order import NUTRITION, order_as_data
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.record import DOSE
from compounding.preparing.states import BEING_MADE, OUT, DoseStatus
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from compounding.views.nutrition import changes_shown
from formulary.model import Formulary
from formulary.repository import formulary_in_force

LABELS = {
    "order_type": "Kind", "patient": "Patient", "drug": "Drug", "dose": "Dose", "route": "Route", "start": "Start",
    "frequency": "How often", "prescriber": "Prescriber", "priority": "Priority", "line": "Line", "diluent": "Diluent",
    "volume": "Volume", "infuse_over": "Infuse over", "rate": "Rate", "dose_rate": "Dose rate",
    "concentration": "Concentration", "purpose": "Purpose", "stop": "Stop", "indication": "Indication",
    "additives": "Additives", "chemotherapy": "Chemotherapy", "source": "Came by", "original": "As it came",
    "remarks": "Remarks of the reader",
}  # fmt: skip
"""What each field of an order is called on a page."""

UNSAID = "not said"
NUTRITION_NAME = "Parenteral nutrition"


@dataclass(frozen=True)
class Change:
    """One field that differs."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class VersionShown:
    """One version in the history, newest first."""

    number: int
    status: str
    placed: str
    accepted: str
    said: tuple[tuple[str, str], ...]
    """Question, answer, reasons: name and text."""
    changes: tuple[Change, ...]
    """Against the version before it; nothing for the first."""


def history(uow: UnitOfWork, state: OrderRecord, clock: Clock) -> tuple[VersionShown, ...]:
    """All versions, newest first."""
    before, formulary = (None, *state.versions), formulary_in_force(uow)
    rows = [_shown(uow, old, new, clock, formulary) for old, new in zip(before, state.versions, strict=False)]
    return tuple(reversed(rows))


def _shown(
    uow: UnitOfWork, old: OrderVersion | None, new: OrderVersion, clock: Clock, formulary: Formulary
) -> VersionShown:
    accepted = ""
    if new.accepted_by and new.accepted_at is not None:
        who = " and ".join(shown_name(uow, person) for person in new.accepted_by)
        accepted = f"{who}, {clock.moment(new.accepted_at)}"
    said = [("Asked", new.question), ("Answer", new.answer), ("Reason", new.reason)]
    said += [("Reviewed again", f"{shown_name(uow, new.again_by)}: {new.again_reason}")] if new.again_of else []
    said += [("Prescriber", f"{new.prescriber_confirmed} confirmed it")] if new.prescriber_confirmed else []
    titles = {str(finding["code"]): str(finding["title"]) for finding in new.findings}
    said += [(titles.get(code, code), reason) for code, reason in new.reasons.items()]
    return VersionShown(
        new.number,
        new.status.words,
        f"{shown_name(uow, new.placed_by)}{', from a file' if new.brought_in else ''}, {clock.moment(new.placed_at)}",
        accepted,
        tuple((name, text) for name, text in said if text),
        () if old is None else changes(_fields(old), _fields(new), clock, formulary),
    )


def _fields(version: OrderVersion) -> Mapping[str, Any]:
    return dict(version.draft) if version.order is None else order_as_data(version.order)


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], clock: Clock, formulary: Formulary
) -> tuple[Change, ...]:
    """Every field whose text on a page differs, in the order in which a form shows them."""
    rows = []
    for name, label in LABELS.items():
        old, new = (words(name, fields.get(name), clock, formulary) for fields in (before, after))
        if old != new:
            rows.append(Change(label, old or UNSAID, new or UNSAID))
    if before.get("nutrition") and after.get("nutrition"):
        orders = (NutritionOrder.parse(fields["nutrition"]) for fields in (after, before))
        rows += [Change(one.name, one.before, one.now) for one in changes_shown(*orders)]
    return tuple(rows)


def words(name: str, value: Any, clock: Clock, formulary: Formulary) -> str:
    """One field as a person reads it."""
    if value in (None, "", [], {}, ()):
        return ""
    if name in ("start", "stop"):
        return clock.moment(datetime.fromisoformat(str(value)))
    if name == "frequency":
        return _frequency(value)
    if name == "additives":
        return "; ".join(f"{_drug(row['drug'], formulary)} {_amount(row['dose'])}" for row in value)
    if name == "chemotherapy":
        return _chemotherapy(value)
    if name == "remarks":
        return "; ".join(value)
    if isinstance(value, Mapping):
        return _amount(value)
    if name == "drug":
        return _drug(str(value), formulary)
    if name == "diluent":
        solution = formulary.solution_named(str(value))
        return str(value) if solution is None else solution.display
    return str(value).replace("_", " ") if name == "order_type" else str(value)


def _drug(name: str, formulary: Formulary) -> str:
    found = formulary.drug_named(name)
    return NUTRITION_NAME if name == NUTRITION else name.replace("_", " ") if found is None else found.display


def draft_dose(draft: Mapping[str, Any]) -> str:
    """The dose that a message said; empty where it said none."""
    return show(Quantity.from_data(draft["dose"])) if draft.get("dose") else ""


def _amount(value: Any) -> str:
    quantity = Quantity.from_data(value)
    return f"{show(quantity)} of {quantity.of}" if quantity.of else show(quantity)


def _frequency(value: Mapping[str, Any]) -> str:
    if value.get("once"):
        return "once"
    doses = f", {value['doses']} doses" if value.get("doses") else ""
    return f"every {_amount(value['every'])}{doses}" if value.get("every") else "as long as it runs"


def _chemotherapy(value: Mapping[str, Any]) -> str:
    parts = [f"{value['regimen']}, cycle {value['cycle']}, day {value['day']}"]
    if value.get("planned_dose"):
        parts.append(f"planned {_amount(value['planned_dose'])}")
    if value.get("reduction_percent"):
        share = Quantity.from_data(value["reduction_percent"]).amount_in("one") * 100
        parts.append(f"reduced by {show_number(share)} %: {value.get('reduction_reason', '')}")
    if value.get("cumulative_before"):
        parts.append(f"{_amount(value['cumulative_before'])} before")
    if value.get("planned_surface"):
        weight = f", {_amount(value['planned_weight'])}," if value.get("planned_weight") else ""
        parts.append(f"planned on {_amount(value['planned_surface'])}{weight} of {value['planned_on']}")
    return ", ".join(parts)


def doses_of(uow: UnitOfWork, state: OrderRecord) -> list[Dose]:
    """Every dose that the order yielded so far."""
    numbers = [dose_number(state.number, index) for index in range(1, state.doses + 1)]
    return [load(uow, DOSE, dose_record(number)) for number in numbers]


WAITING = frozenset({DoseStatus.QUEUED, DoseStatus.HELD, DoseStatus.STAGED})


def what_stopping_does(doses: list[Dose]) -> tuple[str, ...]:
    """What becomes of the doses when the order is stopped or changed, in sentences."""
    count = Counter(
        "waiting" if dose.status in WAITING else "made" if dose.status in BEING_MADE else "out"
        for dose in doses
        if dose.status in WAITING | BEING_MADE | OUT
    )
    sentences = []
    if count["waiting"]:
        sentences.append(f"{_doses(count['waiting'])} not begun: cancelled, containers go back.")
    if count["made"]:
        sentences.append(f"{_doses(count['made'])} being made: cannot be released any more and must be abandoned.")
    if count["out"]:
        sentences.append(f"{_doses(count['out'])} already released: must be fetched back.")
    given = sum(dose.status is DoseStatus.ADMINISTERED for dose in doses)
    if given:
        sentences.append(f"{_doses(given)} given: stays as it is.")
    return tuple(sentences) or ("No dose of it is open.",)


def what_holding_does(doses: list[Dose]) -> tuple[str, ...]:
    """What becomes of the doses while the order is on hold."""
    queued = sum(dose.status is DoseStatus.QUEUED for dose in doses)
    begun = sum(dose.status in BEING_MADE or dose.status is DoseStatus.STAGED for dose in doses)
    sentences = [f"{_doses(queued)} in the queue: on hold, nothing is made."] if queued else []
    sentences += [f"{_doses(begun)} already begun: may not be released while the hold lasts."] if begun else []
    return tuple(sentences) or ("No dose of it is open.",)


def _doses(count: int) -> str:
    return f"{count} dose" if count == 1 else f"{count} doses"
