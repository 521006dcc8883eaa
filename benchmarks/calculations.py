"""How fast the calculations are, as ratios measured in one run: `python -m benchmarks.calculations`.

One admixture of six figures: text in, units checked, exact, against the same in pint as anyone would write it (stock
registry, floats); the same with its full derivation as data; and the six figures over columns of a million rows against
NumPy written by hand with the same unit factors.
"""

import sys
import timeit
from collections.abc import Callable
from typing import Any

import numpy
import pint

from calculations.arithmetic import Number
from calculations.column import Column
from calculations.formula import above, formula, recording
from calculations.quantity import Quantity

ROWS = 1_000_000
_REPEATS = 25
_SOURCE = "Benchmark"

TEXTS = {"dose": "15 mg/kg", "weight": "70 kg", "strength": "50 mg/mL", "bag": "250 mL", "time": "90 min"}


@formula(
    id="bench.dose", version=1, statement="dose = dose per kg × weight", source=_SOURCE,
    inputs={"per_kg": "amount/kg", "weight": "kg_bw"}, gives="amount",
)  # fmt: skip
def dose(per_kg: Number, weight: Number) -> Number:
    return per_kg * weight


@formula(
    id="bench.draw", version=1, statement="volume to draw = dose ÷ strength", source=_SOURCE,
    inputs={"dose": "amount", "strength": "amount/mL"}, valid={"strength": above(0)}, gives="mL",
)  # fmt: skip
def draw(dose: Number, strength: Number) -> Number:
    return dose / strength


@formula(
    id="bench.volume", version=1, statement="final volume = bag + volume to draw", source=_SOURCE,
    inputs={"bag": "mL", "drawn": "mL"}, gives="mL",
)  # fmt: skip
def final_volume(bag: Number, drawn: Number) -> Number:
    return bag + drawn


@formula(
    id="bench.concentration", version=1, statement="concentration = dose ÷ final volume", source=_SOURCE,
    inputs={"dose": "amount", "volume": "mL"}, valid={"volume": above(0)}, gives="amount/mL",
)  # fmt: skip
def concentration(dose: Number, volume: Number) -> Number:
    return dose / volume


@formula(
    id="bench.rate", version=1, statement="rate = final volume ÷ time", source=_SOURCE,
    inputs={"volume": "mL", "time": "h"}, valid={"time": above(0)}, gives="mL/h",
)  # fmt: skip
def rate(volume: Number, time: Number) -> Number:
    return volume / time


@formula(
    id="bench.dose_rate", version=1, statement="dose rate = concentration × rate ÷ weight", source=_SOURCE,
    inputs={"concentration": "amount/mL", "rate": "mL/h", "weight": "kg_bw"}, valid={"weight": above(0)},
    gives="amount/kg/h",
)  # fmt: skip
def dose_rate(concentration: Number, rate: Number, weight: Number) -> Number:
    return concentration * rate / weight


def admixture(texts: dict[str, str]) -> tuple[Quantity, ...]:
    """The six figures from text."""
    per_kg = Quantity.parse(texts["dose"], "dose")
    weight = Quantity.parse(texts["weight"], "weight", body_weight=True)
    ordered = dose(per_kg=per_kg, weight=weight)
    drawn = draw(dose=ordered, strength=Quantity.parse(texts["strength"], "strength"))
    volume = final_volume(bag=Quantity.parse(texts["bag"], "bag"), drawn=drawn)
    mixed = concentration(dose=ordered, volume=volume)
    flow = rate(volume=volume, time=Quantity.parse(texts["time"], "time"))
    return ordered, drawn, volume, mixed, flow, dose_rate(concentration=mixed, rate=flow, weight=weight)


def derived(texts: dict[str, str]) -> list[dict[str, Any]]:
    """The same with every step as data, exact and as printed."""
    with recording() as noted:
        admixture(texts)
    return noted.as_data()


