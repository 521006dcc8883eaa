"""What a nurse asks without a phone call: where is it, when is it ready, until when may it be started, how is it run."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show
from compounding.documents.alternatives import alternative_words
from compounding.documents.dose_documents import Clock, duration, in_words, pump_rate, storage_path
from compounding.orders.tables import PatientRow
from compounding.planning.plan import TherapeuticPlan
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import order_record
from compounding.preparing.rechecking import MARK
from compounding.preparing.record import DOSE
from compounding.preparing.states import OPEN, OUT
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from compounding.reviewing.next_bag import running_out, running_plan
from compounding.reviewing.order_state import OrderRecord
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import IN_REVIEW, OrderStatus
from compounding.views.nurse_nutrition import line_words, nutrition_facts
from compounding.views.nurse_running import running_bags, running_warning
from compounding.views.remakes import made_anew
from compounding.views.start_times import latest_start_words
from compounding.views.strip import NEAR, drug_line, due_text, how_long, unbroken
from formulary.model import CompatibilityKind, Formulary, Verdict

LONGEST_ISSUE = 4
"""Digits of the number of a label."""
IN_FULL = (*OUT, S.MISSING, S.RETURNED)
"""Doses that are out of the pharmacy's making: shown with everything that is needed to run them."""
NEAREST = {S.DELIVERED: 0, S.ADMINISTERED: 1, S.DISPENSED: 2, S.RELEASED: 3, S.MISSING: 4, S.RETURNED: 5}
"""What the nurse has in reach comes first."""
TAGS: dict[S, tuple[str, str, str]] = {
    S.QUEUED: ("To make", "clock", "line"),
    S.HELD: ("On hold", "pause", "soft"),
    S.STAGED: ("To make next", "arrow", "line"),
    S.IN_PREP: ("Being made", "vial", "now"),
    S.IN_PROCESS_CHECK: ("Being made", "vial", "now"),
    S.AWAITING_FINAL_CHECK: ("Being checked", "check", "now"),
    S.SECOND_CHECK: ("Being checked", "check", "now"),
    S.RELEASED: ("Released", "check", "done"),
    S.DISPENSED: ("On its way", "arrow", "now"),
    S.DELIVERED: ("Here", "pin", "done"),
    S.ADMINISTERED: ("Running", "check", "done"),
    S.MISSING: ("Missing", "unknown", "soft"),
    S.RETURNED: ("Returned", "back", "line"),
    S.REJECTED: ("Made anew", "clock", "soft"),
    S.EXPIRED: ("Too old", "warn", "soft"),
    S.QUARANTINED: ("Blocked: do not use", "stop", "stop"),
    S.CANCELLED: ("Not needed", "cross", "line"),
    S.ABANDONED: ("Made anew", "clock", "soft"),
    S.WASTED: ("Wasted", "cross", "line"),
}


@dataclass(frozen=True)
class Found:
    """A patient that a search found."""

    mrn: str
    name: str
    born: str
    location: str


@dataclass(frozen=True)
class ShortDose:
    number: str
    title: str
    due: str
    tag: tuple[str, str, str]
    ready: str


@dataclass(frozen=True)
class DoseCard:
    number: str
    order: str
    status: S
    title: tuple[str, str]
    tag: tuple[str, str, str]
    place: str
    place_note: str
    warning: str
    """The order is on hold or stopped, or the dose must not be given; empty when all is well."""
    start_before: str
    start_why: str
    run_at: str
    run_why: str
    total: str
    total_why: str
    facts: tuple[tuple[str, str], ...]
    may: frozenset[str]
    """What can be done now: receive, start, missing, return, find, next_bag, waste."""
    controlled: bool
    runs_out: str
    replacement: str
    """Number of the dose made in place of a missing one; empty while a pharmacist is asked."""


@dataclass(frozen=True)
class WardPage:
    mrn: str
    name: str
    who: str
    """Born, number, place."""
    cards: tuple[DoseCard, ...]
    coming: tuple[ShortDose, ...]


def replaced_label(dose: Dose, scanned: str) -> str:
    """What the nurse is told who scanned another than the newest dispensing label; empty for that one and for other papers."""
    if not (scanned.isascii() and scanned.isdigit()) or len(scanned) > LONGEST_ISSUE or int(scanned) == dose.label_issue:
        return ""
    which = f"copy {dose.label_issue}" if dose.label_issue else "one without a copy number"
    return (
        f"This label was replaced by {which}. Do not start anything from this one: look for {which} on the container. "
        "If it is not there, or both are, call the pharmacy; a loose old label is destroyed."
    )


def find_patients(uow: UnitOfWork, text: str) -> tuple[Found, ...]:
    """Patients whose name, number or place begins with or contains the text; at most 20."""
    wanted = text.strip().lower().replace("%", "").replace("_", "")
    if len(wanted) < 2:
        return ()
    like = f"%{wanted}%"
    rows = uow.session.execute(
        select(PatientRow)
        .where(or_(PatientRow.name.ilike(like), PatientRow.mrn.ilike(like), PatientRow.location.ilike(like)))
        .order_by(PatientRow.location, PatientRow.name)
        .limit(20)
    ).scalars()
    return tuple(Found(row.mrn, row.name, in_words(row.birth_date), row.location) for row in rows)


