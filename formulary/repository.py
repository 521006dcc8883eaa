"""Reading the formulary in force from its records. What was read once is kept by its digest, never by its age."""

from dataclasses import replace
from functools import lru_cache

from sqlalchemy import select

from batch_records.acting import fold
from batch_records.entries import REFUSED
from batch_records.store import UnitOfWork
from batch_records.tables import HEADS
from formulary.drug_record import DrugRecord, apply, record_id
from formulary.faults import FormularyFaults
from formulary.loading import assemble, drug_from_text, load_site, load_supplies
from formulary.model import Drug, Formulary, SiteProfile, Status, Supplies
from formulary.nutrition.record import NUTRITION_RECORD
from formulary.set_record import FORMULARY_SET, SET_RECORD
from formulary.site_record import SITE, SITE_RECORD, site_profile

_DRUGS: dict[str, Drug] = {}
"""Drugs that were read, by the digest of their whole content."""

_SETS: dict[str, Formulary] = {}
"""The newest set, by the hashes at the heads of its record and of the site's: heads are gates, so it is never out of date."""


@lru_cache(maxsize=1)
def house() -> tuple[SiteProfile, Supplies]:
    """Site rules and supplies that come with the program. Raises FormularyFaults."""
    return load_site(), load_supplies()


def drug_record(uow: UnitOfWork, drug: str) -> DrugRecord:
    """A drug's record, folded from its entries; blank when there is none."""
    state = DrugRecord()
    for entry in uow.entries(record_id(drug)):
        if entry.kind != REFUSED:
            state = apply(state, entry)
    return state


def formulary_in_force(uow: UnitOfWork) -> Formulary:
    """The drugs that two pharmacists released, with the site's rules and supplies. Empty before the first release.

    Raises FormularyFaults when the program no longer accepts what was once released.
    """
    from formulary.nutrition.repository import nutrition_in_force

    records = (SET_RECORD, SITE_RECORD, NUTRITION_RECORD)
    wanted = select(HEADS.c.record, HEADS.c.hash).where(HEADS.c.record.in_(records))
    heads = {row.record: row.hash for row in uow.session.execute(wanted)}
    head = "/".join(heads.get(record, "") for record in records)
    known = _SETS.get(head)
    if known is None:
        state = fold(FORMULARY_SET, uow.entries(SET_RECORD))
        packaged, supplies = house()
        site = site_profile(packaged, fold(SITE, uow.entries(SITE_RECORD)))
        drugs = tuple(_drug(uow, drug, *state.drugs[drug]) for drug in sorted(state.drugs))
        known = replace(assemble(state.version, site, supplies, drugs), nutrition=nutrition_in_force(uow))
        _SETS.clear()
        _SETS[head] = known
    return known


def _drug(uow: UnitOfWork, drug: str, version: int, digest: str) -> Drug:
    known = _DRUGS.get(digest)
    if known is None:
        site, supplies = house()
        text = drug_record(uow, drug).versions[version].text
        read, faults = drug_from_text(text, record_id(drug), site, supplies)
        if read is None or faults:
            raise FormularyFaults(faults)
        known = _DRUGS[digest] = replace(read, status=Status.APPROVED)
    return known
