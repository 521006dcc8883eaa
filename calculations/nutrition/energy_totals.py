"""Energy by source, nitrogen, glucose rate and lipid rate of a bag. Each figure names its convention."""

from collections.abc import Mapping

from calculations.arithmetic import total
from calculations.concentration import amount_in, concentration_of
from calculations.errors import CannotCompute
from calculations.formula import Number, above, each, formula
from calculations.nutrition.amounts import Amount
from calculations.nutrition.bag import Bag, Line
from calculations.nutrition.energy import (
    amino_acid_energy,
    dextrose_energy,
    energy_share,
    lipid_energy,
    nonprotein_energy,
    product_energy,
    total_energy,
)
from calculations.nutrition.figures import Figures
from calculations.nutrition.glucose import (
    anhydrous_by_ten_elevenths,
    anhydrous_glucose,
    dextrose_monohydrate,
    glucose_infusion_rate,
    glucose_infusion_rate_at_pump_rate,
)
from calculations.nutrition.lipid import lipid_mass_rate, lipid_rate
from calculations.nutrition.nitrogen import (
    nitrogen_by_factor,
    nitrogen_by_product,
    nonprotein_energy_per_nitrogen,
    total_nitrogen,
)
from calculations.nutrition.product import Role
from calculations.nutrition.refusals import UnknownConstituent
from calculations.quantity import Quantity

_NO_ENERGY = Quantity(0, "kcal")
_BY_ROLE = {"dextrose": Role.DEXTROSE, "amino_acids": Role.AMINO_ACIDS, "lipid": Role.LIPID}
_WORDS = {"dextrose": "dextrose", "amino_acids": "amino acid", "lipid": "lipid"}
_SHARES = {"dextrose": "dextrose", "amino_acids": "amino acids", "lipid": "lipid"}
_PER_WEIGHT = "Definition of a daily amount per body weight"


@formula(
    id="nutrition.bag.energy_per_kg", version=1, statement="energy per kg per day = energy ÷ 1 day ÷ dosing weight",
    source=_PER_WEIGHT, inputs={"energy": "kcal", "weight": "kg_bw"}, constants={"one_day": "1 day"},
    valid={"weight": above(0)}, gives="kcal/kg/day",
)  # fmt: skip
def _energy_per_kg(energy: Number, weight: Number, one_day: Number) -> Number:
    return energy / one_day / weight


@formula(
    id="nutrition.bag.glucose_rates", version=1, statement="glucose infusion rate = bag at full rate + other fluids",
    source="Glucose counts, whichever line brings it", inputs={"rates": each("mg/kg/min")}, gives="mg/kg/min",
)  # fmt: skip
def _glucose_rates(rates: Number) -> Number:
    return total(rates)


def add_energy(bag: Bag, amounts: Mapping[str, Amount], figures: Figures) -> None:
    """Energy by source and in all, its shares, nitrogen and non-protein energy per gram of it."""
    note = bag.profile.energy.name
    by_source = {
        name: figures.add(f"{_WORDS[name]} energy", lambda name=name: _energy_of(bag, name), note)  # type: ignore[misc]
        for name in _BY_ROLE
    }
    known = [energy for energy in by_source.values() if energy is not None]
    if len(known) < len(by_source):
        _nothing_of_all(figures)
        return
    whole = figures.add("energy", lambda: total_energy(known), note)
    dextrose, lipid = by_source["dextrose"], by_source["lipid"]
    if whole is None or dextrose is None or lipid is None:
        return
    figures.add("energy per kg per day", lambda: _energy_per_kg(energy=whole, weight=bag.order.dosing_weight), note)
    nonprotein = figures.add("nonprotein energy", lambda: nonprotein_energy(dextrose, lipid), note)
    if whole.number:
        for name, energy in by_source.items():
            share = f"energy share of {_SHARES[name]}"
            figures.add(share, lambda energy=energy: energy_share(energy, whole), note)  # type: ignore[misc]
    if "amino_acids" in amounts and nonprotein is not None:
        _add_nitrogen(bag, nonprotein, figures)


def _nothing_of_all(figures: Figures) -> None:
    """Without one source no sum can be given: each figure of all sources is missing for that source's reason."""
    why = next(figures.missing[f"{word} energy"] for word in _WORDS.values() if f"{word} energy" in figures.missing)
    shares = (f"energy share of {name}" for name in _SHARES.values())
    for name in ("energy", "energy per kg per day", "nonprotein energy", "nonprotein energy per nitrogen", *shares):
        figures.missing[name] = why


