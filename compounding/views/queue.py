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
from compounding.preparing.kinds import order_types
from compounding.preparing.record import DOSE
from compounding.preparing.states import OPEN
from compounding.preparing.states import DoseStatus as S
from compounding.preparing.tables import DoseRow
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow
from compounding.rooms import HOOD, hood_record
from compounding.views.check_desk import differing_words
from compounding.views.emergencies import Unchecked, unchecked
from compounding.views.messages import ListedMessage, message_alarm, waiting_messages
from compounding.views.order_facts import tall_title
from compounding.views.queue_out import to_fetch_back, to_look_at_again
from compounding.views.start_times import latest_words
from compounding.views.strip import due_parts, due_text, how_long, unbroken
from formulary.model import Formulary, SiteProfile

MADE = (S.IN_PREP, S.IN_PROCESS_CHECK)
TO_BEGIN = (S.QUEUED, S.STAGED)
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


BESIDE = {
    "emergency": "Released in an emergency: another pharmacist checks it afterwards",
    "recheck": "Released, and the patient changed since: a pharmacist looks before it is given",
    "fetch": "To fetch back: the order was stopped or changed",
}
"""Headings of what is out of the queue and asks for somebody."""
LOOKED_BACK = timedelta(days=7)
"""How far back the board looks for emergency releases that were given unchecked; the check desk lists every one."""
ALARMING = ("late", "emergency", "recheck")
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
    """Names of counts that somebody must look at now: what is late, what is on hold past its due time, messages that wait longer
    than the site allows."""

    seldom: tuple[str, ...] = ("emergency", "recheck")
    """Counts that stand there only while there is something to count."""

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
    unplaced = waiting_messages(uow, at, clock)
    wanted = FILTERS.get(only)
    picked = [row for row in doses if _wanted(row, only, wanted, at)]
    waiting = [row.record for row in picked if S(row.status) in TO_BEGIN]
    looked = _Looked(uow, formulary.site, at, clock, order_types(uow, waiting))
    groups = _grouped(looked, picked, soon, show_number(minutes))
    asked = orders if only in ("", "on_hold") else []
    questions = tuple(_question(row, patient, formulary, at, clock) for row, patient in asked)
    held = next((g for g in groups if g.name == "On hold"), Group("On hold", ()))
    out = _of_what_is_out(looked)
    alarm = at - message_alarm(formulary.site)
    messages = tuple(_message(one, one.received_at < alarm) for one in unplaced.messages if only in ("", "messages"))
    found = [Group("Messages that could not be placed, oldest first", messages)]
    found += [Group(BESIDE[name], out[name]) for name in ("emergency", "recheck") if only in ("", name)]
    found += [g for g in groups if g.name != "On hold"]
    found += [Group("On hold", (*held.rows, *questions))]
    found += [Group(BESIDE["fetch"], out["fetch"])] if only in ("", "fetch") else []
    counts = _counts(doses, len(orders), {name: len(rows) for name, rows in out.items()}, unplaced.count, at)
    old = any(one.received_at < alarm for one in unplaced.messages)
    waits = {"messages": old, "on_hold": any(_held_past_due(row, at) for row in doses)}
    alarms = frozenset(name for name, number, _ in counts if number and (name in ALARMING or waits.get(name)))
    return Board(counts, tuple(g for g in found if g.rows), only, show_number(minutes), alarms)


@dataclass(frozen=True)
class _Looked:
    """Where the board looks from: what every row asks."""

    uow: UnitOfWork
    site: SiteProfile
    at: datetime
    clock: Clock
    kinds: Mapping[str, str]
    """Record of a dose that waits to be begun -> its kind of order."""


def _of_what_is_out(look: _Looked) -> dict[str, tuple[BoardRow, ...]]:
    """What was released and asks for somebody, whatever its place in the queue: by its name in the address."""
    uow, clock, at = look.uow, look.clock, look.at
    return {
        "emergency": tuple(_emergency(one, clock, at) for one in unchecked(uow, look.site, at - LOOKED_BACK)),
        "recheck": tuple(_recheck(row, clock, at) for row in to_look_at_again(uow)),
        "fetch": tuple(_fetch(row, clock, at) for row in to_fetch_back(uow)),
    }


def _wanted(row: DoseRow, only: str, states: tuple[S, ...] | None, at: datetime) -> bool:
    if only == "late":
        return row.due < at and S(row.status) is not S.HELD
    if only == "stat":
        return row.priority == "stat"
    if only in (*BESIDE, "messages"):
        return False
    return states is None or S(row.status) in states


def _held_past_due(row: DoseRow, at: datetime) -> bool:
    """On hold when it should have been given: somebody asks whether it stays so."""
    return row.due < at and S(row.status) is S.HELD


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
        ("emergency", out["emergency"], "emergency to check"),
        ("recheck", out["recheck"], "to look at again"),
        ("fetch", out["fetch"], "to fetch back"),
        ("messages", unplaced, "message not placed" if unplaced == 1 else "messages not placed"),
    )


def _grouped(look: _Looked, rows: Sequence[DoseRow], soon: datetime, minutes: str) -> list[Group]:
    urgent, next_, later, held = [], [], [], []
    for row in rows:
        if S(row.status) is S.HELD:
            held.append(_row(look, row, "hold"))
        elif row.due < look.at or row.priority == "stat":
            urgent.append(_row(look, row, "stat"))
        elif row.due <= soon:
            next_.append(_row(look, row, "soon"))
        else:
            later.append(_row(look, row, "later"))
    return [
        Group("", tuple(urgent)),
        Group(f"Due within {minutes} minutes", tuple(next_)),
        Group("Later", tuple(later)),
        Group("On hold", tuple(held)),
    ]


def _latest(look: _Looked, row: DoseRow, status: S) -> str:
    """At the latest: begin or release it while it is not made, start it once its time is set."""
    at, clock = look.at, look.clock
    if status in TO_BEGIN:
        early = status is S.QUEUED and row.not_before is not None and at < row.not_before
        return "" if early else latest_words(row.due, look.kinds.get(row.record, ""), look.site, at, clock)
    return f"start by {due_text(row.start_by, at, clock)}" if status is S.RELEASED and row.start_by is not None else ""


def _row(look: _Looked, row: DoseRow, stripe: str) -> BoardRow:
    uow, at, clock, status = look.uow, look.at, look.clock, S(row.status)
    dose = load(uow, DOSE, row.record) if status not in (S.QUEUED, S.HELD) else None
    where, note = _where(uow, row, status, dose, at, clock)
    note = ", ".join(part for part in (note, _latest(look, row, status)) if part)
    state, icon, kind = _state(row, status, at)
    late, stat = row.due < at and status is not S.HELD, row.priority == "stat"
    counts_down = late or _held_past_due(row, at) or (stripe == "soon" and not stat)
    tag = how_long(row.due, at) if counts_down else "STAT" if stat else ""
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


def _emergency(one: Unchecked, clock: Clock, at: datetime) -> BoardRow:
    row, late = one.row, at >= one.check_by
    return BoardRow(
        row.number, *due_parts(row.due, at, clock), "check overdue" if late else "", late, row.priority == "stat",
        unbroken(row.title), unbroken(row.subtitle),
        row.patient_name, row.location, "Check afterwards",
        "warn", "soft", row.place or "not known", f"check it by {due_text(one.check_by, at, clock)}",
        one.reason, "stat" if late else "hold",
    )  # fmt: skip


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
