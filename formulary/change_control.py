"""Change control, for every record of versions: what is asked, by whom, and the rules of drafting and withdrawing.

What a release must hold stands in `formulary.release_rules`.

The parts are plain functions: a type of record encodes its own drafts and reads its own texts, and asks these for the rest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from batch_records.acts import Act, Actor, Refusal
from formulary.versions import DRAFTS, Stage, Versions

MAY_DRAFT = frozenset({"pharmacist", "lead", "administrator"})
MAY_RELEASE = frozenset({"pharmacist"})
MAY_WITHDRAW = frozenset({"pharmacist", "lead"})
LONGEST = 500
"""Characters of a reason or a source."""
LARGEST_STEP = 1_000
"""How far a version's number may lie above the newest: a typing error would leave no number for the next one."""
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
    against: int | None = None
    """The version that the page compared it with; 0: none, or what comes with the program. None: it was read beside none."""
    without_replay: str = ""
    """Why it is released although no replay of exactly this draft was seen."""
    replay: Mapping[str, Any] | None = None
    """The replay that was kept with the draft, as the entry keeps it. Filled in by the record."""


@dataclass(frozen=True)
class KeepReplay:
    """Keep the replay that was looked at with the draft, for its release."""

    version: int
    digest: str
    """Of the draft."""
    against: int
    """The version that it was compared with."""
    replay: str
    """Digest of everything that the replay told."""
    totals: Mapping[str, Any]


@dataclass(frozen=True)
class Withdraw:
    """Take a version out of use for ever; a draft is abandoned."""

    version: int
    reason: str


def encoded(prefix: str, action: Release | Withdraw | KeepReplay) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of what all types of record share."""
    if isinstance(action, Withdraw):
        return f"{prefix}_withdrawn", 1, {"version": action.version, "reason": action.reason}
    if isinstance(action, KeepReplay):
        told = {"version": action.version, "digest": action.digest, "against": action.against, "replay": action.replay}
        return f"{prefix}_replay_kept", 1, {**told, "totals": dict(action.totals)}
    signed = None if action.signature is None else dict(action.signature)
    told = {"version": action.version, "digest": action.digest, "effective": action.effective, "signature": signed}
    return f"{prefix}_released", 3, {**told, **beside(action)}


def beside(action: Release) -> dict[str, Any]:
    """What a release says beside the version itself: what it was compared with, and the replay or why there is none."""
    replay = None if action.replay is None else dict(action.replay)
    return {"against": action.against, "replay": replay, "without_replay": action.without_replay}


def not_for(actor: Actor, action: object) -> Refusal | None:
    """Who may ask for this at all. A draft is whatever is neither a release nor a withdrawal."""
    match action:
        case Release() | KeepReplay():
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
    if version > state.newest + LARGEST_STEP:
        text = f"Version {version} of {display} is far above version {state.newest}, the newest. Number it {state.newest + 1}."
        return Refusal("version_too_high", text, 422)
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
    if not action.reason.strip() or len(action.reason) > LONGEST:
        return Refusal("reason_missing", f"Say why this version is withdrawn, in at most {LONGEST} characters.", 422)
    return action
