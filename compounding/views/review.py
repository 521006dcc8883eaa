"""The review desk: the orders that wait for a pharmacist, and one of them with all that decides."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_records.acting import load
from batch_records.entries import canonical, digest
from batch_records.store import UnitOfWork
from calculations.findings import Grade
from calculations.printing import show
from compounding.documents.dose_documents import Clock, in_words
from compounding.orders.order import Order
from compounding.orders.patient import Patient
from compounding.people import shown_name
from compounding.planning.therapeutic import Planned
from compounding.preparing.numbering import order_record
from compounding.reviewing.one_time import formulary_for
from compounding.reviewing.order_state import OrderRecord, OrderVersion
from compounding.reviewing.record import ORDER, planned_for, review_content, still_as_accepted
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.yesterday import nutrition_before
from compounding.views.nutrition_review import NutritionReview, nutrition_review
from compounding.views.order_changes import VersionShown, draft_dose, history, words
from compounding.views.order_facts import drug_display, order_facts, patient_of
from compounding.views.patient_facts import Fact, patient_facts
from compounding.views.shown_findings import ShownFinding, shown_findings
from compounding.views.strip import drug_line, due_text, how_long, preparation_line
from compounding.views.working import Worked, working
from formulary.model import Formulary
from formulary.repository import formulary_in_force


@dataclass(frozen=True)
class ReviewPage:
    """One order version as a pharmacist decides on it."""

    number: str
    version: int
    status: OrderStatus
    drug: str
    amount: str
    sub: str
    who: str
    who_sub: str
    due: str
    due_note: str
    flags: tuple[str, ...]
    findings: tuple[ShownFinding, ...]
    working: tuple[Worked, ...]
    limits: tuple[Any, ...]
    patient: tuple[Fact, ...]
    order: tuple[Fact, ...]
    original: str
    content_digest: str
    question: str
    """What to ask, from the findings; or what was asked."""
    missing: tuple[str, ...]
    """Fields that a message left out."""
    worst: Grade | None
    planned: bool
    own: str
    """Why this person may not decide; empty when they may."""
    again: str
    """Why it is reviewed again; empty where it is not."""
    first: tuple[str, ...]
    """What the first of two pharmacists said."""
    anew: bool
    """The plan is not what the first of two accepted: whoever accepts it now is the first again."""
    versions: tuple[VersionShown, ...]
    nutrition: NutritionReview | None = None


def review_page(uow: UnitOfWork, number: str, person: str, name: str, at: datetime, clock: Clock) -> ReviewPage | None:
    """The newest version of an order for this pharmacist; None for a number that was never given."""
    state = load(uow, ORDER, order_record(number))
    if not state.versions:
        return None
    version, order, formulary = state.current, state.current.order, formulary_in_force(uow)
    patient = None if order is None else patient_of(uow, order)
    if order is None or patient is None:
        return _incomplete(uow, state, formulary, at, clock)
    planned = _planned(uow, state, order, patient, at, clock)
    (drug, amount, sub), anew = _strip(order, planned, formulary), _anew(version, planned)
    return ReviewPage(
        number=number,
        version=version.number,
        status=version.status,
        drug=drug,
        amount=amount,
        sub=sub,
        who=patient.name,
        who_sub=f"born {in_words(patient.birth_date.isoformat())}, {patient.sex} · MRN {patient.mrn} · {patient.location}",
        due=f"Due {due_text(order.start, at, clock)}",
        due_note=how_long(order.start, at),
        flags=_flags(planned),
        findings=shown_findings(planned),
        working=working(planned.plan.work) if planned.plan is not None else (),
        limits=planned.plan.checked_limits if planned.plan is not None else (),
        patient=patient_facts(patient, at, clock),
        order=order_facts(uow, order, version, formulary, clock),
        original=version.original,
        content_digest=digest(canonical(review_content(planned))),
        question=version.question if version.status is OrderStatus.CLARIFY else question_from(planned, drug, amount),
        missing=version.missing,
        worst=planned.worst,
        planned=planned.plan is not None,
        own=_why_not(version, person, name, anew),
        again=version.again_reason,
        first=_first(uow, version, clock, anew),
        anew=anew,
        versions=history(uow, state, clock),
        nutrition=nutrition_review(uow, state, planned, formulary, clock),
    )


def _planned(
    uow: UnitOfWork, state: OrderRecord, order: Order, patient: Patient, at: datetime, clock: Clock
) -> Planned:
    """The plan as it would be signed now: with the one-time formulation and yesterday's nutrition, where there are any."""
    chosen = formulary_for(uow, formulary_in_force(uow), state.number, state.current.number)
    return planned_for(order, patient, chosen, at, clock.offset_minutes, nutrition_before(uow, order, state.number))


def _anew(version: OrderVersion, planned: Planned) -> bool:
    return version.status is OrderStatus.SECOND_REVIEW and not still_as_accepted(planned, version)


