"""The wall board: every dose on its way, late and STAT first, with where it is, who has it, and the one thing to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from batch_records.acting import load
from batch_records.store import UnitOfWork
from calculations.printing import show_number
from compounding.documents.dose_documents import Clock
from compounding.orders.tables import PatientRow
from compounding.people import shown_name
from compounding.preparing.dose import Dose
from compounding.preparing.numbering import order_record
from compounding.preparing.rechecking import MARK
from compounding.preparing.record import DOSE
from compounding.preparing.states import OPEN, OUT
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from compounding.reviewing.record import ORDER
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow
from compounding.rooms import HOOD, hood_record
from compounding.views.check_desk import differing_words
from compounding.views.messages import ListedMessage, waiting_messages
from compounding.views.order_facts import tall_title
from compounding.views.start_times import latest_words
from compounding.views.strip import due_parts, due_text, how_long, unbroken
from formulary.model import Formulary, SiteProfile

MADE = (S.IN_PREP, S.IN_PROCESS_CHECK)
CHECKED = (S.AWAITING_FINAL_CHECK, S.SECOND_CHECK)
FILTERS: dict[str, tuple[S, ...]] = {
    "to_make": (S.QUEUED,),
    "staged": (S.STAGED,),
    "being_made": MADE,
    "to_check": CHECKED,
    "to_label": (S.RELEASED,),
    "on_hold": (S.HELD,),
}
"""What the board can be narrowed to, by name in its address."""


ALARMING = ("late", "recheck")
"""Counts that somebody must look at as soon as there is one."""


@dataclass(frozen=True)
class BoardRow:
    number: str
    due: str
    day: str
    """Of the due time, `15 Apr`; empty for today."""
    tag: str
    """`STAT`, `6 min late`, `in 24 min`; empty for later."""
    late: bool
    stat: bool
    title: str
    subtitle: str
    patient: str
    location: str
    state: str
    icon: str
    kind: str
    """Of the tag: now, done, soft or line."""
    where: str
    where_note: str
    know: str
    stripe: str
    message: bool = False
    """It is a message that could not be placed; its page is where it is settled."""


@dataclass(frozen=True)
class Group:
    name: str
    """Empty for what is late or STAT, which needs no heading."""
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True)
class Board:
    counts: tuple[tuple[str, int, str], ...]
    """Name in the address, number, words."""
    groups: tuple[Group, ...]
    only: str
    soon: str
    """The site's "due soon", in words."""
    alarms: frozenset[str]
    """Names of counts that somebody must look at now: what is late, and messages that wait longer than "due soon"."""

    @property
    def empty(self) -> bool:
        return not any(group.rows for group in self.groups)


def board(uow: UnitOfWork, formulary: Formulary, at: datetime, clock: Clock, only: str = "") -> Board:
    """The board at this moment, narrowed to one state if asked."""
    minutes = formulary.site.value("due_soon").amount_in("min")
    soon = at + timedelta(minutes=int(minutes))
    shown_states = [status.value for status in (*OPEN, S.RELEASED)]
    doses = list(uow.session.execute(select(DoseRow).where(DoseRow.status.in_(shown_states)).order_by(DoseRow.due)).scalars())
    orders = list(
        uow.session.execute(
            select(OrderRow, PatientRow)
            .outerjoin(PatientRow, PatientRow.mrn == OrderRow.patient)
            .where(OrderRow.status == OrderStatus.CLARIFY.value)
        )
    )
    back = to_fetch_back(uow)
    changed = to_look_at_again(uow)
    unplaced = waiting_messages(uow, at, clock)
    wanted = FILTERS.get(only)
    picked = [row for row in doses if _wanted(row, only, wanted, at)]
    groups = _grouped(uow, picked, formulary.site, at, soon, clock, show_number(minutes))
    asked = orders if only in ("", "on_hold") else []
    questions = tuple(_question(row, patient, formulary, at, clock) for row, patient in asked)
    held = next((g for g in groups if g.name == "On hold"), Group("On hold", ()))
    fetch = tuple(_fetch(row, clock, at) for row in back) if only in ("", "fetch") else ()
    recheck = tuple(_recheck(row, clock, at) for row in changed) if only in ("", "recheck") else ()
    alarm = at - timedelta(minutes=int(minutes))
    messages = tuple(_message(one, one.received_at < alarm) for one in unplaced.messages if only in ("", "messages"))
    found = [Group("Messages that could not be placed, oldest first", messages)]
    found.append(Group("Released, and the patient changed since: a pharmacist looks before it is given", recheck))
    found += [g for g in groups if g.name != "On hold"]
    found += [Group("On hold", (*held.rows, *questions)), Group("To fetch back: the order was stopped or changed", fetch)]
    counts = _counts(doses, len(orders), {"recheck": len(changed), "fetch": len(back)}, unplaced.count, at)
    old = any(one.received_at < alarm for one in unplaced.messages)
    alarms = frozenset(name for name, number, _ in counts if number and (name in ALARMING or (name == "messages" and old)))
    return Board(counts, tuple(g for g in found if g.rows), only, show_number(minutes), alarms)