def ward_page(
    uow: UnitOfWork, mrn: str, formulary: Formulary, at: datetime, clock: Clock, first: str = ""
) -> WardPage | None:
    """Everything of one patient; `first`: the number of the dose that was scanned, shown first. None: no such patient."""
    patient = uow.session.execute(select(PatientRow).where(PatientRow.mrn == mrn)).scalar_one_or_none()
    if patient is None:
        return None
    rows = uow.session.execute(select(DoseRow).where(DoseRow.patient == mrn).order_by(DoseRow.due)).scalars()
    cards, coming = [], []
    running = running_bags(uow, mrn)
    for row in rows:
        status = S(row.status)
        runs = row.number in running and row.drug != ""
        if status not in (*OPEN, *IN_FULL) and row.number != first and not runs:
            continue
        dose = load(uow, DOSE, row.record)
        if status in OPEN and row.number != first:
            coming.append(_short(dose, at, clock))
        else:
            cards.append(_card(uow, dose, formulary, at, clock))
    cards.sort(key=lambda card: (card.number != first, NEAREST.get(card.status, len(NEAREST))))
    who = f"born {in_words(patient.birth_date)} · {patient.mrn} · {patient.location}"
    return WardPage(patient.mrn, patient.name, who, tuple(cards), tuple(coming))


def _short(dose: Dose, at: datetime, clock: Clock) -> ShortDose:
    title = unbroken(" ".join(drug_line(dose.planned)).strip())
    due = "" if dose.due is None else f"due {due_text(dose.due, at, clock)}"
    return ShortDose(dose.number, title, due, TAGS[dose.status], ready_words(dose, at, clock))


def ready_words(dose: Dose, at: datetime, clock: Clock) -> str:
    """When it is ready, as far as it is known: never earlier than it may be made, and late is said."""
    if dose.status is S.HELD:
        return "nothing is made while the order is on hold"
    if dose.due is not None and at > dose.due:
        return f"{how_long(dose.due, at)}, the pharmacy knows"
    if dose.not_before is not None and at < dose.not_before:
        return f"made after {due_text(dose.not_before, at, clock)}"
    return "" if dose.due is None else f"ready by {due_text(dose.due, at, clock)}"


def _card(uow: UnitOfWork, dose: Dose, formulary: Formulary, at: datetime, clock: Clock) -> DoseCard:
    plan = dose.planned
    order = load(uow, ORDER, order_record(dose.order))
    out_of_time = (ends := dose.beyond_use_at()) is not None and at >= ends
    warning = _warning(dose, order, out_of_time)
    running = plan.order_type == "continuous" and dose.status is S.ADMINISTERED
    runs_out = due_text(running_out(dose, order.versions), at, clock) if running else ""
    run = running_plan(dose, order.versions) if running else plan
    return DoseCard(
        dose.number,
        dose.order,
        dose.status,
        drug_line(plan),
        TAGS[dose.status],
        place_words(dose),
        _place_note(dose, at, clock),
        warning,
        "" if ends is None else _moment(ends, at, clock),
        latest_start_words(dose, formulary.site, at, clock) if ends is not None else ready_words(dose, at, clock),
        pump_rate(run, formulary) or (unbroken(f"push over {duration(plan)}") if plan.push_over is not None else "not given"),
        _run_why(run),
        *_contents(plan),
        (*nutrition_facts(uow, dose, clock), *_alternatives(uow, dose, clock), *_facts(plan, dose, formulary, clock)),
        _may(dose, warning),
        "controlled" in plan.flags,
        runs_out,
        _replacement(uow, dose),
    )


def _contents(plan: TherapeuticPlan) -> tuple[str, str]:
    """What is in it, and what is to be known of that: of nutrition it holds more than is given."""
    if plan.nutrition is not None:
        return show(plan.nutrition.prepared_volume, 1), f"infuse {show(plan.nutrition.infused_volume, 1)} of it"
    return show(plan.final_volume, 1), show(plan.concentration) if len(plan.actives) == 1 else ""


def place_words(dose: Dose) -> str:
    """Where it is, or was last seen."""
    if dose.status is S.MISSING:
        return f"last place: {dose.place or 'not known'}"
    return {S.RELEASED: "pharmacy, to be labelled", S.DISPENSED: "on its way from the pharmacy"}.get(
        dose.status, dose.place if dose.status not in OPEN else "pharmacy"
    )


def _place_note(dose: Dose, at: datetime, clock: Clock) -> str:
    word = {S.DELIVERED: "delivered", S.DISPENSED: "left", S.RELEASED: "released", S.ADMINISTERED: "started",
            S.MISSING: "reported missing", S.RETURNED: "returned"}.get(dose.status, "since")  # fmt: skip
    moved = "" if dose.moved_at is None else f"{word} {due_text(dose.moved_at, at, clock)}"
    due = "" if dose.due is None else f"due {due_text(dose.due, at, clock)}"
    return ", ".join(part for part in (moved, due) if part)


