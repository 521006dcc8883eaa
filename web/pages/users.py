"""People: who may sign on with which roles, their badges, sessions and qualifications; and one's own secrets."""

from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.guesses import guessed_accounts
from batch_records.people import (
    PERSON,
    AssignBadge,
    ChangeRoles,
    Disable,
    Enable,
    Person,
    PersonAction,
    Register,
    RevokeBadge,
    load_person,
    people,
)
from batch_records.people_resets import MAY_CONFIRM
from batch_records.person_secrets import PASSWORD, PIN, badge_hash, change_secret
from batch_records.recovering import TOLD_FOR, recoveries
from batch_records.resets import waiting_resets
from batch_records.sessions import end_session, open_sessions
from batch_records.store import UnitOfWork
from calculations.days import parse_day
from calculations.errors import Fault, Faults
from compounding.qualifications import QUALIFICATION, SKILLS, Qualify, qualification_record
from compounding.tables import QualificationRow
from compounding.views.story import story
from web.acting import act, client_key, prove, read_form
from web.errors import again
from web.permissions import ADMINISTRATOR, EVERYBODY, LEAD
from web.services import now, store
from web.sessions import open_visitor
from web.showing import local
from web.stations import stations

blueprint = Blueprint("users", __name__, url_prefix="/people")

ROLES = tuple(sorted(EVERYBODY))
LONGEST = 200
GUESSES_SINCE = timedelta(days=1)


def is_administrator() -> bool:
    """Whether the person at the screen is an administrator now."""
    return ADMINISTRATOR in open_visitor().actor.roles


@blueprint.get("")
def page() -> str:
    """Everybody who was ever registered, with roles and qualifications."""
    today = local(now()).date().isoformat()
    with store().read() as uow:
        everybody = people(uow)
        guessed = [(one, _whose(uow, one.account)) for one in guessed_accounts(uow, now() - GUESSES_SINCE)]
        resets = len(waiting_resets(uow, now()))
        recovered = recoveries(uow, now() - TOLD_FOR)
        valid: dict[str, list[QualificationRow]] = {}
        for row in uow.session.execute(select(QualificationRow).order_by(QualificationRow.skill)).scalars():
            valid.setdefault(row.person, []).append(row)
    return render_template(
        "users/page.html",
        everybody=everybody,
        valid=valid,
        today=today,
        is_administrator=is_administrator(),
        guessed=guessed,
        resets=resets,
        recovered=recovered,
        may_confirm=bool(open_visitor().actor.roles & MAY_CONFIRM),
        station_names=_station_names(),
    )


def _whose(uow: UnitOfWork, account: str) -> str:
    """The secret of an account in words: ``T. Okonjo, PIN``."""
    person, _, method = account.rpartition("/")
    found = load_person(uow, person)
    return f"{found.name if found.exists else 'A name or badge that nobody has'}, {method}"


@blueprint.get("/new")
def new() -> str:
    """The form that registers a person."""
    return render_template("users/new.html", roles=ROLES, chosen=request.form.getlist("roles"))


@blueprint.post("/new")
@again(new)
def register() -> Any:
    """Register a person. The id follows from the page's key, so that the same form registers one person."""
    form, roles = _form_with_roles(["name", "sign_on_name", "credentials"])
    person = f"person-{uuid5(NAMESPACE_URL, f'sufficit/{client_key()}')}"
    registering = Register(form["name"].strip(), form["sign_on_name"].strip(), form["credentials"].strip(), roles)
    return _do(person, registering, known=False)


def _form_with_roles(needed: list[str]) -> tuple[dict[str, str], frozenset[str]]:
    """The fields, and the roles that are ticked: the one field that comes more than once. Raises Faults."""
    known = {*needed, "roles", "key", "csrf_token"}
    faults = [Fault(name, "nothing", "this field") for name in needed if name not in request.form]
    faults += [Fault(name, "an unknown field", "no such field") for name in request.form if name not in known]
    faults += [Fault(name, "more than one value", "one value") for name in needed if len(request.form.getlist(name)) > 1]
    faults += [Fault(name, "a longer text", f"at most {LONGEST} characters") for name in needed
               if len(request.form.get(name, "")) > LONGEST]  # fmt: skip
    roles = frozenset(request.form.getlist("roles"))
    unknown = roles - EVERYBODY
    if unknown or not roles:
        faults.append(Fault("roles", ", ".join(sorted(unknown)) or "none", f"at least one of {', '.join(ROLES)}"))
    if faults:
        raise Faults(faults)
    return {name: request.form[name] for name in needed}, roles


def _known(uow: UnitOfWork, person: str) -> Person:
    found = load_person(uow, person)
    if not found.exists:
        raise NotFound
    return found


@blueprint.get("/person/<person>")
def person(person: str) -> str:
    """One person: access, roles, badge, sessions, qualifications, and what was done."""
    with store().read() as uow:
        found = _known(uow, person)
        skills = load(uow, QUALIFICATION, qualification_record(person)).valid_until
        lines = story(uow, person, frozenset({"badge", "hash_digest", "code_digest", "number"}))
        lines += story(uow, qualification_record(person), frozenset({"person"}))
    roles = open_visitor().actor.roles
    return render_template(
        "users/person.html",
        id=person,
        person=found,
        reset_waits=found.reset is not None and found.reset.waits(now()),
        code_given=found.reset is not None and found.reset.opens(now()),
        skills=SKILLS,
        valid=skills,
        today=local(now()).date().isoformat(),
        lines=sorted(lines, key=lambda line: line.utc),
        roles=ROLES,
        chosen=request.form.getlist("roles") or sorted(found.roles),
        sessions=open_sessions(store(), now(), person) if ADMINISTRATOR in roles else [],
        station_names=_station_names(),
        own=person == open_visitor().actor.person,
        is_administrator=ADMINISTRATOR in roles,
        is_lead=LEAD in roles,
    )


