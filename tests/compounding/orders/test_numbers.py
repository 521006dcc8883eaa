"""Order numbers: one for each request, whoever asks again and however many ask at once."""

import threading
from datetime import UTC, datetime, timedelta

from batch_records.store import Store
from compounding.orders.numbers import order_number
from tests.support.cast import NOON, OFFSET
from tests.support.stores import PEPPER


def test_the_same_key_gets_the_same_number_and_another_the_next(cast_store):
    first = order_number(cast_store, "one press", NOON, OFFSET)
    assert first == "260414-0001"
    assert order_number(cast_store, "one press", NOON + timedelta(hours=9), OFFSET) == first
    assert order_number(cast_store, "another", NOON, OFFSET) == "260414-0002"


def test_the_day_is_that_of_the_sites_clock(cast_store):
    late = datetime(2026, 4, 15, 3, 30, tzinfo=UTC)
    assert order_number(cast_store, "late", late, OFFSET) == "260414-0001"
    assert order_number(cast_store, "elsewhere", late, 0) == "260415-0001"


def test_many_who_ask_at_once_get_a_number_each_and_a_repeated_request_the_same(cast_store):
    keys = [f"press {number % 6}" for number in range(12)]
    got: list[tuple[str, str]] = []
    start = threading.Barrier(len(keys))

    def ask(key: str) -> None:
        start.wait()
        got.append((key, order_number(cast_store, key, NOON, OFFSET)))

    threads = [threading.Thread(target=ask, args=(key,)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == len(keys)
    assert len(set(got)) == 6
    assert sorted(number for _, number in set(got)) == [f"260414-{number:04d}" for number in range(1, 7)]


def test_numbers_survive_the_server(cast_store):
    first = order_number(cast_store, "one press", NOON, OFFSET)
    other = Store.open(str(cast_store.url), PEPPER)
    try:
        assert order_number(other, "one press", NOON, OFFSET) == first
    finally:
        other.close()
