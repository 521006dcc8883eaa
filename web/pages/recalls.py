"""Recalls: open one from a trace, record what was done about each thing, clear by two persons, close by two persons."""

from collections.abc import Sequence
from dataclasses import fields, replace
from time import monotonic
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from batch_records.acting import Consequence, Refused, load, perform, perform_many
from batch_records.acts import Act, Refusal
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.qualifications import QUALIFICATION, EndQualification, qualification_record
from compounding.recalls.actions import AskClearing, AskClosing, CloseRecall, ConfirmClearing, OpenRecall, RecordOutcome
from compounding.recalls.going_on import ASKED, go_on, read_before
from compounding.recalls.listing import opening_things, stock_things
from compounding.recalls.looking import recalls_listing
from compounding.recalls.numbering import recall_number, recall_record
from compounding.recalls.part import PART
from compounding.recalls.record import RECALL
from compounding.recalls.tables import RecallTaskRow
from compounding.recalls.tasks import WAYS
from compounding.tracing.finding import tally
from compounding.tracing.next_steps import GROUPS
from compounding.views.lots import item_names
from compounding.views.recalls import SHOWS, RecallPage, listed, recall_page
from compounding.views.story import story
from compounding.views.trace import stock_of
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, read_form
from web.doses import wall_clock
from web.errors import again
from web.live import live_part
from web.permissions import allowed
from web.services import now, store
from web.sessions import open_visitor
from web.showing import local
from web.trace_form import FIELDS, TEXTS, address_of, shown_by, subject_in

blueprint = Blueprint("recalls", __name__, url_prefix="/recalls")

SECONDS = 1.5
"""How long a request goes on with a recall; the server goes on with the rest by itself."""
CLEARING_SECONDS = 10.0
"""How long a request clears; what is left waits for the next one."""
MOST_TEXT = 500
LONGEST_SEARCH = 80
SHOWN_ABOVE = frozenset({"title", "number", "subject", *TEXTS, "since", "until"})
"""Facts of a recall that its heading says."""


@blueprint.get("")
def page() -> str:
    """Every recall with its progress."""
    with store().read() as uow:
        return render_template("recalls/page.html", recalls=listed(uow, wall_clock(now())), may=_may)


def _may(endpoint: str) -> bool:
    return allowed(endpoint, open_visitor().actor.roles)


@blueprint.get("/new")
def start() -> str:
    """What a recall of this subject would touch, and the form that opens it. Raises Faults for an address that names nothing."""
    told = {name: request.values.get(name, "") for name in FIELDS}
    subject = subject_in(told)
    with store().read() as uow:
        shown = shown_by(uow)
        reach, stock = tally(uow, subject), stock_of(uow, subject, shown)
        title = shown.title(subject)
        known = recalls_listing(uow, [one.item for one in stock_things(uow, subject)])
        ends = _may_end(uow, subject.person)
        person = shown.person(subject.person)
    return render_template(
        "recalls/start.html", title=title, tally=reach, stock=stock, address=address_of(subject), groups=GROUPS,
        known=known, person=person if ends else "",
    )  # fmt: skip


def _may_end(uow: UnitOfWork, person: str) -> bool:
    """Whether there is a qualification to end, and the visitor is the one who ends it."""
    if not person or not _may("recalls.end_qualification"):
        return False
    return bool(load(uow, QUALIFICATION, qualification_record(person)).passed(local(now())))


