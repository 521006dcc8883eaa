"""Properties of parenteral nutrition that hold for every order: balance, volumes, scaling, bases, refusals."""

from typing import Any

import pytest
from gmpy2 import mpq
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from calculations.errors import CannotCompute
from calculations.nutrition.amounts import brought_by_lines
from calculations.nutrition.bag import Bag
from calculations.nutrition.overfill import Overfill
from calculations.nutrition.product import SourceProduct
from calculations.nutrition.refusals import Infeasible, NoSource, TooMuchVolume
from calculations.nutrition.solution import balance_of_added_salts
from calculations.nutrition.totals import totals_of
from calculations.quantity import Quantity
from tests.support.made_up_nutrition import (
    CALCIUM_CHLORIDE,
    CALCIUM_GLUCONATE,
    POTASSIUM_PHOSPHATES_OTHER,
    PRETERM,
    PRODUCTS,
    bag_of,
    changed_order,
    product,
    profile,
    row,
    with_products,
)

IONS = ("sodium", "potassium", "calcium", "magnesium", "phosphate")
CHOICES = ({"anions": "maximum chloride"}, {"anions": "maximum acetate"}, {"anions": "balanced"},
           {"anions": "ratio", "anion_ratio": "2"})  # fmt: skip
STOCKS = (
    PRODUCTS,
    tuple(with_products(POTASSIUM_PHOSPHATES_OTHER)),
    tuple(with_products(CALCIUM_CHLORIDE, without=(CALCIUM_GLUCONATE,))),
)


def amounts(low: float, high: float) -> st.SearchStrategy[str]:
    """Amounts as a person types them: up to two decimals, no zero at the end."""
    return st.integers(int(low * 100), int(high * 100)).map(lambda n: f"{n / 100:.2f}".rstrip("0").rstrip("."))


