"""Drafting, releasing and withdrawing a part of the house. What all records of versions share: `formulary.change_control`.

A part is accepted only beside the drugs and the nutrition set in force: a solution that a formulation uses cannot go.
"""

import tomllib
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
from formulary.checks_set import set_faults
from formulary.faults import DataFault
from formulary.hidden_text import hidden_faults
from formulary.house.assigning import assigning_faults
from formulary.house.bounds import bounds_faults
from formulary.house.loading import House, house_with, proposal
from formulary.house.record import PARTS, apply
from formulary.loading import assemble, drug_from_text
from formulary.model import Formulary
from formulary.nutrition.loading import nutrition_from_texts
from formulary.nutrition.repository import nutrition_record
from formulary.release_rules import checked_release, checked_replay
from formulary.repository import drug_record, formulary_in_force, later_formularies
from formulary.versions import Version, Versions


@dataclass(frozen=True)
class LoadHouse:
    """Bring in a version of a part, a draft: its whole text, and why."""

    part: str
    text: str
    change: Change
    version: int = 0
    digest: str = ""


HouseAction = LoadHouse | Release | Withdraw | KeepReplay
REPLAYED = "rules"
"""The part that past orders can be replayed with: of the others they keep no figures."""


@dataclass(frozen=True)
class HouseContext:
    """What a decision needs beyond the record: its id, the house and what stands beside it in force."""

    record: str
    house: House
    formulary: Formulary
    drug_texts: Mapping[str, str]
    nutrition_texts: Mapping[str, str] | None
    later: tuple["HouseContext", ...] = ()
    """The same at each moment at which something that was released for later takes effect."""


def encode(action: HouseAction) -> tuple[str, int, Mapping[str, Any]]:
    """Kind, version and canonical payload of an action."""
    if isinstance(action, LoadHouse):
        told = {"part": action.part, "text": action.text, "version": action.version, "digest": action.digest}
        return "house_loaded", 1, {**told, **action.change.as_data()}
    return encoded("house", action)


def check(state: Versions, action: HouseAction, act: Act, context: HouseContext) -> HouseAction | Refusal:
    """The only gate."""
    match action:
        case LoadHouse():
            return _check_load(state, action, context)
        case Release():

            def faults(row: Version) -> list[DataFault]:
                return _faults_ever(state.subject, row.text, context)

            content, replayable = {"part": state.subject}, state.subject == REPLAYED
            return checked_release(state, action, act, context.record, content, faults, replayable=replayable)
        case KeepReplay():
            if state.subject != REPLAYED:
                return Refusal("not_replayed", "Past orders cannot be replayed with this part of the house.", 422)
            return checked_replay(state, action)
        case Withdraw():
            return _fallback_refusal(state, action, act, context) or checked_withdrawal(state, action, act)


def _faults_ever(part: str, text: str, context: HouseContext) -> list[DataFault]:
    """The faults of a part's text beside what is in force and what will be."""
    return [fault for beside in (context, *context.later) for fault in faults_beside(part, text, beside)[2]]


def _fallback_refusal(state: Versions, action: Withdraw, act: Act, context: HouseContext) -> Refusal | None:
    """What comes with the program takes the place of a version in force: it must fit what is in force beside it."""
    in_force = state.in_force_at(act.at)
    if in_force is None or in_force.version != action.version:
        return None
    faults = _faults_ever(state.subject, proposal(state.subject), context)
    if not faults:
        return None
    text = (
        f"What comes with the program would take its place, and does not fit what is in force: {faults[0]}. "
        f"Release another version in its place ({len(faults)} faults)."
    )
    return Refusal("fallback_faulty", text, 409)


def faults_beside(part: str, text: str, context: HouseContext) -> tuple[int, str, list[DataFault]]:
    """Number and digest of a part's text, and every fault in it, alone and beside what is in force."""
    read, number, found_digest, faults = house_with(part, text, context.house)
    if read is None or faults:
        return number, found_digest, faults
    faults += hidden_faults(part, tomllib.loads(text))
    packaged, supplies = read
    site = replace(packaged, demonstration=context.formulary.site.demonstration)
    drugs = []
    for drug, own in context.drug_texts.items():
        again, found = drug_from_text(own, drug, site, supplies, released=True)
        faults += found
        drugs += [again] if again is not None else []
    together = assemble(context.formulary.version, site, supplies, tuple(drugs))
    faults += set_faults(together)
    faults += bounds_faults(together)
    faults += assigning_faults(together)
    if context.nutrition_texts is not None and not faults:
        faults += nutrition_from_texts(context.nutrition_texts, together)[1]
    return number, found_digest, faults


def _check_load(state: Versions, action: LoadHouse, context: HouseContext) -> HouseAction | Refusal:
    if action.part not in PARTS:
        return Refusal("part_unknown", f"'{action.part}' is no part of the house.", 422)
    number, found_digest, faults = faults_beside(action.part, action.text, context)
    if faults:
        listed = " ".join(f"{fault}." for fault in faults)
        return Refusal("house_faulty", f"{len(faults)} faults in the data. {listed}", 422)
    refused = draft_refusal(state, number, PARTS[action.part].display, action.change)
    return refused or replace(action, version=number, digest=found_digest)


def context_of(uow: UnitOfWork, record: str) -> HouseContext:
    """What stands beside a part of the house at the moment of the act or the look."""
    return _context(uow, record, formulary_in_force(uow))


def _context(uow: UnitOfWork, record: str, formulary: Formulary) -> HouseContext:
    texts = {drug.id: drug_record(uow, drug.id).versions[drug.version].text for drug in formulary.drugs}
    held = formulary.nutrition
    nutrition = None if held is None else nutrition_record(uow).versions[held.profile.version].texts
    return HouseContext(record, (formulary.site, formulary.supplies), formulary, texts, nutrition)


def _gather(uow: UnitOfWork, record: str, state: Versions, action: HouseAction, act: Act) -> HouseContext:  # noqa: ARG001  the shape every record type shares
    later = () if isinstance(action, LoadHouse | KeepReplay) else later_formularies(uow)
    return replace(context_of(uow, record), later=tuple(_context(uow, record, formulary) for formulary in later))


HOUSE: RecordType[Versions, HouseAction, HouseContext] = RecordType(
    name="house",
    signed_kinds=frozenset({"house_released"}),
    blank=Versions,
    apply=apply,
    authorise=not_for,
    check=check,
    encode=encode,
    gather=_gather,
)
"""The record of a part of the house. Its id is `record.record_id`."""
