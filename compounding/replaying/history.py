"""Past orders from their flat figures, block by block, newest first."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import numpy as np
from sqlalchemy import Select, Table, func, select
from sqlalchemy.orm import Session

from compounding.replaying.block import Block, Key, Words
from compounding.replaying.tables import FIGURES, WORDS, LimitFigureRow

AT_ONCE = 50_000
"""Rows that are held in memory at a time."""
_ROWS = cast(Table, LimitFigureRow.__table__)
_KEY, _COUNTS = ("record", "version", "part"), ("doses", "age_days", "age_months", "capped", "twin")
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


def blocks(session: Session, drug: str, period: Period) -> Iterator[Block | Left]:
    """Every row of the drug in the period, once: in a block, or left with its reason."""
    query = _of(select(*_COLUMNS), drug, period).order_by(_ROWS.c.at.desc())
    found = session.execute(query.execution_options(yield_per=AT_ONCE))
    for rows in found.partitions(AT_ONCE):
        grouped: defaultdict[tuple[Any, ...], list[Any]] = defaultdict(list)
        for row in rows:
            grouped[row[: len(WORDS)]].append(row)
        for words, alike in grouped.items():
            yield from _of_group(words, alike)


def _of(query: Select[Any], drug: str, period: Period) -> Select[Any]:
    query = query.where(_ROWS.c.drug == drug)
    if period.since is not None:
        query = query.where(_ROWS.c.at >= period.since)
    return query if period.until is None else query.where(_ROWS.c.at < period.until)


def _of_group(words: tuple[Any, ...], rows: Sequence[Any]) -> Iterator[Block | Left]:
    if not any(words):
        yield _left(NOT_KEPT, rows)
        return
    at = len(WORDS) + len(_KEY) + _COUNTS.index("twin")
    twins = [row for row in rows if row[at]]
    if twins:
        yield _left(TWIN, twins)
        rows = [row for row in rows if not row[at]]
    if rows:
        yield block_of(Words(*words), [row[len(WORDS) :] for row in rows])


def _left(why: str, rows: Sequence[Any]) -> Left:
    first = len(WORDS)
    keys = [(str(row[first]), int(row[first + 1]), int(row[first + 2])) for row in rows]
    return Left(why, keys, sum(row[first + 3] for row in rows))


def block_of(words: Words, rows: Sequence[Sequence[Any]]) -> Block:
    """Columns of rows in the order key, counts, figures, exact text."""
    columns = list(zip(*rows, strict=True))
    counts = {name: columns[len(_KEY) + at] for at, name in enumerate(_COUNTS)}
    *figures, texts = columns[len(_KEY) + len(_COUNTS) :]
    return Block(
        words=words,
        keys=list(zip(*columns[: len(_KEY)], strict=True)),
        doses=np.array(counts["doses"], dtype=np.int64),
        age_days=np.array(counts["age_days"], dtype=np.int64),
        age_months=np.array(counts["age_months"], dtype=np.int64),
        capped=np.array(counts["capped"], dtype=bool),
        columns={name: np.array(column, dtype=np.float64) for name, column in zip(FIGURES, figures, strict=True)},
        texts=texts,
    )


def read_rows(session: Session, keys: Collection[Key]) -> dict[Key, Block]:
    """Some rows by themselves, each as a block of one; those without figures are left out."""
    query = select(*_COLUMNS).where(_ROWS.c.record.in_({record for record, _, _ in keys}), _ROWS.c.exact != "")
    found = {}
    for row in session.execute(query):
        first = len(WORDS)
        key = (row[first], row[first + 1], row[first + 2])
        if key in keys:
            found[key] = block_of(Words(*row[:first]), [row[first:]])
    return found
