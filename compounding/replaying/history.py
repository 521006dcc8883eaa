"""Past orders from their flat figures, block by block, newest first."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, cast

import numpy as np
from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from compounding.replaying.block import Block, Key, Words
from compounding.replaying.tables import FIGURES, WORDS, LimitFigureRow, NutritionJudgedRow
from compounding.reviewing.tables import OrderRow

AT_ONCE = 50_000
"""Rows that are held in memory at a time."""
_ROWS = cast(Table, LimitFigureRow.__table__)
_KEY, _COUNTS = ("record", "version", "part"), ("doses", "age_days", "age_months", "capped", "twin")
_NUMBERS = len(WORDS) + len(_KEY)
"""Where the counts and figures begin."""
_COLUMNS = [_ROWS.c[name] for name in (*WORDS, *_KEY, *_COUNTS, *FIGURES, "exact")]


@dataclass(frozen=True)
class Period:
    """From when to when orders were accepted; None leaves it open. `until` is not included."""

    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True)
class Left:
    """Rows that are no block, and why."""

    why: str
    keys: Sequence[Key]
    doses: int


NOT_KEPT = "accepted by an older release, which did not keep the figures"
TWIN = "the same drug twice in one preparation"


def span(session: Session, drug: str, period: Period) -> tuple[datetime | None, datetime | None]:
    """When the first and the last of a drug's orders in the period were accepted."""
    query = _of(select(func.min(_ROWS.c.at), func.max(_ROWS.c.at)), drug, period)
    first, last = session.execute(query).one()
    return first, last


def newest_part(session: Session, drug: str, period: Period, most: int) -> tuple[Period, int, int]:
    """The end of the period that holds at most so many of the drug's rows, and how many rows and doses lie before it."""
    newest = _of(select(_ROWS.c.at), drug, period).order_by(_ROWS.c.at.desc())
    last = session.execute(newest.offset(most).limit(1)).scalar()
    if last is None:
        return period, 0, 0
    begins = last + timedelta(microseconds=1)
    counted = select(func.count(), func.coalesce(func.sum(_ROWS.c.doses), 0))
    rows, doses = session.execute(_of(counted, drug, replace(period, until=begins))).one()
    return replace(period, since=begins), int(rows), int(doses)


def never_accepted(session: Session, drug: str, period: Period) -> int:
    """Orders of the drug that came in the period and of which no version was accepted: no figures of them are kept."""
    kept = (_ROWS.c.record, NutritionJudgedRow.record)
    accepted = [select(record).where(record == OrderRow.record).exists() for record in kept]
    query = select(func.count()).select_from(OrderRow).where(OrderRow.drug == drug, *(~one for one in accepted))
    if period.since is not None:
        query = query.where(OrderRow.placed_at >= period.since)
    if period.until is not None:
        query = query.where(OrderRow.placed_at < period.until)
    return int(session.execute(query).scalar_one())


def blocks(session: Session, drug: str, period: Period) -> Iterator[Block | Left]:
    """Every row of the drug in the period, once: in a block, or left with its reason."""
    query = _of(select(*_COLUMNS), drug, period).order_by(_ROWS.c.at.desc())
    found = session.execute(query.execution_options(yield_per=AT_ONCE))
    for rows in found.partitions(AT_ONCE):
        yield from _split(list(zip(*rows, strict=True)))


def _of(query: Select[Any], drug: str, period: Period) -> Select[Any]:
    query = query.where(_ROWS.c.drug == drug)
    if period.since is not None:
        query = query.where(_ROWS.c.at >= period.since)
    return query if period.until is None else query.where(_ROWS.c.at < period.until)


def _split(columns: Sequence[Sequence[Any]]) -> Iterator[Block | Left]:
    """Some rows, given by their columns, as blocks of rows that agree in their words."""
    known: dict[tuple[str, ...], int] = {}
    group = np.array([known.setdefault(words, len(known)) for words in zip(*columns[: len(WORDS)], strict=True)])
    keys = list(zip(*columns[len(WORDS) : _NUMBERS], strict=True))
    numbers = {name: np.array(columns[_NUMBERS + at], dtype=np.float64) for at, name in enumerate((*_COUNTS, *FIGURES))}
    for words, number in known.items():
        rows = np.flatnonzero(group == number)
        if not any(words):
            yield _left(NOT_KEPT, rows, keys, numbers)
            continue
        twin = numbers["twin"][rows] != 0
        if twin.any():
            yield _left(TWIN, rows[twin], keys, numbers)
        if not twin.all():
            yield _block(Words(*words), rows[~twin], keys, numbers, columns[-1])


def _left(why: str, rows: Any, keys: Sequence[Key], numbers: Mapping[str, Any]) -> Left:
    return Left(why, [keys[row] for row in rows], int(numbers["doses"][rows].sum()))


def _block(words: Words, rows: Any, keys: Sequence[Key], numbers: Mapping[str, Any], texts: Sequence[str]) -> Block:
    places = rows.tolist()
    return Block(
        words=words,
        keys=[keys[row] for row in places],
        doses=numbers["doses"][rows].astype(np.int64),
        age_days=numbers["age_days"][rows],
        age_months=numbers["age_months"][rows],
        capped=numbers["capped"][rows] != 0,
        columns={name: numbers[name][rows] for name in FIGURES},
        texts=[texts[row] for row in places],
    )


def block_of(rows: Sequence[Sequence[Any]]) -> Block:
    """Rows that agree in their words, given in the order words, key, counts, figures, exact text."""
    (found,) = _split(list(zip(*rows, strict=True)))
    if isinstance(found, Left):
        raise ValueError(found.why)
    return found


def read_rows(session: Session, keys: Collection[Key]) -> dict[Key, Block]:
    """Some rows by themselves, each as a block of one; those that are not judged are left out."""
    query = select(*_COLUMNS).where(
        _ROWS.c.record.in_({record for record, _, _ in keys}), _ROWS.c.exact != "", _ROWS.c.twin == 0
    )
    found = {}
    for row in session.execute(query):
        first = len(WORDS)
        key = (row[first], row[first + 1], row[first + 2])
        if key in keys:
            found[key] = block_of([row])
    return found
