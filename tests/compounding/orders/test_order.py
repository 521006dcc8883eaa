"""An order: what each kind needs, every fault by field, and the same value back from what a record keeps."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calculations.errors import Faults
from calculations.quantity import Quantity
from compounding.orders.order import LINES, ROUTES, Order, OrderType, Priority, order_as_data

GOOD: dict[str, Any] = {
    "order_type": "intermittent", "patient": "DEMO-2093", "drug": "vancomycin", "dose": "15 mg/kg", "route": "IV infusion",
    "start": "2026-04-14T14:30:00-04:00", "frequency": {"every": "12 h"}, "prescriber": "Dr. R. Castell",
}  # fmt: skip


def wrong(**changes: Any) -> set[str]:
    data = {name: value for name, value in (GOOD | changes).items() if value is not None}
    with pytest.raises(Faults) as problem:
        Order.parse(data)
    return {fault.field for fault in problem.value.faults}


def test_an_order_is_read_with_units_and_nothing_is_filled_in():
    order = Order.parse(GOOD)
    assert order.dose == Quantity(15, "mg/kg")
    assert order.start == datetime(2026, 4, 14, 18, 30, tzinfo=UTC)
    assert (order.line, order.diluent, order.volume, order.infuse_over, order.rate, order.stop) == (
        "",
        "",
        None,
        None,
        None,
        None,
    )
    assert order.priority is Priority.ROUTINE


@pytest.mark.parametrize("name", ["order_type", "patient", "drug", "dose", "route", "start", "frequency", "prescriber"])
def test_what_an_order_must_say_is_missed_by_name(name):
    assert f"order.{name}" in wrong(**{name: None})


def test_all_faults_come_at_once():
    found = wrong(dose="1,5 mg", route="by mouth", start="today", frequency={"every": "12"}, colour="red")
    assert found == {"order.dose", "order.route", "order.start", "order.frequency.every", "order.colour"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("dose", "0 mg"), ("volume", "0 mL"), ("volume", "250 mg"), ("infuse_over", "30 mL"), ("rate", "100 mL"),
        ("rate", "0 mL/h"), ("concentration", "0 mg/mL"),
    ],
)  # fmt: skip
def test_an_amount_of_nothing_or_in_a_dimension_that_does_not_fit_is_refused(field, value):
    assert f"order.{field}" in wrong(**{field: value})


def test_a_stop_lies_after_the_start():
    assert wrong(stop="2026-04-14T14:30:00-04:00") == {"order.stop"}
    assert Order.parse(GOOD | {"stop": "2026-04-14T14:31:00-04:00"}).stop is not None


def test_a_continuous_infusion_needs_its_rate_and_neither_dose_nor_frequency():
    data = {name: value for name, value in GOOD.items() if name not in ("dose", "frequency")}
    with pytest.raises(Faults, match="dose_rate"):
        Order.parse(data | {"order_type": "continuous"})
    order = Order.parse(data | {"order_type": "continuous", "dose_rate": "0.1 mcg/kg/min"})
    assert order.frequency.continuous
    assert order.dose is None


def test_chemotherapy_needs_regimen_cycle_and_day_and_a_reduction_needs_its_reason():
    assert wrong(order_type="chemotherapy") == {"order.chemotherapy"}
    part = {"regimen": "R-CHOP", "cycle": "2", "day": "1", "reduction_percent": "25"}
    assert wrong(order_type="chemotherapy", chemotherapy=part) == {"order.chemotherapy.reduction_reason"}
    assert "order.chemotherapy.cycle" in wrong(order_type="chemotherapy", chemotherapy=part | {"cycle": "9" * 5000})
    assert wrong(order_type="chemotherapy", chemotherapy={"cycle": "0"}) == {
        "order.chemotherapy.regimen", "order.chemotherapy.cycle", "order.chemotherapy.day",
    }  # fmt: skip


def test_the_surface_of_the_regimen_comes_with_its_day_and_in_its_own_units() -> None:
    part = {"regimen": "R-CHOP", "cycle": "2", "day": "1"}
    for more, field in (
        ({"planned_surface": "1.85 m2"}, "planned_on"),
        ({"planned_surface": "1.85 kg", "planned_on": "2026-03-24"}, "planned_surface"),
        ({"planned_weight": "72 cm"}, "planned_weight"),
    ):
        assert wrong(order_type="chemotherapy", chemotherapy=part | more) == {f"order.chemotherapy.{field}"}


def test_a_large_volume_needs_its_volume_and_names_each_faulty_additive():
    assert wrong(order_type="large_volume", dose="20 mEq") == {"order.volume"}
    rows = [{"drug": "magnesium_sulfate", "dose": "2 g"}, {"drug": "", "dose": "2"}]
    assert wrong(order_type="large_volume", dose="20 mEq", volume="1000 mL", additives=rows) == {
        "order.additives[2].drug", "order.additives[2].dose",
    }  # fmt: skip


def test_once_and_every_exclude_each_other():
    assert wrong(frequency={"once": True, "every": "12 h"}) == {"order.frequency.every"}
    assert wrong(frequency={}) == {"order.frequency.every"}
    assert wrong(frequency={"every": "12 mg"}) == {"order.frequency.every"}


AMOUNTS = st.fractions(min_value="1/1000", max_value=100_000, max_denominator=9973)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=30)
MOMENTS = st.integers(0, 10**8).map(lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


@st.composite
def orders(draw: st.DrawFn) -> Order:
    """Any valid order, as `Order.parse` would read it, with exact fractions that no decimal writes."""
    kind = draw(st.sampled_from([kind for kind in OrderType if kind is not OrderType.PARENTERAL_NUTRITION]))
    start = draw(MOMENTS).astimezone(timezone(timedelta(hours=draw(st.integers(-11, 12)))))
    amount = lambda unit: Quantity(draw(AMOUNTS), unit).as_data()  # noqa: E731 - one word for four fields
    data: dict[str, Any] = {
        "order_type": str(kind), "patient": draw(TEXTS), "drug": draw(TEXTS), "prescriber": draw(TEXTS),
        "route": draw(st.sampled_from(ROUTES)), "line": draw(st.sampled_from(("", *LINES))), "start": start.isoformat(),
        "volume": amount("mL"), "infuse_over": amount("min"), "rate": amount("mL/h"), "indication": draw(st.just("") | TEXTS),
        "priority": draw(st.sampled_from([str(one) for one in Priority])), "remarks": draw(st.lists(TEXTS, max_size=3)),
        "stop": (start + timedelta(minutes=draw(st.integers(1, 10_000)))).isoformat(),
    }  # fmt: skip
    if kind is OrderType.CONTINUOUS:
        return Order.parse(data | {"dose_rate": amount("mcg/kg/min"), "concentration": amount("mcg/mL")}, kept=True)
    data |= {
        "dose": amount("mg/kg"),
        "frequency": draw(st.sampled_from([{"once": True}, {"every": amount("h"), "doses": "7"}])),
    }
    if kind is OrderType.CHEMOTHERAPY:
        share = Quantity(draw(st.fractions(0, 1)), "one").as_data()
        data["chemotherapy"] = {
            "regimen": draw(TEXTS), "cycle": "2", "day": "0", "planned_dose": amount("mg/m2"), "reduction_percent": share,
            "reduction_reason": draw(TEXTS), "cumulative_before": amount("mg/m2"), "planned_surface": amount("m2"),
            "planned_weight": amount("kg_bw"), "planned_on": "2026-03-24",
        }  # fmt: skip
    if kind is OrderType.LARGE_VOLUME:
        data["additives"] = [{"drug": draw(TEXTS), "dose": amount("mmol")} for _ in range(draw(st.integers(0, 3)))]
    return Order.parse(data, kept=True)


@given(orders())
def test_what_a_record_keeps_is_read_back_to_an_equal_order(order):
    kept = order_as_data(order)
    assert Order.parse(kept, kept=True) == order
    assert order_as_data(Order.parse(kept, kept=True)) == kept
