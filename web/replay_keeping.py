"""A replay that stands on a page, as a text that only this server can make: what is kept with a draft is what was shown.

The page carries it in its form; nothing is worked out a second time, and nobody can send totals that no replay told.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

from batch_records.types import instant_from, instant_text
from calculations.errors import Fault
from compounding.replaying.history import Period
from formulary.change_control import KeepReplay
from formulary.versions import Version
from web.acting import read_form
from web.services import now
from web.sessions import open_visitor

FIELD = "told"
OLDEST = timedelta(hours=12)
"""How old a page may be from which a replay is kept."""


def _serializer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="replay that was shown")


def sealed(told: Mapping[str, Any]) -> str:
    """The text that goes into the page."""
    return str(_serializer().dumps({**told, "person": open_visitor().actor.person}))


def opened(text: str) -> dict[str, Any]:
    """What the page carried. Raises Fault for what this server did not put there for this person today."""
    expected = "the replay that stands on the page; replay it again"
    try:
        told: dict[str, Any] = _serializer().loads(text)
    except BadSignature:
        raise Fault(FIELD, "something else", expected) from None
    if told["person"] != open_visitor().actor.person or instant_from(told["until"]) < now() - OLDEST:
        raise Fault(FIELD, "another person's replay, or an old one", expected)
    return told


def told_of(record: str, row: Version, before: Version | None, period: Period) -> dict[str, Any]:
    """Of what a replay is: the draft, what it is compared with, and the time in which the orders were accepted."""
    return {
        "record": record,
        "version": row.version,
        "digest": row.digest,
        "against": 0 if before is None else before.version,
        "since": "" if period.since is None else instant_text(period.since),
        "until": instant_text(period.until or now()),
    }


def kept_in(record: str, version: int) -> KeepReplay:
    """The replay that the form of a replay's page asks to keep. Raises Fault."""
    read_form([FIELD])
    told = opened(request.form[FIELD])
    if (told["record"], told["version"]) != (record, version) or "replay" not in told:
        raise Fault(FIELD, "the replay of something else", "the replay that stands on this page")
    totals = {"since": told["since"], "until": told["until"], **told["totals"]}
    return KeepReplay(version, told["digest"], told["against"], told["replay"], totals)
