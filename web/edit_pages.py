"""Editing a data file in the browser, for every record of single files: the form and its look, shared by drugs and the house."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import g, render_template, request

from batch_records.acts import Refusal
from calculations.errors import Fault, Faults
from formulary.differing.difference import by_section, difference
from formulary.drafting import edited, field_names, field_of_path, sections_of
from formulary.faults import DataFault
from formulary.model import CONFIDENCE_MEANING
from formulary.toml_text import numbered
from formulary.versions import Version, Versions
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
    """Addresses."""

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
    sections = sections_of(thing.root, thing.row.text, thing.tables, thing.names)
    failed = g.get("problem") is not None
    known = {field.name for section in sections for row in section.rows for field in row.fields}
    data_faults = g.get("data_faults", ())
    by_field = {field_of_path(fault.path): f"Found {fault.value}, expected {fault.expectation}." for fault in data_faults}
    return render_template(
        "formulary/edit.html",
        thing=thing,
        sections=sections,
        values=request.form if failed else None,
        field_faults={name: text for name, text in by_field.items() if name in known},
        data_faults=[fault for fault in data_faults if field_of_path(fault.path) not in known],
        confidences=CONFIDENCES,
        seen=request.form.get("seen", ""),
        stage_words=stage_words,
        **_record_words(thing),
    )


def text_page(thing: Edited, start: str = "") -> str:
    """The whole file as text, to be changed into a new version."""
    return render_template(
        "formulary/edit_text.html",
        thing=thing,
        text=start or thing.row.text,
        data_faults=g.get("data_faults", ()),
        seen=request.form.get("seen", ""),
        stage_words=stage_words,
        **_record_words(thing),
    )


def _record_words(thing: Edited) -> dict[str, Any]:
    return {"record": thing.record, "row": thing.row, "people": thing.people, "links": thing.links}


def typed_form(thing: Edited) -> dict[str, str]:
    """The fields of the form, with reason, source and what the author had seen. Raises Faults."""
    always, ticked = field_names(thing.root, thing.row.text)
    return read_form([*always, "why", "source", "seen"], [*ticked, "confidence"])


def typed_text(thing: Edited, form: Mapping[str, str], number: int) -> str:
    """The text of the new version, under the number that its page offered. Raises Fault or Faults."""
    source = {"text": form["source"].strip(), "confidence": form.get("confidence", "")}
    text = edited(thing.root, thing.row.text, form, source, number)
    if f"change_{number} =" in text and not source["confidence"]:
        raise Fault("confidence", "nothing chosen", "how well the source of the change is founded")
    return numbered("file", text, number)


def whole_text(form: Mapping[str, str], number: int) -> str:
    """The text as it was typed, under the number that its page offered. Raises Fault."""
    text = form["text"].replace("\r\n", "\n")
    if len(text.encode()) > LARGEST_FILE:
        raise Fault("text", "a longer text", f"at most {LARGEST_FILE:,} bytes")
    return numbered("text", text, number)


def look_page(thing: Edited, faults_of: Any) -> str:
    """What the fields would change as they stand, and what is still wrong. Writes nothing."""
    always, ticked = field_names(thing.root, thing.row.text)
    sent = read_form([], [*always, *ticked, *_OWN])
    known = {field.name: field.value for part in _sections(thing) for row in part.rows for field in row.fields}
    typed = {**{name: value for name, value in known.items() if name not in ticked}, **sent}
    source = {"text": sent.get("source", "") or "to be told", "confidence": sent.get("confidence") or "design"}
    problems: list[str] = []
    text = thing.row.text
    try:
        text = edited(thing.root, thing.row.text, typed, source, thing.number)
        problems = [f"{fault.path}: expected {fault.expectation}" for fault in faults_of(text)]
    except Faults as faults:
        problems = [str(fault) for fault in faults.faults]
    except Fault as fault:
        problems = [str(fault)]
    changes = difference(thing.root, thing.row.text, text, thing.names)
    return render_template("formulary/look.html", changes=by_section(changes), count=len(changes), problems=problems)


def _sections(thing: Edited) -> Any:
    return sections_of(thing.root, thing.row.text, thing.tables, thing.names)


def faulty(faults: list[DataFault]) -> Refusal:
    """The refusal of a text with faults; the page shows each."""
    g.data_faults = faults
    many = "1 value is" if len(faults) == 1 else f"{len(faults)} values are"
    return Refusal("data_faulty", f"Nothing was saved: {many} wrong. All of them stand below.", 422)


