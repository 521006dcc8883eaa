"""Containers of a controlled drug that were scanned for a preparation and came back before it was begun: they are in somebody's
hand until two persons put them where they had been taken from.

Until then they lie at a place of their own in the ledger, that of the station at which they were scanned: counted there, used by
nothing, moved and sent back by nobody. Pure.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from batch_records.acts import Refusal
from compounding.record_actions import RecordAction

IN_HAND = "In hand at "


@dataclass(frozen=True)
class InHand:
    """One container in hand."""

    dose: str
    """Number of the preparation that it was scanned for."""
    place: str
    home: str
    """Where it had been taken from, and where it is put back."""


@dataclass(frozen=True)
class PutBackLot(RecordAction):
    """Containers in hand are where they had been taken from again. Asked for by two persons, never by one."""

    kind: ClassVar[str] = "lot_put_back"
    count: int
    dose: str
    source: str
    target: str
    reason: str = ""


def hand_at(station: str) -> str:
    """The place in the ledger of what is in hand at a station."""
    return f"{IN_HAND}{station}"


def is_in_hand(place: str) -> bool:
    """Whether a place is no location but somebody's hand."""
    return place.startswith(IN_HAND)


def after_putting_back(held: tuple[InHand, ...], action: PutBackLot) -> tuple[InHand, ...]:
    """What is in hand still."""
    own = _meant(held, action)[: action.count]
    left = list(held)
    for one in own:
        left.remove(one)
    return tuple(left)


def still_there(held: tuple[InHand, ...], balances: Mapping[str, int]) -> tuple[InHand, ...]:
    """What is in hand by the ledger: what was wasted there, or is missing by a closed case, is in hand no more."""
    kept: list[InHand] = []
    for one in reversed(held):
        if sum(other.place == one.place for other in kept) < balances.get(one.place, 0):
            kept.append(one)
    return tuple(reversed(kept))


def refused_to_put_back(held: tuple[InHand, ...], action: PutBackLot) -> Refusal | None:
    """No more is put back than is in hand, and only to where it had been taken from."""
    there = len(_meant(held, action))
    if action.count < 1:
        return Refusal("count_wrong", "At least one container.", 422)
    if action.count > there:
        text = f"{there} of preparation {action.dose} {'is' if there == 1 else 'are'} in hand there, not {action.count}."
        return Refusal("not_in_hand", text, 422)
    return None


def _meant(held: tuple[InHand, ...], action: PutBackLot) -> list[InHand]:
    return [one for one in held if one == InHand(action.dose, action.source, action.target)]
