"""A database that an earlier release wrote is upgraded, verified, and read as it was."""

import re
from pathlib import Path

import pytest

from batch_records.acting import load
from batch_records.store import Store, upgrade
from batch_records.verify import report_text, verify_records
from compounding.preparing.numbering import dose_number, dose_record
from compounding.preparing.record import DOSE
from tests.support.flow import ORDER_NUMBER
from tests.support.kept_database import KEPT, unpacked
from tests.support.nutrition_flow import BAG
from tests.support.stores import PEPPER
from web.migrations import MIGRATIONS
from web.record_types import RECORD_TYPES

FIRST_RELEASED = "0002"
"""The first revision that went out; the ones before it were never anybody's database."""
NEVER_ALONE = {"0003"}
"""Revisions that went out together with the one after them: no database ever stopped there."""
KEPT_FILES = sorted(KEPT.glob("*.db.gz"))


def revisions() -> list[str]:
    """Every revision of the program, by its file."""
    files = (MIGRATIONS / "versions").glob("*.py")
    return sorted(found[0] for path in files if (found := re.match(r"\d{4}", path.name)))


def test_a_database_of_every_released_revision_is_kept() -> None:
    released = [revision for revision in revisions() if revision >= FIRST_RELEASED and revision not in NEVER_ALONE]
    assert [path.name.removesuffix(".db.gz") for path in KEPT_FILES] == released


@pytest.mark.parametrize("kept", KEPT_FILES, ids=lambda path: path.name)
def test_a_kept_database_is_upgraded_and_every_record_in_it_is_whole(kept: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{unpacked(kept, tmp_path)}"
    upgrade(url, MIGRATIONS)
    store = Store.open(url, PEPPER)
    try:
        report = verify_records(store, RECORD_TYPES)
        assert report.clean, report_text(report)
        with store.read() as uow:
            doses = [load(uow, DOSE, dose_record(number)) for number in (dose_number(ORDER_NUMBER, 1), BAG)]
        assert [dose.status for dose in doses] == ["dispensed", "dispensed"]
        assert [dose.label["kind"] for dose in doses if dose.label] == ["dispensing_label/1", "nutrition_label/1"]
    finally:
        store.close()
