"""What a scanner sends: one exact reading, or refused."""

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Fault
from formulary.identifiers.gs1 import FNC1, MAX_LENGTH
from formulary.identifiers.gtin import check_digit, check_digit_is_right
from formulary.identifiers.scan import read_scan

TODAY = date(2026, 11, 22)
GTIN = "00399999000116"
DRUG = f"01{GTIN}17280531" + f"10AB1{FNC1}21S1"


@pytest.mark.parametrize(
    ("prefix", "carrier"),
    [("]d2", "GS1 DataMatrix"), ("]C1", "GS1-128"), ("]e0", "GS1 DataBar"), ("]Q3", "GS1 QR Code"), ("", None)],
)
def test_a_drug_package_is_read_whatever_carries_it(prefix: str, carrier: str | None) -> None:
    scan = read_scan(prefix + DRUG + "\r\n", TODAY)
    assert (scan.carrier, scan.gtin, scan.lot, scan.serial) == (carrier, GTIN, "AB1", "S1")
    assert scan.expiry == date(2028, 5, 31)
    assert {str(one) for one in scan.ndcs} == {"9999-9000-11", "99999-000-11", "99999-0001-1"}
    assert scan.doubts == ()


def test_the_bracketed_form_and_a_leading_fnc1_are_read_as_element_strings() -> None:
    assert read_scan(f"(01){GTIN}(10)AB1", TODAY).lot == "AB1"
    assert read_scan(f"{FNC1}01{GTIN}10AB1", TODAY).lot == "AB1"


def test_an_expiry_without_day_is_the_end_of_the_month_and_says_so() -> None:
    scan = read_scan(f"]d201{GTIN}17280500", TODAY)
    assert (scan.expiry, scan.expiry_day_given) == (date(2028, 5, 31), False)


def test_a_lot_that_may_have_swallowed_a_date_is_read_as_sent_and_doubted() -> None:
    scan = read_scan(f"]d201{GTIN}10AB117280531", TODAY)
    assert (scan.lot, scan.expiry) == ("AB117280531", None)
    assert "FNC1" in scan.doubts[0]


@pytest.mark.parametrize(
    ("text", "gtin"),
    [("]E00012345000065", "00012345000065"), ("]E402345673", "00000002345673"), ("]I1" + GTIN, GTIN),
     (GTIN, GTIN), ("02345673", "00000002345673"), ("]C0" + GTIN, GTIN)],
)  # fmt: skip
def test_a_bare_gtin_is_read_as_the_item_number(text: str, gtin: str) -> None:
    assert read_scan(text, TODAY).gtin == gtin


@pytest.mark.parametrize(
    ("text", "readings"),
    [
        ("99999-0001-01", {"99999-0001-01"}), ("99999000101", {"99999-0001-01"}), ("10019017844", {"10019-0178-44"}),
        ("9999900011", {"9999-9000-11", "99999-000-11", "99999-0001-1"}), ("]C0" + "0574-4072-05", {"0574-4072-05"}),
        ("17478004010", {"17478-0040-10"}),
    ],
)  # fmt: skip
def test_a_bare_ndc_is_read_with_every_reading_it_can_have(text: str, readings: set[str]) -> None:
    assert {str(one) for one in read_scan(text, TODAY).ndcs} == readings


def test_twelve_digits_that_are_both_upc_and_ndc_are_refused_without_the_symbology() -> None:
    both = "00040605220" + str(check_digit("00040605220"))
    with pytest.raises(Fault, match="one reading"):
        read_scan(both, TODAY)
    assert read_scan("]E00" + both, TODAY).gtin == "00" + both


@pytest.mark.parametrize(
    "text",
    ["", "]", "]C1", "]XX", "ABC", "]d2", "]E02112345678901", "]E0123456789012", "]E41234567", "]d1TESTING", "]Q1HELLO",
     "]d2" + DRUG + "]d2" + DRUG, DRUG + FNC1 + DRUG[:7], "]d2" + DRUG.replace(FNC1, "<GS>"),
     "]d2" + DRUG.replace(FNC1, "~"),
     f"]d201{GTIN}0100000002345673", f"]d201{GTIN}02{GTIN}37" + "5", "]d2" + DRUG[:12], "+A99912345/$$52801510X33",
     "]d2" + "A" * (MAX_LENGTH + 1), "http://example.com/01/" + GTIN, "' OR 1=1 --", "0574-4072-O5"],
)  # fmt: skip
def test_what_is_no_whole_product_code_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        read_scan(text, TODAY)


@given(st.text(max_size=60) | st.text("0123456789", max_size=40) | st.text("01]dC2E()\x1d789- A", max_size=40))
def test_hostile_text_is_refused_or_read_with_a_right_check_digit(text: str) -> None:
    try:
        scan = read_scan(text, TODAY)
    except Fault:
        return
    assert scan.gtin or scan.ndcs or scan.elements
    assert scan.gtin is None or (len(scan.gtin) == 14 and check_digit_is_right(scan.gtin))
    assert scan.text.isascii()


@given(st.integers(0, len(DRUG) - 1), st.characters(max_codepoint=127))
def test_one_changed_character_never_reads_as_another_item(place: int, other: str) -> None:
    try:
        scan = read_scan("]d2" + DRUG[:place] + other + DRUG[place + 1 :], TODAY)
    except Fault:
        return
    assert scan.gtin in (GTIN, None)


@given(st.integers(1, len(DRUG) - 1))
def test_a_truncated_code_never_reads_as_another_item(length: int) -> None:
    try:
        scan = read_scan("]d2" + DRUG[:length], TODAY)
    except Fault:
        return
    assert scan.gtin == GTIN


@pytest.mark.parametrize(
    "text",
    [
        "9" * 1_000_000,
        "]d2" + "2001" * 779,
        "(10)A" * 600,
        "]d2" + "\x1d" * 3_000,
        "]d210" + "\\(" * 1_500,
        "(" * 3_000,
    ],
)
def test_hostile_text_is_answered_within_milliseconds(text: str) -> None:
    def attempt() -> float:
        start = time.perf_counter()
        with pytest.raises(Fault):
            read_scan(text, TODAY)
        return time.perf_counter() - start

    assert min(attempt() for _ in range(5)) <= 0.005
