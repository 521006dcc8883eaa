"""What the stock pages show: every lot with what there is to know about it, and which products run out."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from batch_records.reading import entry_from
from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES
from compounding.documents.dose_documents import in_words
from compounding.stock.tables import LotRow
from formulary.model import Formulary

SOON = timedelta(days=30)
"""A lot that expires within this time is listed as expiring soon."""
WEEK = timedelta(days=7)
MOST = 200
"""Rows on one page; more are found by searching."""
SHOWS = {
    "all": "in all",
    "expired": "expired",
    "soon": "expire within 30 days",
    "low": "run out within a week",
    "stopped": "held or recalled",
}
"""What the list can be narrowed to, in the words of the page."""


@dataclass(frozen=True)
class ListedLot:
    """One lot as a row."""

    product: str
    display: str
    lot: str
    expires: str
    """In words: `31 Mar 2027`."""
    expires_note: str
    """`in 12 days`, `last day today`, `3 days ago`; empty when it is far off."""
    state: str
    place: str
    on_hand: int
    groups: frozenset[str]
    """Which of `SHOWS` it belongs to."""


@dataclass(frozen=True)
class Stock:
    """The list, narrowed; and how many there are of each kind."""

    rows: tuple[ListedLot, ...]
    found: int
    counts: Mapping[str, int]


def stock(uow: UnitOfWork, formulary: Formulary, at: datetime, today: date, show: str, text: str) -> Stock:
    """The lots that `show` (one of `SHOWS`) and `text` (part of a product or lot) leave, first to expire first."""
    names = item_names(formulary)
    lots = uow.session.execute(select(LotRow).order_by(LotRow.expires, LotRow.product, LotRow.lot)).scalars().all()
    low = _running_out(lots, used_since(uow, at - WEEK), today)
    listed = [_listed(row, names, low, today) for row in lots]
    counts = Counter(group for row in listed for group in row.groups)
    wanted = text.strip().casefold()
    found = [
        row
        for row in listed
        if show in row.groups and (wanted in row.display.casefold() or wanted in row.lot.casefold())
    ]
    return Stock(tuple(found[:MOST]), len(found), {group: counts[group] for group in SHOWS})


def item_names(formulary: Formulary) -> dict[str, str]:
    """Item id to the words that stand for it everywhere."""
    return {item.id: item.display for item in formulary.items}


def used_since(uow: UnitOfWork, since: datetime) -> Counter[str]:
    """Containers that went into preparations since then, by product; what came back counts against it."""
    query = select(ENTRIES).where(ENTRIES.c.kind == "lot_used", ENTRIES.c.at >= since)
    used: Counter[str] = Counter()
    for row in uow.session.execute(query):
        told = entry_from(row).payload
        used[str(told["product"])] += int(told["count"])
    return used


def _running_out(lots: Iterable[LotRow], used: Counter[str], today: date) -> frozenset[str]:
    """Products whose usable containers do not last another week as busy as the last one; none left counts as well."""
    usable: Counter[str] = Counter()
    known = set()
    for row in lots:
        known.add(row.product)
        if row.state == "available" and row.expires >= today.isoformat():
            usable[row.product] += max(row.on_hand, 0)
    return frozenset(product for product in known if usable[product] <= max(used[product], 0))


def _listed(row: LotRow, names: Mapping[str, str], low: frozenset[str], today: date) -> ListedLot:
    left = (date.fromisoformat(row.expires) - today) if row.expires else None
    groups = {"all"}
    if left is not None and left < timedelta(0):
        groups.add("expired")
    elif left is not None and left <= SOON and row.on_hand > 0:
        groups.add("soon")
    if row.product in low:
        groups.add("low")
    if row.state != "available":
        groups.add("stopped")
    return ListedLot(
        product=row.product,
        display=names.get(row.product, row.product),
        lot=row.lot,
        expires=in_words(row.expires) if row.expires else "not known",
        expires_note=how_soon(left),
        state=row.state,
        place=row.place,
        on_hand=row.on_hand,
        groups=frozenset(groups),
    )


def how_soon(left: timedelta | None) -> str:
    """`in 12 days` within a season, else nothing; a day that is past says how long ago."""
    if left is None or left > timedelta(days=90):
        return ""
    days = left.days
    if days == 0:
        return "last day today"
    many = "1 day" if abs(days) == 1 else f"{abs(days)} days"
    return f"in {many}" if days > 0 else f"{many} ago"
