"""The nutrition set: every version with every figure and its source; loading, editing a file, release by two, withdrawing."""

import tomllib
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.views.story import story
from formulary.change_control import Change
from formulary.differing.difference import by_section
from formulary.faults import DataFault, FormularyFaults
from formulary.nutrition.editing import PROFILE, file_name, renumbered
from formulary.nutrition.loading import nutrition_from_texts
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.record import NUTRITION_RECORD, NutritionRecord, NutritionVersion
from formulary.nutrition.releasing import NUTRITION, LoadNutrition, NutritionAction, WithdrawNutrition
from formulary.nutrition.repository import nutrition_record, nutrition_version
from formulary.nutrition.views import set_difference
from formulary.repository import formulary_in_force
from formulary.views import stage_words
from web.acting import act, act_with_secret, read_form
from web.drafting import WHY, change_of, control, people_of, release_of, whole_number
from web.errors import again
from web.nutrition_words import WORDS
from web.permissions import allowed
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("formulary_nutrition", __name__, url_prefix="/formulary/nutrition")

LARGEST_FILE = 200_000
"""Bytes of one data file; the largest that comes with the program has a third of it."""
MOST_FILES = 60
ALL_SENT = "none"
"""As the base of an upload: nothing is taken from an earlier version."""


@blueprint.get("")
def page() -> str:
    """Every version of the set, the newest first."""
    with store().read() as uow:
        record = nutrition_record(uow)
        people = people_of(uow, record.versions.values())
        lines = story(uow, NUTRITION_RECORD, frozenset({"texts", "base"}))
    return render_template(
        "formulary_nutrition/page.html",
        record=record,
        people=people,
        lines=lines,
        stage_words=stage_words,
        may_load=allowed("formulary_nutrition.load", open_visitor().actor.roles),
    )


@blueprint.get("/<int:version>")
def version(version: int) -> str:
    """Everything that this version says, and what may be done with it."""
    actor = open_visitor().actor
    with store().read() as uow:
        record, row = found_version(uow, version)
        nutrition, data_faults = _read(uow, version)
        site = formulary_in_force(uow).site
        replay = url_for("replay.nutrition", version=version) if record.to_replace else ""
        shown = control(uow, record, row, actor, replay)
    before = shown["before"]
    changes = set_difference(before.texts, row.texts) if before else ()
    return render_template(
        "formulary_nutrition/set.html",
        held=nutrition,
        status=tomllib.loads(row.texts[PROFILE])["status"],
        data_faults=data_faults,
        changes=by_section(changes),
        count=len(changes),
        links=links_of(record),
        site=site,
        may_load=allowed("formulary_nutrition.save", actor.roles),
        may_replay=allowed("replay.nutrition", actor.roles),
        may_type_curves=allowed("formulary_curves.add", actor.roles),
        **shown,
        **WORDS,
    )


def links_of(record: NutritionRecord) -> dict[int, str]:
    """The page of each version."""
    return {number: url_for("formulary_nutrition.version", version=number) for number in record.versions}


def found_version(uow: UnitOfWork, version: int) -> tuple[NutritionRecord, NutritionVersion]:
    """The record and this version of it; 404 when there is none."""
    record = nutrition_record(uow)
    row = record.versions.get(version)
    if row is None:
        raise NotFound
    return record, row


def _read(uow: UnitOfWork, version: int) -> tuple[NutritionSet | None, list[DataFault]]:
    try:
        return nutrition_version(uow, version), []
    except FormularyFaults as faults:
        return None, list(faults.faults)


@blueprint.get("/upload")
def upload() -> str:
    """The form that takes data files, and the faults of those just sent."""
    with store().read() as uow:
        record = nutrition_record(uow)
    bases = [(str(row.version), f"version {row.version}, {stage_words(row).lower()}") for row in _newest(record)]
    return render_template(
        "formulary_nutrition/upload.html",
        bases=[(ALL_SENT, "nowhere: every file of the set is sent"), *bases],
        number=record.newest + 1,
        data_faults=g.get("data_faults", ()),
    )


def _newest(record: NutritionRecord) -> list[NutritionVersion]:
    return sorted(record.versions.values(), key=lambda row: -row.version)


