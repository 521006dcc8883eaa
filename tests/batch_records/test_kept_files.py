"""Pictures and printed documents are checked against the entries that name them: exchanged, altered or gone, each is named."""

from pathlib import Path

import pytest
from sqlalchemy import text

from batch_records.documents import keep_file, path_of
from batch_records.kept_files import file_problems
from batch_records.pictures import Pictures
from batch_records.store import Store
from tests.batch_records.test_documents import PDF, PRINTED, keep_one
from tests.support.pictures import picture
from tests.support.records import an_act


@pytest.fixture
def named(store: Store, tmp_path: Path) -> str:
    """The name of a picture that an entry holds; another entry names a printed document."""
    name = Pictures(tmp_path / "pictures").keep(picture())
    keep_file(tmp_path / "documents", PRINTED)
    with store.write() as uow:
        uow.append("dose-1", "measured", 1, {"picture": name, "note": '"picture":"none"'}, an_act("a"), 0)
        uow.append("dose-2", "printed", 1, {"document": PRINTED.pdf_digest}, an_act("b"), 0)
        uow.append("dose-3", "measured", 1, {"picture": "", "document": "demonstration"}, an_act("c"), 0)
        uow.commit()
    return name


def found(store: Store, folder: Path) -> list[tuple[str, str]]:
    problems = file_problems(store, folder / "pictures", folder / "documents")
    return [(problem.record, problem.text.split()[-1]) for problem in problems]


def test_untouched_files_give_no_problem(store, named, tmp_path):
    assert found(store, tmp_path) == []


def test_a_picture_that_was_exchanged_or_removed_is_named_with_its_record(store, named, tmp_path):
    file = Pictures(tmp_path / "pictures").path(named)
    file.write_bytes(b"another picture")
    assert found(store, tmp_path) == [("dose-1", "altered")]
    file.unlink()
    assert found(store, tmp_path) == [("dose-1", "missing")]


def test_a_printed_document_that_was_exchanged_or_removed_is_named_with_its_record(store, named, tmp_path):
    file = path_of(tmp_path / "documents", PRINTED.pdf_digest)
    file.write_bytes(PDF + b" ")
    assert found(store, tmp_path) == [("dose-2", "altered")]
    file.unlink()
    assert found(store, tmp_path) == [("dose-2", "missing")]


def test_what_a_document_was_printed_from_is_checked_too(store, tmp_path):
    keep_one(store, tmp_path / "documents")
    assert found(store, tmp_path) == []
    with store.write() as uow:
        uow.session.execute(text("UPDATE printed_documents SET snapshot = '{}'"))
        uow.commit()
    assert found(store, tmp_path) == [("dose-1", "altered")]
