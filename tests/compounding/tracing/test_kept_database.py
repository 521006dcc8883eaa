"""A database of an earlier release: after its upgrade the trace finds what was made before there was one."""

from pathlib import Path

from batch_records.store import Store, upgrade
from compounding.preparing.numbering import dose_number
from compounding.tracing.finding import preparations
from compounding.tracing.subject import Subject
from tests.support.cast import MARLOW, OKONJO
from tests.support.flow import ORDER_NUMBER
from tests.support.kept_database import KEPT, unpacked
from tests.support.stores import PEPPER
from web.migrations import MIGRATIONS


def test_what_was_made_before_is_found_by_hood_and_person_after_the_upgrade(tmp_path: Path) -> None:
    url = f"sqlite:///{unpacked(KEPT / '0002.db.gz', tmp_path)}"
    upgrade(url, MIGRATIONS)
    store = Store.open(url, PEPPER)
    subjects = (Subject("person", person=OKONJO.person), Subject("person", person=MARLOW.person), Subject("hood", hood="hood-1"))
    try:
        with store.read() as uow:
            for subject in subjects:
                numbers = {one.number for one in preparations(uow, subject)}
                assert dose_number(ORDER_NUMBER, 1) in numbers, subject
    finally:
        store.close()
