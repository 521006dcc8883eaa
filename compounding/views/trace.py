"""What the trace of a subject shows: how far it reaches, every preparation with what to do next, and the stock it touched."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from batch_records.store import UnitOfWork
from compounding.documents.dose_documents import Clock, in_words
from compounding.people import shown_name
from compounding.rooms import hood_record
from compounding.stock.tables import LotRow, OpenedRow
from compounding.tables import HoodRow
from compounding.tracing.finding import Found, Tally, preparations, tally
from compounding.tracing.next_steps import GROUPS, HOLD_IT, LOT_TODO, OPENED_TODO, UNIT_TODO, next_step
from compounding.tracing.stock import Units, lots_of, opened_of, units_of
from compounding.tracing.subject import Subject
from compounding.views.controlled import products_counted_now
from compounding.views.paging import Pages, page_of

HEADS = (
    "what to do", "preparation", "number", "order", "patient", "MRN", "ward", "state", "last place", "containers", "due",
    "hood", "made by", "released by",
)  # fmt: skip


@dataclass(frozen=True)
class Traced:
    """One preparation in words."""

    number: str
    order: str
    preparation: str
    patient: str
    mrn: str
    location: str
    state: str
    place: str
    todo: str
    group: str
    containers: str
    due: str
    hood: str
    made_by: str
    released_by: str

    def cells(self) -> tuple[str, ...]:
        """The row of the file, in the order of `HEADS`."""
        return (
            self.todo, self.preparation, self.number, self.order, self.patient, self.mrn, self.location, self.state,
            self.place, self.containers, self.due, self.hood, self.made_by, self.released_by,
        )  # fmt: skip


@dataclass(frozen=True)
class Stocked:
    """Something on a shelf that the subject touched: a lot, an opened container or a unit of a batch."""

    what: str
    """lot, opened container or unit."""
    name: str
    number: str
    state: str
    place: str
    count: str
    todo: str
    link: tuple[str, str, str]
    """What its page is asked with: kind, product or number, lot."""


@dataclass(frozen=True)
class Trace:
    """One page of a trace."""

    subject: Subject
    title: str
    tally: Tally
    rows: tuple[Traced, ...]
    pages: Pages
    stock: tuple[Stocked, ...]


class Shown:
    """Turns what was found into words; people, hoods and products are read once each."""

    def __init__(self, uow: UnitOfWork, clock: Clock, items: Mapping[str, str]) -> None:
        self._uow = uow
        self._clock = clock
        self._people: dict[str, str] = {"": ""}
        self.items = items
        self.hoods = hood_names(uow)
        self.counted = products_counted_now(uow)

    def person(self, person: str) -> str:
        """Name with credentials."""
        if person not in self._people:
            self._people[person] = shown_name(self._uow, person)
        return self._people[person]

    def preparation(self, found: Found) -> Traced:
        """One preparation in words."""
        step = next_step(found.status)
        return Traced(
            number=found.number,
            order=found.order,
            preparation=f"{found.title} {found.subtitle}".strip(),
            patient=found.patient_name,
            mrn=found.patient.removeprefix("patient-"),
            location=found.location,
            state=step.state,
            place=found.place,
            todo=step.todo,
            group=step.group,
            containers=str(found.containers or ""),
            due=self._clock.moment(found.due),
            hood=self.hoods.get(found.hood, found.hood),
            made_by=self.person(found.made_by),
            released_by=self.person(found.released_by),
        )

    def title(self, subject: Subject) -> str:
        """The subject as a heading: ``Lot DEMO-1 of cefTRIAXone 500 mg vial, at Hood 1``."""
        parts = []
        product = self.items.get(subject.product, subject.product)
        if subject.lot:
            parts.append(f"Lot {subject.lot} of {product}")
        elif product:
            parts.append(f"Every lot of {product}")
        if subject.batch:
            parts.append(f"Batch {subject.batch}")
        if subject.hood:
            parts.append(f"made at {self.hoods.get(subject.hood, subject.hood)}")
        if subject.person:
            parts.append(f"with a hand of {self.person(subject.person)}")
        if subject.place:
            parts.append(f"what lay at {subject.place}")
        if subject.since is not None or subject.until is not None:
            parts.append(self._window(subject))
        text = ", ".join(parts)
        text = f"{subject.test}: {text}" if subject.test else text
        return text[:1].upper() + text[1:]

    def _window(self, subject: Subject) -> str:
        since = "" if subject.since is None else f"from {self._clock.moment(subject.since)}"
        until = "" if subject.until is None else f"until {self._clock.moment(subject.until)}"
        if subject.place and subject.since is None:
            return until.replace("until", "at", 1)
        return " ".join(filter(None, ("" if subject.place or subject.person else "made", since, until)))


def hood_names(uow: UnitOfWork) -> dict[str, str]:
    """Station of a hood to its name."""
    rows = uow.session.execute(select(HoodRow.record, HoodRow.name))
    return {record.removeprefix(hood_record("")): name for record, name in rows}


def trace(uow: UnitOfWork, subject: Subject, shown: Shown, group: str = "", page: str = "1") -> Trace:
    """One page of the trace; `group` of `GROUPS` leaves one group."""
    counted = tally(uow, subject)
    pages = page_of(page, counted.groups[group] if group else counted.preparations)
    found = preparations(uow, subject, group, pages.skipped, pages.size)
    rows = tuple(shown.preparation(one) for one in found)
    return Trace(subject, shown.title(subject), counted, rows, pages, stock_of(uow, subject, shown))


def whole(uow: UnitOfWork, subject: Subject, shown: Shown) -> Iterable[Traced]:
    """Every preparation, for a file or a list on paper."""
    return (shown.preparation(one) for one in preparations(uow, subject))


def stock_of(uow: UnitOfWork, subject: Subject, shown: Shown) -> tuple[Stocked, ...]:
    """The lots, opened containers and units of batches that the subject names or that were made of it."""
    lots = [_lot(row, shown) for row in lots_of(uow, subject)]
    units = [_units(one) for one in units_of(uow, subject)]
    return (*lots, *(_opened(row) for row in opened_of(uow, subject)), *units)


def _lot(row: LotRow, shown: Shown) -> Stocked:
    expires = f", until {in_words(row.expires)}" if row.expires else ""
    return Stocked(
        "lot",
        shown.items.get(row.product, row.product),
        f"{row.lot}{expires}",
        "may be used" if row.state == "available" else row.state,
        row.place or "place not said",
        "being counted" if row.product in shown.counted else f"{row.on_hand:,}".replace("-", "−"),
        LOT_TODO.get(row.state, HOLD_IT),
        ("lot", row.product, row.lot),
    )


def _opened(row: OpenedRow) -> Stocked:
    return Stocked(
        "opened container", row.display, row.number, row.state, row.place, row.left,
        OPENED_TODO.get(row.state, HOLD_IT), ("opened", row.number, row.lot),
    )  # fmt: skip


def _units(one: Units) -> Stocked:
    words = f"{one.count:,}" if one.count else "none yet"
    return Stocked(
        "batch", one.title, one.number, one.state.replace("_", " "), one.location or "not said", words,
        UNIT_TODO.get(one.state, HOLD_IT), ("batch", one.number, ""),
    )  # fmt: skip


def group_words() -> Mapping[str, str]:
    """The groups that a page can be narrowed to."""
    return GROUPS
