from datetime import datetime
from decimal import Decimal

import pytest
from gmpy2 import mpq
from sqlalchemy import Column, DateTime, Double, Float, MetaData, Numeric, Table, insert, select, text
from sqlalchemy.exc import DBAPIError

from batch_records.store import Store
from batch_records.tables import Base
from batch_records.types import Exact, UtcDateTime
from tests.support.records import EIGHT
from web.migrations import load_models

FORBIDDEN = (Numeric, Float, DateTime)
COLUMNS_OF_A_REPLAY = {"limit_figures", "nutrition_figures", "nutrition_judged"}
"""Read as columns of float64, beside the exact text of the same row: nothing is decided from them near a limit."""


def bare_columns(metadata: MetaData) -> list[str]:
    found = [column for table in metadata.tables.values() for column in table.c if isinstance(column.type, FORBIDDEN)]
    replayed = [one for one in found if one.table.name in COLUMNS_OF_A_REPLAY and type(one.type) is Double]
    assert all("exact" in column.table.c for column in replayed)
    return [str(column) for column in found if column not in set(replayed)]


def test_no_table_has_a_bare_number_or_time_column() -> None:
    load_models()
    assert bare_columns(Base.metadata) == []


def test_the_rule_against_bare_columns_can_fail() -> None:
    table = Table("wrong", MetaData(), Column("dose", Numeric), Column("at", DateTime), Column("fine", UtcDateTime))
    assert bare_columns(table.metadata) == ["wrong.dose", "wrong.at"]


@pytest.fixture
def odd_table(any_store: Store) -> Table:
    table = Table("odd", MetaData(), Column("value", Exact), Column("at", UtcDateTime))
    table.create(any_store.engine)
    return table


@pytest.mark.parametrize("value", [mpq(25, 33), Decimal("123456789.123456789012"), 0, -7, mpq(10**30, 7)])
def test_an_exact_number_comes_back_exactly(any_store: Store, odd_table: Table, value: object) -> None:
    with any_store.write() as uow:
        uow.session.execute(insert(odd_table).values(value=value, at=EIGHT))
        assert uow.session.execute(select(odd_table)).one() == (mpq(value), EIGHT)


@pytest.mark.parametrize("wrong", [0.5, True, "5 mg"])
def test_an_exact_column_refuses_what_is_not_exact(any_store: Store, odd_table: Table, wrong: object) -> None:
    with pytest.raises(Exception, match="Exact takes"), any_store.write() as uow:
        uow.session.execute(insert(odd_table).values(value=wrong, at=EIGHT))


def test_a_time_without_zone_is_refused(any_store: Store, odd_table: Table) -> None:
    with pytest.raises(Exception, match="needs a time zone"), any_store.write() as uow:
        uow.session.execute(insert(odd_table).values(value=1, at=datetime(2026, 3, 1)))  # noqa: DTZ001  the point


def test_a_whole_number_column_refuses_text(any_store: Store) -> None:
    with pytest.raises(DBAPIError), any_store.write() as uow:
        uow.session.execute(text("INSERT INTO heads VALUES ('sheet-1', '5 mg', 'x')"))
