"""The rules of change control, for every record of versions: who drafts, who releases, from when, who withdraws.

The parts are plain functions: a type of record encodes its own drafts and reads its own texts, and asks these for the rest.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from batch_records.acts import Act, Actor, Refusal
from batch_records.signatures import sign
from batch_records.types import instant_from, instant_text
from formulary.faults import DataFault
from formulary.versions import DRAFTS, Stage, Version, Versions

MEANINGS = {1: "Released as first pharmacist", 2: "Released as second pharmacist"}
"""What a signature says, in print."""
MAY_DRAFT = frozenset({"pharmacist", "lead", "administrator"})
MAY_RELEASE = frozenset({"pharmacist"})
MAY_WITHDRAW = frozenset({"pharmacist", "lead"})
LONGEST = 500
"""Characters of a reason or a source."""
FURTHEST = timedelta(days=366)
"""How far ahead a version may take effect: a typing error of a year is refused."""


@dataclass(frozen=True)
class Change:
    """Why a version is drafted and what it rests on: every draft carries one."""

    why: str
    source: str
    base: int = 0
    """Version that was edited; 0 when the whole was brought in anew."""
    seen: int | None = None
    """The newest version when the author began; None when nothing was edited here. Only for the gate, not kept."""

    def as_data(self) -> dict[str, Any]:
        """As the entry keeps it."""
        return {"why": self.why, "source": self.source, "base": self.base}


FROM_THE_PROGRAM = Change("the values that come with the program", "data files of the program")
"""For the files that come with the program."""


@dataclass(frozen=True)
class Release:
    """Stand behind a version, as first or as second pharmacist. `digest` is of what was read on the page."""

    version: int
    digest: str
    effective: str = ""
    """For the second release: the instant from which it is in force, in UTC; empty is at once."""
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class Withdraw:
    """Take a version out of use for ever; a draft is abandoned."""

    version: int
    reason: str


def encoded(prefix: str, action: Release | Withdraw) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of what all types of record share."""
    if isinstance(action, Withdraw):
        return f"{prefix}_withdrawn", 1, {"version": action.version, "reason": action.reason}
    signed = None if action.signature is None else dict(action.signature)
    told = {"version": action.version, "digest": action.digest, "effective": action.effective, "signature": signed}
    return f"{prefix}_released", 2, told


def not_for(actor: Actor, action: object) -> Refusal | None:
    """Who may ask for this at all. A draft is whatever is neither a release nor a withdrawal."""
    match action:
        case Release():
            may = MAY_RELEASE
        case Withdraw():
            may = MAY_WITHDRAW | MAY_DRAFT  # an author of any of these roles abandons a draft of their own
        case _:
            may = MAY_DRAFT
    if actor.roles & may:
        return None
    return Refusal("not_allowed", f"{actor.name} may not do this; it is for a {' or '.join(sorted(may))}.", 403)


def draft_refusal(state: Versions, version: int, display: str, change: Change) -> Refusal | None:
    """Whether a draft under this number may come in: it says why and from where, and nobody saved one in between."""
    for code, words, text in (
        ("reason_missing", "why", change.why),
        ("source_missing", "on what source", change.source),
    ):
        if not text.strip() or len(text) > LONGEST:
            told = f"Say {words} {display or 'this'} changes, in at most {LONGEST} characters."
            return Refusal(code, told, 422)
    if change.seen is not None and change.seen != state.newest:
        text = (
            f"Version {state.newest} was saved while you were editing. Nothing of yours is lost: it stands below. Look at "
            "that version first; saving again makes yours a draft of its own."
        )
        return Refusal("edited_meanwhile", text, 409)
    if version <= state.newest:
        text = f"Version {version} of {display} is not new: version {state.newest} was loaded before."
        return Refusal("version_not_new", text, 409)
    return None


def checked_release(
    state: Versions,
    action: Release,
    act: Act,
    record: str,
    content: Mapping[str, Any],
    faults: Callable[[Version], Sequence[DataFault]],
) -> Release | Refusal:
    """The release with its signature over `content`, version, digest and effective time; or why it is refused.

    `faults` reads the version again beside what is in force now.
    """
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    refused = _release_refusal(row, action, act) or _time_refusal(state, row, action.effective, act.at)
    if refused is not None:
        return refused
    found = faults(row)
    if found:
        return Refusal("data_faulty", f"{len(found)} faults beside what is in force. {found[0]}", 422)
    told = {**content, "version": row.version, "digest": row.digest}
    if action.effective:
        told["effective"] = action.effective
    signature = sign(act, MEANINGS[1 if row.first is None else 2], record, told)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _release_refusal(row: Version, action: Release, act: Act) -> Refusal | None:
    person = act.actor.person
    if action.digest != row.digest:
        return Refusal("not_what_was_read", "The page showed other data than this version holds. Load it again.", 409)
    if row.stage not in DRAFTS:
        return Refusal("wrong_stage", f"Version {row.version} is {row.stage.value}; it cannot be released.", 409)
    if person == row.author:
        return Refusal("own_work", "You loaded this version. Two other pharmacists must release it.", 403)
    if person == row.first:
        return Refusal("same_person", "You released this version already. Another pharmacist must do the second.", 403)
    return None


def _time_refusal(state: Versions, row: Version, effective: str, now: datetime) -> Refusal | None:
    if effective and row.first is None:
        return Refusal("time_too_early", "The second pharmacist says from when it is in force.", 422)
    try:
        begins = instant_from(effective) if effective else now
    except ValueError:
        return Refusal("time_wrong", f"'{effective}' is no time.", 422)
    if effective and not now < begins <= now + FURTHEST:
        return Refusal("time_wrong", "The time lies in the past or more than a year ahead.", 422)
    waiting = [other for other in state.scheduled_at(now) if other.effective is not None and other.effective > begins]
    if row.first is not None and waiting:
        number, at = waiting[-1].version, waiting[-1].effective
        words = instant_text(at)[:16].replace("T", " ") if at else ""
        text = (
            f"Version {number} is released and takes effect on {words} UTC. Choose a later time, or withdraw it first."
        )
        return Refusal("other_scheduled", text, 409)
    return None


def checked_withdrawal(state: Versions, action: Withdraw, act: Act) -> Withdraw | Refusal:
    """The withdrawal, or why it is refused: a draft is abandoned by whoever may withdraw, or by its author."""
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    if row.stage is Stage.WITHDRAWN:
        return Refusal("wrong_stage", f"Version {row.version} was withdrawn before.", 409)
    own_draft = row.stage in DRAFTS and row.author == act.actor.person
    if not own_draft and not act.actor.roles & MAY_WITHDRAW:
        return Refusal(
            "not_allowed", "A pharmacist or a lead withdraws it; an author abandons only drafts of their own.", 403
        )
    if not action.reason.strip():
        return Refusal("reason_missing", "Say why this version is withdrawn.", 422)
    return action
