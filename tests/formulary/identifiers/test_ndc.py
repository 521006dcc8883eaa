"""NDC: every configuration, the 10-, 11- and 12-digit forms, and the code inside a GTIN."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Fault
from formulary.identifiers.gtin import check_digit, gtin14
from formulary.identifiers.ndc import Ndc, gtin12_of, ndc_readings, ndcs_in_gtin, parse_ndc


@pytest.mark.parametrize(
    ("text", "configuration", "eleven"),
    [
        ("0591-0933-01", "4-4-2", "00591093301"), ("60951-700-85", "5-3-2", "60951070085"),
        ("12345-6789-0", "5-4-1", "12345678900"), ("45803-1234-34", "5-4-2", "45803123434"),
        ("045803-1234-34", "6-4-2", "45803123434"), ("076564-7654-5", "6-4-1", "76564765405"),
        ("045983-295-86", "6-3-2", "45983029586"), ("059372-837-6", "6-3-1", "59372083706"),
        ("054868-5338-*3", "6-4-2", "54868533803"), ("054868-*338-*3", "6-4-2", "54868033803"),
    ],
)  # fmt: skip
def test_every_configuration_is_told_apart_and_padded_segment_by_segment(
    text: str, configuration: str, eleven: str
) -> None:
    ndc = parse_ndc(text)
    assert (ndc.configuration, ndc.eleven, ndc.twelve) == (configuration, eleven, "0" + eleven)


def test_eleven_and_twelve_digits_without_hyphens_are_read_by_their_fixed_split() -> None:
    assert parse_ndc("00406052201") == Ndc("00406", "0522", "01")
    assert parse_ndc("000406052201") == Ndc("000406", "0522", "01")
    assert parse_ndc("00406052201").eleven == parse_ndc("000406052201").eleven == "00406052201"


def test_a_new_six_digit_labeler_has_twelve_digits_and_no_eleven() -> None:
    ndc = parse_ndc("123456-0522-01")
    assert ndc.twelve == "123456052201"
    with pytest.raises(Fault):
        _ = ndc.eleven


def test_ten_digits_without_hyphens_are_refused_and_their_three_readings_named() -> None:
    with pytest.raises(Fault) as refused:
        parse_ndc("0574407205")
    for reading in ("0574-4072-05", "05744-072-05", "05744-0720-5"):
        assert reading in str(refused.value)


@pytest.mark.parametrize(
    "text",
    ["", "-", "--", "0574-4072", "0574-4072-05-1", "4-4-2", "574-4072-05", "0574-407-05", "0574-4072-5",
     "a574-4072-05", "0574–4072–05", "0574-4072-0５", "*574-4072-05", "0574-4072-*5", "05486*-5338-03", "154868-338-03",
     "a000406052201",
     "123456789", "1234567890123", "0574 4072 05", "-05744072-05", "12345-6789-0\n"],
)  # fmt: skip
def test_what_is_no_ndc_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        parse_ndc(text)


@given(st.text("0123456789", min_size=10, max_size=10), st.integers(0, 9))
def test_a_code_in_a_gtin_comes_back_as_its_three_readings_at_every_packaging_level(ten: str, level: int) -> None:
    payload = f"{level}03{ten}"
    readings = ndcs_in_gtin(payload + str(check_digit(payload)))
    assert readings == ndc_readings(ten)
    assert [one.configuration for one in readings] == ["4-4-2", "5-3-2", "5-4-1"]
    assert {one.ten for one in readings} == {ten}
    for one in readings:
        assert parse_ndc(one.eleven).eleven == one.eleven
        assert gtin14(gtin12_of(one)) == gtin14("3" + ten + str(check_digit("3" + ten)))


def test_a_gtin_of_another_prefix_carries_no_ndc() -> None:
    assert ndcs_in_gtin("05901234123457") == ()


def test_a_code_written_in_eleven_digits_is_not_put_into_a_barcode() -> None:
    with pytest.raises(Fault):
        gtin12_of(parse_ndc("00406052201"))
    with pytest.raises(Fault):
        gtin12_of(parse_ndc("059372-837-6"))
