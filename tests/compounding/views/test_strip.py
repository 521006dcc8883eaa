"""The strip shows the same drug line, patient and number on every page, and never more time than there is."""

from datetime import timedelta

import pytest

from compounding.documents.dose_documents import Clock
from compounding.views.strip import due_text, how_long, strip_of
from tests.support.cast import NOON, OFFSET
from tests.support.flow import dose_now, queued_dose

CLOCK = Clock(OFFSET)


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (24, "in 24 min"),
        (60, "in 1 h"),
        (192, "in 3 h 12 min"),
        (4320, "in 3 days"),
        (0, "now"),
        (-6, "6 min late"),
        (-75, "1 h 15 min late"),
    ],
)
def test_the_time_left_is_said_in_words(minutes, words):
    assert how_long(NOON + timedelta(minutes=minutes), NOON) == words


def test_seconds_are_never_rounded_up_into_time_that_is_not_there():
    assert how_long(NOON + timedelta(minutes=24, seconds=59), NOON) == "in 24 min"


def test_another_day_is_named_with_its_month_in_letters():
    assert due_text(NOON, NOON, CLOCK) == "13:00"
    assert due_text(NOON + timedelta(days=1), NOON, CLOCK) == "15 Apr, 13:00"


def test_the_strip_of_a_dose_is_its_label_in_small(cast_store):
    number = queued_dose(cast_store)
    strip = strip_of(dose_now(cast_store, number), NOON, CLOCK)
    assert (strip.drug, strip.amount) == ("cefTRIAXone", "460 mg")
    assert strip.sub == "in sodium chloride 0.9 % 25 mL, IV infusion"
    assert (strip.who, strip.who_sub) == ("EXAMPLE, Ada", "born 9 May 2025 · MRN DEMO-4417")
    assert (strip.place, strip.place_sub) == ("Peds 12", f"No. {number}")
    assert (strip.due, strip.due_note, strip.late, strip.stat) == ("Due 14:30", "in 1 h 30 min", False, False)
