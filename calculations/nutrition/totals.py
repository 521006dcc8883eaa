"""All figures of a bag, each by a declared formula, so that each can show its work."""

from dataclasses import dataclass

from calculations.concentration import concentration_of
from calculations.formula import Number, above, formula
from calculations.nutrition.amounts import Amount, amounts_of
from calculations.nutrition.bag import Bag
from calculations.nutrition.cycle import cyclic_full_rate, taper_rate
from calculations.nutrition.energy_totals import add_energy, add_glucose, add_lipid
from calculations.nutrition.figures import Figures
from calculations.nutrition.fluid import fluid_per_weight
from calculations.nutrition.solution import add_osmolarity, add_solution
from calculations.quantity import Quantity
from calculations.rounding import to_step


@dataclass(frozen=True, slots=True)
class RateStep:
    """One step of the pump's programme."""

    hours: Quantity
    rate: Quantity
    """mL/h as programmed: rounded to the pump's step."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Everything that is printed, shown or held against a limit."""

    figures: Figures
    amounts: dict[str, Amount]
    """Every ion, nutrient and drug by name."""
    programme: tuple[RateStep, ...]
    """Taper up, full rate, taper down."""


@formula(
    id="nutrition.bag.ion_rate", version=1, statement="per kg per hour = concentration × full rate ÷ dosing weight",
    source="Definition of a rate", inputs={"concentration": "mEq/mL", "rate": "mL/h", "weight": "kg_bw"},
    valid={"weight": above(0)}, gives="mEq/kg/h",
)  # fmt: skip
def _ion_rate(concentration: Number, rate: Number, weight: Number) -> Number:
    return concentration * rate / weight


def totals_of(bag: Bag) -> Totals:
    """The figures of a bag; what cannot be given is in `figures.missing` with its reason. Never raises for a figure.

    Run it inside `recording()` to get every derivation.
    """
    figures, order = Figures(), bag.order
    amounts = amounts_of(bag, figures)
    full = cyclic_full_rate(bag.volume, order.hours, order.taper_up, order.taper_down)
    figures.add("rate", lambda: full, "unrounded")
    step = bag.profile.rate_step
    figures.add("rate as programmed", lambda: to_step(full, step), "rounded to the pump's step")
    if order.taper_up.number or order.taper_down.number:
        figures.add("taper rate", lambda: taper_rate(full), "unrounded")
    figures.add(
        "fluid per kg per day", lambda: fluid_per_weight(bag.fluid.total / Quantity(1, "day"), order.dosing_weight)
    )
    add_energy(bag, amounts, figures)
    add_glucose(bag, amounts, full, figures)
    add_lipid(bag, amounts, full, figures)
    add_osmolarity(bag, amounts, figures)
    add_solution(bag, amounts, figures)
    potassium = amounts.get("potassium")
    if potassium is not None:
        held = concentration_of(potassium.bag, bag.volume)
        name = "potassium per kg per hour"
        figures.add(name, lambda: _ion_rate(concentration=held, rate=full, weight=order.dosing_weight), "at full rate")
    _missing_with_their_source(figures)
    return Totals(figures, amounts, _programme(bag, full))


_OF = {
    "potassium per kg per hour": ("potassium",),
    "glucose infusion rate": ("dextrose",),
    "glucose infusion rate anhydrous": ("dextrose",),
    "lipid per kg per hour": ("lipid",),
    "amino acids percent": ("amino_acids",),
    "dextrose percent": ("dextrose",),
    "lipid percent": ("lipid",),
    "calcium to phosphorus by amount": ("calcium", "phosphate"),
    "calcium to phosphorus by mass": ("calcium", "phosphate"),
    "nitrogen": ("amino_acids",),
    "nonprotein energy per nitrogen": ("amino_acids",),
}
"""What a figure is worked out from, where a label that does not tell it leaves nothing to begin with."""


def _missing_with_their_source(figures: Figures) -> None:
    """A figure of something that a label does not tell is missing for that reason: a limit on it is never passed over."""
    for name, sources in _OF.items():
        if name in figures or name in figures.missing:
            continue
        why = next((figures.missing[found] for one in sources if (found := f"{one} per bag") in figures.missing), None)
        if why is not None:
            figures.missing[name] = why


def _programme(bag: Bag, full: Quantity) -> tuple[RateStep, ...]:
    order, step = bag.order, bag.profile.rate_step
    plateau = order.hours - order.taper_up - order.taper_down
    half = to_step(taper_rate(full), step)
    steps = (
        RateStep(order.taper_up, half),
        RateStep(plateau, to_step(full, step)),
        RateStep(order.taper_down, half),
    )
    return tuple(one for one in steps if one.hours.number)
