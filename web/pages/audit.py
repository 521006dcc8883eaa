"""The records: search over entries, near misses by code, one record as a story, one entry in full, export, verify."""

import json
import tempfile
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import load
from batch_records.acts import Refusal
from batch_records.entries import canonical
from batch_records.export import export_records
from batch_records.people import people
from batch_records.recovering import TOLD_FOR, recoveries
from batch_records.search import Wanted, find_entries, kinds_of_entries, refusals_by_code, wrong_secrets
from batch_records.store import UnitOfWork
from calculations.days import DAY, parse_day
from calculations.errors import Fault, Faults
from compounding.orders.addresses import numbers_like
from compounding.preparing.numbering import dose_record, patient_record
from compounding.preparing.record import DOSE
from compounding.views.record_names import about_records, type_in_words
from compounding.views.story import Names, facts_in, kind_in_words, line_of, story
from web.acting import read_form
from web.addresses import PATIENT_PREFIX, record_in, record_in_address
from web.doses import keep_figures_from
from web.errors import Refuse, again
from web.live import live_part
from web.permissions import SEE_PATIENTS, allowed
from web.services import now, services, store
from web.sessions import open_visitor
from web.showing import local
from web.verifying import MOST_PROBLEMS, newest, start

blueprint = Blueprint("audit", __name__, url_prefix="/records")

ON_A_PAGE = 100
LONGEST = 120
SHORTEST_NUMBER = 3
DOSE_PREFIX = dose_record("")
FINDER = ("record", "type", "person", "kind", "since", "until", "code", "refused")
NEAR_MISSES_SINCE = timedelta(days=30)


WITHOUT_PATIENTS = frozenset({
    "person", "qualification", "hood", "site", "printers", "drug", "formulary", "nutrition", "ndc_directory", "sealing",
})  # fmt: skip
"""Types of record that never name a patient: all that an administrator finds here. A new type is hidden until it is listed."""


def _among() -> frozenset[str] | None:
    """The types of record that the person who looks may find; None for all."""
    return None if open_visitor().actor.roles & SEE_PATIENTS else WITHOUT_PATIENTS


def _text(name: str) -> str:
    return request.args.get(name, "").strip()[:LONGEST]


def _day(name: str, faults: list[Fault], next_day: bool = False) -> datetime | None:
    """Midnight of a day on the site's clock, or of the day after."""
    text = _text(name)
    if not text:
        return None
    try:
        day = parse_day(text, name) + timedelta(days=int(next_day))
    except (Fault, OverflowError):
        faults.append(Fault(name, text, DAY))
        return None
    return datetime.combine(day, time(), services().zone)


def _wanted(faults: list[Fault]) -> Wanted:
    return Wanted(
        record=record_in(_text("record")) or _text("record"),
        record_type=_text("type"),
        among=_among(),
        person=_text("person"),
        kind=_text("kind"),
        since=_day("since", faults),
        until=_day("until", faults, next_day=True),
        refused=_text("refused") == "yes",
        code=_text("code"),
    )


@blueprint.get("")
def page() -> Any:
    """Entries that fit, the newest first."""
    faults: list[Fault] = []
    wanted = _wanted(faults)
    number = _text("page")
    skip = (int(number) - 1) * ON_A_PAGE if number.isascii() and number.isdigit() and 0 < int(number) < 10_000 else 0
    with store().read() as uow:
        found = [] if faults else find_entries(uow, wanted, ON_A_PAGE + 1, skip)
        names = Names(uow)
        lines = [line_of(entry, names) for entry in found[:ON_A_PAGE]]
        about = about_records(uow, ((line.record, line.record_type) for line in lines))
        recovered = recoveries(uow, now() - TOLD_FOR)
        types, kinds = kinds_of_entries(uow, _among())
        everybody = [(person, found_person.name) for person, found_person in people(uow)]
    body = render_template(
        "audit/page.html",
        wanted=wanted,
        lines=lines,
        about=about,
        recovered=recovered,
        types=_by_words((name, type_in_words(name)) for name in types),
        kinds=_by_words((kind, kind_in_words(kind)) for kind in kinds),
        everybody=[*everybody, ("system", "Sufficit, as a consequence")],
        more=len(found) > ON_A_PAGE,
        number=skip // ON_A_PAGE + 1,
        args={name: _text(name) for name in request.args if name != "page" and _text(name)},
        may_see_misses=allowed("audit.near_misses", open_visitor().actor.roles),
        may_verify=allowed("audit.begin", open_visitor().actor.roles),
        **({"faults": {fault.field: str(fault) for fault in faults}} if faults else {}),
    )
    return (body, 422) if faults else body


