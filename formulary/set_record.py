"""The record of the set in force: which version of which drug orders are planned with, and from when.

Its entries are consequences of releases and withdrawals, written by the system in the same unit of work. The set at a moment
follows from the entries and the moment alone; how many of them have taken effect is the version of the formulary.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.types import instant_from

SET_RECORD = "formulary"
"""The id of the one record of this type."""


@dataclass(frozen=True)
class Move:
    """From `at` on, orders of this drug are planned with this version; None: with none."""

    at: datetime
    drug: str
    chosen: tuple[int, str] | None
    """Number and digest of the version."""


@dataclass(frozen=True)
class FormularySet:
    """Every move that was decided, in the order of the decisions."""

    moves: tuple[Move, ...] = ()
    latest: datetime | None = None
    """Time of the newest entry: a look is never from before it."""

    def past(self, moment: datetime) -> tuple[Move, ...]:
        """The moves that have taken effect at a moment, in the order of their effect."""
        return tuple(sorted((move for move in self.moves if move.at <= moment), key=lambda move: move.at))

    def drugs_at(self, moment: datetime) -> Mapping[str, tuple[int, str]]:
        """Version and digest of each drug in force at a moment."""
        last = {move.drug: move.chosen for move in self.past(moment)}
        return {drug: chosen for drug, chosen in last.items() if chosen is not None}


@dataclass(frozen=True)
class PutInForce:
    """A drug's version was released by its second pharmacist."""

    drug: str
    version: int
    digest: str
    effective: str = ""
    """The instant from which it is in force; empty is at once."""


@dataclass(frozen=True)
class TakeOutOfForce:
    """The version of a drug that was in force was withdrawn."""

    drug: str


@dataclass(frozen=True)
class CallOff:
    """A version that was to take effect later was withdrawn before."""

    drug: str
    version: int


SetAction = PutInForce | TakeOutOfForce | CallOff


def _encode(action: SetAction) -> tuple[str, int, Mapping[str, Any]]:
    match action:
        case PutInForce(drug, version, found, effective):
            told = {"drug": drug, "version": version, "digest": found, "effective": effective}
            return "put_in_force", 2, told
        case TakeOutOfForce(drug):
            return "taken_out_of_force", 1, {"drug": drug}
        case CallOff(drug, version):
            return "called_off", 1, {"drug": drug, "version": version}


def apply(state: FormularySet, entry: Entry) -> FormularySet:
    """The set after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    told = entry.payload
    drug = str(told["drug"])
    match (entry.kind, entry.version):
        case ("put_in_force", 1 | 2):
            effective = str(told.get("effective", ""))
            begins = max(entry.at, instant_from(effective)) if effective else entry.at
            return FormularySet(
                (*state.moves, Move(begins, drug, (int(told["version"]), str(told["digest"])))), entry.at
            )
        case ("taken_out_of_force", 1):
            return FormularySet((*state.moves, Move(entry.at, drug, None)), entry.at)
        case ("called_off", 1):
            version = int(told["version"])
            kept = tuple(
                row for row in state.moves if row.drug != drug or row.chosen is None or row.chosen[0] != version
            )
            return FormularySet(kept, entry.at)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _authorise(actor: Actor, action: SetAction) -> Refusal | None:  # noqa: ARG001  the shape every record type shares
    return Refusal("not_allowed", "The set in force changes only by releasing or withdrawing a drug.", 403)


def _check(state: FormularySet, action: SetAction, act: Act, context: None) -> SetAction:  # noqa: ARG001  as above
    return action


FORMULARY_SET: RecordType[FormularySet, SetAction, None] = RecordType(
    name="formulary", blank=FormularySet, apply=apply, authorise=_authorise, check=_check, encode=_encode
)