def _strip(order: Order, planned: Planned, formulary: Formulary) -> tuple[str, str, str]:
    if planned.plan is None:
        amount = order.dose_rate if order.dose is None else order.dose
        ordered = "" if amount is None else show(amount)
        return drug_display(formulary, order.drug), ordered, f"as ordered, {order.route}"
    drug, amount_text = drug_line(planned.plan)
    over = planned.plan.infuse_over
    time = f" over {show(over)}" if over is not None else ""
    return drug, amount_text, preparation_line(planned.plan) + time


def _flags(planned: Planned) -> tuple[str, ...]:
    if planned.plan is None:
        return ()
    names = {"hazardous": "Hazardous", "high_alert": "High alert", "paralytic": "Paralytic", "controlled": "Controlled"}
    found = [text for flag, text in names.items() if flag in planned.plan.flags]
    found += ["One-time formulation"] if planned.plan.one_time else []
    return (*found, *(("Two pharmacists",) if planned.plan.second_check else ()))


def question_from(planned: Planned, drug: str, amount: str) -> str:
    """A question to the prescriber from what the findings say would mend them."""
    lines = []
    for finding in sorted(planned.findings, key=lambda f: -list(Grade).index(f.grade)):
        if finding.grade is Grade.INFO:
            continue
        figure = "" if finding.figure is None else f": {show(finding.figure)}"
        against = "" if finding.limit is None or not figure else f" against {show(finding.limit)}"
        title = finding.title.rstrip(".")
        lines.append(f"{title}{figure}{against}. {finding.mend}".strip())
    if not lines:
        return ""
    about = "" if lines[0].startswith(drug) else f"{drug} {amount}".strip() + ": "
    return about + "\n".join(dict.fromkeys(lines))


def _why_not(version: OrderVersion, person: str, name: str, anew: bool) -> str:
    if version.is_own_of(person, name):
        return "Nobody reviews an order of their own: another pharmacist must."
    if person in version.accepted_by and version.status is OrderStatus.SECOND_REVIEW and not anew:
        return "You have accepted it already: another pharmacist must agree."
    return ""


def _first(uow: UnitOfWork, version: OrderVersion, clock: Clock, anew: bool) -> tuple[str, ...]:
    if version.status is not OrderStatus.SECOND_REVIEW or version.accepted_at is None:
        return ()
    titles = {str(finding["code"]): str(finding["title"]) for finding in version.findings}
    who = ", ".join(shown_name(uow, person) for person in version.accepted_by)
    lines = [f"{who} accepted it at {clock.time(version.accepted_at)}. {version.prescriber_confirmed} confirmed it."]
    lines += ["What was accepted has changed since: two must agree anew, and the prescriber confirm it."] if anew else []
    return (*lines, *(f"{titles.get(code, code)}: {reason}" for code, reason in version.reasons.items()))


def _incomplete(uow: UnitOfWork, state: OrderRecord, formulary: Formulary, at: datetime, clock: Clock) -> ReviewPage:
    """An order whose message left out what compounding needs, or whose patient is not recorded."""
    version = state.current
    draft = version.draft
    drug = drug_display(formulary, str(draft.get("drug", ""))) or "Drug not recognised"
    said = tuple(
        (label, words(name, draft.get(name), clock, formulary), "") for name, label in _SAID if draft.get(name)
    )
    return ReviewPage(
        number=state.number,
        version=version.number,
        status=version.status,
        drug=drug,
        amount=draft_dose(draft),
        sub=str(draft.get("route", "")),
        who="Patient not set" if not draft.get("patient") else str(draft["patient"]),
        who_sub="",
        due="No start",
        due_note=f"came {due_text(version.placed_at, at, clock)}",
        flags=(),
        findings=(),
        working=(),
        limits=(),
        patient=(),
        order=said,
        original=str(draft.get("original", "")) or version.original,
        content_digest="",
        question=version.question,
        missing=version.missing,
        worst=None,
        planned=False,
        own="",
        again="",
        first=(),
        anew=False,
        versions=history(uow, state, clock),
    )


_SAID = (
    ("dose", "Dose"), ("frequency", "How often"), ("route", "Route"), ("start", "Start"), ("stop", "Stop"),
    ("rate", "Rate"), ("infuse_over", "Runs"), ("prescriber", "Prescriber"), ("indication", "For"), ("remarks", "Remarks"),
)  # fmt: skip


_OUTCOMES = {
    OrderStatus.VERIFIED: "accepted. Its doses go to the queue.",
    OrderStatus.SECOND_REVIEW: "accepted by one pharmacist. Another must agree before anything is made.",
    OrderStatus.CLARIFY: "held: the question waits for its answer.",
    OrderStatus.REJECTED: "rejected.",
}


def outcome(uow: UnitOfWork, number: str, formulary: Formulary) -> str:
    """What became of the order that was decided last, in one sentence; empty for one that is still open."""
    state = load(uow, ORDER, order_record(number))
    if not state.versions or state.status not in _OUTCOMES:
        return ""
    version = state.current
    drug = version.order.drug if version.order is not None else str(version.draft.get("drug", "order"))
    return f"{drug_display(formulary, drug)}, order {number}: {_OUTCOMES[state.status]}"
