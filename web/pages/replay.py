"""What would this have done: a version of a drug, of the nutrition set or of the house, replayed before its release."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.exceptions import NotFound

from batch_records.acting import RecordType, Refused, perform
from batch_records.store import UnitOfWork
from compounding.replaying.history import Period, never_accepted
from compounding.replaying.nutrition_replay import replay_nutrition
from compounding.replaying.outcome import Replayed
from compounding.replaying.replay import replay
from compounding.replaying.told import digest_of, totals_of
from compounding.views.replay import replay_page
from compounding.views.replay_nutrition import nutrition_replay_page
from formulary.drug_record import record_id
from formulary.faults import FormularyFaults
from formulary.loading import drug_from_text
from formulary.model import Drug, Formulary
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.nutrition.releasing import NUTRITION
from formulary.nutrition.repository import nutrition_record, nutrition_version
from formulary.releasing import DRUG
from formulary.repository import drug_record, formulary_in_force
from formulary.versions import DRAFTS, Version, Versions
from formulary.views import compared_with
from web.acting import act
from web.errors import again
from web.permissions import allowed
from web.replay_keeping import kept_in, sealed, told_of
from web.services import now, store
from web.sessions import open_visitor

blueprint = Blueprint("replay", __name__, url_prefix="/formulary")

PERIODS = {"quarter": ("Last 90 days", 90), "year": ("Last year", 365), "all": ("All of it", None)}
"""Word in the address -> words on the page, and how many days back."""
MOST = 500_000
"""Orders of one drug that one request judges; how many are older is told on the page."""


@blueprint.get("/drug/<drug>/<int:version>/replay")
def page(drug: str, version: int) -> str:
    """The limits of this version held against past orders, beside those of the version that it would replace."""
    chosen, period = period_asked()
    with store().read() as uow:
        record = drug_record(uow, drug)
        row = found_row(record, version)
        formulary = formulary_in_force(uow)
        before = compared_with(record, row)
        old, new, found, shown = _read(before, drug, formulary), _read(row, drug, formulary), None, None
        never = never_accepted(uow.session, drug, period)
        if new is not None and (old is not None or before is None):
            found = replay(uow.session, old, new, formulary.site, period, MOST)
            own = {each.id: each for each in (*formulary.site.populations, *new.populations)}
            shown = replay_page(uow.session, found, own)
    address = {"drug": drug, "version": version}
    return render_template(
        "formulary/replay.html",
        title=row.display,
        beside="stability, products and labels",
        never=never,
        found=shown,
        periods={name: url_for("replay.page", **address, period=name) for name in PERIODS},
        chosen=chosen,
        back=url_for("formulary.drug", **address),
        **keeping(record_id(drug), row, before, period, url_for("replay.keep", **address), found),
    )


def keeping(
    record: str, row: Version, before: Version | None, period: Period, keep: str, found: Replayed | None
) -> dict[str, Any]:
    """What every page of a replay shows, and the form by which a pharmacist keeps it with the draft. `keep`: its address."""
    told = ""
    if found is not None:
        told = sealed({**told_of(record, row, before, period), "replay": digest_of(found), "totals": totals_of(found)})
    may_keep = row.stage in DRAFTS and allowed("replay.keep", open_visitor().actor.roles)
    return {"row": row, "before": before, "words": PERIODS, "keep": keep, "told": told, "may_keep": may_keep}


@blueprint.post("/drug/<drug>/<int:version>/replay")
@again(page)
def keep(drug: str, version: int) -> Any:
    """Keep the replay that stands on the page with the draft, for its release."""
    return kept(DRUG, record_id(drug), version, url_for("formulary.drug", drug=drug, version=version))


def kept(record_type: RecordType[Any, Any, Any], record: str, version: int, back: str) -> Any:
    """The draft's page with the replay in its record, or why it was not kept."""
    answer = perform(store(), record_type, record, kept_in(record, version), act())
    return answer if isinstance(answer, Refused) else redirect(f"{back}#release", 303)


@blueprint.get("/nutrition/<int:version>/replay")
def nutrition(version: int) -> str:
    """The same for a version of the nutrition set, over past orders of parenteral nutrition."""
    chosen, period = period_asked()
    with store().read() as uow:
        record = nutrition_record(uow)
        row = found_row(record, version)
        before = compared_with(record, row)
        old, new, found, shown = _set(uow, before), _set(uow, row), None, None
        never = never_accepted(uow.session, "parenteral_nutrition", period)
        if new is not None and (old is not None or before is None):
            found = replay_nutrition(uow.session, old, new, period)
            shown = nutrition_replay_page(uow.session, found)
    return render_template(
        "formulary/replay.html",
        title="parenteral nutrition",
        beside="usual ranges, changes since yesterday, calcium with phosphate, products and conventions",
        never=never,
        found=shown,
        periods={name: url_for("replay.nutrition", version=version, period=name) for name in PERIODS},
        chosen=chosen,
        back=url_for("formulary_nutrition.version", version=version),
        **keeping(NUTRITION_RECORD, row, before, period, url_for("replay.keep_nutrition", version=version), found),
    )


@blueprint.post("/nutrition/<int:version>/replay")
@again(nutrition)
def keep_nutrition(version: int) -> Any:
    """As `keep`, with a draft of the nutrition set."""
    return kept(NUTRITION, NUTRITION_RECORD, version, url_for("formulary_nutrition.version", version=version))


def found_row(record: Versions, version: int) -> Version:
    """This version of a record; 404 when there is none."""
    row = record.versions.get(version)
    if row is None:
        raise NotFound
    return row


def period_asked(asked: Mapping[str, str] | None = None) -> tuple[str, Period]:
    """The period that the address asks for, up to this moment; a year where it asks for none that there is."""
    wanted = (request.args if asked is None else asked).get("period", "year")
    chosen = wanted if wanted in PERIODS else "year"
    days, until = PERIODS[chosen][1], now() + timedelta(microseconds=1)
    return chosen, Period(None if days is None else now() - timedelta(days=days), until)


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
