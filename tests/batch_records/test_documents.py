"""What was printed is kept: file first, then row; copies counted; an altered file is named."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from batch_records.documents import AlteredDocument, copies, keep, kept, path_of
from batch_records.documents_tables import PrintedDocumentRow, PrintedTemplateRow
from batch_records.entries import canonical, digest
from batch_records.rendering import Page, RenderedDocument, Template

AT = datetime(2026, 4, 14, 14, 9, tzinfo=UTC)
TEMPLATE = Template("note/1", "<p>{{ d.text }}</p>", "p {}", {"kind": "note/1"}, Path(), "t" * 64)
SNAPSHOT = {"kind": "note/1", "text": "vancomycin 1,250 mg"}
PDF = b"%PDF- as printed"
PRINTED = RenderedDocument(
    kind="note/1",
    pdf=PDF,
    pdf_digest=digest(PDF),
    template_digest=TEMPLATE.digest,
    snapshot=SNAPSHOT,
    snapshot_digest=digest(canonical(SNAPSHOT)),
    page=Page("bag", "4", "6", "0.13", "tall"),
    pages=1,
    engine="engine 1",
)


def keep_one(store, folder, reason=""):
    with store.write() as uow:
        row = keep(uow.session, folder, PRINTED, TEMPLATE, record="dose-1", at=AT, by="j.marlow", reason=reason)
        copy = row.copy
        uow.commit()
    return copy


def test_a_printed_document_comes_back_as_it_was(store, tmp_path):
    assert keep_one(store, tmp_path) == 1
    with store.read() as uow:
        assert kept(uow.session, tmp_path, "dose-1", "note/1", 1) == (PDF, SNAPSHOT)
        row = uow.session.get(PrintedDocumentRow, ("dose-1", "note/1", 1))
        assert (row.template_digest, row.snapshot_digest, row.by, row.at) == (
            TEMPLATE.digest,
            PRINTED.snapshot_digest,
            "j.marlow",
            AT,
        )
        assert "{{ d.text }}" in uow.session.get(PrintedTemplateRow, TEMPLATE.digest).content


def test_reprints_are_counted_and_need_a_reason(store, tmp_path):
    keep_one(store, tmp_path)
    with pytest.raises(ValueError, match="reason"):
        keep_one(store, tmp_path)
    assert keep_one(store, tmp_path, "torn in the printer") == 2
    with store.read() as uow:
        assert copies(uow.session, "dose-1", "note/1") == 2
        assert copies(uow.session, "dose-2", "note/1") == 0


def test_a_first_copy_has_no_reason(store, tmp_path):
    with pytest.raises(ValueError, match="reason"):
        keep_one(store, tmp_path, "because")


def test_the_database_itself_refuses_a_reprint_without_reason(store, tmp_path):
    keep_one(store, tmp_path)
    with store.write() as uow, pytest.raises(IntegrityError):
        first = uow.session.get(PrintedDocumentRow, ("dose-1", "note/1", 1))
        values = {column.key: getattr(first, column.key) for column in PrintedDocumentRow.__table__.columns}
        uow.session.add(PrintedDocumentRow(**{**values, "copy": 2}))
        uow.session.flush()


def test_an_altered_file_is_named_and_not_given_out(store, tmp_path):
    keep_one(store, tmp_path)
    path_of(tmp_path, PRINTED.pdf_digest).write_bytes(PDF + b" ")
    with store.read() as uow, pytest.raises(AlteredDocument, match="copy 1 of note/1 for dose-1"):
        kept(uow.session, tmp_path, "dose-1", "note/1", 1)


def test_a_lost_file_is_named(store, tmp_path):
    keep_one(store, tmp_path)
    path_of(tmp_path, PRINTED.pdf_digest).unlink()
    with store.read() as uow, pytest.raises(AlteredDocument, match="cannot be read"):
        kept(uow.session, tmp_path, "dose-1", "note/1", 1)


def test_a_copy_that_was_never_printed_is_not_found(store, tmp_path):
    with store.read() as uow, pytest.raises(KeyError, match="no copy 3"):
        kept(uow.session, tmp_path, "dose-1", "note/1", 3)
