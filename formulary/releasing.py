"""Drafting, releasing and withdrawing a drug's version: every act is an entry, two pharmacists stand behind what is in force.

What all records of versions share stands in `formulary.change_control`.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast

from sqlalchemy import Table

from batch_records.acting import Consequence, RecordType
from batch_records.acts import Act, Refusal
from batch_records.entries import Entry
from batch_records.store import UnitOfWork
from batch_records.types import instant_text
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
from formulary.checks_set import set_faults
from formulary.drug_record import DrugRecord, DrugVersion, apply, record_id
from formulary.faults import DataFault
from formulary.hidden_text import hidden_faults
from formulary.loading import assemble, drug_from_text
from formulary.model import Drug, Formulary
from formulary.nutrition.checks_set import link_faults
from formulary.release_rules import checked_release, checked_replay
from formulary.repository import formulary_in_force, later_formularies
from formulary.set_record import FORMULARY_SET, SET_RECORD, CallOff, PutInForce, TakeOutOfForce
from formulary.tables import DrugVersionRow

__all__ = ["DRUG", "DrugAction", "LoadDrug", "ReleaseDrug", "WithdrawDrug", "faults_in"]


@dataclass(frozen=True)
class LoadDrug:
    """Bring in a version of a drug, a draft: the whole text of its data file, and why."""

    text: str
    change: Change
    version: int = 0
    digest: str = ""


ReleaseDrug = Release
WithdrawDrug = Withdraw
DrugAction = LoadDrug | Release | Withdraw | KeepReplay


@dataclass(frozen=True)
class DrugContext:
    """What a decision needs beyond the record: its id, the set in force, and what it will be where something waits."""

    record: str
    formulary: Formulary
    later: tuple[Formulary, ...] = ()


def encode(action: DrugAction) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of an action."""
    if isinstance(action, LoadDrug):
        told = {"text": action.text, "version": action.version, "digest": action.digest, **action.change.as_data()}
        return "drug_loaded", 2, told
    return encoded("drug", action)


def check(state: DrugRecord, action: DrugAction, act: Act, context: DrugContext) -> DrugAction | Refusal:
    """The only gate."""
    match action:
        case LoadDrug():
            return _check_load(state, action, context)
        case Release():

            def faults(row: DrugVersion) -> list[DataFault]:
                beside = (context.formulary, *context.later)
                return [fault for formulary in beside for fault in faults_in(row.text, formulary)[1]]

            content, changes = {"drug": state.drug}, state.to_replace is not None
            return checked_release(state, action, act, context.record, content, faults, replayable=changes)
        case KeepReplay():
            return checked_replay(state, action)
        case Withdraw():
            return checked_withdrawal(state, action, act)


def faults_in(text: str, formulary: Formulary, file: str = "drug") -> tuple[Drug | None, list[DataFault]]:
    """The drug of a data file and every fault in it, alone, beside the other drugs, and beside a nutrition set that names it."""
    drug, faults = drug_from_text(text, file, formulary.site, formulary.supplies)
    if drug is None:
        return None, faults
    faults += hidden_faults(file, tomllib.loads(text))
    others = tuple(other for other in formulary.drugs if other.id != drug.id)
    together = assemble(formulary.version, formulary.site, formulary.supplies, (*others, drug))
    return drug, [*faults, *set_faults(together), *_nutrition_faults(formulary, together)]


def _nutrition_faults(before: Formulary, after: Formulary) -> list[DataFault]:
    """What the nutrition set in force can no longer be made of, that it could before."""
    if before.nutrition is None:
        return []
    known = {str(fault) for fault in link_faults(before.nutrition, before)}
    return [fault for fault in link_faults(before.nutrition, after) if str(fault) not in known]


def _check_load(state: DrugRecord, action: LoadDrug, context: DrugContext) -> DrugAction | Refusal:
    drug, faults = faults_in(action.text, context.formulary)
    if drug is None or faults:
        listed = " ".join(f"{fault.path}: found {fault.value}, expected {fault.expectation}." for fault in faults)
        return Refusal("drug_faulty", f"{len(faults)} faults in the data. {listed}", 422)
    if context.record != record_id(drug.id):
        return Refusal("wrong_drug", f"These are the data of {drug.display}; they belong to another record.", 422)
    refused = draft_refusal(state, drug.version, drug.display, action.change)
    if refused is not None:
        return refused
    return replace(action, version=drug.version, digest=drug.digest)


def _gather(uow: UnitOfWork, record: str, state: DrugRecord, action: DrugAction, act: Act) -> DrugContext:  # noqa: ARG001  the shape every record type shares
    later = later_formularies(uow) if isinstance(action, Release) else ()
    return DrugContext(record, formulary_in_force(uow), later)


def _consequences(
    before: DrugRecord,
    after: DrugRecord,
    entry: Entry,
    context: DrugContext,  # noqa: ARG001  as above
) -> Sequence[Consequence]:
    """The set in force follows: a new version comes in, at once or later; a withdrawn one goes out."""
    number = int(entry.payload["version"])
    row, old = after.versions[number], before.versions.get(number)
    if old is None:
        return ()
    if row.effective is not None and old.effective is None:
        later = instant_text(row.effective) if row.effective > entry.at else ""
        return [(FORMULARY_SET, SET_RECORD, PutInForce(after.drug, number, row.digest, later))]
    if row.ended is None or row.effective is None:
        return ()
    if row.effective > entry.at:
        return [(FORMULARY_SET, SET_RECORD, CallOff(after.drug, number))]
    held = before.in_force_at(entry.at)
    was_in_force = held is not None and held.version == number
    return [(FORMULARY_SET, SET_RECORD, TakeOutOfForce(after.drug))] if was_in_force else ()


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
    authorise=not_for,
    check=check,
    encode=encode,
    gather=_gather,
    consequences=_consequences,
    projection_tables=(_TABLE,),
    projection_rows=_rows,
)
"""A drug's record. Its id is `drug_record.record_id`."""
