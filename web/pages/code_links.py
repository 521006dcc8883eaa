"""Codes that belong to no product: raised where they were read, linked by a pharmacist, confirmed by a second."""

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from compounding.record_actions import RecordAction
from compounding.stock.code_links import CODE_LINK, ConfirmCode, LinkCode, RaiseCode, WithdrawCode, code_link_record
from compounding.stock.resolving import code_key
from compounding.views.code_links import CodePage, code_page, listed
from compounding.views.lots import item_names
from compounding.views.story import story
from formulary.repository import formulary_in_force
from web.acting import act, act_with_secret, read_form
from web.doses import wall_clock
from web.errors import again
from web.permissions import PHARMACIST, TECHNICIAN
from web.services import now, store
from web.sessions import open_visitor
from web.showing import local

blueprint = Blueprint("code_links", __name__, url_prefix="/codes")

LONGEST = 100


@blueprint.get("")
def page() -> str:
    """All codes that were raised; with `code`, the form that raises it."""
    code = request.form.get("code", request.args.get("code", ""))[:LONGEST]
    dose = request.form.get("dose", request.args.get("dose", ""))[:LONGEST]
    with store().read() as uow:
        found, pages = listed(uow, wall_clock(now()), request.args.get("page", ""))
    may_raise = bool(open_visitor().actor.roles & {TECHNICIAN, PHARMACIST})
    return render_template("code_links/page.html", rows=found, pages=pages, code=code, dose=dose, may_raise=may_raise)


@blueprint.post("")
@again(page)
def raise_code() -> Any:
    """Put a code before the pharmacists."""
    form = read_form(["code", "says"], ["dose"])
    key = code_key(form["code"], local(now()).date())
    action = RaiseCode(form["code"], form["says"], form.get("dose", "")[:LONGEST])
    answer = perform(store(), CODE_LINK, code_link_record(key or "unread"), action, act())
    return answer if isinstance(answer, Refused) else redirect(url_for("code_links.one", key=key), 303)


def known(key: str) -> CodePage:
    """The code as it stands, or 404."""
    with store().read() as uow:
        found = code_page(uow, key, open_visitor().actor.person)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/<key>")
def one(key: str) -> str:
    """One code: what its label says, what it is linked to, and what was done."""
    found = known(key)
    is_pharmacist = PHARMACIST in open_visitor().actor.roles
    with store().read() as uow:
        names = sorted(item_names(formulary_in_force(uow)).items(), key=lambda pair: pair[1].casefold())
        lines = story(uow, code_link_record(key), frozenset({"key"}))
    return render_template("code_links/one.html", found=found, names=names, lines=lines, is_pharmacist=is_pharmacist)


@blueprint.post("/<key>/link")
@again(one)
def link(key: str) -> Any:
    """Say which product it is."""
    form = read_form(["item", "evidence"])
    return _do(key, LinkCode(form["item"], form["evidence"].strip()))


@blueprint.post("/<key>/confirm")
@again(one)
def confirm(key: str) -> Any:
    """The second pharmacist agrees; the code counts from here on."""
    form = read_form(["item", "secret"])
    return _do(key, ConfirmCode(form["item"]), secret=True)


@blueprint.post("/<key>/withdraw")
@again(one)
def withdraw(key: str) -> Any:
    """Take the link away."""
    return _do(key, WithdrawCode(read_form(["reason"])["reason"].strip()))


def _do(key: str, action: RecordAction, secret: bool = False) -> Any:
    known(key)
    answer = perform(store(), CODE_LINK, code_link_record(key), action, act_with_secret() if secret else act())
    return answer if isinstance(answer, Refused) else redirect(url_for("code_links.one", key=key), 303)
