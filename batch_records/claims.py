"""Claims: a name or badge, once taken, is never given to another person.

A claim is a record of its own, so that the head gate decides who was first, on every database.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from batch_records.acting import Consequence, RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry, digest


@dataclass(frozen=True)
class Claim:
    """State of a claim: who has it, or None."""

    owner: str | None = None


@dataclass(frozen=True)
class Take:
    """Take the claim for a person. `what` is said in the refusal (``sign-on name``)."""

    person: str
    what: str


def _authorise(_actor: Actor, _action: Take) -> Refusal | None:
    return Refusal("not_allowed", "A claim is only taken by what it belongs to.", 403)


def _apply(_state: Claim, entry: Entry) -> Claim:
    return Claim(entry.payload["person"])


def _check(state: Claim, action: Take, _act: Act, _context: None) -> Take | Refusal:
    if state.owner is not None:
        return Refusal("taken", f"This {action.what} is or was somebody's already; it is never given again.")
    return action


def _encode(action: Take) -> tuple[str, int, Mapping[str, Any]]:
    return "taken", 1, {"person": action.person, "what": action.what}


CLAIM: RecordType[Claim, Take, None] = RecordType(
    name="claim", blank=Claim, apply=_apply, authorise=_authorise, check=_check, encode=_encode
)


def claim(what: str, value: str, person: str) -> Consequence:
    """The consequence that takes `value` (say, a sign-on name) for a person."""
    return CLAIM, f"claim-{digest(f'{what}/{value}'.encode())}", Take(person, what)