def _station_names() -> dict[str, str]:
    return {station.id: station.name for station in stations()}


@blueprint.post("/person/<person>/roles")
@again(person)
def change_roles(person: str) -> Any:
    """Give exactly these roles; works at the person's next request."""
    form, roles = _form_with_roles(["reason"])
    return _do(person, ChangeRoles(roles, form["reason"].strip()))


@blueprint.post("/person/<person>/badge")
@again(person)
def assign_badge(person: str) -> Any:
    """Give the badge that was just scanned."""
    badge = read_form(["badge"])["badge"].strip()
    if not 4 <= len(badge) <= LONGEST:
        raise Fault("badge", "nothing that a badge sends", "a scan of the badge")
    return _do(person, AssignBadge(badge_hash(store(), badge)))


@blueprint.post("/person/<person>/badge/revoke")
@again(person)
def revoke_badge(person: str) -> Any:
    """Stop the badge at once; every session of the person ends."""
    return _do(person, RevokeBadge(read_form(["reason"])["reason"].strip()))


@blueprint.post("/person/<person>/disable")
@again(person)
def disable(person: str) -> Any:
    """End the person's access and sessions at once."""
    return _do(person, Disable(read_form(["reason"])["reason"].strip()))


@blueprint.post("/person/<person>/enable")
@again(person)
def enable(person: str) -> Any:
    """Give access back."""
    return _do(person, Enable(read_form(["reason"])["reason"].strip()))


@blueprint.post("/person/<person>/qualify")
@again(person)
def qualify(person: str) -> Any:
    """Record until when the person has a skill; a day that is past ends it."""
    form = read_form(["skill", "valid_until", "evidence"])
    parse_day(form["valid_until"], "valid_until")
    if not form["evidence"].strip():
        raise Fault("evidence", "nothing", "what was passed, or why it ends")
    with store().read() as uow:
        _known(uow, person)
    action = Qualify(person, form["skill"], form["valid_until"], form["evidence"].strip())
    answer = perform(store(), QUALIFICATION, qualification_record(person), action, act())
    return answer if isinstance(answer, Refused) else _to(person)


def _do(person: str, action: PersonAction, known: bool = True) -> Any:
    if known:
        with store().read() as uow:
            _known(uow, person)
    answer = perform(store(), PERSON, person, action, act())
    return answer if isinstance(answer, Refused) else _to(person)


def _to(person: str) -> Any:
    return redirect(url_for("users.person", person=person), 303)


@blueprint.get("/sessions")
def sessions() -> str:
    """Who is signed on where, now."""
    found = open_sessions(store(), now())
    return render_template("users/sessions.html", sessions=found, station_names=_station_names(), mine=_own_hash())


def _own_hash() -> str:
    return open_visitor().session.token_hash


@blueprint.post("/sessions/end")
@again(sessions)
def end() -> Any:
    """End one session at once."""
    wanted = read_form(["session"])["session"]
    known = [one for one in open_sessions(store(), now()) if one.token_hash == wanted]
    if not known:
        return Refusal("session_gone", "This session has ended already.", 409)
    end_session(store(), wanted, now(), f"ended by {open_visitor().actor.person}")
    return redirect(url_for("users.sessions"), 303)


@blueprint.get("/me")
def me() -> str:
    """One's own page: roles, qualifications, sessions, and the way to another PIN or password."""
    actor = open_visitor().actor
    with store().read() as uow:
        found = load_person(uow, actor.person)
        valid = load(uow, QUALIFICATION, qualification_record(actor.person)).valid_until
        may_confirm = bool(actor.roles & MAY_CONFIRM)
        resets = len(waiting_resets(uow, now())) if may_confirm else 0
    return render_template(
        "users/me.html",
        may_confirm=may_confirm,
        resets=resets,
        person=found,
        valid=valid,
        today=local(now()).date().isoformat(),
        sessions=open_sessions(store(), now(), actor.person),
        mine=_own_hash(),
        station_names=_station_names(),
        done=request.args.get("done", "") if request.method == "GET" else "",
        methods=((PIN, "PIN, 4 to 12 digits"), (PASSWORD, "Password, 12 characters or more")),
    )


@blueprint.post("/me/secret")
@again(me)
def choose() -> Any:
    """Choose another PIN or password, having given the present secret."""
    form = read_form(["method", "secret", "fresh", "repeated"])
    if form["method"] not in (PIN, PASSWORD):
        raise Fault("method", form["method"] or "nothing", "PIN or password")
    if form["fresh"] != form["repeated"]:
        raise Fault("repeated", "another text than above", "the same, typed twice")
    proof = prove(open_visitor().actor.person, form["secret"])
    if isinstance(proof, Refusal):
        return proof
    answer = change_secret(store(), form["method"], form["fresh"], act(proof), proof)
    if isinstance(answer, Refusal | Refused):
        return answer
    return redirect(url_for("users.me", done=form["method"]), 303)


@blueprint.post("/me/sessions/end")
@again(me)
def end_own() -> Any:
    """End one of one's own sessions elsewhere."""
    wanted = read_form(["session"])["session"]
    own = open_sessions(store(), now(), open_visitor().actor.person)
    if not [one for one in own if one.token_hash == wanted]:
        return Refusal("session_gone", "This session has ended already, or is not yours.", 409)
    end_session(store(), wanted, now(), "ended by its own person")
    return redirect(url_for("users.me"), 303)
