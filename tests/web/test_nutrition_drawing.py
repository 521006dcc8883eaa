"""Pictures of a nutrition bag: layers as high as their share, points where they belong, words that never meet."""

import itertools

from gmpy2 import mpq
from hypothesis import given
from hypothesis import strategies as st

from compounding.views.nutrition_pictures import CurvePicture, Layer, Mark, OsmolarityPicture, Point
from web.nutrition_drawing import BOTTOM, TOP, bag_drawing, curve_drawing, osmolarity_drawing

BAG = (Layer("water", mpq(67)), Layer("7 others", mpq(9)), Layer("calcium", mpq(8)), Layer("dextrose", mpq(43)))


def test_layers_are_as_high_as_their_share_and_fill_the_bag():
    drawn = bag_drawing(BAG)
    assert drawn is not None
    assert [one.height for one in drawn.layers] == [114.0, 15.3, 13.6, 73.1]
    assert abs(sum(one.height for one in drawn.layers) - (BOTTOM - TOP)) < 0.3
    assert drawn.says == "Stacked volumes from the top: water 67 mL, 7 others 9 mL, calcium 8 mL, dextrose 43 mL"
    assert drawn.layers[2].kind == "pic__c"


def test_a_bag_without_volume_is_not_drawn():
    assert bag_drawing(()) is None


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=6))
def test_words_beside_the_layers_never_meet_and_stay_in_the_picture(volumes: list[int]):
    drawn = bag_drawing(tuple(Layer(f"layer {n}", mpq(volume)) for n, volume in enumerate(volumes)))
    assert drawn is not None
    places = [one.text_y for one in drawn.layers]
    assert all(below - above >= 17.9 for above, below in itertools.pairwise(places))
    assert places[0] > 0
    assert places[-1] <= BOTTOM + 5


def a_curve(now: Point, was: Point | None = None, fictional: bool = True) -> CurvePicture:
    line = (Point(mpq(1), mpq(50)), Point(mpq(30), mpq(5)))
    return CurvePicture(line, now, was, "13 Apr", "28 % under the curve", True, fictional, "a curve")


def test_the_point_stands_right_of_less_phosphate_and_above_less_calcium():
    drawn = curve_drawing(a_curve(Point(mpq(10), mpq(20)), Point(mpq(8), mpq(15))))
    assert drawn.was is not None
    assert drawn.now[0] > drawn.was[0]
    assert drawn.now[1] < drawn.was[1]
    assert drawn.over.startswith(drawn.curve)
    assert drawn.says.startswith("Fictional curve. Worst moment of mixing: calcium 20 mEq/L with phosphate 10 mmol/L.")


def test_a_real_curve_is_not_called_fictional_and_without_a_curve_only_the_point_stands():
    assert "Fictional" not in curve_drawing(a_curve(Point(mpq(1), mpq(1)), fictional=False)).says
    alone = CurvePicture((), Point(mpq(9), mpq(20)), None, "", "cannot be assessed", False, False, "")
    drawn = curve_drawing(alone)
    assert (drawn.curve, drawn.over, drawn.was) == ("", "", None)
    assert "cannot be assessed" in drawn.says


@given(st.integers(0, 900), st.integers(0, 900))
def test_every_point_lies_inside_the_axes(phosphate: int, calcium: int):
    x, y = curve_drawing(a_curve(Point(mpq(phosphate), mpq(calcium)))).now
    assert 44 <= x <= 314
    assert 26 <= y <= 226


def test_the_column_reaches_its_figure_and_limits_stand_across_it():
    marks = (Mark(mpq(2300), "central"), Mark(mpq(900), "peripheral"))
    drawn = osmolarity_drawing(OsmolarityPicture(mpq(973), marks, False))
    assert drawn.figure == "973"
    central, peripheral = drawn.marks
    assert central[0] < drawn.y < peripheral[0]
    texts = sorted((central[1], drawn.figure_y, peripheral[1]))
    assert all(below - above >= 33.9 for above, below in itertools.pairwise(texts))
    assert drawn.says == "973 mOsm per litre; central limit 2,300, peripheral limit 900"
