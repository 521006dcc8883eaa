import pytest
from gmpy2 import mpq

from calculations.errors import CannotCompute
from calculations.findings import Finding, Grade
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from calculations.rounding import Rule, deviation, to_places, to_step, whole

SHOWN = [
    (Quantity("0.5", "mg"), None, "0.5 mg"),
    (Quantity("5.0", "mg"), None, "5 mg"),
    (Quantity(1250, "mg"), None, "1,250 mg"),
    (Quantity("1234567.5", "mcg"), None, "1,234,567.5 mcg"),
    (Quantity(1000, "units", of="heparin"), None, "1,000 units"),
    (Quantity(1, "units", of="heparin"), None, "1 unit"),
    (Quantity("0.5", "units", of="heparin"), None, "0.5 units"),
    (Quantity("25/33", "mL"), None, "0.7576 mL"),
    (Quantity("25/33", "mL"), 2, "0.76 mL"),
    (Quantity("200/3", "mL/h"), None, "66.67 mL/h"),
    (Quantity("20000/3", "mL"), None, "6,666.67 mL"),
    (Quantity("1/3000", "mg"), None, "0.0003333 mg"),
    (Quantity("2.345", "mL"), 2, "2.35 mL"),
    (Quantity("-2.345", "mL"), 2, "-2.35 mL"),
    (Quantity("9.996", "mL"), 2, "10 mL"),
    (Quantity("0.004", "mL"), 2, "0.004 mL"),
    (Quantity("0.0996", "mL"), 0, "0.1 mL"),
    (Quantity(0, "mL"), 2, "0 mL"),
    (Quantity(100, "mg_PE"), None, "100 mg PE"),
    (Quantity(2, "1/day"), None, "2/day"),
    (Quantity("0.9", "%"), None, "0.9 %"),
    (Quantity(3, "one"), None, "3"),
    (Quantity(70, "kg_bw"), None, "70 kg"),
    (Quantity(1, "day"), None, "1 day"),
    (Quantity(14, "day"), None, "14 days"),
]


@pytest.mark.parametrize(("quantity", "places", "text"), SHOWN)
def test_a_figure_is_printed_by_the_safe_rules(quantity: Quantity, places: int | None, text: str) -> None:
    assert show(quantity, places) == text


def test_an_exact_tie_goes_up_where_a_float_would_go_down() -> None:
    assert show_number("2.675", 2) == "2.68"
    assert show(Quantity("214.18", "mg") / Quantity("0.8", "mg/mL"), 2) == "267.73 mL"


def test_rounding_rules() -> None:
    assert [whole(mpq("2.5"), rule) for rule in Rule] == [3, 3, 2]
    assert [whole(mpq("-2.5"), rule) for rule in Rule] == [-3, -3, -2]
    assert to_places(mpq("2.345"), 2) == mpq("2.35")
    assert to_step(Quantity("21.74", "mL"), Quantity("0.2", "mL")) == Quantity("21.8", "mL")
    assert to_step(Quantity("21.7", "mL"), Quantity(1000, "mcL"), Rule.DOWN) == Quantity(21, "mL")
    assert to_step(Quantity("1.04", "g", of="cefazolin"), Quantity(100, "mg")) == Quantity(1, "g", of="cefazolin")


def test_a_step_of_nothing_is_refused() -> None:
    with pytest.raises(CannotCompute, match="greater than zero"):
        to_step(Quantity(1, "mL"), Quantity(0, "mL"))


def test_the_deviation_by_rounding_is_a_share_of_the_exact_figure() -> None:
    assert deviation(Quantity(1000, "mg"), Quantity(1050, "mg")) == Quantity("-1/21", "one")
    with pytest.raises(CannotCompute, match="zero"):
        deviation(Quantity(0, "mg"), Quantity(0, "mg"))


def test_a_finding_is_plain_data() -> None:
    found = Finding("over_limit", Grade.HARD, "Too fast.", figure=Quantity("25/33", "mL/h"), source="House rule")
    assert found.as_data() == {
        "code": "over_limit", "grade": "hard", "title": "Too fast.", "figure": {"value": "25/33", "unit": "mL/h"},
        "source": "House rule",
    }  # fmt: skip