def _energy_of(bag: Bag, name: str) -> Quantity:
    """kcal of one kind of source: by the label's kcal/mL, else by the convention; other fluids by the convention.

    Raises `UnknownConstituent` for a source whose label does not tell how much of it it brings.
    """
    for line in bag.everything:
        if not line.product.tells(name):
            raise UnknownConstituent(name, line.product.display)
    parts = [_line_energy(bag, line, name) for line in bag.everything if name in line.product.nutrients]
    others = [getattr(other, name, None) for other in bag.order.others]
    parts += [_by_convention(bag, name, other * Quantity(1, "day"), "") for other in others if other is not None]
    return total_energy(parts) if parts else _NO_ENERGY


def _line_energy(bag: Bag, line: Line, name: str) -> Quantity:
    product = line.product
    if product.energy is not None and product.role is _BY_ROLE[name]:
        return product_energy(line.reaching, product.energy)
    return _by_convention(bag, name, amount_in(product.nutrients[name], line.reaching), product.dextrose_form)


def _by_convention(bag: Bag, name: str, mass: Quantity, form: str) -> Quantity:
    convention = bag.profile.energy
    if name == "amino_acids":
        return amino_acid_energy(mass, convention.amino_acids)
    if name == "lipid":
        return lipid_energy(mass, convention.lipid)
    if form and form != convention.dextrose_form:
        mass = dextrose_monohydrate(mass) if form == "anhydrous" else anhydrous_glucose(mass)
    return dextrose_energy(mass, convention.dextrose)


def _add_nitrogen(bag: Bag, nonprotein: Quantity, figures: Figures) -> None:
    lines = [line for line in bag.everything if "amino_acids" in line.product.nutrients]
    estimated = [line.product.display for line in lines if "nitrogen" not in line.product.nutrients]
    note = f"by amino acids ÷ 6.25: {', '.join(estimated)}" if estimated else "by the products' labels"
    nitrogen = figures.add("nitrogen", lambda: total_nitrogen([_nitrogen(line) for line in lines]), note,
                           estimate=bool(estimated))  # fmt: skip
    if nitrogen is not None:
        name = "nonprotein energy per nitrogen"
        figures.add(name, lambda: nonprotein_energy_per_nitrogen(nonprotein, nitrogen), note, estimate=bool(estimated))


def _nitrogen(line: Line) -> Quantity:
    told = line.product.nutrients.get("nitrogen")
    if told is not None:
        return nitrogen_by_product(line.reaching, told)
    return nitrogen_by_factor(amount_in(line.product.nutrients["amino_acids"], line.reaching))


def add_glucose(bag: Bag, amounts: Mapping[str, Amount], full_rate: Quantity, figures: Figures) -> None:
    """Glucose infusion rate at the full rate, with what other fluids bring: as labelled and, of monohydrate, × 10/11."""
    dextrose = amounts.get("dextrose")
    if dextrose is None:
        return
    figures.add("glucose infusion rate", lambda: _glucose_rate(bag, dextrose.bag, dextrose.beside, full_rate),
                "dextrose as labelled, at full rate")  # fmt: skip
    if all(line.product.dextrose_form == "monohydrate" for line in bag.lines if "dextrose" in line.product.nutrients):
        figures.add(
            "glucose infusion rate anhydrous",
            lambda: _glucose_rate(
                bag, anhydrous_by_ten_elevenths(dextrose.bag), anhydrous_by_ten_elevenths(dextrose.beside), full_rate
            ),
            "10/11 of the labelled monohydrate, at full rate",
        )


def _glucose_rate(bag: Bag, in_bag: Quantity, beside: Quantity, full_rate: Quantity) -> Quantity:
    weight = bag.order.dosing_weight
    rates = [glucose_infusion_rate_at_pump_rate(concentration_of(in_bag, bag.volume), full_rate, weight)]
    if beside.number:
        rates.append(glucose_infusion_rate(beside, weight, Quantity(24, "h")))
    return _glucose_rates(rates=rates)


def add_lipid(bag: Bag, amounts: Mapping[str, Amount], full_rate: Quantity, figures: Figures) -> None:
    """Lipid per weight and hour while it runs, and the pump rate of lipid apart."""
    lipid = amounts.get("lipid")
    if lipid is None:
        return
    line, weight = bag.lipid, bag.order.dosing_weight
    if line is not None:
        hours, apart = bag.order.lipid_hours, lipid.intake - lipid.bag
        figures.add("lipid rate", lambda: lipid_rate(line.reaching, hours))
        figures.add("lipid per kg per hour", lambda: lipid_mass_rate(apart, weight, hours))
    elif lipid.bag.number:
        running = bag.volume / full_rate
        figures.add("lipid per kg per hour", lambda: lipid_mass_rate(lipid.bag, weight, running), "at full rate")
    else:
        figures.missing["lipid per kg per hour"] = CannotCompute(
            "no_time", "lipid per kg per hour", "the time over which other fluids bring lipid is not known."
        )
