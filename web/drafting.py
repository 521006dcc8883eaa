"""What the pages under change control share: reason of a change, from when it is in force, what a version's page shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from batch_records.acts import Actor
from batch_records.store import UnitOfWork
from batch_records.types import instant_text
from calculations.days import parse_clock, parse_day
from calculations.errors import Fault, Faults
from compounding.people import shown_name
from compounding.replaying.told import totals_words
from formulary.change_control import MAY_WITHDRAW, Change, Release
from formulary.release_rules import kept_replay
from formulary.versions import DRAFTS, Stage, Version, Versions
from formulary.views import compared_with, stage_words, waits_for
from web.acting import read_form
from web.services import services

WHY = ("why", "source")
"""Fields of every form that saves a draft."""


def change_of(form: Mapping[str, str], base: int = 0, seen: int | None = None) -> Change:
    """The reason and the source as typed. The record refuses a change without them."""
    return Change(form["why"].strip(), form["source"].strip(), base, seen)


def whole_number(form: Mapping[str, str], name: str) -> int:
    """A number that the page itself put into its form. Raises Fault."""
    text = form[name]
    if not text.isdecimal() or len(text) > 6:
        raise Fault(name, text, "the number that stood on the page; load the page again")
    return int(text)


def release_of(version: int) -> Release:
    """The release that the form on a version's page asks for. Raises Fault."""
    form = read_form(["digest", "against", "secret"], ["read", "effective_day", "effective_time", "without_replay"])
    if "read" not in form:
        raise Fault("read", "not ticked", "that you read every value on this page")
    against, reason = whole_number(form, "against"), form.get("without_replay", "").strip()
    return Release(version, form["digest"], effective_of(form), against=against, without_replay=reason)


def effective_of(form: Mapping[str, str]) -> str:
    """From when it is in force; empty is at once. Raises Faults as `moment_of`."""
    return moment_of(form, "effective")


def moment_of(form: Mapping[str, str], field: str) -> str:
    """An instant typed as day and time on the site's clock; empty where both were left out.

    The hour in which the clocks change is refused. Raises Faults.
    """
    day, time = (form.get(f"{field}_{name}", "").strip() for name in ("day", "time"))
    if not day and not time:
        return ""
    try:
        wall = datetime.combine(parse_day(day, f"{field}_day"), parse_clock(time, f"{field}_time"))
    except Fault as fault:
        raise Faults([fault]) from None
    first, second = (wall.replace(tzinfo=services().zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise Fault(f"{field}_time", time, "a time outside the hour in which the clocks change that night")
    try:
        return instant_text(first)
    except OverflowError:
        raise Fault(f"{field}_day", day, "a day within the years to come") from None


def people_of(uow: UnitOfWork, rows: Any) -> dict[str, str]:
    """Who drafted and released these versions, as printed."""
    people = {name for row in rows for name in (row.author, row.first, row.second) if name}
    people |= {seen.person for row in rows for seen in row.replays}
    return {name: shown_name(uow, name) for name in people}


def control(uow: UnitOfWork, record: Versions, row: Version, actor: Actor, replay: str = "") -> dict[str, Any]:
    """What the macros of `formulary/control.html` show of a version: its state, who waits for whom, what may be done.

    `replay`: address of the page that replays it over past orders; empty where that cannot be done.
    """
    own_draft = row.stage in DRAFTS and row.author == actor.person
    before = compared_with(record, row)
    return {
        "record": record,
        "row": row,
        "draft": row.stage in DRAFTS,
        "stage_words": stage_words,
        "stages": Stage,
        "before": before,
        "overtaken": row.stage in DRAFTS and bool(row.base) and before is not None and row.base != before.version,
        "people": people_of(uow, record.versions.values()),
        "waits": waits_for(row, actor.person, actor.roles),
        "against": 0 if record.to_replace is None else record.to_replace.version,
        "replay": replay if row.stage in DRAFTS else "",
        "replay_seen": kept_replay(record, row, actor.person) if row.stage in DRAFTS else (row.replays or (None,))[-1],
        "totals_words": totals_words,
        "may_withdraw": row.stage is not Stage.WITHDRAWN and (own_draft or bool(actor.roles & MAY_WITHDRAW)),
    }
