"""Properties of numbers, units and quantities that hold for every value."""

import time
from fractions import Fraction
from typing import Any

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import CannotCompute, Fault, UnitMismatch
from calculations.number import exact, parse_number
from calculations.printing import show, show_number
from calculations.quantity import Quantity
from calculations.rounding import Rule, to_places, to_step
from calculations.unit_spelling import ABOVE, BELOW
from calculations.unit_table import ATOMS
from calculations.units import Unit, parse_unit, unit

NAMES = [atom.name for atom in ATOMS] + [
    "mg/mL", "mcg/kg/min", "units/kg/h", "mg/m2", "mL/h", "mEq/L", "mg/kg/day", "mg/100mL", "mL/min/1.73m2", "AUC", "%",
    "1/day", "mEq/mmol", "kcal/g", "drop/mL", "one", "mmol/kg/h", "g/L", "mcmol/L", "mL/kg/h",
]  # fmt: skip
UNITS = st.sampled_from([unit(name) for name in NAMES])
NUMBERS = st.fractions(max_denominator=10**9).map(mpq)
POSITIVE = st.fractions(min_value=Fraction(1, 10**6), max_value=10**9, max_denominator=10**6).map(mpq)


def quantities(numbers: Any = NUMBERS) -> Any:
    return st.builds(lambda n, u: Quantity(n, u, of="x" if u.needs_substance else None), numbers, UNITS)


@given(quantities(), UNITS)
def test_a_conversion_comes_back_to_the_same_fraction_or_is_refused(quantity: Quantity, other: Unit) -> None:
    if quantity.unit.dimension is other.dimension:
        back = quantity.to(other).to(quantity.unit)
        assert back.number == quantity.number
        assert quantity.to(other) == quantity
        assert hash(quantity.to(other)) == hash(quantity)
    else:
        with pytest.raises(UnitMismatch):
            quantity.to(other)


@given(quantities(), quantities())
def test_only_like_quantities_add_and_the_order_does_not_matter(left: Quantity, right: Quantity) -> None:
    if left.unit.dimension is right.unit.dimension:
        assert left + right == right + left
        assert left + right - right == left
        assert (left <= right) == (right >= left)
    else:
        for mix in (lambda: left + right, lambda: right - left, lambda: left < right):
            with pytest.raises(UnitMismatch):
                mix()


@given(quantities(), st.sampled_from(["a", "b"]), st.sampled_from(["a", "b", None]))
def test_unlike_substances_never_add(quantity: Quantity, one: str, other: str | None) -> None:
    named = quantity.named(one)
    if quantity.unit.needs_substance and other is None:
        return
    if one == other:
        assert named + quantity.named(other) == named * 2
    else:
        with pytest.raises(UnitMismatch):
            named + quantity.named(other)


@given(quantities(), quantities(POSITIVE), NUMBERS)
def test_products_undo_quotients_and_scale(left: Quantity, right: Quantity, factor: mpq) -> None:
    left, right = left.named("x"), right.named("x")
    product = left * right
    assert (product / right).number * (product / right).unit.factor == left.number * left.unit.factor
    assert (left * factor) * right == product * factor
    assert type(product.number) is type(mpq(1))
    assert product.number * product.unit.factor == left.number * left.unit.factor * right.number * right.unit.factor


@given(quantities())
def test_no_float_enters_or_leaves(quantity: Quantity) -> None:
    for act in (lambda: quantity * 0.1, lambda: quantity / 0.1, lambda: 0.1 * quantity):
        with pytest.raises(TypeError):
            act()
    assert type(quantity.amount_in(quantity.unit)) is type(mpq(1))


@given(quantities())
def test_data_reads_back_as_the_same_quantity(quantity: Quantity) -> None:
    assert Quantity.from_data(quantity.as_data()) == quantity
    assert all(isinstance(part, str) for part in quantity.as_data().values())


@given(NUMBERS, st.integers(min_value=0, max_value=9))
def test_rounding_moves_by_half_a_step_at_most_and_a_tie_goes_away_from_zero(number: mpq, places: int) -> None:
    step = mpq(1, 10**places)
    rounded = to_places(number, places)
    assert abs(rounded - number) * 2 <= step
    assert (rounded / step).denominator == 1
    if abs(rounded - number) * 2 == step:
        assert abs(rounded) > abs(number)
    assert abs(to_places(number, places, Rule.DOWN)) <= abs(number) <= abs(to_places(number, places, Rule.UP))
    assert to_step(Quantity(number, "mL"), Quantity(step, "mL")).number == rounded


@given(NUMBERS, st.integers(min_value=0, max_value=9))
def test_a_printed_figure_reads_back_within_half_a_step_and_is_never_zero_by_rounding(number: mpq, places: int) -> None:
    text = show_number(number, places)
    read = exact(text.replace(",", ""))
    assert bool(read) == bool(number)
    assert abs(read - number) * 2 <= mpq(1, 10**places)
    assert not ("." in text and text.endswith(("0", ".")))
    assert not text.startswith(".")


@given(quantities())
def test_a_printed_quantity_has_no_unsafe_abbreviation(quantity: Quantity) -> None:
    text = show(quantity)
    assert not {"U", "IU", "µg", "μg", "cc"} & set(text.replace("/", " ").split())


@given(POSITIVE)
def test_what_is_printed_exactly_can_be_typed_again(number: mpq) -> None:
    shown = show_number(to_places(number, 4), 4).replace(",", "")
    assert parse_number(shown, "dose") == exact(shown)


JUNK = st.text(max_size=60) | st.text(alphabet="0123456789.,-+eExX_ /*mgMGLlUuIk%µμ[]{}()", max_size=60)


@given(JUNK)
def test_no_text_is_read_as_a_number_unless_it_is_written_plainly(text: str) -> None:
    started = time.perf_counter()
    try:
        number = parse_number(text, "dose")
    except Fault as fault:
        assert fault.field == "dose"
        assert len(str(fault)) < 1000
    else:
        assert text == show_number(number, 12).replace(",", "")
    assert time.perf_counter() - started < 1


@given(JUNK)
def test_no_text_is_read_as_a_unit_unless_each_part_is_listed(text: str) -> None:
    try:
        found = parse_unit(text, "dose", of="x")
    except Fault as fault:
        assert fault.field == "dose"
    else:
        first, *rest = text.split("/")
        assert first in ABOVE or first in ("", "1", "%", "mg*min", "mg·min", "mg.min")
        assert all(part in BELOW for part in rest)
        assert found is unit(found.name)


@given(st.sampled_from(sorted(ABOVE)), st.lists(st.sampled_from(sorted(BELOW)), max_size=3))
def test_listed_parts_in_any_combination_give_one_unit_or_a_fault(above: str, below: list[str]) -> None:
    text = "/".join([above, *below])
    try:
        found = parse_unit(text, "dose", of="x")
    except Fault:
        return
    assert unit(found.name) is found
    assert Quantity.parse(f"3 {text}", field="dose", of="x").unit is found


@given(JUNK)
def test_typed_text_becomes_a_quantity_or_a_fault_and_nothing_else(text: str) -> None:
    try:
        quantity = Quantity.parse(text, field="dose", of="x")
    except Fault:
        return
    assert quantity.number >= 0


@given(st.text(alphabet="0123456789*()x ", min_size=1, max_size=5_000))
def test_no_expression_is_ever_evaluated(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises((Fault, ValueError, CannotCompute)):
        parse_unit(f"mg**{text}", "dose", of="x")
    assert time.perf_counter() - started < 1
