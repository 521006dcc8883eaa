"""What contradicts itself in the formulary in force, and what each open draft would bring."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from formulary.consistency.checking import checked, text_checked
from formulary.consistency.contradiction import CHECKS, Checked
from formulary.model import Formulary
from formulary.repository import drug_record, formulary_in_force
from formulary.versions import DRAFTS, Version
from formulary.views import listed
from web.services import store

blueprint = Blueprint("consistency", __name__, url_prefix="/formulary/consistency")


@dataclass(frozen=True)
class DraftChecked:
    """An open draft with what it would bring beside what is in force."""

    drug: str
    version: int
    display: str
    found: Checked | None
    """None where the program does not accept its data any more."""


@blueprint.get("")
def page() -> str:
    """Everything in force held together, then every open draft."""
    with store().read() as uow:
        formulary = formulary_in_force(uow)
        records = [drug_record(uow, row.drug) for row in listed(uow)]
    drafts = [
        _draft(record.subject, row, formulary)
        for record in records
        for row in record.versions.values()
        if row.stage in DRAFTS
    ]
    links = {record.subject: version.version for record in records if (version := record.in_force) is not None}
    found = checked(formulary)
    counts = {check: sum(row.check is check for row in found.found) for check in CHECKS}
    return render_template(
        "consistency/page.html", found=found, counts=counts, checks=CHECKS, drafts=drafts, in_force=links,
        many=len(formulary.drugs),
    )  # fmt: skip


def _draft(drug: str, row: Version, formulary: Formulary) -> DraftChecked:
    return DraftChecked(drug, row.version, row.display, text_checked(row.text, formulary))
