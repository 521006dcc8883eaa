"""Templates of printed documents: drafted in the browser, tried, compared print beside print, released by two pharmacists."""

import difflib
from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, perform
from batch_records.acts import Refusal
from batch_records.rendering import Page, PrintRefused, RendererFailed
from batch_records.store import UnitOfWork
from compounding.documents.samples import changeable, papers, samples
from compounding.documents.versions.record import (
    PACKAGED,
    TEMPLATE,
    LoadTemplate,
    kind_of,
    packaged_version,
    record_id,
    slug_of,
    template_of,
    template_record,
    title_of,
)
from compounding.documents.versions.rules import CSS, HTML, has_own_style, template_faults
from compounding.documents.versions.trial import Trial, row_words, tried
from compounding.views.label_printing import USUAL, stock_for
from compounding.views.story import story
from formulary.change_control import Withdraw
from formulary.faults import DataFault
from formulary.repository import formulary_in_force
from formulary.versions import Version, Versions
from formulary.views import stage_words
from web.acting import act, act_with_secret, read_form
from web.drafting import WHY, change_of, control, people_of, release_of, whole_number
from web.errors import again
from web.permissions import allowed
from web.printing import trial_printer
from web.services import store
from web.sessions import open_visitor

NO_END = "The page is not done in the time that a page may take: make it simpler, or try again."
blueprint = Blueprint("label_templates", __name__, url_prefix="/formulary/templates")


def _found(uow: UnitOfWork, slug: str, version: int) -> tuple[str, Versions, Version]:
    kind = kind_of(slug)
    if kind is None:
        raise NotFound
    record = template_record(uow, kind)
    row = packaged_version(kind) if version == PACKAGED else record.versions.get(version)
    if row is None:
        raise NotFound
    return kind, record, row


def _own_stock(uow: UnitOfWork) -> tuple[Page, ...]:
    formulary = formulary_in_force(uow)
    return tuple(stock_for(formulary, container) for container in USUAL)


@blueprint.get("")
def page() -> str:
    """Every kind of document: what is in force, and the newest draft."""
    with store().read() as uow:
        records = {kind: template_record(uow, kind) for kind in changeable()}
        people = people_of(uow, [row for record in records.values() for row in record.versions.values()])
    return render_template(
        "label_templates/page.html", kinds={kind: title_of(kind) for kind in changeable()}, records=records, people=people,
        slug_of=slug_of, stage_words=stage_words,
    )  # fmt: skip


@blueprint.get("/<slug>")
def newest(slug: str) -> Any:
    """The newest version; what comes with the program where there is none."""
    with store().read() as uow:
        _, record, _ = _found(uow, slug, PACKAGED)
    return redirect(url_for("label_templates.version", slug=slug, version=record.newest), 302)


@blueprint.get("/<slug>/<int:version>")
def version(slug: str, version: int) -> str:
    """The prints before and after side by side, every changed line, and what may be done."""
    actor = open_visitor().actor
    with store().read() as uow:
        kind, record, row = _found(uow, slug, version)
        shown = control(uow, record, row, actor)
        lines = story(uow, record_id(kind), frozenset({"html", "css", "tried"}))
        stocks = papers(kind, _own_stock(uow))
    before = shown["before"] or packaged_version(kind)
    return render_template(
        "label_templates/version.html",
        slug=slug,
        title=title_of(kind),
        packaged=version == PACKAGED,
        changed=_lines(before, row) if version != PACKAGED else (),
        prints=[(name, number, paper.name) for name in samples(kind) for number, paper in enumerate(stocks)],
        lines=lines,
        links=_links(slug, record),
        may_load=allowed("label_templates.save", actor.roles),
        other_styles=template_of(row, kind).digest != row.digest,
        **{**shown, "before": before, "may_withdraw": shown["may_withdraw"] and version != PACKAGED},
    )


def _links(slug: str, record: Versions) -> dict[int, str]:
    return {n: url_for("label_templates.version", slug=slug, version=n) for n in (PACKAGED, *record.versions)}


def _lines(before: Version, after: Version) -> tuple[tuple[str, str], ...]:
    """Every line that goes and comes, with a little around it: sign and text."""
    found: list[tuple[str, str]] = []
    for name in (HTML, CSS):
        diff = difflib.unified_diff(before.texts[name].splitlines(), after.texts[name].splitlines(), n=1, lineterm="")
        rows = [(line[0], line[1:]) for line in list(diff)[2:] if not line.startswith("@@")]
        found += [("=", name), *rows] if rows else []
    return tuple(found)