def _wanted(row: DoseRow, only: str, states: tuple[S, ...] | None, at: datetime) -> bool:
    if only == "late":
        return row.due < at and S(row.status) is not S.HELD
    if only == "stat":
        return row.priority == "stat"
    if only in ("recheck", "fetch", "messages"):
        return False
    return states is None or S(row.status) in states


def _counts(
    doses: Sequence[DoseRow], asked: int, out: Mapping[str, int], unplaced: int, at: datetime
) -> tuple[tuple[str, int, str], ...]:
    def number(name: str) -> int:
        return sum(S(row.status) in FILTERS[name] for row in doses)

    return (
        ("late", sum(row.due < at and S(row.status) is not S.HELD for row in doses), "late"),
        ("stat", sum(row.priority == "stat" for row in doses), "STAT"),
        ("to_make", number("to_make"), "to make"),
        ("staged", number("staged"), "staged"),
        ("being_made", number("being_made"), "being made"),
        ("to_check", number("to_check"), "to check"),
        ("to_label", number("to_label"), "to label"),
        ("on_hold", number("on_hold") + asked, "on hold"),
        ("recheck", out["recheck"], "to look at again"),
        ("fetch", out["fetch"], "to fetch back"),
        ("messages", unplaced, "message not placed" if unplaced == 1 else "messages not placed"),
    )


def _grouped(
    uow: UnitOfWork, rows: Sequence[DoseRow], site: SiteProfile, at: datetime, soon: datetime, clock: Clock, minutes: str
) -> list[Group]:
    urgent, next_, later, held = [], [], [], []
    for row in rows:
        if S(row.status) is S.HELD:
            held.append(_row(uow, row, site, at, clock, "hold"))
        elif row.due < at or row.priority == "stat":
            urgent.append(_row(uow, row, site, at, clock, "stat"))
        elif row.due <= soon:
            next_.append(_row(uow, row, site, at, clock, "soon"))
        else:
            later.append(_row(uow, row, site, at, clock, "later"))
    return [
        Group("", tuple(urgent)),
        Group(f"Due within {minutes} minutes", tuple(next_)),
        Group("Later", tuple(later)),
        Group("On hold", tuple(held)),
    ]


def _latest(row: DoseRow, status: S, site: SiteProfile, at: datetime, clock: Clock) -> str:
    """At the latest: begin or release it while it is not made, start it once its time is set."""
    if status in (S.QUEUED, S.STAGED):
        return "" if status is S.QUEUED and row.not_before is not None and at < row.not_before else latest_words(
            row.due, site, at, clock
        )  # fmt: skip
    return f"start by {due_text(row.start_by, at, clock)}" if status is S.RELEASED and row.start_by is not None else ""


def _row(uow: UnitOfWork, row: DoseRow, site: SiteProfile, at: datetime, clock: Clock, stripe: str) -> BoardRow:
    status = S(row.status)
    dose = load(uow, DOSE, row.record) if status not in (S.QUEUED, S.HELD) else None
    where, note = _where(uow, row, status, dose, at, clock)
    note = ", ".join(part for part in (note, _latest(row, status, site, at, clock)) if part)
    state, icon, kind = _state(row, status, at)
    late, stat = row.due < at and status is not S.HELD, row.priority == "stat"
    tag = how_long(row.due, at) if late else "STAT" if stat else how_long(row.due, at) if stripe == "soon" else ""
    know = differing_words(dose) if dose is not None and status in CHECKED else row.know
    return BoardRow(
        row.number, *due_parts(row.due, at, clock), tag, late, stat, unbroken(row.title), unbroken(row.subtitle),
        row.patient_name, row.location, state, icon, kind, where, note, know, stripe,
    )  # fmt: skip


def _state(row: DoseRow, status: S, at: datetime) -> tuple[str, str, str]:
    if status is S.QUEUED and row.not_before is not None and at < row.not_before:
        return "Wait", "clock", "line"
    return {
        S.QUEUED: ("To make", "arrow", "line"),
        S.STAGED: ("Staged", "check", "done"),
        S.IN_PREP: ("Being made", "vial", "now"),
        S.IN_PROCESS_CHECK: ("Check before mixing", "check", "now"),
        S.AWAITING_FINAL_CHECK: ("To check", "check", "now"),
        S.SECOND_CHECK: ("Second check", "person", "now"),
        S.RELEASED: ("To label", "print", "done"),
        S.HELD: ("On hold", "pause", "soft"),
    }[status]


