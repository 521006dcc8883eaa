"""A code in any writing finds the codes it may mean, and never another."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calculations.errors import Fault
from formulary.directory.codes import CodeReading, package_code, product_code, readings_of
from formulary.identifiers.gtin import check_digit
from formulary.identifiers.ndc import TEN_DIGIT_CONFIGURATIONS, gtin12_of, parse_ndc


def digits(count):
    return st.text("0123456789", min_size=count, max_size=count)


printed = st.sampled_from(TEN_DIGIT_CONFIGURATIONS).flatmap(
    lambda lengths: st.tuples(*map(digits, lengths)).map("-".join)
)
"""A package code as it is printed: 4-4-2, 5-3-2 or 5-4-1."""


@given(printed)
def test_every_writing_of_a_printed_code_finds_it(code):
    own, twelve = package_code(code, "code")
    ndc = parse_ndc(code)
    assert own == code.rpartition("-")[0]
    assert product_code(own, "code") == twelve[:10]
    for written in (
        code,
        code.replace("-", ""),
        ndc.eleven,
        ndc.twelve,
        gtin12_of(ndc),
        "00" + gtin12_of(ndc),
        code.replace("-", "–"),
    ):
        assert CodeReading(twelve) in readings_of(written), written
    assert [reading.code for reading in readings_of(own)] == [twelve[:10]]
    assert CodeReading(twelve[:10]) in readings_of(own.replace("-", ""))


@given(printed)
def test_a_level_of_packing_in_the_gtin_changes_nothing(code):
    ndc = parse_ndc(code)
    payload = "103" + (ndc.ten or "")
    assert CodeReading(ndc.twelve) in readings_of(payload + str(check_digit(payload)))


@given(printed, printed)
def test_two_codes_with_hyphens_are_alike_only_when_they_are_the_same_in_twelve_digits(one, other):
    assume(one != other)
    alike = parse_ndc(one).twelve == parse_ndc(other).twelve
    assert (readings_of(one) == readings_of(other)) == alike


@given(digits(10))
def test_ten_digits_give_all_three_readings_and_choose_none(ten):
    found = {reading.code for reading in readings_of(ten)}
    assert {
        parse_ndc(f"{ten[:a]}-{ten[a : a + b]}-{ten[a + b :]}").twelve for a, b, _ in TEN_DIGIT_CONFIGURATIONS
    } <= found


@given(st.text(max_size=24))
def test_any_text_is_read_or_refused_in_words(text):
    try:
        found = readings_of(text)
    except Fault as fault:
        assert fault.expected
    else:
        assert found
        assert all(len(reading.code) in (6, 10, 12) and reading.code.isdigit() for reading in found)


@pytest.mark.parametrize(
    ("text", "code"),
    [("0002", "000002"), ("0002-", "000002"), ("00002", "000002"), ("012345", "012345"), ("0002-0800", "0000020800"),
     ("54868-123", "0548680123"), ("0002-0800-", "0000020800"), (" 0002 0800 01 ", "000002080001"),
     ("012345-0201", "0123450201")],
)  # fmt: skip
def test_part_of_a_code_is_what_a_code_begins_with(text, code):
    assert CodeReading(code) in readings_of(text)


@pytest.mark.parametrize(
    "text",
    ["", "-", "123", "0002-08", "0002-0800-01-1", "0002-0800-XX", "１２３４", "0002-080O", "9" * 30],
)
def test_what_is_no_code_is_refused(text):
    with pytest.raises(Fault):
        readings_of(text)


@pytest.mark.parametrize("text", ["0002", "0002-0800-01", "002-0800", "0002-08OO", "0002_0800"])
def test_a_product_code_of_the_directory_has_labeler_and_product(text):
    with pytest.raises(Fault):
        product_code(text, "PRODUCTNDC")


@pytest.mark.parametrize("text", ["02", "47848-026-XX", "00002080001", "0002-0800", "0002-0800-1", "012345-*201-01"])
def test_a_package_code_of_the_directory_has_two_hyphens_and_digits(text):
    with pytest.raises(Fault):
        package_code(text, "NDCPACKAGECODE")