@st.composite
def orders(draw: Any, *, wide: bool = False) -> dict[str, Any]:
    """Preterm orders; `wide` ones may have no answer."""
    spread = 4 if wide else 1
    spans = {
        "sodium": (1, 5),
        "potassium": (1.5, 4),
        "calcium": (0.5, 3),
        "magnesium": (0.1, 0.6),
        "phosphate": (0.2, 1.2),
    }
    rows = [
        row(ion, f"{draw(amounts(low / spread, high * spread))} {'mmol' if ion == 'phosphate' else 'mEq'}")
        for ion, (low, high) in spans.items()
    ]
    rows.append(row("amino_acids", f"{draw(amounts(1, 4 * spread))} g"))
    rows.append(row("dextrose", f"{draw(amounts(5, 15 * spread))} g"))
    weight = draw(amounts(0.5, 4))
    fluid = draw(st.integers(120 // spread, 200))
    others: list[dict[str, str]] = []
    return changed_order(
        PRETERM, *rows, dosing_weight=f"{weight} kg", total_fluid=f"{fluid} mL/kg/day", others=others,
        **draw(st.sampled_from(CHOICES)),
    )  # fmt: skip


OVERFILLS = st.builds(
    lambda share, fixed, prime, inside: Overfill(
        share=Quantity(mpq(share, 100), "one"), fixed=Quantity(fixed, "mL"), prime=Quantity(prime, "mL"), prime_inside=inside
    ),
    st.integers(0, 60), st.integers(3, 30), st.integers(0, 3), st.booleans(),
)  # fmt: skip


def made(data: dict[str, Any], products: Any = PRODUCTS, **site: Any) -> Bag:
    """The bag; orders without an answer are left out."""
    try:
        return bag_of(data, products, profile(**site))
    except (Infeasible, TooMuchVolume):
        assume(False)
        raise


def held(bag: Bag, name: str) -> Quantity | None:
    return brought_by_lines(name, bag.lines)


@given(orders(), st.sampled_from(STOCKS))
def test_the_added_salts_balance_with_phosphate_at_its_products_charge(
    data: dict[str, Any], products: tuple[SourceProduct, ...]
) -> None:
    assert balance_of_added_salts(made(data, products).lines).number == 0


@given(orders(), st.sampled_from(STOCKS))
def test_the_bag_holds_exactly_what_is_ordered(data: dict[str, Any], products: tuple[SourceProduct, ...]) -> None:
    bag = made(data, products)
    for ion in IONS:
        ordered = bag.order.row(ion)
        assert ordered is not None
        found = held(bag, ion)
        assert found is not None
        assert found.number == ordered.amount.number * bag.order.dosing_weight.number


@given(orders(), OVERFILLS)
def test_volumes_add_up_and_none_is_below_zero(data: dict[str, Any], overfill: Overfill) -> None:
    bag = made(data, overfill=overfill)
    assert sum(line.drawn.number for line in bag.lines) == bag.prepared.prepared.number
    assert sum(line.reaching.number for line in bag.lines) == bag.volume.number == bag.fluid.bag.number
    for line in bag.everything:
        assert min(line.ordered.number, line.drawn.number, line.reaching.number) >= 0


@given(orders(), st.integers(2, 5))
def test_twice_the_weight_takes_twice_of_everything_that_is_ordered_by_weight(data: dict[str, Any], times: int) -> None:
    data = changed_order(data, without=("trace_elements", "vitamins", "heparin"))
    small = made(data)
    large = made({**data, "dosing_weight": (small.order.dosing_weight * times).as_data()})
    assert {line.product.id: line.drawn for line in large.lines} == {
        line.product.id: line.drawn * times for line in small.lines
    }


@given(orders(), OVERFILLS)
def test_overfill_changes_what_is_drawn_and_no_concentration(data: dict[str, Any], overfill: Overfill) -> None:
    scaled = with_products(product("vitamins", "vitamins", "1", "1", "30"))
    plain = made(data, scaled, overfill=Overfill())
    more = made(data, scaled, overfill=overfill)
    factor = more.prepared.factor
    for line in plain.lines:
        assert more.line(line.product.id).drawn == line.drawn * factor
    assert totals_of(plain).figures["osmolarity"] == totals_of(more).figures["osmolarity"]


@given(orders())
def test_per_kg_per_day_per_litre_and_per_bag_give_the_same_bag(data: dict[str, Any]) -> None:
    bag = made(data)
    weight, volume = bag.order.dosing_weight, bag.volume
    for basis, unit, share in (("per day", "mEq/day", mpq(1)), ("per bag", "mEq", mpq(1)),
                               ("per litre", "mEq/L", 1000 / volume.number)):  # fmt: skip
        other = changed_order(data)
        for one in other["amounts"]:
            if one["nutrient"] in ("sodium", "potassium", "calcium", "magnesium"):
                ordered = bag.order.row(one["nutrient"])
                assert ordered is not None
                number = ordered.amount.number * weight.number * share
                one.update(amount=Quantity(number, unit, of=one["nutrient"]).as_data(), basis=basis)
        again = made(other)
        assert [(line.product.id, line.drawn) for line in again.lines] == [
            (line.product.id, line.drawn) for line in bag.lines
        ]


@given(orders(wide=True), st.sampled_from(STOCKS), st.sampled_from(("whole bag", "added salts")))
def test_every_refusal_names_an_ion_a_product_or_a_limit_and_what_to_do(
    data: dict[str, Any], products: tuple[SourceProduct, ...], scope: str
) -> None:
    try:
        bag = bag_of(data, products, profile(ratio_scope=scope))
    except Infeasible as refusal:
        assert refusal.ion in (*IONS, "chloride", "acetate", "zinc")
        assert refusal.amount.number > 0
        assert refusal.ion in str(refusal)
        assert refusal.next_step
    except TooMuchVolume as refusal:
        assert refusal.excess.number > 0
        assert "limit" in refusal.why
        assert refusal.ways
    except CannotCompute as refusal:
        assert "limit" in str(refusal) or "allowance" in str(refusal)
        assert refusal.next_step
    else:
        assert all(line.drawn.number >= 0 for line in bag.everything)


@given(orders(wide=True))
def test_the_volume_that_a_refusal_asks_for_is_enough(data: dict[str, Any]) -> None:
    try:
        bag_of(data)
    except TooMuchVolume as refusal:
        assert refusal.raise_by is not None
        more = {**data, "volume": ((refusal.volume + refusal.raise_by) / Quantity(1, "day")).as_data()}
        del more["total_fluid"]
        data = more
    except CannotCompute:
        assume(False)
    assert bag_of(data).filled.water.number >= 0


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(orders(), st.permutations(PRODUCTS))
def test_the_allocation_is_always_the_same(data: dict[str, Any], shuffled: list[SourceProduct]) -> None:
    bag = made(data)
    again = bag_of(data, shuffled)
    assert [line.drawn for line in again.lines] == [line.drawn for line in bag.lines]


@pytest.mark.parametrize(("name", "role"), [("water", "water"), ("amino acids 10 %", "amino_acids")])
def test_without_a_source_nothing_is_made(name: str, role: str) -> None:
    fewer = [one for one in PRODUCTS if one.role != role]
    with pytest.raises(NoSource) as caught:
        bag_of(PRETERM, fewer)
    assert caught.value.nutrient == role
