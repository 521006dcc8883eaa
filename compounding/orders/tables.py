"""Projection of patients."""

from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class PatientRow(Base):
    """What a search for a patient finds."""

    __tablename__ = "patients"

    record: Mapped[str] = mapped_column(primary_key=True)
    mrn: Mapped[str] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(index=True)
    birth_date: Mapped[str]
    location: Mapped[str] = mapped_column(index=True)
