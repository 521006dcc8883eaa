"""The text of a compounder's file: whatever it holds, it is read whole or refused in words."""

import pytest

from calculations.errors import Faults
from compounding.preparing.pump_file import COLUMNS, parse_pump_file

HEAD = ",".join(COLUMNS)
ROW = "260414-0140-01-8,water,LOT-1,12.5,no,no"


def test_rows_are_read_with_either_end_of_line():
    for end in ("\n", "\r\n"):
        (row,) = parse_pump_file(f"{HEAD}{end}{ROW}{end}")
        assert (row.line, row.lot, str(row.volume.number)) == (2, "LOT-1", "25/2")


@pytest.mark.parametrize("text", [f"{HEAD}\r{ROW}\r", f"{HEAD}\n{ROW}\rmore", "\r", '"', "\x00", ""])
def test_what_is_no_such_text_is_refused_in_words(text):
    with pytest.raises(Faults):
        parse_pump_file(text)