def _by_words(options: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Options in the order of their words; two that read alike are told apart by what is stored."""
    listed = sorted(options, key=lambda option: (option[1].casefold(), option[0]))
    alike = Counter(words for _, words in listed)
    return [(value, f"{words} ({value.replace('_', ' ')})" if alike[words] > 1 else words) for value, words in listed]


@blueprint.post("/find")
def find() -> Any:
    """The page of entries for what was typed. A patient's number becomes the patient's address on the way."""
    typed = read_form([], FINDER)
    wanted = {name: text.strip()[:LONGEST] for name, text in typed.items() if text.strip()}
    if "record" in wanted:
        wanted["record"] = _without_number(wanted["record"])
    return redirect(url_for("audit.page", **wanted), 303)


def _without_number(text: str) -> str:
    """A typed part of a record's id; where it names one patient, that patient's record as addresses name it."""
    number = text.removeprefix(PATIENT_PREFIX)
    with store().read() as uow:
        named = numbers_like(uow, number, 2) if len(number) >= SHORTEST_NUMBER else []
    return record_in_address(patient_record(named[0])) if len(named) == 1 else text


@blueprint.get("/near-misses")
def near_misses() -> Any:
    """What was refused, by code: each is something that a rule stopped."""
    faults: list[Fault] = []
    since, until = _day("since", faults), _day("until", faults, next_day=True)
    if faults:
        raise Faults(faults)
    if since is None:
        since = datetime.combine(local(now() - NEAR_MISSES_SINCE).date(), time(), services().zone)
    with store().read() as uow:
        found, whole = refusals_by_code(uow, Wanted(since=since, until=until))
        secrets = wrong_secrets(uow, since, until)
    return render_template(
        "audit/near_misses.html",
        rows=[(row, ", ".join(kind_in_words(action) for action in row.actions[:3])) for row in found],
        whole=whole,
        secrets=secrets,
        since=since.date(),
        until=_text("until"),
    )


def _may_be_seen(uow: UnitOfWork, record: str) -> None:
    """Raises Refuse for a record that names patients, where the person needs none; and for a dose's record, which holds what
    the second pharmacist must not see before their own result."""
    among = _among()
    if among is not None and find_entries(uow, Wanted(record=record, among=among, exact=True), 1) == []:
        raise Refuse(Refusal("names_patients", "There is no such record among those that name no patient.", 403))
    if record.startswith(DOSE_PREFIX):
        keep_figures_from(open_visitor().actor, load(uow, DOSE, record))


@blueprint.get("/record/<record:record>")
def record(record: str) -> str:
    """The history of one record as a story. Its chain is checked while it is read."""
    with store().read() as uow:
        _may_be_seen(uow, record)
        lines = story(uow, record)
        about = about_records(uow, [(record, lines[0].record_type)] if lines else [])
    if not lines:
        raise NotFound
    return render_template("audit/record.html", record=record, lines=lines, about=about[record])


@blueprint.get("/entry/<int:seq>/<record:record>")
def entry(seq: int, record: str) -> str:
    """One entry in full, as it was written."""
    with store().read() as uow:
        _may_be_seen(uow, record)
        entries = uow.entries(record)
        if not 0 < seq <= len(entries):
            raise NotFound
        found = entries[seq - 1]
        line = line_of(found, Names(uow))
        about = about_records(uow, [(record, found.record_type)])[record]
    return render_template(
        "audit/entry.html",
        entry=found,
        line=line,
        about=about,
        count=len(entries),
        facts=facts_in(found.payload),
        raw=json.dumps(json.loads(canonical(found.payload)), ensure_ascii=False, indent=2, sort_keys=True),
    )


@blueprint.get("/export/<record:record>")
def export(record: str) -> Response:
    """The record as a file that a stranger can check with Python alone."""
    with store().read() as uow:
        _may_be_seen(uow, record)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.zip"
        try:
            export_records(store(), file, [record])
        except KeyError:
            raise NotFound from None
        answer = Response(file.read_bytes(), mimetype="application/zip")
    safe = "".join(mark if mark.isascii() and (mark.isalnum() or mark in "-.") else "-" for mark in record)[:100]
    answer.headers["Content-Disposition"] = f'attachment; filename="{safe}.zip"'
    return answer


@blueprint.get("/verify")
def verify() -> str:
    """Whether all records are as they were written: the check that runs, or the last one."""
    return render_template("audit/verify.html", found=newest(services()), most=MOST_PROBLEMS)


@blueprint.get("/verify/state")
def verify_state() -> Response:
    """The part of the page that stays live while the check runs."""
    return live_part("audit/verify_state.html", found=newest(services()), most=MOST_PROBLEMS)


@blueprint.post("/verify")
@again(verify)
def begin() -> Any:
    """Begin the check of all records. It reads; it changes nothing."""
    read_form([])
    start(services(), open_visitor().actor.name)
    return redirect(url_for("audit.verify"), 303)