@blueprint.post("/new")
@again(start)
def open_recall() -> Any:
    """Open it: what it touched is held with the same act, or, where that is much, portion by portion.

    A person's qualification can end with the same act, signed by the lead.
    """
    form = read_form(["reason", "source"], [*FIELDS, "end_qualification", "secret"])
    subject = subject_in(form)
    with store().read() as uow:
        title = shown_by(uow).title(subject)
    ends = form.get("end_qualification") == "yes" and bool(subject.person)
    asked = act_with_secret() if ends else act()
    number = recall_number(store(), asked.key, asked.at, asked.offset_minutes)
    given = {one.name: getattr(subject, one.name) for one in fields(subject) if one.name not in ("kind", "looked_at")}
    reason, source = (form[name].strip()[:MOST_TEXT] for name in ("reason", "source"))
    opening = OpenRecall(number, subject.kind, title, reason, source, **given)
    with store().read() as uow:
        at_once = opening_things(uow, subject)
    read_before(store(), at_once)
    steps: list[Consequence] = [(RECALL, recall_record(number), opening)]
    if ends:
        ending = EndQualification(subject.person, _why(subject.test, reason), number)
        steps.append((QUALIFICATION, qualification_record(subject.person), ending))
    answer = perform_many(store(), steps, asked)
    if isinstance(answer, Refused):
        return answer
    _go_on(number, asked)
    return redirect(url_for("recalls.one", number=number), 303)


def _why(test: str, reason: str) -> str:
    """Why a qualification ends: the test that failed, and why the recall was opened."""
    return ": ".join(filter(None, (test, reason)))


def _go_on(number: str, asked: Act) -> None:
    if go_on(store(), number, asked, seconds=SECONDS):
        ASKED.set()


@blueprint.get("/<number>")
def one(number: str) -> str:
    """One recall: how far it is, what is left to do, and everything that was done."""
    show = request.args.get("show", "open")
    show = show if show in SHOWS else "open"
    find = request.args.get("find", "").strip()[:LONGEST_SEARCH]
    with store().read() as uow:
        found = _found(uow, number, show, request.args.get("page", ""), find)
        lines = story(uow, recall_record(number), SHOWN_ABOVE)
        subject = found.recall.subject
        person = shown_by(uow).person(subject.person) if _may_end(uow, subject.person) else ""
    shown = {"found": found, "show": show, "shows": SHOWS, "find": find, "lines": lines, "address": address_of(subject)}
    return render_template("recalls/one.html", **shown, person=person, may=_may)


@blueprint.get("/<number>/progress")
def progress(number: str) -> Response:
    """How far it is, for the page that stays live while things are still being listed and held."""
    with store().read() as uow:
        found = _found(uow, number, "open", "", "")
    return live_part("recalls/progress.html", found=found, may=_may)


def _found(uow: UnitOfWork, number: str, show: str, page: str, find: str) -> RecallPage:
    names = item_names(formulary_in_force(uow))
    found = recall_page(uow, number, open_visitor().actor, wall_clock(now()), names, show, page, find)
    if found is None:
        raise NotFound
    return found


def _known(number: str) -> None:
    with store().read() as uow:
        if not load(uow, RECALL, recall_record(number)).number:
            raise NotFound


def _back(number: str, answer: Any) -> Any:
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("recalls.one", number=number), 303)


def _chosen(form: dict[str, str]) -> tuple[str, ...]:
    """The things that were ticked; with `all` those that the page showed."""
    if form.get("all") == "yes":
        return tuple(filter(None, form.get("shown", "").split("\n")))
    return tuple(text for name, text in sorted(form.items()) if name.startswith("item-"))


def _ticks() -> list[str]:
    """The fields of the form on which outcomes are recorded and clearing is asked for."""
    return [
        "way",
        "note",
        "reason",
        "secret",
        "all",
        "shown",
        *(name for name in request.form if name.startswith("item-")),
    ]


def _parts(number: str, items: Sequence[str]) -> dict[str, list[str]]:
    """Part of the recall -> which of these it lists. Raises Fault for one that none does."""
    wanted = select(RecallTaskRow.record, RecallTaskRow.item).where(RecallTaskRow.recall == number)
    with store().read() as uow:
        rows = uow.session.execute(wanted.where(RecallTaskRow.item.in_(items)).order_by(RecallTaskRow.record)).all()
    parts: dict[str, list[str]] = {}
    for part, item in rows:
        parts.setdefault(part, []).append(item)
    if len(rows) != len(set(items)) or not items:
        raise Fault("items", "nothing" if not items else "something else", "at least one thing of this recall")
    return parts


