"""What the recall pages show: every recall with its progress, and one of them task by task."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Row, Select, case, func, or_, select

from batch_records.acting import load
from batch_records.acts import Actor
from batch_records.store import UnitOfWork
from compounding.batches.tables import BatchRow
from compounding.documents.dose_documents import Clock
from compounding.people import shown_name
from compounding.preparing.tables import DoseRow
from compounding.recalls.listing import count_unlisted
from compounding.recalls.numbering import recall_record
from compounding.recalls.part import PART, Part
from compounding.recalls.record import RECALL, Recall
from compounding.recalls.tables import RecallRow, RecallTaskRow
from compounding.recalls.tasks import CATEGORIES, DOSE, WAYS, Task
from compounding.stock.tables import LotRow, OpenedRow
from compounding.tracing.next_steps import next_step, standing_of
from compounding.views.paging import Pages, page_of

SHOWS = {"open": "still to do", "all": "in all", "held": "held", "asked": "to be confirmed", "settled": "settled"}
"""What the tasks can be narrowed to, in the words of the page."""
_CATEGORY_ORDER = {category: place for place, category in enumerate(CATEGORIES)}


@dataclass(frozen=True)
class Progress:
    """How far a recall is."""

    total: int
    settled: int
    held: int

    @property
    def percent(self) -> int:
        """Whole percent, 100 only when all is settled."""
        return 100 if self.settled == self.total else self.settled * 100 // self.total

    def listed(self, unlisted: int) -> int:
        """Whole percent of what it touches that is listed; 100 only when all is."""
        return self.total * 100 // (self.total + unlisted) if unlisted else 100


@dataclass(frozen=True)
class ListedRecall:
    """One recall as a row."""

    number: str
    title: str
    reason: str
    status: str
    opened: str
    progress: Progress


@dataclass(frozen=True)
class TaskLine:
    """One task as a row."""

    item: str
    what: str
    number: str
    title: str
    patient: str
    where: str
    state: str
    """How it stands now, in words."""
    todo: str
    """What is still to be done; empty when it is settled."""
    said: str
    by: str
    held: bool
    settled: bool
    asked: str
    """Who asked for it to be cleared, and why; empty while nobody has, and once it is cleared."""
    link: tuple[str, str, str]
    others: tuple[str, ...] = ()
    """Numbers of the other recalls that list it as well and have not settled it."""


@dataclass(frozen=True)
class RecallPage:
    """One recall for the person who looks."""

    recall: Recall
    opened_by: str
    opened_at: str
    closing: str
    """Who signed first for the closing."""
    closed: str
    progress: Progress
    counts: Mapping[str, int]
    lines: tuple[TaskLine, ...]
    pages: Pages
    unlisted: int
    """Touched, and not listed yet: not usable already."""
    ways: tuple[tuple[str, str], ...]
    """Outcomes that the person may record."""
    may_ask: bool
    may_confirm: bool
    may_sign: str
    """ask or close, when the person can sign now; else empty."""


def listed(uow: UnitOfWork, clock: Clock) -> tuple[ListedRecall, ...]:
    """Every recall, the open ones first, newest first."""
    order = (case({"closed": 1}, value=RecallRow.status, else_=0), RecallRow.opened_at.desc())
    rows = list(uow.session.execute(select(RecallRow).order_by(*order)).scalars())
    reached = progress_of(uow, [row.number for row in rows])
    return tuple(
        ListedRecall(
            row.number,
            row.title,
            row.reason,
            row.status,
            f"{shown_name(uow, row.opened_by)}, {clock.moment(row.opened_at)}",
            reached.get(row.number, Progress(0, 0, 0)),
        )
        for row in rows
    )


def progress_of(uow: UnitOfWork, numbers: Sequence[str]) -> dict[str, Progress]:
    """How far each recall is."""
    columns = (func.count(), func.sum(RecallTaskRow.settled), func.sum(RecallTaskRow.held))
    query = (
        select(RecallTaskRow.recall, *columns).where(RecallTaskRow.recall.in_(numbers)).group_by(RecallTaskRow.recall)
    )
    return {str(n): Progress(int(t), int(s), int(h)) for n, t, s, h in uow.session.execute(query)}


def recall_page(
    uow: UnitOfWork,
    number: str,
    actor: Actor,
    clock: Clock,
    items: Mapping[str, str],
    show: str = "open",
    page: str = "1",
    find: str = "",
) -> RecallPage | None:
    """One recall; None for a number that none has. `find`: part of a ward, a place or a number."""
    recall = load(uow, RECALL, recall_record(number))
    if not recall.number or recall.opened_at is None:
        return None
    reached = progress_of(uow, [number]).get(number, Progress(0, 0, 0))
    counts = _counts(uow, number, reached)
    wanted = _tasks(number, show, find)
    found = uow.session.execute(select(func.count()).select_from(wanted.order_by(None).subquery())).scalar_one()
    pages = page_of(page, found)
    rows = uow.session.execute(wanted.offset(pages.skipped).limit(pages.size)).all()
    parts = {part: load(uow, PART, part) for part in {row.record for row in rows}}
    others = _others(uow, number, [row.item for row in rows])
    unlisted = count_unlisted(uow, number, recall.touching) if recall.status == "open" else 0
    return RecallPage(
        recall,
        shown_name(uow, recall.opened_by),
        clock.moment(recall.opened_at),
        "" if not recall.closing_asked_by else f"{shown_name(uow, recall.closing_asked_by)}: {recall.closing_reason}",
        "" if recall.closed_at is None else f"{shown_name(uow, recall.closed_by)}, {clock.moment(recall.closed_at)}",
        reached,
        counts,
        tuple(
            replace(_line(uow, row, parts[row.record], items, clock), others=tuple(others.get(row.item, ()))) for row in rows
        ),
        pages,
        unlisted,
        _ways(recall, actor),
        recall.status == "open" and bool(actor.roles & {"pharmacist", "lead"}) and reached.percent != 100,
        recall.status == "open" and "pharmacist" in actor.roles and bool(counts["asked"]),
        _may_sign(recall, reached, unlisted, actor),
    )


def _others(uow: UnitOfWork, number: str, items: Sequence[str]) -> dict[str, list[str]]:
    """By item: the other recalls that wait for it as well."""
    task = RecallTaskRow
    wanted = select(task.item, task.recall).where(task.item.in_(items), task.recall != number, task.settled == 0)
    found: dict[str, list[str]] = {}
    for item, other in uow.session.execute(wanted.order_by(task.recall)):
        found.setdefault(item, []).append(other)
    return found


def _ways(recall: Recall, actor: Actor) -> tuple[tuple[str, str], ...]:
    if recall.status != "open":
        return ()
    return tuple((name, way.text) for name, way in WAYS.items() if way.roles & actor.roles)


def _may_sign(recall: Recall, reached: Progress, unlisted: int, actor: Actor) -> str:
    ready = recall.status == "open" and reached.percent == 100 and not unlisted
    if not ready or not actor.roles & {"pharmacist", "lead"}:
        return ""
    if not recall.closing_asked_by:
        return "ask"
    return "" if recall.closing_asked_by == actor.person else "close"


def _counts(uow: UnitOfWork, number: str, reached: Progress) -> dict[str, int]:
    asked = (
        select(func.count()).select_from(RecallTaskRow).where(RecallTaskRow.recall == number, RecallTaskRow.asked == 1)
    )
    return {
        "open": reached.total - reached.settled,
        "all": reached.total,
        "held": reached.held,
        "asked": int(uow.session.execute(asked).scalar_one()),
        "settled": reached.settled,
    }


def _tasks(number: str, show: str, find: str) -> Select[Any]:
    urgency = case(_CATEGORY_ORDER, value=RecallTaskRow.category)
    columns: tuple[Any, ...] = (RecallTaskRow.record, RecallTaskRow.item, DoseRow)
    query = select(*columns).outerjoin(DoseRow, DoseRow.record == RecallTaskRow.item)
    wanted = {
        "open": RecallTaskRow.settled == 0,
        "held": RecallTaskRow.held == 1,
        "asked": RecallTaskRow.asked == 1,
        "settled": RecallTaskRow.settled == 1,
    }
    query = query.where(RecallTaskRow.recall == number)
    if show in wanted:
        query = query.where(wanted[show])
    if find:
        texts = (DoseRow.location, DoseRow.place, RecallTaskRow.item)
        query = query.where(or_(*(text.icontains(find, autoescape=True) for text in texts)))
    return query.order_by(RecallTaskRow.settled, urgency, DoseRow.location, RecallTaskRow.item)


def _line(uow: UnitOfWork, row: Row[Any], part: Part, items: Mapping[str, str], clock: Clock) -> TaskLine:
    task = part.tasks[row.item]
    number, title, patient, where, state, link = _dose(row.DoseRow) if task.what == DOSE else _stock(uow, task, items)
    last = task.outcomes[-1] if task.outcomes else None
    said = [WAYS[one.way].text + (f" ({one.note})" if one.note else "") for one in task.outcomes]
    said += ["Cleared by two persons"] if task.cleared else []
    asked = f"{shown_name(uow, task.asked_by)}: {task.why}" if task.asked_by and not task.cleared else ""
    return TaskLine(
        task.item,
        task.what,
        number,
        title,
        patient,
        where,
        state,
        task.left,
        "; ".join(said),
        "" if last is None else f"{shown_name(uow, last.by)}, {clock.moment(last.at)}",
        task.held,
        task.settled,
        asked,
        link,
    )


def _dose(row: DoseRow) -> tuple[str, str, str, str, str, tuple[str, str, str]]:
    where = f"{row.location}, last seen: {row.place}" if row.place else row.location
    title = f"{row.title} {row.subtitle}".strip()
    state = next_step(standing_of(row.status, row.place, row.hood)).state
    return row.number, title, row.patient_name, where, state, ("dose", row.number, "")


def _stock(
    uow: UnitOfWork, task: Task, items: Mapping[str, str]
) -> tuple[str, str, str, str, str, tuple[str, str, str]]:
    if (lot := uow.session.get(LotRow, task.item)) is not None:
        where = f"{lot.on_hand:,} at {lot.place or 'a place not said'}".replace("-", "−")
        return (
            f"lot {lot.lot}",
            items.get(lot.product, lot.product),
            "",
            where,
            lot.state,
            ("lot", lot.product, lot.lot),
        )
    if (opened := uow.session.get(OpenedRow, task.item)) is not None:
        link = ("opened", opened.number, "")
        return opened.number, f"{opened.display}, opened", "", opened.place, opened.state, link
    if (batch := uow.session.get(BatchRow, task.item)) is not None:
        words = f"{batch.finished} units, {batch.available} of them free"
        return batch.number, f"{batch.title}, batch", "", words, batch.status, ("batch", batch.number, "")
    return task.item, task.item, "", "", "", ("", "", "")
