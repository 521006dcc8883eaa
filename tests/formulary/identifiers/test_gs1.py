"""GS1 element strings: split exactly or refused."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Fault
from formulary.identifiers.gs1 import FNC1, Element, bracketed, encode, parse_bracketed, parse_elements
from formulary.identifiers.gs1_associations import association_faults
from formulary.identifiers.gs1_values import gs1_date
from formulary.identifiers.gtin import check_digit

GTIN = "09501101530003"
SIGNS = "!\"%&'*+,-./0123456789:;=?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


def pairs(data: str) -> list[tuple[str, str]]:
    return [(one.ai, one.value) for one in parse_elements(data)]


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (f"01{GTIN}17280531" + "10AB1", [("01", GTIN), ("17", "280531"), ("10", "AB1")]),
        (f"10AB1{FNC1}01{GTIN}", [("10", "AB1"), ("01", GTIN)]),
        (f"17280531{FNC1}10AB1{FNC1}", [("17", "280531"), ("10", "AB1")]),
        (f"10AB1{FNC1}{FNC1}17280531", [("10", "AB1"), ("17", "280531")]),
        ("00373400306809981733", [("00", "373400306809981733")]),
        ("3103000123", [("3103", "000123")]),
        ("7011030102", [("7011", "030102")]),
        ("70110301021430", [("7011", "0301021430")]),
        ("43240701029999", [("4324", "0701029999")]),
        (f"235XYZ{FNC1}10ABC", [("235", "XYZ"), ("10", "ABC")]),
        ("10" + "A" * 20, [("10", "A" * 20)]),
    ],
)
def test_an_element_string_is_split(data: str, expected: list[tuple[str, str]]) -> None:
    assert pairs(data) == expected


def test_without_fnc1_a_lot_keeps_everything_that_follows() -> None:
    assert pairs(f"01{GTIN}10032915210526") == [("01", GTIN), ("10", "032915210526")]


@pytest.mark.parametrize(
    "data",
    [
        "", FNC1, "01" + GTIN[:-1] + "4", "01" + GTIN[:-1], f"01{GTIN}2", "11120230", "17991399", "17281301", "10",
        "17280532", "10" + "2" * 20 + "aaa", "10" + "A" * 20 + "17280531", "00376130321109103421", "4101234567890127",
        "891234", "701103020185", "7003260101" + "2460", "8006" + "12345678901231" + "0302", "10AB 1", "10AB\n1",
        "10AB{GS}17280531", "10AB<GS>17280531", "10ABC^]17280531", "01０９５０１１０１５３０００３", "10Ä",
        "8008261231" + "24", "7007211225211", "2551234567890127", "(10)AB", "]d210AB", "10A\x1e", "7250" + "20261301",
    ],
)  # fmt: skip
def test_what_is_damaged_is_refused(data: str) -> None:
    with pytest.raises(Fault):
        parse_elements(data)


def test_too_many_elements_and_too_much_data_are_refused() -> None:
    with pytest.raises(Fault):
        parse_elements("2001" * 65)
    with pytest.raises(Fault):
        parse_elements("10" + "A" * 4_000)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        (f"(01){GTIN}(10)12345", f"01{GTIN}1012345"),
        ("(3100)123456(10)12345", "31001234561012345"),
        ("(10)12345(11)991225", f"1012345{FNC1}11991225"),
        ("(3900)12345(11)991225", f"390012345{FNC1}11991225"),
        (r"(10)12345\(11)991225", "1012345(11)991225"),
    ],
)
def test_the_bracketed_form_is_encoded_with_fnc1_only_where_it_is_needed(text: str, data: str) -> None:
    assert encode(parse_bracketed(text)) == data


@pytest.mark.parametrize(
    "text",
    ["(10)(11)98765", "(10)12345(11)", "(1A)12345", "1(12345", "12345", "()12345", "(1)12345", "(12345)12345", "(15",
     "(1", "(", "(01)123456789012312(10)12345", "(10)12345^", "(17)9(90)217", "(011)234", f"(10)AB{FNC1}17280531",
     "aaa(17)221231", "(17)221231 (10)A"],
)  # fmt: skip
def test_a_bracketed_form_that_is_damaged_is_refused(text: str) -> None:
    with pytest.raises(Fault):
        parse_bracketed(text)


@given(
    st.lists(
        st.tuples(st.sampled_from(["10", "21", "240", "17", "01", "99"]), st.text(SIGNS, min_size=1, max_size=20)),
        min_size=1,
        max_size=6,
    )
)
def test_what_is_encoded_is_read_back_the_same(raw: list[tuple[str, str]]) -> None:
    fixed = {"17": "280531", "01": GTIN}
    elements = tuple(Element(ai, fixed.get(ai, value)) for ai, value in raw)
    assert parse_elements(encode(elements)) == elements
    assert parse_bracketed(bracketed(elements)) == elements


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(1, 9))
def test_a_gtin_with_a_wrong_check_digit_is_never_read(payload: str, off: int) -> None:
    with pytest.raises(Fault):
        parse_elements(f"01{payload}{(check_digit(payload) + off) % 10}")


@pytest.mark.parametrize(
    ("yymmdd", "today", "expected"),
    [
        ("280500", date(2026, 1, 1), date(2028, 5, 31)), ("270200", date(2026, 1, 1), date(2027, 2, 28)),
        ("280200", date(2026, 1, 1), date(2028, 2, 29)), ("760526", date(2026, 1, 1), date(2076, 5, 26)),
        ("770526", date(2026, 1, 1), date(1977, 5, 26)), ("000229", date(2026, 1, 1), date(2000, 2, 29)),
        ("010101", date(2060, 1, 1), date(2101, 1, 1)),
    ],
)  # fmt: skip
def test_a_date_takes_the_century_within_fifty_years_and_day_00_is_the_end_of_the_month(
    yymmdd: str, today: date, expected: date
) -> None:
    assert gs1_date(yymmdd, today) == expected


@pytest.mark.parametrize("yymmdd", ["281301", "280001", "290229", "2805", "28053x", "280532", "２８０５３１"])
def test_a_date_that_does_not_exist_is_refused(yymmdd: str) -> None:
    with pytest.raises(Fault):
        gs1_date(yymmdd, date(2026, 1, 1))


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("(01)12345678901231(10)AB(17)280531(21)X", True), ("(400)ABC(400)ABC", True), ("(400)ABC(400)AB", False),
        ("(01)12345678901231(02)12345678901231", False), ("(01)12345678901231(37)123", False),
        ("(21)ABC123(235)XYZ", False), ("(3940)1234(8111)9999", False), ("(3940)1234(3941)9999", False),
        ("(02)12345678901231", False), ("(02)12345678901231(37)123", False), ("(21)ABC123", False),
        ("(02)12345678901231(37)123(00)123456789012345675", True), ("(21)ABC123(8006)123456789012310510", True),
        ("(01)12345678901231(250)ABC123", False), ("(01)12345678901231(21)XYZ999(250)ABC123", True),
        ("(01)12345678901231(3925)12599", False), ("(01)12345678901231(3925)12599(3105)654321", True),
        ("(8030)DIGSIG(01)12345678901231", False), ("(8030)DIGSIG(253)1234567890128X", True),
        ("(8030)DIGSIG(253)1234567890128", False), ("(01)12345678901231(255)5412345000150", False),
        ("(10)12345(11)991225", False), ("(01)12345678901231(715)99999-0001-01", True), ("(4301)NAME", False),
    ],
)  # fmt: skip
def test_elements_may_stand_together_as_the_general_specifications_say(text: str, allowed: bool) -> None:
    assert (association_faults(parse_bracketed(text)) == []) is allowed
