"""The formulary: what may be used and how, every value with its source; loading, releasing by two pharmacists, withdrawing."""

import tomllib
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.people import shown_name
from compounding.views.story import story
from formulary.consistency.checking import text_checked
from formulary.differing.difference import by_section, difference
from formulary.drug_record import DrugRecord, DrugVersion, record_id
from formulary.faults import DataFault
from formulary.loading import drug_from_text
from formulary.model import Drug, Formulary, Population
from formulary.releasing import DRUG, LoadDrug, ReleaseDrug, WithdrawDrug, faults_in
from formulary.repository import drug_record, formulary_in_force
from formulary.versions import Stage
from formulary.views import SHOWS, bound, hard_words, listed, population_words, share, source_words
from web.acting import act, act_with_secret, read_form
from web.drafting import WHY, change_of, control, release_of
from web.errors import again
from web.permissions import allowed
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("formulary", __name__, url_prefix="/formulary")

LARGEST_FILE = 400_000
"""Bytes of one drug's data file; the largest that comes with the program has a tenth of it."""
WORDS = {
    "bound": bound,
    "share": share,
    "source_words": source_words,
    "hard_words": hard_words,
    "population_words": population_words,
}
"""What the templates turn values into words with."""


@blueprint.get("")
def page() -> str:
    """All drugs by name, narrowed by state and by text."""
    show = request.args.get("show", "all")
    show = show if show in SHOWS else "all"
    text = request.args.get("find", "")[:100]
    with store().read() as uow:
        drugs = listed(uow)
        names = {person: shown_name(uow, person) for drug in drugs for person in (drug.author, drug.first) if person}
    counts = {name: sum(name in drug.groups for drug in drugs) for name in SHOWS}
    wanted = text.strip().casefold()
    found = [d for d in drugs if show in d.groups and (wanted in d.display.casefold() or wanted in d.drug)]
    return render_template(
        "formulary/page.html",
        drugs=found,
        counts=counts,
        shows=SHOWS,
        show=show,
        find=text,
        names=names,
        may_load=allowed("formulary.load", open_visitor().actor.roles),
        may_look_up=allowed("directory.page", open_visitor().actor.roles),
    )


@blueprint.get("/upload")
def upload() -> str:
    """The form that takes a drug's data file, and the faults of the one just sent."""
    return render_template("formulary/upload.html", data_faults=g.get("data_faults", ()), file=g.get("file_name", ""))


@blueprint.post("/upload")
@again(upload)
def load() -> Any:
    """Load a version of a drug. With one fault nothing is loaded; all faults are shown at once."""
    form = read_form([*WHY])
    name, text = _uploaded()
    with store().read() as uow:
        drug, faults = faults_in(text, formulary_in_force(uow), name)
    if drug is None or faults:
        return _faulty(name, faults)
    answer = perform(store(), DRUG, record_id(drug.id), LoadDrug(text, change_of(form)), act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("formulary.drug", drug=drug.id, version=drug.version), 303)


def _faulty(name: str, faults: list[DataFault]) -> Refusal:
    g.data_faults, g.file_name = faults, name
    many = "1 value is" if len(faults) == 1 else f"{len(faults)} values are"
    return Refusal("drug_faulty", f"Nothing was loaded: {many} wrong in {name}. All of them stand below.", 422)


def _uploaded() -> tuple[str, str]:
    """Name and text of the file that was sent. Raises Fault."""
    sent = request.files.get("file")
    if sent is None or not sent.filename or len(request.files) != 1:
        raise Fault("file", "no file", "one data file of a drug (TOML)")
    raw = sent.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise Fault("file", "a larger file", f"at most {LARGEST_FILE:,} bytes")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Fault("file", "a file that is not text", "a data file in TOML, UTF-8") from None
    if "\0" in text:
        raise Fault("file", "a file that is not text", "a data file in TOML, UTF-8")
    return sent.filename[-100:], text.replace("\r\n", "\n")


def _version(uow: UnitOfWork, drug: str, version: int) -> tuple[DrugRecord, DrugVersion]:
    record = drug_record(uow, drug)
    row = record.versions.get(version)
    if row is None:
        raise NotFound
    return record, row


@blueprint.get("/drug/<drug>")
def newest(drug: str) -> Any:
    """The newest version of a drug."""
    with store().read() as uow:
        record = drug_record(uow, drug)
    if not record.versions:
        raise NotFound
    return redirect(url_for("formulary.drug", drug=drug, version=record.newest), 302)


@blueprint.get("/drug/<drug>/<int:version>")
def drug(drug: str, version: int) -> str:
    """Everything that this version says about the drug, and what may be done with it."""
    actor = open_visitor().actor
    with store().read() as uow:
        record, row = _version(uow, drug, version)
        formulary = formulary_in_force(uow)
        lines = story(uow, record_id(drug), frozenset({"text", "base"}))
        replay = url_for("replay.page", drug=drug, version=version) if record.to_replace else ""
        shown = control(uow, record, row, actor, replay)
    read, data_faults = drug_from_text(row.text, record_id(drug), formulary.site, formulary.supplies)
    names = {solution.id: solution.display for solution in formulary.supplies.solutions}
    populations = _populations(read, formulary)
    before = shown["before"]
    changes = difference(Drug, before.text, row.text, names) if before else ()
    return render_template(
        "formulary/drug.html",
        drug=read,
        data_faults=data_faults,
        populations=populations,
        raw=tomllib.loads(row.text),
        changes=by_section(changes),
        count=len(changes),
        substitutable=row.stage is Stage.IN_FORCE,
        contradictions=text_checked(row.text, formulary),
        links={number: url_for("formulary.drug", drug=drug, version=number) for number in record.versions},
        lines=lines,
        solution_names=names,
        may_load=allowed("formulary_edit.save", actor.roles),
        may_replay=allowed("replay.page", actor.roles),
        **shown,
        **WORDS,
    )


def _populations(read: Drug | None, formulary: Formulary) -> dict[str, Population]:
    own = read.populations if read else ()
    return {row.id: row for row in (*formulary.site.populations, *own)}


@blueprint.post("/drug/<drug>/<int:version>/release")
@again(drug)
def release(drug: str, version: int) -> Any:
    """Stand behind what was read on the page, with a secret given now."""
    return _done(drug, version, release_of(version), signed=True)


@blueprint.post("/drug/<drug>/<int:version>/withdraw")
@again(drug)
def withdraw(drug: str, version: int) -> Any:
    """Take the version out of use for ever."""
    return _done(drug, version, WithdrawDrug(version, read_form(["reason"])["reason"].strip()))


def _done(drug: str, version: int, action: ReleaseDrug | WithdrawDrug, signed: bool = False) -> Any:
    with store().read() as uow:
        _version(uow, drug, version)
    answer = perform(store(), DRUG, record_id(drug), action, act_with_secret() if signed else act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("formulary.drug", drug=drug, version=version), 303)
