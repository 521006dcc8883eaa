"""Reading fields: every fault at once, nothing guessed, only plainly written numbers and units of the closed list."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Faults
from calculations.quantity import Quantity
from compounding.orders.reading import Fields

NOT_PLAIN = ["05", ".5", "5.", "5.0", "1,000", "1.000,5", "5 000", "1e3", "0x10", "１", "٥", "−5", "+5", "-5", "5\u200b",
             "\u202e5", "5±1", "5-10", "1/2", "nan", "inf", "1e999", "1e-400", "-0", "", " 5", "5 "]  # fmt: skip
NO_UNITS = [
    "u",
    "U",
    "IU",
    "Mg",
    "MG",
    "ML",
    "cc",
    "gr",
    "g%",
    "M",
    "mM",
    "MEQ",
    "MCG/HR",
    "mg ",
    "mg/kq",
    "mg//kg",
    "mcq",
]
UNITS = {
    "mcg": "mcg",
    "ug": "mcg",
    "\u00b5g": "mcg",
    "\u03bcg": "mcg",
    "meq": "mEq",
    "ml": "mL",
    "mg/kg": "mg/kg",
    "%": "%",
}


def faults(data: dict[str, Any], *reads: Any) -> list[str]:
    """The names of the fields at fault after these reads."""
    fields = Fields(data, "order.")
    for read in reads:
        read(fields)
    return [fault.field for fault in fields.faults]


def dose(value: Any) -> Fields:
    fields = Fields({"dose": value}, "order.")
    fields.quantity("dose", like="15 mg/kg")
    return fields


@pytest.mark.parametrize("text", NOT_PLAIN, ids=ascii)
@pytest.mark.parametrize("as_text", [True, False], ids=["in a text", "apart from its unit"])
def test_a_number_that_is_not_plainly_written_is_refused(text, as_text):
    fields = dose(f"{text} mg" if as_text else {"value": text, "unit": "mg"})
    assert [fault.field for fault in fields.faults] == ["order.dose"]


@pytest.mark.parametrize("unit", NO_UNITS)
def test_a_unit_outside_the_closed_list_is_refused_and_its_case_is_never_guessed(unit):
    fields = dose({"value": "5", "unit": unit, "of": "heparin"})
    assert [fault.field for fault in fields.faults] == ["order.dose"]


@pytest.mark.parametrize(("written", "canonical"), UNITS.items(), ids=ascii)
def test_each_spelling_of_the_list_means_one_unit(written, canonical):
    assert Fields({"dose": f"5 {written}"}, "order.").quantity("dose") == Quantity(5, canonical)


def test_units_of_activity_are_refused_without_their_drug():
    assert faults({"dose": "5 units"}, lambda f: f.quantity("dose")) == ["order.dose"]
    named = Fields({"dose": {"value": "5", "unit": "units", "of": "heparin"}}, "order.")
    assert named.quantity("dose") == Quantity(5, "units", of="heparin")


def test_a_hundred_thousand_digits_are_refused_within_a_millisecond():
    text = "9" * 100_000
    fields = dose({"value": text, "unit": "mg"})
    assert [fault.field for fault in fields.faults] == ["order.dose"]
    best = min(_took(text) for _ in range(5))
    assert best < 0.001, best


def _took(text: str) -> float:
    began = time.perf_counter()
    dose({"value": text, "unit": "mg"})
    return time.perf_counter() - began


@given(st.text(max_size=30))
def test_any_text_is_read_as_a_plain_number_or_refused_by_field(text):
    fields = dose(f"{text} mg")
    plain = text.isascii() and text.replace(".", "", 1).isdigit()
    assert [fault.field for fault in fields.faults] == ["order.dose"] or plain


@given(st.integers(0, 10**9), st.integers(0, 6))
def test_a_plain_decimal_is_read_exactly(whole, places):
    text = f"{whole / 10**places:.{places}f}" if places else str(whole)
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    fields = Fields({"dose": f"{plain} mg"}, "order.")
    assert fields.quantity("dose") == Quantity(plain, "mg")


def test_every_fault_is_collected_and_finish_raises_all_of_them():
    fields = Fields({"dose": "1,5 mg", "route": "by mouth", "wrong": 1}, "order.")
    fields.known("dose", "route", "start")
    fields.quantity("dose")
    fields.choice("route", ("IV",))
    fields.instant("start")
    with pytest.raises(Faults) as problem:
        fields.finish()
    assert {fault.field for fault in problem.value.faults} == {
        "order.dose",
        "order.route",
        "order.start",
        "order.wrong",
    }


def test_a_moment_needs_its_offset_from_utc():
    for text in ("2026-04-14T14:30:00", "14:30", "yesterday", "2026-02-30T10:00:00Z"):
        assert faults({"start": text}, lambda f: f.instant("start")) == ["order.start"], text
    read = Fields({"start": "2026-04-14T14:30:00-04:00"}, "order.").instant("start")
    assert read == datetime(2026, 4, 14, 18, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", [True, "1.0", "01a", "-1", "1000", "٣", 1.0])
def test_a_whole_number_within_its_bounds_or_nothing(value):
    assert faults({"cycle": value}, lambda f: f.whole("cycle", least=1, most=99)) == ["order.cycle"]


def test_yes_no_and_not_known_are_three_things():
    values = {"a": "yes", "b": "no", "c": "", "d": "perhaps"}
    fields = Fields(values, "")
    assert [fields.flag(name) for name in values] == [True, False, None, None]
    assert [fault.field for fault in fields.faults] == ["d"]


def test_a_percentage_is_kept_as_a_share_between_nothing_and_all():
    assert Fields({"cut": "25"}, "").percent("cut") == Quantity("0.25", "one")
    for text in ("101", "-1", "25 %", "5.0"):
        assert faults({"cut": text}, lambda f: f.percent("cut")) == ["order.cut"], text


def test_rows_and_parts_name_their_place():
    fields = Fields({"additives": [{"dose": "x"}, 5], "chemotherapy": "R-CHOP"}, "order.")
    for row in fields.rows("additives"):
        row.quantity("dose")
    fields.part("chemotherapy")
    assert [fault.field for fault in fields.faults] == [
        "order.additives[2]",
        "order.additives[1].dose",
        "order.chemotherapy",
    ]


def test_a_quantity_in_any_other_shape_is_refused():
    for value in (
        5,
        5.0,
        ["5", "mg"],
        {"value": 5, "unit": "mg"},
        {"value": "5"},
        {"value": "5", "unit": "mg", "per": "kg"},
    ):
        assert faults({"dose": value}, lambda f: f.quantity("dose")) == ["order.dose"], value


def test_a_text_that_is_too_long_or_no_text_is_refused():
    assert faults({"name": "x" * 501}, lambda f: f.text("name")) == ["order.name"]
    assert faults({"name": 5}, lambda f: f.text("name")) == ["order.name"]
