"""Loading, releasing and withdrawing a nutrition set: every act is an entry, two pharmacists stand behind what is in force."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from batch_records.acting import RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from formulary.drug_record import Stage
from formulary.faults import DataFault
from formulary.model import Formulary
from formulary.nutrition.loading import nutrition_from_texts
from formulary.nutrition.record import NutritionRecord, NutritionVersion, apply
from formulary.releasing import MEANINGS
from formulary.repository import formulary_in_force

ROLES = {
    "nutrition_loaded": frozenset({"pharmacist", "lead", "administrator"}),
    "nutrition_released": frozenset({"pharmacist"}),
    "nutrition_withdrawn": frozenset({"pharmacist", "lead"}),
}


@dataclass(frozen=True)
class LoadNutrition:
    """Bring in a version of the whole set: every file by its name."""

    texts: Mapping[str, str]
    version: int = 0
    name: str = ""
    digest: str = ""


@dataclass(frozen=True)
class ReleaseNutrition:
    """Stand behind a version, as first or as second pharmacist. `digest` is of what was read on the page."""

    version: int
    digest: str
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class WithdrawNutrition:
    """Take a version out of use for ever."""

    version: int
    reason: str


NutritionAction = LoadNutrition | ReleaseNutrition | WithdrawNutrition


def encode(action: NutritionAction) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of an action."""
    match action:
        case LoadNutrition(texts, version, name, found):
            told = {"texts": dict(texts), "version": version, "name": name, "digest": found}
            return "nutrition_loaded", 1, told
        case ReleaseNutrition(version, found, signature):
            signed = None if signature is None else dict(signature)
            return "nutrition_released", 1, {"version": version, "digest": found, "signature": signed}
        case WithdrawNutrition(version, reason):
            return "nutrition_withdrawn", 1, {"version": version, "reason": reason}


def authorise(actor: Actor, action: NutritionAction) -> Refusal | None:
    """Who may ask for this at all."""
    allowed = ROLES[encode(action)[0]]
    if actor.roles & allowed:
        return None
    return Refusal("not_allowed", f"{actor.name} may not do this; it is for a {' or '.join(sorted(allowed))}.", 403)


def check(state: NutritionRecord, action: NutritionAction, act: Act, formulary: Formulary) -> NutritionAction | Refusal:
    """The only gate."""
    match action:
        case LoadNutrition():
            return _check_load(state, action, formulary)
        case ReleaseNutrition():
            return _check_release(state, action, act, formulary)
        case WithdrawNutrition():
            return _check_withdraw(state, action)


def _faulty(faults: list[DataFault]) -> Refusal:
    return Refusal(
        "nutrition_faulty", f"{len(faults)} faults in the data. " + " ".join(f"{row}." for row in faults), 422
    )


def _check_load(state: NutritionRecord, action: LoadNutrition, formulary: Formulary) -> NutritionAction | Refusal:
    nutrition, faults = nutrition_from_texts(action.texts, formulary)
    if nutrition is None or faults:
        return _faulty(faults)
    profile = nutrition.profile
    if profile.version <= state.newest:
        text = f"Version {profile.version} is not new: version {state.newest} was loaded before."
        return Refusal("version_not_new", text, 409)
    return replace(action, version=profile.version, name=profile.name, digest=nutrition.digest)


def _check_release(
    state: NutritionRecord, action: ReleaseNutrition, act: Act, formulary: Formulary
) -> NutritionAction | Refusal:
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    refused = _release_refusal(row, action, act)
    if refused is not None:
        return refused
    _, faults = nutrition_from_texts(row.texts, formulary)
    if faults:
        return _faulty(faults)
    meaning = MEANINGS[1 if row.first is None else 2]
    signature = sign(act, meaning, "nutrition", {"version": row.version, "digest": row.digest})
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _release_refusal(row: NutritionVersion, action: ReleaseNutrition, act: Act) -> Refusal | None:
    person = act.actor.person
    if action.digest != row.digest:
        return Refusal("not_what_was_read", "The page showed other data than this version holds. Load it again.", 409)
    if row.stage not in (Stage.LOADED, Stage.RELEASED_ONCE):
        return Refusal("wrong_stage", f"Version {row.version} is {row.stage.value}; it cannot be released.", 409)
    if person == row.author:
        return Refusal("own_work", "You loaded this version. Two other pharmacists must release it.", 403)
    if person == row.first:
        return Refusal("same_person", "You released this version already. Another pharmacist must do the second.", 403)
    return None


def _check_withdraw(state: NutritionRecord, action: WithdrawNutrition) -> NutritionAction | Refusal:
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    if row.stage is Stage.WITHDRAWN:
        return Refusal("wrong_stage", f"Version {row.version} was withdrawn before.", 409)
    if not action.reason.strip():
        return Refusal("reason_missing", "Say why this version is withdrawn.", 422)
    return action


def _gather(
    uow: UnitOfWork,
    record: str,  # noqa: ARG001  the shape every record type shares
    state: NutritionRecord,  # noqa: ARG001  as above
    action: NutritionAction,  # noqa: ARG001  as above
    act: Act,  # noqa: ARG001  as above
) -> Formulary:
    return formulary_in_force(uow)


NUTRITION: RecordType[NutritionRecord, NutritionAction, Formulary] = RecordType(
    name="nutrition",
    signed_kinds=frozenset({"nutrition_released"}),
    blank=NutritionRecord,
    apply=apply,
    authorise=authorise,
    check=check,
    encode=encode,
    gather=_gather,
)
"""The nutrition record. Its id is `record.NUTRITION_RECORD`."""