@blueprint.post("/<number>/outcome")
@again(one)
def outcome(number: str) -> Any:
    """What was done about the things that were ticked."""
    form = read_form([], _ticks())
    _known(number)
    way = form.get("way", "")
    if way not in WAYS:
        raise Fault("way", way or "nothing", "what was done")
    note = form.get("note", "").strip()[:MOST_TEXT]
    said: list[Consequence] = [
        (PART, part, RecordOutcome(way, tuple(items), note)) for part, items in _parts(number, _chosen(form)).items()
    ]
    return _back(number, perform_many(store(), said, act()))


@blueprint.post("/<number>/clear")
@again(one)
def ask_clearing(number: str) -> Any:
    """The first of two: the things that were ticked are good after all."""
    form = read_form([], _ticks())
    _known(number)
    reason = form.get("reason", "").strip()[:MOST_TEXT]
    if not reason:
        raise Fault("reason", "nothing", "why they are good after all")
    parts = _parts(number, _chosen(form))
    asked: list[Consequence] = [(PART, part, AskClearing(tuple(items), reason)) for part, items in parts.items()]
    return _back(number, perform_many(store(), asked, act_with_secret()))


@blueprint.post("/<number>/confirm")
@again(one)
def confirm_clearing(number: str) -> Any:
    """The second, a pharmacist: everything that was asked for is cleared and free, part by part."""
    form = read_form(["reason", "secret"])
    _known(number)
    if not form["reason"].strip():
        raise Fault("reason", "nothing", "what you looked at")
    signed = act_with_secret()
    wanted = select(RecallTaskRow.record).where(RecallTaskRow.recall == number, RecallTaskRow.asked == 1).distinct()
    with store().read() as uow:
        parts = list(uow.session.execute(wanted.order_by(RecallTaskRow.record)).scalars())
    if not parts:
        return Refusal("nothing_asked", "Nobody asked for anything to be cleared, or it was cleared already.")
    return _back(number, _confirmed(parts, ConfirmClearing((), form["reason"].strip()[:MOST_TEXT]), signed))


def _confirmed(parts: Sequence[str], action: ConfirmClearing, signed: Act) -> Any:
    """Each part in a unit of work of its own, so that nobody waits long; what was done stays done when one is refused."""
    end = monotonic() + CLEARING_SECONDS
    for part in parts:
        if monotonic() > end:
            return None
        answer = perform(store(), PART, part, action, replace(signed, key=f"{signed.key}-{part}"))
        if isinstance(answer, Refused):
            return answer
    return None


@blueprint.post("/<number>/close")
@again(one)
def close(number: str) -> Any:
    """The first signature asks for the closing, the second one, of another person, closes."""
    form = read_form(["reason", "secret"])
    _known(number)
    with store().read() as uow:
        asked = bool(load(uow, RECALL, recall_record(number)).closing_asked_by)
    if not form["reason"].strip():
        raise Fault("reason", "nothing", "what was found and done")
    reason = form["reason"].strip()[:MOST_TEXT]
    action = CloseRecall(reason) if asked else AskClosing(reason)
    return _back(number, perform(store(), RECALL, recall_record(number), action, act_with_secret()))


@blueprint.post("/<number>/go-on")
@again(one)
def go_on_now(number: str) -> Any:
    """List and hold what is not listed yet. The server does the same by itself."""
    read_form([])
    _known(number)
    _go_on(number, act())
    return _back(number, None)


@blueprint.post("/<number>/end-qualification")
@again(one)
def end_qualification(number: str) -> Any:
    """The lead ends the qualification of the person whose work is looked back at, with their signature."""
    form = read_form(["ended_because", "secret"])
    with store().read() as uow:
        recall = load(uow, RECALL, recall_record(number))
    person = recall.subject.person
    if not person:
        raise NotFound
    if not form["ended_because"].strip():
        raise Fault("ended_because", "nothing", "why it ends")
    action = EndQualification(person, form["ended_because"].strip()[:MOST_TEXT], number)
    return _back(number, perform(store(), QUALIFICATION, qualification_record(person), action, act_with_secret()))
