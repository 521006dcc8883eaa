"""What the stock pages show: every lot with what there is to know about it, and which products run out."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true

from batch_records.reading import entry_from
from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES
from compounding.documents.dose_documents import in_words
from compounding.stock.location import QUARANTINE
from compounding.stock.tables import BalanceRow, LocationRow, LotRow
from compounding.views.paging import Pages, page_of
from formulary.model import Formulary

SOON = timedelta(days=30)
"""A lot that expires within this time is listed as expiring soon."""
WEEK = timedelta(days=7)
MOST_WORDS = 6
SHORTEST_CODE = 5
"""Digits from which on a typed number is looked for in the codes of products too."""
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
    """One page of the list, narrowed; and how many there are of each kind."""

    rows: tuple[ListedLot, ...]
    pages: Pages
    counts: Mapping[str, int]


def stock(
    uow: UnitOfWork, formulary: Formulary, at: datetime, today: date, show: str, text: str, number: str = "1"
) -> Stock:
    """The lots that `show` (one of `SHOWS`) and the typed words leave, first to expire first. Found in the database."""
    names = item_names(formulary)
    low = _running_out(uow, used_since(uow, at - WEEK), today)
    groups = _groups(low, today)
    wanted = [groups[show], *(_word(word, formulary) for word in text.split()[:MOST_WORDS])]
    query = select(LotRow).where(*wanted)
    found = uow.session.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    pages = page_of(number, found)
    order = query.order_by(LotRow.expires, LotRow.product, LotRow.lot).offset(pages.skipped).limit(pages.size)
    rows = tuple(_listed(row, names, low, today) for row in uow.session.execute(order).scalars())
    counts = {
        name: uow.session.execute(select(func.count()).select_from(LotRow).where(group)).scalar_one()
        for name, group in groups.items()
    }
    return Stock(rows, pages, counts)


def _groups(low: frozenset[str], today: date) -> dict[str, ColumnElement[bool]]:
    """Each of `SHOWS` as a condition on a lot."""
    day, until = today.isoformat(), (today + SOON).isoformat()
    return {
        "all": true(),
        "expired": and_(LotRow.expires != "", LotRow.expires < day, LotRow.on_hand != 0),
        "soon": and_(LotRow.expires >= day, LotRow.expires <= until, LotRow.on_hand > 0),
        "low": LotRow.product.in_(sorted(low)),
        "stopped": LotRow.state != "available",
    }


def _word(word: str, formulary: Formulary) -> ColumnElement[bool]:
    """One typed word: part of a product's name, lot, place, GTIN or NDC, or the state of the lot."""
    plain = word.casefold()
    digits = plain.replace("-", "")
    coded = len(digits) >= SHORTEST_CODE and digits.isascii() and digits.isdigit()
    items = [
        item.id
        for item in formulary.items
        if plain in item.display.casefold()
        or (coded and any(digits in (code or "").replace("-", "") for code in (item.codes.gtin, item.codes.ndc)))
    ]
    return or_(
        LotRow.product.in_(items),
        LotRow.lot.icontains(word, autoescape=True),
        LotRow.place.icontains(word, autoescape=True),
        LotRow.state == plain,
    )


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


def _running_out(uow: UnitOfWork, used: Counter[str], today: date) -> frozenset[str]:
    """Products whose usable containers do not last another week as busy as the last one; none left counts as well."""
    fit = and_(LotRow.state == "available", LotRow.expires >= today.isoformat(), LotRow.on_hand > 0)
    quarantined = (
        select(func.coalesce(func.sum(BalanceRow.count), 0))
        .join(LocationRow, LocationRow.name == BalanceRow.location)
        .where(BalanceRow.record == LotRow.record, LocationRow.kind == QUARANTINE)
        .correlate(LotRow)
        .scalar_subquery()
    )
    usable = func.coalesce(func.sum(case((fit, LotRow.on_hand - quarantined), else_=0)), 0)
    rows = uow.session.execute(select(LotRow.product, usable).group_by(LotRow.product))
    return frozenset(product for product, count in rows if int(count) <= max(used[product], 0))


def _listed(row: LotRow, names: Mapping[str, str], low: frozenset[str], today: date) -> ListedLot:
    left = (date.fromisoformat(row.expires) - today) if row.expires else None
    groups = {"all"}
    if left is not None and left < timedelta(0) and row.on_hand:
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