@blueprint.get("/<slug>/<int:version>/<sample>-<int:paper>.pdf")
def golden(slug: str, version: int, sample: str, paper: int) -> Response:
    """One made-up document as this version prints it; what is refused is said in words."""
    with store().read() as uow:
        kind, _, row = _found(uow, slug, version)
        stocks = papers(kind, _own_stock(uow))
    if sample not in samples(kind) or paper >= len(stocks):
        raise NotFound
    try:
        document = trial_printer().render(kind, samples(kind)[sample], stocks[paper], template_of(row, kind))
    except PrintRefused as refused:
        return Response(f"Not printed: {row_words(refused.field)}. {refused}", 422, mimetype="text/plain")
    except RendererFailed:
        return Response(f"Not printed. {NO_END}", 422, mimetype="text/plain")
    answer = Response(document.pdf, mimetype="application/pdf")
    answer.headers["Content-Disposition"] = f'inline; filename="{slug}-{version}-{sample}.pdf"'
    return answer


@blueprint.get("/<slug>/<int:version>/edit")
def form(slug: str, version: int) -> str:
    """The markup and the style of a version, to be changed into a new one."""
    with store().read() as uow:
        kind, record, row = _found(uow, slug, version)
        people = people_of(uow, record.versions.values())
    return render_template(
        "label_templates/edit.html", slug=slug, title=title_of(kind), record=record, row=row, people=people,
        links=_links(slug, record), html=row.texts[HTML], css=row.texts[CSS], own_style=has_own_style(kind),
        data_faults=g.get("data_faults", ()), seen=g.get("seen", ""), stage_words=stage_words,
    )  # fmt: skip


@blueprint.post("/<slug>/<int:version>/edit")
@again(form)
def save(slug: str, version: int) -> Any:
    """A draft, once everything prints whole on every paper; otherwise every row that does not is named."""
    typed = read_form(["html", "seen", *WHY], ["css"])
    html, css = (typed.get(name, "").replace("\r\n", "\n") for name in ("html", "css"))
    with store().read() as uow:
        kind, _, _ = _found(uow, slug, version)
        own = _own_stock(uow)
    trial = _tried(kind, html, css, own)
    if trial.faults:
        return _faulty(trial.faults, typed["seen"])
    change = change_of(typed, version, whole_number(typed, "seen"))
    answer = perform(store(), TEMPLATE, record_id(kind), LoadTemplate(kind, html, css, trial.printed, change), act())
    if isinstance(answer, Refused | Refusal):
        g.seen = typed["seen"]
        return answer
    return redirect(url_for("label_templates.version", slug=slug, version=int(answer.entry.payload["version"])), 303)


def _tried(kind: str, html: str, css: str, own: tuple[Page, ...]) -> Trial:
    """What the template may not hold; printed on every made-up document only where there is nothing of that."""
    found = tuple(template_faults(kind, html, css))
    if found:
        return Trial((), found)
    try:
        return tried(trial_printer(), kind, html, css, own)
    except RendererFailed:
        return Trial((), (DataFault(HTML, "the whole page", "no end", NO_END),))


def _faulty(faults: tuple[DataFault, ...], seen: str) -> Refusal:
    g.data_faults, g.seen = faults, seen
    first = faults[0]
    text = f"Nothing was saved: {len(faults)} faults. First, {first.file}: {first.path}. All of them stand below."
    return Refusal("template_faulty", text, 422)


@blueprint.post("/<slug>/<int:version>/release")
@again(version)
def release(slug: str, version: int) -> Any:
    """Stand behind the prints that were looked at, with a secret given now; tried again on what is in use today."""
    action = release_of(version)
    with store().read() as uow:
        kind, _, row = _found(uow, slug, version)
        own = _own_stock(uow)
    trial = _tried(kind, row.texts[HTML], row.texts[CSS], own)
    if trial.faults:
        return Refusal("template_faulty", f"It does not print any more. {trial.faults[0]}", 422)
    return _done(slug, version, action, signed=True)


@blueprint.post("/<slug>/<int:version>/withdraw")
@again(version)
def withdraw(slug: str, version: int) -> Any:
    """Take the version out of use for ever; a draft is abandoned."""
    return _done(slug, version, Withdraw(version, read_form(["reason"])["reason"].strip()))


def _done(slug: str, version: int, action: Any, signed: bool = False) -> Any:
    with store().read() as uow:
        kind, _, _ = _found(uow, slug, version)
    answer = perform(store(), TEMPLATE, record_id(kind), action, act_with_secret() if signed else act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("label_templates.version", slug=slug, version=version), 303)
