"""Minimum and maximum of a product at a location, and what follows from them: the reorder list. Pure beyond the record."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from sqlalchemy import Table

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from compounding.planning.plan_data import from_data
from compounding.record_actions import RecordAction, by_role, encode, table_of
from compounding.stock.location import LOCATION, Location, location_record
from compounding.stock.lot_actions import MOST_CONTAINERS
from compounding.stock.tables import LevelRow


@dataclass(frozen=True)
class Level:
    """A maximum of zero: nothing is kept there, and nothing is ordered for it."""

    product: str = ""
    location: str = ""
    minimum: int = 0
    maximum: int = 0


@dataclass(frozen=True)
class SetLevel(RecordAction):
    kind: ClassVar[str] = "level_set"
    product: str
    location: str
    minimum: int
    maximum: int
    reason: str = ""


PERMISSIONS: Mapping[str, frozenset[str]] = {"level_set": frozenset({"buyer", "pharmacist", "lead"})}


def level_record(product: str, location: str) -> str:
    """The id of the record of a product at a location."""
    return f"level-{product}@{location}"


def _apply(state: Level, entry: Entry) -> Level:
    action = from_data(SetLevel, entry.payload)
    return replace(
        state, product=action.product, location=action.location, minimum=action.minimum, maximum=action.maximum
    )


def _gather(uow: UnitOfWork, record: str, state: Level, action: SetLevel, act: Act) -> Location:
    return load(uow, LOCATION, location_record(action.location))


def _check(state: Level, action: SetLevel, act: Act, location: Location) -> SetLevel | Refusal:
    if not location.name or location.name != action.location or location.quarantined:
        return Refusal("location_wrong", "Choose a location that stock is used from.", 422)
    if action.maximum and not location.active:
        return Refusal("location_closed", f"{location.name} is not in use any more: nothing is kept there.", 422)
    if not 0 <= action.minimum <= action.maximum <= MOST_CONTAINERS:
        return Refusal("levels_wrong", "The minimum is zero or more, and the maximum no less than the minimum.", 422)
    if state.product and not action.reason.strip():
        return Refusal("reason_missing", "Say why it changes.", 422)
    return action


def _rows(record: str, state: Level) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    row = {"record": record} | {name: getattr(state, name) for name in Level.__dataclass_fields__}
    return {table_of(LevelRow): [row] if state.product else []}


LEVEL: RecordType[Level, SetLevel, Location] = RecordType(
    name="level",
    blank=Level,
    apply=_apply,
    authorise=by_role(PERMISSIONS),
    gather=_gather,
    check=_check,
    encode=encode,
    projection_tables=(table_of(LevelRow),),
    projection_rows=_rows,
)


@dataclass(frozen=True)
class Needed:
    """One product at one location that has fallen below its minimum, and what mends it."""

    product: str
    location: str
    minimum: int
    maximum: int
    usable: int
    """Containers there that may be used."""
    on_order: int
    """Of what is on order, the part that is counted for this location."""
    order: int
    """To order, so that the maximum is reached when all of it has come."""
    moves: tuple[tuple[str, int], ...] = ()
    """What a store room can spare: its name, and containers to put here instead of ordering them."""


def needed(
    levels: Iterable[Level],
    usable: Mapping[tuple[str, str], int],
    on_order: Mapping[str, int],
    stores: Iterable[str] = (),
) -> tuple[Needed, ...]:
    """What is below its minimum, by product and location.

    `usable`: containers by product and location; `on_order`: containers still to come, by product; `stores`: the store
    rooms. What a store room has above its own minimum is moved before anything is ordered. What it spares and what is on
    order is counted once: for the locations in the order of their names, each up to its maximum.
    """
    found = []
    left = dict(on_order)
    known = sorted(levels, key=lambda one: (one.product, one.location))
    spare = _spare(known, usable, set(stores))
    for level in known:
        have = usable.get((level.product, level.location), 0)
        if not level.maximum or have >= level.minimum:
            continue
        wanted = level.maximum - max(have, 0)
        moves = _taken(spare.get(level.product, {}), wanted)
        wanted -= sum(count for _, count in moves)
        coming = min(wanted, left.get(level.product, 0))
        left[level.product] = left.get(level.product, 0) - coming
        told = (level.minimum, level.maximum, have, coming, wanted - coming, moves)
        found.append(Needed(level.product, level.location, *told))
    return tuple(found)


def _spare(
    levels: Iterable[Level], usable: Mapping[tuple[str, str], int], stores: set[str]
) -> dict[str, dict[str, int]]:
    """By product and store room: what lies there above its own minimum."""
    minimum = {(level.product, level.location): level.minimum for level in levels}
    spare: dict[str, dict[str, int]] = {}
    for (product, location), count in sorted(usable.items()):
        over = count - minimum.get((product, location), 0)
        if location in stores and over > 0:
            spare.setdefault(product, {})[location] = over
    return spare


def _taken(spare: dict[str, int], wanted: int) -> tuple[tuple[str, int], ...]:
    """What each store room gives, until nothing more is wanted; what it gave is not offered again."""
    moves = []
    for location, over in spare.items():
        count = min(over, wanted)
        if count:
            moves.append((location, count))
            spare[location] -= count
            wanted -= count
    return tuple(moves)
