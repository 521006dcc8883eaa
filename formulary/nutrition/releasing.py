"""Drafting, releasing and withdrawing a nutrition set: every act is an entry, two pharmacists stand behind what is in force.

What all records of versions share stands in `formulary.change_control`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from batch_records.acting import RecordType
from batch_records.acts import Act, Refusal
from batch_records.store import UnitOfWork
from formulary.change_control import (
    Change,
    KeepReplay,
    Release,
    Withdraw,
    checked_withdrawal,
    draft_refusal,
    encoded,
    not_for,
)
from formulary.faults import DataFault
from formulary.model import Formulary
from formulary.nutrition.loading import nutrition_from_texts
from formulary.nutrition.record import NUTRITION_RECORD, NutritionRecord, NutritionVersion, apply
from formulary.release_rules import checked_release, checked_replay
from formulary.repository import formulary_in_force, later_formularies


@dataclass(frozen=True)
class LoadNutrition:
    """Bring in a version of the whole set, a draft: every file by its name, and why."""

    texts: Mapping[str, str]
    change: Change
    version: int = 0
    name: str = ""
    digest: str = ""


ReleaseNutrition = Release
WithdrawNutrition = Withdraw
NutritionAction = LoadNutrition | Release | Withdraw | KeepReplay

Beside = tuple[Formulary, ...]
"""The formulary in force, and what it will be where something waits."""


def encode(action: NutritionAction) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of an action."""
    if isinstance(action, LoadNutrition):
        told = {"texts": dict(action.texts), "version": action.version, "name": action.name, "digest": action.digest}
        return "nutrition_loaded", 2, {**told, **action.change.as_data()}
    return encoded("nutrition", action)


def check(state: NutritionRecord, action: NutritionAction, act: Act, beside: Beside) -> NutritionAction | Refusal:
    """The only gate."""
    match action:
        case LoadNutrition():
            return _check_load(state, action, beside[0])
        case Release():

            def faults(row: NutritionVersion) -> list[DataFault]:
                return [fault for formulary in beside for fault in nutrition_from_texts(row.texts, formulary)[1]]

            changes = state.to_replace is not None
            return checked_release(state, action, act, NUTRITION_RECORD, {}, faults, replayable=changes)
        case KeepReplay():
            return checked_replay(state, action)
        case Withdraw():
            return checked_withdrawal(state, action, act)


def _faulty(faults: list[DataFault]) -> Refusal:
    return Refusal(
        "nutrition_faulty", f"{len(faults)} faults in the data. " + " ".join(f"{row}." for row in faults), 422
    )


def _check_load(state: NutritionRecord, action: LoadNutrition, formulary: Formulary) -> NutritionAction | Refusal:
    nutrition, faults = nutrition_from_texts(action.texts, formulary)
    if nutrition is None or faults:
        return _faulty(faults)
    profile = nutrition.profile
    refused = draft_refusal(state, profile.version, profile.name, action.change)
    if refused is not None:
        return refused
    return replace(action, version=profile.version, name=profile.name, digest=nutrition.digest)


def _gather(
    uow: UnitOfWork,
    record: str,  # noqa: ARG001  the shape every record type shares
    state: NutritionRecord,  # noqa: ARG001  as above
    action: NutritionAction,
    act: Act,  # noqa: ARG001  as above
) -> Beside:
    later = later_formularies(uow) if isinstance(action, Release) else ()
    return (formulary_in_force(uow), *later)


NUTRITION: RecordType[NutritionRecord, NutritionAction, Beside] = RecordType(
    name="nutrition",
    signed_kinds=frozenset({"nutrition_released"}),
    blank=NutritionRecord,
    apply=apply,
    authorise=not_for,
    check=check,
    encode=encode,
    gather=_gather,
)
"""The nutrition record. Its id is `record.NUTRITION_RECORD`."""
