"""The record of a kind of document's templates: versions with their author, released by two pharmacists, in force from a time.

What comes with the program is used as long as no version is in force, and again when one is withdrawn. A print keeps the
template that it was made with, so that a change alters nothing that was printed before.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from typing import Any

from batch_records.acting import RecordType, load
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.rendering import Template
from batch_records.store import UnitOfWork
from compounding.documents.printing import changed_template, template
from compounding.documents.samples import changeable, papers, samples
from compounding.documents.versions.rules import CSS, HTML, packaged_texts, template_faults
from formulary.change_control import (
    Change,
    Release,
    Withdraw,
    checked_withdrawal,
    draft_refusal,
    encoded,
    not_for,
)
from formulary.faults import DataFault
from formulary.release_rules import checked_release
from formulary.versions import Version, Versions, drafted, released, withdrawn

PACKAGED = 0
"""As the number of a version: what comes with the program."""


@dataclass(frozen=True)
class LoadTemplate:
    """Bring in a version of a template, a draft, with why, and with what it was tried on."""

    kind: str
    html: str
    css: str
    tried: tuple[str, ...]
    """Every print of the trial: document, paper, digest."""
    change: Change
    version: int = 0
    digest: str = ""


TemplateAction = LoadTemplate | Release | Withdraw


def title_of(kind: str) -> str:
    """`Dispensing label`."""
    return kind.partition("/")[0].replace("_", " ").capitalize()


def slug_of(kind: str) -> str:
    """A kind as it stands in an address and in a record's id."""
    return kind.replace("/", "-")


def kind_of(slug: str) -> str | None:
    """The kind behind a slug; None for another text."""
    return next((kind for kind in changeable() if slug_of(kind) == slug), None)


def record_id(kind: str) -> str:
    """The id of a kind's record of templates."""
    return f"template-{slug_of(kind)}"


def apply(state: Versions, entry: Entry) -> Versions:
    """The record after an entry. Raises ValueError for a kind or version that no release of the program wrote."""
    told = entry.payload
    match (entry.kind, entry.version):
        case ("template_loaded", 1):
            kind = str(told["kind"])
            return drafted(state, entry, kind, title_of(kind), {HTML: str(told["html"]), CSS: str(told["css"])})
        case ("template_released", 2 | 3):
            return released(state, entry)
        case ("template_withdrawn", 1):
            return withdrawn(state, entry)
    raise ValueError(f"unknown entry {entry.kind}/{entry.version} in {entry.record}")


def _encode(action: TemplateAction) -> tuple[str, int, Mapping[str, Any]]:
    if not isinstance(action, LoadTemplate):
        return encoded("template", action)
    told = {name: getattr(action, name) for name in ("kind", "html", "css", "version", "digest")}
    return "template_loaded", 1, {**told, "tried": list(action.tried), **action.change.as_data()}


def _faults_of(row: Version, kind: str) -> list[DataFault]:
    """Also where the shared styles are others than those that it was tried with: what is released is what was looked at."""
    html, css = row.texts[HTML], row.texts[CSS]
    if changed_template(kind, html, css).digest == row.digest:
        return template_faults(kind, html, css)
    return [DataFault(HTML, "", "drafted with an earlier release of the program", "a version saved with this one")]


def check(state: Versions, action: TemplateAction, act: Act, record: str) -> TemplateAction | Refusal:
    """The only gate."""
    match action:
        case LoadTemplate():
            return _check_load(state, action, record)
        case Release():
            kind = state.subject
            return checked_release(state, action, act, record, {"kind": kind}, lambda row: _faults_of(row, kind))
        case Withdraw():
            return checked_withdrawal(state, action, act)


def _check_load(state: Versions, action: LoadTemplate, record: str) -> LoadTemplate | Refusal:
    if action.kind not in changeable() or record != record_id(action.kind):
        return Refusal("kind_unknown", f"'{action.kind}' is no kind of document.", 422)
    faults = template_faults(action.kind, action.html, action.css)
    if faults:
        listed = " ".join(f"{fault}." for fault in faults)
        return Refusal("template_faulty", f"{len(faults)} faults in the template. {listed}", 422)
    wanted = [f"{name} on {paper.name}: " for name in samples(action.kind) for paper in papers(action.kind)]
    if any(not any(one.startswith(start) for one in action.tried) for start in wanted):
        return Refusal("not_tried", "The template was not tried on every made-up document and paper.", 422)
    version = state.newest + 1
    refused = draft_refusal(state, version, title_of(action.kind), action.change)
    found = changed_template(action.kind, action.html, action.css).digest
    return refused or replace(action, version=version, digest=found)


TEMPLATE: RecordType[Versions, TemplateAction, str] = RecordType(
    name="template",
    signed_kinds=frozenset({"template_released"}),
    blank=Versions,
    apply=apply,
    authorise=not_for,
    check=check,
    encode=_encode,
    gather=lambda uow, record, state, action, act: record,
)
"""The record of one kind's templates. Its id is `record_id`."""


@cache
def packaged_version(kind: str) -> Version:
    """What comes with the program, as if it were a version."""
    first = datetime.min.replace(tzinfo=UTC)
    return Version(PACKAGED, title_of(kind), template(kind).digest, packaged_texts(kind), "", first)


def template_record(uow: UnitOfWork, kind: str) -> Versions:
    """A kind's record as it stands at the moment of the act or the look; blank when nothing was drafted."""
    return load(uow, TEMPLATE, record_id(kind)).at(uow.at)


def template_of(row: Version, kind: str) -> Template:
    """A version as the layout process takes it."""
    return template(kind) if row.version == PACKAGED else _made(kind, row.texts[HTML], row.texts[CSS])


@cache
def _made(kind: str, html: str, css: str) -> Template:
    return changed_template(kind, html, css)


def template_at(uow: UnitOfWork, kind: str, moment: datetime) -> Template:
    """The template in force at a moment: the site's, else the packaged one."""
    row = load(uow, TEMPLATE, record_id(kind)).in_force_at(moment)
    return template(kind) if row is None else template_of(row, kind)
