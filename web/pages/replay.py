"""What would this have done: a version of a drug replayed over past orders before it is released."""

from datetime import timedelta

from flask import Blueprint, render_template, request
from werkzeug.exceptions import NotFound

from compounding.replaying.history import Period
from compounding.replaying.replay import replay
from compounding.views.replay import replay_page
from formulary.drug_record import record_id
from formulary.loading import drug_from_text
from formulary.model import Drug, Formulary
from formulary.repository import drug_record, formulary_in_force
from formulary.versions import Version
from formulary.views import compared_with
from web.services import now, store

blueprint = Blueprint("replay", __name__, url_prefix="/formulary")

PERIODS = {"quarter": ("Last 90 days", 90), "year": ("Last year", 365), "all": ("All of it", None)}
"""Word in the address -> words on the page, and how many days back."""


@blueprint.get("/drug/<drug>/<int:version>/replay")
def page(drug: str, version: int) -> str:
    """The limits of this version held against past orders, beside those of the version that it would replace."""
    asked = request.args.get("period", "year")
    chosen = asked if asked in PERIODS else "year"
    days = PERIODS[chosen][1]
    period = Period() if days is None else Period(since=now() - timedelta(days=days))
    with store().read() as uow:
        record = drug_record(uow, drug)
        row = record.versions.get(version)
        if row is None:
            raise NotFound
        formulary = formulary_in_force(uow)
        before = compared_with(record, row)
        after = _read(row, drug, formulary)
        shown = None
        if after is not None:
            found = replay(uow.session, _read(before, drug, formulary), after, formulary.site, period)
            own = {each.id: each for each in (*formulary.site.populations, *after.populations)}
            shown = replay_page(uow.session, found, own)
    return render_template(
        "formulary/replay.html", record=record, row=row, before=before, found=shown, periods=PERIODS, chosen=chosen
    )


def _read(row: Version | None, drug: str, formulary: Formulary) -> Drug | None:
    """The drug of a version; None where there is none, or where the program no longer accepts its data."""
    if row is None:
        return None
    return drug_from_text(row.text, record_id(drug), formulary.site, formulary.supplies)[0]
