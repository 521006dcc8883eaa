"""Keeps what was printed: the PDF, the template it was printed with, the snapshot, and how often.

The PDF lies in a folder under its digest: written and synced first, then named by a row, so that a row never names a
file that is not there. Rows are only ever added. Which record was printed, by whom and why, stands in that record's
entries; these rows hold the content that such an entry names by digest.
"""

import json
import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from batch_records.documents_tables import PrintedDocumentRow, PrintedTemplateRow
from batch_records.entries import canonical, digest
from batch_records.rendering import RenderedDocument, Template


class AlteredDocument(Exception):
    """A kept document is not what it was when it was kept, or is gone."""


def copies(session: Session, record: str, kind: str) -> int:
    """How many copies of a kind of document were printed for a record; reprints are all but the first."""
    wanted = PrintedDocumentRow.record == record, PrintedDocumentRow.kind == kind
    return session.scalar(select(func.count()).select_from(PrintedDocumentRow).where(*wanted)) or 0


def keep(
    session: Session,
    folder: Path,
    document: RenderedDocument,
    template: Template,
    *,
    record: str,
    at: datetime,
    by: str,
    reason: str = "",
) -> PrintedDocumentRow:
    """Keep a printed document as the next copy.

    Raises ValueError for a reprint without a reason, or a first copy with one.
    """
    copy = copies(session, record, document.kind) + 1
    if (copy == 1) != (reason == ""):
        raise ValueError(f"copy {copy} of {document.kind} needs {'no' if copy == 1 else 'a'} reason for a reprint")
    keep_file(folder, document)
    if session.get(PrintedTemplateRow, template.digest) is None:
        content = canonical({"html": template.html, "css": template.css, "metadata": template.metadata})
        session.add(PrintedTemplateRow(digest=template.digest, kind=template.kind, content=content.decode()))
    row = PrintedDocumentRow(
        record=record,
        kind=document.kind,
        copy=copy,
        at=at,
        by=by,
        reason=reason,
        pdf_digest=document.pdf_digest,
        template_digest=document.template_digest,
        snapshot_digest=document.snapshot_digest,
        snapshot=canonical(document.snapshot).decode(),
        page=canonical(document.page.as_data()).decode(),
        pages=document.pages,
        engine=document.engine,
    )
    session.add(row)
    session.flush()
    return row


def kept(session: Session, folder: Path, record: str, kind: str, copy: int) -> tuple[bytes, Mapping[str, Any]]:
    """PDF and snapshot of a kept copy, both checked against their digests.

    Raises:
        KeyError: there is no such copy.
        AlteredDocument: file or snapshot is not what it was.
    """
    row = session.get(PrintedDocumentRow, (record, kind, copy))
    if row is None:
        raise KeyError(f"no copy {copy} of {kind} for {record}")
    try:
        pdf = path_of(folder, row.pdf_digest).read_bytes()
    except OSError as error:
        raise AlteredDocument(f"the file of copy {copy} of {kind} for {record} cannot be read") from error
    if digest(pdf) != row.pdf_digest or digest(row.snapshot.encode()) != row.snapshot_digest:
        raise AlteredDocument(f"copy {copy} of {kind} for {record} is not what was printed")
    snapshot: dict[str, Any] = json.loads(row.snapshot)
    return pdf, snapshot


def kept_template(session: Session, record: str, kind: str, copy: int, fonts: Path) -> Template:
    """The template that a kept copy was printed with, from where it is kept.

    Raises:
        KeyError: there is no such copy, or nothing of its template.
        AlteredDocument: what is kept is not the template that was used, or the fonts are others now.
    """
    row = session.get(PrintedDocumentRow, (record, kind, copy))
    found = None if row is None else session.get(PrintedTemplateRow, row.template_digest)
    if row is None or found is None:
        raise KeyError(f"no template of copy {copy} of {kind} for {record}")
    told = json.loads(found.content)
    made = Template.of(told["html"], told["css"], told["metadata"], fonts)
    if made.digest != row.template_digest:
        raise AlteredDocument(f"the template of copy {copy} of {kind} for {record} is not what it was printed with")
    return made


def keep_file(folder: Path, document: RenderedDocument) -> None:
    """Keep the file alone, before the entry that names its digest; `keep` adds the row beside it."""
    _write(path_of(folder, document.pdf_digest), document.pdf)


def path_of(folder: Path, pdf_digest: str) -> Path:
    """Where the PDF with this digest lies."""
    return folder / pdf_digest[:2] / f"{pdf_digest}.pdf"


def _write(path: Path, content: bytes) -> None:
    """Write, sync, then name: a file under its digest is whole or not there. A file of the same content stays."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.part")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
