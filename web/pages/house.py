"""The house: its rules, its beyond-use table and its supplies in versions; drafting, comparing, release by two."""

from typing import Any

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from compounding.views.story import story
from formulary.change_control import Change, Withdraw
from formulary.differing.difference import by_section, contents, difference
from formulary.faults import DataFault
from formulary.house.loading import ROWS
from formulary.house.record import PARTS, record_id
from formulary.house.releasing import HOUSE, REPLAYED, LoadHouse, context_of, faults_beside
from formulary.house.repository import PACKAGED, house_record, packaged_version
from formulary.repository import formulary_in_force
from formulary.versions import Version, Versions
from formulary.views import stage_words
from web.acting import act, act_with_secret, read_form
from web.drafting import WHY, change_of, control, people_of, release_of, whole_number
from web.edit_pages import (
    Edited,
    faulty,
    form_page,
    look_page,
    new_row_page,
    text_page,
    typed_form,
    typed_text,
    whole_text,
)
from web.errors import again
from web.permissions import allowed
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("house", __name__, url_prefix="/formulary/house")

TABLES = {
    "rules": {
        "values": "Values of the house", "populations": "Groups of patients",
        "assigned_by_scan": "Finished units that a scan alone assigns",
    },
    "beyond_use": {"rows": "Beyond-use times", "opened": "Opened containers"},
    "supplies": {
        "solutions": "Solutions", "bags": "Bags of solution", "diluent_vials": "Vials of diluent", "empty_bags": "Empty bags",
        "syringes": "Syringes", "devices": "Closed-system devices", "filters": "Filters",
        "source_containers": "Bulk containers of parenteral nutrition",
    },
}  # fmt: skip
"""Tables of each part that the form offers."""


def _found(uow: UnitOfWork, part: str, version: int) -> tuple[Versions, Version]:
    if part not in PARTS:
        raise NotFound
    record = house_record(uow, part)
    row = packaged_version(part) if version == PACKAGED else record.versions.get(version)
    if row is None:
        raise NotFound
    return record, row


@blueprint.get("")
def page() -> str:
    """The three parts: what of each is in force, and the newest draft."""
    with store().read() as uow:
        records = {part: house_record(uow, part) for part in PARTS}
        people = people_of(uow, [row for record in records.values() for row in record.versions.values()])
    return render_template("house/page.html", parts=PARTS, records=records, people=people, stage_words=stage_words)


@blueprint.get("/<part>")
def part(part: str) -> Any:
    """The newest version of a part; what comes with the program where there is none."""
    with store().read() as uow:
        record, _ = _found(uow, part, PACKAGED)
    return redirect(url_for("house.version", part=part, version=record.newest), 302)


@blueprint.get("/<part>/<int:version>")
def version(part: str, version: int) -> str:
    """All that this version says, what it changes, and what may be done with it."""
    actor = open_visitor().actor
    with store().read() as uow:
        record, row = _found(uow, part, version)
        names = _names(uow)
        replay = url_for("replay_house.page", version=version) if part == REPLAYED else ""
        shown = control(uow, record, row, actor, replay)
        lines = story(uow, record_id(part), frozenset({"text", "base"}))
    before = shown["before"] or (packaged_version(part) if version != PACKAGED else None)
    changes = difference(ROWS[part], before.text, row.text, names) if before else ()
    return render_template(
        "house/version.html",
        part=PARTS[part],
        packaged=version == PACKAGED,
        contents=contents(ROWS[part], row.text, names),
        changes=by_section(changes),
        count=len(changes),
        lines=lines,
        links=_links(part, record),
        may_load=allowed("house.save", actor.roles),
        may_replay=part == REPLAYED and allowed("replay_house.page", actor.roles),
        **{**shown, "before": before, "may_withdraw": shown["may_withdraw"] and version != PACKAGED},
    )


def _names(uow: UnitOfWork) -> dict[str, str]:
    return {one.id: one.display for one in formulary_in_force(uow).supplies.solutions}


