"""Editing a data file in the browser, for every record of single files: the form and its look, shared by drugs and the house."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from flask import g, render_template, request
from werkzeug.exceptions import NotFound

from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from formulary.differing.difference import by_section, difference
from formulary.drafting import Edit, Section, edit, field_names, labels_of, sections_of
from formulary.faults import DataFault
from formulary.form_fields import NEW_SOURCE
from formulary.model import CONFIDENCE_MEANING
from formulary.new_rows import MOST_NEW, Beside, Choices, new_names, new_part, own_ids, row_at, row_values, tables_of
from formulary.toml_text import numbered
from formulary.versions import ONLY, Version, Versions
from formulary.views import stage_words
from web.acting import read_form

LARGEST_FILE = 400_000
"""Bytes of one data file; the largest that comes with the program has a tenth of it."""
CONFIDENCES = tuple((mark.value, f"{mark.value}: {meaning}") for mark, meaning in CONFIDENCE_MEANING.items())
_OWN = ("why", "source", "confidence", "seen")


@dataclass(frozen=True)
class Edited:
    """What is edited: the kind of file, the version that it begins from, and how its pages are called."""

    root: type
    title: str
    record: Versions
    row: Version
    tables: Mapping[str, str]
    """Tables of the file that the form offers, with their headings."""
    names: Mapping[str, str]
    people: Mapping[str, str]
    links: Mapping[int, str]
    """Page of each version."""
    save: str
    look: str
    text: str
    form: str
    new_row: str
    """Addresses."""
    choices: Choices = field(default_factory=dict)
    """Ids that fields may name beside those of the file."""
    file: str = ONLY
    """Which file of the version is edited, where it has several."""
    renumbered: bool = True
    """Whether the file itself says the number of its version."""

    @property
    def content(self) -> str:
        """The file as the version has it."""
        return self.row.texts[self.file]

    @property
    def base(self) -> str:
        """What is edited, as its page calls it."""
        return f"Version {self.row.version}" if self.row.version else "What comes with the program"

    @property
    def number(self) -> int:
        """The number of the new version, as the page offers it."""
        return self.record.newest + 1


def form_page(thing: Edited) -> str:
    """The form with what the version says, or with what was typed."""
    failed = g.get("problem") is not None
    sections = _sections(thing, request.form if failed else {})
    known, made = set(labels_of(sections)), g.get("edit")
    data_faults = [(_field_of(thing, made, fault), fault) for fault in g.get("data_faults", ())]
    by_field = {name: f"Found {fault.value}, expected {fault.expectation}." for name, fault in data_faults}
    return render_template(
        "formulary/edit.html",
        thing=thing,
        sections=sections,
        values=request.form if failed else None,
        field_faults={name: text for name, text in by_field.items() if name in known},
        data_faults=[fault for name, fault in data_faults if name not in known],
        confidences=CONFIDENCES,
        seen=request.form.get("seen", ""),
        stage_words=stage_words,
        **_record_words(thing),
    )


def _field_of(thing: Edited, made: Edit | None, fault: DataFault) -> str:
    """The field that a fault is about, where it is about this file."""
    own = made is not None and (thing.file == ONLY or fault.file == thing.file)
    return made.field_of(fault.path) if made is not None and own else fault.path


def text_page(thing: Edited, start: str = "") -> str:
    """The whole file as text, to be changed into a new version."""
    return render_template(
        "formulary/edit_text.html",
        thing=thing,
        text=start or thing.content,
        data_faults=g.get("data_faults", ()),
        seen=request.form.get("seen", ""),
        stage_words=stage_words,
        **_record_words(thing),
    )


def _record_words(thing: Edited) -> dict[str, Any]:
    return {"record": thing.record, "row": thing.row, "people": thing.people, "links": thing.links}


def typed_form(thing: Edited) -> dict[str, str]:
    """The fields of the form, with reason, source and what the author had seen. Raises Faults."""
    always, ticked = field_names(thing.root, thing.content, thing.tables)
    return read_form([*always, "why", "source", "seen"], [*ticked, *_new_names(thing), "confidence"])


def _new_names(thing: Edited) -> list[str]:
    return new_names({name: row for name, row in tables_of(thing.root).items() if name in thing.tables}, request.form)


def typed_text(thing: Edited, form: Mapping[str, str], number: int) -> str:
    """The text of the new version, under the number that its page offered. Raises Fault or Faults."""
    source = {"text": form["source"].strip(), "confidence": form.get("confidence", "")}
    made = g.edit = edit(thing.root, thing.content, form, source, number, thing.tables)
    if f"change_{number} =" in made.text and not source["confidence"]:
        raise Fault("confidence", "nothing chosen", "how well the source of the change is founded")
    return numbered("file", made.text, number) if thing.renumbered else made.text


def whole_text(form: Mapping[str, str], number: int) -> str:
    """The text as it was typed, under the number that its page offered. Raises Fault."""
    text = form["text"].replace("\r\n", "\n")
    if len(text.encode()) > LARGEST_FILE:
        raise Fault("text", "a longer text", f"at most {LARGEST_FILE:,} bytes")
    return numbered("text", text, number)


def look_page(thing: Edited, faults_of: Any) -> str:
    """What the fields would change as they stand, and what is still wrong. Writes nothing."""
    always, ticked = field_names(thing.root, thing.content, thing.tables)
    sent = read_form([], [*always, *ticked, *_new_names(thing), *_OWN])
    sections = _sections(thing, sent)
    known = {field.name: field.value for part in sections for row in part.rows for field in row.fields}
    labels = labels_of(sections)
    typed = {**{name: value for name, value in known.items() if name not in ticked}, **sent}
    source = {"text": sent.get("source", "") or "to be told", "confidence": sent.get("confidence") or "design"}
    problems: list[str] = []
    text = thing.content
    try:
        made = edit(thing.root, thing.content, typed, source, thing.number, thing.tables)
        text, found = made.text, [(_field_of(thing, made, fault), fault.expectation) for fault in faults_of(made.text)]
        problems = [f"{labels.get(name, name)}: expected {expected}" for name, expected in found]
    except Faults as faults:
        problems = [_in_words(fault, labels) for fault in faults.faults]
    except Fault as fault:
        problems = [str(fault)]
    changes = difference(thing.root, thing.content, text, thing.names)
    return render_template("formulary/look.html", changes=by_section(changes), count=len(changes), problems=problems)


def _in_words(fault: Fault, labels: Mapping[str, str]) -> str:
    return str(Fault(labels.get(fault.field, fault.field), fault.found, fault.expected))


def _sections(thing: Edited, typed: Mapping[str, str]) -> tuple[Section, ...]:
    return sections_of(thing.root, thing.content, thing.tables, thing.names, thing.choices, typed)


def new_row_page(thing: Edited) -> str:
    """A row that is being added, or a row inside it, as a part of the form. 404 for what the file has no room for."""
    table, inside = request.args.get("table", ""), request.args.get("inside", "")
    number = request.args.get("number", "")
    if not number.isdecimal() or len(number) > 2 or int(number) > MOST_NEW:
        raise NotFound
    rows = {name: row for name, row in tables_of(thing.root).items() if name in thing.tables}
    name = f"{inside}.{number}" if inside else f"{table}.new{number}"
    row = row_at(rows, name)
    if row is None:
        raise NotFound
    data = tomllib.loads(thing.content)
    title = thing.tables.get(table, "")
    values: dict[str, str] = {} if inside else {f"{name}.source": NEW_SOURCE}
    section = next((one for one in _sections(thing, {}) if one.table == table), None)
    like = request.args.get("like", "")
    if section is not None and like in dict(section.likes):
        values |= row_values(row, data[table][int(like)], name)
    part = new_part(
        row, name, f"New row {number} of: {title}", Beside(data, {**own_ids(data), **thing.choices}, values)
    )
    return render_template(
        "formulary/new_row.html",
        thing=thing,
        part=replace(part, title=f"{int(number) + 1}.") if inside else part,
        inside=inside,
        table=table,
        title=title or "the list",
        next=int(number) + 1,
        likes=() if section is None else section.likes,
        values=None,
        faults={},
        field_faults={},
    )


def faulty(faults: list[DataFault]) -> Refusal:
    """The refusal of a text with faults; the page shows each."""
    g.data_faults = faults
    many = "1 value is" if len(faults) == 1 else f"{len(faults)} values are"
    return Refusal("data_faulty", f"Nothing was saved: {many} wrong. All of them stand below.", 422)
