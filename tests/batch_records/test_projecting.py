"""Projections are what the entries tell: filled anew they are the same, and one that was changed is named."""

from sqlalchemy import delete, func, select, update

from batch_records.projecting import rebuild
from batch_records.verify import verify_records
from compounding.stock.location import LOCATION, DescribeLocation, location_record
from compounding.stock.lot import LOT, ReceiveLot, TransferLot, lot_record
from compounding.stock.tables import BalanceRow, LotRow, MoveRow
from tests.support.cast import ADEYEMI, OKONJO, do
from web.record_types import RECORD_TYPES

VIAL = "ceftriaxone_500mg_vial"
RECORD = lot_record(VIAL, "A1")


def moved(store) -> None:
    do(store, ADEYEMI, LOCATION, location_record("Anteroom"), DescribeLocation("Anteroom", "anteroom", "crt", True))
    do(store, OKONJO, LOT, RECORD, ReceiveLot(VIAL, "A1", "2027-10-31", 10, "Store room", 1250))
    do(store, OKONJO, LOT, RECORD, TransferLot(4, "Store room", "Anteroom"))


def everything(store):
    with store.read() as uow:
        return {
            table.name: sorted(map(repr, uow.session.execute(select(table)).all()))
            for one in RECORD_TYPES
            for table in (*one.projection_tables, *one.entry_tables)
        }


def problems(store):
    return [(problem.record, problem.text) for problem in verify_records(store, RECORD_TYPES).problems]


def test_projections_filled_anew_from_the_entries_are_the_same(cast_store):
    moved(cast_store)
    before = everything(cast_store)
    with cast_store.engine.begin() as connection:
        for row in (LotRow, BalanceRow, MoveRow):
            connection.execute(delete(row))
        rebuild(connection, RECORD_TYPES)
    assert everything(cast_store) == before
    assert problems(cast_store) == []


def test_a_move_of_the_ledger_that_was_changed_is_named(cast_store):
    moved(cast_store)
    with cast_store.engine.begin() as connection:
        assert connection.execute(select(func.count()).select_from(MoveRow)).scalar_one() == 3
        connection.execute(update(MoveRow).where(MoveRow.location == "Anteroom").values(count=5))
    assert problems(cast_store) == [(RECORD, "its rows in stock_moves are not what its entries tell")]


def test_a_balance_that_is_missing_is_named(cast_store):
    moved(cast_store)
    with cast_store.engine.begin() as connection:
        connection.execute(delete(BalanceRow).where(BalanceRow.location == "Anteroom"))
    assert problems(cast_store) == [(RECORD, "its rows in stock_balances are not what its entries tell")]
