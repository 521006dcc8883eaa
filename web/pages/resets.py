"""Secrets set anew: an administrator asks, a second person confirms, the person concerned chooses alone with both halves."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused
from batch_records.acts import Refusal
from batch_records.people import Person, load_person
from batch_records.people_resets import ASKED_FOR
from batch_records.person_secrets import PASSWORD, PIN
from batch_records.resets import confirm_reset, set_with_one_time, start_reset, waiting_resets
from calculations.errors import Fault, Faults
from web.acting import act, act_with_secret, client_key, read_form
from web.errors import again
from web.permissions import ADMINISTRATOR
from web.services import now, store
from web.sessions import open_visitor, visitor
from web.stations import here

blueprint = Blueprint("resets", __name__, url_prefix="/people")

LONGEST_REASON = 200


@blueprint.get("/resets")
def page() -> str:
    """The resets that wait for a second person."""
    return _page()


def _page(of: Person | None = None, half: str = "", first: bool = False) -> str:
    actor = open_visitor().actor
    with store().read() as uow:
        waiting = waiting_resets(uow, now())
        names = {reset.by: load_person(uow, reset.by).name for _, one in waiting if (reset := one.reset)}
    return render_template(
        "users/resets.html",
        waiting=waiting, names=names, me=actor.person, of=of, half=half, first=first, lasts=ASKED_FOR,
        is_administrator=ADMINISTRATOR in actor.roles,
    )  # fmt: skip


def _known(person: str) -> Person:
    with store().read() as uow:
        found = load_person(uow, person)
    if not found.exists:
        raise NotFound
    return found


def _person_page(person: str) -> Any:
    from web.pages import users

    return users.person(person)


def _page_of(person: str) -> str:  # noqa: ARG001 - the page is called like the form
    return _page()


@blueprint.post("/person/<person>/reset")
@again(_person_page)
def start(person: str) -> Any:
    """Ask for a reset, with a reason. The first half of the code stands on the answer and nowhere else."""
    reason = read_form(["reason"])["reason"].strip()
    if len(reason) > LONGEST_REASON:
        raise Fault("reason", "a longer text", f"at most {LONGEST_REASON} characters")
    found = _known(person)
    half = start_reset(store(), person, reason, act())
    return half if isinstance(half, Refused) else _page(found, half, first=True)


@blueprint.post("/person/<person>/reset/confirm")
@again(_page_of)
def confirm(person: str) -> Any:
    """Confirm a reset with one's own secret. The second half of the code stands on the answer and nowhere else."""
    form = read_form(["number", "secret"])
    if not (form["number"].isascii() and form["number"].isdigit() and len(form["number"]) < 10):
        raise Fault("number", form["number"][:20] or "nothing", "the number of the reset, as the page sends it")
    found = _known(person)
    half = confirm_reset(store(), person, int(form["number"]), act_with_secret())
    return half if isinstance(half, Refused) else _page(found, half)


@blueprint.get("/choose-secrets")
def choose() -> str:
    """Where a person with both halves of a code chooses PIN and password. Nobody is signed on here."""
    return render_template("users/first_secrets.html", signed_on=visitor() is not None)


@blueprint.post("/choose-secrets")
@again(choose)
def set_chosen() -> Any:
    """Use the code, once."""
    form = read_form(["one_time", "password", "repeated", "pin", "pin_repeated"])
    faults = []
    if form["password"] != form["repeated"]:
        faults.append(Fault("repeated", "another text than above", "the same password, typed twice"))
    if form["pin"] != form["pin_repeated"]:
        faults.append(Fault("pin_repeated", "other digits than above", "the same PIN, typed twice"))
    if faults:
        raise Faults(faults)
    chosen = {PASSWORD: form["password"]} | ({PIN: form["pin"]} if form["pin"] else {})
    answer = set_with_one_time(store(), form["one_time"], chosen, here().id, now(), client_key())
    return answer if isinstance(answer, Refusal) else redirect(url_for("sign_on.page", way="password"), 303)