def _links(part: str, record: Versions) -> dict[int, str]:
    numbers = (PACKAGED, *record.versions)
    return {number: url_for("house.version", part=part, version=number) for number in numbers}


def _edited(uow: UnitOfWork, part: str, version: int) -> Edited:
    record, row = _found(uow, part, version)
    here = {"part": part, "version": version}
    return Edited(
        root=ROWS[part],
        title=PARTS[part].display,
        record=record,
        row=row,
        tables=TABLES[part],
        names=_names(uow),
        people=people_of(uow, record.versions.values()),
        links=_links(part, record),
        save=url_for("house.save", **here),
        look=url_for("house.look", **here),
        text=url_for("house.text", **here),
        form=url_for("house.form", **here),
        new_row=url_for("house.new_row", **here),
        choices={"solution": tuple(_names(uow).items())},
    )


@blueprint.get("/<part>/<int:version>/edit")
def form(part: str, version: int) -> str:
    """The values of a part with their units, as this version has them."""
    with store().read() as uow:
        return form_page(_edited(uow, part, version))


@blueprint.post("/<part>/<int:version>/edit")
@again(form)
def save(part: str, version: int) -> Any:
    """A draft version with what was typed and everything else as it was."""
    with store().read() as uow:
        thing = _edited(uow, part, version)
    typed = typed_form(thing)
    seen = whole_number(typed, "seen")
    return _saved(part, typed_text(thing, typed, seen + 1), change_of(typed, version, seen))


@blueprint.post("/<part>/<int:version>/edit/look")
def look(part: str, version: int) -> str:
    """What would change, in words, while somebody types. Writes nothing."""
    with store().read() as uow:
        thing = _edited(uow, part, version)
    return look_page(thing, lambda text: _faults(part, text))


@blueprint.get("/<part>/<int:version>/edit/row")
def new_row(part: str, version: int) -> str:
    """A row that is being added, as a part of the form."""
    with store().read() as uow:
        return new_row_page(_edited(uow, part, version))


@blueprint.get("/<part>/<int:version>/text")
def text(part: str, version: int) -> str:
    """The whole file as text."""
    with store().read() as uow:
        return text_page(_edited(uow, part, version))


@blueprint.post("/<part>/<int:version>/text")
@again(text)
def save_text(part: str, version: int) -> Any:
    """A draft version with the file as it was typed."""
    typed = read_form(["text", "seen", *WHY])
    with store().read() as uow:
        _edited(uow, part, version)
    seen = whole_number(typed, "seen")
    return _saved(part, whole_text(typed, seen + 1), change_of(typed, version, seen))


def _faults(part: str, text: str) -> list[DataFault]:
    with store().read() as uow:
        return faults_beside(part, text, context_of(uow, record_id(part)))[2]


def _saved(part: str, text: str, change: Change) -> Any:
    faults = _faults(part, text)
    if faults:
        return faulty(faults)
    answer = perform(store(), HOUSE, record_id(part), LoadHouse(part, text, change), act())
    if isinstance(answer, Refused | Refusal):
        return answer
    number = int(answer.entry.payload["version"])
    return redirect(url_for("house.version", part=part, version=number) + "#changes", 303)


@blueprint.post("/<part>/<int:version>/release")
@again(version)
def release(part: str, version: int) -> Any:
    """Stand behind what was read on the page, with a secret given now."""
    return _done(part, version, release_of(version), signed=True)


@blueprint.post("/<part>/<int:version>/withdraw")
@again(version)
def withdraw(part: str, version: int) -> Any:
    """Take the version out of use for ever; a draft is abandoned."""
    return _done(part, version, Withdraw(version, read_form(["reason"])["reason"].strip()))


def _done(part: str, version: int, action: Any, signed: bool = False) -> Any:
    with store().read() as uow:
        _found(uow, part, version)
    answer = perform(store(), HOUSE, record_id(part), action, act_with_secret() if signed else act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("house.version", part=part, version=version), 303)