@blueprint.post("/upload")
@again(upload)
def load() -> Any:
    """Load a version from the files sent. With one fault nothing is loaded; all faults are shown at once."""
    form = read_form(["base", "number", *WHY])
    sent = _sent()
    if form["base"] == ALL_SENT:
        return loaded(sent, change_of(form))
    with store().read() as uow:
        row = nutrition_record(uow).versions.get(int(form["base"])) if form["base"].isdecimal() else None
    if row is None:
        raise Fault("base", form["base"] or "nothing chosen", "where the files come from that are not sent")
    texts = {**row.texts, **sent}
    texts = texts if PROFILE in sent else renumbered(texts, whole_number(form, "number"))
    return loaded(texts, change_of(form, row.version))


def _sent() -> dict[str, str]:
    """The files by their place in the set. Raises Fault."""
    files = [one for one in request.files.getlist("files") if one.filename]
    if not files or len(files) > MOST_FILES or set(request.files) != {"files"}:
        raise Fault("files", f"{len(files)} files", f"1 to {MOST_FILES} data files (TOML)")
    found: dict[str, str] = {}
    for one in files:
        name = file_name(one.filename or "")[-100:]
        raw = one.read(LARGEST_FILE + 1)
        if len(raw) > LARGEST_FILE:
            raise Fault("files", f"{name}, which is larger", f"at most {LARGEST_FILE:,} bytes in a file")
        if name in found:
            raise Fault("files", f"{name} twice", "each file once")
        found[name] = _as_text(name, raw)
    return found


def _as_text(name: str, raw: bytes) -> str:
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Fault("files", f"{name}, which is not text", "data files in TOML, UTF-8")
    return text.replace("\r\n", "\n")


def loaded(texts: dict[str, str], change: Change) -> Any:
    """The page of the new version, or every fault of these files at once."""
    with store().read() as uow:
        nutrition, faults = nutrition_from_texts(texts, formulary_in_force(uow))
    if nutrition is None or faults:
        g.data_faults = faults
        many = "1 value is" if len(faults) == 1 else f"{len(faults)} values are"
        return Refusal("nutrition_faulty", f"Nothing was loaded: {many} wrong. All of them stand below.", 422)
    answer = perform(store(), NUTRITION, NUTRITION_RECORD, LoadNutrition(texts, change), act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("formulary_nutrition.version", version=nutrition.profile.version), 303)


@blueprint.get("/<int:version>/file/<path:name>")
def file(version: int, name: str) -> str:
    """One file of a version as text, to be changed into a new version."""
    with store().read() as uow:
        record, row = found_version(uow, version)
        people = people_of(uow, record.versions.values())
    if name not in row.texts:
        raise NotFound
    return render_template(
        "formulary_nutrition/file.html",
        row=row,
        name=name,
        text=(renumbered(row.texts, record.newest + 1) if name == PROFILE else row.texts)[name],
        number=record.newest + 1,
        record=record,
        people=people,
        seen=request.form.get("seen", ""),
        links=links_of(record),
        data_faults=g.get("data_faults", ()),
        stage_words=stage_words,
    )


@blueprint.post("/<int:version>/file/<path:name>")
@again(file)
def save(version: int, name: str) -> Any:
    """A new version, with this file as it was typed and every other as it was."""
    form = read_form(["text", "seen", *WHY])
    with store().read() as uow:
        _, row = found_version(uow, version)
    if name not in row.texts:
        raise NotFound
    text = form["text"].replace("\r\n", "\n")
    if len(text.encode()) > LARGEST_FILE:
        raise Fault("text", "a longer text", f"at most {LARGEST_FILE:,} bytes in a file")
    seen = whole_number(form, "seen")
    return loaded(renumbered({**row.texts, name: text}, seen + 1), change_of(form, row.version, seen))


@blueprint.post("/<int:version>/release")
@again(version)
def release(version: int) -> Any:
    """Stand behind what was read on the page, with a secret given now."""
    return _done(version, release_of(version), signed=True)


@blueprint.post("/<int:version>/withdraw")
@again(version)
def withdraw(version: int) -> Any:
    """Take the version out of use for ever."""
    return _done(version, WithdrawNutrition(version, read_form(["reason"])["reason"].strip()))


def _done(version: int, action: NutritionAction, signed: bool = False) -> Any:
    with store().read() as uow:
        found_version(uow, version)
    answer = perform(store(), NUTRITION, NUTRITION_RECORD, action, act_with_secret() if signed else act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("formulary_nutrition.version", version=version), 303)
