"""The ledger of a lot: what each entry moves, and the balances that are the sum of all moves."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from compounding.record_actions import RecordAction
from compounding.stock.in_hand import InHand, PutBackLot
from compounding.stock.lot_actions import (
    AdjustLot,
    ReceiveLot,
    ReturnLot,
    TransferLot,
    UseContainer,
    WasteLot,
)
from compounding.stock.sending import ArriveLot, SendLot, goes_to, way_to


@dataclass(frozen=True)
class Lot:
    """One lot, with its containers at each location."""

    product: str = ""
    lot: str = ""
    expires: str = ""
    """Last day of use, ISO date."""
    state: str = "available"
    """available, held or recalled."""
    reason: str = ""
    recall: str = ""
    """Number of the recall that holds it."""
    beneath: tuple[str, str] = ("", "")
    """State and reason of a stop of our own beneath the recall: it stands again when the recall lets go."""
    place: str = ""
    """Where it was put last."""
    received: bool = False
    price: int | None = None
    """Cents for one container, as last invoiced."""
    balances: Mapping[str, int] = field(default_factory=dict)
    """Containers by location; below zero where more went out than came in. A location without containers is left out."""
    corrections: Mapping[str, int] = field(default_factory=dict)
    """How often the count at each location was put right."""
    in_hand: tuple[InHand, ...] = ()
    """Controlled containers that wait for two persons to put them back, the oldest first."""

    @property
    def on_hand(self) -> int:
        """Containers at all locations."""
        return sum(self.balances.values())

    def at(self, location: str) -> int:
        """Containers at one location."""
        return self.balances.get(location, 0)

    @property
    def on_the_way(self) -> dict[str, int]:
        """Containers that are carried to a location, by that location."""
        return {goes_to(place): count for place, count in self.balances.items() if goes_to(place) and count > 0}

    @property
    def place_words(self) -> str:
        """Where containers lie, or where the last ones lay."""
        return ", ".join(sorted(place for place, count in self.balances.items() if count > 0)) or self.place


@dataclass(frozen=True)
class Move:
    """Containers that went into a location, or out of it (below zero)."""

    location: str
    count: int


def moves_of(before: Lot, action: RecordAction) -> tuple[Move, ...]:
    """What an action moves, from the state before it. Moves of nothing are left out."""
    return tuple(move for move in _moves(before, action) if move.count)


def _moves(before: Lot, action: RecordAction) -> list[Move]:
    if isinstance(action, ReceiveLot):
        return [Move(action.place, action.count)]
    if isinstance(action, AdjustLot):
        if action.location:
            return [Move(action.location, action.count - before.at(action.location))]
        return _spread(before, action.count - before.on_hand)
    if isinstance(action, TransferLot | PutBackLot):
        return [Move(action.source, -action.count), Move(action.target, action.count)]
    if isinstance(action, SendLot):
        return [Move(action.source, -action.count), Move(way_to(action.target), action.count)]
    if isinstance(action, ArriveLot):
        gone = Move(way_to(action.target), -(action.count + action.missing))
        return [gone, Move(action.target, action.count)]
    if isinstance(action, WasteLot | ReturnLot):
        return [Move(action.location, -action.count)]
    if isinstance(action, UseContainer):
        return [Move(action.location, -action.count)] if action.location else _spread(before, -action.count)
    return []


def _spread(before: Lot, change: int) -> list[Move]:
    """A change that names no location, as entries before there were locations: the last place first, then the others."""
    if change >= 0:
        return [Move(before.place, change)]
    wanted, moves = -change, []
    for place in (before.place, *sorted(set(before.balances) - {before.place})):
        taken = min(wanted, max(before.at(place), 0))
        moves.append(Move(place, -taken))
        wanted -= taken
    return [*moves, Move(before.place, -wanted)] if wanted else moves


def balances_after(before: Lot, moves: tuple[Move, ...]) -> dict[str, int]:
    """The balances with these moves added."""
    balances = dict(before.balances)
    for move in moves:
        balances[move.location] = balances.get(move.location, 0) + move.count
    return {place: count for place, count in balances.items() if count}


def worth(price: int | None, count: int) -> int | None:
    """Cents that so many containers cost; None when the price is not known."""
    return None if price is None else price * count
