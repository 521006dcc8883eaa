"""Importing data of drugs: tables as CSV for several drugs at once, a whole drug as YAML. What comes in is a draft."""

from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for

from batch_records.acting import Refused, perform_many
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from formulary.change_control import Change
from formulary.drug_record import record_id
from formulary.importing.csv_tables import MOST_FAULTS, TABLES, Base, Imported, RowFault, row_fault, tables_from_csv
from formulary.importing.yaml_file import drug_text_from_yaml
from formulary.model import Formulary
from formulary.releasing import DRUG, LoadDrug, faults_in
from formulary.repository import drug_record, formulary_in_force
from formulary.views import beginning, listed
from web.acting import act, client_key, read_form
from web.drafting import WHY, change_of
from web.errors import again
from web.services import store
from web.sessions import open_visitor

blueprint = Blueprint("formulary_import", __name__, url_prefix="/formulary/import")

LARGEST_FILE = 400_000
YAML = "drug"
KINDS = (
    ("limits", "Limits (CSV)"),
    ("products", "Products (CSV)"),
    ("standard_concentrations", "Standard concentrations (CSV)"),
    (YAML, "One whole drug (YAML)"),
)


@blueprint.get("")
def page() -> str:
    """The form that takes a file, and every fault of the one just sent."""
    columns = {name: [(column.name, column.required) for column in TABLES[name]] for name, _ in KINDS if name in TABLES}
    return render_template(
        "formulary/import.html",
        kinds=KINDS,
        columns=columns,
        row_faults=g.get("row_faults", ()),
        data_faults=g.get("data_faults", ()),
        file=g.get("file_name", ""),
    )


@blueprint.post("")
@again(page)
def take() -> Any:
    """A draft of every drug that the file speaks of; with one fault nothing at all."""
    form = read_form(["kind", *WHY])
    if form["kind"] not in dict(KINDS):
        raise Fault("kind", form["kind"] or "nothing chosen", "what the file holds")
    with store().read() as uow:
        if _done_before(uow):
            return redirect(url_for("formulary.page", show="draft"), 303)
    name, text = _sent()
    g.file_name = name
    if form["kind"] == YAML:
        return _drug(name, text, change_of(form))
    with store().read() as uow:
        formulary, bases = formulary_in_force(uow), _bases(uow)
    done = tables_from_csv(text, form["kind"], bases)
    faults = done.faults or _faults_of(done, form["kind"], formulary)
    if faults:
        return _refused(faults)
    change = change_of(form)
    drafts = [(drug, LoadDrug(own, _from(change, bases[drug].version))) for drug, own in done.texts.items()]
    return _loaded(drafts)


def _done_before(uow: UnitOfWork) -> bool:
    """Whether this very page was sent before: its drafts are there, under numbers that a second time would not give."""
    first = uow.answer_for(client_key())
    return first is not None and first.kind == "drug_loaded" and first.who == open_visitor().actor.person


def _from(change: Change, base: int) -> Change:
    return Change(change.why, change.source, base)


def _bases(uow: UnitOfWork) -> dict[str, Base]:
    """Every drug's version that a draft would replace, else the newest one, and the number of its next version."""
    found = {}
    for one in listed(uow):
        record = drug_record(uow, one.drug)
        row = beginning(record)
        found[one.drug] = Base(row.text, row.version, record.newest + 1)
    return found


def _faults_of(done: Imported, table: str, formulary: Formulary) -> list[RowFault]:
    return [
        row_fault(done, table, drug, text, fault.path, fault.value, fault.expectation)
        for drug, text in done.texts.items()
        for fault in faults_in(text, formulary)[1]
    ]


def _refused(faults: list[RowFault]) -> Refusal:
    g.row_faults = faults[:MOST_FAULTS]
    if len(faults) > MOST_FAULTS:
        g.row_faults.append(RowFault(0, "", f"{len(faults) - MOST_FAULTS} more", "those above mended first"))
    many = "1 cell is" if len(faults) == 1 else f"{len(faults)} cells are"
    return Refusal("data_faulty", f"Nothing was imported: {many} wrong. They stand below.", 422)


def _drug(name: str, text: str, change: Change) -> Any:
    own, faults = drug_text_from_yaml(text, name)
    read = None
    if own is not None and not faults:
        with store().read() as uow:
            read, faults = faults_in(own, formulary_in_force(uow), name)
    if own is None or read is None or faults:
        g.data_faults = faults
        many = "1 value is" if len(faults) == 1 else f"{len(faults)} values are"
        return Refusal("data_faulty", f"Nothing was imported: {many} wrong. All of them stand below.", 422)
    return _loaded([(read.id, LoadDrug(own, change))])


def _loaded(drafts: list[tuple[str, LoadDrug]]) -> Any:
    """All drafts in one unit of work: every one of them, or none."""
    answer = perform_many(store(), [(DRUG, record_id(drug), action) for drug, action in drafts], act())
    if isinstance(answer, Refused):
        return answer
    if len(drafts) == 1:
        number = int(answer[0].entry.payload["version"])
        return redirect(url_for("formulary.drug", drug=drafts[0][0], version=number) + "#changes", 303)
    return redirect(url_for("formulary.page", show="draft"), 303)


def _sent() -> tuple[str, str]:
    """Name and text of the file. Raises Fault."""
    sent = request.files.get("file")
    if sent is None or not sent.filename or len(request.files) != 1:
        raise Fault("file", "no file", "one file, CSV or YAML")
    raw = sent.read(LARGEST_FILE + 1)
    if len(raw) > LARGEST_FILE:
        raise Fault("file", "a larger file", f"at most {LARGEST_FILE:,} bytes")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise Fault("file", "a file that is not text in UTF-8", "CSV or YAML saved as UTF-8")
    return sent.filename[-100:], text
