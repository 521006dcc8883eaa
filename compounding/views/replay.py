"""What the page "What would this have done" shows: a replay in words, with past orders to open."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.orm import Session

from calculations.errors import CannotCompute
from calculations.printing import show
from compounding.planning.limit_rule import figure
from compounding.replaying.block import Block, Key
from compounding.replaying.history import read_rows
from compounding.replaying.outcome import NO_LIMIT, Change, Changes, OfLimit, Replayed, Tally
from compounding.replaying.tables import LimitFigureRow
from formulary.model import Limit, LimitKind, Population
from formulary.views import bound, hard_words, population_words

KINDS = {
    LimitKind.DOSE: "One dose",
    LimitKind.DAY: "Dose in a day",
    LimitKind.COURSE: "Dose in a course",
    LimitKind.LIFETIME: "Dose in a lifetime",
    LimitKind.CONCENTRATION: "Concentration",
    LimitKind.RATE: "Rate",
    LimitKind.DURATION: "Time to infuse",
}
WORDS = {
    Change.STOPS: "Would newly stop",
    Change.WARNS: "Would newly warn",
    Change.EASES: "Would stop less",
    Change.PASSES: "Would newly pass",
}
NOTES = {
    Change.STOPS: "two pharmacists and the prescriber, or no path at all",
    Change.WARNS: "one pharmacist with a reason, where nothing was said before",
    Change.EASES: "a warning instead of a stop, or a path where there was none",
    Change.PASSES: "nothing said where there was a warning or a stop",
}
_ROWS = cast(Table, LimitFigureRow.__table__)


@dataclass(frozen=True)
class Example:
    """A past order to open."""

    number: str
    version: int
    accepted: datetime
    doses: int
    figure: str
    """What the limit is held against, in its unit; empty where no one limit is meant."""


@dataclass(frozen=True)
class Counted:
    """So many orders, and some of them."""

    words: str
    note: str
    orders: int
    doses: int
    examples: tuple[Example, ...] = ()


@dataclass(frozen=True)
class LimitLine:
    """One limit as it is and as it would be, and what that changes."""

    name: str
    whom: str
    before: str
    after: str
    differs: bool
    changes: tuple[Counted, ...]


@dataclass(frozen=True)
class ReplayPage:
    """The whole answer."""

    orders: int
    doses: int
    exactly: int
    first: datetime | None
    last: datetime | None
    changes: tuple[Counted, ...]
    limits: tuple[LimitLine, ...]
    """Those that were changed, and those by which an order would fare otherwise."""
    untold: tuple[Counted, ...]
    remarks: tuple[Counted, ...]

    @property
    def empty(self) -> bool:
        """Whether there is no history at all."""
        return not self.orders and not self.untold

    @property
    def changed(self) -> int:
        """Orders that would fare otherwise."""
        return sum(row.orders for row in self.changes)


def replay_page(session: Session, found: Replayed, populations: Mapping[str, Population]) -> ReplayPage:
    """The replay as it is shown."""
    named = _named(session, found)
    return ReplayPage(
        orders=found.judged.orders,
        doses=found.judged.doses,
        exactly=found.exactly,
        first=found.first,
        last=found.last,
        changes=_changes(found.changes, named),
        limits=tuple(
            _line(row, named, populations)
            for row in found.limits.values()
            if row.differs or any(tally.orders for tally in row.changes.values())
        ),
        untold=_told(found.untold, named),
        remarks=_told(found.remarks, named),
    )


def _named(session: Session, found: Replayed) -> dict[Key, tuple[Example, Block | None]]:
    """Every order that is named somewhere, read once."""
    tallies: list[Tally] = [*found.changes.values(), *found.untold.values(), *found.remarks.values()]
    tallies += [tally for row in found.limits.values() for tally in row.changes.values()]
    wanted = {key for tally in tallies for key in tally.examples}
    names = ("record", "version", "part", "number", "at", "doses")
    query = select(*(_ROWS.c[name] for name in names)).where(
        _ROWS.c.record.in_({record for record, _, _ in wanted})
    )
    rows = {(row.record, row.version, row.part): row for row in session.execute(query)}
    blocks = read_rows(session, wanted)
    return {key: (Example(row.number, row.version, row.at, row.doses, ""), blocks.get(key)) for key, row in rows.items()}


Named = Mapping[Key, tuple[Example, Block | None]]


def _examples(keys: Iterable[Key], named: Named, limit: Limit | None = None) -> tuple[Example, ...]:
    shown = []
    for key in keys:
        example, block = named[key]
        words = "" if limit is None or block is None else _figure(limit, block)
        shown.append(Example(example.number, example.version, example.accepted, example.doses, words))
    return tuple(shown)


def _figure(limit: Limit, block: Block) -> str:
    try:
        found = figure(limit, block.exact(0).asked)
    except CannotCompute:
        return "cannot be assessed"
    return "" if found is None else show(found)


def _changes(changes: Changes, named: Named, limit: Limit | None = None) -> tuple[Counted, ...]:
    return tuple(
        Counted(WORDS[change], NOTES[change], tally.orders, tally.doses, _examples(tally.examples, named, limit))
        for change, tally in changes.items()
    )


def _told(told: Mapping[str, Tally], named: Named) -> tuple[Counted, ...]:
    return tuple(Counted(why, "", row.orders, row.doses, _examples(row.examples, named)) for why, row in told.items())


def _line(row: OfLimit, named: Named, populations: Mapping[str, Population]) -> LimitLine:
    limit = row.after or row.before
    changes = tuple(each for each in _changes(row.changes, named, limit) if each.orders)
    if limit is None:
        assert row.id == NO_LIMIT
        return LimitLine("No limit on dose or speed holds", "a warning by itself", "", "", False, changes)
    name = KINDS[limit.kind] + ("" if limit.purpose == "any" else f", {limit.purpose}")
    route = f"{limit.route or 'every route'}, {'any line' if limit.line == 'any' else f'{limit.line} line'}"
    whom = f"{population_words((limit.population,), populations)}; {route}"
    return LimitLine(name, whom, _bounds(row.before), _bounds(row.after), row.differs, changes)


def _bounds(limit: Limit | None) -> str:
    if limit is None:
        return "not there"
    usual = bound(limit.low, limit.high)
    return usual if limit.hard_max is None else f"{usual}; never above {hard_words(limit)}"
