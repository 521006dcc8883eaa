"""The signed list of heads is made once a day by the server itself."""

import threading

import pytest

from batch_records.checkpoint import checkpoints
from batch_records.store import Store
from compounding.recalls.going_on import ASKED
from web.daily import checkpoint_when_due, start_daily, start_recalls
from web.settings import Settings


@pytest.fixture
def settings(tmp_path) -> Settings:
    """A machine whose keys stand in a directory of the test."""
    return Settings(data_directory=tmp_path)


def numbers(store: Store) -> list[int]:
    """The numbers of the checkpoints there are."""
    with store.read() as uow:
        return [checkpoint.number for checkpoint in checkpoints(uow)]


def test_one_is_made_a_day(settings: Settings, store: Store, clock):
    assert checkpoint_when_due(settings, store, clock)
    clock.advance(hours=23, minutes=59)
    assert not checkpoint_when_due(settings, store, clock)
    clock.advance(minutes=1)
    assert checkpoint_when_due(settings, store, clock)
    assert numbers(store) == [1, 2]


def test_recalls_go_on_as_soon_as_one_was_opened_until_nothing_is_left_and_a_failure_is_tried_again(
    store: Store, clock, caplog, monkeypatch: pytest.MonkeyPatch
):
    answers, done = iter([3, RuntimeError("locked"), 2, 0]), threading.Event()

    def go_on(*_) -> int:
        answer = next(answers)
        if isinstance(answer, Exception):
            ASKED.set()  # the next one who opens a recall
            raise answer
        if not answer:
            done.set()
        return answer

    monkeypatch.setattr("web.daily.recalls_go_on", go_on)
    monkeypatch.setattr("web.daily.LOOK_FOR_RECALLS_SECONDS", 0.001)
    ASKED.set()
    ended = start_recalls(store, clock)
    thread = next(thread for thread in threading.enumerate() if thread.name == "recalls")
    assert done.wait(10)
    ended.set()
    thread.join(timeout=10)
    assert "a recall could not go on" in caplog.text
    assert not ASKED.is_set()


def test_a_failure_is_logged_and_does_not_end_the_server(
    settings: Settings, store: Store, clock, caplog, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("web.daily.checkpoint_when_due", lambda *_: 1 / 0)
    ended = start_daily(settings, store, clock)
    thread = next(thread for thread in threading.enumerate() if thread.name == "daily")
    ended.set()
    thread.join(timeout=10)
    assert "the daily checkpoint could not be made" in caplog.text
