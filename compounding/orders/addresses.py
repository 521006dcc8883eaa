"""The address of a patient: the beginning of the hash of the first entry of their record.

It never changes, is given to nobody else, and tells nothing: the hash covers the whole entry with its time and random key.
"""

from sqlalchemy import select

from batch_records.store import UnitOfWork
from batch_records.tables import ENTRIES
from compounding.orders.tables import ADDRESS_LENGTH, PatientRow
from compounding.preparing.numbering import patient_record


def address_of(uow: UnitOfWork, mrn: str) -> str | None:
    """The address of a patient who is recorded, or None."""
    return record_address(uow, patient_record(mrn)) if mrn else None


def patient_at(uow: UnitOfWork, address: str) -> str | None:
    """The record number of the patient at an address, or None."""
    return uow.session.execute(select(PatientRow.mrn).where(PatientRow.address == address)).scalar_one_or_none()


def numbers_like(uow: UnitOfWork, text: str, most: int) -> list[str]:
    """Record numbers that hold the text, or that exact one."""
    exact = select(PatientRow.mrn).where(PatientRow.mrn == text)
    like = select(PatientRow.mrn).where(PatientRow.mrn.icontains(text, autoescape=True)).order_by(PatientRow.mrn)
    return [*uow.session.execute(exact).scalars()] or [*uow.session.execute(like.limit(most)).scalars()]


def record_address(uow: UnitOfWork, record: str) -> str | None:
    """The address of a patient's record, also where nothing but refused acts stands in it; None without entries."""
    listed = uow.session.execute(select(PatientRow.address).where(PatientRow.record == record)).scalar_one_or_none()
    if listed is not None:
        return listed
    first = select(ENTRIES.c.hash).where(ENTRIES.c.record == record, ENTRIES.c.seq == 1)
    found: str | None = uow.session.execute(first).scalar_one_or_none()
    return None if found is None else found[:ADDRESS_LENGTH]


def record_at(uow: UnitOfWork, address: str) -> str | None:
    """The record of the patient at an address, or None."""
    listed = uow.session.execute(select(PatientRow.record).where(PatientRow.address == address)).scalar_one_or_none()
    if listed is not None or len(address) != ADDRESS_LENGTH:
        return listed
    first = (ENTRIES.c.record_type == "patient") & (ENTRIES.c.seq == 1)
    begins = ENTRIES.c.hash.startswith(address, autoescape=True)
    found: str | None = uow.session.execute(select(ENTRIES.c.record).where(first, begins)).scalars().first()
    return found
