"""What the release of a version must hold: who signs, for what, compared with what, from when, and with which replay."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from batch_records.acts import Act, Refusal
from batch_records.signatures import sign
from batch_records.types import instant_from, instant_text
from formulary.change_control import FURTHEST, LONGEST, KeepReplay, Release, beside
from formulary.faults import DataFault
from formulary.versions import DRAFTS, SeenReplay, Version, Versions

MEANINGS = {1: "Released as first pharmacist", 2: "Released as second pharmacist"}
"""What a signature says, in print."""


def checked_release(
    state: Versions,
    action: Release,
    act: Act,
    record: str,
    content: Mapping[str, Any],
    faults: Callable[[Version], Sequence[DataFault]],
    replayable: bool = False,
) -> Release | Refusal:
    """The release with its signature over `content`, version, digest, effective time, what it was compared with and its replay;
    or why it is refused.

    `faults` reads the version again beside what is in force now and what was released for later. `replayable`: what it changes
    can be replayed over past orders, so that a release without a replay needs a reason.
    """
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    refused = _release_refusal(state, row, action, act) or _time_refusal(state, row, action.effective, act.at)
    if refused is not None:
        return refused
    with_replay = _with_replay(state, row, action, act, replayable)
    if isinstance(with_replay, Refusal):
        return with_replay
    action, found = with_replay, faults(row)
    if found:
        return Refusal("data_faulty", f"{len(found)} faults beside what is in force. {found[0]}", 422)
    told = {**content, "version": row.version, "digest": row.digest}
    told |= {name: value for name, value in beside(action).items() if value}
    if action.effective:
        told["effective"] = action.effective
    signature = sign(act, MEANINGS[1 if row.first is None else 2], record, told)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def kept_replay(state: Versions, row: Version, person: str) -> SeenReplay | None:
    """The replay of exactly this draft, against what it would replace now: this person's own newest one, else anybody's."""
    against = _number(state.to_replace)
    found = [seen for seen in row.replays if seen.against == against]
    own = [seen for seen in found if seen.person == person]
    return (own or found)[-1] if found else None


def _with_replay(state: Versions, row: Version, action: Release, act: Act, replayable: bool) -> Release | Refusal:
    """The release with the replay that was kept for it, or with the reason why there is none."""
    seen = kept_replay(state, row, act.actor.person)
    reason = action.without_replay.strip()
    if len(reason) > LONGEST:
        return Refusal("reason_too_long", f"Say in at most {LONGEST} characters why there is no replay.", 422)
    if seen is not None:
        return replace(action, replay=seen.as_data(), without_replay="")
    if replayable and not reason:
        text = (
            "Nobody kept a replay of exactly this version against what it would replace. Replay it over past orders, or say "
            "why it is released without."
        )
        return Refusal("replay_missing", text, 422)
    return replace(action, replay=None, without_replay=reason)


def _number(row: Version | None) -> int:
    return 0 if row is None else row.version


def _compared_refusal(state: Versions, row: Version, action: Release) -> Refusal | None:
    """Whether the page showed the difference that the release would make now, and the first pharmacist read the same."""
    against = _number(state.to_replace)
    if action.against is not None and action.against != against:
        text = "Another version was released or withdrawn since you opened this page. Load it again: it changes something else."
        return Refusal("compared_with_other", text, 409)
    if row.first is not None and against and row.first_against != against:
        text = (
            f"This one would now replace version {against}, which is not what the first pharmacist read it beside: another "
            "was released or withdrawn since. Edit it again: what you save is a new draft, for two other pharmacists."
        )
        return Refusal("first_read_other", text, 409)
    return None


def _hands(state: Versions, row: Version) -> frozenset[str]:
    """Who wrote this version: its author, and the authors of the drafts it was edited from."""
    found = {row.author}
    base = state.versions.get(row.base)
    while base is not None and base.effective is None and base.version < row.version:
        row = base
        found.add(row.author)
        base = state.versions.get(row.base)
    return frozenset(found)


def checked_replay(state: Versions, action: KeepReplay) -> KeepReplay | Refusal:
    """The replay to be kept with a draft, or why it is refused."""
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    if row.stage not in DRAFTS:
        return Refusal("wrong_stage", f"Version {row.version} is {row.stage.value}; it waits for no release.", 409)
    if action.digest != row.digest or action.against != _number(state.to_replace):
        return Refusal(
            "replayed_other", "This replay is of another draft, or against another version. Replay it again.", 409
        )
    return action


def _release_refusal(state: Versions, row: Version, action: Release, act: Act) -> Refusal | None:
    person = act.actor.person
    if action.digest != row.digest:
        return Refusal("not_what_was_read", "The page showed other data than this version holds. Load it again.", 409)
    if row.stage not in DRAFTS:
        return Refusal("wrong_stage", f"Version {row.version} is {row.stage.value}; it cannot be released.", 409)
    if person == row.author:
        return Refusal("own_work", "You loaded this version. Two other pharmacists must release it.", 403)
    if person in _hands(state, row):
        return Refusal(
            "own_work", "You wrote the draft that this one was edited from. Two others must release it.", 403
        )
    if person == row.first:
        return Refusal("same_person", "You released this version already. Another pharmacist must do the second.", 403)
    return _compared_refusal(state, row, action)


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
