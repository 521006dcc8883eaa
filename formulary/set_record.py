"""The record of the set in force: which version of which drug orders are planned with.

Its entries are consequences of releases and withdrawals, written by the system in the same unit of work. How many
there are is the version of the formulary.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry

SET_RECORD = "formulary"
"""The id of the one record of this type."""


@dataclass(frozen=True)
class FormularySet:
    """Version and digest of each drug in force."""

    version: int = 0
    drugs: Mapping[str, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class PutInForce:
    """A drug's version was released by its second pharmacist."""

    drug: str
    version: int
    digest: str


@dataclass(frozen=True)
class TakeOutOfForce:
    """The version of a drug that was in force was withdrawn."""

    drug: str


SetAction = PutInForce | TakeOutOfForce


def _encode(action: SetAction) -> tuple[str, int, Mapping[str, Any]]:
    match action:
        case PutInForce(drug, version, found):
            return "put_in_force", 1, {"drug": drug, "version": version, "digest": found}
        case TakeOutOfForce(drug):
            return "taken_out_of_force", 1, {"drug": drug}


def apply(state: FormularySet, entry: Entry) -> FormularySet:
    """The set after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    drug = str(entry.payload["drug"])
    match (entry.kind, entry.version):
        case ("put_in_force", 1):
            chosen = (int(entry.payload["version"]), str(entry.payload["digest"]))
            return FormularySet(entry.seq, {**state.drugs, drug: chosen})
        case ("taken_out_of_force", 1):
            return FormularySet(entry.seq, {name: row for name, row in state.drugs.items() if name != drug})
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _authorise(actor: Actor, action: SetAction) -> Refusal | None:  # noqa: ARG001  the shape every record type shares
    return Refusal("not_allowed", "The set in force changes only by releasing or withdrawing a drug.", 403)


def _check(state: FormularySet, action: SetAction, act: Act, context: None) -> SetAction:  # noqa: ARG001  as above
    return action


FORMULARY_SET: RecordType[FormularySet, SetAction, None] = RecordType(
    name="formulary", blank=FormularySet, apply=apply, authorise=_authorise, check=_check, encode=_encode
)
