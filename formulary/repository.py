"""Reading the formulary in force from its records. What was read once is kept by its digest, never by its age."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, TypeVar, cast

from sqlalchemy import select

from batch_records.acting import RecordType, load
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from formulary.drug_record import DrugRecord, DrugVersion, record_id
from formulary.faults import FormularyFaults
from formulary.loading import assemble, drug_from_text, load_site, load_supplies
from formulary.model import Drug, Formulary, SiteProfile, Status, Supplies
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.set_record import FORMULARY_SET, SET_RECORD
from formulary.site_record import SITE, SITE_RECORD, site_profile
from formulary.versions import Versions

_DRUGS: dict[str, Drug] = {}
"""Drugs that were read, by the digest of their whole content."""

_SETS: dict[str, Formulary] = {}
"""Sets that were read, by the hashes at the heads of their records and by what of them had taken effect: heads are gates, so a
set is never out of date."""
_MOST_SETS = 8

_STATES: dict[str, tuple[str, Any]] = {}
"""Records that were folded, each with the hash at its head."""

State = TypeVar("State")


@lru_cache(maxsize=1)
def house() -> tuple[SiteProfile, Supplies]:
    """Site rules and supplies that come with the program. Raises FormularyFaults."""
    return load_site(), load_supplies()


def drug_record(uow: UnitOfWork, drug: str) -> DrugRecord:
    """A drug's record as it stands at the moment of the act or the look; blank when there is none."""
    from formulary.releasing import DRUG

    return load(uow, DRUG, record_id(drug)).at(uow.at)


def formulary_in_force(uow: UnitOfWork) -> Formulary:
    """The formulary at the moment of the act or the look: `formulary_at`. Never from before the newest decision.

    Raises FormularyFaults when the program no longer accepts what was once released.
    """
    heads = _heads(uow)
    latest = _state(uow, FORMULARY_SET, SET_RECORD, heads).latest
    return _at(uow, uow.at if latest is None else max(uow.at, latest), heads)


def formulary_at(uow: UnitOfWork, moment: datetime) -> Formulary:
    """What was, is or will be in force at a moment: drugs, the site's rules and supplies, and the nutrition set.

    Only what two pharmacists released and what has taken effect by then; empty before the first. The same records and the
    same moment give the same set. Raises FormularyFaults when the program no longer accepts what was once released.
    """
    return _at(uow, moment, _heads(uow))


def later_formularies(uow: UnitOfWork) -> tuple[Formulary, ...]:
    """The formulary at each moment to come at which something that was released for later takes effect, the nearest first.

    Whatever is released now is read beside these too: otherwise a morning could come at which nothing fits together.
    """
    heads = _heads(uow)
    moments = {move.at for move in _state(uow, FORMULARY_SET, SET_RECORD, heads).moves}
    moments |= {row.effective for record in _versioned(uow, heads) for row in record.versions.values() if row.effective}
    return tuple(_at(uow, moment, heads) for moment in sorted(moments) if moment > uow.at)


def _versioned(uow: UnitOfWork, heads: Mapping[str, str]) -> list[Versions]:
    """The nutrition set and the parts of the house."""
    from formulary.house.releasing import HOUSE
    from formulary.house.repository import HOUSE_RECORDS
    from formulary.nutrition.releasing import NUTRITION

    found = [_state(uow, NUTRITION, NUTRITION_RECORD, heads)]
    return found + [_state(uow, HOUSE, record, heads) for record in HOUSE_RECORDS]


def _heads(uow: UnitOfWork) -> dict[str, str]:
    """Record -> hash of its newest entry, of all records that the formulary is made of."""
    from formulary.house.repository import HOUSE_RECORDS

    records = (SET_RECORD, SITE_RECORD, NUTRITION_RECORD, *HOUSE_RECORDS)
    wanted = select(HEADS.c.record, HEADS.c.hash).where(HEADS.c.record.in_(records))
    return {row.record: row.hash for row in uow.session.execute(wanted)}


