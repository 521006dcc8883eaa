"""The picture and the words under a syringe come from the exact numbers."""

import re

import pytest
from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from calculations.quantity import Quantity
from web.drawing import limit_bar, range_drawing, syringe_drawing

SYRINGES = [
    ("0.5", "0.01"),
    ("1", "0.01"),
    ("3", "0.1"),
    ("5", "0.2"),
    ("10", "0.2"),
    ("20", "1"),
    ("30", "1"),
    ("60", "1"),
]


@pytest.mark.parametrize(
    ("capacity", "line", "volume", "words"),
    [
        ("10", "0.2", "4.6", "3 small lines past 4"),
        ("10", "0.2", "4.2", "1 small line past 4"),
        ("10", "0.2", "5", "on the line 5"),
        ("10", "0.2", "0.4", "2 small lines past 0"),
        ("1", "0.01", "0.37", "7 small lines past 0.3"),
        ("3", "0.1", "1.1", "1 small line past 1"),
        ("30", "1", "19.5", "between 4 and 5 small lines past 15"),
        ("60", "1", "48", "3 small lines past 45"),
    ],
)
def test_the_words_say_where_the_plunger_stands(capacity, line, volume, words):
    assert syringe_drawing(capacity, line, volume).hint == words


@given(st.sampled_from(SYRINGES), st.data())
def test_the_words_count_back_to_the_volume(syringe, data):
    capacity, line = (mpq(number) for number in syringe)
    lines = data.draw(st.integers(0, int(capacity / line)))
    hint = syringe_drawing(capacity, line, line * lines).hint
    on_line = re.fullmatch(r"on the line ([\d.]+)", hint)
    past = re.fullmatch(r"(\d+) small lines? past ([\d.]+)", hint)
    counted = mpq(on_line[1]) if on_line else mpq(past[2]) + int(past[1]) * line
    assert counted == line * lines


@given(st.sampled_from(SYRINGES), st.data())
def test_the_edge_stands_where_the_volume_is_and_everything_lies_in_the_picture(syringe, data):
    capacity, line = (mpq(number) for number in syringe)
    volume = data.draw(st.fractions(0, int(capacity), max_denominator=1000).filter(lambda v: v <= capacity))
    drawn = syringe_drawing(capacity, line, mpq(volume))
    assert drawn.edge == pytest.approx(74 + 440 * float(volume) / float(capacity), abs=0.01)
    assert 0 <= drawn.flag_x <= drawn.flag_x + drawn.flag_width <= 600
    left = {
        "start": drawn.hint_x,
        "end": drawn.hint_x - 12.6 * len(drawn.hint),
        "middle": drawn.hint_x - 6.3 * len(drawn.hint),
    }
    assert left[drawn.hint_anchor] >= 0
    assert left[drawn.hint_anchor] + 12.6 * len(drawn.hint) <= 600
    assert not [x for x in (*drawn.small_lines, *drawn.long_lines) if drawn.edge < x < drawn.edge + 34]


@given(st.sampled_from(SYRINGES))
def test_an_empty_syringe_shows_every_line_but_those_behind_the_rubber(syringe):
    capacity, line = (mpq(number) for number in syringe)
    drawn = syringe_drawing(capacity, line, 0)
    hidden = sum(1 for n in range(1, int(capacity / line) + 1) if n * line * 440 / capacity < 34)
    assert len(drawn.small_lines) + len(drawn.long_lines) == int(capacity / line) + 1 - hidden


@pytest.mark.parametrize(("capacity", "line", "volume"), [("10", "0.2", "10.1"), ("10", "0.2", "-1"), ("10", "0", "1")])
def test_a_syringe_that_nobody_could_hold_is_not_drawn(capacity, line, volume):
    with pytest.raises(ValueError, match="cannot be drawn"):
        syringe_drawing(capacity, line, volume)


def test_a_float_is_not_drawn():
    with pytest.raises(TypeError):
        syringe_drawing("10", "0.2", 4.6)


def test_quantities_are_drawn_in_millilitres():
    assert syringe_drawing(Quantity("0.01", "L"), Quantity("0.2", "mL"), Quantity("4.6", "mL")).volume_text == "4.6 mL"


def test_a_bar_shows_the_part_beyond_the_limit():
    bar = limit_bar(1040, "1,040 mg", high=900, high_text="900 mg")
    assert bar.limits == (570.0,)
    assert bar.over == ((570.0, 190.0),)
    assert bar.figure_x > 570
    assert bar.says == "1,040 mg against a limit of 900 mg"


def test_a_bar_with_both_limits_shows_both_sides():
    bar = limit_bar(2, "2 mg", low=5, low_text="5 mg", high=10, high_text="10 mg")
    assert len(bar.over) == 2
    assert bar.figure_x < bar.limits[0]


def test_a_bar_without_a_limit_is_a_mistake_of_the_page():
    with pytest.raises(ValueError, match="needs a limit"):
        limit_bar(1, "1 mg")


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_a_figure_never_leaves_its_bar(figure, high):
    bar = limit_bar(figure, "figure", high=high, high_text="limit")
    assert 0 < bar.figure_x < 760
    assert all(0 <= x <= 760 for x in bar.limits)


def test_a_figure_outside_its_usual_range_is_marked():
    assert range_drawing(15, 4, 14).outside
    assert not range_drawing(14, 4, 14).outside
