"""Check digits and the forms of a GTIN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Fault
from formulary.identifiers.gtin import check_digit, check_digit_is_right, gtin14, gtin_as

DIGITS = st.text("0123456789", min_size=7, max_size=17)


@given(DIGITS)
def test_a_payload_with_its_check_digit_is_right_and_with_any_other_digit_is_not(payload: str) -> None:
    right = check_digit(payload)
    for digit in range(10):
        assert check_digit_is_right(f"{payload}{digit}") == (digit == right)


@given(DIGITS, st.data())
def test_one_wrong_digit_is_always_found(payload: str, data: st.DataObject) -> None:
    key = f"{payload}{check_digit(payload)}"
    place = data.draw(st.integers(0, len(key) - 1))
    other = data.draw(st.sampled_from([d for d in "0123456789" if d != key[place]]))
    assert not check_digit_is_right(key[:place] + other + key[place + 1 :])


@pytest.mark.parametrize("text", ["96385074", "123601057072", "5901234123457", "98765432109213"])
def test_every_length_becomes_fourteen_digits_and_goes_back(text: str) -> None:
    assert gtin14(text) == text.zfill(14)
    assert gtin_as(len(text), gtin14(text)) == text


@pytest.mark.parametrize(
    "text",
    ["", "1", "5901234123458", "590123412345", "00000000000000", "00000000", "5901234123457 ", " 5901234123457",
     "５９０１２３４１２３４５７", "٥٩٠١٢٣٤١٢٣٤٥٧", "590123412345⁷", "5901234-123457", "59012341234571"],
)  # fmt: skip
def test_what_is_no_gtin_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        gtin14(text)


def test_a_longer_gtin_is_not_shortened() -> None:
    with pytest.raises(Fault):
        gtin_as(12, "5901234123457")
    with pytest.raises(Fault):
        gtin_as(10, "96385074")


@pytest.mark.parametrize("payload", ["abc", "", "⁰⁰⁰", "12 3"])
def test_a_check_digit_of_something_else_than_digits_is_refused(payload: str) -> None:
    with pytest.raises(Fault):
        check_digit(payload)
