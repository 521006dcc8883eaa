"""A patient who is recorded already, described by a file: what the file says is added, and nothing that was known is lost.

A file comes from somewhere else and may be poorer or older than the record. Only a person at the form takes away an allergy.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from batch_records.acts import Refusal
from batch_records.people_names import one_spelling
from compounding.orders.patient import Patient

Row = TypeVar("Row")


def with_known(before: Patient | None, told: Patient, data: Mapping[str, Any]) -> Patient | Refusal:
    """The description to keep. `data` is the file's own, which may leave a list out or say that it is empty."""
    if before is None:
        return told
    names = (one_spelling(told.family_name) != one_spelling(before.family_name)) + (
        one_spelling(told.given_name) != one_spelling(before.given_name)
    )
    if told.birth_date != before.birth_date or names == 2:
        known, said = (f"{one.name}, born {one.birth_date.isoformat()}" for one in (before, told))
        return Refusal("patient_unlike", f"{before.mrn} is recorded as {known}; this says {said}. Look who is meant.", 409)
    asked = [at for at in (before.allergies_asked_at, told.allergies_asked_at) if at is not None]
    return replace(
        told,
        measures=_added(before.measures, told.measures),
        results=_added(before.results, told.results),
        allergies=_added(before.allergies, told.allergies),
        lines=told.lines if "lines" in data else before.lines,
        allergies_asked_at=max(asked, default=None),
        dialysis=before.dialysis if told.dialysis is None else told.dialysis,
        pregnant=before.pregnant if told.pregnant is None else told.pregnant,
        gestational_age_weeks=told.gestational_age_weeks or before.gestational_age_weeks,
        demonstration=before.demonstration or told.demonstration,
    )


def _added(before: tuple[Row, ...], told: tuple[Row, ...]) -> tuple[Row, ...]:
    return (*before, *(row for row in told if row not in before))
