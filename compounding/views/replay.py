"""What the page "What would this have done" shows: a replay in words, with past orders to open."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from formulary.model import Drug, Limit, LimitKind, Population
from formulary.nutrition.model_rules import LimitRow
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


@dataclass(frozen=True)
class DrugLine:
    """One drug of a replay over all of them."""

    drug: str
    display: str
    page: ReplayPage


ExamplesOf = Callable[[Sequence[Key], OfLimit | None], tuple[Example, ...]]
"""The named orders as they are shown, with what the one limit is held against."""


def replay_page(session: Session, found: Replayed, populations: Mapping[str, Population]) -> ReplayPage:
    """The replay of a drug as it is shown."""
    named = _named(session, found)

    def examples(keys: Sequence[Key], row: OfLimit | None) -> tuple[Example, ...]:
        return tuple(_example(*named[key], row) for key in keys)

    return shown_page(found, examples, lambda row: _limit_words(row, populations), _bounds)


def drug_line(session: Session, found: Replayed, drug: Drug) -> DrugLine:
    """One drug of a replay of the house's rules."""
    return DrugLine(drug.id, drug.display, replay_page(session, found, {each.id: each for each in drug.populations}))


def shown_page(
    found: Replayed,
    examples: ExamplesOf,
    words: Callable[[OfLimit], tuple[str, str]],
    bounds: Callable[[Limit | LimitRow | None], str],
) -> ReplayPage:
    """A replay in words. `words`: name of a limit and whom it is for; `bounds`: its bounds."""
    lines = []
    for row in found.limits.values():
        changes = tuple(each for each in _changes(row.changes, examples, row) if each.orders)
        if row.differs or changes:
            stated = ("", "") if row.id == NO_LIMIT else (bounds(row.before), bounds(row.after))
            lines.append(LimitLine(*words(row), *stated, row.differs, changes))
    return ReplayPage(
        orders=found.judged.orders,
        doses=found.judged.doses,
        exactly=found.exactly,
        first=found.first,
        last=found.last,
        changes=_changes(found.changes, examples, None),
        limits=tuple(lines),
        untold=_told(found.untold, examples),
        remarks=_told(found.remarks, examples),
    )


def wanted(found: Replayed) -> set[Key]:
    """Every order that is named somewhere."""
    tallies: list[Tally] = [*found.changes.values(), *found.untold.values(), *found.remarks.values()]
    tallies += [tally for row in found.limits.values() for tally in row.changes.values()]
    return {key for tally in tallies for key in tally.examples}


def _changes(changes: Changes, examples: ExamplesOf, row: OfLimit | None) -> tuple[Counted, ...]:
    return tuple(
        Counted(WORDS[change], NOTES[change], tally.orders, tally.doses, examples(tally.examples, row))
        for change, tally in changes.items()
    )


def _told(told: Mapping[str, Tally], examples: ExamplesOf) -> tuple[Counted, ...]:
    return tuple(Counted(why, "", row.orders, row.doses, examples(row.examples, None)) for why, row in told.items())


def _named(session: Session, found: Replayed) -> dict[Key, tuple[Example, Block | None]]:
    keys = wanted(found)
    names = ("record", "version", "part", "number", "at", "doses")
    query = select(*(_ROWS.c[name] for name in names)).where(_ROWS.c.record.in_({record for record, _, _ in keys}))
    rows = {(row.record, row.version, row.part): row for row in session.execute(query)}
    blocks = read_rows(session, keys)
    return {
        key: (Example(row.number, row.version, row.at, row.doses, ""), blocks.get(key)) for key, row in rows.items()
    }


def _example(example: Example, block: Block | None, row: OfLimit | None) -> Example:
    limit = None if row is None else row.after or row.before
    return replace(example, figure=_figure(limit, block)) if block is not None and isinstance(limit, Limit) else example


def _figure(limit: Limit, block: Block) -> str:
    try:
        found = figure(limit, block.exact(0).asked)
    except CannotCompute:
        return "cannot be assessed"
    return "" if found is None else show(found)


def _limit_words(row: OfLimit, populations: Mapping[str, Population]) -> tuple[str, str]:
    limit = row.after or row.before
    if not isinstance(limit, Limit):
        return "No limit on dose or speed holds", "a warning by itself"
    name = KINDS[limit.kind] + ("" if limit.purpose == "any" else f", {limit.purpose}")
    route = f"{limit.route or 'every route'}, {'any line' if limit.line == 'any' else f'{limit.line} line'}"
    return name, f"{population_words((limit.population,), populations)}; {route}"


def _bounds(limit: Limit | LimitRow | None) -> str:
    if not isinstance(limit, Limit):
        return "not there"
    usual = bound(limit.low, limit.high)
    return usual if limit.hard_max is None else f"{usual}; never above {hard_words(limit)}"
