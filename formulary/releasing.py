"""Loading, releasing and withdrawing a drug: every act is an entry, two pharmacists stand behind what is in force."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType
from batch_records.acts import Act, Actor, Refusal
from batch_records.entries import Entry
from batch_records.signatures import sign
from batch_records.store import UnitOfWork
from formulary.checks_set import set_faults
from formulary.drug_record import DrugRecord, DrugVersion, Stage, apply, record_id
from formulary.faults import DataFault
from formulary.loading import assemble, drug_from_text
from formulary.model import Drug, Formulary
from formulary.repository import formulary_in_force
from formulary.set_record import FORMULARY_SET, SET_RECORD, PutInForce, TakeOutOfForce
from formulary.tables import DrugVersionRow

MEANINGS = {1: "Released as first pharmacist", 2: "Released as second pharmacist"}
"""What a signature says, in print."""

ROLES = {
    "drug_loaded": frozenset({"pharmacist", "lead", "administrator"}),
    "drug_released": frozenset({"pharmacist"}),
    "drug_withdrawn": frozenset({"pharmacist", "lead"}),
}


@dataclass(frozen=True)
class LoadDrug:
    """Bring in a version of a drug: the whole text of its data file."""

    text: str
    version: int = 0
    digest: str = ""


@dataclass(frozen=True)
class ReleaseDrug:
    """Stand behind a version, as first or as second pharmacist. `digest` is of what was read on the page."""

    version: int
    digest: str
    signature: Mapping[str, str] | None = None


@dataclass(frozen=True)
class WithdrawDrug:
    """Take a version out of use for ever."""

    version: int
    reason: str


DrugAction = LoadDrug | ReleaseDrug | WithdrawDrug


@dataclass(frozen=True)
class DrugContext:
    """What a decision needs beyond the record: its id and the set in force."""

    record: str
    formulary: Formulary


def encode(action: DrugAction) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of an action."""
    match action:
        case LoadDrug(text, version, found):
            return "drug_loaded", 1, {"text": text, "version": version, "digest": found}
        case ReleaseDrug(version, found, signature):
            signed = None if signature is None else dict(signature)
            return "drug_released", 1, {"version": version, "digest": found, "signature": signed}
        case WithdrawDrug(version, reason):
            return "drug_withdrawn", 1, {"version": version, "reason": reason}


def authorise(actor: Actor, action: DrugAction) -> Refusal | None:
    """Who may ask for this at all."""
    allowed = ROLES[encode(action)[0]]
    if actor.roles & allowed:
        return None
    return Refusal("not_allowed", f"{actor.name} may not do this; it is for a {' or '.join(sorted(allowed))}.", 403)


def check(state: DrugRecord, action: DrugAction, act: Act, context: DrugContext) -> DrugAction | Refusal:
    """The only gate."""
    match action:
        case LoadDrug():
            return _check_load(state, action, context)
        case ReleaseDrug():
            return _check_release(state, action, act, context)
        case WithdrawDrug():
            return _check_withdraw(state, action)


def faults_in(text: str, formulary: Formulary, file: str = "drug") -> tuple[Drug | None, list[DataFault]]:
    """The drug of a data file and every fault in it, alone and beside the other drugs in force."""
    drug, faults = drug_from_text(text, file, formulary.site, formulary.supplies)
    if drug is None:
        return None, faults
    others = tuple(other for other in formulary.drugs if other.id != drug.id)
    together = assemble(formulary.version, formulary.site, formulary.supplies, (*others, drug))
    return drug, [*faults, *set_faults(together)]


def _check_load(state: DrugRecord, action: LoadDrug, context: DrugContext) -> DrugAction | Refusal:
    drug, faults = faults_in(action.text, context.formulary)
    if drug is None or faults:
        listed = " ".join(f"{fault.path}: found {fault.value}, expected {fault.expectation}." for fault in faults)
        return Refusal("drug_faulty", f"{len(faults)} faults in the data. {listed}", 422)
    if context.record != record_id(drug.id):
        return Refusal("wrong_drug", f"These are the data of {drug.display}; they belong to another record.", 422)
    if drug.version <= state.newest:
        text = f"Version {drug.version} of {drug.display} is not new: version {state.newest} was loaded before."
        return Refusal("version_not_new", text, 409)
    return replace(action, version=drug.version, digest=drug.digest)


def _check_release(state: DrugRecord, action: ReleaseDrug, act: Act, context: DrugContext) -> DrugAction | Refusal:
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    refused = _release_refusal(row, action, act)
    if refused is not None:
        return refused
    if row.first is not None:
        _, faults = faults_in(row.text, context.formulary)
        if faults:
            return Refusal("drug_faulty", f"{len(faults)} faults beside the drugs in force. {faults[0]}", 422)
    meaning = MEANINGS[1 if row.first is None else 2]
    content = {"drug": state.drug, "version": row.version, "digest": row.digest}
    signature = sign(act, meaning, context.record, content)
    return signature if isinstance(signature, Refusal) else replace(action, signature=signature.as_data())


def _release_refusal(row: DrugVersion, action: ReleaseDrug, act: Act) -> Refusal | None:
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


def _check_withdraw(state: DrugRecord, action: WithdrawDrug) -> DrugAction | Refusal:
    row = state.versions.get(action.version)
    if row is None:
        return Refusal("version_unknown", f"There is no version {action.version}.", 422)
    if row.stage is Stage.WITHDRAWN:
        return Refusal("wrong_stage", f"Version {row.version} was withdrawn before.", 409)
    if not action.reason.strip():
        return Refusal("reason_missing", "Say why this version is withdrawn.", 422)
    return action


def _gather(uow: UnitOfWork, record: str, state: DrugRecord, action: DrugAction, act: Act) -> DrugContext:  # noqa: ARG001  the shape every record type shares
    return DrugContext(record, formulary_in_force(uow))


def _consequences(
    before: DrugRecord,
    after: DrugRecord,
    entry: Entry,  # noqa: ARG001  as above
    context: DrugContext,  # noqa: ARG001  as above
) -> Sequence[Consequence]:
    """The set in force follows: a new version comes in, a withdrawn one goes out."""
    if after.in_force == before.in_force:
        return ()
    if after.in_force is None:
        return [(FORMULARY_SET, SET_RECORD, TakeOutOfForce(after.drug))]
    now = after.in_force
    return [(FORMULARY_SET, SET_RECORD, PutInForce(after.drug, now.version, now.digest))]


def _rows(record: str, state: DrugRecord) -> Mapping[Table, Sequence[Mapping[str, Any]]]:
    rows = [
        {
            "record": record,
            "version": row.version,
            "drug": state.drug,
            "display": row.display,
            "digest": row.digest,
            "stage": row.stage.value,
            "author": row.author,
            "first": row.first,
            "second": row.second,
        }
        for row in state.versions.values()
    ]
    return {_TABLE: rows}


_TABLE = cast(Table, DrugVersionRow.__table__)

DRUG: RecordType[DrugRecord, DrugAction, DrugContext] = RecordType(
    name="drug",
    signed_kinds=frozenset({"drug_released"}),
    blank=DrugRecord,
    apply=apply,
    authorise=authorise,
    check=check,
    encode=encode,
    gather=_gather,
    consequences=_consequences,
    projection_tables=(_TABLE,),
    projection_rows=_rows,
)
"""A drug's record. Its id is `drug_record.record_id`."""
