"""Pages of a long list: nothing is left out, nothing comes twice, no page is unbounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compounding.views.paging import page_of


@given(st.integers(0, 5_000), st.integers(1, 100))
def test_all_pages_together_hold_every_row_once(count, size):
    rows = []
    for number in range(1, page_of("1", count, size).last + 1):
        pages = page_of(str(number), count, size)
        rows += list(range(count))[pages.skipped : pages.skipped + pages.size]
    assert rows == list(range(count))


@pytest.mark.parametrize("wanted", ["", "0", "-1", "x", "²", "99999999999", "1.5"])
def test_what_is_no_page_is_brought_into_the_list(wanted):
    assert 1 <= page_of(wanted, 120).number <= 3


def test_where_a_page_stands_is_said():
    assert page_of("2", 3_214).words == "51 to 100 of 3,214"
    assert page_of("65", 3_214).words == "3,201 to 3,214 of 3,214"
    assert page_of("1", 50).words == ""
