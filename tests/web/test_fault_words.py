"""A fault of a form names its field as the page does, and says what is missing in no more words than needed."""

import pytest

from calculations.errors import Fault
from web.fault_words import said


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("expires", "nothing", "a day like 2026-04-14"), "Last day of use is missing: a day like 2026-04-14."),
        (Fault("lot", "", "a text"), "Lot is missing."),
        (Fault("count", "1,5", "a whole number"), "How many: “1,5” is refused. Expected: a whole number."),
        (Fault("limits[0].low", "x", "a number"), str(Fault("limits[0].low", "x", "a number"))),
    ],
)
def test_a_fault_is_said_in_the_words_of_the_page(fault: Fault, words: str) -> None:
    assert said(fault) == words
