"""The tables of what was printed. Rows are only ever added."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from batch_records.tables import Base


class PrintedTemplateRow(Base):
    """A template as it was when something was printed with it."""

    __tablename__ = "printed_templates"

    digest: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str]
    content: Mapped[str]
    """Canonical JSON of markup, styles and metadata."""


class PrintedDocumentRow(Base):
    """One printed copy of one document. ``copy`` counts from 1 within record and kind."""

    __tablename__ = "printed_documents"
    __table_args__ = (
        CheckConstraint("copy >= 1", name="copy_from_one"),
        CheckConstraint("(copy = 1) = (reason = '')", name="reprint_has_reason"),
    )

    record: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    copy: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    by: Mapped[str]
    reason: Mapped[str]
    pdf_digest: Mapped[str]
    template_digest: Mapped[str]
    snapshot_digest: Mapped[str]
    snapshot: Mapped[str]
    page: Mapped[str]
    pages: Mapped[int]
    engine: Mapped[str]
