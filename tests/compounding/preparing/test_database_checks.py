"""The database itself refuses rows that break the law of a dose, whatever wrote them, on both kinds."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from batch_records.store import Store
from compounding.preparing.states import DoseStatus
from compounding.preparing.tables import DoseRow
from compounding.reviewing.states import OrderStatus
from compounding.reviewing.tables import OrderRow

NOON = datetime(2026, 4, 14, 17, 0, tzinfo=UTC)
DOSE: dict[str, Any] = {
    "record": "dose-1", "number": "1", "order_number": "2", "order_version": 1, "patient": "DEMO-1", "patient_name": "A",
    "location": "", "drug": "d", "title": "", "subtitle": "", "status": "queued", "priority": "routine", "due": NOON,
    "not_before": None, "start_by": None, "place": "", "hood": "", "know": "", "completed_by": "", "released_by": "",
    "emergency": 0, "moved_at": NOON, "unpaired": 0,
}  # fmt: skip
ORDER: dict[str, Any] = {
    "record": "order-1", "number": "1", "version": 1, "status": "verified", "patient": "DEMO-1", "drug": "d", "title": "",
    "priority": "routine", "start": NOON, "placed_at": NOON, "question": "", "yielded_until": None,
}  # fmt: skip


def written(store: Store, table: Any, row: dict[str, Any]) -> bool:
    """Whether the database takes the row."""
    with store.write() as uow:
        try:
            uow.session.execute(insert(table.__table__), [row])
        except IntegrityError:
            return False
    return True


@pytest.mark.parametrize(
    "change",
    [
        {"status": "released"},
        {"status": "dispensed"},
        {"status": "delivered"},
        {"status": "administered"},
        {"status": "new"},
        {"status": "unheard of"},
        {"status": "released", "completed_by": "okonjo", "released_by": "okonjo"},
    ],
)
def test_a_row_that_breaks_the_law_is_refused(any_store: Store, change: dict[str, Any]) -> None:
    assert written(any_store, DoseRow, DOSE)
    assert not written(any_store, DoseRow, DOSE | change)


def test_every_state_of_the_law_has_its_row(any_store: Store) -> None:
    for status in set(DoseStatus) - {DoseStatus.NEW}:
        assert written(any_store, DoseRow, DOSE | {"status": status.value, "completed_by": "okonjo", "released_by": "marlow"})


def test_an_emergency_is_the_only_release_by_the_maker(any_store: Store) -> None:
    own = DOSE | {"status": "released", "completed_by": "okonjo", "released_by": "okonjo"}
    assert written(any_store, DoseRow, own | {"emergency": 1})
    assert not written(any_store, DoseRow, own)


def test_an_order_has_a_known_state_only(any_store: Store) -> None:
    for status in OrderStatus:
        assert written(any_store, OrderRow, ORDER | {"status": status.value})
    assert not written(any_store, OrderRow, ORDER | {"status": "new"})
