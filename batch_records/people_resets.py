"""The rules of a reset: one administrator asks for it, a second person confirms it, the person concerned chooses alone.

21 CFR 11.200(a)(3): using another's signature must take two. So the code that lets somebody choose their secrets comes in two
halves, one shown to whoever asked and one to whoever confirmed; neither of them has the whole.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from batch_records.acts import Act, Actor, Refusal
from batch_records.signatures import Signature, sign

MAY_CONFIRM = frozenset({"administrator", "lead", "pharmacist"})
"""Who may be the second person."""
ASKED_FOR = timedelta(hours=24)
"""How long a reset waits for its second person."""
CODE_LASTS = timedelta(hours=24)
"""How long the person concerned may use the code."""
MEANING = "Confirmed the reset of the secrets of"


@dataclass(frozen=True)
class Reset:
    """A reset as the entries tell: asked for, and perhaps confirmed."""

    number: int
    """Sequence of the entry that asked for it."""
    key: str
    by: str
    reason: str
    asked_at: datetime
    code_digest: str = ""
    """Of the whole code; empty until somebody confirmed."""
    confirmed_by: str = ""
    confirmed_at: datetime | None = None

    def waits(self, at: datetime) -> bool:
        """Whether a second person may confirm it now."""
        return not self.code_digest and at < self.asked_at + ASKED_FOR

    def opens(self, at: datetime) -> bool:
        """Whether the person concerned may use the code now."""
        return self.confirmed_at is not None and at < self.confirmed_at + CODE_LASTS


@dataclass(frozen=True)
class StartReset:
    """An administrator asks that somebody may choose their secrets anew. Nothing ends yet."""

    reason: str


@dataclass(frozen=True)
class ConfirmReset:
    """A second person confirms it with their own secret: old secrets and all sessions end at once."""

    number: int
    """Of the entry that asked, as the second person saw it."""
    code_digest: str
    signature: Signature | None = None
    """Made by the check."""


AT_SERVER = Actor("server", "System at the server", frozenset({"server"}))
"""Who acts where no person can: whoever sits at the server's own command line with the right to its files."""
RECOVERED = "recovered_at_server"


@dataclass(frozen=True)
class Recover:
    """The server's command line gives somebody the way back in: see `recovering`."""

    reason: str
    code_digest: str


@dataclass(frozen=True)
class Concerned:
    """Whom a reset is about, as far as its rules ask."""

    person: str
    name: str
    enabled: bool
    had_secrets: bool
    reset: Reset | None


def check_start(action: StartReset, concerned: Concerned, act: Act) -> Refusal | None:
    """Why this reset cannot be asked for, or None."""
    if act.actor.person == concerned.person:
        return Refusal("own_reset", "Nobody starts their own reset; another administrator does.")
    if not concerned.enabled:
        return Refusal("disabled", f"{concerned.name} is disabled. Give access back first.")
    if not action.reason.strip():
        return Refusal("no_reason", "A reason is needed.", 422)
    return None


def check_confirm(action: ConfirmReset, concerned: Concerned, act: Act, others: bool) -> Signature | Refusal:
    """The second person's signature, or why there is none.

    `others`: somebody but the actor and the person concerned was ever able to confirm. While nobody was, in a new hospital,
    whoever asked may confirm too, for somebody who never had a secret; the entry shows it.
    """
    reset, actor = concerned.reset, act.actor.person
    if reset is None or not reset.waits(act.at):
        return Refusal("no_reset", f"No reset of {concerned.name} waits for a second person.")
    if reset.number != action.number:
        return Refusal("other_reset", "Another reset was started since this page was shown. Look at it first.")
    if actor == concerned.person:
        return Refusal("own_reset", "Nobody confirms their own reset.", 403)
    if actor == reset.by and (others or concerned.had_secrets):
        return Refusal("same_person", "You started this reset. A second person confirms it.", 403)
    content = {"person": concerned.person, "reset": reset.number, "asked_by": reset.by, "reason": reset.reason}
    return sign(act, f"{MEANING} {concerned.name}", concerned.person, content)