def _state(uow: UnitOfWork, record_type: RecordType[State, Any, Any], record: str, heads: Mapping[str, str]) -> State:
    """The state of a record, read once for each hash at its head."""
    head = heads.get(record)
    if head is None:
        return record_type.blank()
    known = _STATES.get(record)
    if known is None or known[0] != head:
        known = _STATES[record] = (head, load(uow, record_type, record))
    return cast(State, known[1])


def _at(uow: UnitOfWork, moment: datetime, heads: Mapping[str, str]) -> Formulary:
    from formulary.house.repository import house_at
    from formulary.nutrition.repository import nutrition_at

    state = _state(uow, FORMULARY_SET, SET_RECORD, heads)
    past = len(state.past(moment))
    rows = [record.in_force_at(moment) for record in _versioned(uow, heads)]
    effective = (past, *(row and row.version for row in rows))
    head = f"{sorted(heads.items())} {effective}"
    known = _SETS.get(head)
    if known is None:
        packaged, supplies = house_at(uow, moment)
        site = site_profile(packaged, load(uow, SITE, SITE_RECORD))
        chosen = state.drugs_at(moment)
        drugs = tuple(_drug(uow, drug, chosen[drug][0], site, supplies) for drug in sorted(chosen))
        known = replace(assemble(past, site, supplies, drugs), nutrition=nutrition_at(uow, moment))
        if len(_SETS) >= _MOST_SETS:
            _SETS.clear()
        _SETS[head] = known
    return _with_switches(uow, known, head, moment)


def _with_switches(uow: UnitOfWork, known: Formulary, head: str, moment: datetime) -> Formulary:
    """The set with what is made in another way at the moment, because something is short."""
    from formulary.substitution.repository import switches_at

    switches = switches_at(uow, known, moment)
    if not switches:
        return known
    key = f"{head}/{switches}"
    if key not in _SETS:
        _SETS[key] = replace(known, switches=switches)
    return _SETS[key]


def kept_for(uow: UnitOfWork, formulary: Formulary, planned_with: Sequence[str]) -> Formulary:
    """The formulary as an open dose sees it: its drugs, or its nutrition set, as it was planned with them (`ceftriaxone@2`).

    What was planned before a change is finished with what it was planned with, also when that was replaced or withdrawn since.
    """
    now = {drug.id: drug for drug in formulary.drugs}
    drugs = dict(now)
    for told in planned_with:
        name, _, number = told.rpartition("@")
        if not number.isdecimal() or (name in now and now[name].version == int(number)):
            continue
        if int(number) in drug_record(uow, name).versions:
            drugs[name] = _drug(uow, name, int(number), formulary.site, formulary.supplies)
        else:
            formulary = _with_nutrition(uow, formulary, name, int(number))
    return formulary if drugs == now else replace(formulary, drugs=tuple(drugs[drug] for drug in sorted(drugs)))


def _with_nutrition(uow: UnitOfWork, formulary: Formulary, profile: str, number: int) -> Formulary:
    from formulary.nutrition.repository import nutrition_record, nutrition_version

    held = formulary.nutrition
    if held is not None and (held.profile.id, held.profile.version) == (profile, number):
        return formulary
    if number not in nutrition_record(uow).versions:
        return formulary
    found = nutrition_version(uow, number)
    return replace(formulary, nutrition=found) if found.profile.id == profile else formulary


def _drug(uow: UnitOfWork, drug: str, version: int, site: SiteProfile, supplies: Supplies) -> Drug:
    row = _row(uow, drug, version)
    known = _DRUGS.get(row.digest)
    if known is None:
        read, faults = drug_from_text(row.text, record_id(drug), site, supplies, released=True)
        if read is None or faults:
            raise FormularyFaults(faults)
        known = _DRUGS[row.digest] = replace(read, status=Status.APPROVED)
    return known


def _row(uow: UnitOfWork, drug: str, version: int) -> DrugVersion:
    from formulary.releasing import DRUG

    return load(uow, DRUG, record_id(drug)).versions[version]
