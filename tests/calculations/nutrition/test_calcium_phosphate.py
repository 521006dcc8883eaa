"""Calcium and phosphate along the sequence of mixing: within a curve, over it, or to be decided by a pharmacist."""

from itertools import pairwise
from typing import Any

import pytest

from calculations.errors import Faults
from calculations.findings import Grade
from calculations.nutrition.calcium_phosphate import Assessment, Plan, assess_calcium_phosphate
from calculations.nutrition.curve import Curve, Stage, storage_covered
from calculations.nutrition.mixing import MixingOrder, mixing_steps
from calculations.nutrition.screening import ScreeningRule
from calculations.printing import show
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    ADULT,
    CALCIUM_CHLORIDE,
    CALCIUM_GLUCONATE,
    MIXING,
    PRETERM,
    PRODUCTS,
    SIZES,
    SYRINGES,
    bag_of,
    changed_order,
    curve,
    row,
    with_products,
)


def hours(number: str) -> Quantity:
    return Quantity(number, "h")


FROM_THIRTY = ((Quantity(30, "mEq/L"), Quantity(20, "mmol/L")), (Quantity(60, "mEq/L"), Quantity(5, "mmol/L")))
ROOM = Plan(Stage("5", hours("24")), Stage("25", hours("24")))


def order_of(*classes: str) -> MixingOrder:
    """The site's order of mixing with other classes first to last, all pumped."""
    return MixingOrder(
        order=classes, apart=MIXING.apart, by_compounder=frozenset(classes), pump_from=Quantity("0.01", "mL"),
        rinse=MIXING.rinse, near_use={}, source="test",
    )  # fmt: skip


def assess(
    data: dict[str, Any] = PRETERM, *curves: Curve, plan: Plan = ROOM, mixing: MixingOrder = MIXING,
    products: Any = PRODUCTS, **more: Any,
) -> Assessment:  # fmt: skip
    steps = mixing_steps(bag_of(data, products), mixing, SIZES, SYRINGES)
    return assess_calcium_phosphate(steps, curves, plan, **more)


def codes(found: Assessment) -> list[str]:
    return [finding.code for finding in found.findings]


def test_a_bag_below_the_curve_passes_with_its_margin() -> None:
    found = assess(PRETERM, curve())
    assert found.findings == ()
    assert found.worst is not None
    assert found.worst.margin is not None
    assert found.worst.margin.number > 0


def test_every_step_from_where_they_meet_to_the_end_is_assessed() -> None:
    found = assess(PRETERM, curve())
    assert [moment.step for moment in found.moments] == list(range(6, 15))
    assert show(found.moments[-1].calcium) == "20.67 mEq/L"
    assert found.moments[0].calcium > found.moments[-1].calcium  # less volume when they meet than at the end


def test_the_worst_moment_may_be_before_the_water() -> None:
    late_water = order_of("amino_acids", "dextrose", "phosphate", "calcium", "sodium", "potassium", "magnesium", "drug",
                          "trace_elements", "vitamins", "water")  # fmt: skip
    wide = curve(amino_acids=(Quantity(1, "%"), Quantity(9, "%")), dextrose=(Quantity(1, "%"), Quantity(40, "%")))
    found = assess(PRETERM, wide, mixing=late_water)
    assert found.worst is not None
    assert found.worst.step == min(moment.step for moment in found.moments)
    assert codes(found) == ["calcium_phosphate_over"]
    assert assess(PRETERM, wide).findings == ()


def test_over_the_curve_is_hard_and_names_the_step_and_the_limit() -> None:
    found = assess(changed_order(PRETERM, row("phosphate", "2 mmol"), row("potassium", "4 mEq")), curve())
    (finding,) = found.findings
    assert (finding.code, finding.grade) == ("calcium_phosphate_over", Grade.HARD)
    assert finding.margin == finding.limit - finding.figure
    assert "step 6" in finding.title
    assert finding.margin is not None
    assert finding.margin.number < 0


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"amino_acid_product": "another"}, "amino acid product"),
        ({"calcium_product": "calcium chloride"}, "calcium product"),
        ({"phosphate_products": ("sodium phosphates",)}, "phosphate product"),
        ({"cysteine": True}, "with cysteine"),
        ({"amino_acids": (Quantity(1, "%"), Quantity(2, "%"))}, "lie outside"),
        ({"dextrose": (Quantity(20, "%"), Quantity(25, "%"))}, "lie outside"),
        ({"stages": (Stage("25", hours("20")),)}, "not observed as long"),
        ({"stages": (Stage("20", hours("200")),)}, "not observed as long"),
        ({"points": FROM_THIRTY}, "outside the points"),
        ({"fictional": True}, "FICTIONAL"),
    ],
)  # fmt: skip
def test_outside_every_curve_a_pharmacist_decides_with_a_reason(changed: dict[str, Any], why: str) -> None:
    found = assess(PRETERM, curve(**changed))
    assert codes(found) == ["calcium_phosphate_cannot_assess"]
    assert found.findings[0].grade is Grade.SOFT
    assert why in found.findings[0].title
    assert found.worst is None


def test_without_any_curve_nothing_passes() -> None:
    assert codes(assess(PRETERM)) == ["calcium_phosphate_cannot_assess"]


def test_another_calcium_salt_is_not_read_on_this_curve() -> None:
    products = with_products(CALCIUM_CHLORIDE, without=(CALCIUM_GLUCONATE,))
    assert codes(assess(PRETERM, curve(), products=products)) == ["calcium_phosphate_cannot_assess"]


