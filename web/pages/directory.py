"""The FDA's NDC directory: what was imported, what of it could not be read, search, and a product as the beginning of a draft."""

from typing import Any

from flask import Blueprint, Response, g, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import Refused, load, perform
from batch_records.acts import Refusal
from batch_records.store import UnitOfWork
from calculations.errors import Fault
from compounding.people import shown_name
from compounding.views.paging import ON_A_PAGE, page_of
from compounding.views.spreadsheet import as_csv
from formulary.directory.record import DIRECTORY, DIRECTORY_RECORD, Import
from formulary.directory.search import Found, Search, choices, product_of, search, unread
from formulary.directory.starting import drug_text, text_with_product
from formulary.directory.values import ListedPackage, ListedProduct
from formulary.drug_record import record_id
from formulary.releasing import DRUG, LoadDrug, faults_in
from formulary.repository import drug_record, formulary_in_force
from formulary.views import beginning, listed
from web.acting import act, read_form
from web.drafting import WHY, change_of
from web.errors import again
from web.services import store

blueprint = Blueprint("directory", __name__, url_prefix="/formulary/directory")

LONGEST = 100
"""Characters of one field of a search."""
HEADS = ("File", "Line", "Field", "Found", "Expected", "Row")
ROW_WORDS = {True: "in the directory, without this value", False: "not in the directory"}


def _wanted() -> Search:
    given = {
        name: request.args.get(name, "")[:LONGEST].replace("\0", "").strip() for name in Search.__dataclass_fields__
    }
    return Search(**given)


@blueprint.get("")
def page() -> Any:
    """The state of the import, and the products that fit what was asked for."""
    wanted, fault = _wanted(), None
    with store().read() as uow:
        record = load(uow, DIRECTORY, DIRECTORY_RECORD)
        names = {one.who: shown_name(uow, one.who) for one in record.imports}
        offered = choices(uow)
        found = Found(0, ())
        pages = page_of(request.args.get("page", "1"), 0)
        if not wanted.empty:
            try:
                found, pages = _found(uow, wanted)
            except Fault as problem:
                fault = problem
    body = render_template(
        "directory/page.html",
        record=record,
        names=names,
        wanted=wanted,
        asked={name: getattr(wanted, name) for name in Search.__dataclass_fields__ if getattr(wanted, name)},
        found=found,
        pages=pages,
        forms=[(form, form) for form in offered.forms],
        routes=[(route, route) for route in offered.routes],
        **({"faults": {"ndc": str(fault)}} if fault else {}),
    )
    return (body, 422) if fault else body


def _found(uow: UnitOfWork, wanted: Search) -> tuple[Found, Any]:
    """The page of products that was asked for; a number beyond the end is the last page."""
    asked = page_of(request.args.get("page", "1"), 10_000_000)
    found = search(uow, wanted, ON_A_PAGE, asked.skipped)
    pages = page_of(request.args.get("page", "1"), found.count)
    return (found if pages.skipped == asked.skipped else search(uow, wanted, ON_A_PAGE, pages.skipped)), pages


def _taken(uow: UnitOfWork) -> Import:
    """The import in use. Before the first there is no such page."""
    newest = load(uow, DIRECTORY, DIRECTORY_RECORD).newest
    if newest is None:
        raise NotFound
    return newest


@blueprint.get("/unread")
def report() -> str:
    """What could not be read at the last import."""
    with store().read() as uow:
        taken = _taken(uow)
        pages = page_of(request.args.get("page", "1"), taken.told.unread)
        rows = unread(uow, ON_A_PAGE, pages.skipped)
    return render_template("directory/unread.html", taken=taken, rows=rows, pages=pages, row_words=ROW_WORDS)


@blueprint.get("/unread.csv")
def export() -> Response:
    """The same as a file for a spreadsheet; no cell of it can be taken for a formula."""
    with store().read() as uow:
        taken = _taken(uow)
        rows = unread(uow)
    cells = ((one.file, str(one.line), one.field, one.found, one.expected, ROW_WORDS[one.kept]) for one in rows)
    answer = Response(as_csv(cells, HEADS), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="ndc-directory-{taken.number}-unread.csv"'
    return answer


def _listed(uow: UnitOfWork, product_id: str) -> tuple[ListedProduct, tuple[ListedPackage, ...]]:
    found = product_of(uow, product_id)
    if found is None:
        raise NotFound
    return found


@blueprint.get("/product/<product_id>")
def product(product_id: str) -> str:
    """All that the directory says of a product, and the way to a draft."""
    with store().read() as uow:
        one, packages = _listed(uow, product_id)
        drugs = [(drug.drug, f"{drug.display}, version {drug.newest}") for drug in listed(uow)]
    codes = [(package.ndc, package.ndc) for package in packages]
    return render_template("directory/product.html", one=one, packages=packages, drugs=drugs, codes=codes)


@blueprint.get("/product/<product_id>/text")
def starting(product_id: str) -> str:
    """The beginning of a data file, to be filled here or elsewhere; and the faults of the one just sent."""
    with store().read() as uow:
        one, packages = _listed(uow, product_id)
        package = _package(packages)
        into = request.args.get("into", "")[:LONGEST]
        text = _text(uow, one, package, into)
    return render_template(
        "directory/starting.html",
        one=one,
        package=package,
        into=into,
        text=text,
        data_faults=g.get("data_faults", ()),
        unfilled=_unfilled(request.form.get("text", text)),
    )


def _unfilled(text: str) -> int:
    return sum(line.count('"?"') for line in text.splitlines() if not line.startswith("#"))


def _package(packages: tuple[ListedPackage, ...]) -> ListedPackage | None:
    """The package that the address names. One that the product does not have is no page."""
    code = request.args.get("package", "")
    if not code:
        return None
    found = next((package for package in packages if package.ndc == code), None)
    if found is None:
        raise NotFound
    return found


def _text(uow: UnitOfWork, one: ListedProduct, package: ListedPackage | None, into: str) -> str:
    taken = _taken(uow)
    if not into:
        return drug_text(one, package, taken)
    record = drug_record(uow, into)
    if not record.versions:
        raise NotFound
    base = beginning(record)
    return text_with_product(base.text, record.newest + 1, one, package, taken)


@blueprint.post("/product/<product_id>/text")
@again(starting)
def load_text(product_id: str) -> Any:
    """Load what was filled as a version of a drug, a draft. With one fault nothing is loaded."""
    form = read_form(["text", *WHY])
    text = form["text"].replace("\r\n", "\n")
    with store().read() as uow:
        _listed(uow, product_id)
        drug, faults = faults_in(text, formulary_in_force(uow))
    if drug is None or faults:
        g.data_faults = faults
        many = "1 value is" if len(faults) == 1 else f"{len(faults)} values are"
        return Refusal("drug_faulty", f"Nothing was loaded: {many} wrong or not filled. All of them stand below.", 422)
    answer = perform(store(), DRUG, record_id(drug.id), LoadDrug(text, change_of(form)), act())
    if isinstance(answer, Refused | Refusal):
        return answer
    return redirect(url_for("formulary.drug", drug=drug.id, version=drug.version), 303)
