"""Reading the nutrition set in force from its record. What was read once is kept by its digest, never by its age."""

from dataclasses import replace
from datetime import datetime

from batch_records.acting import load
from batch_records.store import UnitOfWork
from formulary.faults import FormularyFaults
from formulary.model_common import Status
from formulary.nutrition.loading import Texts, read_texts
from formulary.nutrition.model_profile import NutritionSet
from formulary.nutrition.record import NUTRITION_RECORD, NutritionRecord
from formulary.nutrition.releasing import NUTRITION
from formulary.repository import house
from formulary.site_record import SITE, SITE_RECORD, site_profile

_SETS: dict[str, NutritionSet] = {}
"""Sets that were read, by the digest of their whole content."""


def nutrition_record(uow: UnitOfWork) -> NutritionRecord:
    """The record as it stands at the moment of the act or the look; blank when there is none."""
    return load(uow, NUTRITION, NUTRITION_RECORD).at(uow.at)


def nutrition_in_force(uow: UnitOfWork) -> NutritionSet | None:
    """The set at the moment of the act or the look: `nutrition_at`. Never from before the newest decision."""
    latest = load(uow, NUTRITION, NUTRITION_RECORD).latest
    return nutrition_at(uow, uow.at if latest is None else max(uow.at, latest))


def nutrition_at(uow: UnitOfWork, moment: datetime) -> NutritionSet | None:
    """The set that two pharmacists released and that is in force at a moment; None when there is none: nothing can be ordered.

    None also where the hospital has described itself since the demonstration's own set was released: that set, with its
    invented curve, is for the demonstration alone. Raises FormularyFaults when the program no longer accepts what was
    once released.
    """
    row = load(uow, NUTRITION, NUTRITION_RECORD).in_force_at(moment)
    if row is None:
        return None
    found = _known(row.digest, row.texts)
    return None if found.profile.demonstration and not _is_demonstration(uow) else found


def _is_demonstration(uow: UnitOfWork) -> bool:
    packaged, _ = house()
    return site_profile(packaged, load(uow, SITE, SITE_RECORD)).demonstration


def nutrition_version(uow: UnitOfWork, version: int) -> NutritionSet:
    """A version by its number, whatever became of it: an open dose keeps the one it was planned with. Raises KeyError."""
    row = nutrition_record(uow).versions[version]
    return _known(row.digest, row.texts)


def _known(digest: str, texts: Texts) -> NutritionSet:
    known = _SETS.get(digest)
    if known is None:
        read, faults = read_texts(texts)
        if read is None or faults:
            raise FormularyFaults(faults)
        approved = replace(read.profile, status=Status.APPROVED)
        known = _SETS[digest] = replace(read, profile=approved)
    return known