def test_lipid_in_the_bag_needs_a_curve_with_lipid() -> None:
    wide: dict[str, Any] = {
        "amino_acids": (Quantity(1, "%"), Quantity(9, "%")),
        "points": ((Quantity(1, "mEq/L"), Quantity(40, "mmol/L")), (Quantity(60, "mEq/L"), Quantity(20, "mmol/L"))),
    }
    assert codes(assess(ADULT, curve(**wide))) == ["calcium_phosphate_cannot_assess"]
    assert codes(assess(ADULT, curve(**wide, with_lipid=True))) == []


def test_a_fictional_curve_serves_the_demonstration_only() -> None:
    assert assess(PRETERM, curve(fictional=True), demonstration=True).findings == ()


def test_of_several_curves_that_fit_the_lowest_counts() -> None:
    lower = curve(
        id="lower",
        points=((Quantity(5, "mEq/L"), Quantity(9, "mmol/L")), (Quantity(60, "mEq/L"), Quantity(1, "mmol/L"))),
    )
    found = assess(PRETERM, curve(), lower)
    assert found.worst is not None
    assert found.worst.curve == "lower"


def test_a_shorter_beyond_use_time_is_proposed_where_the_curve_is_shorter() -> None:
    found = assess(PRETERM, curve(stages=(Stage("25", hours("36")),)))
    assert codes(found) == ["beyond_use_shorter"]
    assert found.storage == hours("12")


def test_a_warm_incubator_must_be_covered() -> None:
    warm = Plan(Stage("5", hours("24")), Stage("37", hours("24")))
    assert codes(assess(PRETERM, curve(stages=(Stage("25", hours("96")),)), plan=warm)) == [
        "calcium_phosphate_cannot_assess"
    ]
    assert codes(assess(PRETERM, curve(), plan=warm)) == []


def test_warm_hours_of_a_curve_cover_cooler_ones() -> None:
    long = curve(stages=(Stage("37", hours("60")),))
    assert storage_covered(long, Stage("25", hours("24")), Stage("5", hours("48"))) == hours("36")


def test_a_bag_without_calcium_or_phosphate_needs_no_curve() -> None:
    found = assess(changed_order(PRETERM, without=("calcium",)))
    assert (found.moments, found.findings) == ((), ())


def test_screening_rules_only_add_a_warning() -> None:
    tight = ScreeningRule("tight", "sum", "20", "test")
    found = assess(PRETERM, curve(), rules=[tight])
    assert [(finding.code, finding.grade) for finding in found.findings] == [
        ("calcium_phosphate_screening", Grade.SOFT)
    ]
    loose = ScreeningRule("loose", "product_meq_mmol", "100000", "test")
    assert codes(assess(PRETERM, rules=[loose])) == ["calcium_phosphate_cannot_assess"]
    other = ScreeningRule("adults", "sum", "1", "test", populations=("adult",))
    assert codes(assess(PRETERM, curve(), rules=[other], population="preterm")) == []
    rich = ScreeningRule("rich", "product_mmol", "1", "test", amino_acids_from=Quantity(5, "%"))
    assert codes(assess(PRETERM, curve(), rules=[rich])) == []
    with pytest.raises(ValueError, match="guess"):
        ScreeningRule("guess", "guess", "1", "test")


def test_between_two_points_the_limit_is_read_on_the_safe_side() -> None:
    # the points of a curve that sags, phosphate = 600 ÷ calcium: the chord lies above it
    points = tuple((Quantity(ca, "mEq/L"), Quantity(600 // ca, "mmol/L")) for ca in (10, 20, 30, 40, 60))
    sagging = curve(points=points)
    for tenths in range(100, 600):
        calcium = Quantity(tenths, "mEq/L") / 10
        limit = sagging.limit_at(calcium)
        assert limit is not None
        assert limit.number <= Quantity(6000, "one").number / tenths
    for ca, phosphate in points:
        found = sagging.limit_at(ca)
        assert found is not None
        assert found.number == phosphate.number
    assert sagging.limit_at(Quantity("9.9", "mEq/L")) is None
    assert sagging.limit_at(Quantity("60.1", "mEq/L")) is None


def test_the_drawn_line_is_the_one_that_is_read() -> None:
    drawn = curve().polyline()
    assert all(drawn[i][0].number <= drawn[i + 1][0].number for i in range(len(drawn) - 1))
    for (left, high), (right, low) in pairwise(drawn):
        if left == right:
            continue
        middle = curve().limit_at((left + right) / 2)
        assert middle is not None
        assert middle.number == (high.number + low.number) / 2


@pytest.mark.parametrize(
    "points",
    [
        ((10, 20),),
        ((10, 20), (10, 10)),
        ((10, 20), (5, 30)),
        ((10, 20), (20, 30)),
    ],
)
def test_points_that_make_no_curve_are_refused(points: tuple[tuple[int, int], ...]) -> None:
    with pytest.raises(Faults):
        curve(points=tuple((Quantity(ca, "mEq/L"), Quantity(p, "mmol/L")) for ca, p in points))


def test_a_curve_without_source_or_with_other_units_is_refused() -> None:
    with pytest.raises(Faults):
        curve(source=" ")
    with pytest.raises(Faults):
        curve(
            points=((Quantity(10, "mmol/L"), Quantity(20, "mmol/L")), (Quantity(20, "mmol/L"), Quantity(10, "mmol/L")))
        )
    with pytest.raises(Faults):
        curve(amino_acids=(Quantity(1, "mEq/L"), Quantity(5, "%")))
