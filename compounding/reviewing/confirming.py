"""Who confirmed a hard finding: a registered prescriber, or another one by telephone whose words were read back."""

import re

from batch_records.acts import Act, Actor, Refusal
from compounding.reviewing.actions import Accept, Confirmation
from compounding.reviewing.order_state import OrderVersion, names

PRESCRIBER = "prescriber"
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def confirmed_in_words(given: Confirmation, registered: Actor | None) -> str:
    """`Dr. R. Castell`, or `Dr. A. Other, consultant, by telephone at 14:05, read back`."""
    if registered is not None:
        return f"{registered.name}, {registered.credentials}" if registered.credentials else registered.name
    return f"{given.name.strip()}, {given.role.strip()}, by telephone at {given.time}, read back"


def confirmation_refusal(
    given: Confirmation | None, version: OrderVersion, registered: Actor | None, act: Act
) -> Refusal | None:
    """A prescriber other than the reviewer: chosen among the registered ones, or heard on the telephone and read back."""
    given = given or version.confirmation
    own = Refusal("own_confirmation", "The prescriber confirms a hard finding, not the pharmacist who reviews.", 422)
    if given is None:
        return own if names(version.prescriber_confirmed, act.actor.name, act.actor.credentials) else None
    if given.person == act.actor.person or names(given.name, act.actor.name, act.actor.credentials):
        return own
    if given.person:
        if registered is None or PRESCRIBER not in registered.roles:
            return Refusal("no_prescriber", "That person is no prescriber here. Choose one, or say who told it.", 422)
        return None
    if not (given.name.strip() and given.role.strip()):
        return Refusal("telephone_incomplete", "Say the name and the role of who confirmed it by telephone.", 422)
    if not _TIME.fullmatch(given.time):
        return Refusal("telephone_time", "Say when it was confirmed by telephone, such as 14:05.", 422)
    if not given.read_back:
        return Refusal("not_read_back", "Read the order back to the prescriber, and say that you did.", 422)
    return None


def completed_words(action: Accept, registered: Actor | None) -> str:
    """What is kept of who confirmed it: never a name that was only typed."""
    return "" if action.confirmation is None else confirmed_in_words(action.confirmation, registered)
