"""Projection of the drug records: one row for each version, for lists and pages. Nothing is decided from it."""

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class DrugVersionRow(Base):
    """One version of one drug, and how far its release has come."""

    __tablename__ = "drug_versions"
    __table_args__ = (
        CheckConstraint("stage IN ('LOADED', 'RELEASED_ONCE', 'IN_FORCE', 'REPLACED', 'WITHDRAWN')", name="stage"),
    )

    record: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    drug: Mapped[str]
    display: Mapped[str]
    digest: Mapped[str]
    stage: Mapped[str]
    author: Mapped[str]
    first: Mapped[str | None]
    """Pharmacist who released it first."""
    second: Mapped[str | None]