def _moment(ends: datetime, at: datetime, clock: Clock) -> str:
    day = clock.local(ends)
    year = "" if abs(ends - at) < NEAR else f" {day.year}"
    return f"{day:%a} {day.day} {day:%b}{year}, {clock.time(ends)}"


def _run_why(plan: TherapeuticPlan) -> str:
    over = "" if plan.push_over is not None else duration(plan)  # a push says it in the line above
    parts = ["" if plan.dose_rate is None else show(plan.dose_rate), over and f"over {over}"]
    return ", ".join(part for part in parts if part)


def _warning(dose: Dose, order: OrderRecord, out_of_time: bool) -> str:
    if dose.status is S.ADMINISTERED:
        return running_warning(dose, order)
    if dose.status in (S.WASTED, S.CANCELLED):
        return ""
    if dose.blocked:
        return "It was reported missing. If it turns up it is not given: return it."
    if out_of_time:
        return "Its time has passed: do not start it. Return it."
    if order.status is OrderStatus.HELD:
        return f"The order is on hold: {order.current.reason}. Do not start it."
    if order.status is OrderStatus.DISCONTINUED:
        return f"The order was stopped: {order.current.reason}. Do not start it: return it."
    if dose.to_recheck and dose.status in OUT and order.status is OrderStatus.VERIFIED:
        return f"{MARK}: {'; '.join(dose.to_recheck)}. Do not start it: a pharmacist looks first."
    if dose.order_version in order.standing and order.current.again_of and order.status in IN_REVIEW:
        return "The order is being reviewed again. Do not start it: ask the pharmacist."
    if dose.order_version not in order.standing or order.status is not OrderStatus.VERIFIED:
        return "The order was changed. Do not start this one: return it."
    return ""


def _may(dose: Dose, warning: str) -> frozenset[str]:
    allowed = {
        S.RELEASED: {"return", "waste"},
        S.DISPENSED: {"receive", "missing", "return", "waste"},
        S.DELIVERED: {"start", "missing", "return", "waste"},
        S.MISSING: {"find", "waste"},
        S.RETURNED: {"waste"},
        S.ADMINISTERED: {"next_bag"} if dose.planned.order_type == "continuous" else set(),
    }.get(dose.status, {"waste"} if dose.status in (S.REJECTED, S.ABANDONED, S.EXPIRED, S.CANCELLED, S.QUARANTINED) else set())
    return frozenset(allowed - ({"start", "next_bag"} if warning else set()))


def _alternatives(uow: UnitOfWork, dose: Dose, clock: Clock) -> list[tuple[str, str]]:
    return [("Made otherwise", words) for words in alternative_words(uow, dose, clock)]


def _facts(plan: TherapeuticPlan, dose: Dose, formulary: Formulary, clock: Clock) -> list[tuple[str, str]]:
    ends = dose.beyond_use_at()
    cold = plan.storage != "crt" and ends is not None
    keep = f"{plan.storage_words}. {storage_path(plan, ends, clock)}" if cold and ends is not None else plan.storage_words
    words: Mapping[str, str] = {
        "high_alert": "high alert", "hazardous": "hazardous", "vesicant": "vesicant", "paralytic": "paralyzing agent",
        "light": "protect from light", "controlled": "controlled",
    }  # fmt: skip
    flags = [words[flag] for flag in plan.flags if flag in words]
    rows = [
        ("Line", line_words(plan)),
        ("Filter", plan.filter or "none asked for"),
        ("Keep at", keep),
        ("Same line", same_line(plan, formulary)),
    ]
    if plan.tubing:
        rows.insert(2, ("Tubing", plan.tubing))
    told = " ".join(plan.auxiliary).casefold()
    notes = [*(flag for flag in flags if flag not in told), *plan.auxiliary]
    return [*rows, ("Know", "; ".join(notes))] if notes else rows


def same_line(plan: TherapeuticPlan, formulary: Formulary) -> str:
    """What may meet it in the line, from the formulary's sources. What has no row is "no data", never compatible."""
    if plan.nutrition is not None:
        return "nothing else in this line"
    found: dict[Verdict, list[str]] = {verdict: [] for verdict in Verdict}
    for active in plan.actives:
        for row in formulary.drug(active.drug).compatibilities:
            if row.kind is CompatibilityKind.Y_SITE:
                found[row.verdict].append(row.other_display)
    words = {
        Verdict.INCOMPATIBLE: "not with", Verdict.VARIABLE: "ask first: varies with", Verdict.COMPATIBLE: "may run with",
    }  # fmt: skip
    parts = [f"{words[v]} {', '.join(dict.fromkeys(found[v]))}" for v in words if found[v]]
    return "; ".join([*parts, "others: no data" if parts else "no data"])


def _replacement(uow: UnitOfWork, dose: Dose) -> str:
    return made_anew(uow, dose.order, dose.number) if dose.status is S.MISSING else ""