def _where(
    uow: UnitOfWork, row: DoseRow, status: S, dose: Dose | None, at: datetime, clock: Clock
) -> tuple[str, str]:
    if status is S.QUEUED:
        wait = row.not_before is not None and at < row.not_before
        place = "a hood for hazardous drugs" if row.know == "hazardous" else "next free hood"
        return place, f"make after {due_text(row.not_before, at, clock)}" if wait and row.not_before else ""
    if dose is None:
        return "queue", "nothing is made until the order is free again"
    if status is S.STAGED:
        who = shown_name(uow, dose.scans[-1].by) if dose.scans else ""
        return "staging", f"scanned by {who}"
    if status in MADE:
        step = dose.current_step
        name = load(uow, HOOD, hood_record(dose.hood)).name or dose.hood
        now = f", step {step.number} of {len(dose.drawing.steps)}" if step else ""
        return name, f"{shown_name(uow, dose.preparers[-1])}{now}"
    if status is S.RELEASED and dose.released is not None:
        return "check desk", f"released by {shown_name(uow, dose.released.person)}, {clock.time(dose.released.at)}"
    done = dose.completed_at
    return "check desk", f"made by {shown_name(uow, dose.completed_by)}, {clock.time(done)}" if done else ""


def _question(row: OrderRow, patient: PatientRow | None, formulary: Formulary, at: datetime, clock: Clock) -> BoardRow:
    due, day = ("", "") if row.start is None else due_parts(row.start, at, clock)
    name, place = (row.patient, "") if patient is None else (patient.name, patient.location)
    return BoardRow(
        "", due, day, "", False, row.priority == "stat", unbroken(tall_title(formulary, row.drug, row.title)),
        f"order {row.number}", name, place,
        "Question asked", "pause", "soft",
        "with the prescriber", f"order of {clock.time(row.placed_at)}", row.question, "hold",
    )  # fmt: skip


def _message(message: ListedMessage, old: bool) -> BoardRow:
    day, _, time = message.received.rpartition(", ")
    return BoardRow(
        "", time, day, f"{message.age} old" if old else "", old, False, message.what, "came as a message", "", "",
        "Not placed", "unknown", "soft", "orders from a file", "a pharmacist settles it", message.why,
        "stat" if old else "hold", message=True,
    )  # fmt: skip


def to_fetch_back(uow: UnitOfWork) -> list[DoseRow]:
    """Doses that are out although their order was stopped or changed. The list is a list; the guards decide."""
    out = [status.value for status in (*OUT, S.MISSING)]
    rows = uow.session.execute(
        select(DoseRow, OrderRow)
        .join(OrderRow, OrderRow.number == DoseRow.order_number)
        .where(DoseRow.status.in_(out))
        .order_by(DoseRow.due)
    )
    over = {OrderStatus.DISCONTINUED.value, OrderStatus.REJECTED.value, OrderStatus.SUPERSEDED.value}
    return [dose for dose, order in rows if order.status in over or not _stands(uow, dose, order)]


def to_look_at_again(uow: UnitOfWork) -> list[DoseRow]:
    """Released doses, not given yet, whose patient changed since the review and no pharmacist has looked."""
    out = [status.value for status in OUT]
    rows = uow.session.execute(
        select(DoseRow).where(DoseRow.status.in_(out), DoseRow.know.startswith(MARK)).order_by(DoseRow.due)
    )
    return list(rows.scalars())


def _stands(uow: UnitOfWork, dose: DoseRow, order: OrderRow) -> bool:
    """Whether the dose is one of the current version, or of one that it repeats after a new review."""
    if dose.order_version == order.version:
        return True
    return dose.order_version in load(uow, ORDER, order_record(dose.order_number)).standing


def _recheck(row: DoseRow, clock: Clock, at: datetime) -> BoardRow:
    return BoardRow(
        row.number, *due_parts(row.due, at, clock), "", False, row.priority == "stat",
        unbroken(row.title), unbroken(row.subtitle),
        row.patient_name, row.location, "Look again",
        "warn", "soft", row.place or "not known", "not given before a pharmacist has looked",
        row.know, "stat",
    )  # fmt: skip


def _fetch(row: DoseRow, clock: Clock, at: datetime) -> BoardRow:
    return BoardRow(
        row.number, *due_parts(row.due, at, clock), "", False, False,
        unbroken(row.title), unbroken(row.subtitle),
        row.patient_name, row.location, "Fetch back",
        "swap", "soft", row.place or "not known", f"since {clock.time(row.moved_at)}",
        "not given: return or waste it", "hold",
    )  # fmt: skip
