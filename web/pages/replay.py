"""What would this have done: a version of a drug, of the nutrition set or of the house, replayed before its release."""

from datetime import timedelta

from flask import Blueprint, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.store import UnitOfWork
from compounding.replaying.history import Period
from compounding.replaying.nutrition_replay import replay_nutrition
from compounding.replaying.replay import replay, replay_house
from compounding.views.replay import house_lines, replay_page
from compounding.views.replay_nutrition import nutrition_replay_page
from formulary.drug_record import record_id
from formulary.faults import FormularyFaults
from formulary.house.loading import house_with
from formulary.house.repository import house_record, packaged_version
from formulary.loading import drug_from_text
from formulary.model import Drug, Formulary
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.repository import nutrition_record, nutrition_version
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
    chosen, period = _period()
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
        "formulary/replay.html",
        title=row.display,
        beside="stability, products and labels",
        row=row,
        before=before,
        found=shown,
        periods={name: url_for("replay.page", drug=drug, version=version, period=name) for name in PERIODS},
        words=PERIODS,
        chosen=chosen,
        back=url_for("formulary.drug", drug=drug, version=version),
    )


@blueprint.get("/nutrition/<int:version>/replay")
def nutrition(version: int) -> str:
    """The same for a version of the nutrition set, over past orders of parenteral nutrition."""
    chosen, period = _period()
    with store().read() as uow:
        record = nutrition_record(uow)
        row = record.versions.get(version)
        if row is None:
            raise NotFound
        before = compared_with(record, row)
        after, shown = _set(uow, row), None
        if after is not None:
            found = replay_nutrition(uow.session, _set(uow, before), after, period)
            shown = nutrition_replay_page(uow.session, found)
    return render_template(
        "formulary/replay.html",
        title="parenteral nutrition",
        beside="usual ranges, changes since yesterday, calcium with phosphate, products and conventions",
        row=row,
        before=before,
        found=shown,
        periods={name: url_for("replay.nutrition", version=version, period=name) for name in PERIODS},
        words=PERIODS,
        chosen=chosen,
        back=url_for("formulary_nutrition.version", version=version),
    )


@blueprint.get("/house/rules/<int:version>/replay")
def house(version: int) -> str:
    """Other rules of the house over the past orders of every drug in force."""
    chosen, period = _period()
    with store().read() as uow:
        record = house_record(uow, "rules")
        row = record.versions.get(version)
        if row is None:
            raise NotFound
        before = compared_with(record, row) or packaged_version("rules")
        formulary = formulary_in_force(uow)
        here = (formulary.site, formulary.supplies)
        old, new = (house_with("rules", each.text, here)[0] for each in (before, row))
        lines = None
        if old is not None and new is not None:
            found = replay_house(uow.session, formulary.drugs, old[0], new[0], period)
            lines = house_lines(uow.session, found, formulary.drugs)
    return render_template(
        "house/replay.html",
        row=row,
        before=before,
        lines=lines,
        periods={name: url_for("replay.house", version=version, period=name) for name in PERIODS},
        words=PERIODS,
        chosen=chosen,
        back=url_for("house.version", part="rules", version=version),
    )


def _period() -> tuple[str, Period]:
    """The period that the address asks for; a year where it asks for none that there is."""
    asked = request.args.get("period", "year")
    chosen = asked if asked in PERIODS else "year"
    days = PERIODS[chosen][1]
    return chosen, Period() if days is None else Period(since=now() - timedelta(days=days))


def _set(uow: UnitOfWork, row: Version | None) -> NutritionSet | None:
    """The set of a version; None where there is none, or where the program no longer accepts its data."""
    try:
        return None if row is None else nutrition_version(uow, row.version)
    except FormularyFaults:
        return None


def _read(row: Version | None, drug: str, formulary: Formulary) -> Drug | None:
    """The drug of a version; None where there is none, or where the program no longer accepts its data."""
    if row is None:
        return None
    return drug_from_text(row.text, record_id(drug), formulary.site, formulary.supplies)[0]