def naive_pint(registry: Any) -> Callable[[dict[str, str]], tuple[Any, ...]]:
    """The six figures in pint, as anyone would write them."""
    quantity = registry.Quantity

    def figures(texts: dict[str, str]) -> tuple[Any, ...]:
        weight = quantity(texts["weight"])
        ordered = (quantity(texts["dose"]) * weight).to("mg")
        drawn = (ordered / quantity(texts["strength"])).to("mL")
        volume = (quantity(texts["bag"]) + drawn).to("mL")
        mixed = (ordered / volume).to("mg/mL")
        flow = (volume / quantity(texts["time"])).to("mL/h")
        return ordered, drawn, volume, mixed, flow, (mixed * flow / weight).to("mg/kg/h")

    return figures


def column_figures(inputs: dict[str, Column]) -> tuple[Column, ...]:
    """The six figures over columns."""
    ordered = dose.columns(per_kg=inputs["dose"], weight=inputs["weight"])
    drawn = draw.columns(dose=ordered, strength=inputs["strength"])
    volume = final_volume.columns(bag=inputs["bag"], drawn=drawn)
    mixed = concentration.columns(dose=ordered, volume=volume)
    flow = rate.columns(volume=volume, time=inputs["time"])
    return (
        ordered,
        drawn,
        volume,
        mixed,
        flow,
        dose_rate.columns(concentration=mixed, rate=flow, weight=inputs["weight"]),
    )


def by_hand(arrays: dict[str, Any]) -> tuple[Any, ...]:
    """The six figures in NumPy as written by hand, with the unit factors (time comes in minutes)."""
    ordered = arrays["dose"] * arrays["weight"]
    drawn = ordered / arrays["strength"]
    volume = arrays["bag"] + drawn
    mixed = ordered / volume
    flow = volume / (arrays["time"] / 60)
    return ordered, drawn, volume, mixed, flow, mixed * flow / arrays["weight"]


def made_rows() -> dict[str, Any]:
    """A million orders, always the same."""
    dice = numpy.random.default_rng(20240501)
    spans = {"dose": (5, 30), "weight": (3, 120), "strength": (10, 100), "bag": (50, 1000), "time": (30, 240)}
    return {name: dice.uniform(low, high, ROWS).round(1) for name, (low, high) in spans.items()}


def best(*works: tuple[Callable[[], Any], int]) -> list[float]:
    """Seconds for one run of each, the best of several rounds in which all take turns on the same busy machine."""
    rounds = [[timeit.timeit(work, number=number) / number for work, number in works] for _ in range(_REPEATS)]
    return [min(times) for times in zip(*rounds, strict=True)]


def main() -> int:
    """Measure, print figure and target of each, and give 0 if all targets hold, else 1."""
    peer = naive_pint(pint.UnitRegistry())
    ours = [float(q.number) for q in admixture(TEXTS)]
    if not numpy.allclose(ours, [q.magnitude for q in peer(TEXTS)], rtol=1e-12):
        raise SystemExit("the two admixtures differ")
    pint_time, exact_time, derived_time = best(
        (lambda: peer(TEXTS), 10), (lambda: admixture(TEXTS), 400), (lambda: derived(TEXTS), 150)
    )
    arrays = made_rows()
    units = {"dose": "mg/kg", "weight": "kg_bw", "strength": "mg/mL", "bag": "mL", "time": "min"}
    inputs = {name: Column(array, units[name]) for name, array in arrays.items()}
    hand_time, column_time = best((lambda: by_hand(arrays), 1), (lambda: column_figures(inputs), 1))
    rows = (
        ("one admixture, text in, exact", f"{exact_time * 1e6:.1f} µs", pint_time / exact_time, 50, "× naive pint"),
        ("the same with full derivation", f"{derived_time * 1e6:.1f} µs", pint_time / derived_time, 20, "× naive pint"),
        (
            f"columns of {ROWS:,}",
            f"{column_time * 1e3:.1f} ms",
            100 * hand_time / column_time,
            50,
            "% of NumPy by hand",
        ),
    )
    print(f"naive pint {pint_time * 1e6:.0f} µs, NumPy by hand {hand_time * 1e3:.1f} ms, best of {_REPEATS}")
    for name, time, figure, target, what in rows:
        print(f"{name}: {time}, {figure:.0f} {what}, target at least {target}")
    short = [name for name, _, figure, target, _ in rows if figure < target]
    print(f"falls short: {'; '.join(short)}" if short else "holds")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(main())
