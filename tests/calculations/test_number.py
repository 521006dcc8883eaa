from decimal import Decimal
from fractions import Fraction

import pytest
from gmpy2 import mpq

from calculations.errors import Fault
from calculations.number import exact, parse_number

REFUSED = [
    "05", ".5", "5.", "5.0", "0.50", "1,000", "1.000,5", "5 000", "1e3", "0x10", "\uff11", "\u0665", "\u22125", "+5",
    "-5", "5\u200b", "\u202e5", "5±1", "5-10", "1/2", "nan", "inf", "1e999", "1e-400", "-0", "", " 5", "5 ", "5\n",
    "1_000", "00", "0.", "9" * 13, "0." + "0" * 12 + "1",
]  # fmt: skip


@pytest.mark.parametrize("text", REFUSED)
def test_a_typed_number_in_any_other_form_is_refused_by_field(text: str) -> None:
    with pytest.raises(Fault) as refused:
        parse_number(text, "dose")
    assert refused.value.field == "dose"
    assert refused.value.found == text
    assert refused.value.expected


@pytest.mark.parametrize(
    ("text", "value"), [("0", mpq(0)), ("0.5", mpq(1, 2)), ("1250", mpq(1250)), ("0.001", mpq(1, 1000))]
)
def test_a_plain_number_is_read_exactly(text: str, value: mpq) -> None:
    assert parse_number(text, "dose") == value


def test_a_trailing_zero_is_taken_only_where_the_field_allows_it() -> None:
    assert parse_number("42.0", "weight", trailing_zeros=True) == 42
    with pytest.raises(Fault, match="42"):
        parse_number("42.0", "dose")


@pytest.mark.parametrize("text", [".5", "042.0", "1e3", "-1"])
def test_the_other_forms_stay_refused_where_trailing_zeros_are_taken(text: str) -> None:
    with pytest.raises(Fault):
        parse_number(text, "weight", trailing_zeros=True)


def test_a_hundred_thousand_digits_are_refused_and_the_fault_stays_short() -> None:
    with pytest.raises(Fault) as refused:
        parse_number("9" * 100_000, "dose")
    assert len(str(refused.value)) < 200


def test_the_fault_shows_invisible_characters() -> None:
    assert "\\u200b" in str(Fault("dose", "5\u200b", "a number"))


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("25/33", mpq(25, 33)),
        ("-0.25", mpq(-1, 4)),
        (3, mpq(3)),
        (Decimal("1.1"), mpq(11, 10)),
        (Fraction(1, 3), mpq(1, 3)),
    ],
)
def test_program_numbers_become_exact(given: object, value: mpq) -> None:
    assert exact(given) == value
    assert type(exact(given)) is type(mpq(1))


@pytest.mark.parametrize("given", [0.5, True, None, 1j])
def test_a_float_or_a_bool_never_becomes_a_number(given: object) -> None:
    with pytest.raises(TypeError):
        exact(given)


@pytest.mark.parametrize(
    "given", ["1e3", "nan", "1_000", "1/0", "0.5/2", "", " 1", "٥", Decimal("NaN"), Decimal("Infinity")]
)
def test_program_text_that_is_no_number_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="is not a"):
        exact(given)
