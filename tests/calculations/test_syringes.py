"""Smallest suitable syringe, two syringes for a fraction, several draws for much, and "dilute first" for too little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute, UnitMismatch
from calculations.quantity import Quantity
from calculations.syringes import CannotMeasure, Measured, SyringeRules, SyringeSize, measure


def ml(number: int | str) -> Quantity:
    return Quantity(number, "mL")


def share(number: int | str) -> Quantity:
    return Quantity(number, "one")


SIZES = [
    SyringeSize(f"{capacity} mL", ml(capacity), ml(line), ml("0.1"))
    for capacity, line in ((1, "0.01"), (3, "0.1"), (5, "0.2"), (10, "0.2"), (20, 1), (30, 1), (60, 1))
]
FLOOR = Quantity("0.05", "mL")
RULES = SyringeRules(share("0.2"), share("0.8"), share("0.02"), FLOOR)


def drawn(volume: str, rules: SyringeRules = RULES) -> list[tuple[str, Quantity]]:
    return [(part.size_id, part.volume) for part in measure(ml(volume), SIZES, rules).parts]


@pytest.mark.parametrize(
    ("volume", "size"),
    [
        ("0.25", "1 mL"),
        ("0.8", "1 mL"),
        ("1.2", "3 mL"),
        ("3.6", "5 mL"),
        ("4.6", "10 mL"),
        ("16", "20 mL"),
        ("40", "60 mL"),
    ],
)
def test_a_volume_that_lies_on_a_line_is_drawn_with_the_smallest_suitable_syringe(volume: str, size: str) -> None:
    assert drawn(volume) == [(size, ml(volume))]


def test_a_fraction_is_drawn_in_a_second_syringe() -> None:
    assert drawn("21.7") == [("30 mL", ml(21)), ("1 mL", ml("0.7"))]


def test_a_volume_between_two_fine_lines_is_rounded_half_up_within_the_allowed_share() -> None:
    found = measure(ml("1.67"), SIZES, RULES)
    assert found.rounded_total == ml("1.7")
    assert found.error == share("3/167")
    assert drawn("5.1") == [("10 mL", ml("5.2"))]  # a tie goes up: 0.1 of 5.1 mL is 1.96 %


def test_a_volume_larger_than_the_largest_syringe_takes_several_draws() -> None:
    assert drawn("100") == [("60 mL", ml(48)), ("60 mL", ml(48)), ("5 mL", ml(4))]


def test_what_is_left_over_within_the_rounding_is_not_drawn() -> None:
    found = measure(ml("96.05"), SIZES, RULES)
    assert [part.volume for part in found.parts] == [ml(48), ml(48)]
    assert found.error == share("1/1921")


def test_less_than_any_syringe_measures_is_to_be_diluted_first() -> None:
    with pytest.raises(CannotMeasure) as refused:
        measure(ml("0.03"), SIZES, RULES)
    assert refused.value.volume == ml("0.03")
    assert "Dilute first" in refused.value.next_step
    assert "factor of 7" in refused.value.next_step
    assert "0.2 mL" in refused.value.why


def test_below_a_twentieth_of_a_millilitre_nothing_is_measured_whatever_the_data_say() -> None:
    tiny = [SyringeSize("0.1 mL", ml("0.1"), ml("0.001"), ml("0.001"))]
    loose = SyringeRules(share(0), share(1), share("0.02"), FLOOR)
    assert measure(ml("0.05"), tiny, loose).error == share(0)
    with pytest.raises(CannotMeasure):
        measure(ml("0.049"), tiny, loose)


def test_no_line_near_enough_is_refused() -> None:
    coarse = [SyringeSize("20 mL", ml(20), ml(1), ml(1))]
    with pytest.raises(CannotMeasure) as refused:
        measure(ml("5.5"), coarse, RULES)
    assert "2 %" in refused.value.why


def test_a_tighter_share_finds_two_finer_draws() -> None:
    tight = SyringeRules(share("0.2"), share("0.8"), share("0.001"), FLOOR)
    found = measure(ml("1.67"), SIZES, tight)
    assert [(part.size_id, part.volume) for part in found.parts] == [("3 mL", ml("1.4")), ("1 mL", ml("0.27"))]


def test_without_syringes_or_volume_nothing_is_measured() -> None:
    with pytest.raises(CannotCompute):
        measure(ml(1), [], RULES)
    with pytest.raises(CannotCompute):
        measure(ml(0), SIZES, RULES)
    with pytest.raises(UnitMismatch):
        measure(Quantity(5, "mg"), SIZES, RULES)


def _measured(hundredths: int) -> Measured | None:
    try:
        return measure(ml(f"{hundredths}/1000"), SIZES, RULES)
    except CannotMeasure:
        return None


@given(st.integers(1, 200_000))
def test_every_draw_lies_on_a_line_inside_its_syringe_and_the_total_within_the_rounding(thousandths: int) -> None:
    found = _measured(thousandths)
    if found is None:
        return
    for part in found.parts:
        size = next(size for size in SIZES if size.id == part.size_id)
        assert (part.volume / size.graduation).number.denominator == 1
        assert part.volume >= size.smallest_measurable
        assert part.volume >= size.capacity * RULES.fill_low
        assert part.volume <= size.capacity * RULES.fill_high
    assert found.rounded_total == sum((part.volume for part in found.parts), ml(0))
    assert abs(found.rounded_total - ml(f"{thousandths}/1000")) <= ml(f"{thousandths}/1000") * RULES.max_rounding
    assert found.error <= RULES.max_rounding


@given(st.integers(20, 48_000))
def test_what_lies_on_a_hundredth_from_the_smallest_up_to_the_largest_can_always_be_measured(hundredths: int) -> None:
    assert _measured(hundredths * 10) is not None
